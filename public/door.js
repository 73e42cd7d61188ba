// The way into the engine from a page that writes JavaScript: PyScript's MicroPython, with the same Python
// that Offcut's own page runs. Everything that is a door of its own (offcut.js, the element) goes through here.

/** Where Offcut lies: the folder of this file. */
export const base = new URL("./", import.meta.url).href;

/** An error with a `code` (worker/offcut/errors.py has them all), a sentence for a person, and `retry`. */
export class OffcutError extends Error {
  constructor({ code, message, retry = false }) {
    super(message);
    this.name = "OffcutError";
    this.code = code;
    this.retry = retry;
  }
}

let doorPromise; // the interpreter and the engine's Python, once a page

async function openDoor() {
  const script = document.createElement("script");
  try {
    // No configuration: the page may have one of its own, and there can only be one.
    script.type = "mpy";
    script.src = `${base}embed.py`;
    script.dataset.offcut = "door";
    const opened = new Promise((resolve) =>
      addEventListener("offcut:engine", (event) => resolve(event.detail), { once: true }),
    );
    document.body.append(script);
    await import(`${base}core.js`);
    return await opened;
  } catch (error) {
    script.remove();
    doorPromise = undefined;
    throw new OffcutError({ code: "WORKER_FAILED", message: String(error), retry: true });
  }
}

/** What pyscript/api.py offers, brought in once a page. */
export function door() {
  return (doorPromise ??= openDoor());
}

/** Ask Python for something that answers through `resolve` and `reject`. */
export const answer = (call) =>
  new Promise((resolve, reject) => call(resolve, (error) => reject(new OffcutError(error))));
