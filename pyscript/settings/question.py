"""A question that has to be answered before anything goes on."""

import js
from dom import listen, make
from text import t


async def question(title, words, yes):
    """Ask; returns whether the answer was ``yes`` (a button's label). Escape is a no."""
    box = make("dialog", cls="question", aria_labelledby="question-title")
    go, no = make("button", yes, cls="button primary"), make("button", t("cancel"), cls="button")
    answer = js.Promise.withResolvers()
    buttons = make("p", cls="set-row")
    buttons.append(no, go)
    box.append(make("h2", title, id="question-title"), make("p", words), buttons)
    listen(go, "click", lambda _: box.close("yes"))
    listen(no, "click", lambda _: box.close())
    listen(box, "close", lambda _: answer.resolve(box.returnValue))
    js.document.body.append(box)
    box.showModal()
    said = await answer.promise
    box.remove()
    return said == "yes"
