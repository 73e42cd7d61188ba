"""Asks before a photo that this device is likely not to hold: a sentence is better than a crash."""

import asyncio

from errors import fail
from idle import memory_gb
from settings.question import question
from text import t

# The page's process held at most 1.17 GB for 12 megapixels, 1.41 GB for 48 (docs/performance.md).
BASE_GB = 1.09
MEGAPIXEL_GB = 0.0067
USUAL_MEGAPIXELS = 12  # what phones take: below that, smaller looks of the networks are enough
SHARE = 0.5  # of the device's memory: about what a browser gives a tab
LOOK_S = 0.05


def too_large(megapixels, memory):
    """Whether a photo is likely to be too much for a device with so many GB (0: not known)."""
    if not memory or megapixels <= USUAL_MEGAPIXELS:
        return False
    return BASE_GB + MEGAPIXEL_GB * megapixels > SHARE * memory


class Caution:
    """Remembers for which photos the answer was to go on."""

    def __init__(self, state, ask=question, sleep=asyncio.sleep):
        self._state = state
        self._ask = ask
        self._sleep = sleep
        self._taken = None

    async def consider(self, photo):
        """Return when ``photo`` may be done; raises CANCELLED where the person thinks not, or has
        another photo on screen by then."""
        while not photo.width and not photo.unseen:
            if photo is not self._state.photo:
                raise fail("CANCELLED")
            await self._sleep(LOOK_S)
        megapixels = photo.width * photo.height / 1e6
        if photo is self._taken or not too_large(megapixels, memory_gb()):
            return
        words = t("settings.large.say", n=round(megapixels))
        go_on = await self._ask(t("settings.large"), words, t("settings.large.go"))
        if not go_on or photo is not self._state.photo:
            raise fail("CANCELLED")
        self._taken = photo
