"""The engine on a computer, for programs: native ONNX Runtime in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from offcut import __version__
from offcut.models.plan import models_for
from offcut.native.home import find
from offcut.native.photos import decode
from offcut.pipeline.engine import Engine, packers
from offcut.pipeline.export import export
from offcut.pipeline.job import Job
from offcut.pipeline.matte import Matte, matte_of
from offcut.pipeline.progress import tell
from offcut.pixels.photo import Photo

if TYPE_CHECKING:
    from collections.abc import Mapping

    from offcut.pipeline.progress import Report


class Native:
    """Takes the background off photos in this process; see ``offcut.api.homes.Home``."""

    def __init__(self, models: str | None = None) -> None:
        """``models``: see ``native.home.find``, which also says what it raises."""
        self._engine = Engine(find(models))

    async def remove(
        self,
        image: object,
        wanted: str,
        options: Mapping[str, object],
        picture: object,
        report: Report,
    ) -> bytes:
        """The cut-out's file."""
        below = None if picture is None else _photo(picture)
        job = await self._look(image, wanted, report)
        return (await export(job, options, report, packers=packers, picture=below)).data

    async def matte(self, image: object, wanted: str, report: Report) -> Matte:
        """The cut-out as arrays."""
        return matte_of(await self._look(image, wanted, report))

    async def preload(self, wanted: str, report: Report) -> None:
        """Have the models ready."""
        for model in models_for(wanted, self._engine.registry)[0]:
            await self._engine.session(model, report)

    async def probe(self) -> dict[str, Any]:
        """What runs, and which models there are."""
        models = [
            {"id": spec.id, "title": spec.title, "bytes": spec.bytes, "licence": spec.licence}
            for spec in self._engine.registry.models.values()
        ]
        return {"version": __version__, "backend": "native", "models": models}

    async def close(self) -> None:
        """Let go of the networks."""
        await self._engine.close()

    async def _look(self, image: object, wanted: str, report: Report) -> Job:
        tell(report, "decode")
        job = Job(_photo(image))
        await self._engine.look(job, wanted, report)
        for note in self._engine.notes:
            job.note(note)
        return job


def _photo(image: Any) -> Photo:
    return image if isinstance(image, Photo) else decode(image)
