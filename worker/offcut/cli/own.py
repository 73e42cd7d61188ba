"""Models that the command is told of: a file of one's own, and lists beside the site's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from offcut.cli.order import CutOrder, Order

ENDING = ".onnx"


def add_lists(order: Order) -> None:
    """Add the models of ``order.registries``. Raises as ``offcut.models.register_from``."""
    for address in order.registries:
        from offcut.models import register_from  # noqa: PLC0415 - only where it is asked for

        register_from(address)


def wanted(order: CutOrder) -> str:
    """The profile or model that is asked for; a file of one's own is added, and is that model.

    Raises as ``offcut.models.register``.
    """
    add_lists(order)
    if not order.wanted.lower().endswith(ENDING):
        return order.wanted
    from offcut.models import register  # noqa: PLC0415

    changes: dict[str, Any] = {"accept_terms": order.accept_terms}
    if order.template is not None:
        changes["template"] = order.template
    return register(order.wanted, **changes).id
