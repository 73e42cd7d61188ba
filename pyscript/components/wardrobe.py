"""What lies behind and around the cut-out, chosen: background, shadow, outline, frame."""

from buttons import button
from dom import Element, listen, make
from looks import setting_of
from state import DONE, IMPROVING
from text import epoch, t


class Wardrobe:
    """Shows ``state.scene``, which is what the picture on screen is made with, and changes it.

    All of it is made when it is first opened, and once more in another language.
    """

    def __init__(self, app):
        self.app = app
        self.box = Element("wardrobe")
        self.body = Element("wardrobe-body")
        self._groups = []
        self._scene = None  # what is shown
        self._epoch = 0  # of the language that it is written in
        self.box.on("toggle", lambda _: self._opened())

    def render(self, state):
        """Offer it where there is a cut-out."""
        self.box.show(state.phase in (IMPROVING, DONE))
        if not self._groups:
            return
        if self._epoch != epoch() and state.phase in (IMPROVING, DONE):
            self._make()
        if state.scene is not self._scene:
            self._scene = state.scene
            for group in self._groups:
                setting = state.scene.get(group.name)
                if group.setting() != setting:  # where it was changed it is shown already
                    group.show(setting)
        in_queue = state.item is not None
        self.all.hidden = not in_queue
        self.next.hidden = in_queue

    def _opened(self):
        if self._groups or not self.box.node.open:
            return
        self._make()
        self.render(self.app.state)

    def _make(self):
        # Seven modules that most visits do not need.
        from components.grounds import Background
        from components.own_looks import OwnLooks
        from components.trims import Frame, Outline, Shadow

        self._epoch = epoch()
        before = self._groups
        self._groups = [
            made(self.app, self._changed) for made in (Background, Shadow, Outline, Frame)
        ]
        for at, group in enumerate(before):
            self._groups[at].take_over(group)
        own = OwnLooks(self.app, self._wear)
        self.all = button(t("look.all"), self.app.table.dress_all, cls="button wide")
        self.next = make("label", cls="tick")
        box = make("input", type="checkbox")
        box.checked = self.app.state.for_next
        self.next.append(box, make("span", t("look.next")))
        listen(box, "change", lambda _: self.app.dressing.for_next(bool(box.checked)))
        parts = [group.node for group in self._groups]
        parts += [own.node, self.next, self.all]
        self.body.fill(parts)

    def _changed(self, group):
        scene = dict(self.app.state.scene)
        scene[group.name] = group.setting()
        # A shop's frame is white all round, where nothing else was chosen.
        if group.name == "frame" and group.kind == "shop" and not scene.get("background"):
            scene["background"] = setting_of("background", "white", {})
        self.app.dressing.wear(scene)

    def _wear(self, look, picture):
        """Put a kept look on. ``picture``: the name of the one that it needs, "" for none."""
        scene, background = dict(look), self._groups[0]
        if picture:
            scene["background"] = None
        self.app.dressing.wear(scene)
        if picture and not background.put_back(look["background"]):
            background.ask()
            self.app.hint(t("look.own.picture", name=picture))
