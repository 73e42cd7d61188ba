"""A network, or a server, that fails in every way: what is told, what stays, what is asked again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from .conftest import PHOTOS
from .scratch import BRIEF, in_engine
from .tiny import shrink
from .visitor import check_cutout, until

if TYPE_CHECKING:
    from .visitor import Visitor

PHOTO = PHOTOS / "coffee.jpg"
PAGE = b"<!doctype html><title>Hotel</title><p>Please sign in to use this network."
SIGN_IN = "may want you to sign in first"
FAILED, CORRUPT = "MODEL_DOWNLOAD_FAILED", "MODEL_CORRUPT"
NOISE = "Failed to load resource|ERR_|Content Security Policy|Fetch API cannot load"
EVERY = 6  # tries of a part
PARTS = 2


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
    import time
    for at, (deed, code, words, times) in enumerate(deeds):
        t=time.time()
        site.faults.clear()
        site.fault(bad, times=99, **deed)
        with site.watching() as asked:
            if at:
                visitor.page.locator("#retry").click()
            else:
                visitor.pick(PHOTO)
            visitor.wait("working")
            visitor.wait("error")
        expect(visitor.page.locator("#error")).to_have_attribute("data-code", code)
        print(deed.keys(), time.time()-t, [e.path for e in asked][-8:], [e.sent for e in asked])
        assert words in visitor.error(), deed
        assert "Your photo is still here." in visitor.error()
        assert len([one for one in asked if one.path == bad]) == times, deed
    site.faults.clear()
    # Whole answers of 40 MB were not waited for.
    visitor.page.locator("#retry").click()
    check_cutout(visitor.file(), PHOTO)
    assert len(site.seen(good)) == 1
