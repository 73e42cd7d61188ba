"""What an engine does while nobody wants anything of it: times its backends once, then sleeps."""

import asyncio

import js
from errors import OffcutError

SOON_S = 1.0
TICK_S = 15.0


def hidden():
    """Whether nobody looks at the page."""
    return bool(js.document.hidden)


def frugal():
    """Whether this visit is to load nothing that nobody asked for."""
    connection = getattr(js.navigator, "connection", None)
    return bool(connection and getattr(connection, "saveData", False))


async def watch(engine, link, life, sleep=asyncio.sleep):
    """Look after ``engine`` until the worker behind ``link`` is gone.

    ``engine``: has ``free``, ``calibrate`` and ``rest``. ``life``: of that worker.
    """
    timed = False
    while not link.closed:
        await sleep(TICK_S if timed else SOON_S)
        if link.closed or not engine.free():
            continue
        if life.tired(hidden()):
            engine.rest()
        elif not timed and life.settled() and not hidden():
            try:
                timed = await engine.calibrate(frugal())
            except OffcutError as error:
                # The backend in use fails: the next photo finds that out, and moves on from it.
                print("Offcut: timing:", error)
                timed = True
