"""Clocks that nobody can set: since the page was opened, and of the time that it was awake.

The wall clock jumps when somebody sets it, and a page may be frozen or its computer asleep for
hours, and its worker with it: neither is a worker's silence. Runs under MicroPython and Pyodide
alike.
"""

import js

HIDDEN_MS = 60_000  # the timers of a page that nobody looks at come once a minute


def now():
    """Milliseconds since the page was opened."""
    return js.performance.now()


class Awake:
    """Milliseconds in which the page was awake: call it to have them.

    It is to be called again and again: of what lies between two calls it counts at most
    ``most_ms``, for whoever comes later than that was not awake.
    """

    def __init__(self, most_ms=HIDDEN_MS, now=now):
        """``now``: another clock, for tests."""
        self._most = most_ms
        self._now = now
        self._last = now()
        self._sum = 0

    def __call__(self):
        """The sum so far."""
        at = self._now()
        self._sum += max(0, min(at - self._last, self._most))
        self._last = at
        return self._sum
