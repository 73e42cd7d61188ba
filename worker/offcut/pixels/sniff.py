"""What a file is, by its bytes: never by its name or the MIME type that came with it."""

from __future__ import annotations

from dataclasses import dataclass

from offcut.pixels import headers, isobmff

BRANDS_AVIF = {b"avif", b"avis"}
BRANDS_HEIC = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs"}
BRANDS_HEIF = {b"mif1", b"msf1", b"mif2"}

FORMATS = (
    *("jpeg", "png", "webp", "gif", "bmp", "ico", "tiff", "avif", "heic", "svg"),
    # Known by name, to say so; nobody here reads them.
    *("jp2", "jxl", "psd", "qoi", "pnm"),
    "unknown",
)


@dataclass(frozen=True)
class Kind:
    """What the head of a file tells.

    ``format``: one of ``FORMATS``. ``has_alpha``: None where the header does not tell.
    ``width``/``height``: pixels before orientation, 0 where the header was not read that far.
    ``bits``: bits a channel, 0 if not told. ``channels``: 1 gray, 3 colour, 4 CMYK (JPEG), 0 not
    told; alpha is not counted. ``orientation``: EXIF, 1..8. ``icc``: the profile when all of it
    lies in the bytes given, of whatever colour space. ``dpi``: (x, y). ``animated``: None where
    the header does not tell. ``exif``: the block when all of it lies in the bytes given, without
    the prefix that JPEG gives it.
    """

    format: str
    has_alpha: bool | None = None
    width: int = 0
    height: int = 0
    bits: int = 0
    channels: int = 0
    orientation: int = 1
    icc: bytes | None = None
    dpi: tuple[float, float] | None = None
    animated: bool | None = None
    exif: bytes | None = None


_MAGIC = (
    # where it stands, what it is, which format
    (0, b"\xff\xd8\xff", "jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "png"),
    (8, b"WEBP", "webp"),
    (0, b"GIF87a", "gif"),
    (0, b"GIF89a", "gif"),
    (0, b"BM", "bmp"),
    (0, b"II*\0", "tiff"),
    (0, b"MM\0*", "tiff"),
    (0, b"II+\0", "tiff"),  # BigTIFF
    (0, b"MM\0+", "tiff"),
    (0, b"\0\0\1\0", "ico"),
    (0, b"\0\0\0\x0cjP  \r\n\x87\n", "jp2"),
    (0, b"\xff\x4f\xff\x51", "jp2"),
    (0, b"\0\0\0\x0cJXL \r\n\x87\n", "jxl"),
    (0, b"\xff\x0a", "jxl"),
    (0, b"8BPS\0", "psd"),
    (0, b"qoif", "qoi"),
    *((0, b"P%d" % number, "pnm") for number in range(1, 8)),
)
_READERS = {
    "jpeg": headers.jpeg,
    "png": headers.png,
    "webp": headers.webp,
    "gif": headers.gif,
    "bmp": headers.bmp,
    "avif": isobmff.picture,
    "heic": isobmff.picture,
}


def sniff(head: bytes) -> Kind:
    """Tell what begins with ``head``.

    ``head``: the first bytes of a file; 64 KiB tell the format of any, 512 KiB also the profile
    of most. Never raises: what is cut off or broken is simply not told.
    """
    name = _format(head)
    reader = _READERS.get(name)
    if reader is not None:
        return _kind(name, reader(head))
    return Kind(name, has_alpha=True if name == "svg" else None)


def _format(head: bytes) -> str:
    for at, magic, name in _MAGIC:
        if head[at : at + len(magic)] == magic and _is_really(name, head):
            return name
    if head[4:8] == b"ftyp":
        return _brand(head)
    return "svg" if _is_svg(head) else "unknown"


def _is_really(name: str, head: bytes) -> bool:
    """Some marks are so short that text or other files could carry them."""
    if name == "bmp":
        return len(head) >= 18 and head[6:10] == b"\0\0\0\0"
    if name == "ico":
        return 0 < int.from_bytes(head[4:6], "little") <= 64 and head[9:10] == b"\0"
    if name == "pnm":
        return head[2:3].isspace() and head[3:4] in b"#0123456789WP- "
    return name != "webp" or head[:4] == b"RIFF"


def _kind(name: str, told: headers.Told) -> Kind:
    return Kind(
        format=name,
        has_alpha=told.has_alpha,
        width=told.width,
        height=told.height,
        bits=told.bits,
        channels=told.channels,
        orientation=told.orientation,
        icc=told.icc,
        dpi=told.dpi,
        animated=told.animated,
        exif=told.exif,
    )


def _brand(head: bytes) -> str:
    """AVIF or HEIC by the brands of an ISO base media file; "unknown" for films."""
    end = min(int.from_bytes(head[:4], "big"), len(head), 256)
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, end - 3, 4))]
    if BRANDS_AVIF.intersection(brands):
        return "avif"
    if BRANDS_HEIC.intersection(brands) or BRANDS_HEIF.intersection(brands):
        return "heic"
    return "unknown"


def _is_svg(head: bytes) -> bool:
    """Whether the text's first element is <svg>: comments, a doctype and a prolog may precede."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = head[:8192].decode("utf-16", "ignore")
    else:
        text = head[:8192].decode("utf-8-sig", "ignore")
    text = text.lstrip()
    while text.startswith(("<?", "<!")):
        close = "-->" if text.startswith("<!--") else ">"
        before, found, text = text.partition(close)
        if "[" in before and close == ">":  # a doctype with entities of its own
            text = text.partition("]>")[2] if "]" not in before else text
        if not found:
            return False
        text = text.lstrip()
    name = text[1:64].split(">")[0].split("/")[0].split()
    return text.startswith("<") and bool(name) and name[0].split(":")[-1] == "svg"
