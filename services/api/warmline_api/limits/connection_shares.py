"""Connection shares: how many of a process's database connections one tenant's requests may hold."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

from warmline_api.limits.line import RESERVED
from warmline_memory.errors import Busy
from warmline_memory.settings import Settings


class ConnectionShares:
    """Counts the connections that are held, by tenant. Safe to share between threads.

    More requests are worked on at once than there are connections. Without shares, slow ones of one tenant hold all
    connections, and everybody else's requests wait for one until they are refused.
    """

    def __init__(self, settings: Settings) -> None:
        # As of turns, one tenant leaves one of so many to others.
        self._of_one = max(1, settings.database_pool - settings.database_pool // RESERVED)
        # As long as a request waits for the pool itself.
        self._seconds = settings.lock_timeout_ms / 1000
        self._held: Counter[str] = Counter()
        self._given_back = Condition()

    @contextmanager
    def one(self, group: str) -> Iterator[None]:
        """Wait until the group may hold one more, and hold it until the block ends. Raises ``Busy``."""
        with self._given_back:
            if not self._given_back.wait_for(lambda: self._held[group] < self._of_one, self._seconds):
                raise Busy(why="your tenant's share of the database connections is in use")
            self._held[group] += 1
        try:
            yield
        finally:
            with self._given_back:
                self._held[group] -= 1
                if not self._held[group]:
                    del self._held[group]
                self._given_back.notify_all()
