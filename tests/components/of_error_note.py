"""What went wrong, and the way on."""

from components.error_note import ErrorNote
from errors import fail
from made_up import App, has, one, said, same, seen
from state import DONE, ERROR


def told(code, backend="auto"):
    app = App()
    app.backend = backend
    note = ErrorNote(app)
    app.state.phase, app.state.error = ERROR, fail(code, file="pear.jpg")
    note.render(app.state)
    return app, note


def test_a_fault():
    app, note = told("RUN_FAILED")
    assert seen("#error") and seen("#retry") and seen("#error-more")
    same((has("#error", "data-kind"), has("#error", "data-code")), ("fault", "RUN_FAILED"))
    assert said("#error-text").endswith("Your photo is still here.")
    same(said("#error-detail"), "RUN_FAILED · pear.jpg")
    one("#retry").click()
    same(app.calls, [("retry",)])
    app.state.phase = DONE
    note.render(app.state)
    assert not seen("#error")


def test_a_photo_that_cannot_be_used():
    told("NOT_AN_IMAGE")
    same(has("#error", "data-kind"), "photo")
    same(said("#error-title"), "This photo cannot be used")
    assert not seen("#retry")


def test_stopped_by_the_person():
    told("CANCELLED")
    same(has("#error", "data-kind"), "calm")
    same(said("#retry-label"), "Start again")
    assert seen("#retry") and not seen("#error-more")


def test_a_backend_that_is_not_to_be_had():
    told("BACKEND_UNAVAILABLE", "webgpu")
    same(said("#retry-label"), "Let Offcut choose")
