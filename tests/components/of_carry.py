"""Copy and Share."""

import js
from components.carry import Carry
from made_up import App, one, picture, result, same, seen, until
from pyscript.ffi import create_proxy
from state import DONE


async def begun(write):
    app = App()
    carry, state = Carry(app), app.state
    js.navigator.clipboard.write = create_proxy(write)
    carry.render(state)
    assert not seen("#carry")
    state.phase, state.result = DONE, result(await picture())
    carry.render(state)
    assert seen("#carry") and seen("#copy")
    one("#copy").click()
    await until(lambda: app.calls)
    return app


async def test_a_copy():
    written = []

    def write(items):
        written.append(items[0].types[0])
        return js.Promise.resolve(None)

    app = await begun(write)
    same(written, ["image/png"])
    same(app.calls, [("hint", "Copied. Paste it where you need it.")])


async def test_a_closed_clipboard():
    app = await begun(lambda _: js.Promise.reject(js.Error.new("NotAllowedError")))
    assert app.calls[0][1].startswith("The browser keeps the clipboard closed.")
