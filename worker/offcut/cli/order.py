"""What is to be done, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Order:
    """What every command takes.

    ``models``, ``cache``: see ``native.home.find``. ``registries``: more lists of models.
    ``json``: tell each outcome as a line of JSON on stdout. ``quiet``: say only what went wrong.
    ``debug``: and where.
    """

    models: str | None = None
    cache: str | None = None
    registries: tuple[str, ...] = ()
    json: bool = False
    quiet: bool = False
    debug: bool = False

    def run(self) -> int:
        """Do it; gives what to exit with."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class CutOrder(Order):
    """Photos to cut.

    ``photos``: as they were typed. ``output``: a file, a folder, "-", or None for beside each
    photo. ``existing``: what to do where a result is there already, "refuse", "overwrite", "skip"
    or "rename". ``suffix``: what names get, None for the usual. ``wanted``: a profile, a model or
    the file of one; ``template``, ``accept_terms``: what is to be said of that.
    ``look``: as ``ExportOptions.of`` reads it; without a format the output's name decides.
    ``picture``: the file of the background's picture. ``edits``: a file of strokes. ``jobs``:
    photos at a time. ``threads``: see ``NativeFactory``. ``said``: sentences to be read first.
    """

    photos: tuple[str, ...]
    output: str | None = None
    recursive: bool = False
    existing: str = "refuse"
    suffix: str | None = None
    watch: bool = False
    wanted: str = "auto"
    template: str | None = None
    accept_terms: bool = False
    look: Mapping[str, object] = field(default_factory=dict)
    picture: Path | None = None
    edits: str | None = None
    jobs: int = 1
    threads: int = 0
    said: tuple[str, ...] = ()

    def run(self) -> int:
        """See ``Order.run``."""
        from offcut.cli.run import cut  # noqa: PLC0415 - the engine, not needed for --help

        return cut(self)


@dataclass(frozen=True, kw_only=True)
class ModelsOrder(Order):
    """Models to list, fetch or remove; ``names``: models and profiles, all when empty."""

    names: tuple[str, ...] = ()
    fetch: bool = False
    remove: bool = False
    licences: bool = False

    def run(self) -> int:
        """See ``Order.run``."""
        from offcut.cli.models import models  # noqa: PLC0415 - as above

        return models(self)
