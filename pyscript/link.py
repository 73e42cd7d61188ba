"""One worker: start it, call it, hear it, end it.

Runs under MicroPython and Pyodide alike. A photo passes through as an opaque Blob.
"""

import asyncio
import gc
import json

import js
import polyscript
from awake import Awake
from errors import fail, from_envelope
from locks import when_gone
from pyscript.ffi import create_proxy, to_js

from pyscript import workers

try:
    from pyodide.ffi import JsException
except ImportError:
    from jsffi import JsException

# What Pyodide and PyScript wait for without an end, where it cannot be had, and without a word.
FIRST_FILES = (
    "worker/main.py",
    "vendor/pyodide/pyodide.asm.wasm",
    "vendor/pyodide/python_stdlib.zip",
)
NOT_FETCHED = "A file of the engine could not be fetched."
DOUBT_S = 10  # without a sign of the worker: then they are looked at
BOOT_MS = 180_000  # a slow phone, a cold cache: Pyodide and its wheels are 13 MB
QUIET_MS = 300_000  # no answer and no word of progress for so long: the worker hangs
PING_MS = 20_000
TICK_MS = 500
TICKS = 10  # the fewest ticks that make a silence too long: a page that slept saw none of them

TOLD = ("stage", "model", "done", "total", "eta_s")  # of what a word of progress has in it

# What a call's race is decided with when it is not the worker that answers.
_DEAD = "dead"
_QUIET = "quiet"


class Link:
    """A named PyScript worker and the calls in flight to it."""

    def __init__(self, base, name, on_message):
        """Keep the address of the site, the worker's name and who hears its words of progress."""
        self._base = base
        self._name = name
        self._on_message = on_message
        self._calls = None
        self._doubting = None
        self._script = None
        self._listener = None
        self._words = 0  # so many messages were heard
        self._death = js.Promise.withResolvers()
        self.closed = None  # the OffcutError that ended it

    async def open(self):
        """Boot Pyodide and the engine; raises OffcutError WORKER_FAILED or WORKER_TIMEOUT."""
        script = js.document.createElement("script")
        # Polyscript's own type, under PyScript's: a page that has "py" with an interpreter, a
        # configuration or plugins of its own changes nothing here.
        script.type = "pyodide"
        script.setAttribute("version", self._base + "vendor/pyodide/pyodide.mjs")
        script.src = self._base + "worker/main.py"
        script.setAttribute("worker", "")
        script.setAttribute("name", self._name)
        script.setAttribute("config", self._base + "worker/pyscript.toml")
        self._script = script
        js.document.body.append(script)
        self._doubting = asyncio.create_task(self._doubt())
        self._calls = await self._race(workers[self._name], BOOT_MS)
        self._listener = create_proxy(self._hear)
        script.xworker.addEventListener("message", self._listener)
        # A worker whose own top level failed still counts as started; an answer proves it lives.
        told = await self.call("ping", self._name, quiet_ms=PING_MS)
        if told.held:
            when_gone(self._name, lambda: self.close(fail("WORKER_LOST")))

    async def _doubt(self):
        """End a worker that will never start, for a file of it cannot be had."""
        await asyncio.sleep(DOUBT_S)
        kept = to_js({"cache": "force-cache"})  # what the worker has got is not asked for again
        for file in FIRST_FILES:
            if self._calls is not None or self.closed:
                return
            told = await js.Promise.allSettled(js.Array.of(js.fetch(self._base + file, kept)))
            answer = told[0].value if told[0].status == "fulfilled" else None
            if (
                answer is not None
                and answer.ok
                and "text/html" not in str(answer.headers.get("content-type"))
            ):
                answer.body.cancel()
            else:
                self.close(fail("WORKER_FAILED", NOT_FETCHED, file=file))

    async def call(self, method, *arguments, quiet_ms=QUIET_MS):
        """Call ``method`` of worker/main.py and return its value.

        Raises the OffcutError of its envelope, WORKER_FAILED, WORKER_TIMEOUT, or what ``close``
        was given when the worker was ended meanwhile.
        """
        if self.closed:
            raise self.closed
        function = js.Reflect.get(self._calls, method)
        ready = [to_js(item) if isinstance(item, (dict, list)) else item for item in arguments]
        answer = await self._race(function(*ready), quiet_ms)
        if answer.ok:
            return answer.value
        raise from_envelope(
            {
                "code": answer.code,
                "message": answer.message,
                "retry": answer.retry,
                "detail": json.loads(js.JSON.stringify(answer.detail)),
            }
        )

    def close(self, error):
        """End the worker; every call in flight raises ``error``. Its memory goes back at once."""
        if self.closed:
            return
        self.closed = error
        self._death.resolve(_DEAD)
        xworker = getattr(self._script, "xworker", None)  # PyScript puts it there, a moment later
        if xworker:
            xworker.terminate()
        if self._listener and xworker:
            xworker.removeEventListener("message", self._listener)
        if hasattr(self._listener, "destroy"):
            self._listener.destroy()
        if self._script:
            self._script.remove()
            # By its name it would be held for as long as the page is open (tools/pyscript_core.py).
            js.Reflect.deleteProperty(polyscript.workers, self._name)
        # The listener holds this link, and this link the listener: of a ring through Python and
        # JavaScript, neither one's collector frees anything, and a worker's handles hang on it. Nor
        # does Python know what those weigh, so it collects only when it is told to.
        self._script = self._listener = self._calls = None
        gc.collect()

    def _hear(self, event):
        data = event.data
        if data and getattr(data, "offcut", 0) == 1:
            self._words += 1
            self._on_message({name: getattr(data, name) for name in TOLD})

    async def _race(self, promise, quiet_ms):
        """Await ``promise`` against the worker's end and against silence."""
        silence = js.Promise.withResolvers()
        awake = Awake(quiet_ms / TICKS)
        last = [self._words, 0]  # what was heard, and when

        def tick(*_):
            at = awake()
            if self._words != last[0]:
                last[0], last[1] = self._words, at
            if at - last[1] > quiet_ms:
                silence.resolve(_QUIET)

        tick_proxy = create_proxy(tick)
        timer = js.setInterval(tick_proxy, TICK_MS)
        held = None
        if hasattr(promise, "add_done_callback"):
            # Pyodide hands out a future of its own, which a JavaScript call would only borrow.
            promise = held = create_proxy(promise)
        try:
            runners = js.Array.of(promise, self._death.promise, silence.promise)
            outcome = await js.Promise.race(runners)
        except JsException as error:
            raise fail("WORKER_FAILED", reason=str(error)) from error
        finally:
            js.clearInterval(timer)
            for proxy in (tick_proxy, held):
                if hasattr(proxy, "destroy"):
                    proxy.destroy()
        if outcome == _DEAD:
            raise self.closed
        if outcome == _QUIET:
            raise fail("WORKER_TIMEOUT", seconds=quiet_ms // 1000)
        return outcome
