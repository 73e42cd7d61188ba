"""Colours of other profiles as sRGB, held against littlecms."""

from __future__ import annotations

import struct
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image, ImageCms

from offcut.models.process import prepare
from offcut.pixels.colour import to_srgb
from offcut.pixels.icc import display_p3

from .helpers import noise, rgb_profile, spec_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

ADOBE = {
    b"rXYZ": (0.60974, 0.31111, 0.01947),
    b"gXYZ": (0.20528, 0.62567, 0.06087),
    b"bXYZ": (0.14919, 0.06322, 0.74457),
}
PARA = {
    0: (2.2,),
    1: (2.2, 0.95, 0.05),
    2: (2.2, 0.9, 0.05, 0.02),
    3: (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045),
    4: (2.4, 0.93, 0.055, 1 / 12.92, 0.04045, 0.01, 0.005),
}


def fixed(*numbers: float) -> bytes:
    return b"".join(struct.pack(">i", round(number * 65536)) for number in numbers)


def profile(curve: bytes) -> bytes:
    """Adobe RGB's primaries with any tone curve."""
    tags = {name: b"XYZ " + bytes(4) + fixed(*xyz) for name, xyz in ADOBE.items()}
    tags |= {b"wtpt": b"XYZ " + bytes(4) + fixed(0.9642, 1, 0.8249)}
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve + bytes(-len(curve) % 4))
    table, body, at = b"", b"", 132 + 12 * len(tags)
    for name, data in tags.items():
        table += name + struct.pack(">II", at + len(body), len(data))
        body += data
    head = struct.pack(
        ">I4sI4s4s4s", at + len(body), bytes(4), 0x04000000, b"mntr", b"RGB ", b"XYZ "
    )
    head += bytes(12) + b"acsp" + bytes(28) + fixed(0.9642, 1, 0.8249) + bytes(48)
    return head + struct.pack(">I", len(tags)) + table + body


def by_littlecms(rgb: NDArray[np.uint8], icc: bytes) -> NDArray[np.uint8]:
    made = ImageCms.profileToProfile(
        Image.fromarray(rgb),
        ImageCms.ImageCmsProfile(BytesIO(icc)),
        ImageCms.createProfile("sRGB"),
        # The other intents move black, which these made curves raise.
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
    )
    assert made is not None
    return np.asarray(made)


TONES = [round(65535 * (n / 63) ** 1.8) for n in range(64)]
GAMMA = b"curv" + bytes(4) + struct.pack(">IH", 1, round(2.19921875 * 256))
TABLE = b"curv" + bytes(4) + struct.pack(">I64H", 64, *TONES)


@pytest.mark.parametrize(
    "icc",
    [
        pytest.param(display_p3(), id="Display P3"),
        pytest.param(profile(GAMMA), id="Adobe RGB"),
        pytest.param(profile(TABLE), id="a table"),
        *(
            pytest.param(
                profile(b"para" + bytes(4) + struct.pack(">HH", kind, 0) + fixed(*told)),
                id=f"para {kind}",
            )
            for kind, told in PARA.items()
        ),
    ],
)
def test_as_littlecms_has_it(icc: bytes) -> None:
    rgb = np.random.default_rng(5).integers(0, 256, (40, 50, 3)).astype(np.uint8)
    convert = to_srgb(icc)
    assert convert is not None
    gap = np.abs(convert(rgb.astype(np.float32)) - by_littlecms(rgb, icc))
    assert gap.mean() < 0.6
    assert np.percentile(gap, 99) < 3


def test_srgb_and_what_cannot_be_read_is_left_alone() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    nonsense = profile(b"para" + bytes(4) + struct.pack(">HH", 0, 0) + fixed(-2.0))
    for icc in (None, b"", srgb, rgb_profile(), display_p3()[:200], b"x" * 500, nonsense):
        assert to_srgb(icc) is None


def test_networks_see_srgb() -> None:
    rgb = noise(16, 16)
    convert = to_srgb(display_p3())
    assert convert is not None
    wanted = convert(rgb.astype(np.float32)) / 255 - 0.5
    got = prepare(rgb, spec_of(), colours=convert)[0].transpose(1, 2, 0)
    assert np.abs(got - wanted).max() < 1e-5
    assert np.abs(got - (rgb / 255 - 0.5)).max() > 0.01
