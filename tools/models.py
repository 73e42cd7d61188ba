"""Make the models that Offcut ships, check them, and lay them out in parts.

python -m tools.models            make and check what is not in the cache
python -m tools.models --update   also write sizes and hashes into models/registry.toml
"""

from __future__ import annotations

import argparse
import importlib
import json
import re
import tomllib
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from offcut.models.registry import model_spec
from tools import carriers
from tools.paths import CACHE, REGISTRY, ROOT, say, sha256, sha256_file, stop

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PART_BYTES = 4 * 1024 * 1024
MADE = CACHE / "models"
NEEDED_IOU = {"u2netp": 0.99, "modnet": 0.99, "isnet": 0.998}
SOURCES: dict[str, Callable[[], bytes]] = {
    "u2netp": (carriers.FILES / "u2netp.onnx").read_bytes,
    "modnet": (carriers.FILES / "modnet.onnx").read_bytes,
    "isnet": carriers.isnet,
}
Table = dict[str, Any]


def read_registry() -> Table:
    """Return models/registry.toml as it stands."""
    return tomllib.loads(REGISTRY.read_text("utf-8"))


def shipped(registry: Table) -> dict[str, Table]:
    """Return the entries that are not left out; a name that is none stops the build."""
    unknown = set(registry["leave_out"]) - set(registry["models"])
    if unknown:
        stop(f"models/registry.toml leaves out models that it does not have: {unknown}")
    return {
        name: entry
        for name, entry in registry["models"].items()
        if name not in registry["leave_out"]
    }


def split(data: bytes) -> list[bytes]:
    """Return ``data`` in parts of at most ``PART_BYTES``."""
    return [data[at : at + PART_BYTES] for at in range(0, len(data), PART_BYTES)]


def part_file(name: str, digest: str) -> str:
    """Return a part's address below ``models/``: its content names it, so it never goes stale."""
    return f"{name}/{digest[:16]}.bin"


def describe(name: str, data: bytes) -> Table:
    """Return what the registry says of a model's bytes."""
    digests = [(len(part), sha256(part)) for part in split(data)]
    return {
        "bytes": len(data),
        "sha256": sha256(data),
        "parts": [
            {"file": part_file(name, digest), "bytes": size, "sha256": digest}
            for size, digest in digests
        ],
    }


def make(name: str, entry: Table) -> bytes:
    """Return the model ``name``, from the cache or by its recipe, checked against its source.

    Raises SystemExit when it agrees too little with the model that it was made from.
    """
    recipe = str(entry["recipe"])
    target = MADE / f"{name}-{_key(recipe)}.onnx"
    if target.exists() and sha256_file(target) == entry["sha256"]:
        return target.read_bytes()
    say(f"  making {name}")
    source = SOURCES[recipe]()
    made: bytes = importlib.import_module(f"models.recipes.{recipe}").convert(source)
    _check(name, recipe, entry, source, made)
    MADE.mkdir(parents=True, exist_ok=True)
    for old in MADE.glob(f"{name}-*.onnx"):
        old.unlink()
    part = target.with_suffix(".part")
    part.write_bytes(made)
    part.replace(target)
    return made


def _check(name: str, recipe: str, entry: Table, source: bytes, made: bytes) -> None:
    from tools.agreement import compare  # noqa: PLC0415 - loads ONNX Runtime, not always needed

    spec = model_spec(name, {**entry, **describe(name, made)})
    found = compare(source, made, spec)
    empty = found.photos - found.found
    where = f"{found.photos} photos" + (f" ({empty} show nothing that it looks for)" * bool(empty))
    say(
        f"    {len(source) / 1e6:.1f} → {len(made) / 1e6:.2f} MB; agrees with its source on "
        f"{where}: IoU {found.mean_iou:.4f} (worst {found.worst_iou:.4f}), "
        f"mean difference {found.mean_difference:.5f}"
    )
    if found.mean_iou < NEEDED_IOU[recipe]:
        stop(f"{name}: IoU {found.mean_iou:.4f} is under {NEEDED_IOU[recipe]}.")


