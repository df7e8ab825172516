"""Shares: how many long requests, such as streams and exports, one tenant may have open at the same time."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from warmline_memory.errors import TooManyAtOnce


class Shares:
    """Counts what is open in this process, by tenant."""

    def __init__(self, noun: str, most: int, most_of_one: int) -> None:
        """At most ``most`` at once, and ``most_of_one`` of one tenant. ``noun`` names them in errors, in the plural."""
        self._noun = noun
        self._most = most
        self._most_of_one = most_of_one
        self._open: Counter[str] = Counter()

    @contextmanager
    def one(self, group: str) -> Iterator[None]:
        """Hold one share until the block ends. Raises ``TooManyAtOnce``."""
        if self._open[group] >= self._most_of_one or self._open.total() >= self._most:
            raise TooManyAtOnce(noun=self._noun, most=self._most_of_one)
        self._open[group] += 1
        try:
            yield
        finally:
            self._open[group] -= 1
            if not self._open[group]:
                del self._open[group]
