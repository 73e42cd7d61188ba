// The way into the engine from a page that writes JavaScript: an interpreter (MicroPython) with the same Python
// that Offcut's own page runs. Everything that is a door of its own (offcut.js, the element) goes through here.

/** Where Offcut lies: the folder of this file, unless a bundler has put it somewhere else. */
// Not `new URL("./", import.meta.url)`: a bundler takes that for a file to bundle.
export const base = import.meta.url?.replace(/[^/]*$/, "");

/** An error with a `code` (worker/offcut/errors.py has them all), a sentence for a person, and `retry`. */
export class OffcutError extends Error {
  /** @param {{code: string, message: string, retry?: boolean}} told */
  constructor({ code, message, retry = false }) {
    super(message);
    this.name = code === "CANCELLED" ? "AbortError" : "OffcutError"; // as of what else a signal ends
    this.code = code;
    this.retry = retry;
  }
}

// A page that has PyScript keeps its own: a second one throws while it is read ("Cannot redefine property"), and
// so does the page's own if it comes after ours. So what is on its way is waited for.
const CORE = Symbol.for("polyscript");
const SIGNS = [
  ...["py", "mpy"].flatMap((type) => [`script[type=${type}]`, `${type}-script`, `${type}-config`]),
  ...["pyscript", "/core.js"].map((part) => `script[type=module][src*="${part}"]`),
];

let core; // once for all sites: two at the same time would be two cores

const haveCore = (site) =>
  (core ??= findCore(site).catch((error) => {
    core = undefined;
    throw error;
  }));

async function findCore(site) {
  if (!(CORE in globalThis) && document.readyState !== "complete" && document.querySelector(SIGNS.join()))
    await new Promise((loaded) => addEventListener("load", loaded, { once: true }));
  if (CORE in globalThis) return;
  await import(/* webpackIgnore: true */ /* @vite-ignore */ `${site}vendor/pyscript/core.js`);
}

const START_MS = 120_000; // MicroPython is 200 KB packed; over a bad connection that takes a while

async function filesOf(address) {
  const response = await fetch(address);
  try {
    return (await response.json()).files; // where there is no such file, some hosts answer with a page
  } catch {
    const message = `There is no Offcut here: ${address}. Set publicPath to the folder where its site lies.`;
    throw new OffcutError({ code: "BAD_CONFIG", message });
  }
}

async function openDoor(site) {
  const script = document.createElement("script");
  try {
    // Absolute addresses throughout, for the page may lie anywhere.
    const files = await filesOf(`${site}pyscript/api.json`);
    const absolute = Object.entries(files).map(([from, to]) => [new URL(from, `${site}pyscript/`).href, to]);
    script.setAttribute("config", JSON.stringify({ files: Object.fromEntries(absolute) }));
    script.setAttribute("version", `${site}vendor/micropython/alone.mjs`);
    script.setAttribute("env", site);
    script.type = "micropython";
    script.src = `${site}pyscript/api.py`;
    await haveCore(site);
    const opened = new Promise((resolve, reject) => {
      script.addEventListener("offcut:engine", (/** @type {any} */ event) => resolve(event.detail), { once: true });
      setTimeout(() => reject(new Error("MicroPython does not start")), START_MS);
    });
    document.body.append(script);
    return await opened;
  } catch (error) {
    script.remove();
    doors.delete(site);
    if (error instanceof OffcutError) throw error;
    throw new OffcutError({ code: "WORKER_FAILED", message: String(error), retry: true });
  }
}

const doors = new Map(); // by site: the interpreter and the engine's Python, once a page

/** What pyscript/api.py offers, brought in once a page from the Offcut that lies at `site`. */
export function door(site = base) {
  if (!doors.has(site)) doors.set(site, openDoor(site));
  return doors.get(site);
}

/** Ask Python for something that answers through `resolve` and `reject`. */
export const answer = (call) =>
  new Promise((resolve, reject) => call(resolve, (error) => reject(new OffcutError(error))));
