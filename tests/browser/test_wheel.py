"""``import offcut`` in pages of another site: the wheel by its address, in PyScript and in Pyodide.

Nothing of Offcut's own page is there: a page with PyScript's core, or a worker with Pyodide. Python
tells what it finds on a channel, as JSON.
"""

from __future__ import annotations

import base64
import json
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from .conftest import PHOTOS
from .reference import reference_alpha
from .servers import CORS, ISOLATED, PLAIN, Site
from .tiny import shrink, spread
from .visitor import alpha_gap, check_cutout, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import BrowserContext

    from .visitor import Visitor

PHOTO = PHOTOS / "chelsea.jpg"
HEAD = """<!doctype html><html lang=en><title>Somebody else's</title><link rel=icon href="data:,">
<body><div id=shown></div><script>
globalThis.told = null;
new BroadcastChannel("told").onmessage = (event) => { globalThis.told = JSON.parse(event.data); };
</script>"""
PYSCRIPT = """<script type="module" src="{site}vendor/pyscript/core.js"></script>
<script type="py" src="./code.py" config="./pyscript.json"{worker}></script>"""
PYODIDE = """<script type="module">new Worker("./worker.mjs", {{ type: "module" }});</script>"""
WORKER = """import {{ loadPyodide }} from "{site}vendor/pyodide/pyodide.mjs";
const pyodide = await loadPyodide();
await pyodide.loadPackage("micropip");
await pyodide.pyimport("micropip").install("{wheel}");
await pyodide.runPythonAsync(await (await fetch("./code.py")).text());
"""
# Runs `look(told)` and sends what it has put into `told`.
FRAME = """
import asyncio, base64, json, traceback
import js
import numpy as np
import offcut
from PIL import Image

home = js.location.origin + "/"

def text(data):
    return base64.b64encode(bytes(data)).decode()

def gap(one, other):
    return np.abs(one.astype(int) - other).max().item()

async def code_of(work):
    try:
        await work
    except offcut.OffcutError as error:
        return [error.code, error.message]
    return ["none", ""]

{look}

told = {{}}
try:
    await look(told)
except BaseException:
    told["failed"] = traceback.format_exc()
js.BroadcastChannel.new("told").postMessage(json.dumps(told))
"""


class Bench:
    """A page of another site where Python runs; ``site`` is Offcut's."""

    def __init__(self, visitor: Visitor, site: Site, folder: Path) -> None:
        self.visitor = visitor
        self.site = site
        self._folder = folder
        wheel = next((site.root / "wheels").glob("offcut-*.whl"))
        self.wheel = f"{site.other_host}wheels/{wheel.name}"

    def write(self, name: str, text: str) -> None:
        (self._folder / name).write_text(text, "utf-8")

    def run(self, html: str, look: str, **config: Any) -> dict[str, Any]:
        """Open a page with `html`; gives what `look`, the source of a function, has told."""
        site = self.site.other_host
        packages = [*config.pop("packages", []), self.wheel]
        interpreter = f"{site}vendor/pyodide/pyodide.mjs"
        settings = {"interpreter": interpreter, "packages": packages, **config}
        self.write("pyscript.json", json.dumps(settings))
        self.write("worker.mjs", WORKER.format(site=site, wheel=self.wheel))
        self.write("code.py", FRAME.format(look=look))
        self.write("index.html", HEAD + html.format(site=site, worker=config.pop("worker", "")))
        self.visitor.page.goto(self.visitor.site.url)
        until(self.visitor.page, "() => globalThis.told")
        told: dict[str, Any] = self.visitor.page.evaluate("told")
        assert "failed" not in told, told["failed"]
        return told


@pytest.fixture
def bench(
    request: pytest.FixtureRequest,
    enter: Callable[..., Visitor],
    context: BrowserContext,
    dist: Path,
    tmp_path: Path,
) -> Iterator[Bench]:
    """The parameter: the headers of the page's own site. The networks are tiny."""
    (tmp_path / "photo.jpg").write_bytes(PHOTO.read_bytes())
    ours = CORS | {"Cross-Origin-Resource-Policy": "cross-origin"}
    with Site(tmp_path, request.param) as host, Site(dist, ours) as site:
        yield Bench(enter(context, host), site, tmp_path)


