"""Runs of the command in this process, with tiny networks."""

from __future__ import annotations

import io
import json
import signal
import sys
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from offcut.cli import main
from offcut.cli.cutting import Heard, Outcome
from offcut.cli.naming import Task
from offcut.cli.telling import Teller
from offcut.native import home

from .helpers import noise, saved, tiny_models

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a photo, where the command is run; models are at hand."""
    monkeypatch.setenv(home.MODELS, str(tiny_models(tmp_path / "models")))
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / "photo.png").write_bytes(saved(noise(40, 60), "PNG"))
    return folder


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_cutout_beside_its_photo(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["photo.png", "-p", "u2netp"]) == 0
    made = np.asarray(Image.open(here / "photo-cutout.png"))
    assert np.array_equal(made[..., :3], noise(40, 60))
    assert len(np.unique(made[..., 3])) > 16
    assert capsys.readouterr() == ("", "photo.png → photo-cutout.png\n")
    assert main(["photo.png", "-p", "u2netp"]) == 1
    assert "photo-cutout.png is there already. Say --overwrite" in capsys.readouterr().err
    assert main(["photo.png", "--skip"]) == 0
    assert main(["photo.png", "--invert", "--max-size", "30", "-p", "u2netp"]) == 0
    around = np.asarray(Image.open(here / "photo-background.png"))
    assert around.shape == (20, 30, 4)
    assert main(["photo.png", "--rename", "-p", "u2netp", "-q"]) == 0
    assert sorted(path.name for path in here.iterdir()) == [
        "photo-background.png",
        "photo-cutout-2.png",
        "photo-cutout.png",
        "photo.png",
    ]


def test_json_tells_all(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "text.jpg").write_bytes(b"no photo")
    assert main(["photo.png", "text.jpg", "gone.jpg", "-o", "out/", "--json"]) == 1
    good, text, gone = lines(capsys.readouterr().out)
    assert (good["file"], good["out"]) == ("photo.png", "out/photo-cutout.png")
    assert (good["code"], good["models"]) == ("ok", ["u2netp", "isnet"])
    assert (good["width"], good["height"]) == (60, 40)
    assert good["ms"]["all"] > 0
    assert good["checks"]
    assert good["notes"] == []
    assert (text["code"], text["out"]) == ("NOT_AN_IMAGE", None)
    assert "not a picture" in text["message"]
    assert (gone["code"], gone["detail"]["reason"]) == ("PHOTO_GONE", "No such file or directory")


def test_what_keeps_a_run_from_beginning(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for typed, code in (
        (["photo.png", "-m", "modnet"], "MODEL_LEFT_OUT"),
        (["photo.png", "-m", "abacus"], "MODEL_UNKNOWN"),
        (["photo.png", "-o", "made.tif"], "BAD_CONFIG"),
        (["photo.png", "-o", "made.jpg", "--format", "png"], "BAD_CONFIG"),
        (["photo.png", "--mask", "--format", "webp"], "BAD_CONFIG"),
        (["photo.png", "-o", "-"], "BAD_CONFIG"),
        (["photo.png", "--watch", "-o", "out"], "BAD_CONFIG"),
        ([".", "--watch"], "BAD_CONFIG"),
        ([".", "--watch", "-o", "out", "--edits", "strokes.json"], "BAD_CONFIG"),
        (["photo.png", "--models", "nowhere"], "BAD_CONFIG"),
        (["photo.png", "other.png", "--edits", "strokes.json"], "BAD_CONFIG"),
    ):
        (here / "strokes.json").write_text("[]")
        assert main([*typed, "--json"]) == 2, typed
        out, err = capsys.readouterr()
        (line,) = lines(out)
        assert (line["file"], line["code"]) == (None, code), typed
        assert err.startswith("offcut: ")
    assert not list(here.glob("*cutout*"))


def test_rembgs_models_are_understood(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["i", "-m", "isnet-general-use", "photo.png", "made.png"]) == 0
    assert "isnet is taken for it" in capsys.readouterr().err
    assert main(["i", "-m", "sam", "photo.png", "made.png"]) == 2
    assert "--edits" in capsys.readouterr().err


def test_from_and_to_pipes(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    data = (here / "photo.png").read_bytes()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))
    assert main(["-", "-p", "fast", "--mask"]) == 0
    mask = Image.open(io.BytesIO(capsysbinary.readouterr().out))
    assert (mask.format, mask.mode, mask.size) == ("PNG", "L", (60, 40))


def test_strokes_backgrounds_and_frames(here: Path) -> None:
    stroke = {"tool": "erase", "size": 200, "points": [[30, 20, 1]]}
    (here / "strokes.json").write_text(json.dumps([stroke]))
    saved_as = ["-o", "made.jpg", "--edits", "strokes.json", "--overwrite", "-p", "fast"]
    assert main(["photo.png", *saved_as, "--quality", "100"]) == 0
    assert np.asarray(Image.open(here / "made.jpg")).min() > 250, "all erased, on white"
    (here / "beach.png").write_bytes(saved(np.full((9, 9, 3), 40, np.uint8), "PNG"))
    assert main(["photo.png", *saved_as, "-b", "beach.png", "--frame", "30x30"]) == 0
    made = np.asarray(Image.open(here / "made.jpg"))
    assert made.shape == (30, 30, 3)
    assert abs(made.astype(int) - 40).max() < 6
    (here / "strokes.json").write_text('[{"tool": "saw"}]')
    assert main(["photo.png", *saved_as]) == 2
    (here / "beach.png").write_bytes(b"no picture")
    assert main(["photo.png", "-o", "a.png", "-b", "beach.png"]) == 2


def test_several_at_a_time(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(5):
        (here / f"{number}.png").write_bytes(saved(noise(30 + number, 40), "PNG"))
    assert main([".", "-o", "out", "--jobs", "3", "--json", "-p", "fast"]) == 0
    told = lines(capsys.readouterr().out)
    assert sorted(line["file"] for line in told) == [*(f"{n}.png" for n in range(5)), "photo.png"]
    for line in told:
        made = np.asarray(Image.open(line["out"]))
        assert np.array_equal(made[..., :3], np.asarray(Image.open(line["file"])))


def test_a_fault_of_ours_ends_no_run(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from offcut.cli import cutting

    def wrong(_data: bytes) -> None:
        raise KeyError("a mistake")

    monkeypatch.setattr(cutting, "decode", wrong)
    assert main(["photo.png", "photo.png", ".", "--debug", "--json", "-o", "out"]) == 1
    out, err = capsys.readouterr()
    assert [line["code"] for line in lines(out)] == ["INTERNAL"]
    assert "--debug shows where" in err
    assert "a mistake" in err


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_dies_is_noticed(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from offcut.cli import cutting

    class Strange(BaseException):
        """What nobody thought of."""

    def wrong(_data: bytes) -> None:
        raise Strange

    monkeypatch.setattr(cutting, "decode", wrong)
    assert main(["photo.png"]) == 1


def test_a_folder_without_photos(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "empty").mkdir()
    assert main(["empty"]) == 0
    assert "There are no photos in empty." in capsys.readouterr().err


def test_models_are_listed(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "--licences"]) == 0
    assert "Apache-2.0" in capsys.readouterr().out
    assert main(["models", "fast", "--json"]) == 0
    (line,) = lines(capsys.readouterr().out)
    assert (line["model"], line["kept"]) == ("u2netp", line["bytes"])
    assert main(["models", "--remove"]) == 2
    assert main(["models", "modnet"]) == 2


def test_a_watch_cuts_what_comes_and_ends_well(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def bring() -> None:
        time.sleep(0.3)
        (here / "late.png").write_bytes(saved(noise(20, 20), "PNG"))
        (here / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\n")
        end = time.monotonic() + 60
        while len(list((here / "out").glob("*.png"))) < 2 and time.monotonic() < end:
            time.sleep(0.05)
        time.sleep(0.5)
        signal.raise_signal(signal.SIGINT)

    thread = threading.Thread(target=bring)
    thread.start()
    assert main([".", "--watch", "-o", "out", "--json", "-p", "fast"]) == 1
    thread.join()
    told = {line["file"]: line["code"] for line in lines(capsys.readouterr().out)}
    assert told == {"photo.png": "ok", "late.png": "ok", "bad.png": "DECODE_FAILED"}


def test_ctrl_c_ends_a_download_that_stands_still(
    here: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(home.CACHE, str(tmp_path / "cache"))
    end = threading.Event()

    class Handler(SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.endswith(".bin"):
                signal.raise_signal(signal.SIGINT)
                end.wait(60)
            super().do_GET()

        def log_message(self, *_args: object) -> None:
            """Nobody reads it."""

    handler = partial(Handler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        began = time.monotonic()
        models = f"http://127.0.0.1:{server.server_address[1]}/models/"
        assert main(["photo.png", "--models", models]) == 130
        assert time.monotonic() - began < 20
        end.set()
        server.shutdown()
    assert "1 not begun" in capsys.readouterr().err
    assert not (here / "photo-cutout.png").exists()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_line_that_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    now = 0.0
    screen = Terminal()
    teller = Teller(3, json_lines=False, quiet=False, debug=False, errors=screen, clock=lambda: now)
    message = {"stage": "download", "model": "isnet", "done": 12e6, "total": 45e6, "eta_s": 30.2}
    now = 1.0
    teller.hear("a.jpg", message)
    assert screen.getvalue().endswith("0/3  a.jpg  fetching isnet, 12 MB of 45 MB  30 s left")
    now = 11.0
    teller.photo(Outcome(Task(None, None), "ok", out="-"))
    teller.hear("b.jpg", {"stage": "run"})
    assert screen.getvalue().rstrip().endswith("1/3  b.jpg  finding the subject  22 s left")
    now = 12.0
    teller.hear(
        "a long name of a photo from a long holiday in the south 2031.jpg", {"stage": "run"}
    )
    last = screen.getvalue().rpartition("\r")[2].rstrip()
    assert len(last) <= 79
    assert last.endswith("south 2031.jpg  finding the subject  24 s left")
    before = len(screen.getvalue())
    teller.hear("b.jpg", {"stage": "matte"})
    assert len(screen.getvalue()) == before, "ten times a second at most"
    teller.summary(others=2, left=2)
    rest = screen.getvalue()[before:]
    assert "1 photo cut out, 2 not begun in 12 s.\n2 other files are no photos.\n" in rest


def test_nothing_moves_in_a_pipe() -> None:
    screen = io.StringIO()
    teller = Teller(3, json_lines=False, quiet=False, debug=False, errors=screen)
    teller.hear("a.jpg", Heard("a.jpg", {"stage": "run"}).message)
    assert screen.getvalue() == ""
