"""Streams: server-sent events (WHATWG HTML, 9.2) to whoever holds a connection open, for the API and the console.

A stream reads what is new in a transaction of a moment, and holds no database connection while it waits. It is woken by
an announcement, and looks by itself every few seconds where one was lost.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from uuid import UUID

from anyio import to_thread
from fastapi.responses import StreamingResponse
from starlette.datastructures import State

from warmline_api.open_streams import OpenStreams
from warmline_memory import events
from warmline_memory.errors import Busy, Unavailable, WarmlineError
from warmline_memory.storage import Transaction
from warmline_schemas.events import Event, Events, EventType, MemoryKept

MEDIA_TYPE = "text/event-stream"
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
HEARTBEAT_SECONDS = 15.0
LOOK_SECONDS = 2.0
"""How often a stream looks where nothing was announced; so soon it also ends once its key is revoked."""
LOOK_AT_CHAIN_SECONDS = 1.0
"""How often a chain's stream looks for new memories, which are not announced."""
RETRY_MILLISECONDS = 1000
"""After so long a client that was cut off comes back."""
BATCH = 200
"""So many events are read at once."""

Opening = Callable[[], AbstractContextManager[Transaction]]
"""Opens a transaction of whoever listens."""


@dataclass(frozen=True)
class Filters:
    """What a stream is about; None, or no types, for all."""

    queue: str | None = None
    chain_id: UUID | None = None
    handoff_id: UUID | None = None
    types: tuple[EventType, ...] = ()

    @property
    def hints_at_memories(self) -> bool:
        """Whether new memories are told, too: to whoever follows all of one chain."""
        return self.chain_id is not None and not self.types


async def follow(state: State, transaction: Opening, filters: Filters, after: int | None = None) -> StreamingResponse:
    """Stream a tenant's events, from the one after number ``after``; from now on where that is None.

    ``transaction`` opens a short transaction as whoever asks, again and again, and raises what ends the stream, such as
    ``Unauthenticated``; what it raises first, this raises. ``state`` is the application's.
    """
    streams: OpenStreams = state.streams
    reader = _Reader(transaction, filters, after)
    tenant_id = await to_thread.run_sync(reader.begin, limiter=streams.readers)
    return StreamingResponse(_frames(streams, tenant_id, reader), media_type=MEDIA_TYPE, headers=HEADERS)


async def _frames(streams: OpenStreams, tenant_id: UUID, reader: "_Reader") -> AsyncIterator[str]:
    """What is sent: where to go on from, the events, and now and then a comment, by which the dead are noticed."""
    said = time.monotonic()
    with streams.news_of(tenant_id) as news, suppress(WarmlineError):
        yield f"retry: {RETRY_MILLISECONDS}\nid: {reader.after}\n\n"
        while not streams.closing:
            news.clear()
            frames = await to_thread.run_sync(reader.read, limiter=streams.readers)
            if not frames and time.monotonic() - said >= HEARTBEAT_SECONDS:
                frames = f": nothing new\nid: {reader.after}\n\n"
            if frames:
                yield frames
                said = time.monotonic()
            if not reader.has_more:
                with suppress(TimeoutError):
                    await asyncio.wait_for(news.wait(), reader.look_seconds)


class _Reader:
    """Reads what is new since it read last."""

    def __init__(self, transaction: Opening, filters: Filters, after: int | None) -> None:
        self._transaction = transaction
        self._filters = filters
        self._counts: dict[UUID, int] = {}
        self._start = after
        self.after = 0
        self.has_more = False
        self.look_seconds = LOOK_AT_CHAIN_SECONDS if filters.hints_at_memories else LOOK_SECONDS

    def begin(self) -> UUID:
        """Find out where to begin; whose events they are. A number that was never given counts as the newest."""
        with self._transaction() as db:
            last = events.last_sequence(db)
            self.after = last if self._start is None else min(self._start, last)
            self._counts = self._memory_counts(db)
            return events.tenant(db)

    def read(self) -> str:
        """What is new, as frames. A database that is busy or away is asked again later."""
        try:
            with self._transaction() as db:
                news = self._news(db)
                counts = self._memory_counts(db)
        except (Busy, Unavailable):
            self.has_more = False
            return ""
        self.after, self.has_more = news.last, len(news.events) == BATCH
        grown = [(one, count) for one, count in counts.items() if count > self._counts.get(one, 0)]
        self._counts = counts
        kept = [_memory_frame(MemoryKept(session_id=session_id, ordinal=count)) for session_id, count in grown]
        return "".join([*map(_event_frame, news.events), *kept])

    def _news(self, db: Transaction) -> Events:
        wanted = self._filters
        return events.news(
            db,
            after=self.after,
            limit=BATCH,
            queue=wanted.queue,
            chain_id=wanted.chain_id,
            handoff_id=wanted.handoff_id,
            types=wanted.types,
        )

    def _memory_counts(self, db: Transaction) -> dict[UUID, int]:
        chain_id = self._filters.chain_id
        return events.memory_counts(db, chain_id) if chain_id and self._filters.hints_at_memories else {}


def _event_frame(event: Event) -> str:
    return f"id: {event.sequence}\nevent: {event.type}\ndata: {event.model_dump_json()}\n\n"


def _memory_frame(kept: MemoryKept) -> str:
    return f"event: {kept.type}\ndata: {kept.model_dump_json()}\n\n"
