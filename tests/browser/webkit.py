"""WebKitGTK's MiniBrowser on a screen of its own (Xvfb), driven by WebKitWebDriver: W3C WebDriver.

The driver tells nothing of the console, and takes no script that would run before a page's own:
what a page says before it has loaded, and what frames and workers say, is not in `errors`.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError

from .driver import FIND, LIMIT_S, strokes, when_saved

START_S = 60
DRIVER, SCREEN = "WebKitWebDriver", "Xvfb"
BROWSERS = "/usr/lib/*/webkit*gtk-*/MiniBrowser", "/usr/libexec/webkit*gtk-*/MiniBrowser"
NOT_HERE = "WebKitGTK is not at hand; on Debian as root, python3 tools/setup.py --tests installs it"
LISTEN = """
  const told = (window.offcutTold = []), said = console.error;
  console.error = (...all) => { told.push(all.map(String).join(" ")); said.apply(console, all); };
  addEventListener("error", ({ message }) => told.push(String(message)));
  addEventListener("unhandledrejection", ({ reason }) => told.push(String(reason)));
"""
# `done` is what WebDriver gives an asynchronous script as its last argument.
CALL = """
  const [text, done] = arguments;
  (async () => JSON.stringify((await (FUNCTION)(...JSON.parse(text))) ?? null))()
    .then((made) => done({ made }), (error) => done({ error: `${error}\\n${error?.stack}` }));
"""
NODE = """
  const [selector, done] = arguments;
  (FIND)(selector).then(done, (error) => done({ error: String(error) }));
