"""The note in the header that opens."""

import js
from components.backend_note import BackendNote
from errors import fail
from made_up import REPORT, App, fire, has, one, said, same, seen


def test_what_the_engine_does():
    app = App()
    note = BackendNote(app)
    for status, words in (
        ("boot", "Starting the engine…"),
        ("idle", "Ready when you are"),
        ("asleep", "Asleep, wakes by itself"),
        ("failed", "The engine did not start"),
    ):
        app.state.engine = status
        note.render(app.state)
        same(has("#engine", "data-status"), status)
        same(said("#engine-summary"), words)
        assert not seen("#engine-ways")


def test_what_runs_and_why():
    app = App()
    note = BackendNote(app)
    app.state.engine_said("ready", REPORT)
    app.state.engine_said("failed", fail("RUN_FAILED"))
    app.state.engine_said("ready", REPORT)
    note.render(app.state)
    same(said("#engine-summary"), "Runs on your processor")
    same(has("#engine-summary", "title"), "Runs on your processor")
    assert "2 threads" in said("#engine-sentence")
    same(has("#engine", "data-backend"), "wasm-mt")
    assert said("#engine-why").endswith(
        "This browser has no WebGPU. The large model sees less here."
    )
    same(one("#engine-ways").children.length, 2)
    same(said("#engine-ways .chosen .name"), "Processor, several threads")
    same(said("#engine-ways .chosen .reason"), "The quick model takes 42 ms.")
    same(said("#engine-extra"), "Version 7")


def test_it_closes_as_a_menu_does():
    BackendNote(App())
    box, summary = one("#engine"), one("#engine summary")
    box.open = True
    fire(js.document, "keydown", key="Escape")
    assert not box.open
    box.open = True
    fire(box, "pointerdown")
    assert box.open
    fire(one("main"), "pointerdown")
    assert not box.open
    box.open = True
    fire(summary, "focusout", relatedTarget=None)  # the window lost it, not the note
    assert box.open
    fire(summary, "focusout", relatedTarget=one("#file"))
    assert not box.open
