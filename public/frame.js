// For a page that has Offcut in an <iframe>: the messages of docs/embedding-frame.md as promises.
//
//   import { offcutFrame } from "https://your.site/frame.js";
//   const { blob } = await offcutFrame(document.querySelector("iframe")).open(photo);

const TOLD = ["ready", "progress", "result", "error", "height"];
let frames = 0;

/** What a frame answers instead of a result: `code` (all of them: worker/offcut/errors.py), `retry`. */
export class FrameError extends Error {
  constructor({ code, message, retry = false }) {
    super(message);
    this.name = "FrameError";
    this.code = code;
    this.retry = retry;
  }
}

/**
 * Speaks with the Offcut in `iframe`, whose src is an address of embed.html. The frame's messages are events
 * of what is returned: "ready", "progress", "result", "error" and "height", with the message as `detail`; a
 * "result" without an id is of a photo that the visitor opened. With ?height=auto the frame is kept as high
 * as its content.
 */
export function offcutFrame(iframe) {
  const { origin } = new URL(iframe.src, document.baseURI);
  const told = new EventTarget();
  const open = new Map(); // by id: who waits for that photo
  const prefix = `${(frames += 1)}-`;
  let count = 0;
  let tellReady;
  const ready = new Promise((resolve) => (tellReady = resolve));
  // Before the frame has said that it is there, another page may be in it: only a greeting goes out.
  const send = async (message) => {
    await ready;
    iframe.contentWindow?.postMessage({ offcut: 1, ...message }, origin);
  };
  const greet = () => iframe.contentWindow?.postMessage({ offcut: 1, type: "ping" }, "*");

  function hear({ source, origin: from, data }) {
    if (source !== iframe.contentWindow || from !== origin || data?.offcut !== 1) return;
    const { type, id } = data;
    if (!TOLD.includes(type)) return;
    const caller = open.get(id);
    if (type === "ready") tellReady(data);
    if (type === "height") iframe.style.height = `${data.height}px`;
    if (type === "progress") caller?.progress?.(data);
    if (type === "result") caller?.resolve(data);
    if (type === "error") caller?.reject(new FrameError(data));
    told.dispatchEvent(new CustomEvent(type, { detail: data }));
  }
  addEventListener("message", hear);
  iframe.addEventListener("load", greet);
  greet();

  return Object.assign(told, {
    /** Resolves to the first "ready": {backend, threads, isolated, version}. */
    ready,
    /** Cuts a Blob, File, ArrayBuffer or typed array out; resolves to {blob, name, width, height, …}. */
    async open(photo, options = {}, { name, progress, signal } = {}) {
      const id = `${prefix}${(count += 1)}`;
      const stop = () => send({ type: "cancel", id });
      const done = new Promise((resolve, reject) => open.set(id, { resolve, reject, progress }));
      try {
        signal?.throwIfAborted();
        signal?.addEventListener("abort", stop);
        await send({ type: "open", id, photo, name, options });
        if (signal?.aborted) stop();
        return await done;
      } finally {
        signal?.removeEventListener("abort", stop);
        open.delete(id);
      }
    },
    /** Stops everything. */
    cancel: () => send({ type: "cancel" }),
    /** Changes theme, language, accent, parts, model, output or background. */
    set: (settings) => send({ type: "set", settings }),
    /** Hears no more. The frame goes with its element. */
    close() {
      removeEventListener("message", hear);
      iframe.removeEventListener("load", greet);
    },
  });
}
