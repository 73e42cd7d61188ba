"""Things done to the engine on purpose: runs that go wrong when a test says so, workers that are
ended behind the page's back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .scratch import relist
from .test_fallback import in_worker

if TYPE_CHECKING:
    from .servers import Site
    from .visitor import Visitor

# Asked for before every run of a network; the answer says what is to happen to it.
RUN = "run.txt"
# The same of every PNG that the worker hands over, a picture for the screen or a file.
WRITE = "write.txt"
RUNTIMES = ("ort.wasm.min.mjs", "ort.webgpu.min.mjs")
# ONNX Runtime with a run that goes as RUN says; its own words where it has some.
WRAPPED = """
export * from "./real.NAME";
import * as ort from "./real.NAME";
export default ort.default;
const FAULTS = {
  aborted: () => new WebAssembly.RuntimeError("Aborted(). Build with -sASSERTIONS for more info."),
  memory: () => new RangeError("Array buffer allocation failed"),
  number: () => 70254904,
};
const { create } = ort.InferenceSession;
ort.InferenceSession.create = async function (...given) {
  const session = await create.apply(this, given);
  const run = session.run.bind(session);
  session.run = async (...feeds) => {
    const asked = await fetch(new URL("../../RUN", import.meta.url), { cache: "no-store" });
    const what = asked.ok ? await asked.text() : "";
    if (what in FAULTS) throw FAULTS[what]();
    if (what === "silence") await new Promise(() => {});
    const answer = await run(...feeds);
    if (what === "nan") for (const tensor of Object.values(answer)) tensor.data.fill(NaN);
    return answer;
  };
  return session;
};
"""
BLOBS = """
const Real = globalThis.Blob;
globalThis.Blob = class extends Real {
  constructor(parts, options) {
    if (options?.type === "image/png") {
      const asked = new XMLHttpRequest();
      asked.open("GET", new URL("../../WRITE", import.meta.url), false);
      asked.send();
      if (asked.responseText === "memory") throw new RangeError("Array buffer allocation failed");
    }
    super(parts, options);
  }
};
"""
# As a thread that is started and never says that it is up.
THREADS = """
const Real = globalThis.Worker;
globalThis.Worker = class {
  constructor(address, options) {
    if (!options?.name?.startsWith("em-pthread")) return new Real(address, options);
  }
  postMessage() {}
  terminate() {}
};
"""
# Remembers the workers that the page makes.
REMEMBER = """(() => {
  const made = (globalThis.made = []);
  globalThis.Worker = class extends Worker {
    constructor(...given) {
      super(...given);
      made.push(this);
    }
  };
})()"""


def wrap_runs(site: Site) -> None:
    """Have every run of a network ask for RUN first: `site.fault(RUN, body=b"aborted")` spoils the
    next one, `site.hold(RUN)` has it wait."""
    for name in RUNTIMES:
        path = f"vendor/ort/{name}"
        site.overlay[f"vendor/ort/real.{name}"] = site.body(path)
        site.overlay[path] = WRAPPED.replace("NAME", name).replace("RUN", RUN).encode()
    site.overlay[RUN] = b"well"
    relist(site)


def wrap_writes(site: Site) -> None:
    """The same for WRITE, with "memory"."""
    site.overlay[WRITE] = b"well"
    in_worker(site, BLOBS.replace("WRITE", WRITE))


def kill(visitor: Visitor) -> None:
    """End the page's workers as a browser does that runs short of something: nobody is told.
    The page must have been opened with REMEMBER."""
    assert visitor.page.evaluate("made.splice(0).map((one) => one.terminate()).length")
