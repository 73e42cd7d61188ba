"""Which network looks where, at what size: the profiles fast, auto and best.

How they were chosen: ``docs/matte-policy.md``. What they measure: ``make quality``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from offcut.errors import fail

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from offcut.models.registry import Registry

ROLES = ("fast", "detail", "portrait")
"""In the order in which a profile's networks run."""


@dataclass(frozen=True)
class Look:
    """One run of the network that has ``role``.

    ``pixels``: of its input, about, with the shape of what it sees kept; 0, or a network that
    takes one size only: the registry's size. ``crop``: it sees the box around what the first look
    found, else the whole photo. ``flip``: it sees it mirrored, and its answer is turned back.
    ``doubt``: only if the looks before disagree about what the subject is.
    """

    role: str
    pixels: int = 0
    crop: bool = False
    flip: bool = False
    doubt: bool = False


PROFILES: Mapping[str, tuple[Look, ...]] = {
    "fast": (Look("fast"),),
    "auto": (
        Look("fast"),
        Look("detail", 512 * 512, crop=True),
        Look("detail", 768 * 768, doubt=True),
        Look("portrait", 384 * 384, crop=True),
    ),
    "best": (
        Look("fast"),
        Look("fast", flip=True),
        Look("fast", crop=True),
        Look("detail", 512 * 512, crop=True),
        Look("detail"),
        Look("portrait", 384 * 384, crop=True),
        Look("portrait", 512 * 512, crop=True),
        Look("portrait"),
    ),
}
DEFAULT = "auto"


def looks(profile: str, roles: Iterable[str]) -> tuple[Look, ...]:
    """The looks of a network with ``roles`` in ``profile``, in order.

    One plain look for a network that is asked for by name (``profile`` "") or has no part in it.
    """
    mine = tuple(roles)
    found = tuple(look for look in PROFILES.get(profile, ()) if look.role in mine)
    return found or (Look(mine[0] if mine else "detail"),)


def roles_of(profile: str) -> tuple[str, ...]:
    """The roles that have a part in ``profile``, in the order in which they run."""
    return tuple(dict.fromkeys(look.role for look in PROFILES[profile]))


def models_for(wanted: str, registry: Registry) -> tuple[list[str], str]:
    """The ids of the models to run, in order, and the profile that they run in.

    ``wanted``: a profile, or a model's id (then the profile is ""). Raises MODEL_UNKNOWN or
    MODEL_LEFT_OUT.
    """
    if wanted not in PROFILES:
        return [registry.get(wanted).id], ""
    having = [registry.with_role(role) for role in roles_of(wanted)]
    models = list(dict.fromkeys(specs[0].id for specs in having if specs))
    if not models:
        raise fail("MODEL_UNKNOWN", model=wanted)
    return models, wanted
