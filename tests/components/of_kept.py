"""What the page remembers."""

import js
from kept import PREFIX, read, write
from made_up import same


def test_values_come_back():
    for value in (True, 7, "ä", [1, "b"], {"a": None}):
        assert write("thing", value)
        same(read("thing", "none"), value)
    assert write("thing", None)
    same(read("thing", "none"), "none")
    same(js.localStorage.length, 0)


def test_what_is_no_json_counts_as_nothing():
    js.localStorage.setItem(PREFIX + "thing", "{")
    same(read("thing", 3), 3)