IN_WORKER = """
async def look(told):
    blob = await (await js.fetch(home + "photo.jpg")).blob()
    stages = []
    png = await offcut.remove(blob, progress=lambda one: stages.append(one["stage"]))
    told["png"], told["stages"] = text(png), sorted(set(stages))
    told["repeats"] = len(stages)
    report = await offcut.probe()
    told["probe"] = [report["backend"], report["threads"], report["isolated"]]
    buffer = await blob.arrayBuffer()
    data = buffer.to_bytes()
    with open("photo.jpg", "wb") as file:
        file.write(data)
    kinds = [buffer, js.Uint8Array.new(buffer), data, memoryview(data), "photo.jpg",
             home + "photo.jpg", js.URL.new(home + "photo.jpg"), await js.fetch(home + "photo.jpg")]
    told["same"] = [await offcut.remove(one) == png for one in kinds]

    matte = await offcut.matte(blob)
    told["matte"] = [str(matte), str(matte.alpha.dtype), matte.photo.shape, list(matte.models)]
    told["levels"] = text(matte.levels())
    told["shown"] = text(matte._repr_png_())
    out = await offcut.remove(matte.photo)
    told["array"] = [out.shape, str(out.dtype), bool((out == matte.cutout()).all())]
    image = await offcut.remove(Image.fromarray(matte.photo))
    told["pillow"] = [image.mode, bool((np.asarray(image) == out).all())]
    told["over"] = gap(await offcut.remove(matte.photo, background="teal"), matte.over("teal"))
    told["files"] = [text(await offcut.remove(blob, format=name, background=data)) for name in
                     ("webp", "jpeg", "avif")]
    told["sync"] = bool((offcut.remove_sync(matte.photo) == out).all())
    told["codes"] = [await code_of(work) for work in (
        offcut.remove(b"no picture"), offcut.remove(js.Object.new()), offcut.remove(42),
        offcut.remove("https://localhost:1/a.jpg"), offcut.remove(blob, model="none"),
        offcut.remove(blob, bakground="red"))]
    large = np.zeros((2300, 2300, 3), np.uint8)
    large[600:1200, 600:1200] = 200
    told["large"] = text(await offcut.remove(large, model="u2netp", format="png"))
    await offcut.close()
    told["again"] = await offcut.remove(blob) == png
"""


@pytest.mark.parametrize("bench", [PLAIN], indirect=True)
def test_in_a_worker_of_pyscript(bench: Bench, tmp_path: Path) -> None:
    """The interpreter that calls does the work; every kind of picture in and result out."""
    served = shrink(bench.site)
    loader = {"packages": ["numpy", "pillow"], "packages_cache": "passthrough"}
    told = bench.run(PYSCRIPT, IN_WORKER, worker=" worker", **loader)
    rgba = check_cutout(base64.b64decode(told["png"]), PHOTO)
    expected = reference_alpha(spread(served, tmp_path / "site"), PHOTO, "auto")
    assert alpha_gap(rgba[..., 3], expected) <= 1 / 255
    assert {"decode", "download", "compile", "run", "encode", "verify"} <= set(told["stages"])
    assert told["probe"] == ["wasm-st", 1, False]
    assert told["same"] == [True] * 8
    height, width = expected.shape
    models = ["u2netp", "isnet", "modnet"]
    name = f"<Matte {width} × {height} by {', '.join(models)}>"
    assert told["matte"] == [name, "float32", [height, width, 3], models]
    levels = np.frombuffer(base64.b64decode(told["levels"]), np.uint8).reshape(height, width)
    assert np.array_equal(levels, rgba[..., 3])
    with Image.open(BytesIO(base64.b64decode(told["shown"]))) as shown:
        assert (shown.format, shown.mode, shown.size) == ("PNG", "RGBA", (width, height))
    assert told["array"] == [[height, width, 4], "uint8", True]
    assert told["pillow"] == ["RGBA", True]
    assert told["over"] <= 1
    for name, file in zip(("WEBP", "JPEG", "AVIF"), told["files"], strict=True):
        with Image.open(BytesIO(base64.b64decode(file))) as made:
            assert (made.format, made.mode, made.size) == (name, "RGB", (width, height))
    assert told["sync"] is True
    codes = ["NOT_AN_IMAGE"] * 3 + ["PHOTO_GONE", "MODEL_UNKNOWN", "BAD_CONFIG"]
    assert [code for code, _ in told["codes"]] == codes
    assert "a Blob" in told["codes"][2][1]
    with Image.open(BytesIO(base64.b64decode(told["large"]))) as large:
        assert (large.mode, large.size) == ("RGBA", (2300, 2300))
    assert told["again"] is True
    # The worker is the caller's own: nothing of Offcut's was started beside it but what packs.
    asked = {entry.path for entry in bench.site.seen("worker/*")}
    assert asked == {"worker/attempt.js", "worker/deflate.js"}
    assert bench.site.seen("vendor/micropython/*") == []


