"""One photo's way through a started worker: small model, large model, file.

Runs under MicroPython and Pyodide alike.
"""

import json

import js
from errors import OffcutError, fail

# Of the options, what the worker's `export` takes; it checks them.
WANTED = (
    "format",
    "type",
    "max_size",
    "quality",
    "depth",
    "mask",
    "crop",
    "exif",
    "background",
    "foreground",
    "shadow",
    "outline",
    "frame",
)

# Where the large model cannot be had, the small one's answer stands.
DETAIL_MAY_FAIL = (
    "MODEL_CORRUPT",
    "MODEL_DOWNLOAD_FAILED",
    "OFFLINE_NO_MODEL",
    "OUT_OF_MEMORY",
    "RUN_FAILED",
)


def settings_of(options):
    """Return what the worker's `export` and `look` take of the options, without any None.

    What is None is left out, also inside of a setting: it would arrive as undefined.
    """
    made = {}
    for name in WANTED:
        value = options.get(name)
        if isinstance(value, dict):
            value = {key: value[key] for key in value if value[key] is not None}
        if value is not None:
            made[name] = value
    return made


def _click(entry):
    """The hint of a patch; None for any other entry, which the worker judges. BAD_CONFIG."""
    if not isinstance(entry, dict) or entry.get("tool") != "patch":
        return None
    click = entry.get("hint")
    whole = isinstance(click, dict) and all([key in click for key in ("id", "x", "y", "keep")])
    if not whole or not isinstance(click["id"], int):
        raise fail("BAD_CONFIG", "A patch needs its hint: a whole number as its id, x, y and keep.")
    return click


