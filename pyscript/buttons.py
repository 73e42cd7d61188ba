"""A button with words, for what is made when it is needed."""

from dom import listen, make

SMALL = "button small"


def button(label, action, *signs, cls="button"):
    """A button that calls ``action()``; ``signs``: what stands before its label."""
    made = make("button", type="button", cls=cls)
    made.append(*signs)
    made.append(make("span", label))
    listen(made, "click", lambda _: action())
    return made
