"""The static servers that docs/hosting.md has a configuration for, each with a folder to serve.

What a host should send is written in public/_headers alone; `headers_for` says it for an address.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from tools.paths import ROOT

from .servers import Site
from .tiny import shrink

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONFIGS = ROOT / "docs" / "hosting"
START_S = 20


def rules() -> list[tuple[str, dict[str, str]]]:
    """public/_headers: the pattern of an address and the headers that it sets, in their order."""
    found: list[tuple[str, dict[str, str]]] = []
    for line in (ROOT / "public" / "_headers").read_text().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if not line.startswith(" "):
            found.append((line.strip(), {}))
            continue
        name, value = line.strip().split(": ", 1)
        found[-1][1][name] = value
    return found


def headers_for(path: str) -> dict[str, str]:
    """What public/_headers has a host send for the address `path`, which starts with a slash."""
    return {
        name: value
        for pattern, set_ in rules()
        if fnmatchcase(path, pattern)
        for name, value in set_.items()
    }


def tiny_folder(dist: Path, folder: Path) -> Path:
    """The built site once more in `folder`, linked, with networks of a few kilobytes."""
    shutil.copytree(dist, folder, copy_function=_link)
    site = Site(dist)
    shrink(site)
    for path, body in site.overlay.items():
        for file in (folder / path, folder / f"{path}.br", folder / f"{path}.gz"):
            file.unlink(missing_ok=True)  # it is the built site's own, linked
        if body is not None:
            (folder / path).write_bytes(body)
    return folder


def _link(file: str, target: str) -> None:
    try:
        os.link(file, target)
    except OSError:  # another disk
        shutil.copyfile(file, target)


@contextlib.contextmanager
def _running(command: list[str], port: int, home: Path) -> Iterator[str]:
    """A server on `port`, ended behind the block; gives its address."""
    told = {"XDG_DATA_HOME": str(home), "XDG_CONFIG_HOME": str(home)}
    with (home / "said.log").open("w+") as log:
        server = subprocess.Popen(command, cwd=home, stdout=log, stderr=log, env=os.environ | told)
        try:
            end = time.monotonic() + START_S
            while not _listens(port):
                ended = server.poll() is not None or time.monotonic() > end
                assert not ended, f"{command[0]} does not run:\n{(home / 'said.log').read_text()}"
                time.sleep(0.05)
            yield f"http://127.0.0.1:{port}/"
        finally:
            server.terminate()
            server.wait(START_S)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _replaced(text: str, *pairs: tuple[str, str]) -> str:
    """`text` with each first string, which must stand in it once, replaced by the second."""
    for old, new in pairs:
        assert len(re.findall(rf"(?m){old}", text)) == 1, f"{old} in {text}"
        text = re.sub(rf"(?m){old}", new, text)
    return text


def nginx(folder: Path, home: Path) -> contextlib.AbstractContextManager[str]:
    """Debian's nginx with docs/hosting/nginx.conf, of which only port and folder are others."""
    port = _free_port()
    offcut = _replaced(
        (CONFIGS / "nginx.conf").read_text(),
        (r"listen 80;", f"listen 127.0.0.1:{port};"),
        (r"root /srv/offcut;", f"root {folder};"),
    )
    (home / "offcut.conf").write_text(offcut)
    shutil.copy("/etc/nginx/mime.types", home)
    temporary = "".join(
        f"{kind}_temp_path {home}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (home / "nginx.conf").write_text(
        f"pid {home}/nginx.pid; error_log stderr; daemon off; worker_processes 1;\n"
        f"{'user root;' if os.geteuid() == 0 else ''}\n"  # the folder of a test is its user's alone
        "events {}\n"
        f"http {{ access_log off; include mime.types; {temporary} include offcut.conf; }}\n"
    )
    command = ["nginx", "-p", str(home), "-c", str(home / "nginx.conf"), "-e", "stderr"]
    done = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return _running(command, port, home)


def caddy(folder: Path, home: Path) -> contextlib.AbstractContextManager[str]:
    """Debian's Caddy with docs/hosting/Caddyfile, of which only name and folder are others."""
    port = _free_port()
    offcut = _replaced(
        (CONFIGS / "Caddyfile").read_text(),
        (r"^your\.site \{", f"http://127.0.0.1:{port} {{"),
        (r"root \* /srv/offcut$", f"root * {folder}"),
    )
    (home / "Caddyfile").write_text("{\n\tadmin off\n\tauto_https off\n}\n" + offcut)
    command = ["--config", str(home / "Caddyfile"), "--adapter", "caddyfile"]
    return _running(["caddy", "run", *command], port, home)


def http_server(folder: Path, home: Path) -> contextlib.AbstractContextManager[str]:
    """Python's own, as docs/hosting.md has it: no headers at all."""
    port = _free_port()
    command = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(port)]
    return _running([*command, "--directory", str(folder)], port, home)


SERVERS = {"nginx": nginx, "caddy": caddy, "http.server": http_server}


def installed(name: str) -> bool:
    """Whether the server of that name can run here."""
    return name == "http.server" or shutil.which(name) is not None