def _key(recipe: str) -> str:
    """What the result depends on: recipe, helpers, the tools' versions, the source."""
    texts = [
        (ROOT / "models" / "recipes" / f"{module}.py").read_bytes() for module in (recipe, "graph")
    ]
    tools = [f"{package}={version(package)}" for package in ("onnx", "onnxslim", "numpy")]
    pinned = [member.sha256 for member in carriers.PHOTOBOOTH] + [carriers.ISNET_SHA256]
    return sha256(b"\0".join([*texts, *map(str.encode, tools + pinned)]))[:16]


def make_all(registry: Table, *, update: bool = False) -> dict[str, bytes]:
    """Return all models that are shipped; they must be the ones that the registry names.

    Raises SystemExit when a hash differs: the same recipe and tools give the same bytes.
    """
    carriers.take()
    made = {name: make(name, entry) for name, entry in shipped(registry).items()}
    for name, data in made.items():
        told, entry = describe(name, data), registry["models"][name]
        if update:
            _write_numbers(name, told)
        elif entry["sha256"] != told["sha256"]:
            stop(
                f"{name} came out with sha256 {told['sha256']}, not the one in the registry. "
                "If its recipe was changed on purpose: make models-update."
            )
    return made


def _write_numbers(name: str, told: Table) -> None:
    text = REGISTRY.read_text("utf-8")
    start = text.index(f"[models.{name}]")
    following = text.find("\n[models.", start + 1)
    end = len(text) if following < 0 else following
    block = text[start:end]
    rows = "".join(
        f'  {{ bytes = {part["bytes"]}, sha256 = "{part["sha256"]}" }},\n' for part in told["parts"]
    )
    block = re.sub(r"(?m)^bytes = .*$", f"bytes = {told['bytes']}", block)
    block = re.sub(r"(?m)^sha256 = .*$", f'sha256 = "{told["sha256"]}"', block)
    block = re.sub(r"(?ms)^parts = \[.*?^\]", f"parts = [\n{rows}]", block)
    REGISTRY.write_text(text[:start] + block + text[end:], "utf-8")
    say(f"  wrote the numbers of {name}")


def lay_out(target: Path, registry: Table, made: dict[str, bytes]) -> dict[str, Table]:
    """Write ``registry.json``, the models' parts and the self-test below ``target``.

    Returns the entries as they were written.
    """
    from models.recipes import selftest  # noqa: PLC0415 - loads ONNX

    entries = {}
    for name, data in made.items():
        told = describe(name, data)
        entries[name] = {**registry["models"][name], **told}
        for part, piece in zip(told["parts"], split(data), strict=True):
            _write(target / part["file"], piece)
    network = selftest.network()
    answer = selftest.expected(network)
    listed = {
        "schema": registry["schema"],
        "models": entries,
        "left_out": sorted(registry["leave_out"]),
        "selftest": {
            "file": part_file("selftest", sha256(network)),
            "bytes": len(network),
            "sha256": sha256(network),
            "input_shape": list(selftest.SHAPE),
            "output_shape": [1, 1, *selftest.SHAPE[2:]],
            "expected_file": part_file("selftest", sha256(answer)),
            "tolerance": selftest.TOLERANCE,
        },
    }
    _write(target / listed["selftest"]["file"], network)
    _write(target / listed["selftest"]["expected_file"], answer)
    _write(target / "registry.json", json.dumps(listed, indent=1, sort_keys=True).encode())
    return entries


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m tools.models")
    parser.add_argument("--update", action="store_true", help="write sizes and hashes anew")
    arguments = parser.parse_args()
    made = make_all(read_registry(), update=arguments.update)
    for name, data in made.items():
        say(f"  {name}: {len(data) / 1e6:.2f} MB, sha256 {sha256(data)}")


if __name__ == "__main__":
    main()
