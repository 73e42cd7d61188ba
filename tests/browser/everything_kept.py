"""All that a page's origin keeps on the device, wherever a page can keep something."""

from __future__ import annotations

# Everything that this origin keeps, each piece with its place. Bytes whose sha256 is known come
# without themselves: there are sixty megabytes of the site's own.
EVERYTHING = """async (known) => {
  const found = [];
  const coded = (bytes) => {
    let text = "";
    for (let i = 0; i < bytes.length; i += 32768)
      text += String.fromCharCode(...bytes.subarray(i, i + 32768));
    return btoa(text);
  };
  const bytes = async (where, buffer) => {
    const hash = [...new Uint8Array(await crypto.subtle.digest("SHA-256", buffer))]
      .map((one) => one.toString(16).padStart(2, "0")).join("");
    const data = known.includes(hash) ? null : coded(new Uint8Array(buffer));
    found.push({ where, hash, data });
  };
  const text = (where, value) => found.push({ where, text: String(value) });
  const walk = async (where, value) => {
    if (value instanceof Blob) {
      text(`${where} (its type)`, value.type);
      if (value instanceof File) text(`${where} (its name)`, `${value.name} ${value.lastModified}`);
      await bytes(where, await value.arrayBuffer());
    } else if (value instanceof ArrayBuffer) await bytes(where, value);
    else if (ArrayBuffer.isView(value)) await bytes(where, new Uint8Array(
      value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength)).buffer);
    else if (value instanceof ImageData) await bytes(where, value.data.buffer);
    else if (globalThis.FileSystemHandle && value instanceof FileSystemHandle)
      text(`${where} (a handle)`, value.name);
    else if (value instanceof Map || value instanceof Set) await walk(where, [...value]);
    else if (value instanceof Date) text(where, +value);
    else if (value && typeof value === "object")
      for (const key of Object.keys(value)) {
        text(`${where} (a key)`, key);
        await walk(`${where}/${key}`, value[key]);
      }
    else if (value !== null && value !== undefined) text(where, value);
  };
  const asked = (request) => new Promise((done, fail) =>
    Object.assign(request, { onsuccess: () => done(request.result), onerror: fail }));
  for (const [kind, box] of Object.entries({ localStorage, sessionStorage }))
    for (const key of Object.keys(box)) text(`${kind}/${key}`, box.getItem(key));
  if (document.cookie) text("cookies", document.cookie);
  for (const { name, version } of await indexedDB.databases()) {
    const db = await asked(indexedDB.open(name, version));
    text("indexedDB (a name)", name);
    for (const store of db.objectStoreNames) {
      text("indexedDB (a name)", store);
      const all = db.transaction(store).objectStore(store);
      const [keys, values] = await Promise.all([asked(all.getAllKeys()), asked(all.getAll())]);
      for (const [at, key] of keys.entries()) {
        await walk(`indexedDB/${name}/${store} (a key)`, key);
        await walk(`indexedDB/${name}/${store}`, values[at]);
      }
    }
    db.close();
  }
  for (const name of await caches.keys()) {
    text("caches (a name)", name);
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const response = await cache.match(request);
      text(`caches/${name} (an address)`, request.url);
      text(`caches/${name} (headers)`, JSON.stringify([...request.headers, ...response.headers]));
      await bytes(`caches/${name} of ${request.url}`, await response.arrayBuffer());
    }
  }
  const folder = async (where, handle) => {
    for await (const [name, entry] of handle) {
      text(`${where} (a name)`, name);
      if (entry.kind === "file") await walk(`${where}/${name}`, await entry.getFile());
      else await folder(`${where}/${name}`, entry);
    }
  };
  await folder("files", await navigator.storage.getDirectory());
  for (const name of await (navigator.storageBuckets?.keys() ?? [])) text("buckets (a name)", name);
  return found;
}"""
