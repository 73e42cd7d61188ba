// The JavaScript door to Offcut: an ES module for any page, with the functions and settings of
// @imgly/background-removal 1.7. It starts the same engine as Offcut's own page (Python, in a worker)
// and carries images to it and results back; nothing is decided here.

import { read } from "./api/config.js";
import { toBlob } from "./api/images.js";
import { OffcutError, answer, door } from "./door.js";

export { OffcutError };

// <offcut-remover>, where there are elements: not in a worker, not on a server.
if (globalThis.customElements) import("./element.js");

const engines = new Map(); // one engine a site, device setting and list of registries

const log = (kind, detail) => kind === "stage" || console.debug(`Offcut: ${kind}:`, detail);

async function engine({ site, backend, registries, debug }) {
  const lists = JSON.stringify(registries);
  const key = `${site} ${backend} ${lists}`;
  if (!engines.has(key)) {
    const made = door(site).then(({ open }) => {
      const state = { listeners: new Set(), busy: 0 };
      const listen = (kind, json) => {
        for (const listener of state.listeners) listener(kind, JSON.parse(json));
      };
      state.handle = open(site, backend, listen, lists);
      return state;
    });
    engines.set(key, made);
    made.catch(() => engines.delete(key));
  }
  const state = await engines.get(key);
  if (debug) state.listeners.add(log);
  return state;
}

// imgly's progress keys: "fetch:<what>" with bytes, "compute:<stage>" with steps.
const reporter = (progress) => (detail) =>
  progress?.(
    detail.stage === "download" ? `fetch:${detail.model}` : `compute:${detail.stage}`,
    detail.done,
    detail.total,
  );

const cancelled = (signal) =>
  Object.assign(new OffcutError({ code: "CANCELLED", message: "Cancelled.", retry: true }), { cause: signal.reason });

