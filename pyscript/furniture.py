"""What the page needs from its first result on, and for many photos: brought in once it is alive.

Every module costs MicroPython some milliseconds before the page answers.
"""

from arrivals import opened, shared
from components.carry import Carry
from components.focus import Focus
from components.queue import Queue
from components.wardrobe import Wardrobe
from dressing import Dressing
from keys import Keys
from table import Table


def furnish(app):
    """Give ``app`` its further components, and what the system has handed over."""
    app.keys = Keys()
    app.dressing = Dressing(app)
    queue = Queue(app)
    app.table = Table(app, queue)
    app.parts += [Carry(app), Wardrobe(app), queue, Focus(app)]
    opened(app.run, app.take)
    app.run(_arrived(app))


async def _arrived(app):
    files = await shared(app.base)
    if files:
        app.take(files)
