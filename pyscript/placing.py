"""Where a picture lies in a frame, and where to when it is drawn along."""


def shown(fit, room, picture):
    """(width, height) of ``picture`` in ``room``, both (width, height)."""
    if fit == "stretch":
        return room
    ratios = room[0] / picture[0], room[1] / picture[1]
    scale = max(ratios) if fit == "cover" else min(ratios)
    return picture[0] * scale, picture[1] * scale


def moved(at, by, room, size):
    """Where a picture lies (0..100) that was at ``at`` and was drawn along by ``by`` pixels.

    ``room``, ``size``: the frame's and the picture's own side, in the same pixels.
    """
    space = room - size
    if abs(space) < 1:  # it fits this way: there is nowhere to go
        return at
    return min(100, max(0, round(at + 100 * by / space)))
