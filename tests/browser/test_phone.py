"""A telephone: touch, 390 px of three pixels each, four threads, little memory. In Chromium, which
most of them have: photo, finger, queue and files, all on one page."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from .conftest import NO_FILE_DIALOG, PHOTOS, STILL
from .test_fallback import in_worker
from .test_touch import alpha, at, finger
from .tiny import shrink
from .visitor import check_cutout

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

    from .servers import Site
    from .visitor import Visitor

PHOTO, OTHER, THIRD = (PHOTOS / f"{name}.jpg" for name in ("coffee", "rocket", "chelsea"))
AGENT = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/156.0.0.0 Mobile Safari/537.36"
)
# What the page and what the engine's worker are told of the device.
DEVICE = """
for (const [name, value] of Object.entries({ hardwareConcurrency: 4, deviceMemory: 2 }))
  Object.defineProperty(Object.getPrototypeOf(navigator), name, { get: () => value });
"""
WIDE = "() => document.documentElement.scrollWidth"


@pytest.fixture
def phone(browser: Browser, enter: Callable[..., Visitor], isolated: Site) -> Iterator[Visitor]:
    shrink(isolated)
    in_worker(isolated, DEVICE)
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        device_scale_factor=3,
        is_mobile=True,
        has_touch=True,
        user_agent=AGENT,
        **STILL,
    )
    context.set_default_timeout(30_000)
    context.add_init_script(DEVICE + NO_FILE_DIALOG)
    yield enter(context, isolated)
    context.close()


def saved(phone: Visitor, button: str) -> bytes:
    """Press the button; what is then saved."""
    with phone.page.expect_download() as download:
        phone.page.locator(button).click()
    return download.value.path().read_bytes()


def test_a_photo_a_finger_and_a_queue(phone: Visitor) -> None:
    """The finger paints. Buttons are clicked: a tap that a busy machine draws out is none."""
    phone.open("?model=u2netp")
    phone.wait_engine()
    expect(phone.page.locator("#engine-sentence")).to_contain_text("4 threads")
    plain = phone.cut(PHOTO)
    check_cutout(plain, PHOTO)
    assert saved(phone, "#download") == plain
    assert phone.page.evaluate(WIDE) == 390
    # The brush, with a finger.
    phone.page.locator("#touch").click()
    expect(phone.page.locator(".easel-sheet")).to_be_attached(timeout=60_000)
    phone.page.locator("#stage").scroll_into_view_if_needed()
    cdp = phone.page.context.new_cdp_session(phone.page)
    finger(cdp, "touchStart", at(phone, 300, 200))
    for step in range(1, 7):
        finger(cdp, "touchMove", at(phone, 300 + 20 * step, 200 + 10 * step))
    finger(cdp, "touchEnd")
    expect(phone.page.locator("#touch-undo")).to_be_enabled()
    assert phone.page.evaluate(WIDE) == 390
    phone.page.locator("#touch-done").click()
    expect(phone.page.locator("#tools")).to_be_hidden(timeout=60_000)
    expect(phone.page.locator("#download[href]")).to_be_attached(timeout=60_000)
    painted = alpha(phone.file())
    assert painted[200:260:6, 300:420:12].diagonal().max() == 0
    assert alpha(plain)[200:260:6, 300:420:12].diagonal().max() > 0
    # Three more at once, and all of them in one file.
    with phone.page.expect_file_chooser() as chooser:
        phone.page.locator("#another").click()
    chooser.value.set_files([PHOTO, OTHER, THIRD])
    expect(phone.page.locator(".card[data-state=done]")).to_have_count(3, timeout=120_000)
    assert phone.page.evaluate(WIDE) == 390
    with zipfile.ZipFile(io.BytesIO(saved(phone, "#queue-zip"))) as archive:
        for photo in (PHOTO, OTHER, THIRD):
            check_cutout(archive.read(f"{photo.stem}-cutout.png"), photo)
