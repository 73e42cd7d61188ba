"""Which keys the page hears."""

import js
from kept import write
from keys import Keys
from made_up import fire, one, press, same


def test_keys_do_what_the_table_says():
    keys, done = Keys(), []
    keys.add("x", "veil", lambda: done.append("x"))
    keys.add("Ctrl+y", "veil", lambda: done.append("y"))
    keys.add("Shift+F9", "veil", lambda: done.append("f"), when=lambda: len(done) < 3)
    assert press(js.document.body, "X")
    assert press(js.document.body, "y", metaKey=True)
    assert press(js.document.body, "F9", shiftKey=True)
    assert not press(js.document.body, "F9", shiftKey=True)
    assert not press(js.document.body, "x", ctrlKey=True)
    same(done, ["x", "y", "f"])


def test_fields_keep_their_own():
    keys, done = Keys(), []
    keys.add("ArrowUp", "veil", lambda: done.append("up"))
    keys.add(" ", "veil", lambda: done.append("space"))
    assert not press(one("#compare"), "ArrowUp")
    assert not press(one("#another"), " ")
    assert press(one("#photo-head"), "ArrowUp")
    assert press(one("#photo-head"), " ")
    same(done, ["up", "space"])


def test_single_letters_can_be_switched_off():
    keys, done = Keys(), []
    keys.add("q", "veil", lambda: done.append("q"))
    write("keys", False)
    assert not press(js.document.body, "q")
    write("keys", True)
    assert press(js.document.body, "q")


def test_a_dialog_has_the_keys():
    keys, done = Keys(), []
    keys.add("w", "veil", lambda: done.append("w"))
    dialog = js.document.createElement("dialog")
    js.document.body.append(dialog)
    dialog.showModal()
    assert not press(js.document.body, "w")
    dialog.close()
    assert press(js.document.body, "w")
    fire(dialog, "close")
