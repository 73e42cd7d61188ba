"""The error codes: complete, in plain words, and readable by MicroPython."""

from __future__ import annotations

import ast
import asyncio
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from offcut import errors
from offcut.errors import ERRORS, OffcutError, envelope_error, envelope_ok, fail, from_envelope

ROOT = Path(__file__).resolve().parents[2]
PROMISED = {
    "NOT_AN_IMAGE",
    "UNSUPPORTED_FORMAT",
    "IMAGE_TOO_LARGE",
    "EMPTY_FILE",
    "DECODE_FAILED",
    "MODEL_UNKNOWN",
    "MODEL_LEFT_OUT",
    "MODEL_DOWNLOAD_FAILED",
    "MODEL_CORRUPT",
    "OFFLINE_NO_MODEL",
    "BACKEND_UNAVAILABLE",
    "BACKEND_FAILED",
    "BACKEND_LOST",
    "OUT_OF_MEMORY",
    "RUN_FAILED",
    "ENCODE_FAILED",
    "VERIFY_FAILED",
    "CANCELLED",
    "JOB_UNKNOWN",
    "BAD_CONFIG",
    "WORKER_FAILED",
    "WORKER_TIMEOUT",
    "INTERNAL",
}


def test_promised_codes_exist() -> None:
    assert set(ERRORS) >= PROMISED


@pytest.mark.parametrize("code", sorted(ERRORS))
def test_messages_are_sentences_for_people(code: str) -> None:
    message, retry = ERRORS[code]
    assert message[0].isupper()
    assert message.endswith(".")
    assert isinstance(retry, bool)
    assert not re.search(r"exception|null|undefined|ONNX|stack|[{}]", message, re.I)
    if code not in ("CANCELLED", "BAD_CONFIG"):
        assert len(re.findall(r"[.:]( |$)", message)) >= 2, "says what to do, not only what is"


def test_fail_adds_what_is_special_and_keeps_plain_details() -> None:
    error = fail("DECODE_FAILED", "The middle is missing.", at=3, shape=(1, 2))
    assert isinstance(error, OffcutError)
    assert error.message.startswith("The middle is missing. This picture is damaged")
    assert error.detail == {"at": 3, "shape": "(1, 2)"}
    assert error.retry is False
    assert str(error).startswith("DECODE_FAILED: ")


def test_an_unknown_code_is_internal_and_named() -> None:
    error = fail("NO_SUCH_CODE")
    assert error.code == "INTERNAL"
    assert error.detail["unknown_code"] == "NO_SUCH_CODE"


def test_envelopes_survive_json_and_come_back() -> None:
    assert envelope_ok({"a": 1}) == {"ok": True, "value": {"a": 1}}
    sent = json.loads(json.dumps(envelope_error(fail("RUN_FAILED", model="isnet"))))
    back = from_envelope(sent)
    assert (back.code, back.retry, back.detail) == ("RUN_FAILED", True, {"model": "isnet"})
    assert back.message == ERRORS["RUN_FAILED"][0]


@pytest.mark.parametrize(
    ("exc", "code"),
    [
        (MemoryError(), "OUT_OF_MEMORY"),
        (asyncio.CancelledError(), "CANCELLED"),
        (ZeroDivisionError("x"), "INTERNAL"),
    ],
)
def test_other_exceptions_get_a_code(exc: BaseException, code: str) -> None:
    assert envelope_error(exc)["code"] == code


def test_a_broken_envelope_still_gives_an_error() -> None:
    assert from_envelope({"ok": False}).code == "INTERNAL"
    assert from_envelope({"ok": False, "code": "??", "message": "m"}).message == "m"


def test_nothing_is_imported() -> None:
    tree = ast.parse(Path(errors.__file__).read_text("utf-8"))
    assert not [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]


def test_runs_under_micropython(tmp_path: Path) -> None:
    package = ROOT / "node_modules" / "@micropython" / "micropython-webassembly-pyscript"
    node = shutil.which("node")
    if node is None or not package.exists():
        pytest.skip("needs node and the npm package of MicroPython (make build)")
    program = Path(errors.__file__).read_text("utf-8") + (
        "\ne = fail('EMPTY_FILE', 'Oh.', n=1, t=(1, 2))\n"
        "try:\n    raise e\nexcept OffcutError as caught:\n"
        "    back = from_envelope(envelope_error(caught))\n"
        "    print(back.code, back.retry, back.detail['n'], back.detail['t'], str(back)[:15])\n"
        "print(envelope_error(MemoryError())['code'])\n"
    )
    script = tmp_path / "run.mjs"
    script.write_text(
        f"import {{loadMicroPython}} from {json.dumps(str(package / 'micropython.mjs'))};\n"
        "const mp = await loadMicroPython();\n"
        f"mp.runPython({json.dumps(program)});\n"
    )
    done = subprocess.run([node, script], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.split("\n")[:2] == [
        "EMPTY_FILE False 1 (1, 2) EMPTY_FILE: Oh.",
        "OUT_OF_MEMORY",
    ], done.stdout + done.stderr
