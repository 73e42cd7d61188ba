"""Names of files: which ones look like pictures, which ones every disk takes, and how two of one
name are told apart."""

# What browsers give no type for, or none that says "image": the engine opens these all the same.
ENDINGS = ".avif .bmp .gif .heic .heif .hif .ico .jfif .jpe .jpeg .jpg .png .svg .tif .tiff .webp"


def is_picture(name, kind):
    """Whether a file is worth giving to the engine. ``kind``: its media type, "" for none."""
    base = name.split("/")[-1]
    if base.startswith("."):
        return False  # .DS_Store, ._photo.jpg: what systems leave beside photos
    if kind:
        return kind.startswith("image/")
    _, dot, ending = base.lower().rpartition(".")
    return bool(dot) and dot + ending in ENDINGS.split()


# Windows keeps these for devices, whatever the ending.
_DEVICES = ("con", "prn", "aux", "nul", "com", "lpt")
_LONGEST = 120  # characters; disks take 255 bytes, and a ZIP is unpacked below some folder


def safe(name):
    """``name`` as every system takes it for a file's: without folders, drive letters, control
    characters and what Windows refuses."""
    base = name.replace("\\", "/").split("/")[-1]
    kept = "".join(["_" if one in '<>:"|?*' else one for one in base if _is_written(one)])
    kept = kept.strip(" ").rstrip(". ")
    stem, dot, ending = kept.rpartition(".")
    if not dot:
        stem, ending = kept, ""
    if stem.split(".")[0].lower().rstrip("0123456789 ") in _DEVICES:
        stem = "_" + stem
    stem = stem[: _LONGEST - len(ending)].rstrip(" ") or "photo"
    return stem + dot + ending


def _is_written(char):
    code = ord(char)
    # Controls, and the marks that turn the direction of writing: "gpj.exe" for "exe.jpg".
    turns = 0x202A <= code <= 0x202E or 0x2066 <= code <= 0x2069 or code in (0x200E, 0x200F)
    return code >= 32 and not 127 <= code < 160 and not turns


def unique(name, taken):
    """``name``, or ``name`` with the first number from 2 on before its ending that is not taken.

    Upper and lower case are one, as they are on many disks.
    """
    low = [one.lower() for one in taken]
    if name.lower() not in low:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot:
        stem, ending = name, ""
    number = 2
    while True:
        other = stem + "-" + str(number) + dot + ending
        if other.lower() not in low:
            return other
        number += 1
