"""Photos to try it with, for somebody who has none at hand."""

import js
from dom import Element, JsException, listen, make, named
from text import t

SAMPLES = ("pear", "mug", "chick")


class Samples:
    """Three buttons below the drop zone; a photo is fetched when it is wanted."""

    def __init__(self, app):
        self.app = app
        self._busy = False
        self.row = Element("samples")
        row = make("div", cls="samples-row")
        for name in SAMPLES:
            row.append(self._button(name))
        lead = make("p", t("samples.lead"), cls="quiet", data_t="samples.lead")
        self.row.fill([lead, row])

    def _button(self, name):
        button = make("button", cls="sample", type="button")
        key = "samples." + name
        picture = make("img", alt=t(key), data_t_alt=key, width="160", height="120")
        picture.setAttribute("loading", "lazy")
        picture.setAttribute("fetchpriority", "low")
        picture.src = "./samples/" + name + "-thumb.jpg"
        button.append(picture)
        listen(button, "click", lambda _: self.app.run(self._take(name)))
        return button

    async def _take(self, name):
        if self._busy:
            return
        self._busy = True
        self.row.attr("aria-busy", "true")
        try:
            answer = await js.fetch(self.app.base + "samples/" + name + ".jpg")
            if answer.ok:
                self.app.take([named(await answer.blob(), name + ".jpg")])
            else:
                self.app.hint(t("later.failed"))
        except JsException:
            self.app.hint(t("later.failed"))
        finally:
            self._busy = False
            self.row.attr("aria-busy", None)
