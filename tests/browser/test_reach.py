"""What axe cannot see, in every state: where Tab goes, how large things are, what is cut off."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from .states import Walk

STOPS = 120  # of Tab, at most
# What has the focus, where it is seen, and what lies over it. The input that takes drops lies over
# the whole mat; what is seen of it is its button. A radio's chip is what is seen of the radio.
FOCUSED = """() => {
  const node = document.activeElement;
  if (!node || node === document.body || node === document.documentElement) return null;
  const seen = node.id === "file" ? document.querySelector(".invite .button.primary") : node;
  const { left, top, right, bottom } = seen.getBoundingClientRect();
  const inside = [0.1, 0.5, 0.9].flatMap((x) => [0.1, 0.5, 0.9].map((y) =>
    [left + x * (right - left), top + y * (bottom - top)]));
  const hit = inside.some(([x, y]) => {
    const over = document.elementFromPoint(x, y);
    return over && (over.contains(node) || node.contains(over) || over.id === "file"
      || over.closest("label")?.contains(node));
  });
  let rolled = 0; // also inside of a dialog
  for (let at = seen.parentElement; at; at = at.parentElement) rolled += at.scrollTop;
  return { name: node.id || node.getAttribute("aria-label") || node.textContent.trim(),
    left, top: top + rolled, right, bottom: bottom + rolled, hit,
    layer: node.closest(".toast, .popover")?.className ?? "",
    outlined: node.matches(":focus-visible") };
}"""
RESTART = """() => {
  const start = document.querySelector("dialog:modal") || document.body;
  start.tabIndex = -1;
  start.focus({ preventScroll: true });
  start.removeAttribute("tabindex");
  scrollTo(0, 0);
}"""
# All that can be pressed, with the area that takes the press.
TARGETS = """() => [...document.querySelectorAll(
  "a[href], button, input, select, summary, textarea, [role=button]")].flatMap((node) => {
  const area = node.closest("label") || node;
  const { width, height } = area.getBoundingClientRect();
  if (!width || !node.checkVisibility({ visibilityProperty: true })) return [];
  const inline = node.matches("p a, li a") && node.parentElement.textContent.trim()
    !== node.textContent.trim();
  return inline ? [] : [[node.id || node.getAttribute("aria-label") || node.textContent.trim(),
    Math.round(width), Math.round(height)]];
})"""
# Text that sticks out of the window or is cut off by its box. A name that ends with an ellipsis
# says itself in full in its title.
LOST = """() => {
  const lost = [];
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width)
    lost.push("scrolls sideways: " + document.documentElement.scrollWidth + " of " + width);
  for (const node of document.body.querySelectorAll("*")) {
    if (node.closest("svg, .visually-hidden, option, .slider") || !node.checkVisibility({
      visibilityProperty: true, opacityProperty: true })) continue;
    const own = [...node.childNodes].some((one) => one.nodeType === 3 && one.data.trim());
    const field = node.matches("button, input, select, .button");
    if (!own && !field) continue;
    const name = (node.id ? "#" + node.id + " " : "") + node.textContent.trim().slice(0, 40);
    const style = getComputedStyle(node);
    const box = node.getBoundingClientRect();
    // A row of tabs can be scrolled by itself.
    if (!node.closest("[role=tablist]") && (box.right > width + 1 || box.left < -1))
      lost.push("out of the window: " + name);
    const cut = (from, to) => from > to + 1;
    for (let at = node; at && at !== document.body; at = at.parentElement) {
      const has = getComputedStyle(at);
      if (has.overflowX === "visible" && has.overflowY === "visible") continue;
      if (has.textOverflow === "ellipsis" && at.title) break;
      if (/auto|scroll/.test(has.overflowX + has.overflowY)) break;  // it can be scrolled to
      const around = at.getBoundingClientRect();
      if (cut(box.right, around.right) || cut(around.left, box.left)
        || cut(box.bottom, around.bottom) || cut(around.top, box.top)
        || (at === node && (cut(at.scrollWidth, at.clientWidth)
          || cut(at.scrollHeight, at.clientHeight)) && !field)) lost.push("cut off: " + name);
      break;
    }
    if (field && style.display !== "inline" && cut(node.scrollWidth, node.clientWidth + 2)
      && !node.matches(".file")) lost.push("too wide for itself: " + name);
  }
  return [...new Set(lost)];
}"""
# The distances of WCAG 1.4.12.
SPACED = """(on) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
    word-spacing: .16em !important; } p { margin-block-end: 2em !important; }`);
  document.adoptedStyleSheets = on ? [sheet] : [];
}"""
MOVING = """() => document.getAnimations().filter((one) => one.playState === "running")
  .map((one) => `${one.animationName || one.transitionProperty} of `
    + (one.effect.target.id || one.effect.target.className))"""


def still_lost(page: Page) -> list[str]:
    """What is lost once the page has taken its new size in; a busy machine needs some frames."""
    for _ in range(20):
        found: list[str] = page.evaluate(LOST)
        if not found:
            break
        page.wait_for_timeout(100)
    return found


def stops(page: Page) -> Iterator[dict[str, Any]]:
    """Where Tab goes, from the page's start to its end."""
    page.evaluate(RESTART)
    seen = set()
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        stop: dict[str, Any] | None = page.evaluate(FOCUSED)
        if stop is None or (stop["name"], stop["top"]) in seen:
            return
        seen.add((stop["name"], stop["top"]))
        yield stop
    pytest.fail("Tab does not come to an end")


def backwards(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether the eye would have looked at ``other`` before.

    It is further up and not in a column of its own, or further left in the same line. What lies
    over the page is no part of its order.
    """
    if one["layer"] != other["layer"]:
        return False
    if other["bottom"] <= one["top"] + 1:
        return bool(other["left"] < one["right"] - 1)
    beside = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
    height = min(one["bottom"] - one["top"], other["bottom"] - other["top"])
    return bool(beside > height / 2 and other["right"] <= one["left"] + 1)


@pytest.mark.parametrize("size", [(1280, 640), (390, 640)], ids=["wide", "narrow"])
def test_tab_goes_where_the_eye_goes_and_is_seen(here: Walk, size: tuple[int, int]) -> None:
    with here.seen(*size) as page:
        way = list(stops(page))
    assert len(way) >= 3
    assert [one["name"] for one in way if not one["hit"]] == [], "under something else"
    assert [one["name"] for one in way if not one["outlined"]] == [], "not marked"
    wrong = [
        f"{one['name']} → {other['name']}" for one, other in pairwise(way) if backwards(one, other)
    ]
    assert wrong == []


def test_targets_are_large_enough_for_a_thumb(here: Walk) -> None:
    with here.seen(390, 844) as page:
        found = page.evaluate(TARGETS)
    assert len(found) >= 3
    assert [one for one in found if min(one[1:]) < 44] == []


@pytest.mark.parametrize(
    "size", [(320, 640), (640, 400), (390, 844), (844, 390)], ids=lambda size: f"{size[0]}"
)
def test_nothing_is_lost_in_a_small_window(here: Walk, size: tuple[int, int]) -> None:
    """320: WCAG's reflow. 640 × 400: a window of 1280 × 800, enlarged to 200 %."""
    with here.seen(*size) as page:
        assert still_lost(page) == []


def test_nothing_is_lost_in_text_twice_as_large(here: Walk) -> None:
    here.page.evaluate("document.documentElement.style.fontSize = '200%'")
    try:
        assert still_lost(here.page) == []
    finally:
        here.page.evaluate("document.documentElement.removeAttribute('style')")


def test_nothing_is_lost_in_text_set_wider(here: Walk) -> None:
    here.page.evaluate(SPACED, True)
    try:
        assert still_lost(here.page) == []
        with here.seen(390, 844) as page:
            assert still_lost(page) == []
    finally:
        here.page.evaluate(SPACED, False)


def test_nothing_moves_for_those_who_asked(here: Walk) -> None:
    with here.seen(reduced_motion="reduce") as page:
        assert page.evaluate(MOVING) == []
