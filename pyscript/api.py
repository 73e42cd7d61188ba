"""The engine, handed to ``offcut.js``: the door for sites that write JavaScript.

``door.js`` puts this script into a page, into an interpreter of its own, and waits for the event
``offcut:engine`` on it. Answers go through the ``resolve`` and ``reject`` that come with a call, so
that nothing depends on how an interpreter turns a coroutine into a promise.
"""

import asyncio
import json

import alone  # noqa: F401 - before all that imports `pyscript`
import js
import polyscript
from engine import Engine
from errors import OffcutError
from pyscript.ffi import create_proxy, to_js

_tasks = set()  # a task that nobody holds may be collected in the middle
# MicroPython may collect what a call returns on the way out, before JavaScript has it: undefined.
_returned = {}


def _run(work, resolve, reject):
    async def answer():
        try:
            value = await work
        except OffcutError as error:
            reject(_plain(error))
        else:
            resolve(to_js(value) if isinstance(value, dict) else value)
        finally:
            _tasks.discard(task)

    task = asyncio.create_task(answer())
    _tasks.add(task)


def _plain(error):
    return to_js({"code": error.code, "message": error.message, "retry": error.retry})


def _open(base, backend, listen):
    """Make an engine for ``base``; ``listen(kind, json)`` hears of its life."""

    def on_status(kind, detail):
        if isinstance(detail, OffcutError):
            detail = {"code": detail.code, "message": detail.message}
        listen(kind, json.dumps(detail))

    engine = Engine(base, backend, on_status)

    def remove(photo, options, on_stage, resolve, reject, *pictures):
        def on_event(kind, detail):
            if kind == "stage":
                on_stage(to_js(detail))

        options = json.loads(options)
        for picture in pictures:  # a background's Blob, which does not go through JSON
            options["background"]["image"] = picture
        _run(engine.remove(photo, options, on_event), resolve, reject)

    def warm(model, resolve, reject):
        _run(engine.warm(model), resolve, reject)

    def start(resolve, reject):
        _run(_report(engine), resolve, reject)

    _returned["open"] = to_js(
        {
            "remove": create_proxy(remove),
            "warm": create_proxy(warm),
            "start": create_proxy(start),
            "cancel": create_proxy(engine.cancel),
            "dispose": create_proxy(engine.dispose),
        }
    )
    return _returned["open"]


async def _report(engine):
    return json.dumps(await engine.start())


detail = to_js({"open": create_proxy(_open)})
event = js.CustomEvent.new("offcut:engine", to_js({"detail": detail}))
polyscript.currentScript.dispatchEvent(event)
