"""The whole engine under CPython: native onnxruntime, models from a folder of a built site."""

from __future__ import annotations

import asyncio
import json
import os
from typing import TYPE_CHECKING

from offcut.errors import fail
from offcut.models.added import ADDED, with_added
from offcut.models.plan import DEFAULT, models_for
from offcut.models.registry import Registry
from offcut.pipeline.export import ExportOptions, export
from offcut.pipeline.job import Job
from offcut.pipeline.progress import Report, silent, tell
from offcut.pipeline.steps import cut
from offcut.pixels.decode import decode_pillow
from offcut.pixels.deflate import in_thread
from offcut.runtime.ort_native import NativeFactory
from offcut.storage.download import load_model
from offcut.storage.files import BytesBoxes
from offcut.storage.source import elsewhere, source_of

if TYPE_CHECKING:
    from pathlib import Path

    from offcut.models.registry import ModelSpec
    from offcut.pixels.deflate import Packer
    from offcut.pixels.photo import Photo
    from offcut.runtime.session import Session

NOT_KEPT = "A model could not be kept on the disk, so it will be downloaded again next time."


async def packers() -> list[Packer]:
    """What deflates a large PNG beside this thread: see ``encode_png``."""
    return [in_thread] * max(0, min(4, os.cpu_count() or 1) - 1)


class Engine:
    """Takes the background off photos under CPython.

    ``models``: the folder ``models/`` of a built site (``dist/models``), with ``registry.json``,
    or one that stands for a site on the web (``native.home.find`` gives either).
    Sessions stay loaded between photos. ``threads``: see ``NativeFactory``. ``notes``: sentences
    about this computer that a person should know.
    """

    def __init__(self, models: Path, threads: int = 0) -> None:
        self._source = source_of(models)
        self._factory = NativeFactory(threads)
        self._sessions: dict[ModelSpec, Session] = {}
        self.notes: list[str] = []
        try:
            listed = json.loads((models / "registry.json").read_text("utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            say = f"There is no list of models in {models}: build the site first."
            raise fail("BAD_CONFIG", say, reason=str(error)) from error
        self._listed = Registry.from_json(listed)

    @property
    def registry(self) -> Registry:
        """The site's models, and those that were added (``offcut.models.register``)."""
        return with_added(self._listed)

    async def session(self, model_id: str, report: Report = silent) -> Session:
        """A loaded session of that model. Raises MODEL_UNKNOWN, MODEL_CORRUPT ..."""
        spec = self.registry.get(model_id)
        if spec not in self._sessions:  # by all that is known of it: an id may be given anew
            box = await self.bring(spec, report)
            tell(report, "compile", model=model_id)
            self._sessions[spec] = await self._factory.create(box, spec)
        return self._sessions[spec]

    async def bring(self, spec: ModelSpec, report: Report = silent) -> bytes:
        """A model's file, fetched and kept where it comes from the web. Raises as ``load_model``
        does."""
        tell(report, "download", model=spec.id)
        added = ADDED.get(spec.id)
        if added is not None and added.read is not None:
            return await asyncio.to_thread(added.read)
        source = elsewhere(spec.source, self._source) if spec.source else self._source
        loaded = await load_model(
            spec,
            store=source.store,
            fetcher=source.fetcher,
            boxes=BytesBoxes(),
            base_url=source.base,
            on_progress=lambda message: report({**message, "model": spec.id}),
            policy=source.policy,
        )
        if source.store is not None and not loaded.kept and NOT_KEPT not in self.notes:
            self.notes.append(NOT_KEPT)
        return loaded.box

    async def run(
        self, data: bytes, wanted: str = DEFAULT, name: str = "", report: Report = silent
    ) -> Job:
        """Decode a photo and let the networks look; the job holds what they saw.

        ``wanted``: a profile of ``models.plan``, or a model's id.
        """
        tell(report, "decode")
        job = Job(decode_pillow(data), name)
        await self.look(job, wanted, report)
        return job

    async def look(self, job: Job, wanted: str = DEFAULT, report: Report = silent) -> None:
        """The same on a photo that is decoded already."""
        models, profile = models_for(wanted, self.registry)
        for model_id in models:
            session = await self.session(model_id, report)
            await cut(job, session, self.registry.get(model_id), profile, report)

    async def remove(
        self,
        data: bytes,
        wanted: str = DEFAULT,
        options: ExportOptions | None = None,
        picture: Photo | None = None,
    ) -> bytes:
        """A photo's bytes in, the cut-out's checked bytes out (PNG unless ``options`` differ).

        ``picture``: the background where that is a picture."""
        job = await self.run(data, wanted)
        return (await export(job, options, packers=packers, picture=picture)).data

    async def close(self) -> None:
        """Let go of the sessions."""
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()