class Cutting:
    """A job on a link; see ``run``."""

    def __init__(self, link, job, options, on_event):
        """``job``: its name in the worker. ``options`` and ``on_event``: as ``Engine.remove``."""
        self._link = link
        self.job = job
        self._options = options
        self._on_event = on_event
        self._previews = bool(options.get("previews", True))
        self._done = []
        self._notes = []
        self._offered = False
        self._edits = None  # the list that the worker's job was last given
        self._patches = {}  # what the worker calls a hint, by the page's number of it
        self.memory_mb = 0  # what the worker held when it wrote the file
        self.keep = options.get("hold")  # leave the job in the worker, to be drawn again

    async def run(self, photo, plan, load, at_hand, may_do_without):
        """Run the models of ``plan`` one after another and return the result.

        ``load(model)``: brings one in and returns a note; ``load(model, False)``: begins to.
        ``at_hand(model)``: whether that is a matter of moments. ``may_do_without(error)``:
        whether the answers so far may stand when a later model fails so. Raises OffcutError.
        """
        try:
            if self._options.get("matte") is not None:
                named = {"name": self._name(photo)}
                matte = self._options["matte"]
                await self._link.call("apply", self.job, photo, matte, named)
                return await self._export()
            self._note(await load(plan[0]))
            await self._first(photo, plan[0], len(plan) == 1)
            # Not sooner: the first answer would wait for 44 MB to be fetched, checked and kept
            # beside it. From here on all are under way; progress is told when a model's turn comes.
            for model in plan[1:]:
                await load(model, False)
            for at, model in enumerate(plan[1:], 2):
                # What is replaced in a moment is not drawn.
                shown = at == len(plan) or not at_hand(plan[at])
                try:
                    await self._next(model, load, at_hand, shown, at == len(plan))
                except OffcutError as error:
                    if self._link.closed or not may_do_without(error):
                        raise
                    self._notes.append(error.message)
            return await self._export()
        except OffcutError:
            self.keep = None
            raise
        finally:
            if not self.keep and not self._link.closed:
                await self._link.call("forget", self.job)

    async def _first(self, photo, model, final):
        wanted = self._wanted(model, self._previews)
        wanted["name"] = self._name(photo)
        self._show(await self._link.call("cut", self.job, photo, wanted), model, final)

    def _name(self, photo):
        return self._options.get("name") or getattr(photo, "name", None) or "photo"

    async def _next(self, model, load, at_hand, shown, final):
        if self._previews and not self._offered and not at_hand(model):
            # Minutes of download may lie ahead: what there is can be taken meanwhile. Once: the
            # models after this one come at the same time.
            self._offered = True
            self._on_event("result", await self._export())
        self._note(await load(model))
        wanted = self._wanted(model, self._previews and shown)
        self._show(await self._link.call("refine", self.job, wanted), model, final)

    def _wanted(self, model, preview):
        # A model's id is no profile of the worker's: it then gives that model one plain look.
        profile = self._options.get("model") or "auto"
        return {"model": model, "profile": profile, "preview": preview}

    def _note(self, note):
        if note:
            self._notes.append(note)

    def _show(self, shown, model, final):
        self._done.append(model)
        for note in json.loads(js.JSON.stringify(shown.notes)):
            if note not in self._notes:
                self._notes.append(note)
        if not shown.preview:
            return
        self._on_event(
            "preview",
            {
                "blob": shown.preview,
                "model": model,
                "final": final,
                "width": shown.width,
                "height": shown.height,
                "empty": shown.empty,
            },
        )

    async def look(self, options):
        """Have the worker draw the job with other settings: {blob, width, height, empty}."""
        await self._edit(options)
        return _picture(await self._link.call("look", self.job, settings_of(options)))

    async def write(self, options):
        """Have the worker write the job's file with other settings; returns as ``run``."""
        self._options = options
        return await self._export()

    async def retouch(self, options):
        """Have the plain cut-out drawn with the options' edits, and nothing behind it."""
        return _picture(await self._edit(options, again=True))

    async def part(self, options):
        """Have the matte of ``options["part"]`` drawn, [left, top, width, height] of the photo."""
        return _picture(await self._link.call("look", self.job, {"part": options["part"]}))

    async def hint(self, options):
        """Have a network look at a click, ``options["hint"]``: {id, x, y, keep}, the ``id`` being
        the page's own for it. Returns "", or why nothing was found."""
        return await self._hint(options["hint"])

    async def stamp(self, options):
        """Have a stamp drawn, ``options["stamp"]``: {size, hardness}. Returns {blob, side}."""
        made = await self._link.call("stamp", options["stamp"])
        return {"blob": made.sheet, "side": made.side}

    async def _hint(self, click):
        wanted = {"x": click["x"], "y": click["y"], "keep": click["keep"], "model": self._done[-1]}
        found = await self._link.call("hint", self.job, wanted)
        if found.id < 0:
            return found.note
        self._patches[click["id"]] = found.id
        return ""

    async def _edit(self, options, again=False):
        """Give the worker the options' edits, where it has others; ``again``: in any case."""
        edits = options.get("edits") or []
        if not again and (edits is self._edits or not (edits or self._edits)):
            return None
        sent = []
        for entry in edits:
            click = _click(entry)
            if click is None:
                sent.append(entry)
                continue
            number = click["id"]
            if number not in self._patches:  # found in a worker that is gone: looked for again
                await self._hint(click)
            if number in self._patches:
                sent.append({"tool": "patch", "id": self._patches[number]})
        made = await self._link.call("edit", self.job, sent)
        self._edits = edits
        return made

    async def forget(self):
        """Let the worker forget the job."""
        if not self._link.closed:
            await self._link.call("forget", self.job)

    def is_there(self):
        """Whether its worker is."""
        return not self._link.closed

    async def _export(self):
        await self._edit(self._options)
        settings = {"format": "image/png", "quality": 0.8}
        settings.update(settings_of(self._options))
        made = await self._link.call("export", self.job, settings)
        self.memory_mb = made.memory_mb
        return {
            "blob": made.blob,
            "name": made.name,
            "width": made.width,
            "height": made.height,
            "checks": json.loads(js.JSON.stringify(made.checks)),
            "ms": json.loads(js.JSON.stringify(made.ms)),
            "models": list(self._done),
            "notes": list(self._notes),
            "edits": self._edits or [],
        }


def _picture(made):
    return {
        "blob": made.preview,
        "width": made.width,
        "height": made.height,
        "empty": made.empty,
        "final": True,
    }
