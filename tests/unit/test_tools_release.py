"""The files of a release: what they hold, when they are refused, and that they are the same."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from tools import release, reproduce, upgrade
from tools.paths import ROOT, sha256_file

if TYPE_CHECKING:
    from pathlib import Path

VERSION = "9.8.7"
SITE = {
    "index.html": "page" * 100,
    "index.html.br": "packed",
    "sbom.cdx.json": "{}",
    "THIRD_PARTY.md": "others",
    "wheels/offcut-9.8.7-py3-none-any.whl": "wheel",
}
READY = {"pyproject.toml": "1.2.0", "package.json": "1.2.0"}
CHANGES = "# Changelog\n\n## 1.2.0 – 2026-01-01\n\n- New\n\n## 1.1.0\n"


def laid_out(folder: Path, when: int) -> Path:
    for address, text in SITE.items():
        path = folder / address
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        path.chmod(0o600 if when % 2 else 0o644)
        os.utime(path, (when, when))
    return folder


def test_the_version_is_the_same_everywhere() -> None:
    assert len(set(release.versions().values())) == 1, release.versions()
    version = release.versions()["pyproject.toml"]
    told = [*(ROOT / "docs").glob("*.md"), ROOT / "README.md"]
    named = {
        (path.name, found)
        for path in told
        for found in re.findall(r"offcut[-@](\d+\.\d+\.\d+)", path.read_text("utf-8"))
    }
    assert {found for _, found in named} == {version}, named
    assert release.refusals(release.versions(), release.CHANGELOG.read_text("utf-8"), "") == []


@pytest.mark.parametrize(
    ("told", "changes", "altered", "why"),
    [
        (READY, CHANGES, "", None),
        (READY | {"package.json": "1.1.0"}, CHANGES, "", "not the same everywhere"),
        (dict.fromkeys(READY, "1.2"), CHANGES.replace("1.2.0", "1.3.0"), "", "no section for 1.2"),
        (READY, CHANGES.replace("## 1.2.0", "## 1.2.01"), "", "no section for 1.2.0"),
        (READY, CHANGES, " M README.md\n", "Not everything is committed"),
    ],
)
def test_what_is_not_ready_is_refused(
    told: dict[str, str], changes: str, altered: str, why: str | None
) -> None:
    found = release.refusals(told, changes, altered)
    assert (found == []) if why is None else (len(found) == 1 and why in found[0])


def test_the_same_site_gives_the_same_files(tmp_path: Path) -> None:
    made = []
    for name, when in (("one", 1_000_000_000), ("another", 1_700_000_001)):
        site = laid_out(tmp_path / name, when)
        folder = tmp_path / f"{name}-release"
        made.append({path.name: sha256_file(path) for path in release.write(site, folder, VERSION)})
    assert made[0] == made[1]
    assert set(made[0]) == {
        "SHA256SUMS",
        "offcut-9.8.7-py3-none-any.whl",
        "offcut-site-9.8.7.zip",
        f"offcut-{release.versions()['package.json']}.tgz",
        "sbom.cdx.json",
    }
    with zipfile.ZipFile(tmp_path / "one-release" / "offcut-site-9.8.7.zip") as archive:
        assert sorted(archive.namelist()) == sorted(f"offcut-site-9.8.7/{one}" for one in SITE)
        assert archive.read("offcut-site-9.8.7/index.html").decode() == SITE["index.html"]
    # Unpacked, it is the site that it was made of (and what `make upgrade` begins from).
    site = upgrade.unzipped(tmp_path / "one-release" / "offcut-site-9.8.7.zip", tmp_path / "there")
    assert reproduce.sums(site) == reproduce.sums(tmp_path / "one")
    rows = (tmp_path / "one-release" / "SHA256SUMS").read_text("utf-8").split()
    assert dict(zip(rows[1::2], rows[::2], strict=True)) == {
        name: digest for name, digest in made[0].items() if name != "SHA256SUMS"
    }


def test_files_that_differ_are_named(tmp_path: Path) -> None:
    one = reproduce.sums(laid_out(tmp_path / "one", 1_000_000_000))
    other = reproduce.sums(laid_out(tmp_path / "other", 1_700_000_001))
    assert reproduce.differing(one, other) == []
    (tmp_path / "other" / "index.html").write_text("made at noon", "utf-8")
    (tmp_path / "other" / "more.txt").write_text("more", "utf-8")
    lines = reproduce.differing(one, reproduce.sums(tmp_path / "other"))
    assert [line.split(":")[0] for line in lines] == ["index.html", "more.txt"]
    assert lines[1].endswith("only in the second")


# The steps of a build that are Offcut's own and quick; `make reproduce` does all of them.
STEPS = """
import sys
from pathlib import Path
from models.recipes import selftest
from tools import site, wheel
folder = Path(sys.argv[1])
site.copy(folder)
wheel.build(folder)
site.bundle_service_worker(folder, {"version": "1", **site.manifest(folder)})
(folder / "network").write_bytes(selftest.network())
(folder / "answer").write_bytes(selftest.expected(selftest.network()))
"""


def test_the_builds_own_steps_give_the_same_bytes_anywhere(tmp_path: Path) -> None:
    made = []
    for how in (reproduce.HERE, reproduce.ELSEWHERE):
        folder = tmp_path / how.path
        folder.mkdir(parents=True)
        environment = os.environ | how.environment | {"PYTHONPATH": "worker"}
        command = [sys.executable, "-c", STEPS, str(folder)]
        subprocess.run(command, cwd=ROOT, env=environment, umask=how.umask, check=True)
        made.append(reproduce.sums(folder))
    assert len(made[0]) > 100
    assert reproduce.differing(*made) == []
