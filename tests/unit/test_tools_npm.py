"""The npm package: what is in it, and that it is the same for the same site."""

from __future__ import annotations

import os
import tarfile
from typing import TYPE_CHECKING

from tools import npm
from tools.paths import sha256_file

if TYPE_CHECKING:
    from pathlib import Path

KEPT = ("THIRD_PARTY.md", "_headers", "offcut.js", "offcut.d.ts", "vendor/docs/kept.js")
LEFT_OUT = ("offcut.js.br", "vendor/a.wasm.gz", "docs/index.html", "screens/one.webp")


def test_the_package_is_the_site_and_a_way_to_copy_it(tmp_path: Path) -> None:
    sums = []
    for name, when in (("one", 1_000_000_000), ("other", 1_700_000_000)):
        site = tmp_path / name
        for address in (*KEPT, *LEFT_OUT):
            path = site / address
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(address, "utf-8")
            os.utime(path, (when, when))
        folder = tmp_path / f"{name}-package"
        npm.lay_out(site, folder)
        sums.append(sha256_file(npm.pack(folder, tmp_path / f"{name}-packed")))
    assert sums[0] == sums[1]
    with tarfile.open(next((tmp_path / "one-packed").iterdir())) as archive:
        found = {member.name.removeprefix("package/"): member for member in archive}
    own = {"LICENSE", "README.md", "THIRD_PARTY.md", "offcut-site.mjs", "package.json"}
    assert set(found) == {f"dist/{name}" for name in KEPT} | own
    assert found["offcut-site.mjs"].mode & 0o111
    told = npm.about()
    paths = [told["main"], told["types"], *told["exports"]["."].values()]
    assert {path.removeprefix("./") for path in paths} <= set(found)
