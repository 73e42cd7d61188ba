"""Looks at one page of a site as a browser's own audit does, and says what is right and wrong."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from tools.paths import NODE_MODULES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

AXE = NODE_MODULES / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SHIFT = 0.1  # "good", as the Web Vitals have it
BYTES = 1_000_000  # before the page is alive; half of it is the interpreter
WATCH = """(() => {
  const seen = globalThis.__audit = { paint: 0, largest: 0, shift: 0, longest: 0, blocked: 0 };
  const watch = (type, take) => new PerformanceObserver((list) =>
    list.getEntries().forEach(take)).observe({ type, buffered: true });
  watch("paint", (one) => {
    if (one.name === "first-contentful-paint") seen.paint = one.startTime; });
  watch("largest-contentful-paint", (one) => { seen.largest = one.startTime; });
  watch("layout-shift", (one) => { if (!one.hadRecentInput) seen.shift += one.value; });
  watch("longtask", (one) => { seen.longest = Math.max(seen.longest, one.duration);
    seen.blocked += one.duration - 50; });
})()"""
FACTS = """async () => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  // As it was sent: what scripts set by the object model is no inline style.
  const text = await (await fetch(location.href)).text();
  const sent = [...new DOMParser().parseFromString(text, "text/html").querySelectorAll("*")];
  const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";
  const csp = document.querySelector('meta[http-equiv="Content-Security-Policy"]')?.content ?? "";
  const handlers = sent.flatMap((node) => [...node.attributes].map((one) => one.name))
    .filter((name) => name.startsWith("on"));
  return {
    doctype: document.doctype?.name === "html" && document.compatMode === "CSS1Compat",
    charset: document.characterSet, lang: document.documentElement.lang,
    title: document.title, description: meta("description"), viewport: meta("viewport"),
    theme: meta("theme-color"), csp, handlers,
    touch: document.querySelector('link[rel="apple-touch-icon"]')?.href ?? "",
    inline: sent.filter((node) => node.matches("script:not([src]), style, [style]"))
      .map((node) => node.outerHTML.slice(0, 60)),
    images: all("img[src]").filter((one) => one.checkVisibility() && !(one.hasAttribute("width")
      && one.hasAttribute("height")) && getComputedStyle(one).position === "static")
      .map((one) => one.src),
  };
}"""
AXE_RUN = """async (tags) => (await axe.run(document, { runOnly: { type: "tag", values: tags } }))
  .violations.flatMap((rule) => rule.nodes.map((node) => rule.id + " " + node.target.join(" ")))"""
SIZE = """async (url) => {
  const answer = await fetch(url);
  if (!answer.ok) return [answer.status, 0];
  const { width, height } = await createImageBitmap(await answer.blob());
  return [width, height];
}"""
CONTROLLED = """async () => {
  if (!(await navigator.serviceWorker?.getRegistration())) return false;
  const end = performance.now() + 60_000;
  while (!navigator.serviceWorker.controller && performance.now() < end)
    await new Promise((go) => setTimeout(go, 100));
  return Boolean(navigator.serviceWorker.controller);
}"""


@dataclass(frozen=True)
class Finding:
    """What was looked at. ``well`` is None for a fact that nobody judges; ``told`` says more."""

    category: str
    name: str
    well: bool | None
    told: str = ""


@dataclass
class Visit:
    """What the browser said while the page loaded."""

    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    issues: list[str] = field(default_factory=list)
    bytes: int = 0
    alive_bytes: int = 0
    alive: bool = False
    alive_s: float = 0.0


def audit(browser: Browser, url: str, *, alive_s: float = 60) -> list[Finding]:
    """Look at the page at ``url`` as a new visitor, then offline. ``alive_s``: wait so long for
    ``html[data-alive]``."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(60_000)
    try:
        return list(_look(context, url, alive_s))
    finally:
        context.close()


def _look(context: BrowserContext, url: str, alive_s: float) -> Iterator[Finding]:
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    visit = _load(page, devtools, url, alive_s)
    facts: dict[str, Any] = page.evaluate(FACTS)
    yield from _basics(facts)
    yield from _practices(visit, facts, url)
    yield from _accessibility(page)
    yield from _speed(page, visit)
    yield from _app(page, devtools, facts, url)
    yield from _offline(context, page, facts, alive_s)


def _load(page: Page, devtools: CDPSession, url: str, alive_s: float) -> Visit:
    visit = Visit()
    page.add_init_script(WATCH)
    page.on("request", lambda one: visit.asked.append(one.url))
    page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    page.on(
        "console",
        lambda said: visit.complaints.append(said.text) if said.type == "error" else None,
    )

    def came(event: dict[str, Any]) -> None:
        visit.bytes += int(event["encodedDataLength"])

    def issue(event: dict[str, Any]) -> None:
        visit.issues.append(event["issue"]["code"])

    devtools.on("Network.loadingFinished", came)
    devtools.on("Audits.issueAdded", issue)
    for domain in ("Network", "Audits", "Page"):
        devtools.send(f"{domain}.enable")
    began = time.monotonic()
    page.goto(url)
    alive = page.locator("html[data-alive]")
    while time.monotonic() - began < alive_s and not visit.alive:
        visit.alive = alive.count() > 0
        page.wait_for_timeout(20)
    visit.alive_s, visit.alive_bytes = time.monotonic() - began, visit.bytes
    page.wait_for_timeout(1500)  # what shifts or complains late
    return visit


