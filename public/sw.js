// Offcut's one service worker. Its jobs:
//   offline    the site's files are kept on the device, one whole version at a time;
//   isolation  the headers that threads need, on hosts that cannot send them;
//   counting   how many requests pass, and whether any carries something.
// The build bundles this file with Workbox and puts in front of it
//   self.__OFFCUT = {version, shell: [{url, revision}], lazy: [{url, revision}]}
// shell: what the page needs to come alive; fetched at install, all or nothing.
// lazy:  interpreters, wheels, inference runtime (tens of MB); kept when first used.
// What is in neither list (the models' parts: they live in IndexedDB) never gets here.
import { setCacheNameDetails } from "workbox-core";
import { PrecacheController, PrecacheRoute } from "workbox-precaching";
import { registerRoute } from "workbox-routing";
import { Strategy } from "workbox-strategies";

const { version, shell, lazy } = self.__OFFCUT;
const scope = self.registration.scope;

// ---- what the page and its workers ask for, for whoever wants to check ------------------
// Only a request with a method of its own can carry anything. Forgotten when this worker is
// ended, which browsers do after a while without work. In front of all routes: one that answers
// ends the event for those behind it.
const SHARE = `${scope}share`; // other programs' photos, answered here; no server sees them
let asked = 0;
let carried = 0;
self.addEventListener("fetch", (event) => {
  const { method, url, cache, mode } = event.request;
  asked += 1;
  if (!["GET", "HEAD"].includes(method) && url !== SHARE) carried += 1;
  // Who asks for no copy wants to see what the host sends (selftest.html).
  if (cache === "no-store" && mode !== "navigate") event.stopImmediatePropagation();
});

// The scope is in the names: several Offcuts may live on one origin.
setCacheNameDetails({ prefix: "offcut", precache: "shell", suffix: scope });
const LAZY_CACHE = `offcut-lazy-${scope}`;

// require-corp, not credentialless: every file is our own, so the stricter one costs
// nothing, and Safari knows only that one. It is on every response, not on the page alone:
// a browser refuses a worker script without it inside an isolated page, and ONNX Runtime
// starts its threads from its own .mjs.
const ISOLATION = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "cross-origin",
};

// In a frame those do nothing where the host is not isolated; there, Chromium takes this one.
const FRAME = { "Document-Isolation-Policy": "isolate-and-credentialless" };

function isolated(response) {
  const headers = new Headers(response.headers);
  const wanted = { ...ISOLATION, ...(plain(response.url) === `${scope}embed.html` && FRAME) };
  for (const [name, value] of Object.entries(wanted)) headers.set(name, value);
  headers.delete("Vary"); // the revision alone decides which copy is the right one
  headers.delete("Content-Encoding"); // the body is unpacked by now,
  headers.delete("Content-Length"); // and longer than it was on its way
  const { status, statusText } = response;
  return new Response(response.body, { status, statusText, headers });
}

// A revision that is a sha256 is enforced by the browser itself, while it fetches. So a
// deploy caught half-way, a cut or an altered file is refused instead of being kept.
function integrity(revision) {
  if (!/^[0-9a-f]{64}$/.test(revision ?? "")) return "";
  const bytes = revision.match(/../g).map((pair) => parseInt(pair, 16));
  return `sha256-${btoa(String.fromCharCode(...bytes))}`;
}

// ---- the shell ---------------------------------------------------------------------
// Entries are keyed by revision: a waiting version fills the cache beside the running one,
// without touching what that one serves. What is old goes when the new one activates.
const controller = new PrecacheController({
  plugins: [{ fetchDidSucceed: async ({ response }) => isolated(response) }],
});
controller.addToCacheList(
  shell.map(({ url, revision }) => ({ url, revision, integrity: integrity(revision) })),
);
registerRoute(
  new PrecacheRoute(controller, {
    directoryIndex: "index.html",
    ignoreURLParametersMatching: [/./], // ?backend=… is for the page, not for the server
    cleanURLs: false,
  }),
);

