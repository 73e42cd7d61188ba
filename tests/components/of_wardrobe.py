"""Background, shadow, outline and frame."""

from components.wardrobe import Wardrobe
from made_up import App, fire, one, said, same, seen
from state import DONE, WORKING

GROUPS = ("background", "shadow", "outline", "frame")


def opened():
    app = App()
    wardrobe = Wardrobe(app)
    app.state.phase = DONE
    wardrobe.render(app.state)
    one("#wardrobe").open = True
    wardrobe._opened()  # as the toggle would have it, a moment later
    return app, wardrobe


def choose(group, kind):
    place = 1 + GROUPS.index(group)
    one("#wardrobe-body .look:nth-child(" + str(place) + ") input[value=" + kind + "]").click()


def worn(app):
    return app.called("dressing.wear")[-1][0]


def test_it_is_there_with_a_cutout_and_made_when_it_is_opened():
    app = App()
    wardrobe = Wardrobe(app)
    for phase, there in ((WORKING, False), (DONE, True)):
        app.state.phase = phase
        wardrobe.render(app.state)
        same(seen("#wardrobe"), there)
    same(one("#wardrobe-body").children.length, 0)
    one("#wardrobe").open = True
    wardrobe._opened()  # as the toggle would have it, a moment later
    # and the looks of one's own
    same(one("#wardrobe").querySelectorAll(".look").length, len(GROUPS) + 1)


def test_what_is_chosen_is_worn():
    app, _ = opened()
    choose("background", "white")
    same(worn(app)["background"], {"kind": "colour", "colour": [255, 255, 255]})
    choose("shadow", "drop")
    same(worn(app)["shadow"]["kind"], "drop")
    choose("background", "none")
    same(worn(app)["background"], None)


def test_a_shops_frame_is_white():
    app, _ = opened()
    choose("frame", "shop")
    same(worn(app)["background"]["colour"], [255, 255, 255])
    same(worn(app)["frame"]["size"], [2000, 2000])


def test_it_shows_what_the_photo_wears():
    app, wardrobe = opened()
    app.state.scene = {"background": {"kind": "colour", "colour": [0, 0, 0]}}
    wardrobe.render(app.state)
    assert one("#wardrobe-body input[value=black]").checked
    same(app.called("dressing.wear"), [])


def test_the_same_for_all_photos():
    app, wardrobe = opened()
    button = one("#wardrobe-body > button")
    assert button.hidden
    app.state.item = object()
    wardrobe.render(app.state)
    assert not button.hidden
    button.click()
    same(app.called("table.dress_all"), [()])
    assert said("#wardrobe-body .tick")
    assert one("#wardrobe-body .tick").hidden


def test_the_next_photo_too():
    app, _ = opened()
    box = one("#wardrobe-body .tick input")
    box.checked = True
    fire(box, "change")
    same(app.called("dressing.for_next"), [(True,)])
