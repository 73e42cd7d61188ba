"""Damaged files through ``offcut.js`` in one tab, all by one worker, with tiny networks.

There a photo is decoded by the browser, by Pillow in Pyodide and by libheif in WebAssembly.
"""

from __future__ import annotations

import base64
from random import Random
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright

from tests.browser.servers import CORS, ISOLATED, Site
from tests.browser.tiny import shrink
from tools.fuzzing import seeds
from tools.fuzzing.damage import damaged
from tools.fuzzing.guard import CRASH, HANG, Fault, Tally
from tools.fuzzing.targets import FILE, RESULT
from tools.paths import DIST
from tools.tab import ARGUMENTS, chromium

if TYPE_CHECKING:
    from playwright.sync_api import Page

NAME = "browser"
PAGE = "fuzz.html"
EMPTY = b"<!doctype html><html lang=en><meta charset=utf-8><title>Fuzz</title><body>"
ANSWER_MS = 5000
PIXEL_MS = 2e-3
"""What a pixel of a result may take beside."""
WAIT_MS = 60_000
ASK = """async ([text, options, wait]) => {
  const { cut, dispose } = await import("./offcut.js");
  const photo = new Blob([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))]);
  const started = performance.now();
  const after = () => performance.now() - started;
  let timer;
  const never = new Promise((resolve) => { timer = setTimeout(resolve, wait); });
  try {
    const made = await Promise.race([cut(photo, options), never]);
    if (!made) {
      await dispose();
      return { ms: after() };
    }
    const { blob, width, height } = made;
    const bitmap = await createImageBitmap(blob);
    const right = bitmap.width === width && bitmap.height === height;
    bitmap.close();
    return { ms: after(), width, height, right };
  } catch (error) {
    return { ms: after(), code: error.code ?? "uncoded", message: String(error.message) };
  } finally {
    clearTimeout(timer);
  }
}"""
# Some ways to write a result: all of them end in code of their own.
OPTIONS: tuple[dict[str, Any], ...] = (
    {},
    {"output": {"format": "image/jpeg", "exif": True}},
    {"output": {"format": "image/webp", "quality": 1, "exif": True}},
    {"output": {"depth": 16, "crop": True}, "maxSize": 50},
    {"background": {"kind": "blur"}, "shadow": {"kind": "contact"}, "outline": {"width": 0.02}},
)


def file(seed: int, number: int) -> bytes:
    """The damaged file of that number."""
    rng = Random(f"{seed} {NAME} {number}")
    whole = list(seeds.pictures().values())
    return damaged(rng.choice(whole), whole, rng)


def ask(page: Page, data: bytes, options: dict[str, Any]) -> dict[str, Any]:
    """Cut it; gives ``ms`` and what came of it, nothing else where no answer came."""
    text = base64.b64encode(data).decode()
    answer: dict[str, Any] = page.evaluate(ASK, [text, options, WAIT_MS])
    return answer


def judged(answer: dict[str, Any]) -> tuple[str, str]:
    """How it went, and what is wrong with that, "" for nothing."""
    code = answer.get("code")
    pixels = answer.get("width", 0) * answer.get("height", 0)
    if code is None and "right" not in answer:
        return HANG, f"no answer after {answer['ms']:.0f} ms"
    if answer["ms"] > ANSWER_MS + PIXEL_MS * pixels:
        return HANG, f"{answer['ms']:.0f} ms: {answer}"
    if code is None:
        return RESULT, "" if answer["right"] else f"the file has another size: {answer}"
    good = code in FILE and answer["message"].count(" ") > 3
    return str(code), "" if good else f"{code}: {answer['message']}"


def through(page: Page, seed: int, count: int) -> Tally:
    """Give so many files in, in the tab. The page imports ``offcut.js`` from its own folder."""
    tally = Tally(NAME)
    crashed: list[object] = []
    page.on("crash", lambda page: crashed.append(page))  # noqa: PLW0108 - Playwright marks it
    for number in range(count):
        data, options = file(seed, number), OPTIONS[number % len(OPTIONS)]
        answer = ask(page, data, {"model": "u2netp", **options})
        outcome, fault = judged(answer)
        if outcome == HANG:  # on a machine with other work, slow once is nothing
            answer = ask(page, data, {"model": "u2netp", **options})
            outcome, fault = judged(answer)
        if crashed:
            outcome, fault = CRASH, "the page crashed"
        tally.slowest = max(tally.slowest, (float(answer["ms"]), number))
        if fault:
            tally.take(Fault(NAME, seed, number, outcome, fault))
        else:
            tally.outcomes[outcome] += 1
        if crashed:
            break
    return tally


def files(seed: int, count: int) -> Tally:
    """The same in a browser of its own."""
    with Site(DIST, ISOLATED | CORS) as site, sync_playwright() as playwright:
        shrink(site)
        site.overlay[PAGE] = EMPTY
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        page = browser.new_page()
        page.goto(site.url + PAGE)
        try:
            return through(page, seed, count)
        finally:
            browser.close()
