"""What this browser keeps and shares, tried with what the page itself uses for it."""

import json

import js
from dom import JsException, missing
from kept import read, write
from locks import held, hold
from settings.parts import room
from settings.upkeep import ask_keeper
from storeroom import NoRoomError, Storeroom

from health.rows import FAIL, OK, WARN, Figure, Words

TRIED = "selftest"  # a name that no queue has
LITTLE = 200_000_000  # all models and the engine are 130 MB
LEAST = 60_000_000
MOST = 10_000_000_000  # the exact figure would tell one device from another


async def secure():
    """Whether the address is one on which browsers allow all that is needed."""
    good = bool(js.isSecureContext)
    return (OK, [Words("secure.ok")]) if good else (FAIL, [Words("secure.fail")])


async def store(base):
    """Whether IndexedDB takes a record and gives it back."""
    shelf = Storeroom(base)
    mark = str(js.Math.random())
    try:
        await shelf.put(TRIED, mark, [js.Blob.new(js.Array.of(mark))])
        found = await shelf.get(TRIED)
        await shelf.drop(TRIED)
        left = await shelf.names(TRIED)
    except NoRoomError:
        return FAIL, [Words("store.fail")]
    same = found and found[0] == mark and len(found[1]) == 1 and found[1][0].size == len(mark)
    return (OK, [Words("store.ok")]) if same and not left else (FAIL, [Words("store.fail")])


async def space():
    """How much this browser would keep, and for how long."""
    storage = getattr(js.navigator, "storage", None)
    try:
        told = json.loads(js.JSON.stringify(await storage.estimate()))
        for_long = bool(await storage.persisted())
    except (AttributeError, JsException):
        return WARN, [Words("room.unknown")]
    free = told.get("quota", 0) - told.get("usage", 0)
    lasts = Words("room.lasts" if for_long else "room.loose")
    if free < LEAST:
        return FAIL, [Words("room.least", size=_size(max(0, free)))]
    if free < LITTLE:
        return WARN, [Words("room.little", size=_size(free))]
    return OK, [Words("room.ok", size=_size(min(free, MOST))), lasts]


def _size(count):
    plain = "%.1f GB" % (count / 1e9) if count >= 1e9 else "%d MB" % (count // 1_000_000)
    return Figure(room, count, plain)


async def small():
    """Whether choices are remembered."""
    if write(TRIED, 1) and read(TRIED, None) == 1:
        write(TRIED, None)
        return OK, [Words("small.ok")]
    return WARN, [Words("small.warn")]


async def locks():
    """Whether tabs know of each other."""
    name = "offcut-" + TRIED + str(js.Math.random())
    if await hold(name) and name in await held():
        return OK, [Words("locks.ok")]
    return WARN, [Words("locks.warn")]


async def keeper(listed):
    """The service worker. ``listed``: the version that the host has, "" where that is unknown."""
    container = getattr(js.navigator, "serviceWorker", None)
    if missing(container):
        return WARN, [Words("keeper.cannot")]
    registration = await container.getRegistration()
    if missing(registration):
        return OK, [Words("keeper.none")]
    told = await ask_keeper({"type": "VERSION"})
    version = told.version if told else ""
    if listed and version and version != listed:
        return WARN, [Words("keeper.old", version=version)]
    return OK, [Words("keeper.ok", version=version) if version else Words("keeper.there")]
