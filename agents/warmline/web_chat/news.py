"""News: one stream of the tenant's events for all visitors, which rings for whom something has changed.

A ring says only that there is something. What it is, is read from the platform, so that a ring too many or one for two
things does no harm.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from warmline.asynchronous import AsyncWarmline
from warmline.errors import WarmlineError
from warmline_schemas.events import Event, EventType

logger = logging.getLogger("warmline")

TYPES = [
    type
    for type in EventType
    if type.startswith(("handoff.", "session.", "speaker."))
    or type in (EventType.MESSAGE_RECEIVED, EventType.MESSAGE_CREATED)
]
AGAIN_SECONDS = 2.0


class News:
    """Who listens for what. ``heard`` is called with every event, before its visitor's pages are rung."""

    def __init__(self, client: AsyncWarmline, visitor_in: Callable[[str | None], str | None]) -> None:
        self._client = client
        self._visitor_in = visitor_in
        self._bells: dict[str, set[asyncio.Event]] = defaultdict(set)
        self.is_over = False

    @contextmanager
    def listening(self, visitor: str) -> Iterator[asyncio.Event]:
        """A bell that rings for a visitor until the block ends."""
        bell = asyncio.Event()
        self._bells[visitor].add(bell)
        try:
            yield bell
        finally:
            self._bells[visitor].discard(bell)
            if not self._bells[visitor]:
                del self._bells[visitor]

    def listeners(self, visitor: str) -> int:
        """How many pages of a visitor listen."""
        return len(self._bells.get(visitor, ()))

    def ring(self, visitor: str) -> None:
        """Ring for the pages of a visitor."""
        for bell in self._bells.get(visitor, ()):
            bell.set()

    def close(self) -> None:
        """Ring for everybody, for the last time."""
        self.is_over = True
        self._ring_all()

    async def follow(self, heard: Callable[[str, Event], None], began: Callable[[], None]) -> None:
        """Follow the tenant's events without an end. ``began`` is called where some may have been missed before."""
        while True:
            with suppress(WarmlineError):
                async with self._client.events.stream(types=TYPES) as events:
                    began()
                    self._ring_all()
                    async for event in events:
                        visitor = self._visitor_in(event.namespace) if isinstance(event, Event) else None
                        if visitor is not None and isinstance(event, Event):
                            heard(visitor, event)
                            self.ring(visitor)
            logger.warning("The events of %s cannot be followed; trying again.", self._client.url)
            await asyncio.sleep(AGAIN_SECONDS)

    def _ring_all(self) -> None:
        for bells in self._bells.values():
            for bell in bells:
                bell.set()
