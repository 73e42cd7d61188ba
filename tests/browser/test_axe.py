"""axe-core finds nothing in any state of the page, by day and by night."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .states import Walk

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async (only) => {
  const { violations, incomplete } = await axe.run(document,
    { runOnly: only, resultTypes: ["violations", "incomplete"], elementRef: true });
  // Words on the mat's gradients: ``test_text_on_the_mat_can_be_read`` measures them.
  const measured = (rule, node) => rule.id === "color-contrast"
    && node.element.closest(".mat") && !node.element.closest(".frame");
  const told = (list) => list.flatMap((rule) => rule.nodes.filter((node) =>
    list === violations || !measured(rule, node)).map((node) =>
    [rule.id, node.target.join(" "), node.failureSummary || node.html]));
  return { violations: told(violations), incomplete: told(incomplete) };
}"""


def run(walk: Walk, only: dict[str, Any]) -> dict[str, list[list[str]]]:
    """What axe says of the page as it is."""
    if not walk.page.evaluate("() => 'axe' in window"):
        walk.page.evaluate(f"() => {{ {AXE.read_text('utf-8')} }}")
    told: dict[str, list[list[str]]] = walk.page.evaluate(RUN, only)
    return told


# What axe cannot judge, and why it is well: (rule, part of the selector) -> who has looked.
LOOKED_AT = {
    ("color-contrast", ".tag"): "white on 72 % of black: 7 to 1 even over white",
    ("color-contrast", ".reason"): "the popover is opaque, whatever lies below it",
}
# The contrast of each text with the mat, and with the bright lines that are printed on it.
ON_MAT = """() => {
  const pen = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const pixel = (...colours) => {
    pen.clearRect(0, 0, 1, 1);
    for (const colour of colours) { pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1); }
    return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = (rgb) => rgb.map((one) => one / 255).map((one) =>
    one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
    .reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0);
  const told = {};
  for (const mat of document.querySelectorAll(".mat")) {
    const line = getComputedStyle(mat).getPropertyValue("--mat-line-2");
    for (const node of mat.querySelectorAll(":not(svg *)")) {
      const own = [...node.childNodes].some((one) => one.nodeType === 3 && one.data.trim());
      if (!own || node.closest(".frame") || !node.checkVisibility()) continue;
      const over = [];
      for (let at = node; at !== mat; at = at.parentElement)
        over.unshift(getComputedStyle(at).backgroundColor);
      const { color } = getComputedStyle(node);
      const ratio = (...ground) => {
        const pair = [light(pixel(color)), light(pixel(...ground, ...over))].sort((a, b) => b - a);
        return (pair[0] + 0.05) / (pair[1] + 0.05);
      };
      const { backgroundColor } = getComputedStyle(mat);
      told[node.className || node.id || node.dataset.t || node.tagName] =
        [ratio(backgroundColor), ratio(backgroundColor, line)];
    }
  }
  return told;
}"""


def complaints(told: dict[str, list[list[str]]]) -> list[str]:
    """What is wrong, and what nobody has looked at."""
    open_questions = [
        one
        for one in told["incomplete"]
        if not any(one[0] == rule and part in one[1] for rule, part in LOOKED_AT)
    ]
    return [" | ".join(one) for one in told["violations"] + open_questions]


def test_axe_finds_nothing(here: Walk) -> None:
    assert complaints(run(here, {"type": "tag", "values": TAGS})) == []


def test_axe_finds_nothing_at_night(here: Walk) -> None:
    """Only colours are others then."""
    with here.seen(color_scheme="dark"):
        assert complaints(run(here, {"type": "rule", "values": ["color-contrast"]})) == []


def test_text_on_the_mat_can_be_read(here: Walk) -> None:
    for scheme in ("light", "dark"):
        with here.seen(color_scheme=scheme) as page:
            told = page.evaluate(ON_MAT)
        poor = {name: pair for name, pair in told.items() if pair[0] < 4.5 or pair[1] < 3}
        assert poor == {}
