"""Where photos come in."""

import js
from components.dropzone import Dropzone
from made_up import App, fire, one, photo, picture, said, same, seen, text_file
from pyscript.ffi import to_js
from state import BATCH, DONE


def carrying(*files):
    data = js.DataTransfer.new()
    for file in files:
        data.items.add(file)
    return data


def dragged(kind, data):
    event = js.DragEvent.new(kind, to_js({"bubbles": True, "cancelable": True}))
    js.Reflect.defineProperty(event, "dataTransfer", to_js({"value": data}))
    js.document.body.dispatchEvent(event)
    return event


def named(blob, name):
    return js.File.new(js.Array.of(blob), name, to_js({"type": "image/png"}))


async def test_a_drop():
    app = App()
    zone = Dropzone(app)
    file = named(await picture(), "pear.png")
    assert dragged("dragover", carrying(file)).defaultPrevented
    zone.render(app.state)
    assert seen("#veil")
    assert dragged("drop", carrying(file)).defaultPrevented
    same([[one.name for one in files] for (files,) in app.called("take")], [["pear.png"]])
    zone.render(app.state)
    assert not seen("#veil")


async def test_what_is_dragged_from_the_page_itself_is_not_taken():
    app = App()
    Dropzone(app)
    file = named(await picture(), "pear.png")
    fire(one("#after"), "dragstart")
    assert not dragged("dragover", carrying(file)).defaultPrevented
    dragged("drop", carrying(file))
    fire(one("#after"), "dragend")
    same(app.calls, [])


def test_a_drop_without_a_picture():
    app = App()
    zone = Dropzone(app)
    dragged("drop", carrying(text_file(), text_file("more.txt")))
    same(app.called("take"), [])
    zone.render(app.state)
    assert seen("#hint") and said("#hint").startswith("There was no picture")
    app.hint("")
    zone.render(app.state)
    assert not seen("#hint")


async def test_a_paste():
    app = App()
    Dropzone(app)
    fire(js.document, "paste", clipboardData=carrying(named(await picture(), "image.png")))
    same(len(app.called("take")), 1)
    fire(js.document, "paste", clipboardData=carrying())
    same(app.called("hint"), [("There is no picture on the clipboard. Copy one first.",)])


async def test_picked_files():
    app = App()
    zone = Dropzone(app)
    names = ("a.png", "b.png")
    blob = await picture()
    one("#file").files = carrying(*[named(blob, name) for name in names]).files
    zone.picked()
    same([[one.name for one in files] for (files,) in app.called("take")], [list(names)])
    same(one("#file").files.length, 0)  # so that the same can be picked again


def test_the_veil_says_what_a_drop_does():
    app = App()
    zone = Dropzone(app)
    for phase, batch, words in (
        ("idle", None, "Drop it anywhere"),
        (DONE, None, "Drop the next photo"),
        (BATCH, object(), "Drop more photos"),
    ):
        app.state.phase, app.state.batch, app.state.photo = phase, batch, photo()
        zone.render(app.state)
        same(said("#veil-text"), words)
