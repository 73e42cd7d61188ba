"""What the page needs from its first result on, and for many photos: brought in once it is alive.

Every module costs MicroPython some milliseconds before the page answers.
"""

from arrivals import opened, shared
from caution import Caution
from components.carry import Carry
from components.queue import Queue
from components.settings import Settings
from components.sparing import Sparing
from components.wardrobe import Wardrobe
from dressing import Dressing
from keys import Keys
from shortcuts import register
from table import Table


def furnish(app):
    """Give ``app`` its further components, and what the system has handed over."""
    app.keys = Keys()
    app.caution = Caution(app.state)
    app.settings = Settings(app)
    register(app)
    app.dressing = Dressing(app)
    queue = Queue(app)
    app.table = Table(app, queue)
    app.parts += [Carry(app), Wardrobe(app), queue, Sparing(app), app.settings]
    opened(app.run, app.take)
    app.run(_arrived(app))


async def _arrived(app):
    files = await shared(app.base)
    if files:
        app.take(files)
