"""Where damaged things are given in, and what may come of it: a result, or an error with a code."""

from __future__ import annotations

import asyncio
import io
import json
import zlib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, Protocol

from PIL import Image

from offcut.models.adding import register, unregister
from offcut.native.photos import decode
from offcut.pipeline.engine import Engine
from offcut.pipeline.export import export
from offcut.pipeline.job import Job
from offcut.pipeline.trial import try_out
from tests.unit.helpers import lay_out, tiny_models
from tools.fuzzing import seeds
from tools.fuzzing.damage import changed, damaged

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from offcut.errors import OffcutError

RESULT = "result"
FILE = frozenset(
    (
        *("EMPTY_FILE", "NOT_AN_IMAGE", "UNSUPPORTED_FORMAT", "IMAGE_TOO_LARGE"),
        *("DECODE_FAILED", "OUT_OF_MEMORY"),
    )
)
"""The codes that a broken photo may have."""
LARGEST = 16_000_000
"""Pixels of a picture that goes through the networks; a larger one is decoded, and that is all."""


class Target(Protocol):
    """A way in. ``codes``: the errors that may come out of it."""

    codes: frozenset[str]

    def make(self, rng: Random) -> Any:
        """Something damaged: bytes, or plain values."""

    def run(self, given: Any, more: Callable[[int], None]) -> str:
        """Give it in; ``RESULT``, or how else it went well. Raises what comes of it.

        ``more``: called with how many pixels the work is for, once that is known.
        """


def say(error: OffcutError, codes: frozenset[str]) -> str:
    """What is wrong with an error, "" for nothing: it has to be one of those, with a sentence."""
    if error.code not in codes:
        return f"{error.code}: {error.message} {error.detail}"
    if error.message.count(" ") < 2 or not error.message.endswith("."):
        return f"{error.code} has no sentence: {error.message!r}"
    json.dumps(error.detail)
    return ""


@dataclass
class Photos:
    """A photo's bytes, by the whole way to a checked file with tiny networks."""

    codes: frozenset[str] = FILE
    kinds: tuple[str, ...] = ()
    options: tuple[dict[str, Any], ...] = (
        {},
        {"format": "image/jpeg", "exif": True},
        {"format": "image/jpeg", "quality": 0.8},
        {"format": "image/jpeg", "quality": 1, "exif": True, "background": {"kind": "blur"}},
        {"format": "image/webp", "quality": 1, "exif": True},
        {"format": "image/webp", "quality": 0.3},
        {"depth": 16, "crop": True, "exif": True},
        {"background": {"kind": "blur"}, "shadow": {"kind": "contact"}, "outline": {"width": 0.02}},
        {"frame": {"margin": 0.1, "aspect": [1, 1]}, "foreground": True, "max_size": 40},
        {"format": "image/avif", "exif": True},
        {"mask": True},
    )

    @cached_property
    def engine(self) -> Engine:
        """With tiny networks."""
        return Engine(tiny_models(Path(mkdtemp()) / "models"), threads=1)

    def make(self, rng: Random) -> bytes:
        """A damaged file; now and then one that is whole."""
        files = seeds.pictures()
        name = rng.choice([one for one in files if not self.kinds or one.startswith(self.kinds)])
        return (
            damaged(files[name], list(files.values()), rng) if rng.random() < 0.99 else files[name]
        )

    def run(self, given: bytes, more: Callable[[int], None]) -> str:
        """Decode, look, write in one of the ways; open what was written."""
        photo = decode(given)
        pixels = photo.width * photo.height
        more(pixels)
        if pixels > LARGEST:
            return "decoded"
        return asyncio.run(self._through(Job(photo, "photo"), zlib.crc32(given)))

    async def _through(self, job: Job, number: int) -> str:
        await self.engine.look(job)
        # What is very long fits into a PNG alone.
        many = self.options if max(job.frame) < 16_000 else self.options[:1]
        made = await export(job, many[number % len(many)])
        with Image.open(io.BytesIO(made.data)) as image:
            image.load()
            if image.size != (made.width, made.height):
                msg = f"the file has {image.size} pixels and not {made.width} × {made.height}"
                raise AssertionError(msg)
        return RESULT


@dataclass
class Models:
    """An ``.onnx`` file: added as a model of one's own, loaded, tried out, and run on a photo."""

    codes: frozenset[str] = frozenset(
        (
            *("EMPTY_FILE", "MODEL_FILE", "MODEL_TERMS", "BAD_CONFIG", "BACKEND_FAILED"),
            *("OUT_OF_MEMORY", "RUN_FAILED"),
        )
    )
    photo: bytes = field(default_factory=lambda: seeds.pictures()["jpeg"])

    @cached_property
    def folder(self) -> Path:
        """The site's own models, which it is added to."""
        return tiny_models(Path(mkdtemp()) / "models")

    def make(self, rng: Random) -> bytes:
        """A damaged file."""
        files = seeds.networks()
        return damaged(rng.choice(files), files, rng)

    def run(self, given: bytes, more: Callable[[int], None]) -> str:
        """As a program does it."""
        more(1_000_000)
        return asyncio.run(self._through(given))

    async def _through(self, given: bytes) -> str:
        spec = register(given, id="own", template="")
        engine = Engine(self.folder, threads=1)
        try:
            await try_out(await engine.session("own"), spec)
            job = await engine.run(self.photo, "own")
            await export(job)
        finally:
            await engine.close()
            unregister("own")
        return RESULT


@dataclass
class Lists:
    """A list of models, as a site or a stranger may serve it, and a cut by what it says."""

    codes: frozenset[str] = frozenset(
        (
            *("BAD_CONFIG", "MODEL_UNKNOWN", "MODEL_LEFT_OUT", "MODEL_CORRUPT", "RUN_FAILED"),
            *("MODEL_DOWNLOAD_FAILED", "OUT_OF_MEMORY", "BACKEND_FAILED"),
        )
    )
    photo: bytes = field(default_factory=lambda: seeds.pictures()["jpeg"])

    def make(self, rng: Random) -> Any:
        """A good one with a place or two that are not."""
        return changed(seeds.registry(), rng)

    def run(self, given: Any, more: Callable[[int], None]) -> str:
        """Read it; with the networks that it names, cut a photo."""
        more(1_000_000)
        text = json.dumps(given)
        (self.folder / "registry.json").write_text(text, "utf-8")
        return asyncio.run(self._through())

    @cached_property
    def folder(self) -> Path:
        """A site's, with the parts of the good list."""
        (one,) = seeds.registry()["models"].items()
        return lay_out(Path(mkdtemp()) / "models", {one[0]: (seeds.networks()[0], one[1])})

    async def _through(self) -> str:
        engine = Engine(self.folder, threads=1)
        try:
            await export(await engine.run(self.photo, "auto"))
        finally:
            await engine.close()
        return RESULT