ON_MAIN = """
async def look(told):
    blob = await (await js.fetch(home + "photo.jpg")).blob()
    ticks = []
    async def tick():
        while True:
            ticks.append(js.performance.now())
            await asyncio.sleep(0.02)
    beside = asyncio.ensure_future(tick())
    stages = []
    png = await offcut.remove(blob, progress=lambda one: stages.append(one["stage"]))
    beside.cancel()
    told["png"], told["stages"] = text(png), sorted(set(stages))
    told["still"] = max(np.diff(ticks)).item()
    matte = await offcut.matte(blob)
    told["levels"], told["models"] = text(matte.levels()), list(matte.models)
    out = await offcut.remove(matte.photo)
    told["array"] = [out.shape, bool((out == matte.cutout()).all())]
    under = matte.photo[::-1]
    # Tiny networks are sure of nothing: colours estimated by them would be chance.
    laid = await offcut.remove(matte.photo, background=under, foreground=False)
    share = matte.alpha[..., np.newaxis]
    told["over"] = gap(laid, np.rint(matte.photo * share + under * (1 - share)).astype(int))
    told["sync"] = bool((offcut.remove_sync(matte.photo) == out).all())
    told["codes"] = [await code_of(work) for work in (
        offcut.remove(b"no picture"), offcut.remove(blob, model="none"))]
    told["probe"] = (await offcut.probe())["backend"]
    from pyscript import display
    display(matte, target="shown")
    told["shown"] = js.document.querySelector("img").src[:22]
    await offcut.close()
    offcut.configure(worker=False)
    told["here"] = await offcut.remove(blob) == png
"""


@pytest.mark.parametrize("bench", [PLAIN], indirect=True)
def test_in_a_page_of_pyscript(bench: Bench, tmp_path: Path) -> None:
    """The main thread stays free: a worker of its own does the work, through offcut.js."""
    served = shrink(bench.site)
    told = bench.run(PYSCRIPT, ON_MAIN)  # PyScript's own loader: micropip, which takes numpy along
    rgba = check_cutout(base64.b64decode(told["png"]), PHOTO)
    expected = reference_alpha(spread(served, tmp_path / "site"), PHOTO, "auto")
    assert alpha_gap(rgba[..., 3], expected) <= 1 / 255
    assert {"start", "download", "run", "encode"} <= set(told["stages"])
    levels = np.frombuffer(base64.b64decode(told["levels"]), np.uint8)
    assert np.array_equal(levels, rgba[..., 3].reshape(-1))
    assert told["models"] == ["u2netp", "isnet", "modnet"]
    assert told["array"] == [[*expected.shape, 4], True]
    assert told["over"] <= 1
    assert told["sync"] is True
    assert [code for code, _ in told["codes"]] == ["NOT_AN_IMAGE", "MODEL_UNKNOWN"]
    assert told["probe"] == "wasm-st"
    assert told["shown"] == "data:image/png;base64,"
    assert told["here"] is True
    assert bench.site.seen("worker/main.py")


IN_PYODIDE = """
async def look(told):
    blob = await (await js.fetch(home + "photo.jpg")).blob()
    png = await offcut.remove(blob)
    told["png"], told["first"] = text(png), (await offcut.probe())["backend"]
    await offcut.close()
    offcut.configure(backend="wasm-mt")
    told["same"] = offcut.remove_sync(blob) == png
    report = await offcut.probe()
    told["then"] = [report["backend"], report["threads"] > 1, report["isolated"]]
    offcut.configure(worker=True)
    told["worker"] = await code_of(offcut.remove(blob))
    offcut.configure(home + "nowhere")
    told["nowhere"] = await code_of(offcut.remove(blob))
    from importlib import metadata
    for name in ("PYODIDE_URL", "PYODIDE_SOURCE"):
        (metadata.distribution("offcut").locate_file("offcut-%s.dist-info" % offcut.__version__)
         / name).unlink()
    offcut.configure()
    told["unknown"] = await code_of(offcut.remove(blob))
"""


@pytest.mark.parametrize("bench", [ISOLATED], indirect=True)
def test_in_a_worker_of_pyodide(bench: Bench) -> None:
    """As JupyterLite and marimo have it. What fails is crossed out and the next way taken, in the
    same worker; other settings bring up another ONNX Runtime."""
    shrink(bench.site)
    registry = json.loads((bench.site.root / "models" / "registry.json").read_text("utf-8"))
    stored = f"models/{registry['selftest']['expected_file']}"
    wanted = np.frombuffer(bench.site.body(stored) or b"", np.float32)
    bench.visitor.expected.append("nowhere|status of 404")
    bench.site.fault(stored, body=(1 - wanted).tobytes())  # the first backend then answers wrongly
    told = bench.run(PYODIDE, IN_PYODIDE)
    check_cutout(base64.b64decode(told["png"]), PHOTO)
    assert told["first"] == "wasm-st"
    assert told["then"] == ["wasm-mt", True, True]
    assert told["same"] is True
    assert told["worker"][0] == told["unknown"][0] == "BAD_CONFIG"
    assert told["nowhere"][0] == "WORKER_FAILED"
    assert "/nowhere/" in told["nowhere"][1]
    assert "offcut.configure(" in told["unknown"][1]
