"""Which models there are, what goes into them and what comes out.

``register``, ``register_from`` and ``unregister`` add models of one's own; ``TEMPLATES`` are the
networks whose file one may bring.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from offcut.models.adding import register, register_from, unregister
    from offcut.models.known import TEMPLATES

__all__ = ["TEMPLATES", "register", "register_from", "unregister"]


def __getattr__(name: str) -> Any:
    # When asked for, not before: the engine in a browser starts without any of it.
    if name == "TEMPLATES":
        from offcut.models.known import TEMPLATES  # noqa: PLC0415

        return TEMPLATES
    if name in __all__:
        from offcut.models import adding  # noqa: PLC0415

        return getattr(adding, name)
    raise AttributeError(name)
