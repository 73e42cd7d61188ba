"""The slider between original and cut-out."""

from components.compare import Compare
from made_up import App, fire, has, one, photo, same, until
from state import DONE, IMPROVING


def move(value):
    one("#compare").value = str(value)
    fire(one("#compare"), "input")


def test_moving_shows_both():
    Compare(App())
    same(has("#compare", "aria-valuetext"), "0 % original")
    for value, side in ((0, "after"), (40, "both"), (95, "before")):
        move(value)
        same(has("#frame", "data-side"), side)
        same(has("#compare", "aria-valuetext"), str(value) + " % original")
        same(one("#frame").style.getPropertyValue("--cut"), str(value))


async def test_the_first_cutout_is_drawn_in():
    app = App()
    compare, state = Compare(app), app.state
    state.photo, state.phase = photo(), IMPROVING
    compare.render(state)
    same(has("#frame", "data-side"), "before")
    await until(lambda: has("#frame", "data-draw") == "")
    same(has("#frame", "data-side"), "after")
    move(50)  # the person's hand ends it
    same(has("#frame", "data-draw"), None)
    state.phase = DONE
    compare.render(state)
    same(has("#frame", "data-side"), "both")
