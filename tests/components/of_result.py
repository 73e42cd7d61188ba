"""The panel's head, Download, and what was checked."""

import js
from components.result import ResultBar
from dom import listen
from made_up import REPORT, App, fire, has, one, photo, result, said, same, seen, text_file
from state import DONE, IMPROVING, WORKING


def begun(phase=WORKING):
    app = App()
    app.state.photo, app.state.phase, app.state.report = photo(), phase, REPORT
    bar = ResultBar(app)
    bar.render(app.state)
    return app, bar


def _caught(event, clicks):
    clicks.append(event.target.id)
    event.preventDefault()  # no file is to be saved here


def test_the_head_says_what_the_photo_is_and_takes_the_focus():
    js.document.documentElement.setAttribute("data-phase", "working")
    app, bar = begun()
    same(said("#photo-name"), "pear.jpg")
    same(has("#photo-head", "title"), "pear.jpg")
    same(said("#photo-facts"), "1 KB")
    same(js.document.activeElement.id, "photo-head")
    app.state.photo.width, app.state.photo.height = 640, 480
    bar.render(app.state)
    same(said("#photo-facts"), "640 × 480 · 1 KB")
    assert not seen("#result")


def test_download_can_be_wanted_before_the_file_is_there():
    app, bar = begun(IMPROVING)
    same(said("#result-title"), "First cut-out ready. A finer one follows.")
    same((has("#download", "href"), has("#download", "role")), (None, "button"))
    event = fire(one("#download"), "click")
    assert event.defaultPrevented
    same(app.calls, [("want",)])
    app.state.wanted = True
    bar.render(app.state)
    same(said("#download-label"), "Downloads as soon as it is written")
    clicks = []
    listen(one("#bench"), "click", lambda event: _caught(event, clicks), passive=False)
    app.state.result, app.state.phase = result(text_file("a.png", "image/png")), DONE
    bar.render(app.state)
    same(clicks, ["download"])
    same(app.state.wanted, False)
    assert has("#download", "href").startswith("blob:")
    same((has("#download", "download"), has("#download", "role")), ("pear-cutout.png", None))
    same(said("#result-facts"), "pear-cutout.png · 640 × 480 · 1 KB")
    same(said("#live"), "Cut-out ready. Download PNG is available.")


def test_what_was_checked():
    app, bar = begun()
    app.state.result, app.state.phase = result(text_file()), DONE
    bar.render(app.state)
    assert seen("#checked")
    same(
        [one("#checks").children.item(at).textContent for at in range(3)],
        ["Soft edges kept.", "Made by U²-Net small and IS-Net.", "Took 2.4 s on this device."],
    )
    same(seen("#finer"), False)
    same(seen("#result-why"), False)


def test_less_than_it_could_be():
    app, bar = begun()
    app.state.phase = DONE
    app.state.preview = {"empty": True}
    app.state.result = result(text_file(), models=["u2netp"], notes=["A note."])
    bar.render(app.state)
    same(said("#result-title"), "No clear subject found")
    assert said("#result-why").endswith("Made by the quick model alone. A note.")
    assert seen("#finer")
    one("#finer").click()
    same(app.calls, [("retry",)])