/** What `work` gives; where `signal` comes first, `stop` is called and nothing waited for. */
function unlessStopped(signal, work, stop) {
  if (!signal) return work();
  if (signal.aborted) return Promise.reject(cancelled(signal));
  return new Promise((resolve, reject) => {
    const abort = () => {
      stop();
      reject(cancelled(signal));
    };
    signal.addEventListener("abort", abort, { once: true });
    work().then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

let tickets = 0;

/**
 * As `cut`. `mask`: instead of what the networks find; `type`: what the function that was called says.
 * @param {ImageSource} image
 * @param {Config} [config]
 * @param {{mask?: ImageSource, type?: Output["type"]}} [given]
 * @returns {Promise<Cutout>}
 */
async function make(image, config, { mask, ...fixed } = {}) {
  const settings = read(config, fixed);
  const { signal, picture } = settings;
  let stop = () => {};
  const blobOf = (one) => (one == null ? undefined : toBlob(one, settings));
  const work = async () => {
    const parts = [engine(settings), toBlob(image, settings), blobOf(picture), blobOf(mask)];
    const [state, photo, background, matte] = await Promise.all(parts);
    if (signal?.aborted) throw cancelled(signal);
    const { handle } = state;
    const ticket = ++tickets;
    const pictures = Object.entries({ background, matte }).filter(([, blob]) => blob);
    const options = {
      ...settings.options,
      ...{ model: settings.wanted, previews: false, ticket, pictures: pictures.map(([name]) => name) },
    };
    const blobs = pictures.map(([, blob]) => blob); // beside the rest: they do not go through JSON
    stop = () => handle.stop(ticket);
    state.busy += 1;
    try {
      return await answer((resolve, reject) =>
        handle.remove(photo, JSON.stringify(options), reporter(settings.progress), resolve, reject, ...blobs),
      );
    } finally {
      state.busy -= 1;
    }
  };
  return unlessStopped(signal, work, () => stop());
}

/**
 * @typedef {"image/png" | "image/webp" | "image/avif" | "image/jpeg" | "image/x-rgba8" | "image/x-alpha8"} Format
 *   the last two are bare pixels, upper left first, their width and height in the Blob's `type`: four
 *   values each (straight alpha), or the alpha alone
 *
 * @typedef {object} Output
 * @property {Format} [format] PNG if not given
 * @property {number} [quality] 0 to 1, of lossy files (0.8 if not given); 1 makes WebP lossless
 * @property {"foreground" | "background" | "mask"} [type] what is kept ("foreground"): the subject, all
 *   but the subject, or the subject's shape in white
 * @property {8 | 16} [depth] bits a channel; 16 for PNG only
 * @property {boolean} [mask] the mask alone, as a gray PNG
 * @property {boolean} [crop] only the box that the subject fills
 * @property {boolean} [exif] keep the photo's Exif, place and all; without it none goes along
 *
 * @typedef {[number, number, number] | string} Colour red, green, blue, 0 to 255; or as CSS has it:
 *   "white", "#fc0", "rgb(255, 204, 0)"
 *
 * @typedef {Blob | ArrayBuffer | ArrayBufferView | ImageData | URL | string | ImageBitmap
 *   | HTMLImageElement | HTMLCanvasElement | OffscreenCanvas | HTMLVideoElement | VideoFrame
 *   | {data: ArrayBufferView, shape: number[]}} ImageSource
 *   an address counts from the page; of an `<img>` its file is taken. The last is an ndarray of
 *   height × width × 4 (or 1) bytes
 *
 * @typedef {Colour
 *   | {kind: "colour", colour: Colour}
 *   | {kind: "gradient", from: Colour, to: Colour, angle?: number}
 *   | {kind: "blur", amount?: number}
 *   | {kind: "image", image: ImageSource,
 *       fit?: "cover" | "contain" | "stretch", x?: number, y?: number}} Background
 *   "transparent" is none. `angle`: in degrees, as CSS has it (180, downwards, if not given). `amount`:
 *   0 to 1 (0.5), of 5 % of the photo's longer side. `x`, `y`: 0 to 1 (0.5), as object-position;
 *   "contain" leaves the rest white
 *
 * @typedef {object} Shadow lengths are fractions of the longer side of the subject's box
 * @property {"drop" | "contact"} kind behind the subject, or on the ground below it
 * @property {number} [x] to the right, -1 to 1 (0)
 * @property {number} [y] down, -1 to 1 (0)
 * @property {number} [blur] standard deviation, 0 to 0.5 (0.03)
 * @property {number} [strength] 0 to 1 (0.5)
 * @property {Colour} [colour] black if not given
 *
 * @typedef {object} Outline
 * @property {number} width 0 to 0.1 of the longer side of the subject's box
 * @property {Colour} [colour] white if not given
 *
 * @typedef {object} Frame where the result ends: around the subject, also beyond the photo
 * @property {number} [margin] 0 to under 0.5 of the frame's shorter side (0)
 * @property {[number, number]} [aspect] width and height, in any unit
 * @property {[number, number]} [size] width and height of the result in pixels
 * @property {boolean} [centre] the subject in the middle (true), or where it is in the photo
 *
 * @typedef {{tool: "erase" | "restore", size: number, points: [number, number, number][],
 *   hardness?: number, flow?: number, smart?: boolean}
 *   | {tool: "patch", hint: {id: number, x: number, y: number, keep: boolean}}} Stroke
 *   docs/strokes.md tells of both; a patch is what a network finds at a click
 *
 * @typedef {object} Config
 * @property {string | URL} [publicPath] the folder where Offcut's site lies; this module's own if not
 *   given, which a bundler changes
 * @property {boolean} [debug] say on the console what happens
 * @property {"auto" | "cpu" | "gpu" | "webgpu" | "wasm" | "wasm-mt" | "wasm-st"} [device] "auto" if not
 *   given, and the same as "gpu": the graphics processor where it can be used. "cpu" is "wasm"
 * @property {"fast" | "auto" | "best"} [profile] "auto" if not given
 * @property {"small" | "medium" | "large" | "isnet" | "isnet_fp16" | "isnet_quint8" | (string & {})} [model]
 *   the id of one model instead; "small" is the profile "fast", "medium" and "large" are "auto"
 * @property {string | URL | (string | URL)[]} [registry] addresses of further lists of models, with the
 *   keys of the site's own models/registry.json; whoever serves them has to allow it (CORS)
 * @property {Output} [output]
 * @property {(key: string, current: number, total: number) => void} [progress]
 *   "fetch:<model>" with bytes, "compute:<stage>" with steps
 * @property {boolean} [rescale] false: the longer side of the result has at most 1024 pixels
 * @property {boolean} [proxyToWorker] the work is always done in a worker
 * @property {RequestInit} [fetchArgs] for fetching the photo by its address, but `mode: "no-cors"`
 * @property {AbortSignal} [signal] ends the work at any stage; the error has the code CANCELLED and the
 *   name AbortError
 * @property {number} [maxSize] the longest side that the result may have, in pixels
 * @property {Stroke[]} [strokes] corrections by hand
 * @property {Background} [background] laid under the cut-out; without it the result is transparent
 *   (a JPEG has white)
 * @property {Shadow} [shadow]
 * @property {Outline} [outline] the edge of a sticker
 * @property {Frame} [frame]
 * @property {boolean} [foreground] give soft edges the subject's own colours instead of the
 *   photo's; if not given, true where there is a background, a shadow or an outline
 *
 * @typedef {object} Cutout
 * @property {Blob} blob
 * @property {string} name a name for its file
 * @property {number} width in pixels
 * @property {number} height in pixels
 * @property {string[]} models that looked at the photo
 * @property {string[]} checks what was checked on the written file
 * @property {string[]} notes what a person should know
 * @property {Record<string, number>} ms how long each step took
 *
 * @typedef {object} Report what runs on this device and why
 * @property {"webgpu" | "wasm-mt" | "wasm-st"} backend
 * @property {number} threads
 * @property {boolean} isolated whether the page may use threads
 * @property {{name: string, usable: boolean, reason: string}[]} candidates
 * @property {Record<string, number>} times milliseconds that the small model took by backend, once they
 *   were taken (0: it could not be done); that happens while nothing is to do, after the first cut
 * @property {{model: string, side: number, why: string}[]} limits models that see less here than elsewhere
 * @property {{id: string, title: string, bytes: number, licence: string, loaded: boolean, kept: boolean,
 *   kept_bytes: number}[]} models
 */

/**
 * Cut the subject out of `image` and tell all about it. A setting that is not valid is an
 * OffcutError with the code BAD_CONFIG.
 * @param {ImageSource} image
 * @param {Config} [config]
 * @returns {Promise<Cutout>}
 */
export function cut(image, config) {
  return make(image, config);
}

/**
 * Cut the subject out of `image`.
 * @param {ImageSource} image
 * @param {Config} [config]
 * @returns {Promise<Blob>} straight alpha; in PNG and lossless WebP the colours are the photo's own
 *   at every pixel, also where alpha is 0
 */
export async function removeBackground(image, config) {
  return (await make(image, config)).blob;
}

/**
 * Cut the subject away: what is left is all but it.
 * @param {ImageSource} image
 * @param {Config} [config]
 * @returns {Promise<Blob>}
 */
export async function removeForeground(image, config) {
  return (await make(image, config, { type: "background" })).blob;
}

/**
 * The subject's shape: white, with the matte as its alpha. `applySegmentationMask` takes it.
 * @param {ImageSource} image
 * @param {Config} [config]
 * @returns {Promise<Blob>}
 */
export async function segmentForeground(image, config) {
  return (await make(image, config, { type: "mask" })).blob;
}

/** The same as `segmentForeground`. */
export const alphamask = segmentForeground;

/**
 * Cut out of `image` what `mask` says, without any model.
 * @param {ImageSource} image
 * @param {ImageSource} mask its alpha counts, or where it is opaque its brightness; another size than
 *   the image's is stretched to it
 * @param {Config} [config]
 * @returns {Promise<Blob>}
 */
export async function applySegmentationMask(image, mask, config) {
  return (await make(image, config, { mask })).blob;
}

/**
 * Start the engine and fetch the models, so that the first cut is quick.
 * @param {Config} [config]
 * @returns {Promise<void>}
 */
export async function preload(config) {
  const settings = read(config);
  const report = reporter(settings.progress);
  const listen = (kind, detail) => kind === "stage" && report(detail);
  let stop = () => {};
  const work = async () => {
    const state = await engine(settings);
    if (settings.signal?.aborted) throw cancelled(settings.signal);
    state.listeners.add(listen);
    stop = () => state.busy || state.handle.cancel(); // a photo needs what is being fetched
    try {
      await answer((resolve, reject) => state.handle.warm(settings.wanted, resolve, reject));
    } finally {
      state.listeners.delete(listen);
    }
  };
  await unlessStopped(settings.signal, work, () => stop());
}

/**
 * Start the engine and tell what runs.
 * @param {Config} [config]
 * @returns {Promise<Report>}
 */
export async function probe(config) {
  const { handle } = await engine(read(config));
  return JSON.parse(await answer((resolve, reject) => handle.start(resolve, reject)));
}

/**
 * Keep a model of your own on this device, once a trial run has shown that it computes; from then on,
 * also on later visits, `model: id` asks for it. What cannot be used is an OffcutError with the code
 * MODEL_FILE and a sentence that says why.
 * @param {Blob | ArrayBuffer | ArrayBufferView | URL | string} file an .onnx file
 * @param {{id: string, title?: string, template?: string, acceptTerms?: boolean, normalise?: string,
 *   roles?: string[], input?: object, output?: object}} options docs/models.md tells them
 * @param {Config} [config]
 * @returns {Promise<string>} its id
 */
export async function registerModel(file, { acceptTerms, ...options }, config) {
  const settings = read(config);
  const [{ handle }, blob] = await Promise.all([engine(settings), toBlob(file, settings)]);
  const changes = JSON.stringify({ ...options, accept_terms: acceptTerms });
  return answer((resolve, reject) => handle.register(blob, changes, resolve, reject));
}

/**
 * Delete the model of that id from this device; one of the site's own comes again when it is needed.
 * @param {string} id
 * @param {Config} [config]
 * @returns {Promise<void>}
 */
export async function unregisterModel(id, config) {
  const { handle } = await engine(read(config));
  await answer((resolve, reject) => handle.unregister(id, resolve, reject));
}

/**
 * End the workers and give their memory back; the next call starts anew.
 * @returns {Promise<void>}
 */
export async function dispose() {
  const running = [...engines.values()];
  engines.clear();
  for (const made of running) (await made).handle.dispose();
}

export default removeBackground;
