"""The tools of touching up, over an easel that writes down what is asked of it."""

from components.tools import Tools
from keys import Keys
from made_up import App, Ear, fire, one, photo, press, said, same, seen
from state import DONE, WORKING
from touch.brush import Brush


class Easel:
    def __init__(self, calls):
        self.brush = Brush()
        self.retouch = Ear(calls, "retouch.")
        self.can = (False, False)
        self.retouch.can_undo = lambda: self.can[0]
        self.retouch.can_redo = lambda: self.can[1]
        ear = Ear(calls, "easel.")
        self.close, self.step, self.press, self.show_ring = (
            ear.close,
            ear.step,
            ear.press,
            ear.show_ring,
        )


before = []  # apps whose keys are still heard: nobody takes a listener away


def opened():
    for one_app in before:
        one_app.state.editing = False
    app = App()
    before.append(app)
    app.keys = Keys()
    easel = Easel(app.calls)
    tools = Tools(app, easel)
    app.changed = lambda: tools.render(app.state)
    app.state.photo = photo()
    app.state.photo.width, app.state.photo.height = 4000, 3000
    app.state.phase = DONE
    tools.render(app.state)
    one("#touch").click()
    return app, easel, tools


def test_they_are_offered_with_a_result():
    app, _, tools = opened()
    assert app.state.editing
    assert seen("#tools")
    app.state.phase = WORKING
    app.state.editing = False
    tools.render(app.state)
    assert not seen("#tools")
    assert not seen("#touch")


def test_a_tool_is_chosen_by_press_and_by_key():
    _, easel, _ = opened()
    one("input[name=tool][value=restore]").click()
    same(easel.brush.tool, "restore")
    press(one("body"), "m")
    same(easel.brush.tool, "remove")
    assert one("input[name=tool][value=remove]").checked
    assert one(".tool-sliders").hidden
    press(one("body"), "e")
    assert not one(".tool-sliders").hidden


def test_sliders_set_the_brush_and_say_so():
    _, easel, _ = opened()
    same(easel.brush.size, 200)
    slider = one("#touch-hardness")
    slider.value = "40"
    fire(slider, "input")
    same(round(100 * easel.brush.hardness), 40)
    same(slider.getAttribute("aria-valuetext"), said("#touch-hardness + output"))
    press(one("body"), "[")
    assert easel.brush.size < 200
    one("#touch-smart").click()
    assert easel.brush.smart


def test_what_cannot_be_undone_cannot_be_pressed():
    app, easel, tools = opened()
    assert one("#touch-undo").disabled
    easel.can = (True, True)
    tools.tell()
    one("#touch-undo").click()
    one("#touch-redo").click()
    press(one("body"), "z", ctrlKey=True)
    same(len(app.called("retouch.undo")), 2)
    same(len(app.called("retouch.redo")), 1)


def test_done_and_the_keyboard():
    app, _, _ = opened()
    one("#touch-done").click()
    press(one("body"), "Escape")
    same(len(app.called("easel.close")), 2)
    press(one("body"), "ArrowLeft")
    same(app.called("easel.step"), [(-1, 0)])
