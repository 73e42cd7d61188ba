"""A model of one's own: opened, refused where it cannot be used, tried, used, kept, deleted."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING

from onnx import TensorProto
from playwright.sync_api import expect

from ..unit.helpers import entry
from ..unit.onnx_files import network
from .conftest import PHOTOS
from .test_offcut_js import call
from .test_offcut_js import empty as empty  # noqa: PLC0414 - a fixture
from .test_settings import close, section
from .visitor import check_cutout

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from .servers import Site
    from .visitor import Visitor

PHOTO = PHOTOS / "rocket.jpg"
OWN_KEYS = """async () => {
  const db = await new Promise((done) => Object.assign(
    indexedDB.open("offcut-own"), { onsuccess: (event) => done(event.target.result) }));
  const keys = await new Promise((done) => Object.assign(
    db.transaction("parts").objectStore("parts").getAllKeys(),
    { onsuccess: (event) => done(event.target.result) }));
  db.close();
  return keys;
}"""


MINE = """
  const file = new Blob([Uint8Array.from(atob("{mine}"), (c) => c.charCodeAt(0))]);
  const refused = await o.registerModel(photo, { id: "mine" }).catch(String);
  const id = await o.registerModel(file, { id: "mine", title: "Mine", roles: ["detail"] });
  const alone = await o.cut(photo, { model: "mine" });
  const fast = await o.cut(photo, { profile: "auto" });
  await o.unregisterModel("mine");
  const gone = await o.cut(photo, { model: "mine" }).catch((error) => error.code);
  await o.dispose();
  const far = await o.cut(photo, { model: "far", registry: "far/list.json" });
  const made = await coded(alone.blob);
  return { refused, id, made, alone: alone.models, auto: fast.models, gone, far: far.models };
"""


def hand(visitor: Visitor, name: str, data: bytes) -> Locator:
    """Choose that file; returns the section."""
    shown = section(visitor, "models")
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    shown.locator("input[type=file]").set_input_files(files=[file])
    return shown


def kept(visitor: Visitor) -> list[str]:
    keys: list[str] = visitor.page.evaluate(OWN_KEYS)
    return sorted(key for key in keys if key.startswith("entry/"))


def test_a_model_of_ones_own(tiny: Visitor) -> None:
    tiny.open()
    tiny.wait_engine()
    shown = section(tiny, "models")
    status = shown.locator(".set-group", has_text="A model of your own").get_by_role("status")
    # What cannot be used says why, and nothing is kept of it.
    for data, says in (
        (b"no model at all", "This is not an ONNX file, or it is damaged. This file cannot be"),
        (network(more=1), "It takes 2 inputs (photo, more0)"),
        (network(kind=TensorProto.UINT8), "numbers of the kind uint8"),
        (network(out=(1, 21, 64, 64)), "they are 1×21×64×64"),
    ):
        hand(tiny, "wrong.onnx", data)
        expect(status).to_contain_text(says)
    # What only running it shows is said as well.
    form = shown.get_by_role("group", name="A model of your own")
    for data, says in (
        (network(last="NoSuchOperator"), "It uses something that this browser cannot compute."),
        (network(gain=float("nan")), "A trial run gave numbers that are none."),
    ):
        hand(tiny, "odd.onnx", data)
        form.get_by_role("button", name="Try it and use it").click()
        expect(status).to_contain_text(says)
    tiny.expected.append("NoSuchOperator")
    assert tiny.page.evaluate(OWN_KEYS) == []

    # One that works: what it is is told, what nobody can know is asked.
    hand(tiny, "Bright things.onnx", network(last="Identity"))
    expect(form).to_contain_text("Bright things.onnx, 1 KB. It looks at 64 × 64 pixels.")
    form.get_by_role("combobox").select_option("unit")
    form.get_by_role("button", name="Try it and use it").click()
    expect(status).to_contain_text("Bright things works.")
    expect(shown.get_by_role("radio", name="Bright things")).to_be_checked()
    close(tiny)
    check_cutout(tiny.cut(PHOTO), PHOTO)
    tiny.page.locator("#checks-more summary").click()
    expect(tiny.shows("#checks")).to_contain_text("Made by Bright things.")
    assert len(kept(tiny)) == 1

    # One that may be several, of which one has terms: without accepting them it is not used.
    hand(tiny, "rmbg.onnx", network(taken="input", given="output", middle=0))
    form.get_by_label("What it is").select_option("RMBG-1.4")
    expect(form.get_by_role("link", name="Read the terms")).to_have_attribute(
        "href", "https://huggingface.co/briaai/RMBG-1.4"
    )
    form.get_by_role("button", name="Try it and use it").click()
    expect(status).to_have_text("Its terms have to be accepted first.")
    expect(form.get_by_role("checkbox")).to_be_focused()
    assert len(kept(tiny)) == 1
    form.get_by_role("checkbox").check()
    form.get_by_role("button", name="Try it and use it").click()
    expect(status).to_contain_text("RMBG-1.4 works.")
    assert len(kept(tiny)) == 2

    # Both are there on the next visit, and the one that was chosen makes the cut-outs.
    tiny.open()
    tiny.wait_engine()
    check_cutout(tiny.cut(PHOTO), PHOTO)
    tiny.page.locator("#checks-more summary").click()
    expect(tiny.shows("#checks")).to_contain_text("Made by RMBG-1.4.")
    shown = section(tiny, "models")
    for name, left in (("RMBG-1.4", 1), ("Bright things", 0)):
        shown.get_by_role("button", name=f"Delete {name} from this device").click()
        expect(shown.locator(".set-group .set-kept li")).to_have_count(left)
    expect(shown.get_by_role("radio", name="Automatic The small")).to_be_checked()
    assert tiny.page.evaluate(OWN_KEYS) == []


def test_from_javascript(empty: Page, isolated: Site) -> None:
    """A file that is registered, and a list of models from elsewhere."""
    data = network()
    listed = entry(data)
    listed["parts"] = [
        {"file": "all.bin", "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    ]
    listed["input"] |= {"name": "photo", "width": 64, "height": 64}
    listed["output"] |= {"name": "mask"}
    isolated.overlay["far/list.json"] = json.dumps(
        {"schema": 1, "models": {"far": listed}}
    ).encode()
    isolated.overlay["far/all.bin"] = data
    told = call(empty, MINE.replace("{mine}", base64.b64encode(network(last="Identity")).decode()))
    assert "not an ONNX file" in told["refused"]
    assert told["id"] == "mine"
    check_cutout(base64.b64decode(told["made"]), PHOTOS / "astronaut.jpg")
    assert told["alone"] == ["mine"]
    assert told["auto"] == ["u2netp", "mine", "modnet"]
    assert told["gone"] == "MODEL_UNKNOWN"
    assert told["far"] == ["far"]
