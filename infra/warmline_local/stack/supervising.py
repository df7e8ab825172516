"""Supervising: a program of the stack that ends by itself is started again, and the others are left alone.

They get along without it meanwhile: without a database the API answers 503, and without Redis the worker looks by
itself for what is due.
"""

import time
from collections.abc import Callable

from warmline_local.servers import GuardedProcess
from warmline_local.stack.steps import Steps
from warmline_memory.errors import SetupError

FIRST_SECONDS, LONGEST_SECONDS = 0.5, 30.0
"""The wait before a program is started again; it doubles with each time that this does not help."""
STEADY_SECONDS = 60.0
"""A program that ran for so long was well, so that its next end is the first one again."""


class Supervised:
    """One program of the stack, with how it is started."""

    def __init__(self, start: Callable[[], GuardedProcess], steps: Steps) -> None:
        self._start = start
        self._steps = steps
        self._began = time.monotonic()
        self._wait = FIRST_SECONDS
        self._due: float | None = None
        self.process = start()

    def look(self) -> None:
        """Say so where the program has ended, and start it again when its wait is over. A log that is large is put
        beside."""
        now = time.monotonic()
        self.process.shorten_log()
        if self._due is None:
            status = self.process.poll()
            if status is not None:
                self._ended(status, now)
        elif now >= self._due:
            self._start_again(now)

    def stop(self) -> None:
        """Stop the program, if it runs."""
        self.process.stop()

    def _ended(self, status: int, now: float) -> None:
        if now - self._began >= STEADY_SECONDS:
            self._wait = FIRST_SECONDS
        self._plan(f"{self.process.name} ended by itself (exit status {status}). {self.process.last_words()}", now)

    def _start_again(self, now: float) -> None:
        self._due, self._began = None, now
        try:
            self.process.stop()  # what it has left behind
            self.process = self._start()
        except SetupError as error:
            self._plan(str(error), time.monotonic())
        else:
            self._steps.say(f"{self.process.name} started again")

    def _plan(self, why: str, now: float) -> None:
        self._steps.say(f"{why} It is started again in {self._wait:g} s.")
        self._due = now + self._wait
        self._wait = min(LONGEST_SECONDS, 2 * self._wait)
