"""The arguments of rembg's commands, for hands that have learned them.

``i`` is one photo, ``p`` a folder, ``d`` fetches models, ``m`` lists them. What Offcut does anyway
is accepted; what it does not offer is said.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from offcut.cli.arguments import add_common, add_engine, common_of
from offcut.cli.order import CutOrder, ModelsOrder
from offcut.errors import fail

if TYPE_CHECKING:
    from collections.abc import Sequence

    from offcut.cli.order import Order

MODELS = {
    "u2net": "auto",
    "u2net_human_seg": "modnet",
    "silueta": "u2netp",
    "isnet-general-use": "isnet",
    "birefnet-general": "best",
    "birefnet-general-lite": "auto",
    "birefnet-portrait": "best",
    "birefnet-dis": "best",
    "birefnet-hrsod": "best",
    "birefnet-massive": "best",
    "bria-rmbg": "best",
    "ben2-base": "best",
    "withoutbg": "best",
}
"""rembg's names, and the model or profile that comes closest."""

NOT_HERE = {
    "u2net_cloth_seg": "Offcut does not tell clothes apart.",
    "isnet-anime": "Offcut has no model for drawn figures.",
    "birefnet-cod": "Offcut has no model for what hides in its surroundings.",
    "sam": "Offcut takes no points here; strokes go in by --edits.",
    "atlascloud": "Offcut sends no photo to any service.",
    **dict.fromkeys(
        ("u2net_custom", "dis_custom", "ben_custom"),
        "a model of your own is an entry in the list of models (docs/models.md).",
    ),
}
"""rembg's names for what Offcut does not offer, and why."""

ANYWAY = "Offcut refines every mask along the photo's edges anyway: {} changes nothing."


def read_rembg(command: str, argv: Sequence[str]) -> Order:
    """The order behind rembg's command of that letter. BAD_CONFIG for what is not offered."""
    if command == "b":
        say = "Offcut takes no raw frames; give it photos, or a folder to --watch."
        raise fail("BAD_CONFIG", say)
    if command == "s":
        say = "Offcut has no HTTP server: its site does the work in each visitor's own browser."
        raise fail("BAD_CONFIG", say)
    if command in ("d", "m"):
        return _models(command, argv)
    parser = argparse.ArgumentParser(
        prog=f"offcut {command}",
        description="One photo, as rembg takes it." if command == "i" else "A folder, as rembg.",
    )
    _add(parser)
    if command == "i":
        parser.add_argument("input", nargs="?", default="-", help="a file, or - for stdin")
        parser.add_argument("output", nargs="?", default="-", help="a file, or - for stdout")
    else:
        parser.add_argument("input", help="a folder, with those in it")
        parser.add_argument("output", help="a folder")
        parser.add_argument("-w", "--watch", action="store_true", help="wait for more photos")
        parser.add_argument("-d", "--delete_input", action="store_true", help="not offered")
    return _order(command, parser.parse_args(argv))


def _models(command: str, argv: Sequence[str]) -> ModelsOrder:
    parser = argparse.ArgumentParser(prog=f"offcut {command}", description="The models.")
    parser.add_argument("names", nargs="*", help="models or profiles")
    add_common(parser)
    typed = parser.parse_args(argv)
    names = tuple(MODELS.get(name, name) for name in typed.names)
    return ModelsOrder(names=names, fetch=command == "d", **common_of(typed))


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-om", "--only-mask", action="store_true", help="the mask alone")
    parser.add_argument(
        "-bgc", "--bgcolor", nargs=4, type=int, metavar=("R", "G", "B", "A"), help="what lies below"
    )
    parser.add_argument(
        "-dc", "--decontaminate", action="store_true", help="the subject's own colours at its edge"
    )
    for flags in (
        ("-a", "--alpha-matting"),
        ("-ppm", "--post-process-mask"),
        ("-vm", "--vitmatte"),
    ):
        parser.add_argument(*flags, action="store_true", help="done anyway")
    for short, name in (("f", "foreground-threshold"), ("b", "background-threshold")):
        parser.add_argument(f"-a{short}", f"--alpha-matting-{name}", type=int, help="done anyway")
    parser.add_argument("-ae", "--alpha-matting-erode-size", type=int, help="done anyway")
    parser.add_argument("-x", "--extras", help="not offered")
    parser.add_argument("--overwrite", action="store_true", help="write over files that are there")
    add_engine(parser)
    add_common(parser)


def _order(command: str, typed: argparse.Namespace) -> CutOrder:
    if typed.extras:
        raise fail("BAD_CONFIG", "rembg's --extras are not offered.")
    if command == "p" and typed.delete_input:
        raise fail("BAD_CONFIG", "Offcut deletes no photos: leave -d out.")
    useless = [
        f"--{name.replace('_', '-')}"
        for name, value in vars(typed).items()
        if value and name.startswith(("alpha_matting", "post_process", "vitmatte"))
    ]
    said = [ANYWAY.format(" and ".join(useless))] if useless else []
    look: dict[str, Any] = {"mask": typed.only_mask}
    if typed.decontaminate:
        look["foreground"] = True
    if typed.bgcolor is not None:
        *colour, alpha = typed.bgcolor
        if alpha not in (0, 255):
            raise fail("BAD_CONFIG", "A background is opaque here (255) or none at all (0).")
        if alpha:
            look["background"] = {"kind": "colour", "colour": colour}
    watch = command == "p" and typed.watch
    existing = "overwrite" if typed.overwrite else "skip" if command == "p" else "refuse"
    # A folder's results are called like their photos, as rembg calls them.
    folder = {"recursive": True, "suffix": "", "output": f"{typed.output}/"}
    return CutOrder(
        photos=(typed.input,),
        existing=existing,
        watch=watch,
        wanted=typed.wanted or "auto",
        template=typed.template,
        accept_terms=typed.accept_terms,
        look=look,
        jobs=typed.jobs,
        threads=typed.threads,
        said=tuple(said),
        **(folder if command == "p" else {"output": typed.output}),
        **common_of(typed),
    )
