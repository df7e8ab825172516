"""Marks: something is said at the other side exactly once, also where an answer was lost or this process was killed."""

import time
from collections.abc import Callable

from warmline.bridges.desk import CannotLook, Later, Refused
from warmline.bridges.store import Store
from warmline.errors import WarmlineError

# Seconds. What was asked and not answered can still arrive for so long; only then it is looked for.
SETTLING = 20.0


class Marks:
    """What was said, by its mark. Safe to share between threads, each of which says other things."""

    def __init__(self, store: Store, settling: float = SETTLING) -> None:
        self._store = store
        self._settling = settling

    def came_back(self, mark: str, id: str) -> None:
        """Note that something is there, under the other side's id: it came back."""
        self._store.sent(mark, id)

    def knows(self, mark: str) -> bool:
        """Whether something was said, or may have been."""
        return self._store.mark(mark) is not None

    def once(self, mark: str, say: Callable[[], str], find: Callable[[], str | None]) -> str:
        """Say something unless it was said, and return the other side's id of it. ``find`` looks for it there.

        Raises ``Later`` and ``Refused``.
        """
        known = self._store.mark(mark)
        if known is not None:
            since, id = known
            id = id or self._found(mark, since, find)
            if id is not None:
                return id
        self._store.sending(mark)
        try:
            id = say()
        except Later as later:
            if not later.was_sent:
                self._store.not_sent(mark)
            raise
        except (Refused, WarmlineError):
            self._store.not_sent(mark)
            raise
        self._store.sent(mark, id)
        return id

    def _found(self, mark: str, since: float, find: Callable[[], str | None]) -> str | None:
        """The id of something that may be there; None where it certainly is not."""
        left = since + self._settling - time.time()
        if left > 0:
            raise Later("it is not known yet whether it was taken", left)
        try:
            id = find()
        except CannotLook as error:
            raise Refused(f"It is not known whether it was taken, and said twice is worse: {error}") from error
        if id is not None:
            self._store.sent(mark, id)
        return id
