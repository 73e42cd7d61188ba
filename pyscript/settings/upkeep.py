"""What the settings have the engine and the service worker do."""

import js
from dom import missing
from errors import OffcutError
from pyscript.ffi import create_proxy, to_js


async def warm(app, model="fast"):
    """Start the engine with that model ready; returns the OffcutError that stopped it, or None."""
    try:
        await app.engine.warm(model)
    except OffcutError as error:
        return error
    return None


async def refresh(app):
    """Have the engine tell what it has, if it is up; the report comes to the page's state."""
    if app.state.engine == "ready":
        try:
            await app.engine.refresh()
        except OffcutError as error:  # ended meanwhile: what it said last stays
            print("Offcut: settings:", error)


async def ask_keeper(message):
    """Ask the service worker; returns its answer, or None where there is none that runs."""
    container = getattr(js.navigator, "serviceWorker", None)
    if missing(container) or missing(container.controller):
        return None
    channel = js.MessageChannel.new()
    answer = js.Promise.withResolvers()
    heard = create_proxy(lambda event: answer.resolve(event.data))
    channel.port1.onmessage = heard
    container.controller.postMessage(to_js(message), js.Array.of(channel.port2))
    try:
        return await answer.promise
    finally:
        channel.port1.close()
        if hasattr(heard, "destroy"):
            heard.destroy()
