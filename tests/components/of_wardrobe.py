"""Background, shadow, edge and frame."""

from components.wardrobe import Wardrobe
from made_up import App, fire, one, same, seen
from state import DONE, WORKING

NOTHING = {"background": None, "shadow": None, "outline": None, "frame": None}


def worn(app):
    return app.called("dressing.wear")[-1][0]


def choose(name, value):
    one(name).value = value
    fire(one(name), "change")


def test_it_is_there_with_a_cutout():
    app = App()
    wardrobe = Wardrobe(app)
    for phase, there in ((WORKING, False), (DONE, True)):
        app.state.phase = phase
        wardrobe.render(app.state)
        same(seen("#wardrobe"), there)
    assert not seen("#wardrobe-all")
    app.state.batch = app.state.item = object()
    wardrobe.render(app.state)
    assert seen("#wardrobe-all")
    one("#wardrobe-all").click()
    same(app.calls, [("table.dress_all",)])


def test_backgrounds():
    app = App()
    Wardrobe(app)
    one("#ground-white-on").click()
    same(worn(app)["background"], {"kind": "colour", "colour": [255, 255, 255]})
    one("#ground-blur-on").click()
    assert seen("#ground-amount-row")
    one("#ground-amount").value = "80"
    fire(one("#ground-amount"), "input")
    same(worn(app)["background"], {"kind": "blur", "amount": 0.8})
    one("#ground-colour").value = "#102030"
    fire(one("#ground-colour"), "input")
    same(worn(app)["background"], {"kind": "colour", "colour": [16, 32, 48]})
    assert one("#ground-colour-on").checked and not seen("#ground-amount-row")
    one("#ground-none-on").click()
    same(worn(app), NOTHING)


def test_shadow_edge_and_frame():
    app = App()
    Wardrobe(app)
    choose("#shadow", "drop")
    choose("#outline", "thick")
    choose("#frame-kind", "shop")
    scene = worn(app)
    same(scene["shadow"]["kind"], "drop")
    same(scene["outline"], {"width": 0.03})
    same(scene["frame"]["size"], [2000, 2000])
    same(scene["background"]["colour"], [255, 255, 255])  # a shop's frame is white
    for name in ("#shadow", "#outline", "#frame-kind"):
        choose(name, "")
    same(worn(app), NOTHING)
