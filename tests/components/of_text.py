"""The sentences and the numbers in them."""

from made_up import REPORT, same
from text import amount, has, left, megabytes, model_titles, size, stage, t

ROLES = {"u2netp": "fast", "isnet": "detail"}


def test_sentences():
    same(t("compare.value", n=40), "40 % original")
    same(t("veil"), "Drop it anywhere")
    assert has("queue.zip")  # those that come a moment later are there, too
    assert not has("no.such.key")


def test_numbers():
    same([size(300), size(812_000), size(3_400_000)], ["1 KB", "812 KB", "3.4 MB"])
    same([megabytes(2_300_000), megabytes(44_000_000)], ["2.3", "44"])
    same([left(1), left(7.4), left(23), left(130)][1:3], ["about 7 s left", "about 25 s left"])
    same(amount(1e6, 2.3e6, None), "1.0 of 2.3 MB")


def test_stages():
    same(stage("run", "u2netp", ROLES), "Finding the subject…")
    same(stage("run", "isnet", ROLES), "Sharpening edges with the detailed model…")
    same(stage("no such", None, ROLES), "Working…")
    same(model_titles(["u2netp", "other"], REPORT), "U²-Net small and other")
