"""What the page knows, in one place. Only app.py changes it; the components read it."""

IDLE = "idle"  # no photo yet
WORKING = "working"  # a photo, no cut-out yet
IMPROVING = "improving"  # the quick cut-out is on screen, the detailed model is at work
DONE = "done"
ERROR = "error"  # stopped, by a fault or by the person; the photo is still here
BATCH = "batch"  # many photos, all of them on screen
BUSY = (WORKING, IMPROVING)


class State:
    """All of it; plain values and opaque handles of the browser."""

    def __init__(self):
        self.phase = IDLE
        self.dragging = False
        # the engine
        self.engine = "boot"  # boot, idle (waits for a photo), starting, ready, asleep, failed
        self.report = None  # what the engine last said of itself; stays while a worker is renewed
        self.engine_note = ""  # why it moved on to another backend
        self.fetching = None  # the last word of a download outside a job, as the engine tells it
        # many photos: the queue, and which of them is looked at alone
        self.batch = None  # Batch
        self.item = None  # batch.Item
        # the photo
        self.photo = None  # Photo
        # progress: None or {stage, model, done, total, eta_s}
        self.progress = None
        # what is on screen: None or {blob, model, final, empty}
        self.preview = None
        # what can be taken away: None or the engine's result
        self.result = None
        self.wanted = False  # Download was pressed before the file was there
        # what lies behind and around it: settings of the engine's ``remove``; {} for nothing
        self.scene = {}  # of the photo on screen
        self.next_scene = {}  # of the photos to come
        self.for_next = True  # what is chosen for a photo alone is chosen for the next ones, too
        self.editing = False  # the photo is open for touching up
        self.error = None  # OffcutError
        self.hint = ""  # a sentence about a drop or paste that held no picture

    def engine_said(self, kind, detail):
        """Take in what ``Engine`` says of itself; returns whether it is of any interest here."""
        if kind == "starting":
            self.engine = "starting"
        elif kind == "ready":
            self.engine, self.report = "ready", detail
        elif kind == "report":
            self.report = detail
        elif kind == "asleep":
            self.engine = "asleep"
        elif kind == "fallback":
            self.engine_note = detail
        elif kind == "failed":
            self.engine = "failed"
            self.engine_note = detail.message
        else:
            self.fetching = detail  # ten a second: who wants to know looks by itself
            return False
        return True

    def begin(self):
        """The photo is to be done from the beginning; nothing of it is there yet."""
        self.phase = WORKING
        self.progress = {"stage": "decode" if self.engine == "ready" else "start"}
        self.preview = self.result = self.error = None
        self.wanted = False

    def job_said(self, kind, detail):
        """Take in what ``Engine.remove`` says of the photo."""
        if kind == "stage":
            self.progress = detail
        elif kind == "preview":
            self.preview = detail
            self.phase = IMPROVING
            if self.photo.unseen:
                self.photo.width, self.photo.height = detail["width"], detail["height"]
        elif kind == "result":
            self.result = detail


_numbers = [0]


class Photo:
    """A picture that came in: the browser's handle, and what is known without opening it."""

    def __init__(self, blob, name):
        _numbers[0] += 1
        self.number = _numbers[0]  # no other photo of this visit has it
        self.blob = blob
        self.name = name
        self.bytes = blob.size
        self.width = 0  # 0: not known, the browser has not shown it
        self.height = 0
        self.unseen = False  # the browser cannot show it; the engine perhaps can
        # Done by hand (touch.retouch): docs/strokes.md. Never changed, always another list.
        self.edits = []
        self.undone = []
        self.wishes = {}  # settings of the engine's ``remove`` that came with it, for it alone

    def seen(self, width, height):
        """The browser shows it, this large; zeros: it cannot."""
        self.width, self.height = width, height
        self.unseen = not width


def roles(report):
    """Role by model id, out of the engine's report: {"u2netp": "fast", "isnet": "detail"}."""
    return {model: role for role, model in (report or {}).get("roles", {}).items()}
