"""Run every test, the ones without a browser beside the ones with: ``python -m tools.run_tests``.

A browser test mostly waits for its page to start, and leaves a core free for the others meanwhile.
"""

from __future__ import annotations

import subprocess
import sys
import time

from tools.paths import CACHE, ROOT, say

UNIT_LOG = CACHE / "unit-tests.log"
PYTEST = (sys.executable, "-m", "pytest")


def main() -> None:
    """Run both, tell what came of them, and exit with 1 where one failed."""
    began = time.monotonic()
    CACHE.mkdir(exist_ok=True)
    with UNIT_LOG.open("w") as log:
        say("Unit tests run beside the browser tests; what they say comes behind.")
        unit = subprocess.Popen([*PYTEST, "-q", "tests/unit"], cwd=ROOT, stdout=log, stderr=log)
        browser = subprocess.run([*PYTEST, "tests/browser"], cwd=ROOT, check=False).returncode
        failed = unit.wait() or browser
    say(f"\nUnit tests:\n{UNIT_LOG.read_text()}")
    say(f"All tests took {time.monotonic() - began:.0f} s.")
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
