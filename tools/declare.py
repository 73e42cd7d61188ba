"""The types of the JavaScript API, from its JSDoc: public/offcut.d.ts and public/door.d.ts.

python -m tools.declare    after a change to public/*.js; a test fails where the two differ
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from tools.paths import NODE_MODULES, ROOT, say, stop

MODULES = ("offcut", "door")
TSC = ["node", str(NODE_MODULES / "typescript" / "bin" / "tsc")]
SETTINGS = [
    *("--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler"),
    *("--lib", "es2024,dom,dom.iterable", "--typeRoots", str(ROOT / "tests" / "types")),
]


def declare(folder: Path) -> dict[str, str]:
    """Return the declarations by file name, made below ``folder``; the code is checked."""
    source = [str(ROOT / "public" / f"{name}.js") for name in MODULES]
    kind = ["--allowJs", "--checkJs", "--declaration", "--emitDeclarationOnly"]
    command = [*TSC, *source, *kind, "--outDir", str(folder), *SETTINGS]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    if done.returncode:
        stop(f"public/*.js and its JSDoc do not agree.\n{done.stdout}{done.stderr}")
    return {f"{name}.d.ts": (folder / f"{name}.d.ts").read_text("utf-8") for name in MODULES}


def main() -> None:
    """Run the command."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in declare(Path(folder)).items():
            (ROOT / "public" / name).write_text(text, "utf-8")
            say(f"  public/{name}")


if __name__ == "__main__":
    main()
