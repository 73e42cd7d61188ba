"""Which tab has what: names that one tab of this site alone can hold, until it is closed.

Runs under MicroPython and Pyodide alike.
"""

import js
from dom import JsException, missing
from pyscript.ffi import create_proxy, to_js


def _locks():
    locks = getattr(js.navigator, "locks", None)
    return None if missing(locks) else locks


async def hold(name):
    """Hold ``name`` as long as the tab lives; returns whether no other tab does."""
    locks = _locks()
    if locks is None:
        return True  # an old browser: two tabs are then told apart by nobody
    answer = js.Promise.withResolvers()
    never = js.Promise.withResolvers()

    def given(lock, *_):
        if missing(lock):
            answer.resolve(False)
            return None
        answer.resolve(True)
        return never.promise

    asked = locks.request(name, to_js({"ifAvailable": True}), create_proxy(given))
    # A frame without an origin of its own has no locks.
    asked.then(None, create_proxy(lambda _: answer.resolve(False)))
    return await answer.promise


def when_gone(name, action):
    """Call ``action`` once nobody holds ``name`` any more: whoever held it is gone."""

    def given(_lock):
        action()

    js.navigator.locks.request(name, create_proxy(given))


async def held():
    """The names that are held, by this tab or another."""
    locks = _locks()
    if locks is None:
        return []
    try:
        told = await locks.query()
    except JsException:
        return []
    return [told.held[at].name for at in range(told.held.length)]
