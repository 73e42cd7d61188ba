// The JavaScript door to Offcut: an ES module for any page, in the shapes of
// @imgly/background-removal 1.7. It starts the same engine as Offcut's own page (Python, in a worker)
// and carries images to it and results back; nothing is decided here.

import { OffcutError, answer, base, door } from "./door.js";

export { OffcutError };

// <offcut-remover>, where there are elements: not in a worker, not on a server.
if (globalThis.customElements) import("./element.js");

const MODELS = { small: "fast", medium: "auto", large: "auto", isnet_fp16: "isnet", isnet_quint8: "isnet" };
const DEVICES = { gpu: "auto" };
const wanted = ({ profile, model }) => profile ?? MODELS[model] ?? model ?? "auto";

const engines = new Map(); // one engine a device setting and list of registries

async function engine({ device = "auto", registry = [] } = {}) {
  const backend = DEVICES[device] ?? device;
  const lists = JSON.stringify([registry].flat().map((one) => new URL(one, location.href).href));
  const key = `${backend} ${lists}`;
  if (!engines.has(key)) {
    const made = door().then(({ open }) => {
      const state = { listeners: new Set() };
      const listen = (kind, json) => {
        for (const listener of state.listeners) listener(kind, JSON.parse(json));
      };
      state.handle = open(base, backend, listen, lists);
      return state;
    });
    engines.set(key, made);
    made.catch(() => engines.delete(key));
  }
  return engines.get(key);
}

async function toBlob(image) {
  if (image instanceof Blob) return image;
  if (image instanceof ArrayBuffer || ArrayBuffer.isView(image)) return new Blob([image]);
  if (image instanceof URL || typeof image === "string") {
    const response = await fetch(image);
    if (response.ok) return response.blob();
    throw new OffcutError({ code: "PHOTO_GONE", message: `${image}: HTTP ${response.status}` });
  }
  throw new OffcutError({
    code: "NOT_AN_IMAGE",
    message: "Give a Blob, File, ArrayBuffer, typed array, URL or address of an image.",
  });
}

// imgly's progress keys: "fetch:<what>" with bytes, "compute:<stage>" with steps.
const reporter = (progress) => (detail) =>
  progress?.(
    detail.stage === "download" ? `fetch:${detail.model}` : `compute:${detail.stage}`,
    detail.done,
    detail.total,
  );

/**
 * @typedef {object} Output
 * @property {"image/png" | "image/webp" | "image/avif" | "image/jpeg"} [format] PNG if not given
 * @property {number} [quality] 0 to 1, of lossy files (0.8 if not given); 1 makes WebP lossless
 * @property {8 | 16} [depth] bits a channel; 16 for PNG only
 * @property {boolean} [mask] the mask alone, as a gray PNG
 * @property {boolean} [crop] only the box that the subject fills
 * @property {boolean} [exif] keep the photo's Exif, place and all; without it none goes along
 *
 * @typedef {[number, number, number]} Colour red, green, blue, 0 to 255
 *
 * @typedef {Colour
 *   | {kind: "colour", colour: Colour}
 *   | {kind: "gradient", from: Colour, to: Colour, angle?: number}
 *   | {kind: "blur", amount?: number}
 *   | {kind: "image", image: Blob | ArrayBuffer | ArrayBufferView | URL | string,
 *       fit?: "cover" | "contain" | "stretch", x?: number, y?: number}} Background
 *   `angle`: in degrees, as CSS has it (180, downwards, if not given). `amount`: 0 to 1 (0.5), of 5 %
 *   of the photo's longer side. `x`, `y`: 0 to 1 (0.5), as object-position; "contain" leaves the rest
 *   white
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
 * @typedef {object} Config
 * @property {"fast" | "auto" | "best"} [profile] "auto" if not given
 * @property {string} [model] the id of one model instead
 * @property {string} [device] "auto", "webgpu", "wasm-mt" or "wasm-st"
 * @property {string | URL | (string | URL)[]} [registry] addresses of further lists of models, with the
 *   keys of the site's own models/registry.json; whoever serves them has to allow it (CORS)
 * @property {Output} [output]
 * @property {Background} [background] laid under the cut-out; without it the result is transparent
 *   (a JPEG has white)
 * @property {Shadow} [shadow]
 * @property {Outline} [outline] the edge of a sticker
 * @property {Frame} [frame]
 * @property {boolean} [foreground] give soft edges the subject's own colours instead of the
 *   photo's; if not given, true where there is a background, a shadow or an outline
 * @property {(key: string, done: number, total: number) => void} [progress]
 */

