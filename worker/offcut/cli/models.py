"""``offcut models``: what there is, what is kept here, and under which terms."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from offcut.cli import DONE
from offcut.cli.own import add_lists
from offcut.cli.rembg import MODELS, NOT_HERE
from offcut.cli.telling import Teller, print_json
from offcut.cli.words import count, size
from offcut.errors import fail
from offcut.models.plan import DEFAULT, PROFILES, models_for
from offcut.native.home import find
from offcut.pipeline.engine import Engine
from offcut.storage.keeping import bytes_kept, discard, keys_kept
from offcut.storage.source import source_of

if TYPE_CHECKING:
    from pathlib import Path

    from offcut.cli.order import ModelsOrder
    from offcut.models.registry import ModelSpec


def known(wanted: str, folder: Path) -> tuple[str, list[str]]:
    """A profile or model of that folder, and sentences about it: rembg's names are understood.

    Raises MODEL_UNKNOWN or MODEL_LEFT_OUT.
    """
    registry = Engine(folder).registry
    said = []
    if wanted not in registry.models and wanted not in PROFILES:
        if wanted in NOT_HERE:
            raise fail("MODEL_UNKNOWN", f"{wanted}: {NOT_HERE[wanted]}", model=wanted)
        if wanted in MODELS:
            ours = MODELS[wanted]
            said.append(f"{wanted} is not one of Offcut's models; {ours} is taken for it.")
            wanted = ours
    models_for(wanted, registry)
    return wanted, said


def models(order: ModelsOrder) -> int:
    """List, fetch or remove models; gives what to exit with."""
    folder = find(order.models, order.cache)
    add_lists(order)
    engine = Engine(folder)
    specs = _chosen(order, engine)
    if order.fetch:
        teller = Teller(1, json_lines=False, quiet=order.quiet, debug=order.debug)
        for spec in specs:
            asyncio.run(engine.bring(spec, lambda message: teller.hear("", message)))
            teller.clear()
        for note in engine.notes:
            teller.say(note)
    if order.remove:
        _remove(engine, specs, folder)
    _list(order, specs, folder)
    return DONE


def _chosen(order: ModelsOrder, engine: Engine) -> list[ModelSpec]:
    names = order.names or ((DEFAULT,) if order.fetch else ())
    if not names:
        return list(engine.registry.models.values())
    ids = [one for name in names for one in models_for(name, engine.registry)[0]]
    return [engine.registry.get(one) for one in dict.fromkeys(ids)]


def _remove(engine: Engine, specs: list[ModelSpec], folder: Path) -> None:
    store = source_of(folder).store
    if store is None:
        say = f"The models in {folder} are a site's own; nothing of them is kept elsewhere."
        raise fail("BAD_CONFIG", say)
    for spec in specs:
        asyncio.run(discard(spec, store, engine.registry.models.values()))


def _list(order: ModelsOrder, specs: list[ModelSpec], folder: Path) -> None:
    source = source_of(folder)
    kept = None if source.store is None else asyncio.run(keys_kept(source.store))
    for spec in specs:
        here = spec.bytes if kept is None else bytes_kept(spec, kept)
        if order.json:
            print_json(
                {
                    "model": spec.id,
                    "title": spec.title,
                    "roles": list(spec.roles),
                    "bytes": spec.bytes,
                    "kept": here,
                    "licence": spec.licence,
                    "licence_url": spec.licence_url,
                }
            )
            continue
        there = "here" if here == spec.bytes else f"{size(here)} here" if here else "not here"
        print(f"{spec.id:<12}{size(spec.bytes):>8}  {there:<12}{spec.title}; {spec.licence}")
        if order.licences:
            print(f"{'':<34}{spec.licence_url}")
    if not order.json and not order.quiet:
        profiles = ", ".join(PROFILES)
        print(f"{count(len(specs), 'model')} of {source.base}; profiles: {profiles}.")
