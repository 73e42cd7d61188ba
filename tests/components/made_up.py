"""What the components are given in their tests: an app that writes down what is asked of it."""

import asyncio

import js
from pace import Pace
from pyscript.ffi import to_js
from state import Photo, State, roles
from tasks import Tasks

REPORT = {
    "backend": "wasm-mt",
    "threads": 2,
    "why": "This browser has no WebGPU.",
    "candidates": [
        {"name": "webgpu", "reason": "This browser has no WebGPU."},
        {"name": "wasm-mt", "reason": ""},
    ],
    "times": {"wasm-mt": 41.6},
    "limits": [{"why": "The large model sees less here."}],
    "version": "7",
    "roles": {"fast": "u2netp", "detail": "isnet"},
    "profiles": {"fast": ["u2netp"], "auto": ["u2netp", "isnet"]},
    "models": [{"id": "u2netp", "title": "U²-Net small"}, {"id": "isnet", "title": "IS-Net"}],
}


class Ear:
    """Writes down every call of any method."""

    def __init__(self, calls, name=""):
        self._calls = calls
        self._name = name

    def __getattr__(self, method):
        if method.startswith("__"):
            raise AttributeError(method)

        def called(*arguments):
            call = [self._name + method]
            call.extend(arguments)
            self._calls.append(tuple(call))

        return called


class App(Tasks):
    """The page, as far as a component sees it. ``calls``: (method, arguments…) in order."""

    def __init__(self):
        super().__init__()
        self.state = State()
        self.calls = []
        self.model = "auto"
        self.backend = "auto"
        self.output = {}
        self.base = js.URL.new("./", js.location.href).href
        self.pace = Pace()
        self.table = Ear(self.calls, "table.")
        self.table.keeping = Ear([])  # what is kept of a queue is not the cards' concern
        self.dressing = Ear(self.calls, "dressing.")
        ear = Ear(self.calls)
        for method in ("cancel", "retry", "take", "photo_seen", "want"):
            setattr(self, method, getattr(ear, method))

    def roles(self):
        """As the real one."""
        return roles(self.state.report)

    def plan(self):
        """As the real one."""
        return REPORT["profiles"].get(self.model) or [self.model]

    def hint(self, sentence):
        """As the real one, without showing it."""
        self.state.hint = sentence
        self.calls.append(("hint", sentence))

    def drag(self, over):
        """As the real one, without showing it."""
        self.state.dragging = over
        self.calls.append(("drag", over))

    def called(self, method):
        """The arguments of each call of that method."""
        return [one[1:] for one in self.calls if one[0] == method]


def one(selector):
    """The first element of the page that matches."""
    return js.document.querySelector(selector)


def said(selector):
    """The text of an element."""
    return one(selector).textContent


def has(selector, name):
    """Its attribute, or None."""
    node = one(selector)
    return node.getAttribute(name) if node.hasAttribute(name) else None


def seen(selector):
    """Whether an element is not hidden."""
    return not one(selector).hidden


def same(found, wanted):
    """Fail, and say with what, unless the two are the same."""
    if found != wanted:
        raise AssertionError(repr(found) + " is not " + repr(wanted))


def fire(target, kind, **values):
    """Dispatch an event with these values; returns it."""
    event = js.Event.new(kind, to_js({"bubbles": True, "cancelable": True}))
    for name, value in values.items():
        js.Reflect.set(event, name, value)
    target.dispatchEvent(event)
    return event


def press(target, key, **held):
    """Press a key on an element; returns whether the page took it."""
    values = {"key": key, "ctrlKey": False, "metaKey": False, "shiftKey": False}
    values.update({"altKey": False, "isComposing": False})
    values.update(held)
    event = js.KeyboardEvent.new("keydown", js.JSON.parse('{"bubbles": true, "cancelable": true}'))
    for name, value in values.items():
        js.Reflect.defineProperty(event, name, js.JSON.parse(_json(value)))
    target.dispatchEvent(event)
    return event.defaultPrevented


def _json(value):
    text = "true" if value is True else "false" if value is False else '"' + value + '"'
    return '{"value": ' + text + "}"


async def until(condition):
    """Wait for it, ten seconds at most."""
    for _ in range(500):
        if condition():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("waited in vain")


async def picture():
    """A Blob that is a picture, 192 × 192."""
    return await (await js.fetch("./icons/icon-192.png")).blob()


def text_file(name="notes.txt", kind="text/plain"):
    """A File that is none."""
    return js.File.new(js.Array.of("no picture"), name, to_js({"type": kind}))


def photo(blob=None, name="pear.jpg"):
    """A Photo, of a file of that name."""
    return Photo(text_file(name, "image/jpeg") if blob is None else blob, name)


def result(blob, **more):
    """What the engine gives."""
    made = {
        "blob": blob,
        "name": "pear-cutout.png",
        "width": 640,
        "height": 480,
        "checks": ["soft edges kept"],
        "ms": {"decode": 400, "run": 2000, "note": "none"},
        "models": ["u2netp", "isnet"],
        "notes": [],
    }
    made.update(more)
    return made
