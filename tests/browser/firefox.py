"""Firefox, driven by WebDriver BiDi over its own port: no driver in between."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from websockets.sync.client import connect

from .driver import FIND, LIMIT_S, strokes, when_saved

START_S = 60
NAMES = ("firefox-esr", "firefox")
LISTENS = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
# What Firefox asks for by itself, and that is not what the tests are about. Most of it is off
# already while it is driven.
QUIET = {
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.safebrowsing.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.topsites.contile.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "dom.push.connection.enabled": False,
    "extensions.getAddons.cache.enabled": False,
    "extensions.systemAddon.update.enabled": False,
    "extensions.update.enabled": False,
    "media.gmp-manager.updateEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "toolkit.telemetry.enabled": False,
}
# As in fleet.QUICK: better code for WebAssembly comes too late for tiny networks.
QUICK = {"javascript.options.wasm_optimizingjit": False}


def found() -> str | None:
    """The Firefox to test in: $OFFCUT_FIREFOX, or one on the PATH."""
    for name in (os.environ.get("OFFCUT_FIREFOX"), *NAMES):
        path = name and shutil.which(name)
        if path:
            return path
    return None


class Firefox:
    """A `Driver`. Everything that is not on this machine goes to the proxy."""

    def __init__(self, proxy: str) -> None:
        self.errors: list[str] = []
        self._count = 0
        self._closing = contextlib.ExitStack()
        self._context = ""
        self._folder = tempfile.mkdtemp(prefix="offcut-firefox-")
        host, port = proxy.removeprefix("http://").split(":")
        prefs: dict[str, object] = {**QUIET, **QUICK, "network.proxy.type": 1}
        # Files are saved there, and nobody is asked.
        prefs |= {"browser.download.folderList": 2, "browser.download.dir": self._folder}
        for kind in ("http", "ssl"):
            prefs |= {f"network.proxy.{kind}": host, f"network.proxy.{kind}_port": int(port)}
        lines = [f"user_pref({json.dumps(key)}, {json.dumps(prefs[key])});" for key in prefs]
        Path(self._folder, "user.js").write_text("\n".join(lines))
        program = found()
        assert program is not None, "there is no Firefox: python3 tools/setup.py --tests"
        command = [program, "--headless", "--no-remote", "--profile", self._folder]
        # In a group of its own: a Firefox that does not answer is ended with all its processes.
        self._process = subprocess.Popen(
            [*command, "--remote-debugging-port", "0", "about:blank"],
            # Without the second one a release build takes no other address for its settings.
            env=os.environ | {"HOME": self._folder, "MOZ_REMOTE_SETTINGS_DEVTOOLS": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            way = connect(f"{self._address()}/session", max_size=None, proxy=None, close_timeout=1)
            self._socket = self._closing.enter_context(way)
            self._send("session.new", {"capabilities": {}})
            self._send("session.subscribe", {"events": ["log.entryAdded"]})
            self.fresh()
        except BaseException:
            self.close()
            raise

    def _address(self) -> str:
        """Where it listens, as it says on its standard error; reads on there until it ends."""
        said: list[str] = []
        news = threading.Condition()

        def read() -> None:
            for line in self._process.stderr or ():
                with news:
                    said.append(line)
                    news.notify()

        threading.Thread(target=read, daemon=True).start()

        def heard() -> re.Match[str] | None:
            return next((match for line in said if (match := LISTENS.search(line))), None)

        with news:
            news.wait_for(lambda: heard() or self._process.poll() is not None, START_S)
        match = heard()
        assert match is not None, f"Firefox did not start:\n{''.join(said)}"
        return match[1]

    def _send(self, method: str, params: dict[str, Any], seconds: float = LIMIT_S) -> Any:
        self._count += 1
        self._socket.send(json.dumps({"id": self._count, "method": method, "params": params}))
        end = time.monotonic() + seconds
        while True:
            message = json.loads(self._socket.recv(timeout=max(0, end - time.monotonic())))
            if message["type"] == "event":
                self._heard(message["params"])
            elif message.get("id") == self._count:
                assert message["type"] == "success", message
                return message["result"]

    def _heard(self, entry: dict[str, Any]) -> None:
        if entry.get("level") == "error":
            self.errors.append(str(entry.get("text")))

    def fresh(self) -> None:
        old, made = self._context, self._send("browser.createUserContext", {})
        where = {"type": "tab", "userContext": made["userContext"]}
        self._context = self._send("browsingContext.create", where)["context"]
        if old:
            self._send("browsingContext.close", {"context": old})
        self.errors.clear()

    def open(self, url: str) -> None:
        where = {"context": self._context, "url": url, "wait": "complete"}
        self._send("browsingContext.navigate", where)

    def _target(self, frame: int | None) -> dict[str, str]:
        if frame is None:
            return {"context": self._context}
        tree = self._send("browsingContext.getTree", {"root": self._context})
        return {"context": tree["contexts"][0]["children"][frame]["context"]}

    def _call(self, function: str, text: str, frame: int | None) -> Any:
        answer = self._send(
            "script.callFunction",
            {
                "functionDeclaration": function,
                "awaitPromise": True,
                "target": self._target(frame),
                "arguments": [{"type": "string", "value": text}],
                "userActivation": True,
            },
        )
        assert answer["type"] == "success", answer["exceptionDetails"]["text"]
        return answer["result"]

    def evaluate(self, function: str, *arguments: Any, frame: int | None = None) -> Any:
        wrapped = (
            f"async (text) => JSON.stringify((await ({function})(...JSON.parse(text))) ?? null)"
        )
        return json.loads(self._call(wrapped, json.dumps(arguments), frame)["value"])

    def choose(self, selector: str, *files: Path, frame: int | None = None) -> None:
        node = self._call(FIND, selector, frame)
        where = {"element": {"sharedId": node["sharedId"]}, "files": [str(file) for file in files]}
        self._send("input.setFiles", self._target(frame) | where)

    def drag(self, *points: tuple[float, float]) -> None:
        what = {"context": self._context, "actions": strokes(*points)}
        self._send("input.performActions", what)

    def saved(self, name: str) -> bytes:
        # Beside a place-holder of that name it writes into a `.part`, which then takes the place.
        parts = Path(self._folder).glob
        return when_saved(Path(self._folder, name), lambda: not list(parts("*.part")))

    def close(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._closing.close()
        shutil.rmtree(self._folder, ignore_errors=True)
