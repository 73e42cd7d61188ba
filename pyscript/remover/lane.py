"""One engine for all removers of a page: their photos are done one after the other.

``Engine`` does one job at a time by itself, but a cancel ends its worker, and with it every job
that waits. So those wait here, where one can be taken back alone.
"""

import js
from engine import Engine
from errors import OffcutError, fail

NOTHING = ("stage", None)
_lanes = {}  # by the site's address


def lane(base):
    """The engine of that site, one a page."""
    if base not in _lanes:
        _lanes[base] = Lane(base)
    return _lanes[base]


class Place:
    """One in the line; ``turn`` is a promise, with what resolves it."""

    def __init__(self, owner):
        self.owner = owner
        self.turn = js.Promise.withResolvers()
        self.revoked = self.begun = False


class Lane:
    """An engine and who waits for it."""

    def __init__(self, base, make=Engine):
        """``make``: as ``Engine``, for tests to change."""
        self._engine = make(base, "auto", self._told)
        self._members = []
        self._line = []  # the first one has its turn
        self.status = NOTHING  # what a new member is told first

    def join(self, member):
        """Have ``member.engine_said(kind, detail)`` hear of the engine."""
        self._members.append(member)

    def leave(self, member):
        """The member is gone, and what it wanted; with the last one the worker goes."""
        self.cancel(member)
        if member in self._members:
            self._members.remove(member)
        if not self._members:
            self._engine.dispose()
            self.status = NOTHING

    async def warm(self, model, sparing):
        """As ``Engine.warm``; what fails is told of when a photo is there."""
        try:
            await self._engine.warm(model, sparing)
        except OffcutError as error:
            if error.code != "CANCELLED":
                print("Offcut: warm-up:", error)

    async def do(self, owner, method, *arguments):
        """Call the engine's ``method`` when its turn comes. Raises OffcutError, CANCELLED where
        ``cancel(owner)`` came first."""
        place = Place(owner)
        self._line.append(place)
        try:
            if self._line[0] is not place:
                await place.turn.promise
            if place.revoked:
                raise fail("CANCELLED")
            place.begun = True
            return await getattr(self._engine, method)(*arguments)
        finally:
            self._line.remove(place)
            if self._line:
                self._line[0].turn.resolve(None)

    def cancel(self, owner):
        """Take back what ``owner`` waits for, and end what runs for it."""
        for place in self._line:
            if place.owner is owner and place.begun:
                self._engine.cancel()
            elif place.owner is owner:
                place.revoked = True
                place.turn.resolve(None)

    def _told(self, kind, detail):
        if kind == "report":  # a newer one of the engine that is ready
            self.status = ("ready", detail)
        elif kind != "stage":
            self.status = (kind, detail)
        for member in list(self._members):
            member.engine_said(kind, detail)
