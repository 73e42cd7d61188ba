"""Names of files: which ones look like pictures, and how two of one name are told apart."""

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
