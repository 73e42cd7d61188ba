"""The mark of a test that injects a fault: one row of the table in docs/reliability.md.

Above the test, with plain strings only: tools/faults.py reads them out of the source.

    @fault("network", "The connection breaks off in the middle of a part of a model",
           sees="…", kept="…", retried="…")
"""

from __future__ import annotations

import pytest


def fault(room: str, what: str, *, sees: str, kept: str, retried: str) -> pytest.MarkDecorator:
    """Say what the test does to Offcut, and what it then checks.

    ``room``: a key of ``tools.faults.ROOMS``. ``what``: the fault. ``sees``: what the person sees,
    in the page's words where there are some. ``kept``: what is not lost. ``retried``: what is done
    again by itself, and what the person can have done again.
    """
    return pytest.mark.fault(room=room, what=what, sees=sees, kept=kept, retried=retried)
