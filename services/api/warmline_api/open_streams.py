"""Open streams: who of this process waits for news of which tenant, and the end of them all when the server stops."""

import asyncio
import signal
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from types import FrameType
from typing import Self
from uuid import UUID

from anyio import CapacityLimiter, to_thread

from warmline_memory.messaging import Listener
from warmline_memory.settings import Settings

READERS = 4
"""At most this many streams read at the same time. The other threads and database connections are left to requests."""
STOPPING = (signal.SIGINT, signal.SIGTERM)


class News:
    """Wakes one stream; ``chain_id`` is the chain whose onlookers it follows."""

    def __init__(self, chain_id: UUID | None = None) -> None:
        self._chain_id = chain_id
        self._event = asyncio.Event()
        self._is_of_onlookers = chain_id is not None

    def ring(self, chain_id: UUID | None) -> None:
        """Say that there may be news: of a chain's onlookers, or of everything else."""
        if chain_id is None or chain_id == self._chain_id:
            self._is_of_onlookers = self._is_of_onlookers or chain_id is not None
            self._event.set()

    def taken(self) -> bool:
        """Be ready for the next; whether there was news of onlookers, as there is in the beginning."""
        self._event.clear()
        was, self._is_of_onlookers = self._is_of_onlookers, False
        return was

    async def wait(self) -> None:
        """Wait for news."""
        await self._event.wait()


class OpenStreams:
    """Wakes the streams of a tenant when an announcement is heard. A context manager in a running event loop.

    A server that is asked to stop waits for its open responses, so the streams end as soon as it is asked. A signal
    that stops the server also ends the streams; whoever runs a server without signals calls ``close``.
    """

    def __init__(self, settings: Settings) -> None:
        self.readers = CapacityLimiter(READERS)
        self.closing = False
        self._waiting: dict[UUID, set[News]] = defaultdict(set)
        self._work: set[asyncio.Task[None]] = set()
        self._loop = asyncio.get_running_loop()
        wake = partial(self._soon, self._wake)
        self._listener = Listener(settings, wake, wake)
        self._running = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as opened:
            opened.enter_context(self._listener)
            opened.enter_context(_before_stopping(self.close))
            self._running = opened.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        self._running.close()

    @contextmanager
    def news_of(self, tenant_id: UUID, chain_id: UUID | None = None) -> Iterator["News"]:
        """What wakes a stream whenever there may be news of a tenant, or of who has a chain open, and when all streams
        end."""
        news = News(chain_id)
        self._waiting[tenant_id].add(news)
        try:
            yield news
        finally:
            self._waiting[tenant_id].discard(news)
            if not self._waiting[tenant_id]:
                del self._waiting[tenant_id]

    def begin(self, work: Callable[[], None]) -> None:
        """Have something done in a thread, for which nobody waits."""
        task = self._loop.create_task(to_thread.run_sync(work))
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    def close(self) -> None:
        """End every stream, from whatever thread."""
        self._soon(self._end)

    def _soon(self, call: Callable[..., None], *given: UUID | None) -> None:
        # Announcements come in a thread of the listener's and signals at any moment. Events of asyncio and the sets of
        # those who wait belong to the loop, so everything that touches them runs there, and no lock is needed.
        with suppress(RuntimeError):  # the loop has ended, and with it all streams
            self._loop.call_soon_threadsafe(call, *given)

    def _wake(self, tenant_id: UUID, chain_id: UUID | None = None) -> None:
        for news in self._waiting.get(tenant_id, ()):
            news.ring(chain_id)

    def _end(self) -> None:
        self.closing = True
        for tenant_id in self._waiting:
            self._wake(tenant_id)


@contextmanager
def _before_stopping(call: Callable[[], None]) -> Iterator[None]:
    """Call something when a signal stops the server, before the server's own handler.

    ASGI offers nothing better. Its ``lifespan.shutdown`` comes only after the last open response has ended, and uvicorn
    tells a response that still runs nothing at all. sse-starlette has the same problem: it asks the server, which it
    finds as the owner of the handler of SIGTERM, twice a second whether it should exit. A server class of our own would
    end streams only for whoever starts the API by it, and not under plain ``uvicorn``.

    uvicorn installs its handlers before the application starts and removes them after it has stopped, so handlers that
    are wrapped in between and put back are always those of the server. Where there are none, nothing is done.
    """
    before: dict[int, Callable[[int, FrameType | None], object]] = {}

    def on_signal(number: int, frame: FrameType | None) -> None:
        call()
        before[number](number, frame)

    # Python lets the main thread alone install handlers. A server in another thread, as in tests, gets no signals.
    if threading.current_thread() is threading.main_thread():
        for number in STOPPING:
            handler = signal.getsignal(number)
            if callable(handler):
                before[number] = handler
                signal.signal(number, on_signal)
    try:
        yield
    finally:
        for stopping, handler in before.items():
            signal.signal(stopping, handler)
