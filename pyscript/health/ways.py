"""The engine: its chain as the page would go it, each other way by itself, and a small cut.

Each way has a worker of its own, because ONNX Runtime initialises once a realm.
"""

import json

import js
from backends import MOVES_ON
from calibration import START_MS
from dom import JsException
from errors import OffcutError, fail
from text import seconds

from health.rows import AWAY, FAIL, NOW, OK, WAYS, Figure, Said, Trouble, Words

SAMPLE = "samples/pear.jpg"
JOB = "selftest"


class Ways:
    """One run over all of them; what is found goes to ``put(name, status, *sentences)``."""

    _workers = 0
    _mark = str(js.Math.random())[2:]  # PyScript remembers a worker's name for ever

    def __init__(self, base, make_link, put):
        self._base = base
        self._make_link = make_link
        self._put = put
        self.report = None

    async def run(self):
        """Go the chain, cut, then try what the chain did not need."""
        failed = []
        for name in WAYS:
            self._put(name, NOW)
        link = await self._chain(failed)
        if link is None:
            self._put("cut", AWAY, Words("skipped"))
            return
        self._put("cut", NOW)
        try:
            await self._cut(link)
        finally:
            link.close(fail("CANCELLED"))
        for one in self.report["candidates"]:
            if one["name"] == self.report["backend"] or one["name"] in failed:
                continue
            if one["usable"]:
                await self._alone(one["name"])
            else:
                self._put(one["name"], AWAY, Said(one["reason"]))

    async def _chain(self, failed):
        """A link to a worker on the first way that proves itself, or None."""
        while True:
            try:
                link, self.report = await self._start("auto", failed)
            except OffcutError as error:
                name = error.detail.get("backend")
                if error.code in MOVES_ON and name in WAYS and name not in failed:
                    self._put(name, FAIL, Trouble(error))
                    failed.append(name)
                    continue
                for other in WAYS:
                    if other not in failed:
                        # With nothing left to choose from, the error tells why of each.
                        self._put(other, AWAY if failed else FAIL, Trouble(error))
                return None
            self._proven(self.report)
            return link

    async def _alone(self, name):
        try:
            link, report = await self._start(name, [])
        except OffcutError as error:
            self._put(name, FAIL, Trouble(error))
            return
        link.close(fail("CANCELLED"))
        self._proven(report)

    async def _start(self, backend, failed):
        """A link to a fresh worker that is set up, and its report; raises OffcutError."""
        Ways._workers += 1
        name = "offcut-selftest-" + Ways._mark + "-" + str(Ways._workers)
        link = self._make_link(self._base, name, _unheard)
        wanted = {"base": self._base, "backend": backend, "exclude": list(failed), "kept": {}}
        try:
            await link.open()
            report = await link.call("start", wanted, quiet_ms=START_MS)
        except OffcutError as error:
            link.close(error)
            raise
        return link, json.loads(js.JSON.stringify(report))

    def _proven(self, report):
        threads = report["threads"]
        told = {"s": _seconds(report["selftest_ms"])}
        way = Words("way.threads", n=threads, **told) if threads > 1 else Words("way.ok", **told)
        self._put(report["backend"], OK, way, Said(_reason(report)))

    async def _cut(self, link):
        model = self.report["roles"].get("fast")
        if model is None:
            self._put("cut", AWAY, Words("cut.left_out"))
            return
        try:
            await link.call("load", {"model": model})
            photo = await (await js.fetch(self._base + SAMPLE)).blob()
            began = js.performance.now()
            told = await link.call("cut", JOB, photo, {"model": model, "name": "sample"})
            await link.call("export", JOB, {})
        except OffcutError as error:
            self._put("cut", FAIL, Trouble(error))
        except JsException:
            self._put("cut", FAIL, Words("bad.net", file=SAMPLE))
        else:
            took = _seconds(js.performance.now() - began)
            if told.empty:
                self._put("cut", FAIL, Words("cut.empty", s=took))
            else:
                self._put("cut", OK, Words("cut.ok", s=took))


def _unheard(_message):
    """Progress is not shown here."""


def _reason(report):
    """Why it was chosen, without what it was told to do."""
    found = [one for one in report["candidates"] if one["name"] == report["backend"]]
    return found[0]["reason"] if found else report["why"]


def _seconds(ms):
    return Figure(seconds, ms, "%.1f" % (ms / 1000))
