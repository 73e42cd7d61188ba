// Whatever a page has of a picture, as a Blob that the engine reads.

import { OffcutError } from "../door.js";

/** Pixels without a file around them (worker/offcut/pixels/raw.py). */
const raw = (data, width, height, values = 4) =>
  new Blob([data], { type: `image/${values === 1 ? "x-alpha8" : "x-rgba8"};width=${width};height=${height}` });

async function fetched(address, { fetchArgs, signal }) {
  const options = { ...fetchArgs, ...(signal && { signal }) };
  if (options.mode === "no-cors") delete options.mode; // it gives answers that nobody may read
  let response;
  try {
    response = await fetch(address, options);
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new OffcutError({ code: "PHOTO_GONE", message: `${address} could not be fetched: ${error.message}` });
  }
  if (response.ok) return response.blob();
  throw new OffcutError({ code: "PHOTO_GONE", message: `${address}: HTTP ${response.status}` });
}

function drawn(source) {
  const width = source.displayWidth ?? source.videoWidth ?? source.width;
  const height = source.displayHeight ?? source.videoHeight ?? source.height;
  try {
    const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
    context.drawImage(source, 0, 0);
    return raw(context.getImageData(0, 0, width, height).data, width, height);
  } catch (error) {
    // Without pixels, closed, or from another site that does not allow it to be read.
    throw new OffcutError({ code: "NOT_AN_IMAGE", message: `This picture cannot be read: ${error.message}` });
  }
}

function addressOf(image) {
  try {
    return new URL(image, document.baseURI);
  } catch {
    throw new OffcutError({ code: "NOT_AN_IMAGE", message: `This is no address of a picture: ${image}` });
  }
}

const isOneOf = (value, ...names) => names.some((name) => globalThis[name] && value instanceof globalThis[name]);

/**
 * `image` as a Blob. `fetchArgs`, `signal`: for what lies behind an address.
 * @param {any} image
 * @param {{fetchArgs?: RequestInit, signal?: AbortSignal}} settings
 * @returns {Promise<Blob>}
 */
export async function toBlob(image, { fetchArgs, signal }) {
  if (image instanceof Blob) return image;
  if (image instanceof ArrayBuffer || ArrayBuffer.isView(image)) return new Blob([/** @type {any} */ (image)]);
  if (image instanceof HTMLImageElement) image = image.currentSrc || image.src; // the file, not what was drawn of it
  if (image instanceof URL || typeof image === "string")
    return fetched(addressOf(image), { fetchArgs, signal });
  if (image instanceof ImageData && image.data instanceof Uint8ClampedArray)
    return raw(image.data, image.width, image.height);
  if (isOneOf(image, "ImageBitmap", "HTMLCanvasElement", "OffscreenCanvas", "HTMLVideoElement", "VideoFrame"))
    return drawn(image);
  const [height, width, values] = image?.shape ?? []; // an ndarray, as @imgly/background-removal takes it
  if (ArrayBuffer.isView(image?.data) && (values === 1 || values === 4)) return raw(image.data, width, height, values);
  throw new OffcutError({
    code: "NOT_AN_IMAGE",
    message: "Give a Blob, ArrayBuffer, typed array, ImageData, URL or address of an image, or what shows one.",
  });
}
