"""The page's first line of Python: put the components on the markup that is already there.

Where the language is not English its sentences are fetched first of all, while Python reads on.
"""

import js
from dom import JsException, offered_languages, parameter
from kept import read
from text import LANGUAGES, choose

PATIENCE_MS = 1_000  # English that works is better than a page that waits


def _wanted():
    """Language tags: what was chosen here, what the address asks for, what the person reads."""
    tags = [read("language", None), parameter("lang", LANGUAGES, None)]
    return [str(tag) for tag in tags if tag] + offered_languages()


code = choose(_wanted())
asked = None
if code != "en":
    # Settled, not awaited: a failure is looked at when its turn comes.
    answer = js.fetch("./pyscript/messages/" + code + ".json")
    asked = js.Promise.allSettled(js.Array.of(answer))

from app import App  # noqa: E402 - see above
from later import bring  # noqa: E402

app = App(js.document)


def _alive():
    if not js.document.documentElement.hasAttribute("data-alive"):
        app.mount()


async def _speak():
    """Come alive in that language, or in English where it takes too long."""
    app.later(PATIENCE_MS, _alive)
    try:
        await bring(app.base)
        from languages import turn_to

        await turn_to(app, code, (await asked)[0])
    except JsException as error:
        print("Offcut: no", code, "yet:", error)
    _alive()


if asked:
    app.run(_speak())
else:
    app.mount()
