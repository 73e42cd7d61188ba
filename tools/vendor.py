"""Lay other people's files into the site: what the site uses, nothing over the hosts' limits."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools import carriers, pyscript_core
from tools.paths import NODE_MODULES, ROOT, sha256, sha256_file, stop

# Several static hosts refuse files over 25 MiB (Cloudflare Pages), so larger ones go in parts.
SPLIT_OVER = 24 * 1024 * 1024
PIECE = 20 * 1024 * 1024
LICENCES = ROOT / "tools" / "licences"

PYODIDE_FILES = (
    "pyodide.mjs",
    "pyodide.asm.mjs",
    "pyodide.asm.wasm",
    "python_stdlib.zip",
    "pyodide-lock.json",
)
ORT_FILES = (
    "ort.wasm.min.mjs",
    "ort-wasm-simd-threaded.mjs",
    "ort-wasm-simd-threaded.wasm",
    "ort.webgpu.min.mjs",
    "ort-wasm-simd-threaded.asyncify.mjs",
    "ort-wasm-simd-threaded.asyncify.wasm",
)
ENDINGS = ("js", "wasm")
CORE = "core-"  # PyScript's core, which the site changes a little
# Editors and terminals that PyScript loads only for pages that use them.
UNUSED_CHUNKS = ("codemirror", "xterm", "mpy-", "py-D", "storage", "toml-Blg")
CARRIED = (
    "Pyodide's own wheel, carried by PyPI open-webui 0.12.4, sha256 as in its lock; "
    "here as bytecode, without what is not imported"
)
_IMPORTS = re.compile(r"""(?:from|import|import\()\s*["']\./([\w.-]+\.js)["']""")


@dataclass(frozen=True)
class Part:
    """Something of others in the site.

    ``files``: (source, address below the site). ``notices``: texts that its licence asks for.
    ``purl``: the package that it comes from, as others name it; "" where it is none.
    """

    name: str
    version: str
    licence: str
    source: str
    folder: str
    files: tuple[tuple[Path, str], ...]
    notices: tuple[tuple[str, str], ...]
    purl: str = ""


def _package(name: str) -> tuple[Path, dict[str, Any]]:
    folder = NODE_MODULES / name
    return folder, json.loads((folder / "package.json").read_text("utf-8"))


def _npm(
    name: str,
    title: str,
    folder: str,
    files: list[str],
    *,
    below: str = ".",
    licence_file: str | Path = "LICENSE",
) -> Part:
    root, about = _package(name)
    text = (root / licence_file if isinstance(licence_file, str) else licence_file).read_text()
    return Part(
        name=title,
        version=about["version"],
        licence=str(about["license"]).replace("APACHE", "Apache"),
        source=f"npm {name}",
        folder=folder,
        files=tuple((root / below / file, f"{folder}/{Path(file).name}") for file in files),
        notices=(("LICENSE", text),),
        purl=f"pkg:npm/{name.replace('@', '%40')}@{about['version']}",
    )


def pyscript_chunks(dist: Path) -> list[str]:
    """Return ``core.js`` and every chunk it may load, but the editors and terminals."""
    found: list[str] = []
    todo = ["core.js"]
    while todo:
        name = todo.pop()
        if name in found or name.startswith(UNUSED_CHUNKS):
            continue
        found.append(name)
        todo += _IMPORTS.findall((dist / name).read_text("utf-8"))
    return sorted(found)


def parts() -> list[Part]:
    """Return everything of others that the site contains, but the models."""
    core = NODE_MODULES / "@pyscript" / "core" / "dist"
    micropython = ["micropython.mjs", "micropython.wasm"]
    pyodide = _npm(
        "pyodide",
        "Pyodide",
        "vendor/pyodide",
        list(PYODIDE_FILES),
        licence_file=LICENCES / "MPL-2.0.txt",
    )
    pyodide = _with_notice(pyodide, "CPython (in Pyodide)", LICENCES / "PSF-2.0.txt")
    return [
        _npm(
            "@pyscript/core",
            "PyScript",
            "vendor/pyscript",
            pyscript_chunks(core),
            below="dist",
        ),
        _npm(
            "@micropython/micropython-webassembly-pyscript",
            "MicroPython",
            "vendor/micropython",
            micropython,
            licence_file=LICENCES / "micropython-MIT.txt",
        ),
        pyodide,
        *(_wheel(member, CARRIED) for member in carriers.pyodide_wheels()),
        _wheel(carriers.MICROPIP, "PyPI micropip; the page does not use it"),
        _npm(
            "onnxruntime-web",
            "ONNX Runtime Web",
            "vendor/ort",
            list(ORT_FILES),
            below="dist",
            licence_file=LICENCES / "onnxruntime-MIT.txt",
        ),
        _with_notice(
            _npm(
                "libheif-js",
                "libheif (with libde265), for HEIC photos",
                "vendor/libheif",
                ["libheif-bundle.mjs"],
                below="libheif-wasm",
                licence_file="libheif-wasm/LICENSE",
            ),
            "how to get its source and put in another build",
            LICENCES / "libheif-source.txt",
        ),
        _with_notice(
            _npm(
                "@jsquash/avif",
                "jSquash AVIF (with libavif and libaom)",
                "vendor/avif",
                [f"{name}/avif_{name}.{ending}" for name in ("enc", "dec") for ending in ENDINGS],
                below="codec",
            ),
            "the libraries inside",
            LICENCES / "avif-codecs.txt",
        ),
        _npm(
            "zlib-streams",
            "zlib-streams (zlib in WebAssembly)",
            "vendor/zlib",
            ["zlib-streams.wasm"],
            below="dist",
            licence_file=LICENCES / "zlib-streams.txt",
        ),
        _npm("idb", "idb", "vendor/idb", ["index.js"], below="build"),
        _npm(
            "client-zip",
            "client-zip",
            "vendor/client-zip",
            ["index.js"],
            licence_file="LICENSE.txt",
        ),
        # Bundled into sw.js: no file of its own.
        _npm("workbox-core", "Workbox", ".", []),
        _lucide(),
        Part(
            name="Sample photos",
            version="1",
            licence="CC0-1.0",
            source="Offcut's own, rendered by tools/still_lifes.py",
            folder=".",
            files=(),
            notices=(),
        ),
    ]


def _with_notice(part: Part, title: str, text: Path) -> Part:
    notices = (*part.notices, (title, text.read_text("utf-8")))
    return Part(**{**part.__dict__, "notices": notices})


def _lucide() -> Part:
    """Return Lucide's icons: drawn into index.html, no file of their own."""
    text = (ROOT / "public" / "icons" / "NOTICE").read_text("utf-8")
    version = re.search(r"Lucide (\d[\d.]*\d)", text)
    if not version:
        stop("public/icons/NOTICE does not name the version of Lucide.")
    return Part(
        name="Lucide (icons)",
        version=version.group(1),
        licence="ISC AND MIT",
        source="npm lucide-static",
        folder=".",
        files=(),
        notices=(("NOTICE", text),),
        purl=f"pkg:npm/lucide-static@{version.group(1)}",
    )


def _wheel(member: carriers.Member, source: str) -> Part:
    import zipfile  # noqa: PLC0415

    path = member.target
    name, version = path.name.split("-")[:2]
    with zipfile.ZipFile(path) as archive:
        inside = sorted(n for n in archive.namelist() if "/licenses/" in n or "LICENSE" in n)
        notices = tuple((n.split("/", 1)[1], archive.read(n).decode("utf-8")) for n in inside)
        metadata = next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        about = archive.read(metadata).decode("utf-8")
    found = re.search(r"(?m)^License(?:-Expression)?: (.+)$", about)
    return Part(
        name={"numpy": "NumPy", "pillow": "Pillow"}.get(name, name),
        version=version,
        licence=found.group(1) if found else "see its notices",
        source=source,
        folder="vendor/pyodide",
        files=((path, f"vendor/pyodide/{path.name}"),),
        notices=notices,
        purl=f"pkg:pypi/{name.lower()}@{version}",
    )


def copy(part: Part, site: Path) -> list[str]:
    """Copy the files of ``part`` below ``site``, too large ones in pieces; returns addresses."""
    written = []
    pieces: dict[str, Any] = {}
    for source, address in part.files:
        if not source.exists():
            stop(f"{part.name}: {source.name} is missing. Run: make clean setup")
        target = site / address
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.name.startswith(CORE):
            target.write_text(pyscript_core.patched(source.read_text("utf-8")), "utf-8")
            written.append(address)
            continue
        if source.stat().st_size <= SPLIT_OVER:
            shutil.copyfile(source, target)
            written.append(address)
            continue
        data = source.read_bytes()
        listed = []
        for number, at in enumerate(range(0, len(data), PIECE)):
            piece = data[at : at + PIECE]
            name = f"{source.name}.part{number}"
            (target.parent / name).write_bytes(piece)
            listed.append({"file": name, "bytes": len(piece), "sha256": sha256(piece)})
            written.append(f"{part.folder}/{name}")
        pieces[source.name] = {"bytes": len(data), "sha256": sha256(data), "parts": listed}
    if part.folder == "vendor/ort":
        (site / part.folder / "parts.json").write_text(json.dumps(pieces, indent=1), "utf-8")
        written.append(f"{part.folder}/parts.json")
    return written


def digest_of_sources() -> str:
    """Return one hash over all source files, for the build's stamp."""
    rows = [
        f"{address} {sha256_file(source)}" for part in parts() for source, address in part.files
    ]
    return sha256("\n".join(rows).encode())
