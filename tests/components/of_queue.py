"""Many photos: the head, and a card for each."""

from batch import DONE, FAILED, STOPPED, WORKING, Batch
from components.queue import Queue
from errors import fail
from made_up import REPORT, App, has, one, photo, picture, result, said, same, seen, until
from state import BATCH


def begun(*names):
    app = App()
    queue, state = Queue(app), app.state
    state.report, state.phase = REPORT, BATCH
    state.batch = Batch(lambda: None, lambda _: {}, lambda _: None)
    state.batch.add([photo(None, name) for name in names])
    queue.render(state)
    return app, queue


def card(at):
    return one("#queue-items").children.item(at)


def test_a_card_for_each():
    app, queue = begun("a.jpg", "b.jpg")
    same(one("#queue-items").children.length, 2)
    same(card(0).querySelector(".card-name").textContent, "a.jpg")
    same(card(0).querySelector(".card-name").title, "a.jpg")
    same(card(0).querySelector(".card-words").textContent, "Waiting")
    assert card(0).querySelector(".card-open").disabled
    same(said("#queue-title"), "0 of 2 done")
    same(has("#queue-meter", "aria-valuenow"), "0")
    same(has("#queue-zip", "aria-disabled"), "true")
    assert seen("#queue-stop") and not seen("#queue-again")
    app.state.batch.add([photo(None, "c.jpg")])
    queue.render(app.state)
    same(one("#queue-items").children.length, 3)


def test_what_is_done_about_one():
    app, queue = begun("a.jpg", "b.jpg")
    first = app.state.batch.items[0]
    button = card(0).querySelector(".icon-button")
    same(button.getAttribute("aria-label"), "Cancel a.jpg")
    button.click()
    first.state = STOPPED
    queue.item(first)
    same(button.getAttribute("aria-label"), "Try a.jpg again")
    button.click()
    same([one[0] for one in app.calls], ["table.cancel", "table.again"])
    assert app.calls[0][1] is first and app.calls[1][1] is first


async def test_what_became_of_each():
    app, queue = begun("a.jpg", "b.jpg")
    first, second = app.state.batch.items
    first.state, first.stage = WORKING, {"stage": "run", "model": "u2netp"}
    queue.item(first)
    same(card(0).getAttribute("data-state"), "working")
    same(card(0).querySelector(".card-words").textContent, "Finding the subject…")
    first.state, first.result, first.name = DONE, result(await picture()), "a-cutout.png"
    second.state, second.error = FAILED, fail("NOT_AN_IMAGE")
    queue.item(first)
    queue.item(second)
    same(said("#queue-title"), "1 of 2 cut out")
    same(said("#live"), "1 of 2 cut out")
    same(said("#queue-zip-label"), "Download all (1)")
    same(has("#queue-zip", "aria-disabled"), None)
    assert "1 could not be used" in said("#queue-facts")
    same(card(1).querySelector(".card-words").textContent, fail("NOT_AN_IMAGE").message)
    assert seen("#queue-again") and not seen("#queue-stop")
    await until(lambda: card(0).getAttribute("data-drawn") == "cut")
    card(0).querySelector(".card-open").click()
    same(app.called("table.look_at")[0][0] is first, True)


def test_the_buttons_of_all():
    app, queue = begun("a.jpg")
    app.state.item = app.state.batch.items[0]
    queue.render(app.state)
    assert seen("#queue-back")
    same(said("#queue-back-label"), "All photos (0 of 1)")
    for name in ("stop", "again", "back"):
        one("#queue-" + name).click()
    same([call[0] for call in app.calls], ["table.cancel", "table.again", "table.overview"])
