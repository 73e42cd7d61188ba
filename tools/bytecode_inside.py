"""Runs inside Pyodide (``tools.bytecode``): zips of source in, zips of bytecode out.

``TODO``: JSON, a list of [source, target, beginnings of paths to leave out].
"""

from __future__ import annotations

import importlib.util
import json
import marshal
import zipfile

TODO = globals().get("TODO", "[]")
FIXED_DATE = (1980, 1, 1, 0, 0, 0)
UNCHECKED = (1).to_bytes(4, "little")  # the sum is there, and nobody compares it (PEP 552)
# Of use to compilers, editors and people, but not to who imports.
NOT_RUN = (".pyi", ".h", ".pxd", ".c", ".typed", ".lib", ".a")


def bytecode(source: bytes, name: str) -> bytes:
    """A .pyc that needs no source beside it."""
    code = compile(source, name, "exec", dont_inherit=True, optimize=2)
    return b"".join(
        (
            importlib.util.MAGIC_NUMBER,
            UNCHECKED,
            importlib.util.source_hash(source),
            marshal.dumps(code),
        )
    )


def convert(source: str, target: str, leave_out: list[str]) -> None:
    """Write ``target`` from ``source``: the same bytes for the same bytes."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in sorted(old.namelist()):
            if name.endswith((*NOT_RUN, "/")) or name.startswith(tuple(leave_out)):
                continue
            if "/tests/" in name:
                continue
            data = old.read(name)
            compiled = name.endswith(".py")
            entry = zipfile.ZipInfo(f"{name}c" if compiled else name, FIXED_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, bytecode(data, name) if compiled else data, compresslevel=9)


for _source, _target, _leave_out in json.loads(TODO):
    convert(_source, _target, _leave_out)
