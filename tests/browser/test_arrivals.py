"""Photos that the system hands over: shared with the installed app, or opened with it."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from .conftest import PHOTOS
from .visitor import check_cutout, until

if TYPE_CHECKING:
    from .visitor import Visitor

# What a system does when somebody shares photos with an installed app: it sends a form.
SHARE = """(photos) => {
  const form = document.createElement("form");
  Object.assign(form, { method: "post", enctype: "multipart/form-data", action: "share" });
  const input = Object.assign(document.createElement("input"), { type: "file", name: "photos" });
  const held = new DataTransfer();
  for (const [name, body] of photos) {
    const bytes = Uint8Array.from(atob(body), (c) => c.charCodeAt(0));
    held.items.add(new File([bytes], name, { type: "image/jpeg" }));
  }
  input.multiple = true;
  input.files = held.files;
  form.append(input);
  document.body.append(form);
  form.submit();
}"""
IN_CONTROL = "() => navigator.serviceWorker.controller"


def body(name: str) -> str:
    return base64.b64encode((PHOTOS / name).read_bytes()).decode()


def share(visitor: Visitor, *photos: tuple[str, str]) -> None:
    """Share photos, each a name and the file with its bytes."""
    until(visitor.page, IN_CONTROL)
    # A page of the site without a policy about forms, in the place of the system.
    visitor.page.goto(visitor.site.url + "version.json")
    visitor.page.evaluate(SHARE, [[name, body(file)] for name, file in photos])
    visitor.page.wait_for_url(visitor.site.url)


def test_one_photo_is_shared(tiny: Visitor) -> None:
    tiny.open("?model=u2netp")
    share(tiny, ("Tasse größer.jpg", "coffee.jpg"))
    expect(tiny.page.locator("#photo-name")).to_have_text("Tasse größer.jpg")
    check_cutout(tiny.file(), PHOTOS / "coffee.jpg")
    # The form went to the service worker alone, and what it kept is gone.
    assert tiny.site.seen("share") == []
    kept = tiny.page.evaluate("caches.keys()")
    assert not [name for name in kept if "shared" in name]


def test_several_photos_are_shared(tiny: Visitor) -> None:
    tiny.open("?model=u2netp")
    share(tiny, ("a.jpg", "coffee.jpg"), ("b.jpg", "rocket.jpg"))
    tiny.wait("batch")
    expect(tiny.page.locator(".card[data-state=done]")).to_have_count(2, timeout=120_000)


def test_a_photo_is_opened_with_the_app(tiny: Visitor) -> None:
    """``launchQueue`` as an installed app has it; in a tab nothing ever comes from it."""
    tiny.page.add_init_script(
        """Object.defineProperty(window, "launchQueue", { value: {
          setConsumer: (consumer) => { window.launch = consumer; },
        } });
        globalThis.handles = async (urls) => urls.map((url) => ({ getFile: async () => {
          const blob = await (await fetch(url)).blob();
          return new File([blob], url, { type: "image/jpeg" });
        }}));"""
    )
    tiny.site.overlay["rocket.jpg"] = (PHOTOS / "rocket.jpg").read_bytes()
    tiny.open("?model=u2netp")
    until(tiny.page, "() => window.launch")  # a moment after the page is alive
    tiny.page.evaluate("async () => launch({ files: [] })")
    assert tiny.phase == "idle"
    tiny.page.evaluate("async () => launch({ files: await handles(['rocket.jpg']) })")
    check_cutout(tiny.file(), PHOTOS / "rocket.jpg")


def test_the_manifest_is_one(tiny: Visitor) -> None:
    """What Chromium asks of an app that is to be installed, and that what it names is there."""
    tiny.open()
    devtools = tiny.page.context.new_cdp_session(tiny.page)
    told = devtools.send("Page.getAppManifest")
    assert told["errors"] == []
    hindered = devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # A test's tab is one that keeps nothing; nothing else stands in the way.
    assert [one["errorId"] for one in hindered] == ["in-incognito"]
    manifest = json.loads(told["data"])
    for icon in manifest["icons"]:
        assert tiny.site.body(icon["src"].removeprefix("./")), icon["src"]
    actions = [one["action"] for one in manifest["file_handlers"]]
    assert set(actions) == {"./"}