/**
 * Cut the subject out of `image` and tell all about it. A setting that is not valid is an
 * OffcutError with the code BAD_CONFIG.
 * @param {Blob | ArrayBuffer | ArrayBufferView | URL | string} image
 * @param {Config} [config]
 * @returns {Promise<{blob: Blob, name: string, width: number, height: number, models: string[],
 *   checks: string[], notes: string[], ms: Record<string, number>}>}
 */
export async function cut(image, config = {}) {
  const [{ handle }, photo] = await Promise.all([engine(config), toBlob(image)]);
  const { format, quality, depth, mask, crop, exif } = config.output ?? {};
  const { background, foreground, shadow, outline, frame } = config;
  // A background's picture does not go through JSON: it travels beside the rest.
  const picture = background?.image == null ? undefined : await toBlob(background.image);
  const options = {
    model: wanted(config),
    ...{ format, quality, depth, mask, crop, exif, foreground, shadow, outline, frame },
    background: picture ? { ...background, image: undefined } : background,
    previews: false,
  };
  const onStage = reporter(config.progress);
  return answer((resolve, reject) =>
    handle.remove(
      photo,
      JSON.stringify(options),
      onStage,
      resolve,
      reject,
      ...(picture ? [picture] : []),
    ),
  );
}

/**
 * Cut the subject out of `image`; the arguments are those of `cut`.
 * @param {Blob | ArrayBuffer | ArrayBufferView | URL | string} image
 * @param {Config} [config]
 * @returns {Promise<Blob>} straight alpha; in PNG and lossless WebP the colours are the photo's own
 *   at every pixel, also where alpha is 0
 */
export async function removeBackground(image, config = {}) {
  return (await cut(image, config)).blob;
}

/** Start the engine and fetch the models, so that the first cut is quick. */
export async function preload(config = {}) {
  const { handle, listeners } = await engine(config);
  const report = reporter(config.progress);
  const listen = (kind, detail) => kind === "stage" && report(detail);
  listeners.add(listen);
  try {
    await answer((resolve, reject) => handle.warm(wanted(config), resolve, reject));
  } finally {
    listeners.delete(listen);
  }
}

/**
 * What runs on this device and why: `backend`, `threads`, `candidates` each with its reason; `times`, the
 * milliseconds that the small model took by backend, once they were taken (0: it could not be done; that
 * happens while nothing is to do, after the first cut); `limits`, models that see less here than elsewhere.
 */
export async function probe(config = {}) {
  const { handle } = await engine(config);
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
export async function registerModel(file, { acceptTerms, ...options }, config = {}) {
  const [{ handle }, blob] = await Promise.all([engine(config), toBlob(file)]);
  const changes = JSON.stringify({ ...options, accept_terms: acceptTerms });
  return answer((resolve, reject) => handle.register(blob, changes, resolve, reject));
}

/** Delete the model of that id from this device; one of the site's own comes again when it is needed. */
export async function unregisterModel(id, config = {}) {
  const { handle } = await engine(config);
  await answer((resolve, reject) => handle.unregister(id, resolve, reject));
}

/** End the workers and give their memory back; the next call starts anew. */
export async function dispose() {
  const running = [...engines.values()];
  engines.clear();
  for (const made of running) (await made).handle.dispose();
}

export default removeBackground;