def _basics(facts: dict[str, Any]) -> Iterator[Finding]:
    yield Finding("search", "a title", 10 <= len(facts["title"]) <= 70, facts["title"])
    described = 50 <= len(facts["description"]) <= 200
    yield Finding("search", "a description", described, facts["description"])
    yield Finding("search", "a language", bool(facts["lang"]), facts["lang"])
    wide = "width=device-width" in facts["viewport"] and "user-scalable=no" not in facts["viewport"]
    yield Finding("search", "a viewport that can be enlarged", wide, facts["viewport"])


def _practices(visit: Visit, facts: dict[str, Any], url: str) -> Iterator[Finding]:
    def none_of(name: str, wrong: list[str]) -> Finding:
        return Finding("practice", name, not wrong, "; ".join(sorted(set(wrong)))[:200])

    host = urlsplit(url).netloc
    away = [one for one in visit.asked if one.startswith("http") and urlsplit(one).netloc != host]
    yield none_of("nothing asked of another host", away)
    yield none_of("no error on the console", visit.complaints)
    yield none_of("no issue that Chromium names", visit.issues)
    yield Finding("practice", "a doctype", facts["doctype"])
    yield Finding("practice", "UTF-8", facts["charset"] == "UTF-8", facts["charset"])
    shut = "default-src 'none'" in facts["csp"] and "unsafe-inline" not in facts["csp"]
    yield Finding("practice", "a content security policy without inline", shut, facts["csp"][:80])
    yield none_of("no inline script, style or handler", facts["inline"] + facts["handlers"])
    yield none_of("pictures say their size", facts["images"])


def _accessibility(page: Page) -> Iterator[Finding]:
    page.evaluate(f"() => {{ {AXE.read_text('utf-8')} }}")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(400)  # colours go over slowly
        found: list[str] = page.evaluate(AXE_RUN, TAGS)
        yield Finding("accessibility", f"axe, {scheme}", not found, "; ".join(found)[:200])
    page.emulate_media(color_scheme="light")


def _speed(page: Page, visit: Visit) -> Iterator[Finding]:
    seen: dict[str, float] = page.evaluate("globalThis.__audit")
    for name, key in (
        ("first paint", "paint"),
        ("largest paint", "largest"),
        ("longest task", "longest"),
        ("all beyond 50 ms of tasks", "blocked"),
    ):
        yield Finding("speed", name, None, f"{seen[key]:.0f} ms")
    yield Finding("speed", "alive", visit.alive, f"{visit.alive_s:.1f} s")
    shifted = f"{seen['shift']:.3f}"
    yield Finding("speed", "nothing shifts", seen["shift"] < SHIFT, shifted)
    told = f"{visit.alive_bytes / 1000:.0f} KB"
    yield Finding("speed", "few bytes before it is alive", visit.alive_bytes < BYTES, told)


def _app(page: Page, devtools: CDPSession, facts: dict[str, Any], url: str) -> Iterator[Finding]:
    answer = devtools.send("Page.getAppManifest")
    found = [one["message"] for one in answer.get("errors", [])]
    try:
        manifest = json.loads(answer.get("data") or "{}")
    except ValueError:
        manifest = {}
    base = answer.get("url") or url
    missing = [key for key in ("name", "short_name", "start_url", "icons") if key not in manifest]
    missing += [f"{key} it has no use for" for key in found]
    yield Finding("app", "a manifest", not missing, ", ".join(missing))
    shown = manifest.get("display") in ("standalone", "minimal-ui", "fullscreen")
    yield Finding("app", "opens in a window of its own", shown, manifest.get("display", ""))
    icons = manifest.get("icons", [])
    for side, purpose in ((192, "any"), (512, "any"), (512, "maskable")):
        fitting = [
            one
            for one in icons
            if f"{side}x{side}" in one.get("sizes", "") and purpose in one.get("purpose", "any")
        ]
        really = [page.evaluate(SIZE, urljoin(base, one["src"])) for one in fitting]
        name = f"an icon of {side}, {purpose}"
        yield Finding("app", name, [side, side] in really, str(really))
    pictures = manifest.get("screenshots", [])
    wrong = [
        one["src"]
        for one in pictures
        if one["sizes"] != "x".join(map(str, page.evaluate(SIZE, urljoin(base, one["src"]))))
    ]
    factors = {one.get("form_factor") for one in pictures}
    good = {"narrow", "wide"} <= factors and not wrong
    yield Finding("app", "screenshots for both kinds of device", good, ", ".join(wrong))
    yield Finding("app", "a colour for the browser's bar", bool(facts["theme"]), facts["theme"])
    touch = page.evaluate(SIZE, facts["touch"]) if facts["touch"] else [0, 0]
    yield Finding("app", "an icon for a home screen", touch[0] >= 180, str(touch))
    said = devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # This context keeps nothing, as a private window does: that is the tool's, not the site's.
    errors = [one["errorId"] for one in said if one["errorId"] != "in-incognito"]
    yield Finding("app", "can be installed", not errors, ", ".join(errors))
    controlled = bool(page.evaluate(CONTROLLED))
    yield Finding("app", "a service worker controls it", controlled)


def _offline(
    context: BrowserContext, page: Page, facts: dict[str, Any], alive_s: float
) -> Iterator[Finding]:
    status, alive = 0, False
    if page.evaluate("() => Boolean(navigator.serviceWorker?.controller)"):
        context.set_offline(True)
        answer = page.reload(wait_until="domcontentloaded")
        status = answer.status if answer else 0
        alive = page.title() == facts["title"]
        page.locator("html[data-alive]").wait_for(state="attached", timeout=alive_s * 1000)
        context.set_offline(False)
    yield Finding("app", "starts without a connection", status == 200 and alive, f"{status}")
