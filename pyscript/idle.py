"""What an engine does while nobody wants anything of it: times its backends once, then sleeps."""

import asyncio

import js
from errors import OffcutError

SOON_S = 1.0
TICK_S = 15.0
LITTLE_GB = 2


def hidden():
    """Whether nobody looks at the page."""
    return bool(js.document.hidden)


def frugal():
    """Whether this visit is to load nothing that nobody asked for."""
    connection = getattr(js.navigator, "connection", None)
    return bool(connection and getattr(connection, "saveData", False))


def metered():
    """Whether what is loaded may cost the person money or patience, as far as the browser says."""
    connection = getattr(js.navigator, "connection", None)
    slow = getattr(connection, "effectiveType", "") in ("slow-2g", "2g", "3g")
    return frugal() or slow or getattr(connection, "type", "") == "cellular"


def memory_gb():
    """The device's memory as the browser rounds it; 0 where it does not say."""
    return getattr(js.navigator, "deviceMemory", None) or 0


def short_of_memory():
    """Whether a large photo may be too much for this device (``caution``)."""
    return 0 < memory_gb() <= LITTLE_GB


async def watch(engine, link, life, sleep=asyncio.sleep):
    """Look after ``engine`` until the worker behind ``link`` is gone.

    ``engine``: has ``free``, ``calibrate``, ``rest`` and ``lost``. ``life``: of that worker.
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
    if link.closed.code == "WORKER_LOST":
        engine.lost(link)
