"""The remover's work: photos one after the other through the engine that all removers share.

Subclassed by ``remover.app``, which shows it.
"""

import asyncio

from errors import OffcutError, wrap
from idle import metered
from pace import Pace
from state import BUSY, DONE, ERROR, Photo, State
from tasks import Tasks, complain
from text import t

from remover.lane import lane
from remover.tell import tell
from remover.wishes import options_of

TICK_S = 0.5


class Work(Tasks):
    """What is done with photos. A subclass has ``values`` (``wishes.read``), ``changed()``, which
    shows the state, and ``finished(photo, result)``."""

    backend = "auto"  # the components ask for it

    def __init__(self, tag, base):
        """``tag``: what hears of results. ``base``: the site's address."""
        super().__init__()
        self.tag = tag
        self.base = base
        self.state = State()
        self.pace = Pace()
        self.lane = lane(base)
        self._job = 0  # counts up; what belongs to an older one is not heard
        self._waiting = []  # photos
        self._awake = False
        self.gone = False

    @property
    def model(self):
        """A model's id or a profile, as the components ask for it."""
        return self.values["model"] or self.values["profile"]

    def plan(self):
        """The models that are to run, in order, as far as is known."""
        profiles = (self.state.report or {}).get("profiles", {})
        return profiles.get(self.model) or [self.model]

    def wake(self):
        """Somebody is about to want something: start the engine and the small model."""
        if not self._awake and not self.gone:
            self._awake = True
            first = "fast" if self.model in ("auto", "best") else self.model
            self.run(self.lane.warm(first, metered()))

    def engine_said(self, kind, detail):
        """What the engine says of itself, to all removers of the page."""
        if self.state.engine_said(kind, detail):
            self.changed()

    # -- the photos --------------------------------------------------------------------------------

    def take(self, blobs):
        """Take photos in: the first one at once, further ones where several are wanted."""
        photos = [Photo(blob, getattr(blob, "name", None) or t("pasted")) for blob in blobs]
        self.state.hint = ""
        if not self.values["multiple"]:
            self._waiting = []
            self.lane.cancel(self)
            self._next(photos[-1])
            return
        self._waiting.extend(photos)
        if self.state.phase not in BUSY:
            self._next(self._waiting.pop(0))
        else:
            self.changed()

    def _next(self, photo):
        self.state.photo = photo
        self.redo()

    def cancel(self):
        """Stop the work. A cut-out that is already there stays, and so do photos that wait."""
        self.lane.cancel(self)

    def retry(self):
        """Do the same photo again."""
        self.redo()

    def redo(self):
        """Do the photo on screen from the beginning."""
        state = self.state
        state.begin()
        self._awake = True
        self._job += 1
        self.pace.stop(keep=False)
        self.changed()
        self.run(self._work(self._job))
        self.run(self._tick(self._job))

    def redress(self, before):
        """Do the photo on screen again, if it is asked for otherwise now."""
        if self.state.phase != DONE or options_of(before) == options_of(self.values):
            return
        after = dict(self.values)
        after["background"] = before["background"]
        if options_of(before) == options_of(after):  # nothing else
            self._job += 1
            self.run(self._rewrite(self._job))
        else:
            self.redo()

    async def _work(self, job):
        def on_event(kind, detail):
            if job == self._job:
                self._heard(kind, detail)

        photo = self.state.photo
        options = options_of(self.values)
        options.update({"name": photo.name, "hold": photo.number, "sparing": metered()})
        await self._settle(job, self.lane.do(self, "remove", photo.blob, options, on_event))

    async def _rewrite(self, job):
        """Lay another background behind the cut-out that is there."""
        state = self.state
        state.result = state.error = None
        self.changed()
        options = options_of(self.values)
        options["hold"] = state.photo.number
        options.setdefault("background", None)
        await self._settle(job, self.lane.do(self, "rewrite", options))

    async def _settle(self, job, work):
        """Wait for ``work`` and show what came of it, if that is still wanted."""
        try:
            result, failed = await work, None
        except OffcutError as error:
            result, failed = None, error
        except Exception as error:  # a fault of ours: shown to the person, and on the console
            complain(error)
            result, failed = None, wrap(error)
        if job != self._job or self.gone:
            return
        if failed and failed.code == "JOB_UNKNOWN":  # the worker was renewed meanwhile
            self.redo()
            return
        self.pace.stop(keep=not failed)
        state = self.state
        state.progress = None
        if failed:
            state.error = failed
            # What is there stays: the quick model's file is a whole result.
            state.phase = DONE if state.result else ERROR
            tell(self.tag, "error", failed)
        else:
            state.phase = DONE
            state.result = result
            self.finished(state.photo, result)
            tell(self.tag, "result", result)
        if not state.result:
            state.preview = None
        self.changed()
        if self._waiting and not self.gone:
            self._next(self._waiting.pop(0))

    def _heard(self, kind, detail):
        state = self.state
        state.job_said(kind, detail)
        if kind == "stage":
            backend = (state.report or {}).get("backend")
            self.pace.step(backend, detail["stage"], detail["model"])
            tell(self.tag, "progress", detail)
        self.changed()

    async def _tick(self, job):
        """Have the time left move while the engine says nothing."""
        while job == self._job and self.state.phase in BUSY and not self.gone:
            await asyncio.sleep(TICK_S)
            self.changed()

    def stop(self):
        """Want nothing any more."""
        self.gone = True
        self._waiting = []
        self._job += 1
        self.lane.leave(self)
