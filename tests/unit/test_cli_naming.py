"""Which photos are meant, where results go, and that nothing is ever written over unasked."""

from __future__ import annotations

from pathlib import Path

import pytest

from offcut.cli.finding import Found, find_photos
from offcut.cli.naming import Places, Task, Tasks, check, put
from offcut.cli.watching import SETTLED_S, Watched
from offcut.errors import OffcutError

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Photos by name and by bytes, others, results of an earlier run, and a folder below."""
    for name, data in (
        ("b.jpg", b"broken"),
        ("a.PNG", PNG),
        ("photo without ending", PNG),
        ("notes.txt", b"text"),
        ("b-cutout.png", PNG),
        ("b-mask-2.png", PNG),
        ("my-cutout.png", PNG),
        (".hidden.png", PNG),
        ("c.jpg.part", b"\xff\xd8\xff"),
        ("below/c.jpg", b"\xff\xd8\xff"),
        ("out/d.png", PNG),
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    return tmp_path


def names(photos: tuple[Found, ...]) -> list[str]:
    return [str(found.below / found.path.name) if found.path else "-" for found in photos]


def test_a_folder_gives_what_is_a_photo(folder: Path) -> None:
    flat = ["a.PNG", "b.jpg", "my-cutout.png", "photo without ending"]
    search = find_photos((str(folder),), recursive=False)
    assert names(search.photos) == flat
    assert search.others == 1
    search = find_photos((str(folder),), recursive=True, out=folder / "out")
    assert names(search.photos) == [*flat, "below/c.jpg"]


def test_each_photo_once_in_the_order_typed(folder: Path) -> None:
    typed = ("-", str(folder / "b.jpg"), str(folder), str(folder / "gone.jpg"))
    search = find_photos(typed, recursive=False)
    assert names(search.photos)[:3] == ["-", "b.jpg", "a.PNG"]
    assert names(search.photos)[-1] == "gone.jpg"
    assert len(search.photos) == 6


def test_patterns_that_the_shell_left_alone(folder: Path) -> None:
    assert names(find_photos((str(folder / "*.jpg"),), recursive=False).photos) == ["b.jpg"]
    assert names(find_photos((str(folder / "*.tif"),), recursive=False).photos) == ["*.tif"]


@pytest.mark.parametrize(
    ("output", "photo", "target"),
    [
        (None, "in/photo.jpg", "in/photo-cutout.png"),
        ("out/", "in/photo.jpg", "out/photo-cutout.png"),
        ("out", "in/photo.jpg", "out/photo-cutout.png"),
        ("made.png", "in/photo.jpg", "made.png"),
        ("-", "in/photo.jpg", None),
        (None, None, None),
        ("out/", None, "out/photo-cutout.png"),
    ],
)
def test_where_a_result_goes(output: str | None, photo: str | None, target: str | None) -> None:
    found = Found(None if photo is None else Path(photo))
    task = Places(output, ".png", "-cutout").task(found)
    assert task.target == (None if target is None else Path(target))


def test_a_folder_with_a_dot_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "v1.2").mkdir()
    places = Places(str(tmp_path / "v1.2"), ".png", "-cutout")
    assert places.folder() == tmp_path / "v1.2"
    assert Places(str(tmp_path / "v1.3"), ".png", "-cutout").folder() is None
    assert Places(str(tmp_path / "v1.3") + "/", ".png", "").folder() == tmp_path / "v1.3"


def test_two_photos_of_one_name_get_two_results() -> None:
    photos = tuple(Found(Path(text)) for text in ("a/x.jpg", "b/x.jpg", "b/X.png"))
    tasks = Tasks(Places("out/", ".png", "-cutout"))
    wanted = ["out/x-cutout.png", "out/x-cutout-2.png", "out/X-cutout-3.png"]
    for _ in range(2):
        assert [str(tasks.of(found).target) for found in photos] == wanted
    with pytest.raises(OffcutError, match="3 photos do not go into one file"):
        Places("out.png", ".png", "-cutout").check_room(3)
    tasks = Tasks(Places("out/", ".png", ""))
    below = (Found(Path("a/x.jpg"), Path("a")), Found(Path("b/x.jpg"), Path("b")))
    assert [str(tasks.of(found).target) for found in below] == ["out/a/x.png", "out/b/x.png"]


def test_what_is_there_stays_unless_told(tmp_path: Path) -> None:
    target = tmp_path / "x.png"
    task = Task(tmp_path / "x.jpg", target)
    assert check(task, "refuse")
    assert put(target, b"first", "refuse") == target
    with pytest.raises(OffcutError) as caught:
        check(task, "refuse")
    assert caught.value.code == "FILE_EXISTS"
    assert not check(task, "skip")
    for existing in ("refuse", "skip"):
        with pytest.raises(OffcutError):
            put(target, b"another program was quicker", existing)
    assert put(target, b"second", "rename") == tmp_path / "x-2.png"
    assert put(target, b"third", "rename") == tmp_path / "x-3.png"
    assert target.read_bytes() == b"first"
    assert put(target, b"fourth", "overwrite") == target
    assert target.read_bytes() == b"fourth"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x-2.png", "x-3.png", "x.png"]


def test_a_photo_is_never_written_over(tmp_path: Path) -> None:
    photo = tmp_path / "x.png"
    photo.write_bytes(PNG)
    with pytest.raises(OffcutError, match="over its photo"):
        check(Task(photo, photo), "overwrite")


def test_a_disk_that_takes_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"no folder")
    with pytest.raises(OffcutError) as caught:
        put(tmp_path / "file" / "x.png", b"data", "refuse")
    assert caught.value.code == "ENCODE_FAILED"


def test_disks_without_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def link(_one: object, _other: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.link", link)
    assert put(tmp_path / "x.png", b"one", "rename") == tmp_path / "x.png"
    assert put(tmp_path / "x.png", b"two", "rename") == tmp_path / "x-2.png"
    assert (tmp_path / "x.png").read_bytes() == b"one"


def test_a_watch_gives_what_has_settled(tmp_path: Path) -> None:
    now = 0.0
    watched = Watched(tmp_path, recursive=False, out=None, clock=lambda: now)

    def look(later: float) -> list[str]:
        nonlocal now
        now += later
        return names(tuple(watched.look()))

    photo = tmp_path / "a.png"
    assert look(0) == []
    photo.write_bytes(PNG)
    assert look(1) == []
    assert look(SETTLED_S / 2) == []
    photo.write_bytes(PNG + b"more")
    assert look(SETTLED_S / 2) == [], "it has grown in between"
    assert look(SETTLED_S) == ["a.png"]
    assert look(SETTLED_S) == []
    (tmp_path / "b.png").write_bytes(b"")
    assert look(1) == []
    assert look(SETTLED_S) == [], "empty: still to be written"
    photo.write_bytes(PNG + b"written anew")
    (tmp_path / "b.png").write_bytes(PNG)
    assert look(1) == []
    assert look(SETTLED_S) == ["a.png", "b.png"]
    photo.unlink()
    assert look(SETTLED_S) == []
    photo.write_bytes(PNG)
    assert look(1) == []
    assert look(SETTLED_S) == ["a.png"], "gone and come again"
