"""What was typed, read: which command, on which photos, with which settings."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from offcut import __version__
from offcut.cli import settings
from offcut.cli.order import CutOrder, ModelsOrder
from offcut.errors import fail

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from offcut.cli.order import Order

ABOUT = """\
Take the background off photos. Nothing leaves this computer.

  offcut photo.jpg                      writes photo-cutout.png beside it
  offcut *.jpg -o out/ --format webp    into a folder
  offcut photos/ -r -o out/             a folder, with those in it
  offcut - < photo.jpg > cutout.png     from and to a pipe
  offcut --watch inbox/ -o out/         whatever comes into a folder, until Ctrl-C
"""
MORE = """\
other commands:
  offcut models         the models: licences, what is kept here; --fetch brings them in
  offcut i, offcut p    with the arguments that rembg takes

exit status: 0 all done, 1 some failed, 2 wrong usage, 130 interrupted
"""


def read(argv: Sequence[str]) -> Order:
    """The order behind ``argv``. Raises BAD_CONFIG; argparse itself exits, also after --help."""
    first = argv[0] if argv else ""
    if first == "models":
        return _models(argv[1:])
    if first in ("i", "p", "b", "s", "d", "m"):
        from offcut.cli.rembg import read_rembg  # noqa: PLC0415 - few need it

        return read_rembg(first, argv[1:])
    return _cut(argv)


def _cut(argv: Sequence[str]) -> CutOrder:
    parser = argparse.ArgumentParser(
        prog="offcut",
        description=ABOUT,
        epilog=MORE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("photos", nargs="*", metavar="PHOTO", help="files, folders, or - for stdin")
    parser.add_argument("--version", action="version", version=f"offcut {__version__}")
    _add_files(parser)
    _add_look(parser)
    add_engine(parser)
    add_common(parser)
    if not argv:
        parser.print_help()
        raise SystemExit(2)
    typed = parser.parse_args(argv)
    if not typed.photos:
        parser.error("name a photo, a folder, or - for stdin")
    background, picture = None, None
    if typed.background is not None:
        background, picture = settings.background(typed.background, typed.fit)
    look = {
        "format": settings.FORMATS.get(typed.format or ""),
        "quality": _quality(typed.quality),
        "depth": typed.depth,
        "mask": typed.mask,
        "crop": typed.crop,
        "exif": typed.exif,
        "type": "background" if typed.invert else None,
        "max_size": typed.max_size,
        "foreground": typed.foreground,
        "background": background,
        "shadow": typed.shadow and settings.shadow(typed.shadow),
        "outline": typed.outline and settings.outline(typed.outline),
        "frame": typed.frame and settings.frame(typed.frame),
    }
    return CutOrder(
        photos=tuple(typed.photos),
        output=typed.output,
        recursive=typed.recursive,
        existing=typed.existing or ("skip" if typed.watch else "refuse"),
        suffix=typed.suffix,
        watch=typed.watch,
        wanted=typed.wanted or "auto",
        template=typed.template,
        accept_terms=typed.accept_terms,
        look={name: value for name, value in look.items() if value is not None},
        picture=picture,
        edits=typed.edits,
        jobs=typed.jobs,
        threads=typed.threads,
        **common_of(typed),
    )


def _models(argv: Sequence[str]) -> ModelsOrder:
    parser = argparse.ArgumentParser(
        prog="offcut models", description="List the models, or bring them in.", allow_abbrev=False
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="models or profiles; all if none")
    parser.add_argument(
        "--fetch", action="store_true", help="bring them in; those of auto if none is named"
    )
    parser.add_argument("--remove", action="store_true", help="delete what is kept of them")
    parser.add_argument("--licences", action="store_true", help="with the address of each licence")
    add_common(parser)
    typed = parser.parse_args(argv)
    if typed.fetch and typed.remove:
        parser.error("either --fetch or --remove")
    return ModelsOrder(
        names=tuple(typed.names),
        fetch=typed.fetch,
        remove=typed.remove,
        licences=typed.licences,
        **common_of(typed),
    )


def _add_files(parser: argparse.ArgumentParser) -> None:
    files = parser.add_argument_group("files")
    files.add_argument(
        "-o", "--output", metavar="PATH", help="a folder, a file for one photo, or - for stdout"
    )
    files.add_argument("-r", "--recursive", action="store_true", help="with folders in folders")
    files.add_argument("--suffix", help='what a name gets: "-cutout", with --mask "-mask"')
    what = files.add_mutually_exclusive_group()
    for name, say in (
        ("overwrite", "write over files that are there"),
        ("skip", "leave out photos whose result is there"),
        ("rename", "write photo-cutout-2.png beside it"),
    ):
        what.add_argument(f"--{name}", dest="existing", action="store_const", const=name, help=say)
    files.add_argument(
        "-w", "--watch", action="store_true", help="wait for photos that come into the folder"
    )


def _add_look(parser: argparse.ArgumentParser) -> None:
    look = parser.add_argument_group("the result")
    formats = tuple(settings.FORMATS)
    look.add_argument(
        "-f", "--format", type=str.lower, choices=formats, help="as the output's name says, or png"
    )
    look.add_argument("--quality", metavar="0..100", help="of webp, avif and jpeg (90)")
    look.add_argument("--depth", type=int, choices=(8, 16), help="bits a channel of a png")
    look.add_argument("--mask", action="store_true", help="the mask alone, as a gray png")
    look.add_argument("--crop", action="store_true", help="no more than the subject's box")
    look.add_argument(
        "--invert", action="store_true", help="what is around the subject, without it"
    )
    look.add_argument(
        "--max-size", type=_at_least(1), metavar="N", help="no side of more than N pixels"
    )
    look.add_argument("--exif", action="store_true", help="carry the photo's Exif along")
    look.add_argument(
        "--foreground",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="the subject's own colours in soft edges; where anything lies behind them",
    )
    look.add_argument(
        "-b",
        "--background",
        metavar="WHAT",
        help="a colour, blur, blur:30%%, gradient:white,#ddd,180, or a picture's file",
    )
    look.add_argument(
        "--fit", choices=("cover", "contain", "stretch"), help="of a background's picture"
    )
    look.add_argument(
        "--shadow", metavar="WHAT", help="drop or contact: contact,y=1%%,blur=2%%,strength=0.6"
    )
    look.add_argument("--outline", metavar="WIDTH", help="1.5%%,white")
    look.add_argument("--frame", metavar="WHAT", help="1:1,2000x2000,margin=5%%")
    look.add_argument("--edits", metavar="FILE", help="strokes for one photo, as JSON")


def add_engine(parser: argparse.ArgumentParser) -> None:
    """Add which networks look, and with how much of the processor."""
    engine = parser.add_argument_group("the engine")
    engine.add_argument(
        "-p",
        "--profile",
        "-m",
        "--model",
        dest="wanted",
        metavar="NAME",
        help="auto, fast or best, one model by its name, or the .onnx file of one of your own",
    )
    engine.add_argument(
        "--template", metavar="NAME", help='the known network that such a file is; "" for none'
    )
    engine.add_argument(
        "--accept-terms", action="store_true", help="of that network: you have read them"
    )
    engine.add_argument(
        "-j", "--jobs", type=_at_least(1), default=1, metavar="N", help="photos at a time (1)"
    )
    engine.add_argument(
        "--threads", type=_at_least(0), default=0, metavar="N", help="of a network (all cores)"
    )


def add_common(parser: argparse.ArgumentParser) -> None:
    """Add what every command takes."""
    common = parser.add_argument_group("everywhere")
    common.add_argument(
        "--models", metavar="PATH", help="a site that runs Offcut, or a folder with its models"
    )
    common.add_argument("--cache", metavar="FOLDER", help="where models from a site are kept")
    common.add_argument(
        "--registry",
        dest="registries",
        action="append",
        default=[],
        metavar="PATH",
        help="a further list of models: a file or an address; may be given again",
    )
    common.add_argument("--json", action="store_true", help="a line of JSON for each on stdout")
    common.add_argument("-q", "--quiet", action="store_true", help="say only what went wrong")
    common.add_argument("--debug", action="store_true", help="show where an error came from")


def common_of(typed: argparse.Namespace) -> dict[str, Any]:
    """The same, as every order takes it."""
    names = ("models", "cache", "json", "quiet", "debug")
    found = {name: getattr(typed, name) for name in names}
    return {**found, "registries": tuple(typed.registries)}


def _at_least(least: int) -> Callable[[str], int]:
    def whole(text: str) -> int:
        value = int(text)
        if value < least:
            raise ValueError(text)
        return value

    return whole


def _quality(text: str | None) -> float | None:
    if text is None:
        return None
    value = settings.number(text.removesuffix("%"), "the quality")
    if 0 < value < 1:
        raise fail("BAD_CONFIG", f"The quality goes from 0 to 100: write {value * 100:g}.")
    return value / 100
