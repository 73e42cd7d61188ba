"""Every sentence that the page's Python says, and how it writes numbers."""

TEXT = {
    "title": "Offcut – take the background off a photo",
    "title.working": "Working… – Offcut",
    "title.done": "Cut-out ready – Offcut",
    "title.error": "Stopped – Offcut",
    # the engine, in the header
    "engine.starting": "Starting the engine…",
    "engine.starting.long": "The engine is starting. You can choose a photo already.",
    "engine.idle": "Ready when you are",
    "engine.idle.long": "The engine starts with your first photo, to save data on this connection.",
    "engine.asleep": "Asleep, wakes by itself",
    "engine.asleep.long": "The engine has given its memory back. Your next photo wakes it up.",
    "engine.failed": "The engine did not start",
    "engine.webgpu": "Runs on your graphics card",
    "engine.wasm-mt": "Runs on your processor",
    "engine.wasm-st": "Runs on your processor",
    "engine.webgpu.long": "Offcut runs on your graphics card, inside this tab.",
    "engine.wasm-mt.long": "Offcut runs on your processor with {threads} threads, inside this tab.",
    "engine.wasm-st.long": "Offcut runs on your processor with one thread, inside this tab.",
    "engine.version": "Version {version}",
    "way.webgpu": "Graphics card (WebGPU)",
    "way.wasm-mt": "Processor, several threads",
    "way.wasm-st": "Processor, one thread",
    "way.chosen": "in use",
    "way.ms": "The quick model takes {ms} ms.",
    # progress
    "step.engine": "Start the engine",
    "step.cut": "Find the subject",
    "step.fine": "Sharpen the edges",
    "step.file": "Write and check the PNG",
    "step.done": "done",
    "step.now": "in progress",
    "stage.start": "Starting the engine…",
    "stage.download.fast": "Getting the quick model…",
    "stage.download.detail": "Getting the detailed model…",
    "stage.download.portrait": "Getting the model for fine edges…",
    "stage.download": "Getting the model…",
    "stage.compile": "Preparing the model…",
    "stage.decode": "Opening the photo…",
    "stage.run": "Finding the subject…",
    "stage.run.detail": "Sharpening edges with the detailed model…",
    "stage.matte": "Following the edges…",
    "stage.encode": "Writing the PNG…",
    "stage.verify": "Opening the PNG again to check it…",
    "stage.other": "Working…",
    "amount": "{done} of {total} MB",
    "amount.eta": "{done} of {total} MB, {eta}",
    "eta.seconds": "about {n} s left",
    "eta.minutes": "about {n} min left",
    "eta.now": "almost there",
    "cancel": "Cancel",
    "cancel.improving": "Keep this one",
    # the result
    "result.improving": "First cut-out ready. A finer one follows.",
    "result.writing": "Your cut-out is here.",
    "result.drawing": "Drawing it anew…",
    "result.done": "Your cut-out is ready.",
    "result.quick": "Made by the quick model alone.",
    "result.part": "Made without the model for fine edges.",
    "download": "Download PNG",
    "download.wanted": "Downloads as soon as it is written",
    "result.facts": "{name} · {width} × {height} · {bytes}",
    "result.later": "The file is being written.",
    "copy.done": "Copied. Paste it where you need it.",
    "copy.denied": "The browser keeps the clipboard closed. Download the file instead.",
    "share.failed": "Sharing did not work here. Download the file instead.",
    "checked": "Checked: the PNG was opened again and compared with the cut-out.",
    "checked.models": "Made by {models}.",
    "checked.time": "Took {seconds} s on this device.",
    "compare.value": "{n} % original",
    "unseen": "This browser cannot show {name} itself. The cut-out will appear here.",
    "empty.title": "No clear subject found",
    "empty": "A photo with one thing in front of the rest works best.",
    "and": " and ",
    # errors
    "error.title": "That did not work",
    "error.photo": "This photo cannot be used",
    "error.kept": "Your photo is still here.",
    "cancelled.title": "Stopped",
    "cancelled.text": "Nothing was lost. Start again or take another photo.",
    "cancelled.retry": "Start again",
    "retry": "Try again",
    "retry.auto": "Let Offcut choose",
    "drop.nothing": "There was no picture in what you dropped. Save it first, then drop the file.",
    "paste.nothing": "There is no picture on the clipboard. Copy one first.",
    "paste.denied": "The browser keeps the clipboard closed. Paste with the keyboard instead.",
    "veil": "Drop it anywhere",
    "veil.next": "Drop the next photo",
    "veil.more": "Drop more photos",
    # many photos
    "title.batch": "Photos – Offcut",
    "drop.folder.empty": "There was no picture in that folder.",
    "queue.going": "{done} of {total} done",
    "queue.over": "{done} of {total} cut out",
    "queue.failed": "{n} could not be used",
    "queue.back": "All photos ({done} of {total})",
    "queue.zip": "Download all ({n})",
    "queue.zipping": "Packing…",
    "queue.zip.failed": "There is no room for one ZIP. Save to a folder, or take fewer at once.",
    "queue.writing": "Writing…",
    "queue.written": "{n} cut-outs are in {folder}.",
    "queue.folder.failed": "Not everything could be written into that folder. Is the disk full?",
    "item.waiting": "Waiting",
    "item.next": "Its turn",
    "item.stopped": "Stopped",
    "item.failed": "That did not work",
    "item.photo": "{name}",
    "item.open": "Look at {name}",
    "item.cancel": "Cancel {name}",
    "item.retry": "Try {name} again",
    # news
    "update.ready": "A new version of Offcut is ready.",
    "update.tabs": "Close the other Offcut tabs first, then reload.",
    # for screen readers
    "say.first": "First cut-out is here.",
    "say.done": "Cut-out ready. Download PNG is available.",
    "pasted": "pasted picture",
}


