"""When a worker has had its day: after so many photos, over so much memory, or left alone so long.

Plain decisions over numbers, without a browser. Times are in milliseconds of whatever clock the
caller has.
"""

PHOTOS = 40  # some browsers fail after some hundred runs of a network (ONNX Runtime issue 27584)
MEMORY_MB = 3000  # WebAssembly memory only grows, and 4096 is the end of it
SHARE = 0.5  # of the device's memory, where the browser tells how much there is
SETTLE_MS = 3_000  # after work, before anything is done unasked
IDLE_MS = 600_000
HIDDEN_MS = 300_000  # a page that nobody looks at holds a gigabyte for nobody


class Life:
    """A worker's age; see the module. ``photos`` and so on: its constants, for tests to change."""

    def __init__(
        self,
        now,
        *,
        photos=PHOTOS,
        memory_mb=MEMORY_MB,
        settle_ms=SETTLE_MS,
        idle_ms=IDLE_MS,
        hidden_ms=HIDDEN_MS,
    ):
        """``now``: gives milliseconds."""
        self._now = now
        self._photos = photos
        self._memory_mb = memory_mb
        self._idle_ms = idle_ms
        self._hidden_ms = hidden_ms
        self.settle_ms = settle_ms
        self.begin(0)

    def begin(self, memory_gb):
        """A new worker, on a device with so much memory (0: not known)."""
        self._done = 0
        self._used_mb = 0
        self._most_mb = self._memory_mb
        if memory_gb > 0:
            self._most_mb = min(self._memory_mb, SHARE * 1024 * memory_gb)
        self.touch()

    def touch(self):
        """Somebody used the worker just now."""
        self._since = self._now()

    def did(self, memory_mb):
        """A photo is done; ``memory_mb``: what the worker then held, 0 if it did not say."""
        self._done += 1
        self._used_mb = max(memory_mb, self._used_mb)
        self.touch()

    def is_used(self):
        """Whether the worker has done a photo already."""
        return self._done > 0

    def spent(self):
        """Why a fresh worker should do the next photo: "photos", "memory" or ""."""
        if self._done >= self._photos:
            return "photos"
        # A worker that did nothing yet is no better than its successor.
        return "memory" if self._done and self._used_mb > self._most_mb else ""

    def settled(self):
        """Whether it has been left alone long enough to do something unasked."""
        return self._now() - self._since >= self.settle_ms

    def tired(self, hidden):
        """Whether it has been left alone so long that it should give its memory back."""
        return self._now() - self._since >= (self._hidden_ms if hidden else self._idle_ms)
