"""A quiet word of a new version."""

import js
from components.update_notice import UpdateNotice
from made_up import App, fire, one, said, same, seen, until
from pyscript.ffi import create_proxy, to_js


async def test_a_new_version_is_offered_and_taken():
    notice = UpdateNotice(App())
    channel = js.MessageChannel.new()
    heard = []
    channel.port2.onmessage = create_proxy(lambda event: heard.append(event.data.type))
    notice._offer(channel.port1)
    assert seen("#update")
    same(said("#update-text"), "A new version of Offcut is ready.")
    one("#update-now").click()
    await until(lambda: heard)
    same(heard, ["SKIP_WAITING"])
    fire(js.navigator.serviceWorker, "message", data=to_js({"type": "SKIP_WAITING", "ok": False}))
    same(said("#update-text"), "Close the other Offcut tabs first, then reload.")


def test_later():
    notice = UpdateNotice(App())
    notice._offer(js.MessageChannel.new().port1)
    one("#update-later").click()
    assert not seen("#update")