def t(key, **values):
    """Return the sentence of that key with its values filled in."""
    return TEXT[key].format(**values)


def model_titles(models, report):
    """Name models by their titles, as the engine's report has them: "U²-Net small and IS-Net"."""
    titles = {one["id"]: one.get("title") for one in (report or {}).get("models", [])}
    return t("and").join(titles.get(model) or model for model in models)


def has(key):
    """Whether there is a sentence of that key."""
    return key in TEXT


def megabytes(count):
    """Write bytes as megabytes: 2.3, 44; short ones keep a digit."""
    mb = count / 1_000_000
    return "%.1f" % mb if mb < 9.95 else str(round(mb))


def size(count):
    """Write a file's size: "812 KB", "3.4 MB"."""
    if count < 1_000_000:
        return str(max(1, round(count / 1000))) + " KB"
    return megabytes(count) + " MB"


def seconds(ms):
    """Write milliseconds as seconds: 3.4, 12."""
    return "%.1f" % (ms / 1000) if ms < 9950 else str(round(ms / 1000))


def left(eta_s):
    """Write the time left in words that do not pretend to know more than they do."""
    if eta_s < 1.5:
        return t("eta.now")
    if eta_s < 55:
        # Up to ten by one, then by five: a number that jitters is not read.
        n = round(eta_s) if eta_s < 10 else 5 * round(eta_s / 5)
        return t("eta.seconds", n=n)
    return t("eta.minutes", n=max(1, round(eta_s / 60)))


def stage(name, model, roles):
    """Say what the engine is at. ``roles``: role by model id, as the engine's report has it."""
    role = roles.get(model)
    if name == "run" and role in ("detail", "portrait"):
        return t("stage.run.detail")
    if name == "download" and role in ("fast", "detail", "portrait"):
        return t("stage.download." + role)
    key = "stage." + str(name)
    return t(key) if has(key) else t("stage.other")


def amount(done, total, eta_s):
    """Say how much of a download is there: "12 of 44 MB, about 8 s left"."""
    short = total < 9_950_000
    values = {
        "done": "%.1f" % (done / 1_000_000) if short else str(round(done / 1_000_000)),
        "total": megabytes(total),
    }
    if eta_s is None:
        return t("amount", **values)
    return t("amount.eta", eta=left(eta_s), **values)
