"""The door of selftest.html: brings in what checks a site and a browser, and has it begin.

What the page itself has at its start is imported here, all else comes by ``later``.
"""

import js
from dom import Element, JsException, offered_languages, parameter
from kept import read
from later import bring
from link import Link
from tasks import Tasks
from text import LANGUAGES, choose

base = js.URL.new("./", js.location.href).href
tasks = Tasks()


async def _open():
    try:
        await bring(base)
        await bring(base, "health.json")
    except (JsException, KeyError, ValueError) as error:  # not there, or not what was built
        Element("health-missing").show(True)
        print("Offcut: self-test:", error)
        return
    from health.page import Page

    tags = [read("language", None), parameter("lang", LANGUAGES, None)]
    tags += offered_languages()
    await Page(base, Link, tasks).open(choose([str(tag) for tag in tags if tag]))


tasks.run(_open())
