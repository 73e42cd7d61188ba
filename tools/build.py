"""Build dist/, the whole site.

python -m tools.build            build if anything that the site is made from has changed
python -m tools.build --force    build in any case
"""

from __future__ import annotations

import argparse
import fcntl
import json
import shutil
import time
from importlib.metadata import distribution
from pathlib import Path

from tools import (
    alone,
    bytecode,
    carriers,
    docs,
    integrity,
    models,
    notices,
    packed,
    sbom,
    site,
    vendor,
    wheel,
    whole,
)
from tools.paths import CACHE, DIST, REGISTRY, ROOT, readable, say, sha256, sha256_file

STAMP = CACHE / "build.stamp"


def key() -> str:
    """Return one hash over everything that dist/ is made from."""
    own = [*site.sources(), *wheel.sources(), REGISTRY, ROOT / "package-lock.json"]
    own += sorted((ROOT / "tools").rglob("*.py")) + sorted((ROOT / "models").rglob("*.py"))
    own += sorted((ROOT / "models" / "cards").glob("*.md")) + sorted(vendor.LICENCES.glob("*"))
    own += [ROOT / "tools" / "requirements" / "build.txt", *docs.sources()]
    rows = [f"{path.relative_to(ROOT)} {sha256_file(path)}" for path in dict.fromkeys(own)]
    return sha256("\n".join([*rows, vendor.digest_of_sources()]).encode())


def contents(folder: Path) -> str:
    """Return one hash over the names and bytes of all files below ``folder``."""
    rows = [
        f"{path.relative_to(folder).as_posix()} {sha256_file(path)}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]
    return sha256("\n".join(rows).encode())


def fresh() -> bool:
    """Whether dist/ is there, unaltered, and made from what lies here now."""
    if not STAMP.exists() or not (DIST / "version.json").exists() or not carriers.taken():
        return False
    stamp = json.loads(STAMP.read_text("utf-8"))
    return bool(stamp["key"] == key() and stamp["contents"] == contents(DIST))


def build() -> None:
    """Make dist/ anew; the old one is replaced only when the new one is whole."""
    started = time.monotonic()
    registry = models.read_registry()
    made = models.make_all(registry)
    target = CACHE / "site"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    say("  laying out the site")
    site.copy(target)
    vendored = [(part, vendor.copy(part, target)) for part in vendor.parts()]
    next(files for part, files in vendored if part.name == "MicroPython").append(
        alone.write(target)
    )
    say("  making the documentation")
    vendored.append(docs.lay_out(target))
    say("  compiling its Python")
    bytecode.compile_all(target)
    made_wheel = wheel.build(target)
    say(f"  {made_wheel.name}: {made_wheel.stat().st_size / 1000:.0f} kB")
    entries = models.lay_out(target / "models", registry, made)
    notices.write(target, vendored, entries)
    (target / "licences").mkdir()
    third = Path(str(distribution("onnxruntime").locate_file("onnxruntime/ThirdPartyNotices.txt")))
    shutil.copyfile(third, target / "licences" / "onnxruntime-third-party.txt")
    integrity.write(target)
    listed = site.manifest(target)
    version = sha256(json.dumps(listed, sort_keys=True).encode())[:12]
    site.bundle_service_worker(target, {"version": version, **listed})
    told = {"version": version, "models": {name: sha256(data) for name, data in made.items()}}
    (target / "version.json").write_text(json.dumps(told, indent=1), "utf-8")
    sbom.write(target, vendored, entries, version)
    say("  packing what travels")
    extra = packed.pack_all(target)
    whole.check(target)
    readable(target)
    shutil.rmtree(DIST, ignore_errors=True)
    target.rename(DIST)
    STAMP.write_text(json.dumps({"key": key(), "contents": contents(DIST)}), "utf-8")
    total = sum(path.stat().st_size for path in DIST.rglob("*") if path.is_file())
    seconds = time.monotonic() - started
    of = f"{total / 1e6:.0f} MB, {extra / 1e6:.0f} of them packed copies"
    say(f"  dist/ is ready: {of}, version {version} ({seconds:.0f} s)")


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m tools.build")
    parser.add_argument("--force", action="store_true", help="build even if nothing changed")
    force = parser.parse_args().force
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "build.lock").open("w") as lock:  # tests run in several processes
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not force and fresh():
            say("dist/ is up to date.")
            return
        say("Building dist/")
        build()


if __name__ == "__main__":
    main()