// ---- the lazy files ----------------------------------------------------------------
const lazyByUrl = new Map(
  lazy.map(({ url, revision }) => [new URL(url, self.location).href, revision]),
);
const plain = (url) => url.split(/[?#]/, 1)[0];
const lazyKey = (url) => `${url}?revision=${lazyByUrl.get(url)}`;
// The check makes a copy of any age as good as a new one.
const lazyRequest = (url, options) =>
  new Request(url, {
    integrity: integrity(lazyByUrl.get(url)),
    credentials: "same-origin",
    ...options,
  });
const flying = new Map(); // url -> promise; two askers, one download

// Chromium keeps compiled WebAssembly beside what the network answers and what its HTTP
// cache holds of that; beside a Response made here it keeps none, and beside one from the
// Cache it hardly finds it again: seconds of compiling at each visit (docs/performance.md).
// So these are answered as they came. They are no documents and no workers, and need none
// of the headers.
const compiled = (url) => url.endsWith(".wasm");
const asItCame = (url) =>
  fetch(lazyRequest(url, { cache: "only-if-cached", mode: "same-origin" })).catch(() => null);

class Lazy extends Strategy {
  async _handle(request, handler) {
    const url = plain(request.url);
    for (;;) {
      const kept = await handler.cacheMatch(request);
      if (kept) return (compiled(url) && (await asItCame(url))) || kept;
      if (!flying.has(url)) break;
      await flying.get(url);
    }
    // The browser's own copy may be the broken one: the second try goes past it.
    const fetched = handler
      .fetch(request)
      .catch(() => handler.fetch(new Request(url, { cache: "reload", signal: request.signal })));
    // A full disk costs the offline copy, never the answer.
    const keeping = fetched
      .then((response) => response.ok && handler.cachePut(request, response.clone()))
      .catch(() => false)
      .then(() => void flying.delete(url));
    flying.set(url, keeping);
    handler.waitUntil(keeping);
    try {
      return await fetched;
    } catch (error) {
      // No network, or the server already has another version: look for it, so that the
      // page can offer it. Its file is not served to this version.
      self.registration.update().catch(() => {});
      throw error;
    }
  }
}

const lazyStrategy = new Lazy({
  cacheName: LAZY_CACHE,
  plugins: [
    {
      cacheKeyWillBeUsed: async ({ request }) => lazyKey(plain(request.url)),
      requestWillFetch: async ({ request: { url, cache, signal } }) =>
        lazyRequest(plain(url), { cache: cache === "reload" ? cache : "force-cache", signal }),
      fetchDidSucceed: async ({ request, response }) =>
        compiled(request.url) ? response : isolated(response),
      cacheWillUpdate: async ({ request, response }) =>
        compiled(plain(request.url)) ? isolated(response) : response,
    },
  ],
});
registerRoute(({ request }) => lazyByUrl.has(plain(request.url)), lazyStrategy);

/** Keeps every lazy file whose path starts with one of `only` (default: all). Resolves to
 * the urls that could not be kept: no network, no room. */
async function cacheLazy(event, only = [""]) {
  const missing = [];
  const cache = await caches.open(LAZY_CACHE);
  for (const { url } of lazy.filter((file) => only.some((start) => file.url.startsWith(start)))) {
    const href = new URL(url, self.location).href;
    const [answer, done] = lazyStrategy.handleAll({ event, request: new Request(href) });
    await answer.then((response) => response.body?.cancel()).catch(() => {});
    await done.catch(() => {});
    if (!(await cache.match(lazyKey(href)))) missing.push(url);
  }
  return missing;
}

/** The lazy files that an older version kept and that have changed since: whoever works
 * offline today must be able to do so right after the update. */
async function renewLazy(event) {
  const keys = (await (await caches.open(LAZY_CACHE)).keys()).map((request) => request.url);
  const had = new Set(keys.map(plain));
  const changed = lazy.filter(({ url }) => {
    const href = new URL(url, self.location).href;
    return had.has(href) && !keys.includes(lazyKey(href));
  });
  if (changed.length) await cacheLazy(event, changed.map(({ url }) => url));
}

// ---- photos that other programs share with the installed app ---------------------------
// They come as a form that is sent to ./share: no server ever sees it. The page takes them
// out again at once (pyscript/arrivals.py).
const SHARED = `offcut-shared-${scope}`;
const SHARED_MOST = 200;

async function shared({ request }) {
  const files = (await request.formData()).getAll("photos").slice(0, SHARED_MOST);
  await caches.delete(SHARED);
  const cache = await caches.open(SHARED);
  for (const [at, file] of files.entries()) {
    if (!(file instanceof File)) continue;
    const headers = { "Content-Type": file.type, "X-Name": encodeURIComponent(file.name) };
    await cache.put(`${scope}shared/${at}`, new Response(file, { headers }));
  }
  return Response.redirect(`${scope}?shared`, 303);
}
registerRoute(({ url }) => url.href === SHARE, shared, "POST");

// ---- life --------------------------------------------------------------------------
self.addEventListener("install", (event) => {
  event.waitUntil(controller.install(event).then(() => renewLazy(event)));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      await controller.activate(event);
      const current = new Set([...lazyByUrl.keys()].map(lazyKey));
      const cache = await caches.open(LAZY_CACHE);
      for (const key of await cache.keys()) if (!current.has(key.url)) await cache.delete(key);
      // Not waited for: Firefox waits for every worker of the page to take note, and ONNX Runtime's
      // threads take note of nothing. It would go on activating, and fail the next visit's page.
      self.clients.claim().catch(() => {});
    })(),
  );
});

/** A new version takes over only where one tab alone is open: another tab would go on with
 * the old page and get the new engine. Resolves to the number of tabs in the way. */
async function takeOver(event) {
  const tabs = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const others = tabs.filter(
    (tab) => tab.id !== event.source?.id && tab.url.startsWith(scope),
  );
  if (!others.length) await self.skipWaiting();
  return others.length;
}

// Each answer goes back through the port that came with the message, or to its sender.
self.addEventListener("message", (event) => {
  const { type, only } = event.data ?? {};
  const answer = (body) => (event.ports[0] ?? event.source)?.postMessage({ type, ...body });
  if (type === "VERSION") answer({ version });
  else if (type === "TRAFFIC") answer({ asked, carried });
  else if (type === "SKIP_WAITING")
    event.waitUntil(takeOver(event).then((tabs) => answer({ ok: tabs === 0, tabs })));
  else if (type === "CACHE_LAZY")
    event.waitUntil(cacheLazy(event, only).then((missing) => answer({ ok: !missing.length, missing })));
});
