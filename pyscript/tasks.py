"""Coroutines that run beside everything else.

Runs under MicroPython and Pyodide alike.
"""

import asyncio
import sys


class Tasks:
    """What the page and its engine start things with."""

    def __init__(self):
        """Hold nothing yet."""
        self._tasks = set()  # a task that nobody holds may be collected in the middle

    def run(self, work):
        """Run a coroutine beside everything else."""

        async def held():
            try:
                await work
            finally:
                self._tasks.discard(task)

        task = asyncio.create_task(held())
        self._tasks.add(task)

    def later(self, ms, action):
        """Call ``action`` after so many milliseconds."""

        async def wait():
            await asyncio.sleep(ms / 1000)
            action()

        self.run(wait())


def complain(error):
    """Put a fault of ours on the console, with the way to it."""
    if hasattr(sys, "print_exception"):
        sys.print_exception(error)  # MicroPython
    else:
        sys.excepthook(type(error), error, error.__traceback__)
