"""Networks whose file a person may bring, and what goes into them and comes out: no weights.

Each is a registry entry without bytes. ``non_commercial`` is one whose terms forbid its use for
money: the person brings the file and accepts the terms. Every entry says where its facts are from;
what was read from files here is marked "seen", what only others report "reported". rembg's sessions
stretch each mask to its own extremes (range "minmax"), Offcut does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from offcut.models.fields import Entry

Values = Mapping[str, list[float]]
IMAGENET: Values = {"mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}
HALF: Values = {"mean": [0.5, 0.5, 0.5], "std": [1.0, 1.0, 1.0]}
DIS_LICENCE = "https://github.com/xuebinqin/DIS/blob/main/LICENSE.md"
U2NET_LICENCE = "https://github.com/xuebinqin/U-2-Net/blob/master/LICENSE"
ANIME = "https://github.com/SkyTNT/anime-segmentation/blob/main/LICENSE"
OPEN_WEIGHTS = "Apache-2.0 (code; the weights' terms are an open question: trained on DIS5K)"


@dataclass(frozen=True)
class Template:
    """A known network. ``entry``: as in the registry, without bytes and parts; its ``memory_mb`` is
    for the size that it has there. ``page``: who publishes the file. ``digests``: the sha256 of
    files that are it for sure."""

    id: str
    entry: Entry
    page: str
    non_commercial: bool = False
    digests: frozenset[str] = field(default_factory=frozenset)

    @property
    def title(self) -> str:
        """What people call it."""
        return str(self.entry["title"])

    @property
    def licence(self) -> str:
        """Its terms, in a few words."""
        return str(self.entry["licence"])

    @property
    def licence_url(self) -> str:
        """Where they are to be read."""
        return str(self.entry["licence_url"])


def _square(name: str, side: int, normalise: str, values: Values) -> Entry:
    size = {"name": name, "width": side, "height": side}
    return {**size, "normalise": normalise, **values}


def _u2net(title: str, role: str, memory_mb: int) -> Entry:
    # rembg/sessions/u2net.py and its neighbours: x / max(x), ImageNet's mean and deviation, 320;
    # names and the sigmoid seen in u2netp.onnx (Rembg 0.0.0), reported alike for the others.
    return {
        "title": title,
        "roles": [role],
        "licence": "Apache-2.0",
        "licence_url": U2NET_LICENCE,
        "memory_mb": memory_mb,
        "input": _square("input.1", 320, "max", IMAGENET),
        "output": {"name": "1959", "range": "minmax"},
    }


def _isnet(title: str, licence: str, licence_url: str, memory_mb: int) -> Entry:
    return {
        "title": title,
        "roles": ["detail"],
        "licence": licence,
        "licence_url": licence_url,
        "memory_mb": memory_mb,
        "input": _square("input", 1024, "255", HALF),
        "output": {"name": "output", "range": "unit"},
    }


def _birefnet(title: str, licence: str, licence_url: str, memory_mb: int) -> Entry:
    # rembg/sessions/birefnet_general.py: ImageNet's mean and deviation, 1024, then a sigmoid.
    # Names: the authors' export (BiRefNet, tutorials: input_image, output_image).
    return {
        "title": title,
        "roles": ["detail"],
        "licence": licence,
        "licence_url": licence_url,
        "memory_mb": memory_mb,
        "input": _square("input_image", 1024, "255", IMAGENET),
        "output": {"name": "output_image", "range": "unit", "activation": "sigmoid"},
    }


REMBG = "https://github.com/danielgatis/rembg/releases/tag/v0.0.0"
IMGLY = "https://www.npmjs.com/package/@imgly/background-removal-data"
BRIA_14 = "https://huggingface.co/briaai/RMBG-1.4"
BRIA_20 = "https://huggingface.co/briaai/RMBG-2.0"
BIREFNET = "https://github.com/ZhengPeng7/BiRefNet"

KNOWN = (
    Template(
        # Mean ½, deviation 1 and the size: the model card's own code. Names and "sigmoid inside":
        # reported (IS-Net's export); the first run settles the latter.
        "rmbg-1.4",
        {
            **_isnet("RMBG-1.4", "bria-rmbg-1.4: no commercial use", BRIA_14, 1900),
            "output": {"name": "output", "range": "minmax", "activation": "auto"},
        },
        BRIA_14,
        non_commercial=True,
    ),
    Template(
        # The card's own code: ImageNet's mean and deviation, 1024. rembg/sessions/bria_rmbg.py:
        # no sigmoid needed. Names pixel_values, alphas: reported by several that run it.
        "rmbg-2.0",
        {
            **_birefnet("RMBG-2.0", "CC BY-NC 4.0: no commercial use", BRIA_20, 7000),
            "input": _square("pixel_values", 1024, "255", IMAGENET),
            "output": {"name": "alphas", "range": "unit", "activation": "auto"},
        },
        BRIA_20,
        non_commercial=True,
        digests=frozenset({"5b486f08200f513f460da46dd701db5fbb47d79b4be4b708a19444bcd4e79958"}),
    ),
    Template(
        # At 1024 others report that it does not fit into a browser's 4 GB; exports at 512 do.
        "birefnet-lite",
        _birefnet("BiRefNet lite, general use", "MIT", f"{BIREFNET}/blob/main/LICENSE", 6000),
        f"{BIREFNET}/releases",
        digests=frozenset({"5600024376f572a557870a5eb0afb1e5961636bef4e1e22132025467d0f03333"}),
    ),
    Template(
        # Mean ½, deviation 1: the authors' own Inference.py (DIS/IS-Net). rembg feeds it ImageNet's
        # mean instead. Names: reported.
        "isnet-general-use",
        {
            **_isnet("IS-Net, general use (rembg)", OPEN_WEIGHTS, DIS_LICENCE, 1900),
            "output": {"name": "output", "range": "minmax", "activation": "auto"},
        },
        REMBG,
        digests=frozenset({"60920e99c45464f2ba57bee2ad08c919a52bbf852739e96947fbb4358c0d964a"}),
    ),
    Template(
        # rembg/sessions/dis_anime.py; names: SkyTNT/anime-segmentation, export.py.
        "isnet-anime",
        {
            **_isnet("IS-Net, anime", "Apache-2.0", ANIME, 1900),
            "input": _square("img", 1024, "max", {"mean": IMAGENET["mean"], "std": HALF["std"]}),
            "output": {"name": "mask", "range": "minmax", "activation": "auto"},
        },
        REMBG,
        digests=frozenset({"f15622d853e8260172812b657053460e20806f04b9e05147d49af7bed31a6e99"}),
    ),
    Template(
        # Seen: "medium" of @imgly/background-removal-data 1.4.5; mean 128 and deviation 256 of 255.
        "isnet-fp16",
        _isnet("IS-Net, half precision (imgly)", OPEN_WEIGHTS, DIS_LICENCE, 1900),
        IMGLY,
        digests=frozenset({"b6e8497ba978a6f5fbb647e419d2696cd80df5a23cb6a8ea532021911bd76acb"}),
    ),
    Template(
        # Seen: "small" of the same package.
        "isnet-quint8",
        _isnet("IS-Net, 8 bits (imgly)", OPEN_WEIGHTS, DIS_LICENCE, 1700),
        IMGLY,
        digests=frozenset({"7001d60734fdc112dd9c062635fb59cd401fb82a9d4213134bce4dbd655c803a"}),
    ),
    Template(
        "u2net",
        _u2net("U²-Net", "detail", 900),
        REMBG,
        digests=frozenset({"8d10d2f3bb75ae3b6d527c77944fc5e7dcd94b29809d47a739a7a728a912b491"}),
    ),
    Template(
        "u2net_human_seg",
        _u2net("U²-Net, people", "detail", 900),
        REMBG,
        digests=frozenset({"01eb6a29a5c4d8edb30b56adad9bb3a2a0535338e480724a213e0acfd2d1c73c"}),
    ),
    Template(
        "u2netp",
        _u2net("U²-Net small", "fast", 300),
        REMBG,
        digests=frozenset({"309c8469258dda742793dce0ebea8e6dd393174f89934733ecc8b14c76f4ddd8"}),
    ),
    Template(
        "silueta",
        _u2net("Silueta (U²-Net, cut down)", "detail", 500),
        REMBG,
        digests=frozenset({"75da6c8d2f8096ec743d071951be73b4a8bc7b3e51d9a6625d63644f90ffeedb"}),
    ),
)
TEMPLATES = {one.id: one for one in KNOWN}
