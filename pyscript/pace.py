"""How long a stage took on this device before: time left, where nothing can be counted.

A network's run says nothing until it is over. What it took the last time, on the same backend, is
an honest estimate for the next; the first time there is none, and none is shown.
"""

import json

from awake import now
from dom import missing
from kept import box, put

KEY = "offcut-pace"
TIMED = ("start", "compile", "run")  # these take the same for every photo; writing it does not
SHORT_MS = 1_500  # not worth a number


class Pace:
    """Times the stages of a job, and remembers them in localStorage."""

    def __init__(self):
        self._known = _read()
        self._seen = {}
        self._stage = ""
        self._since = 0

    def step(self, backend, stage, model):
        """A stage begins (or goes on); the one before it is over."""
        name = " ".join((backend or "", stage or "", model or "")) if stage in TIMED else ""
        if name == self._stage:
            return
        self._over()
        self._stage, self._since = name, now()

    def stop(self, keep):
        """The job is over; ``keep`` what it took, unless it was broken off."""
        if not keep:
            self._stage = ""
        self._over()
        if keep and self._seen:
            self._known.update(self._seen)
            _write(self._known)
        self._seen = {}

    def left(self):
        """Return (part done 0..1, seconds left) of this stage, or None where that is not known."""
        usual = self._known.get(self._stage, 0)
        gone = now() - self._since
        if usual < SHORT_MS or gone >= usual:
            return None
        return gone / usual, (usual - gone) / 1000

    def _over(self):
        if self._stage:
            self._seen[self._stage] = round(now() - self._since)
        self._stage = ""


def _read():
    store = box()
    text = None if store is None else store.getItem(KEY)
    try:
        return {} if missing(text) else dict(json.loads(text))
    except ValueError:  # not what was written
        return {}


def _write(known):
    put(KEY, json.dumps(known))
