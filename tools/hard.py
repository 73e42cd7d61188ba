"""Give every file of ``../shared/data/hard`` to the engine in Chromium: ``python -m tools.hard``.

The files break image software; the manifest beside them says what each must come to. The whole way
of a photo is gone, from the Blob to the checked file, with the small model. Exit status 1: an
outcome that is not the expected one, an answer that took too long, or photos that must come out
alike and do not.

The photos with EXIF orientations show one scene each, but each bears its own number, large, in the
middle. In the landscape, which has no subject, that digit alone moves the small model's matte by 23
levels of 255 on average (0.7 with the digits made equal). So they are compared by what a visitor
gets: both models, fused (0.6 levels).
"""

from __future__ import annotations

import argparse
import base64
import io
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from tools.paths import SHARED, say, stop
from tools.tab import open_tab

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from playwright.sync_api import Page

HARD = SHARED / "data" / "hard"
ANSWER_MS = 5000
MODEL = "u2netp"
MODEL_ALIKE = "auto"
# The photos of one name show one scene, stored in eight ways; each is a JPEG of its own.
ALIKE = ("Landscape_", "Portrait_")
COLOUR_APART = 4.0  # mean difference in levels; another way up gives over 40
ALPHA_APART = 3.0
ASK = """async ([base64, options]) => {
  const { cut } = await import("/offcut.js");
  const photo = new Blob([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))]);
  const started = performance.now();
  try {
    const { blob, ms: split } = await cut(photo, options);
    const ms = performance.now() - started;
    const bytes = new Uint8Array(await blob.arrayBuffer());
    let text = "";
    for (let i = 0; i < bytes.length; i += 32768)
      text += String.fromCharCode(...bytes.subarray(i, i + 32768));
    return { ms, split, base64: btoa(text) };
  } catch (error) {
    const { code = "none", message } = error;
    return { ms: performance.now() - started, code, message: String(message) };
  }
}"""


@dataclass(frozen=True)
class Answer:
    """What came back: ``rgba`` uint8 (H, W, 4), or None with the error's code and sentence."""

    ms: float
    rgba: NDArray[np.uint8] | None = None
    code: str = ""
    message: str = ""

    @property
    def told(self) -> str:
        """The outcome in short."""
        if self.rgba is None:
            return self.code
        return f"{self.rgba.shape[1]} x {self.rgba.shape[0]}"


def ask(page: Page, photo: bytes, **options: Any) -> Answer:
    """Run the engine on the bytes of a file and take what it answers, errors too."""
    made = page.evaluate(ASK, [base64.b64encode(photo).decode(), options])
    if "code" in made:
        return Answer(made["ms"], code=made["code"], message=made["message"])
    with Image.open(io.BytesIO(base64.b64decode(made["base64"]))) as image:
        return Answer(made["ms"], rgba=np.asarray(image.convert("RGBA")))


def fault(expected: str, answer: Answer) -> str:
    """Return what is wrong with an answer, or "".

    ``expected``: "decodes", "clear-error" or "either". An error is clear when it has a code of
    ours that speaks of the file, and a whole sentence.
    """
    if answer.ms > ANSWER_MS:
        return f"took {answer.ms / 1000:.1f} s"
    if answer.rgba is not None:
        return "was to be refused" if expected == "clear-error" else ""
    if expected == "decodes":
        return "was to come through"
    about_the_file = {
        "NOT_AN_IMAGE",
        "UNSUPPORTED_FORMAT",
        "IMAGE_TOO_LARGE",
        "EMPTY_FILE",
        "DECODE_FAILED",
    }
    if answer.code not in about_the_file or answer.message.count(" ") < 4:
        return "was not refused clearly"
    return ""


def apart(answers: dict[str, Answer]) -> list[str]:
    """Compare the pictures and mattes of the photos that show one scene; returns faults."""
    wrong = []
    for prefix in ALIKE:
        group = {
            name: answer.rgba
            for name, answer in answers.items()
            if name.startswith(f"exif/{prefix}") and answer.rgba is not None
        }
        if not group:
            say(f"  no photo {prefix}*")
            continue
        # An invalid orientation is a smaller photo of its own.
        first = max(group, key=lambda name: group[name].size)
        for name, rgba in group.items():
            if name == first or rgba.size < group[first].size // 4:
                continue
            if rgba.shape != group[first].shape:
                wrong.append(f"{name} has another size than {first}")
                continue
            gap = np.abs(rgba.astype(np.int16) - group[first])
            colour, alpha = float(gap[..., :3].mean()), float(gap[..., 3].mean())
            say(f"  {name:<28} against {first}: colour {colour:.2f}, alpha {alpha:.2f} levels")
            if colour > COLOUR_APART or alpha > ALPHA_APART:
                wrong.append(f"{name} does not look like {first}")
    return wrong


def items(folder: Path) -> list[dict[str, Any]]:
    """Return the manifest's entries: ``file``, ``expected``, ``exercises``."""
    listed = json.loads((folder / "manifest.json").read_text("utf-8"))["items"]
    return [dict(item) for item in listed]


def main() -> None:
    """Print the table; stop with status 1 when something is not as expected."""
    parser = argparse.ArgumentParser(prog="python -m tools.hard")
    parser.add_argument("--only", default="", help="files whose name contains this")
    wanted = parser.parse_args().only
    if not (HARD / "manifest.json").exists():
        say("Skipped: the hard files are not here (../shared/data/hard is not part of Offcut).")
        return
    answers: dict[str, Answer] = {}
    alike: dict[str, Answer] = {}
    wrong = []
    listed = [item for item in items(HARD) if wanted in item["file"]]
    with open_tab() as tab:
        tab.page.evaluate(f'async () => (await import("/offcut.js")).preload({{model: "{MODEL}"}})')
        for item in listed:
            name = item["file"]
            answer = answers[name] = ask(tab.page, (HARD / name).read_bytes(), model=MODEL)
            found = fault(item["expected"], answer)
            mark = f"UNEXPECTED: {found}" if found else "ok"
            say(f"  {name:<52}{item['expected']:<13}{answer.told:<20}{answer.ms:6.0f} ms  {mark}")
            if found:
                wrong.append(f"{name}: {found}. {answer.message}")
        say("\nPhotos that must come out alike")
        for item in listed:
            name = item["file"]
            if name.startswith(tuple(f"exif/{prefix}" for prefix in ALIKE)):
                alike[name] = ask(tab.page, (HARD / name).read_bytes(), model=MODEL_ALIKE)
    wrong += apart(alike)
    slowest = max(answers, key=lambda name: answers[name].ms) if answers else ""
    if slowest:
        say(f"\n{len(answers)} files; the slowest: {slowest}, {answers[slowest].ms:.0f} ms")
    if hasattr(os, "getloadavg"):
        # Times are those of this machine as it is: with others at work on it they prove nothing.
        say(f"load of this machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    if wrong:
        stop("Not as expected:\n  " + "\n  ".join(wrong))
    say("All as expected.")


if __name__ == "__main__":
    main()
