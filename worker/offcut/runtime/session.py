"""What a running network looks like to the engine, wherever it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from offcut.models.registry import ModelSpec

B_contra = TypeVar("B_contra", contravariant=True)


class Session(Protocol):
    """One network, loaded and ready. One run at a time: ONNX Runtime refuses a second one."""

    async def run(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
        """Compute the output that the model's entry names.

        ``x``: float32 (1, 3, h, w), as ``models.process.prepare`` makes it. Gives float32
        (1, 1, h, w). Raises BACKEND_LOST (the device went away), OUT_OF_MEMORY or RUN_FAILED.
        """
        ...

    async def close(self) -> None:
        """Give back what can be given back. Safe to call twice."""
        ...


class SessionFactory(Protocol[B_contra]):
    """Makes sessions on one backend."""

    async def create(self, model: B_contra, spec: ModelSpec) -> Session:
        """Load ``model`` (the bytes of the .onnx file in a box) as ``spec`` describes it.

        Raises BACKEND_FAILED or OUT_OF_MEMORY.
        """
        ...
