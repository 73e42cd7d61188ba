"""The photo and the cut-out on the mat."""

from components.stage import Stage
from made_up import App, has, one, photo, picture, result, said, same, seen, text_file, until
from state import DONE, IMPROVING, WORKING


async def test_photo_then_cutout():
    app, blob = App(), await picture()
    stage, state = Stage(app), app.state
    state.photo, state.phase = photo(blob), WORKING
    stage.render(state)
    assert has("#before", "src").startswith("blob:")
    await until(lambda: app.called("photo_seen"))
    same(app.called("photo_seen"), [(192, 192)])
    same(has("#frame", "data-sized"), "")
    same(one("#stage").style.getPropertyValue("--w"), "192")
    same(one("#after").children.length, 0)
    state.photo.width = state.photo.height = 192
    state.preview = {"blob": blob, "model": "u2netp", "final": False}
    state.phase = IMPROVING
    stage.render(state)
    await until(lambda: one("#after img"))
    first = one("#after img").src
    state.result, state.phase = result(await picture()), DONE
    stage.render(state)
    await until(lambda: one("#after img").src != first)
    same(one("#after").children.length, 1)
    state.preview = state.result = None
    stage.render(state)
    same(one("#after").children.length, 0)


async def test_a_frame_of_its_own():
    app, blob = App(), await picture()
    stage, state = Stage(app), app.state
    state.photo, state.phase = photo(blob), DONE
    state.result = result(blob, framed=True, width=20, height=10)
    stage.render(state)
    await until(lambda: one("#after img"))
    same(has("#frame", "data-framed"), "")
    same(one("#stage").style.getPropertyValue("--h"), "10")


async def test_a_photo_that_the_browser_cannot_show():
    app = App()
    stage, state = Stage(app), app.state
    state.photo, state.phase = photo(text_file("scan.tif", "image/tiff"), "scan.tif"), WORKING
    stage.render(state)
    await until(lambda: app.called("photo_seen"))
    same(app.called("photo_seen"), [(0, 0)])
    state.photo.unseen = True
    stage.render(state)
    same(has("#frame", "data-unseen"), "")
    assert seen("#unseen") and "scan.tif" in said("#unseen")
