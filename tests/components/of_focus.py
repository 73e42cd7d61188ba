"""The focus is not lost."""

import js
from components.focus import Focus
from made_up import App, fire, one, same, until
from state import BATCH, WORKING


def has_focus():
    return js.document.activeElement.id


async def test_it_moves_to_the_head_when_its_place_goes():
    app = App()
    focus = Focus(app)
    app.state.phase = WORKING
    js.document.documentElement.setAttribute("data-phase", "working")
    one("#another").focus()
    focus.render(app.state)
    same(has_focus(), "another")
    one("#another").hidden = True
    focus.render(app.state)
    same(has_focus(), "photo-head")
    app.state.phase = BATCH
    js.document.documentElement.setAttribute("data-phase", "batch")
    focus.render(app.state)
    same(has_focus(), "queue-title")


async def test_without_a_change_of_the_state():
    app = App()
    Focus(app)
    app.state.phase = BATCH
    js.document.documentElement.setAttribute("data-phase", "batch")
    one("#queue-more").focus()
    one("#queue-more").remove()
    fire(js.document, "focusout", relatedTarget=None)
    await until(lambda: has_focus() == "queue-title")
