"""Connection shares: how many of a process's database connections one tenant's requests may hold."""

from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

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
        self._counting = Lock()
        self._held: Counter[str] = Counter()
        self._waiting: dict[str, deque[Lock]] = {}
        """Who waits, each with a lock that is released when a connection is left to them, first come, first served."""

    @contextmanager
    def one(self, group: str) -> Iterator[None]:
        """Wait until the group may hold one more, and hold it until the block ends. Raises ``Busy``."""
        self._take(group)
        try:
            yield
        finally:
            self._give_back(group)

    def _take(self, group: str) -> None:
        called = Lock()
        with self._counting:
            if self._held[group] < self._of_one:
                self._held[group] += 1
                return
            called.acquire()
            self._waiting.setdefault(group, deque()).append(called)
        if called.acquire(timeout=self._seconds):
            return
        with self._counting:
            # Whoever is not in the file any more was called just when the time was over.
            if called not in self._waiting.get(group, ()):
                return
            self._leave(group, called)
        raise Busy(why="your tenant's share of the database connections is in use")

    def _give_back(self, group: str) -> None:
        """Leave a connection to the one who has waited longest, and wake nobody else: to wake a dozen threads of which
        one can go on costs more than the counting, and lets whoever comes first past those who wait."""
        with self._counting:
            if group in self._waiting:
                called = self._waiting[group][0]
                self._leave(group, called)
                called.release()
                return
            self._held[group] -= 1
            if not self._held[group]:
                del self._held[group]

    def _leave(self, group: str, called: Lock) -> None:
        self._waiting[group].remove(called)
        if not self._waiting[group]:
            del self._waiting[group]
