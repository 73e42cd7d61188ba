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
from dom import JsException
from engine import Engine
from errors import OffcutError, fail
from later import bring
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
        except Exception as error:
            # A mistake of ours. Told as one: nobody would ever hear of this call again.
            print("Offcut:", type(error).__name__, error)
            reject(_plain(fail("INTERNAL", reason=repr(error))))
        else:
            resolve(to_js(value) if isinstance(value, dict) else value)
        finally:
            _tasks.discard(task)

    task = asyncio.create_task(answer())
    _tasks.add(task)


def _plain(error):
    return to_js({"code": error.code, "message": error.message, "retry": error.retry})


def _open(base, backend, listen, lists="[]"):
    """Make an engine for ``base``; ``listen(kind, json)`` hears of its life. ``lists``: addresses
    of further lists of models, as JSON."""

    def on_status(kind, detail):
        if isinstance(detail, OffcutError):
            detail = {"code": detail.code, "message": detail.message}
        listen(kind, json.dumps(detail))

    engine = Engine(base, backend, on_status, lists=json.loads(lists))

    jobs = {}  # the options of the photos under way, by the number that the page gave them

    def remove(photo, options, on_stage, resolve, reject, *pictures):
        def on_event(kind, detail):
            if kind == "stage":
                on_stage(to_js(detail))

        options = json.loads(options)
        for at, name in enumerate(options["pictures"]):  # Blobs, which do not go through JSON
            if name == "matte":
                options["matte"] = pictures[at]
            else:
                options["background"]["image"] = pictures[at]
        jobs[options["ticket"]] = options
        _run(_removed(engine, jobs, photo, options, on_event), resolve, reject)

    def stop(ticket):
        if ticket in jobs:
            engine.stop(jobs[ticket])

    def warm(model, resolve, reject):
        _run(engine.warm(model), resolve, reject)

    def register(file, options, resolve, reject):
        _run(_register(engine, file, json.loads(options)), resolve, reject)

    def unregister(model, resolve, reject):
        _run(engine.discard(model), resolve, reject)

    def start(resolve, reject):
        _run(_report(engine), resolve, reject)

    _returned["open"] = to_js(
        {
            "remove": create_proxy(remove),
            "warm": create_proxy(warm),
            "register": create_proxy(register),
            "unregister": create_proxy(unregister),
            "start": create_proxy(start),
            "stop": create_proxy(stop),
            "cancel": create_proxy(engine.cancel),
            "dispose": create_proxy(engine.dispose),
        }
    )
    return _returned["open"]


async def _removed(engine, jobs, photo, options, on_event):
    try:
        return await engine.remove(photo, options, on_event)
    finally:
        del jobs[options["ticket"]]


async def _register(engine, file, options):
    made = await engine.ask("register", file, options)
    await engine.refresh()  # its roles may change what a profile runs
    return str(made.id)


async def _report(engine):
    return json.dumps(await engine.start())


def _mount(tag, base, resolve, reject):
    """Put a remover in the place of ``tag``; answers with a function that ends it."""
    _run(_mounted(tag, base), resolve, reject)


async def _mounted(tag, base):
    try:
        await bring(base, "remover.json")
    except JsException as error:
        raise fail("WORKER_FAILED", reason=str(error)) from error
    from remover.mount import mount

    return create_proxy(mount(tag, base, {}))


detail = to_js({"open": create_proxy(_open), "mount": create_proxy(_mount)})
event = js.CustomEvent.new("offcut:engine", to_js({"detail": detail}))
polyscript.currentScript.dispatchEvent(event)
