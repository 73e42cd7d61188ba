"""Nearer and further away, and the original while a button is held."""

from components.view import View
from keys import Keys
from made_up import App, fire, has, one, photo, press, said, same
from state import DONE, IDLE

WIDE, HIGH = 800, 600


before = []  # views whose keys are still heard: nobody takes a listener away


def shown(phase=DONE):
    for other in before:
        other.bar.hidden = True
    app = App()
    app.keys = Keys()
    view = View(app)
    before.append(view)
    one("#stage").style.setProperty("--w", str(WIDE))
    one("#stage").style.setProperty("--h", str(HIGH))
    one("html").setAttribute("data-phase", phase)
    one("#frame").setAttribute("data-sized", "")
    app.state.phase = phase
    app.state.photo = photo()
    view.render(app.state)
    return app, view


def buttons():
    found = one(".zoombar").querySelectorAll("button")
    return [found[at] for at in range(found.length)]


def test_it_is_there_where_there_is_something_to_look_at():
    shown(IDLE)
    assert one(".zoombar").hidden


def test_every_button_has_a_name():
    shown()
    assert not one(".zoombar").hidden
    names = [button.getAttribute("aria-label") for button in buttons()]
    assert all(names)
    same(len(names), 4)
    same(has(".zoombar", "role"), "group")


def test_nearer_all_of_it_and_pixel_for_pixel():
    _, view = shown()
    fitted = said(".zoom-percent")
    percent = view.port.percent()
    same(has("#frame", "data-zoomed"), None)
    buttons()[2].click()
    assert abs(view.port.percent() / percent - 1.25) < 0.01
    same(has("#frame", "data-zoomed"), "")
    buttons()[0].click()
    one(".zoom-percent").click()  # zoomed: all of it
    same(said(".zoom-percent"), fitted)
    one(".zoom-percent").click()
    same(round(view.port.percent()), 100)
    press(one("body"), "0")
    same(has("#frame", "data-zoomed"), None)


def test_a_wheel_with_ctrl_zooms_and_without_moves():
    _, view = shown()
    one(".zoom-percent").click()
    event = fire(
        one("#stage"),
        "wheel",
        deltaX=0,
        deltaY=-60,
        deltaMode=0,
        ctrlKey=True,
        clientX=9,
        clientY=9,
    )
    assert event.defaultPrevented
    assert view.port.percent() > 150
    top = view.port.top
    fire(one("#stage"), "wheel", deltaX=0, deltaY=20, deltaMode=0, ctrlKey=False, metaKey=False)
    assert view.port.top <= top


def test_the_original_while_it_is_held():
    shown()
    eye = buttons()[3]
    fire(eye, "pointerdown")
    same(has("#frame", "data-hold"), "")
    same(eye.getAttribute("aria-pressed"), "true")
    fire(eye, "pointerup")
    same(has("#frame", "data-hold"), None)


def test_another_photo_is_seen_whole():
    app, view = shown()
    one(".zoom-percent").click()
    app.state.photo = photo(name="other.jpg")
    view.render(app.state)
    assert view.port.fitted
    same(has("#frame", "data-zoomed"), None)
