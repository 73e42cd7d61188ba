"""The command line: ``offcut photo.jpg``. Nothing heavy is imported before it is needed."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from offcut.errors import OffcutError

if TYPE_CHECKING:
    from collections.abc import Sequence

DONE, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130
"""What the command exits with."""

_USAGE_CODES = ("BAD_CONFIG", "MODEL_UNKNOWN", "MODEL_LEFT_OUT")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; ``argv`` without the program's name. Returns what to exit with."""
    from offcut.cli.arguments import read  # noqa: PLC0415 - argparse alone, for --help

    try:
        order = read(sys.argv[1:] if argv is None else argv)
        return order.run()
    except OffcutError as error:
        from offcut.cli.words import sentence  # noqa: PLC0415

        print(f"offcut: {sentence(error)}", file=sys.stderr)
        return USAGE if error.code in _USAGE_CODES else FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Who read what we print has gone; Python would complain once more when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
