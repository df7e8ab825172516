"""Due work: one thread finds what is due, again and again, and others do it, each piece once at a time.

What is due is found in the database, so no message is needed for it; one only ends the wait between two looks.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable, Collection, Hashable, Sequence
from typing import Generic, TypeVar

log = logging.getLogger("warmline.worker")

Piece = TypeVar("Piece", bound=Hashable)

LOOK_SECONDS = 1.0
"""How often it is looked for what is due, in seconds, where nothing ends the wait."""
PAUSE_SECONDS = 0.02
"""At least this many seconds are between two looks, however often the wait is ended."""
TROUBLE_SECONDS = 2.0
"""After a look or a piece of work that failed, its thread goes on this many seconds later."""


class DueWork(Generic[Piece]):
    """Has what is due done from ``start`` to ``stop``, a piece at a time by each of ``doers``, on a thread of its own.

    ``find`` gets what is under way, and gives what to take beside it; of that no more is taken than threads are free.
    """

    def __init__(
        self,
        name: str,
        find: Callable[[Collection[Piece]], Sequence[Piece]],
        doers: Sequence[Callable[[Piece], object]],
    ) -> None:
        self._name, self._find, self._slots = name, find, len(doers)
        self._stopped, self._wake = threading.Event(), threading.Event()
        # Protects ``_under_way``, which the looking thread fills and the others empty. It is held for no more than
        # looking into it, and together with no other lock.
        self._lock = threading.Lock()
        self._under_way: set[Piece] = set()
        self._taken: queue.SimpleQueue[Piece | None] = queue.SimpleQueue()
        self._threads = [threading.Thread(target=self._look, name=name, daemon=True)]
        self._threads += [
            threading.Thread(target=self._work, args=(do,), name=f"{name}-{number}", daemon=True)
            for number, do in enumerate(doers)
        ]

    def start(self) -> None:
        """Begin to look and to work."""
        for thread in self._threads:
            thread.start()

    def nudge(self) -> None:
        """Look for what is due at once."""
        self._wake.set()

    def stop(self) -> None:
        """Take nothing more. What is under way goes on."""
        self._stopped.set()
        self._wake.set()
        for _ in range(self._slots):
            # One for each thread that works, which ends with it.
            self._taken.put(None)

    def join(self, seconds: float) -> None:
        """Wait for what is under way, at most so many seconds together."""
        end = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))

    def _look(self) -> None:
        while not self._stopped.is_set():
            # Cleared before the look: what comes during it leads to a further look.
            self._wake.clear()
            try:
                self._take()
            # Whatever it is, the thread must live on: without it nothing is done until the worker is started anew.
            except Exception:
                log.exception("What is due of %s cannot be found; the next look tries again", self._name)
                self._stopped.wait(TROUBLE_SECONDS)
            self._wake.wait(LOOK_SECONDS)
            self._stopped.wait(PAUSE_SECONDS)

    def _take(self) -> None:
        with self._lock:
            under_way = set(self._under_way)
        free = self._slots - len(under_way)
        if free <= 0:
            return
        found = self._find(under_way)[:free]
        with self._lock:
            self._under_way.update(found)
        for one in found:
            self._taken.put(one)

    def _work(self, do: Callable[[Piece], object]) -> None:
        while (one := self._taken.get()) is not None and not self._stopped.is_set():
            try:
                do(one)
            except Exception:
                log.exception("%s was not begun, or not recorded; it is tried again", one)
                self._stopped.wait(TROUBLE_SECONDS)
            with self._lock:
                self._under_way.discard(one)
            # A thread is free again.
            self._wake.set()
