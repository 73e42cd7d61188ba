"""What the page needs from its first result on, and for many photos: brought in once it is alive.

Every module costs MicroPython some milliseconds before the page answers.
"""

from arrivals import opened, shared
from caution import Caution
from components.camera import Camera, has_camera
from components.carry import Carry
from components.easel import Easel
from components.focus import Focus
from components.offer import Offer
from components.queue import Queue
from components.samples import Samples
from components.save_help import SaveHelp
from components.settings import Settings
from components.sparing import Sparing
from components.tools import Tools
from components.view import View
from components.wardrobe import Wardrobe
from dom import framed
from dressing import Dressing
from handwork import Handwork
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
    app.handwork = Handwork(app)
    view = View(app)
    easel = Easel(app, view)
    app.parts += [Carry(app), Wardrobe(app), queue, app.handwork, view, easel, Tools(app, easel)]
    offer = app.offer = Offer(app)
    app.parts += [Sparing(app), SaveHelp(app), offer, app.settings, Focus(app)]
    Samples(app)
    if has_camera():
        Camera(app)
    app.run(offer.look())
    if framed():
        from embedded import Embedded

        app.parts.append(Embedded(app))
        return
    opened(app.run, app.take)
    app.run(_arrived(app))


async def _arrived(app):
    files = await shared(app.base)
    if files:
        app.take(files)
