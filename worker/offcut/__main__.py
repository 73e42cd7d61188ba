"""``python -m offcut``: the command line."""

from offcut.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
