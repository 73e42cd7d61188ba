// What a caller may set, checked: its names and kinds here, what depends on the engine there.

import { OffcutError, base } from "../door.js";

const MODELS = { small: "fast", medium: "auto", large: "auto", isnet_fp16: "isnet", isnet_quint8: "isnet" };
const DEVICES = { cpu: "wasm", gpu: "auto" };
const DEEPEST = 8; // of a setting in settings; pyscript/handles.py has the same for a frame's
const NETWORK_SIDE = 1024; // of @imgly/background-removal's networks, whose own size `rescale: false` gives

const flag = [(value) => typeof value === "boolean", "true or false"];
const text = (what) => [(value) => typeof value === "string" && value !== "", what];
const one = (...names) => [(value) => names.includes(value), `one of ${names.join(", ")}`];
const object = (what) => [(value) => typeof value === "object", what];
const within = (least, most, what) => [(value) => typeof value === "number" && value >= least && value <= most, what];
const anything = [() => true, ""]; // the engine says what is wrong with it

const KEYS = {
  publicPath: [
    (value) => (typeof value === "string" && value !== "") || value instanceof URL,
    "the address of the folder where Offcut's site lies",
  ],
  debug: flag,
  device: one("auto", "cpu", "gpu", "webgpu", "wasm", "wasm-mt", "wasm-st"),
  model: text("the name of a model"),
  profile: one("fast", "auto", "best"),
  registry: [
    (value) => [value].flat().every((list) => typeof list === "string" || list instanceof URL),
    "the address of a list of models, or several",
  ],
  output: object("an object with settings"),
  progress: [(value) => typeof value === "function", "a function"],
  rescale: flag,
  proxyToWorker: flag,
  fetchArgs: object("an object with options of fetch"),
  signal: [(value) => value instanceof AbortSignal, "an AbortSignal"],
  maxSize: within(1, 2 ** 31 - 1, "a number of pixels, 1 or more"),
  strokes: [Array.isArray, "a list of strokes"],
  foreground: flag,
  background: anything,
  shadow: anything,
  outline: anything,
  frame: anything,
};
const OUTPUT = {
  format: text("a type such as image/png"),
  quality: within(0, 1, "a number from 0 to 1"),
  type: one("foreground", "background", "mask"),
  depth: one(8, 16),
  mask: flag,
  crop: flag,
  exif: flag,
};

const wrong = (message) => new OffcutError({ code: "BAD_CONFIG", message });

/** The settings that are there, under names that exist and of the right kinds; null and undefined are not there. */
function checked(given, known, prefix = "") {
  if (typeof given !== "object") throw wrong("The settings are an object.");
  const found = Object.fromEntries(Object.entries(given).filter(([, value]) => value != null));
  for (const [key, value] of Object.entries(found)) {
    if (!Object.hasOwn(known, key))
      throw wrong(`There is no setting ${prefix}${key}; there are ${Object.keys(known).join(", ")}.`);
    const [fits, what] = known[key];
    if (!fits(value)) throw wrong(`The setting ${prefix}${key} has to be ${what}.`);
  }
  return found;
}

/** What a table has under a name; names such as "constructor", which every object has, are not in it. */
const named = (table, name) => (Object.hasOwn(table, name ?? "") ? table[name] : name);

function addressOf(given, setting) {
  try {
    return new URL(given, document.baseURI).href;
  } catch {
    throw wrong(`The setting ${setting} has to be an address, and ${given} is none.`);
  }
}

/** Stop at what JSON cannot hold, or what is nested deeper than any setting is, as a ring is without end. */
function onlyPlain(value, deep = 0) {
  if (["bigint", "function", "symbol"].includes(typeof value) || deep > DEEPEST)
    throw wrong("Settings are plain values, as JSON has them, and not deeply nested.");
  if (value && typeof value === "object") for (const one of Object.values(value)) onlyPlain(one, deep + 1);
}

function siteOf(publicPath) {
  if (publicPath) return addressOf(publicPath, "publicPath").replace(/\/?$/, "/");
  if (/^https?:/.test(base)) return base;
  throw wrong("This copy of Offcut was bundled: say by the setting publicPath where Offcut's site lies.");
}

const told = (key, done, total) => console.debug(`Offcut: ${key}: ${done} of ${total}`);

/**
 * What was set, for those who work with it. `options` is what the engine takes (pyscript/engine.py).
 * @param {any} [config]
 * @param {{type?: string}} [fixed] what the function that was called says by itself
 */
export function read(config = {}, fixed = {}) {
  const found = checked(config ?? {}, KEYS);
  const output = { ...checked(found.output ?? {}, OUTPUT, "output."), ...fixed };
  if (found.debug) console.debug("Offcut: config:", found);
  const { background, foreground, shadow, outline, frame, strokes, maxSize = Infinity } = found;
  const options = {
    ...output,
    ...{ foreground, shadow, outline, frame, edits: strokes },
    background: background?.image == null ? background : { ...background, image: undefined },
  };
  onlyPlain(options);
  const most = Math.min(maxSize, found.rescale === false ? NETWORK_SIDE : Infinity);
  return {
    site: siteOf(found.publicPath),
    backend: named(DEVICES, found.device) ?? "auto",
    registries: [found.registry ?? []].flat().map((list) => addressOf(list, "registry")),
    wanted: found.profile ?? named(MODELS, found.model) ?? "auto",
    debug: found.debug ?? false,
    progress: found.progress ?? (found.debug ? told : undefined),
    signal: found.signal,
    fetchArgs: found.fetchArgs,
    picture: background?.image,
    options: { ...options, max_size: Number.isFinite(most) ? Math.floor(most) : undefined },
  };
}
