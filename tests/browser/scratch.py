"""A tiny site with the real service worker: quick to load, easy to publish a version of."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from .servers import Site

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'
 'wasm-unsafe-eval' blob:; worker-src 'self' blob:; connect-src 'self' blob:; style-src 'self'">
<link rel="stylesheet" href="app.css"><script type="module" src="page.mjs"></script>
</head><body data-version="{v}">version {v}</body></html>"""

WORKER_FILE = """
import "./part.mjs";
onmessage = () => postMessage({isolated: self.crossOriginIsolated, part: self.part});
"""


# What the tests have the tiny page do.

REGISTER = """async () => {
  const registration = await navigator.serviceWorker.register("sw.js");
  await navigator.serviceWorker.ready;
  if (!navigator.serviceWorker.controller)
    await new Promise((done) => navigator.serviceWorker.oncontrollerchange = done);
}"""

# Ask the worker (running, or the one that waits) and wait for its answer.
ASK = """async ([message, waiting]) => {
  const registration = await navigator.serviceWorker.ready;
  const {port1, port2} = new MessageChannel();
  const answer = new Promise((done) => port1.onmessage = (event) => done(event.data));
  (waiting ? registration.waiting : registration.active).postMessage(message, [port2]);
  return answer;
}"""

# Look for a new version; resolves when it waits (or when there is none, or it failed).
UPDATE = """async () => {
  const registration = await navigator.serviceWorker.ready;
  await registration.update().catch(() => {});
  const coming = registration.installing;
  if (!coming) return registration.waiting ? "installed" : "none";
  if (coming.state === "installing")
    await new Promise((done) => coming.onstatechange = done);
  return coming.state;
}"""

ISOLATED_BY = """async (url) =>
  (await fetch(url)).headers.get("cross-origin-embedder-policy")"""

FETCH = "async (url) => (await (await fetch(url)).text()).slice(0, 8)"

# The paths of all that the service worker keeps.
KEPT = """async () => {
  const kept = [];
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys())
      kept.push(new URL(request.url).pathname);
  return kept;
}"""

WORKER = """async (blob) => {
  const href = new URL("worker.mjs", location.href).href;
  const url = blob
    ? URL.createObjectURL(new Blob([`import ${JSON.stringify(href)};`], {type: "text/javascript"}))
    : href;
  const worker = new Worker(url, {type: "module"});
  const answer = new Promise((done, fail) => {
    worker.onmessage = (event) => done(event.data);
    worker.onerror = (event) => fail(new Error(event.message || "the worker did not start"));
  });
  worker.postMessage(1);
  return answer;
}"""

# As ONNX Runtime starts its threads: a module worker of a blob worker, by address.
POOL = """async () => {
  const href = new URL("lazy/pool.mjs", location.href).href;
  const code = `const inner = new Worker(${JSON.stringify(href)}, {type: "module"});
    inner.onmessage = (event) => postMessage(event.data);
    inner.onerror = () => postMessage("refused");
    inner.postMessage(1);`;
  const blob = new Blob([code], {type: "text/javascript"});
  const worker = new Worker(URL.createObjectURL(blob), {type: "module"});
  return new Promise((done) => worker.onmessage = (event) => done(event.data));
}"""

BANNER = re.compile(r"^self\.__OFFCUT\s*=\s*(\{.*?\});?$", re.MULTILINE)


def with_list(script: str, manifest: dict[str, Any]) -> str:
    """The built service worker with another list of files in the place of its own."""
    line = f"self.__OFFCUT={json.dumps(manifest)};"
    script, n = BANNER.subn(lambda _: line, script, count=1)
    assert n == 1, "dist/sw.js does not begin with the build's list"
    return script


def relist(site: Site) -> None:
    """Brings the service worker's list up to the site's overlay, as a build would."""
    site.overlay.pop("sw.js", None)
    script = (site.body("sw.js") or b"").decode()
    found = BANNER.search(script)
    assert found is not None
    manifest = json.loads(found[1])
    for entry in (*manifest["shell"], *manifest["lazy"]):
        body = site.overlay.get(entry["url"])
        if body is not None:
            entry["revision"] = hashlib.sha256(body).hexdigest()
    site.overlay["sw.js"] = with_list(script, manifest).encode()


# What a person waits for in vain, or again, made short: seconds for minutes.
BRIEF = """
from functools import partial
from offcut.browser import idb, net, turns
from offcut.storage import download
from offcut.storage.retry import Policy
download.Policy = partial(Policy, first_wait_s=0.02, longest_wait_s=0.05)
net.FEW = Policy(attempts=3, first_wait_s=0.02, longest_wait_s=0.05)
net.SILENCE_S = 1.5
idb.OPEN_S = 0.5
turns.PATIENCE_S = 1.5
"""


def in_engine(site: Site, lines: str) -> None:
    """Runs lines of Python in the engine's worker, before the page asks it for anything."""
    path = "worker/main.py"
    site.overlay[path] = (site.body(path) or b"") + lines.encode()
    if site.body("sw.js"):
        relist(site)


def publish(root: Path, dist: Path, version: str, *, big: str | None = None) -> dict[str, str]:
    """Writes version `version` of the site into `root`; `big` is the content of the large lazy
    file, which need not change with the version. Returns path -> revision."""
    shell = {
        "index.html": PAGE.format(v=version),
        "app.css": f"body {{ --version: '{version}' }}",
        "page.mjs": f'document.body.dataset.script = "{version}";',
        "worker.mjs": WORKER_FILE,
        "part.mjs": f'self.part = "{version}";',
    }
    lazy = {
        "lazy/big.bin": (big or f"{version}-big ") * 5000,
        "lazy/small.mjs": f'export const version = "{version}";',
        "lazy/code.wasm": "\0asm\1\0\0\0",
        "lazy/pool.mjs": "onmessage = () => postMessage(self.crossOriginIsolated);",
    }
    for path, text in {**shell, **lazy}.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    revisions = {
        path: hashlib.sha256(text.encode()).hexdigest() for path, text in {**shell, **lazy}.items()
    }
    manifest = {
        "version": version,
        "shell": [{"url": path, "revision": revisions[path]} for path in shell],
        "lazy": [{"url": path, "revision": revisions[path]} for path in lazy],
    }
    script = with_list((dist / "sw.js").read_text(), manifest)
    (root / "sw.js").write_text(script)
    return revisions