"""
# As in fleet.QUICK: better code for WebAssembly comes too late for tiny networks.
QUICK = {"JSC_useOMGJIT": "0"}
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the key of an element, by W3C's word


def found() -> str | None:
    """The MiniBrowser to test in: $OFFCUT_MINIBROWSER, or the one of the system; None where that or
    its driver or a screen to put it on is not there."""
    if not shutil.which(DRIVER) or not shutil.which(SCREEN):
        return None
    if given := os.environ.get("OFFCUT_MINIBROWSER"):
        return shutil.which(given)
    lying = (path for pattern in BROWSERS for path in Path("/").glob(pattern[1:]))
    return next((str(path) for path in sorted(lying)), None)


class WebKit:
    """A `Driver`. Everything that is not on this machine goes to the proxy."""

    def __init__(self, proxy: str) -> None:
        program = found()
        assert program is not None, NOT_HERE
        self._errors: list[str] = []
        self._session = ""
        self._port = 0
        self._folder = Path(tempfile.mkdtemp(prefix="offcut-webkit-"))
        self._direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        around = [f"--ignore-host={name}" for name in ("127.0.0.1", "localhost")]
        self._wanted = {
            "webkitgtk:browserOptions": {
                "binary": program,
                # Not WebDriver's own way to name a proxy: that one would speak TLS to it.
                "args": ["--automation", f"--proxy={proxy}", *around],
            }
        }
        self._screen, number = _screen()
        # What would be asked for on the session's bus is not there; and a home of its own is where
        # files are saved.
        self._env = (
            os.environ
            | QUICK
            | {
                "DISPLAY": number,
                "HOME": str(self._folder),
                "XDG_RUNTIME_DIR": str(self._folder),
                "DBUS_SESSION_BUS_ADDRESS": "disabled:",
                "GTK_A11Y": "none",
                "NO_AT_BRIDGE": "1",
                # Newer ones put pages into a sandbox, which needs rights that containers lack.
                "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",
            }
        )
        self._driver: subprocess.Popen[bytes] | None = None
        try:
            self.fresh()
        except BaseException:
            self.close()
            raise

    # -- the protocol ------------------------------------------------------------------------------

    @property
    def errors(self) -> list[str]:
        """What was heard so far, this page's too."""
        if self._session:
            heard = "() => window.offcutTold ? offcutTold.splice(0) : []"
            self._errors += self.evaluate(heard)
        return self._errors

    def fresh(self) -> None:
        """A new browser: its storage is its own and lives as long as it."""
        self._end()
        self._errors = []
        try:
            self._begin()
        except TimeoutError:  # seen once on a busy machine: a session that never came
            self._begin()

    def _begin(self) -> None:
        """A driver, and a browser for it."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        # In a group of its own: a browser that does not answer is ended with all its processes.
        self._driver = subprocess.Popen(
            [DRIVER, f"--port={self._port}"],
            env=self._env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        end = time.monotonic() + START_S
        while not self._up():
            assert time.monotonic() < end, f"{DRIVER} did not start"
            time.sleep(0.05)
        wanted = {"capabilities": {"alwaysMatch": self._wanted}}
        self._session = self._ask("POST", "/session", wanted, START_S)["sessionId"]
        self._say("/timeouts", {"script": LIMIT_S * 1000, "pageLoad": LIMIT_S * 1000})

    def open(self, url: str) -> None:
        self._errors = self.errors
        self._say("/url", {"url": url})
        self._say("/execute/sync", {"script": LISTEN, "args": []})

    def evaluate(self, function: str, *arguments: Any, frame: int | None = None) -> Any:
        with self._inside(frame):
            answer = self._run(CALL.replace("FUNCTION", function, 1), json.dumps(arguments))
        assert "made" in answer, answer["error"]
        return json.loads(answer["made"])

    def choose(self, selector: str, *files: Path, frame: int | None = None) -> None:
        with self._inside(frame):
            node = self._run(NODE.replace("FIND", FIND, 1), selector)
            assert ELEMENT in node, node["error"]
            listed = {"text": "\n".join(str(file) for file in files)}
            self._say(f"/element/{node[ELEMENT]}/value", listed)

    def drag(self, *points: tuple[float, float]) -> None:
        self._say("/actions", {"actions": strokes(*points)})

    def saved(self, name: str) -> bytes:
        return when_saved(self._folder / name, lambda: not self._writes(self._folder / name))

    def close(self) -> None:
        self._end()
        # Not at once: it has files to remove by which others know its number.
        self._screen.terminate()
        try:
            self._screen.wait(10)
        except subprocess.TimeoutExpired:
            self._screen.kill()
            self._screen.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    # -- how ---------------------------------------------------------------------------------------

    def _end(self) -> None:
        if self._session:
            with contextlib.suppress(OSError):
                self._ask("DELETE", f"/session/{self._session}", seconds=5)
        self._kill()

    def _kill(self) -> None:
        self._session = ""
        if self._driver is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._driver.pid, signal.SIGKILL)
            self._driver.wait()
            self._driver = None

    def _writes(self, file: Path) -> bool:
        """Whether one of the browser's processes has the file open."""
        assert self._driver is not None
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):  # it has ended meanwhile
                mine = os.getpgid(int(process.name)) == self._driver.pid
                if mine and file in [_behind(one) for one in (process / "fd").iterdir()]:
                    return True
        return False

    def _up(self) -> bool:
        try:
            return bool(self._ask("GET", "/status", seconds=START_S)["ready"])
        except URLError:
            return False

    def _ask(self, method: str, path: str, body: Any = None, seconds: float = LIMIT_S + 20) -> Any:
        """One word to the driver; what it answers. Longer than a script's own limit is waited only
        for a browser that hangs: it is ended, and what is asked of it next fails at once."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self._port}{path}",
            None if body is None else json.dumps(body).encode(),
            {"Content-Type": "application/json"},
            method=method,
        )
        try:
            with self._direct.open(request, timeout=seconds) as answer:
                return json.load(answer)["value"]
        except HTTPError as error:
            raise AssertionError(error.read().decode()) from None
        except TimeoutError:
            self._kill()
            raise

    def _say(self, path: str, body: dict[str, Any]) -> Any:
        return self._ask("POST", f"/session/{self._session}{path}", body)

    def _run(self, script: str, *arguments: Any) -> Any:
        return self._say("/execute/async", {"script": script, "args": list(arguments)})

    @contextlib.contextmanager
    def _inside(self, frame: int | None) -> Any:
        if frame is not None:
            self._say("/frame", {"id": frame})
        try:
            yield
        finally:
            if frame is not None:
                self._say("/frame", {"id": None})


def _behind(link: Path) -> Path | None:
    try:
        return link.readlink()
    except OSError:  # closed meanwhile
        return None


def _screen() -> tuple[subprocess.Popen[bytes], str]:
    """A screen that nobody sees, and what programs know it by."""
    told, tells = os.pipe()
    command = [SCREEN, "-displayfd", str(tells), "-screen", "0", "1280x1024x24"]
    try:
        running = subprocess.Popen(
            [*command, "-nolisten", "tcp"],
            pass_fds=[tells],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    finally:
        os.close(tells)
    with os.fdopen(told) as answer:
        number = answer.readline().strip()  # nothing, where it ended
    assert number, f"{SCREEN} did not start"
    return running, f":{number}"
