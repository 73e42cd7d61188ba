"""What the site's files, as the host sends them, come to: plain decisions over ``Answer``."""

from health.rows import FAIL, OK, WARN, Words

SHOWN = 6  # files that are named
SCRIPT = ("text/javascript", "application/javascript", "application/x-javascript")
TYPES = {
    "mjs": SCRIPT,
    "js": SCRIPT,
    "css": ("text/css",),
    "html": ("text/html",),
    "svg": ("image/svg+xml",),
    "wasm": ("application/wasm",),
}
ISOLATING = ("require-corp", "credentialless")
# Without these the engine need not be tried.
VITAL = ("vendor/pyodide/", "vendor/ort/", "worker/")


class Answer:
    """What came for one file of the site.

    ``status``: 0 where nothing came. ``sum``: of its bytes, as ``sum_of`` writes it, "" where they
    were not read. ``size``: as the host told it, or as they came; -1 where there is no telling.
    """

    def __init__(
        self, path, wanted, *, status=0, kind="", opener="", embedder="", size=-1, digest=""
    ):
        """``wanted``: "sum" and "size" as the build has them, as far as it does."""
        self.path = path
        self.wanted = wanted
        self.status = status
        self.kind = kind.split(";")[0].strip().lower()
        self.opener = opener  # of the headers of isolation, as they came
        self.embedder = embedder
        self.size = size
        self.sum = digest


def ending(path):
    """What a file's name ends with."""
    return path.rsplit("/", 1)[-1].rsplit(".", 1)[-1]


def sum_of(digest):
    """A sha256 in hexadecimal as JavaScript writes its bytes: "12,255,…"."""
    return ",".join([str(int(digest[at : at + 2], 16)) for at in range(0, len(digest), 2)])


def fault(answer):
    """What is wrong with a file, as a sentence; None where nothing is."""
    if not answer.status:
        return Words("bad.net", file=answer.path)
    if answer.status != 200:
        return Words("bad.status", file=answer.path, status=str(answer.status))
    wanted = answer.wanted
    altered = answer.sum and wanted.get("sum") and answer.sum != wanted["sum"]
    if altered or (answer.size >= 0 and wanted.get("size", answer.size) != answer.size):
        return Words("bad.bytes", file=answer.path)
    return None


def whole(answers):
    """Whether these files are what was built: status and sentences."""
    if not answers:
        return FAIL, [Words("unlisted")]
    faults = [one for one in [fault(answer) for answer in answers] if one]
    read = len([one for one in answers if one.sum])
    if not faults:
        if read == len(answers):
            return OK, [Words("files.same", n=read)]
        return OK, [Words("files.there", n=len(answers), m=read)]
    offline = all(one.key == "bad.net" for one in faults) and len(faults) == len(answers)
    if offline:
        return FAIL, [Words("files.offline")]
    told = [Words("files.wrong", n=len(faults), m=len(answers))]
    told.extend(faults[:SHOWN])
    told.append(Words("files.upload"))
    return FAIL, told


def types(answers):
    """Whether each file comes as what it is."""
    came = [one for one in answers if one.status == 200]
    wrong = [one for one in came if one.kind not in TYPES.get(ending(one.path), (one.kind,))]
    if not came:
        return FAIL, [Words("files.offline")]
    if not wrong:
        return OK, [Words("types.right")]
    told = []
    for kind in TYPES:  # one of each: a host does the same to all of them
        found = [one for one in wrong if ending(one.path) == kind]
        if found:
            words = {"file": found[0].path, "kind": found[0].kind or "–"}
            told.append(Words("types.wrong", wanted=TYPES[kind][0], n=len(found), **words))
    told.append(Words("types.set"))
    return FAIL, told


def isolation(answers, isolated):
    """Whether the host gives threads. ``isolated``: whether the browser isolates this page."""
    came = {one.path: one for one in answers if one.status == 200}
    page = came.get("index.html")
    sends = page and page.opener == "same-origin" and page.embedder in ISOLATING
    if not sends:
        return WARN, [Words("isolation.keeper" if isolated else "isolation.none")]
    codes = [path for path in came if ending(path) in ("js", "mjs", "html")]
    lacking = [path for path in codes if came[path].embedder not in ISOLATING]
    if lacking:
        return FAIL, [Words("isolation.part", file=sorted(lacking)[0], n=len(lacking))]
    if not isolated:
        return WARN, [Words("isolation.framed")]
    return OK, [Words("isolation.host")]


def version(told, listed):
    """Whether the site is of one version: what version.json says, and what sw.js does."""
    if not told or not listed:
        return FAIL, [Words("version.gone", file="sw.js" if told else "version.json")]
    if told != listed:
        return FAIL, [Words("version.mixed", a=told, b=listed), Words("files.upload")]
    return OK, [Words("version.same", version=told)]


def is_vital(answers):
    """Whether what is wrong with these files keeps the engine from starting."""
    return any(fault(one) and one.path.startswith(VITAL) for one in answers)
