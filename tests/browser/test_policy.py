"""The content security policy: the same wherever it is written, and really in force, also in the
engine's worker."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .test_headers import TRUSTED
from .tiny import shrink
from .visitor import Visitor

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import BrowserContext

    from .servers import Site
    from .trap import Trap

OURS = {"index.html", "embed.html", "selftest.html"}
META = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]+)">')
INLINE = re.compile(
    r"""<[^>]+\s(?:on[a-z]+|style)\s*=\s*["'\w]|<style|<script(?![^>]*\s(?:src=|type="application/json"))[^>]*>|javascript:""",
    re.IGNORECASE,
)
LOADED = re.compile(
    r"""<(?:script|link|img|iframe|source|form)\b[^>]*\s(?:src|href|action)="([^"]+)"""
)
# Tries what the policy refuses; answers by name. Later than the call itself: while that runs,
# browsers let a debugger's code do more.
TRIES = """() => new Promise((done) => setTimeout(async () => {
  const said = {}, url = "http://elsewhere.example/x";
  const attempt = async (name, work) => {
    try { await work(); said[name] = "done"; } catch (error) { said[name] = error.name; }
  };
  await attempt("eval", () => eval("1"));
  await attempt("Function", () => new Function("return 1")());
  await attempt("fetch", () => fetch(url, { mode: "no-cors" }));
  await attempt("import", () => import(url));
  await attempt("data import", () => import("data:text/javascript,0"));
  if (globalThis.importScripts) await attempt("importScripts", () => importScripts(url));
  await attempt("a worker", () => new Worker("data:text/javascript,0"));
  await attempt("WebAssembly", () =>
    new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)));
  done(said);
}))"""
# In a document there is more to try. What is stopped there is only told by an event.
ELEMENTS = """() => new Promise((done) => {
  const stopped = new Set(), url = "http://elsewhere.example/x";
  document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) => {
    stopped.add(effectiveDirective);
  });
  const add = (tag, more) => document.body.append(Object.assign(document.createElement(tag), more));
  for (const [tag, field, text] of [["b", "innerHTML", "<i>1</i>"], ["script", "text", "1"],
      ["script", "src", url], ["iframe", "srcdoc", "<b>1</b>"], ["object", "data", url]])
    try {
      document.createElement(tag)[field] = text;
    } catch {
      stopped.add(`${tag}.${field}`);
    }
  add("img", { src: url });
  add("link", { rel: "stylesheet", href: url });
  add("video", { src: url });
  add("iframe", { src: url });
  add("base", { href: url });
  try {
    document.body.setAttribute("onclick", "globalThis.harmed = 1");
  } catch {}
  document.body.click();
  const form = document.createElement("form");
  Object.assign(form, { action: url, method: "post" });
  document.body.append(form);
  form.submit();
  new WebSocket("ws://elsewhere.example/x").onerror = () => 0;
  navigator.sendBeacon(url, "1");
  setTimeout(() => done([globalThis.harmed ?? 0, location.href, [...stopped].sort()]), 500);
})"""


def pages(dist: Path) -> list[Path]:
    return sorted(dist.rglob("*.html"))


def test_every_page_has_one_and_nothing_that_it_refuses(dist: Path) -> None:
    """Each page of the site and of its documentation: no script or style within, no handler,
    nothing from another host. Where a host sends the policy as well, it is the same."""
    ours = META.findall((dist / "index.html").read_text())
    assert len(ours) == 1
    sent = ours[0].removesuffix(f"; {TRUSTED}")
    assert f"  Content-Security-Policy: {sent}\n" in (dist / "_headers").read_text()
    found = pages(dist)
    assert {page.name for page in found} >= OURS
    assert any(page.parent.name == "docs" for page in found)
    for page in found:
        text = page.read_text()
        policies = META.findall(text)
        name = page.relative_to(dist).as_posix()
        assert len(policies) == 1, name
        if name in OURS:
            assert policies == ours, name
            assert text.index("trusted.js") < text.index("theme.js"), name
        parts = dict(one.strip().split(" ", 1) for one in policies[0].split(";"))
        assert parts["default-src"] == parts["base-uri"] == parts["form-action"] == "'none'", name
        assert parts["connect-src"].startswith("'self'"), name
        risky = policies[0].replace("'wasm-unsafe-eval'", "")
        assert not re.search(r"unsafe|https?:|\*", risky), name
        # What stands in front of it is not under it.
        assert not re.search(r"<(script|link|style|img)", text[: text.index(policies[0])]), name
        markup = re.sub(r"<!--.*?-->|<code.*?</code>", "", text, flags=re.DOTALL)
        assert not INLINE.search(markup), (name, INLINE.search(markup))
        away = [one for one in LOADED.findall(markup) if re.match(r"(https?:)?//", one)]
        assert [one for one in away if "canonical" not in one] == [], name


def test_it_is_in_force(context: BrowserContext, isolated: Site, trap: Trap) -> None:
    """In the page and in the engine's worker; what is refused has not left the machine."""
    shrink(isolated)
    before = list(trap.caught)
    tiny = Visitor(context, isolated).open("?model=u2netp")
    tiny.wait_engine()
    refused = {"eval": "EvalError", "Function": "EvalError", "fetch": "TypeError"}
    refused |= {"import": "TypeError", "data import": "TypeError", "WebAssembly": "done"}
    refused |= {"a worker": "TypeError"}
    assert tiny.page.evaluate(TRIES) == refused
    # The engine's; those that it has started are ONNX Runtime's threads, which listen to nobody.
    engine = next(one for one in tiny.page.workers if one.url.startswith("blob:"))
    said = engine.evaluate(TRIES)
    assert said.pop("importScripts") in ("NetworkError", "TypeError")
    assert said == refused
    assert tiny.backend == "wasm-mt"  # with all of that in force
    harmed, where, stopped = tiny.page.evaluate(ELEMENTS)
    assert harmed == 0
    assert where.startswith(tiny.site.url)
    assert {
        *(
            "b.innerHTML",
            "script.text",
            "script.src",
            "iframe.srcdoc",
            "object.data",
            "require-trusted-types-for",
        ),
        *("img-src", "style-src-elem", "media-src"),
        *("frame-src", "base-uri", "form-action", "connect-src"),
    } <= set(stopped)
    assert trap.caught == before
