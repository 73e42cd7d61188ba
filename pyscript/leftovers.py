"""What earlier visits have kept of their queues (``keeping``), for the next one to go on with.

Runs under MicroPython and Pyodide alike.
"""

import time

from batch import DONE, FAILED, STOPPED, WAITING, Item
from errors import from_envelope
from keeping import HAND, PHOTO, SIGN, WORK, lock_of, settled
from kept import write
from locks import held
from packing import pack, unpack
from state import Photo

DAYS = 7
DAY_S = 86_400


class Leftover:
    """A queue of an earlier visit. ``settings``: as ``Keeping`` was given them. ``items``: of a
    ``Batch``, in order."""

    def __init__(self, queue, settings, items):
        self.queue = queue
        self.settings = settings
        self.items = items

    @property
    def alone(self):
        """Whether it is one photo that was touched up, and no queue."""
        return bool(self.settings.get("alone"))


async def leftovers(room):
    """The queues of earlier visits that no tab works on, newest first; those that are of no use to
    anybody are removed. Raises NoRoomError."""
    busy = await held()
    known = {}
    for name in await room.names():
        queue = name.replace("!", "/").split("/")[0]
        known.setdefault(queue, []).append(name)
    found = []
    for queue, its in known.items():
        if lock_of(queue) in busy:
            continue
        left = await _read(room, queue, its)
        if left is None:
            await room.drop(queue)
        else:
            found.append(left)
    if not await room.names():
        write(SIGN, None)
    return sorted(found, key=lambda one: -one.settings["at"])


async def _read(room, queue, names):
    told = await room.get(queue + "!")
    if told is None:
        return None
    settings = unpack(told[0], told[1])
    now = time.time()
    if now - settings["at"] > DAYS * DAY_S:
        return None
    if settings["at"] > now + DAY_S:  # the clock was set back since: the days count from now on
        settings["at"] = now
        await room.put(queue + "!", *pack(settings))
    items = []
    for name in names:
        parts = name.split("/")
        if parts[-1] != PHOTO:
            continue
        photo = await room.get(name)
        start = "/".join(parts[:-1]) + "/"
        work, hand = await room.get(start + WORK), await room.get(start + HAND)
        if photo is not None:
            items.append(_item(int(parts[1]), photo, work, hand))
    todo = [] if settings.get("alone") else items
    if not items or settled(settings["saved"], todo):
        return None
    return Leftover(queue, settings, items)


def _item(number, photo, work, hand):
    kept = unpack(photo[0], photo[1])
    item = Item(number, Photo(kept["blob"], kept["name"]))
    if work is not None:
        _worked(item, work)
    if hand is not None:
        told = unpack(hand[0], hand[1])
        item.photo.edits, item.photo.undone = told["edits"], told["undone"]
        if item.state == DONE and item.is_touched():
            item.state = WAITING  # the tab was closed in the middle of it
    return item


def _worked(item, work):
    told = unpack(work[0], work[1])
    item.state = told["state"] if told["state"] in (DONE, FAILED, STOPPED) else WAITING
    item.name = told["name"]
    item.result = told["result"]
    item.scene = told["scene"]
    item.photo.edits, item.photo.undone = told["edits"], told["undone"]
    if "error" in told:
        item.error = from_envelope(told["error"])
