"""A network, or a server, that fails in every way: what is told, what stays, what is asked anew."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from ..faults import fault
from .conftest import PHOTOS
from .scratch import BRIEF, in_engine
from .tiny import shrink
from .visitor import check_cutout

if TYPE_CHECKING:
    from .visitor import Visitor

PHOTO = PHOTOS / "coffee.jpg"
PAGE = b"<!doctype html><title>Hotel</title><p>Please sign in to use this network."
SIGN_IN = "may want you to sign in first"
FAILED, CORRUPT = "MODEL_DOWNLOAD_FAILED", "MODEL_CORRUPT"
NOISE = "Failed to load resource|ERR_|Content Security Policy|Fetch API cannot load"
EVERY = 6  # tries of a part
PARTS = 2


@fault(
    "network",
    "A part of a model breaks off at every try, or is shorter than its length says",
    sees="“The model could not be downloaded. Check the connection and try again: what has "
    "arrived is kept. Your photo is still here.”",
    kept="The photo, and the parts that had arrived",
    retried="Six times by itself, with growing pauses; “Try again” fetches that part alone",
)
@fault(
    "network",
    "The server answers 500 for a part of a model",
    sees="“The model could not be downloaded. Check the connection and try again: what has "
    "arrived is kept. Your photo is still here.”",
    kept="The photo, and the parts that had arrived",
    retried="Six times by itself, with growing pauses; “Try again” fetches that part alone",
)
@fault(
    "network",
    "A part of a model is not there (404)",
    sees="“The model could not be downloaded. Check the connection and try again: what has "
    "arrived is kept. Your photo is still here.”",
    kept="The photo, and the parts that had arrived",
    retried="Nothing by itself; “Try again” fetches that part alone",
)
@fault(
    "network",
    "A part of a model is shorter than it should be, cut by a wrong length, or has another "
    "byte, at every try",
    sees="“The model arrived damaged, more than once. Try again later; if it stays so, the "
    "site's files are broken. Your photo is still here.”",
    kept="The photo, and the parts that had arrived",
    retried="Six times by itself, past every cache; “Try again” fetches that part alone",
)
@fault(
    "network",
    "A part of a model has no end",
    sees="“The model arrived damaged, more than once. Try again later; if it stays so, the "
    "site's files are broken. Your photo is still here.”",
    kept="The photo, and the parts that had arrived",
    retried="Six times by itself, each left as soon as too much came; “Try again” fetches that part"
    " alone",
)
@fault(
    "network",
    "A hotel's network answers with its own page, or leads to one on the same site",
    sees="“Another page came instead: this network, or this site, may want you to sign in first."
    " …”",
    kept="The photo, and the parts that had arrived",
    retried="Nothing by itself; “Try again” fetches that part alone",
)
@fault(
    "network",
    "The way to a part leads to another site, which the page's policy forbids",
    sees="“Another page came instead: this network, or this site, may want you to sign in first."
    " …”",
    kept="The photo, and the parts that had arrived",
    retried="Nothing by itself; “Try again” fetches that part alone",
)
def test_whatever_happens_to_a_part_the_photo_stays(visitor: Visitor) -> None:
    site = visitor.site
    served = shrink(site, parts=PARTS, pad=200_000)
    bad, good = (path for path in served if path.startswith("models/u2netp/"))
    in_engine(site, BRIEF)
    visitor.expected.append(NOISE)
    body = served[bad]
    # The deed, what is told of it, and how often the part is asked for.
    deeds: list[tuple[dict[str, Any], str, str, int]] = [
        ({"cut": 40_000}, FAILED, "could not be downloaded", EVERY),
        ({"status": 500}, FAILED, "could not be downloaded", EVERY),
        ({"status": 404}, FAILED, "could not be downloaded", 1),
        ({"claim": len(body) + 50}, FAILED, "could not be downloaded", EVERY),
        ({"claim": len(body) - 50}, CORRUPT, "arrived damaged", EVERY),
        ({"body": body[:-1]}, CORRUPT, "arrived damaged", EVERY),
        ({"body": body + bytes(40_000_000)}, CORRUPT, "arrived damaged", EVERY),
        ({"flip": 5_000}, CORRUPT, "arrived damaged", EVERY),
        ({"page": PAGE}, FAILED, SIGN_IN, 1),
        ({"to": "/sign-in.html"}, FAILED, SIGN_IN, 1),
        # The browser tells no reason, so the way itself is asked for.
        ({"to": site.other_host + "sign-in"}, FAILED, SIGN_IN, 2),
    ]
    site.overlay["sign-in.html"] = PAGE
    site.fault(bad, times=99, **deeds[0][0])
    visitor.open("?model=u2netp")
    site.wait_for(bad, EVERY, 60)  # nobody waits for it yet, so nothing is told
    wanted = EVERY
    for at, (deed, code, words, times) in enumerate(deeds):
        site.faults.clear()
        site.fault(bad, times=99, **deed)
        with site.watching() as asked:
            if at:
                visitor.page.locator("#retry").click()
            else:
                visitor.pick(PHOTO)
            wanted += times
            site.wait_for(bad, wanted, 60)
            visitor.wait("error")
        expect(visitor.page.locator("#error")).to_have_attribute("data-code", code)
        assert words in visitor.error(), deed
        assert "Your photo is still here." in visitor.error()
        tries = [one for one in asked if one.path == bad]
        assert len(tries) == times, deed
        if len(deed.get("body", b"")) > len(body):  # hung up on, long before its end
            assert [one.sent for one in tries] == [0] * times
    site.faults.clear()
    visitor.page.locator("#retry").click()
    check_cutout(visitor.file(), PHOTO)
    assert len(site.seen(good)) == 1


# What the progress says while it changes: percent, and the words beside it.
WATCH = """() => {
  const meter = document.querySelector("#meter");
  globalThis.told = [];
  new MutationObserver(() => told.push([
    Number(meter.getAttribute("aria-valuenow")), meter.getAttribute("aria-valuetext"),
  ])).observe(meter, { attributeFilter: ["aria-valuenow", "aria-valuetext"] });
}"""
TWICE = """
download.Policy = partial(Policy, attempts=2, first_wait_s=0.02)
"""


@fault(
    "network",
    "A connection falls silent for good in the middle of a part",
    sees="“The model could not be downloaded. Check the connection and try again: what has "
    "arrived is kept. Your photo is still here.”, when it has been silent for too long",
    kept="The photo, and the parts that had arrived",
    retried="As if it had broken off; “Try again” fetches that part alone",
)
@fault(
    "network",
    "The server goes away in the middle of a part",
    sees="“The model could not be downloaded. Check the connection and try again: what has "
    "arrived is kept. Your photo is still here.”",
    kept="The photo, and the parts that had arrived",
    retried="As if it had broken off; “Try again” works when it is back, and fetches that part "
    "alone",
)
@fault(
    "network",
    "A part comes a few bytes at a time, for longer than a silence may last",
    sees="The progress moves on with each of them and says how long it will take",
    kept="Everything",
    retried="Nothing: what moves is not given up",
)
def test_silence_ends_and_slowness_does_not(visitor: Visitor) -> None:
    site = visitor.site
    served = shrink(site, parts=PARTS, pad=200_000)
    slow, good = (path for path in served if path.startswith("models/u2netp/"))
    in_engine(site, BRIEF + TWICE)
    visitor.expected.append(NOISE)
    # Silent for good, in the middle of a part.
    site.hold(slow, after=40_000, times=99)
    visitor.open("?model=u2netp")
    visitor.pick(PHOTO)
    visitor.wait("error")
    expect(visitor.page.locator("#error")).to_have_attribute("data-code", FAILED)
    expect(visitor.page.locator("#error-detail")).to_contain_text("nothing came for")
    assert "Your photo is still here." in visitor.error()
    # The server goes away in the middle of it.
    held = site.faults[-1]
    site.faults.clear()
    held.release()
    gone = site.hold(slow, after=40_000)
    visitor.page.locator("#retry").click()
    assert gone.reached.wait(60)
    site.stop()
    visitor.wait("error")
    expect(visitor.page.locator("#error")).to_have_attribute("data-code", FAILED)
    site.faults.clear()
    site.start()
    # It comes a drop at a time, for longer than a silence may last.
    site.fault(slow, drip=40)
    visitor.page.evaluate(WATCH)
    with site.watching() as asked:
        visitor.page.locator("#retry").click()
        check_cutout(visitor.file(), PHOTO)
    assert [one.path for one in asked if one.path in served] == [slow]
    assert len(site.seen(good)) == 1
    told = visitor.page.evaluate("told")
    percents = [percent for percent, words in told if words]
    assert len(set(percents)) > 10
    assert percents == sorted(percents)
    left = [int(n[0]) for _, words in told if (n := re.findall(r"about (\d+) s left", words or ""))]
    assert left
    assert 10 > left[0] >= left[-1]


DOUBTS = "DOUBT_S = 10 "
ORT = "vendor/ort/ort-wasm-simd-threaded.wasm"
NOT_FETCHED = "A file of the engine could not be fetched."


@fault(
    "network",
    "The list of models is a page to sign in",
    sees="“Another page came instead: this network, or this site, may want you to sign in first."
    " …” in the header's note",
    kept="The photo, if there is one",
    retried="With the next photo, or by “Try again”",
)
@fault(
    "network",
    "The server answers 503 for the list of models",
    sees="The cut-out, a moment later",
    kept="The photo",
    retried="Three times by itself",
)
@fault(
    "network",
    "ONNX Runtime's code is not there (404)",
    sees="“A file of the engine could not be fetched. …”",
    kept="The photo; no backend is crossed out",
    retried="“Try again” starts the engine anew",
)
@fault(
    "network",
    "Python's code is not there (404), which Python itself waits for without end",
    sees="“A file of the engine could not be fetched. The engine could not be started. …”, after"
    " a while",
    kept="The photo",
    retried="“Try again” starts the engine anew",
)
def test_the_engines_own_files(visitor: Visitor) -> None:
    """On a first visit, where no service worker stands before the network."""
    site = visitor.site
    shrink(site)
    site.overlay["sw.js"] = None
    in_engine(site, BRIEF)
    link = (site.body("pyscript/link.py") or b"").decode()
    assert link.count(DOUBTS) == 1
    site.overlay["pyscript/link.py"] = link.replace(DOUBTS, "DOUBT_S = 2 ").encode()
    visitor.expected.append(".")  # whoever lacks a file says so in words of his own
    # The list of models: the engine is warmed up for nothing, and the header says so.
    site.fault("models/registry.json", page=PAGE)
    visitor.open("?model=u2netp")
    visitor.wait_engine("failed")
    visitor.page.locator("#engine summary").click()
    expect(visitor.page.locator("#engine")).to_contain_text(SIGN_IN)
    site.wait_for("models/registry.json")
    assert len(site.seen("models/registry.json")) == 1
    # ONNX Runtime's code.
    site.fault(ORT, status=404, times=99)
    visitor.pick(PHOTO)
    visitor.wait("error")
    expect(visitor.page.locator("#error")).to_have_attribute("data-code", FAILED)
    assert NOT_FETCHED in visitor.error()
    assert "Your photo is still here." in visitor.error()
    # Python's.
    site.faults.clear()
    site.fault("vendor/pyodide/pyodide.asm.wasm", status=404, times=99)
    visitor.page.locator("#retry").click()
    visitor.wait("working")
    visitor.wait("error")
    expect(visitor.page.locator("#error")).to_have_attribute("data-code", "WORKER_FAILED")
    assert NOT_FETCHED in visitor.error()
    # A server that stumbles is asked again, and no backend was crossed out for any of this.
    site.faults.clear()
    site.fault("models/registry.json", status=503, times=2)
    with site.watching() as asked:
        visitor.page.locator("#retry").click()
        check_cutout(visitor.file(), PHOTO)
    assert [one.status for one in asked if one.path == "models/registry.json"] == [503, 503, 200]
    assert visitor.backend == "wasm-mt"
