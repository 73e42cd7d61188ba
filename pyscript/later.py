"""What the page can be alive without, brought in a moment later: modules and their sentences.

All of it is one file, ``later.json``, which the build makes (tools/page.py); ``remover.json``
(tools/bundle.py) is like it.
"""

import json
import os

import js
from text import learn

try:
    from importlib import invalidate_caches
except ImportError:  # MicroPython keeps none

    def invalidate_caches():
        """Nothing to forget."""


_there = []


async def bring(base, name="later.json"):
    """Have the further modules importable. ``base``: the site's address. Raises JsException where
    they cannot be had."""
    if name in _there:
        return
    answer = await js.fetch(base + "pyscript/" + name)
    told = json.loads(await answer.text())
    if name in _there:  # somebody else was quicker
        return
    _there.append(name)
    for address in told["files"]:
        _write(address, told["files"][address])
    learn(told["words"])
    invalidate_caches()


def _write(address, source):
    folder = ""
    for part in address.split("/")[:-1]:
        folder += part
        if not _is_there(folder):
            os.mkdir(folder)
        folder += "/"
    with open(address, "w") as file:
        file.write(source)


def _is_there(folder):
    try:
        os.stat(folder)
    except OSError:
        return False
    return True
