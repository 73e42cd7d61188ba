"""Runs every test of the modules in ``MODULES`` in this page, and tells what came of it.

``MODULES`` is put in by tests/browser/test_components.py.
"""

import asyncio
import io
import json
import sys

import js
from later import bring

MODULES = "MODULES"  # names, with blanks between them


def words_of(error):
    """The error as both interpreters write it."""
    if hasattr(sys, "print_exception"):
        out = io.StringIO()
        sys.print_exception(error, out)
        return out.getvalue()
    import traceback

    return "".join(traceback.format_exception(error))


async def run_one(test, markup):
    """Run one test in fresh markup; returns what went wrong, or ""."""
    js.document.body.innerHTML = markup
    js.document.documentElement.removeAttribute("data-phase")
    js.localStorage.clear()
    try:
        made = test()
        if made is not None:  # it waits for something
            await made
    except Exception as error:
        return words_of(error)
    return ""


async def main():
    """Run all."""
    await bring(js.URL.new("./", js.location.href).href)
    # Behind the body's own markup there may be what PyScript has put there.
    markup = js.document.body.innerHTML
    told = {}
    for name in MODULES.split():
        told[name] = found = {}
        try:
            module = __import__(name)
        except Exception as error:
            found["import"] = words_of(error)
            continue
        for test in sorted(one for one in dir(module) if one.startswith("test_")):
            found[test] = await run_one(getattr(module, test), markup)
    js.document.documentElement.setAttribute("data-told", json.dumps(told))


held = [asyncio.create_task(main())]
