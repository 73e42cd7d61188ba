"""Which backend is the fastest on this device: each that works is timed once, and remembered.

ONNX Runtime initialises once a realm, so each other backend is timed in a worker of its own, one
after the other, while nobody waits. What is remembered counts for one version and one device; the
worker judges that (``offcut.runtime.timing``), for it alone sees the graphics adapter.
"""

import json

import js
from dom import missing
from errors import OffcutError, fail
from kept import box, put

KEY = "offcut-calibration"
CLEARLY = 1.25  # a new worker in the middle of a visit is worth it from here on
START_MS = 90_000  # for a worker's start, from its first answer on
LITTLE_GB = 2  # two workers at once are too many there
# Faults of the backend or the worker: it will not be faster tomorrow.
ITS_OWN_FAULT = ("BACKEND_FAILED", "BACKEND_LOST", "OUT_OF_MEMORY", "WORKER_TIMEOUT")


def rivals(report):
    """The backends that are worth timing beside the one in use, by the worker's report."""
    if 0 < report["memory_gb"] <= LITTLE_GB:
        return []
    names = [one["name"] for one in report["candidates"] if one["usable"]]
    if "wasm-mt" in names:
        # The same code on fewer threads: it can only be slower.
        names = [name for name in names if name != "wasm-st"]
    return [name for name in names if name != report["backend"]]


def untimed(report, frugal):
    """The backends still to be timed, the one in use first. ``frugal``: no other, to save data."""
    names = [report["backend"]] + ([] if frugal else rivals(report))
    return [name for name in names if name not in report["times"]]


def better(report):
    """The backend that is clearly faster than the one in use and can be used, or ""."""
    times = report["times"]
    mine = times.get(report["backend"], 0)
    for name in rivals(report):
        if 0 < times.get(name, 0) * CLEARLY <= mine:
            return name
    return ""


class Calibration:
    """Times backends, and keeps the times."""

    def __init__(self, base, make_link):
        """``base``: as ``Engine``. ``make_link()``: gives a ``Link`` to a worker to be started."""
        self._base = base
        self._make_link = make_link
        self._link = None
        self._stops = 0
        self.kept = _read()  # {version, device, times}, or {}

    def stop(self):
        """Break off at once: somebody wants something. What is half done is not kept."""
        self._stops += 1
        if self._link:
            self._link.close(fail("CANCELLED"))

    async def run(self, link, report, frugal, on_report):
        """Time what is missing; returns whether all of it was done.

        ``link`` and ``report``: of the worker in use. ``on_report(report)``: gets a new one after
        each backend, with its time and with what the times limit. Raises the OffcutError of the
        worker in use.
        """
        stops = self._stops
        for name in untimed(report, frugal):
            report = dict(report)
            if name == report["backend"]:
                clocked = await link.call("clock")
                report["limits"] = json.loads(js.JSON.stringify(clocked.limits))
                ms = clocked.ms or None
            else:
                ms = await self._rival(name, report)
            if ms is None:
                return False
            report["times"] = dict(report["times"])
            report["times"][name] = ms
            self._keep(report)
            on_report(report)
            if stops != self._stops:
                return False
        return True

    async def _rival(self, name, report):
        """Milliseconds on backend ``name``; 0: it does not work; None: not found out."""
        link = self._link = self._make_link()
        try:
            await link.open()
            wanted = {"base": self._base, "backend": name, "exclude": [], "kept": {}}
            await link.call("start", wanted, quiet_ms=START_MS)
            await link.call("load", {"model": report["roles"]["fast"]})
            return (await link.call("clock")).ms or None
        except OffcutError as error:
            return 0 if error.code in ITS_OWN_FAULT and not link.closed else None
        finally:
            self._link = None
            link.close(fail("CANCELLED"))

    def _keep(self, report):
        record = self.kept = {name: report[name] for name in ("version", "device", "times")}
        put(KEY, json.dumps(record))


def _read():
    store = box()
    text = None if store is None else store.getItem(KEY)
    try:
        kept = {} if missing(text) else json.loads(text)
    except ValueError:  # not what was written
        return {}
    return kept if isinstance(kept, dict) else {}
