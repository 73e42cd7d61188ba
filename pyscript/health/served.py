"""The site's files as the host sends them: past the service worker, and past the browser's cache.

``cache: no-store`` says so to both; public/sw.js lets such requests through.
"""

import asyncio
import json

import js
from dom import JsException, missing
from pyscript.ffi import to_js

from health.judged import Answer, sum_of

AT_ONCE = 6
LIST = "self.__OFFCUT="
MODELS = "models/"
SMALL_ROLE = "fast"
# Of what is not read in full unless the person asks: the tests' network and its answer are small.
READ = ("models/selftest/", "vendor/pyodide/pyodide.mjs", "vendor/ort/parts.json")
ENGINES = ("vendor/", "models/")
PAGES_OWN = ("vendor/pyscript/", "vendor/micropython/", "vendor/client-zip/")


class Served:
    """What a host sends; ``answers`` by part of the table: page, engine, models."""

    def __init__(self, base):
        """``base``: the site's address."""
        self._base = base
        self.answers = {"page": [], "engine": [], "models": []}
        self.told = self.listed = ""  # the site's version, as version.json and sw.js have it
        self._todo = {"page": [], "engine": [], "models": []}

    def all(self):
        """Every answer there is."""
        return [one for part in self.answers for one in self.answers[part]]

    def bytes(self):
        """How many bytes all files have together, as far as the host tells."""
        return sum([one.size for one in self.all() if one.size > 0])

    async def lists(self):
        """Read what there is to look at: the lists of the build and of the models."""
        told = await self._json("version.json")
        self.told = str(told.get("version", ""))
        script = await self._text("sw.js")
        first = script.split("\n")[0]
        if not first.startswith(LIST):
            return
        listed = json.loads(first[len(LIST) :].strip().rstrip(";"))
        self.listed = listed["version"]
        for one in listed["shell"]:
            self._add(one, read=True)
        for one in listed["lazy"]:
            self._add(one, read=one["url"].startswith(READ))
        registry = await self._json(MODELS + "registry.json")
        for name in registry.get("models", {}):
            entry = registry["models"][name]
            for part in entry["parts"]:
                to = {"sum": sum_of(part["sha256"]), "size": part["bytes"]}
                small = SMALL_ROLE in entry.get("roles", ())
                self._todo["models"].append((MODELS + part["file"], to, small))

    def _add(self, one, read):
        path = one["url"]
        engine = path.startswith(ENGINES) and not path.startswith(PAGES_OWN)
        part = "engine" if engine or path.startswith("worker/") else "page"
        self._todo[part].append((path, {"sum": sum_of(one["revision"])}, read))

    async def look(self, part, everything=False):
        """Ask for the files of a part. ``everything``: and read all of each."""
        waiting = list(self._todo[part])
        self.answers[part] = found = []

        async def go():
            while waiting:
                path, to, read = waiting.pop(0)
                found.append(await self.one(path, to, everything or read))

        for task in [asyncio.create_task(go()) for _ in range(AT_ONCE)]:
            await task
        found.sort(key=lambda one: one.path)

    async def one(self, path, to, read):
        """The ``Answer`` for one file; only its head where it is not to be ``read``."""
        response = await self._ask(path, "GET" if read else "HEAD")
        if response is None:
            return Answer(path, to)
        size, total = -1, ""
        head = response.headers
        if read:
            try:
                data = await response.arrayBuffer()
            except JsException:  # it broke off
                return Answer(path, to)
            size = data.byteLength
            if not missing(getattr(js.crypto, "subtle", None)):
                hashed = await js.crypto.subtle.digest("SHA-256", data)
                total = js.Uint8Array.new(hashed).join(",")
        elif not _said(head, "content-encoding") and _said(head, "content-length").isdigit():
            size = int(_said(head, "content-length"))
        return Answer(
            path,
            to,
            status=int(response.status),
            kind=_said(head, "content-type"),
            opener=_said(head, "cross-origin-opener-policy"),
            embedder=_said(head, "cross-origin-embedder-policy"),
            size=size,
            digest=total,
        )

    async def _ask(self, path, method="GET"):
        options = {"cache": "no-store", "credentials": "same-origin", "method": method}
        try:
            return await js.fetch(self._base + path, to_js(options))
        except JsException:
            return None

    async def _text(self, path):
        response = await self._ask(path)
        if response is None or not response.ok:
            return ""
        try:
            return str(await response.text())
        except JsException:
            return ""

    async def _json(self, path):
        try:
            told = json.loads(await self._text(path))
        except ValueError:
            return {}
        return told if isinstance(told, dict) else {}


def _said(headers, name):
    value = headers.get(name)
    return "" if missing(value) else str(value).strip()
