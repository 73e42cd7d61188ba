// Each line that ends with "// wrong" must be refused, and no other.
import removeBackground, { OffcutError, applySegmentationMask, type Config } from "../../public/offcut.js";

export const keys: Config = { publicPaht: "https://your.site/" }; // wrong
export const formats: Config = { output: { format: "image/gif" } }; // wrong
export const types: Config = { output: { type: "both" } }; // wrong
export const devices: Config = { device: "abacus" }; // wrong
export const profiles: Config = { profile: "good" }; // wrong
export const signals: Config = { signal: new AbortController() }; // wrong
export const grounds: Config = { background: { kind: "blurred" } }; // wrong
export const fine: Config = { output: { format: "image/x-rgba8" }, device: "cpu" };
removeBackground(42); // wrong
removeBackground("./photo.jpg", { progress: (key: number) => key }); // wrong
applySegmentationMask("./photo.jpg"); // wrong
export const made: Promise<string> = removeBackground("./photo.jpg"); // wrong
new OffcutError("a word"); // wrong
