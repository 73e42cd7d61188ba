"""Puts Offcut's remover where a tag of this script stands, in whatever page that is.

The page may have a configuration, modules and scripts of its own under this interpreter: nothing is
asked of the first, and of ours nothing but ``_offcut`` in ``sys.modules`` stays behind. All that
the remover is made of is one file, ``pyscript/remover.json``, which the build makes
(tools/bundle.py).
"""


def _offcut_import(told):
    """Write the remover's modules into a folder, import them from there, return ``mount``.

    Modules of the same names that the page has are put aside meanwhile, and ours afterwards: a name
    means in every module what it meant when that was imported.
    """
    import os
    import sys

    folder = "_offcut_modules"
    files = dict(told["files"])
    files["words.py"] = "WORDS = " + repr(told["words"])

    def is_there(name):
        try:
            os.stat(name)
        except OSError:
            return False
        return True

    for name, text in files.items():
        at = folder
        for part in name.split("/"):
            if not is_there(at):
                os.mkdir(at)
            at += "/" + part
        with open(at, "w") as file:
            file.write(text)

    tops = {name.split("/")[0].split(".")[0] for name in files}

    def ours():
        return [name for name in list(sys.modules) if name.split(".")[0] in tops]

    aside = {name: sys.modules.pop(name) for name in ours()}
    sys.path.insert(0, folder)
    try:
        if hasattr(sys, "path_importer_cache"):
            sys.path_importer_cache.clear()
        from remover.mount import mount
    finally:
        sys.path.remove(folder)
        for name in ours():
            del sys.modules[name]
        sys.modules.update(aside)
    return mount


def _offcut(imported):
    import asyncio
    import json
    import sys

    import js

    from pyscript import config

    kind = "mpy" if sys.implementation.name == "micropython" else "py"

    class Holder:
        """What is kept between tags, each of which runs this script anew."""

        mount = None  # see remover.mount
        task = None

    def waiting():
        """The tags of this script that nobody has looked after yet. Looked for, since of several
        tags at once document.currentScript would be the last."""
        end = '[src*="/embed.py"]:not([data-offcut-up])'
        found = js.document.querySelectorAll(
            kind + "-script" + end + ', script[type="' + kind + '"]' + end
        )
        return [found.item(at) for at in range(found.length)]

    def base_of(tag):
        address = js.URL.new(tag.getAttribute("src"), js.document.baseURI)
        return js.URL.new("./", address.href).href

    def mount_all(holder):
        for tag in waiting():
            tag.setAttribute("data-offcut-up", "")
            holder.mount(tag, base_of(tag), config.get("offcut") or {})

    async def bring(holder, base):
        answer = await js.fetch(base + "pyscript/remover.json")
        if not answer.ok:
            del sys.modules["_offcut"]  # another tag may have more luck
            raise OSError("Offcut: " + base + "pyscript/remover.json: " + str(answer.status))
        holder.mount = imported(json.loads(await answer.text()))
        mount_all(holder)

    holder = sys.modules.get("_offcut")
    if holder is None:
        first = waiting()
        if first:
            holder = sys.modules["_offcut"] = Holder()
            holder.task = asyncio.create_task(bring(holder, base_of(first[0])))
    elif holder.mount:
        mount_all(holder)


_offcut(_offcut_import)
del _offcut, _offcut_import
