"""Open streams: who of this process waits for news of which tenant, and the end of them all when the server stops."""

import asyncio
import signal
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Self
from uuid import UUID

from anyio import CapacityLimiter

from warmline_memory.messaging import Listener

READERS = 4
"""So many streams read at once, and leave the other threads and connections to requests."""
STOPPING = (signal.SIGINT, signal.SIGTERM)


class OpenStreams:
    """Wakes the streams of a tenant when an announcement is heard. A context manager in a running event loop.

    A server that is told to stop waits for its open responses. So whatever tells it ends the streams, too: the signal
    does so by itself, and who runs a server without signals calls ``close``.
    """

    def __init__(self, redis_url: str) -> None:
        self.readers = CapacityLimiter(READERS)
        self.closing = False
        self._waiting: dict[UUID, set[asyncio.Event]] = defaultdict(set)
        self._loop = asyncio.get_running_loop()
        self._listener = Listener(redis_url, lambda tenant_id: self._soon(self._wake, tenant_id))
        self._signals: dict[int, Callable[[int, FrameType | None], object]] = {}

    def __enter__(self) -> Self:
        self._listener.__enter__()
        if threading.current_thread() is threading.main_thread():
            for number in STOPPING:
                before = signal.getsignal(number)
                if callable(before):
                    self._signals[number] = before
                    signal.signal(number, self._on_signal)
        return self

    def __exit__(self, *error: object) -> None:
        for number, before in self._signals.items():
            signal.signal(number, before)
        self._listener.__exit__(*error)

    @contextmanager
    def news_of(self, tenant_id: UUID) -> Iterator[asyncio.Event]:
        """An event that is set whenever there may be news of a tenant, and when all streams end."""
        news = asyncio.Event()
        self._waiting[tenant_id].add(news)
        try:
            yield news
        finally:
            self._waiting[tenant_id].discard(news)
            if not self._waiting[tenant_id]:
                del self._waiting[tenant_id]

    def close(self) -> None:
        """End every stream, from whatever thread."""
        self._soon(self._end)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.close()
        self._signals[number](number, frame)

    def _soon(self, call: Callable[..., None], *given: UUID) -> None:
        with suppress(RuntimeError):  # the loop has ended, and with it all streams
            self._loop.call_soon_threadsafe(call, *given)

    def _wake(self, tenant_id: UUID) -> None:
        for news in self._waiting.get(tenant_id, ()):
            news.set()

    def _end(self) -> None:
        self.closing = True
        for tenant_id in self._waiting:
            self._wake(tenant_id)
