#!/usr/bin/env node
// Copies Offcut's site out of the package, into a folder that a server serves.
import { cp } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const [target, ...more] = process.argv.slice(2);
if (!target || target.startsWith("-") || more.length) {
  console.error("offcut-site <folder>: copies Offcut's site into the folder, for example public/offcut");
  process.exit(2);
}
await cp(fileURLToPath(new URL("dist/", import.meta.url)), target, { recursive: true });
console.log(`Offcut's site lies in ${target}. Its address is what the setting publicPath takes.`);
