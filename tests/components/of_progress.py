"""How far it is."""

from components.progress import Progress
from made_up import REPORT, App, has, one, photo, said, same, seen
from state import DONE, IMPROVING, WORKING


def steps():
    nodes = one("#steps").children
    return [nodes.item(at).getAttribute("data-state") for at in range(nodes.length)]


def at(stage, **more):
    told = {"stage": stage, "model": None, "done": None, "total": None, "eta_s": None}
    told.update(more)
    return told


def begun():
    app = App()
    app.state.photo, app.state.phase, app.state.report = photo(), WORKING, REPORT
    return app, Progress(app)


def test_a_download_is_counted():
    app, progress = begun()
    app.state.progress = at("download", model="isnet", done=11e6, total=44e6, eta_s=8)
    progress.render(app.state)
    assert seen("#work")
    same(said("#now-title"), "Getting the detailed model…")
    same(has("#meter", "aria-valuenow"), "25")
    same(said("#now-facts"), "11 of 44 MB, about 8 s left")
    same(has("#meter", "aria-valuetext"), said("#now-facts"))
    app.state.progress = at("download", model="u2netp", done=1e6, total=2.3e6, eta_s=-1)
    progress.render(app.state)
    same(said("#now-facts"), "1.0 of 2.3 MB")
    app.state.progress = at("encode")
    progress.render(app.state)
    same(has("#meter", "aria-valuenow"), None)
    same(said("#now-facts"), "")


def test_steps_follow_the_work():
    app, progress = begun()
    app.state.engine, app.state.progress = "starting", at("start")
    progress.render(app.state)
    same(steps(), ["now", "later", "later", "later"])
    app.state.engine, app.state.progress = "ready", at("run", model="u2netp")
    progress.render(app.state)
    same(steps(), ["done", "now", "later", "later"])
    same(one("#steps [aria-current=step]").getAttribute("data-state"), "now")
    app.state.phase = IMPROVING
    progress.render(app.state)
    same(steps(), ["done", "done", "now", "later"])
    app.state.preview = {"final": True}
    progress.render(app.state)
    same(steps(), ["done", "done", "done", "now"])
    app.model = "u2netp"  # one network has no finer one
    progress.render(app.state)
    same(len(steps()), 3)


def test_each_stage_is_spoken_once():
    app, progress = begun()
    spoken = []
    for told in (at("decode"), at("run", model="u2netp"), at("run", model="u2netp", done=1)):
        app.state.progress = told
        one("#live").textContent = ""
        progress.render(app.state)
        spoken.append(said("#live"))
    same(spoken, ["Opening the photo…", "Finding the subject…", ""])


def test_cancel():
    app, progress = begun()
    app.state.progress = at("decode")
    progress.render(app.state)
    same(said("#cancel"), "Cancel")
    one("#cancel").click()
    same(app.calls, [("cancel",)])
    app.state.result = {"blob": None}
    progress.render(app.state)
    same(said("#cancel"), "Keep this one")
    app.state.phase = DONE
    progress.render(app.state)
    assert not seen("#work")
