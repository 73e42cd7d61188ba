"""Settings, strokes, arguments and messages as targets."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
import shutil
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

import numpy as np

import offcut
from offcut.cli import main
from offcut.native import home
from offcut.pipeline.edits import Edits, tip
from offcut.pipeline.engine import Engine
from offcut.pipeline.export import export
from tests.unit.helpers import tiny_models
from tests.unit.page_modules import load
from tools.fuzzing import seeds
from tools.fuzzing.damage import WORDS, changed, value
from tools.fuzzing.targets import RESULT

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from offcut.pipeline.job import Job

WRONG = frozenset(("BAD_CONFIG",))
LOOKS: tuple[dict[str, Any], ...] = (
    {"format": "image/webp", "quality": 0.8, "exif": True, "crop": True, "max_size": 30},
    {"format": "image/png", "depth": 16, "mask": False, "foreground": True, "type": "foreground"},
    {"background": {"kind": "colour", "colour": [10, 20, 30]}, "outline": {"width": 0.05}},
    {"background": {"kind": "gradient", "from": "red", "to": [1, 2, 3], "angle": 90}},
    {"background": {"kind": "blur", "amount": 0.5}, "format": "image/jpeg"},
    {"background": "#ffcc00", "shadow": {"kind": "contact", "colour": "black", "strength": 0.5}},
    {"shadow": {"kind": "drop", "x": 0.1, "y": -0.1, "blur": 0.03}, "background": "white"},
    {"outline": {"width": 0.02, "colour": "rgb(1, 2, 3)"}, "frame": {"size": [80, 60]}},
    {"frame": {"margin": 0.2, "aspect": [4, 3], "centre": False}, "background": "white"},
    {"type": "mask"},
    {"mask": True},
)
STROKES: list[dict[str, Any]] = [
    {
        "tool": "erase",
        "size": 12,
        "hardness": 0.5,
        "flow": 1,
        "smart": True,
        "points": [[10, 10, 1], [30, 25, 0.5], [60, 40, 0.2]],
    },
    {"tool": "restore", "size": 30.5, "points": [[5, 40, 1]]},
    {"tool": "restore", "smart": True, "size": 3, "points": [[50, 5, 1], [20, 40, 1]]},
]


class _Held:
    """An engine with tiny networks, and a photo that it has seen."""

    @cached_property
    def models(self) -> Path:
        """The folder."""
        return tiny_models(Path(mkdtemp()) / "models")

    @cached_property
    def job(self) -> Job:
        """A photo of 64 × 48."""
        return asyncio.run(Engine(self.models, threads=1).run(seeds.pictures()["jpeg"]))


@dataclass
class Settings(_Held):
    """Settings of an export, as the page and ``offcut.js`` hand them on, and the result by them."""

    codes: frozenset[str] = WRONG

    def make(self, rng: Random) -> Any:
        """Good ones with a place or two that are not."""
        good = rng.choice(LOOKS) | (rng.choice(LOOKS) if rng.random() < 0.3 else {})
        made = changed(good, rng)
        return made if isinstance(made, dict) else {"background": made}

    def run(self, given: Any, more: Callable[[int], None]) -> str:
        """Write the photo so."""
        more(16_000_000)  # a frame may ask for a large one
        asyncio.run(export(self.job, given, picture=self.job.photo))
        return RESULT


@dataclass
class Strokes(_Held):
    """A list of edits, and the photo drawn by it."""

    codes: frozenset[str] = WRONG

    def make(self, rng: Random) -> Any:
        """Good ones with a place or two that are not; sometimes a brush alone."""
        if rng.random() < 0.1:
            made = changed({"size": 10, "hardness": 0.5}, rng)
            return made if isinstance(made, dict) else {"size": made}
        return changed(STROKES, rng)

    def run(self, given: Any, more: Callable[[int], None]) -> str:
        """Draw."""
        more(1_000_000)
        if isinstance(given, dict):
            tip(given)
            return RESULT
        self.job.edits = Edits.of(given)
        try:
            asyncio.run(export(self.job))
        finally:
            self.job.edits = None
        return RESULT


def odd(rng: Random) -> Any:
    """What a Python program may give besides."""
    if rng.random() < 0.7:
        return value(rng)
    made = (
        object(),
        {1, 2},
        {1: 2},
        b"bytes",
        np.float32(0.5),
        np.array([1, 2, 3]),
        np.array([1.0, float("nan"), 3]),
        np.zeros((3, 4, 3), np.uint8),
        np.zeros((0, 3)),
        Decimal("NaN"),
        Fraction(1, 3),
        1j,
        range(3),
        Path("none.png"),
        print,
    )
    return rng.choice(made)


@dataclass
class Calls(_Held):
    """``offcut.remove`` and its settings, as a program calls it."""

    codes: frozenset[str] = frozenset(
        (
            *("BAD_CONFIG", "MODEL_UNKNOWN", "MODEL_LEFT_OUT", "NOT_AN_IMAGE", "PHOTO_GONE"),
            *("EMPTY_FILE", "UNSUPPORTED_FORMAT", "DECODE_FAILED"),
        )
    )

    def make(self, rng: Random) -> Any:
        """A picture, mostly a good one, and settings that are good but for a place or two."""
        looks = {
            "background": "white",
            "profile": "fast",
            "model": "isnet",
            "quality": 0.5,
            "depth": 8,
            "format": "png",
            "progress": None,
        }
        good = rng.choice(LOOKS) | {name: looks[name] for name in looks if rng.random() < 0.2}
        good["format"] = str(good.get("format", "png")).removeprefix("image/")
        made = changed(good, rng, odd)
        image = odd(rng) if rng.random() < 0.1 else np.zeros((12, 16, 3), np.uint8)
        return image, made if isinstance(made, dict) else {"background": made}

    def run(self, given: Any, more: Callable[[int], None]) -> str:
        """Call it."""
        more(16_000_000)
        image, settings = given
        offcut.configure(models=self.models)
        settings = {name: one for name, one in settings.items() if isinstance(name, str)}
        settings.pop("progress", None)
        offcut.remove_sync(image, **settings)
        return RESULT


LINES: tuple[list[str], ...] = (
    ["photo.png", "--overwrite", "-p", "fast", "--format", "webp", "--quality", "0.8", "--json"],
    ["photo.png", "-o", "made.jpg", "--background", "gradient:red,blue,90", "--overwrite"],
    ["photo.png", "-o", "out", "--skip", "--suffix", "-x", "--shadow", "drop,x=1%,blur=0.02"],
    ["photo.png", "--rename", "--outline", "1.5%,white", "--frame", "4:3,margin=5%", "-q"],
    ["photo.png", "--overwrite", "--edits", "strokes.json", "--depth", "16", "--crop", "--debug"],
    ["photo.png", "-o", "-", "--background", "blur:30%", "--format", "jpeg", "--max-size", "40"],
    ["photo.png", "--overwrite", "--mask", "--threads", "1", "--jobs", "2", "--invert"],
    [".", "-r", "-o", "out", "--skip", "--exif", "--foreground", "--fit", "cover", "-p", "u2netp"],
    ["i", "-m", "u2netp", "-om", "-bgc", "1", "2", "3", "255", "--overwrite", "photo.png", "o.png"],
    ["p", ".", "out", "--overwrite"],
    ["models", "u2netp", "--licences", "--json"],
    ["m"],
)
TOKENS = (
    *("photo.png", "none.png", "strokes.json", "out", "out.webp", ".", "-", "--", "=", "b", "s"),
    *("--mask", "--depth", "--background", "--help", "--version", "gradient", "blur", "contact:1"),
    *("0:0", "1e400", "red,blue", "drop:x=1,y=nan", "nan", "inf", "-1", "9" * 20, "0x0", "**x"),
    *("99999x99999", "1:1,1:1", "rgb(300,0,0)", "drop,colour=", "margin=", ",", "50%", "é" * 200),
)


def token(rng: Random) -> str:
    """Something else that may be typed; never a path that leads elsewhere."""
    return rng.choice([word for word in (*TOKENS, *WORDS) if "/" not in word])


@dataclass
class Arguments(_Held):
    """The command line, run in a folder of its own. No token leads out of it, and none waits."""

    codes: frozenset[str] = WRONG

    @cached_property
    def folder(self) -> Path:
        """With a photo and strokes."""
        made = Path(mkdtemp())
        (made / "photo.png").write_bytes(seeds.pictures()["png"])
        (made / "strokes.json").write_text(json.dumps(STROKES), "utf-8")
        return made

    def make(self, rng: Random) -> list[str]:
        """A good line with a token or two that are not."""
        made = changed(rng.choice(LINES), rng, token)
        return [made] if isinstance(made, str) else made

    def run(self, given: list[str], more: Callable[[int], None]) -> str:
        """Run the command; it ends with 0, or says in words why it does not."""
        more(4_000_000)
        os.environ[home.MODELS] = str(self.models)
        os.chdir(self.folder)
        for made in self.folder.iterdir():
            if made.is_file() and made.name not in ("photo.png", "strokes.json"):
                made.unlink()
            elif made.is_dir():
                shutil.rmtree(made)
        said, out = io.StringIO(), io.TextIOWrapper(io.BytesIO(), "utf-8")
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(out):
            try:
                code: Any = main(given)
            except SystemExit as end:
                code = end.code
            out.flush()
        words = said.getvalue()
        told = out.buffer.getvalue() if isinstance(out.buffer, io.BytesIO) else b""
        if code not in (0, 1, 2) or "Traceback" in words or "INTERNAL" in words:
            msg = f"ends with {code}: {words}"
            raise AssertionError(msg)
        if code and not (words.strip() or told.strip()):
            msg = f"ends with {code} and says nothing"
            raise AssertionError(msg)
        return RESULT if code == 0 else f"exit {code}"


@dataclass
class Messages:
    """What a host's page says to the frame."""

    codes: frozenset[str] = frozenset()

    @cached_property
    def wire(self) -> Any:
        """The page's module."""
        return load("wire")

    def make(self, rng: Random) -> Any:
        """A good one with a place or two that are not, or an address."""
        looks = rng.choice(LOOKS)
        good = rng.choice(
            (
                {"offcut": 1, "type": "ping", "id": 7},
                {"offcut": 1, "type": "open", "id": "a", "photo": 1, "name": "n", "options": looks},
                {"offcut": 1, "type": "set", "settings": {"theme": "dark", "output": looks}},
                {"offcut": 1, "type": "set", "settings": {**looks, "parts": "intro facts"}},
                {"quality": "0.5", "background": "#fff", "output": "webp"},
            )
        )
        return changed(good, rng)

    def run(self, given: Any, more: Callable[[int], None]) -> str:
        """Read it: it is understood, refused by a code, or left alone."""
        more(0)
        request = self.wire.read(given, lambda one: one == 1)
        if isinstance(given, dict):
            self.wire.from_address({str(key): str(one) for key, one in given.items()})
        trust = self.wire.Trust("")
        if trust.hears("https://one.example") and trust.hears("https://other.example"):
            raise AssertionError("two hosts are heard")
        if request is None:
            return "left alone"
        json.dumps(request)
        return RESULT if request["type"] != "wrong" else str(request["code"])
