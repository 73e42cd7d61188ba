"""Setting up: what is there is not done again, what is missing is said."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tools import setup

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[list[str]]:
    """The commands that would run, in a project of its own."""
    commands: list[list[str]] = []
    requirements = tmp_path / "tools" / "requirements"
    requirements.mkdir(parents=True)
    (requirements / "build.txt").write_text("numpy==1\n")
    (tmp_path / "package-lock.json").write_text("{}")
    (tmp_path / "node_modules").mkdir()
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    monkeypatch.setattr(setup, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(setup, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(setup, "REQUIREMENTS", requirements)
    monkeypatch.setattr(setup, "LOCK", tmp_path / "package-lock.json")
    monkeypatch.setattr(setup.venv, "create", lambda folder, **_: made_up_venv(folder))
    monkeypatch.setattr(setup, "run", lambda command, failed: commands.append(command))
    return commands


def made_up_venv(folder: Path, version: str = "{}.{}.1".format(*sys.version_info)) -> None:
    (folder / "bin").mkdir(parents=True, exist_ok=True)
    (folder / "bin" / "python").touch()
    (folder / "pyvenv.cfg").write_text(f"home = /usr/bin\nversion = {version}\n")


def test_python_packages_are_installed_once_with_hashes(ran: list[list[str]]) -> None:
    setup.python_packages("build")
    setup.python_packages("build")
    assert len(ran) == 1
    assert "--require-hashes" in ran[0]
    assert "--only-binary=:all:" in ran[0]


def test_a_changed_list_is_installed_again(ran: list[list[str]]) -> None:
    setup.python_packages("build")
    (setup.REQUIREMENTS / "build.txt").write_text("numpy==2\n")
    setup.python_packages("build")
    assert len(ran) == 2


def test_an_environment_of_another_python_is_made_anew(ran: list[list[str]]) -> None:
    setup.python_packages("build")
    made_up_venv(setup.VENV, "3.9.2")
    assert not setup.of_this_python(setup.VENV)
    (setup.REQUIREMENTS / "build.txt").write_text("numpy==2\n")
    setup.python_packages("build")
    assert setup.of_this_python(setup.VENV)


def test_npm_packages_are_installed_once_without_their_scripts(
    ran: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    setup.node_packages()
    setup.node_packages()
    assert len(ran) == 1
    assert ran[0][:3] == ["npm", "ci", "--ignore-scripts"]


@pytest.mark.usefixtures("ran")
def test_without_node_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(SystemExit, match=r"Node\.js 20"):
        setup.node_packages()


EITHER = pytest.mark.parametrize("which", [setup.CHROMIUM, setup.FIREFOX], ids=lambda one: one[0])


@EITHER
def test_a_browser_that_is_there_is_used(
    ran: list[list[str]], monkeypatch: pytest.MonkeyPatch, which: tuple[Any, ...]
) -> None:
    _, variable, programs, _ = which
    monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr("shutil.which", lambda name: name == programs[-1])
    setup.browser(*which)
    assert not ran


@EITHER
def test_a_browser_that_is_missing_is_installed(
    ran: list[list[str]], monkeypatch: pytest.MonkeyPatch, which: tuple[Any, ...]
) -> None:
    monkeypatch.delenv(which[1], raising=False)
    monkeypatch.setattr("shutil.which", lambda name: name == "apt-get")
    monkeypatch.setattr("os.geteuid", lambda: 0)
    setup.browser(*which)
    assert ran[-1][-3:] == ["install", "-y", which[3]]


@EITHER
def test_without_rights_to_install_a_browser_it_says_what_to_do(
    ran: list[list[str]], monkeypatch: pytest.MonkeyPatch, which: tuple[Any, ...]
) -> None:
    monkeypatch.delenv(which[1], raising=False)
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(SystemExit, match=which[1]):
        setup.browser(*which)
    assert not ran


def test_a_step_that_fails_says_how_to_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    with pytest.raises(SystemExit, match=r"It broke\. Run the same command again"):
        setup.run([sys.executable, "-c", "raise SystemExit(3)"], "It broke.")


def test_it_runs_with_nothing_but_pythons_own_library() -> None:
    """On a bare machine it is the first thing that runs: no package is there yet."""
    code = "import sys; sys.path.insert(0, 'tools'); import setup"
    subprocess.run([sys.executable, "-I", "-S", "-c", code], cwd=setup.ROOT, check=True)


@pytest.mark.parametrize(
    "case",
    [(setup.SERVERS, "caddy", "nginx"), (setup.WEBKIT, "Xvfb", "WebKitWebDriver")],
)
def test_what_some_tests_need_is_installed_where_that_is_possible(
    ran: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    case: tuple[dict[str, str], str, str],
) -> None:
    """Only what is missing; nobody else than root is asked to do it."""
    packages, has, lacks = case
    there = {"apt-get", has}
    monkeypatch.setattr(setup.shutil, "which", lambda name: name if name in there else None)
    monkeypatch.setattr(setup.os, "geteuid", lambda: 0)
    setup.optional(packages)
    assert [command[-2:] for command in ran] == [
        ["Dpkg::Use-Pty=0", "update"],
        ["-y", packages[lacks]],
    ]
    monkeypatch.setattr(setup.os, "geteuid", lambda: 1000)
    setup.optional(packages)
    assert len(ran) == 2
    assert f"{lacks} not found" in capsys.readouterr().out
    there.add(lacks)
    setup.optional(packages)
    assert capsys.readouterr().out == ""


def test_the_pages_font_is_installed_where_that_is_possible(
    ran: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    there = {"apt-get"}
    monkeypatch.setattr(setup.shutil, "which", lambda name: name if name in there else None)
    monkeypatch.setattr(setup.os, "geteuid", lambda: 1000)
    setup.font()
    assert ran == []
    assert "Inter not found" in capsys.readouterr().out
    monkeypatch.setattr(setup.os, "geteuid", lambda: 0)
    setup.font()
    assert ran[-1][-3:] == ["install", "-y", "fonts-inter"]
