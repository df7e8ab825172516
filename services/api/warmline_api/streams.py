"""Streams: server-sent events (WHATWG HTML, 9.2) over connections that remain open, for the API and the console.

A stream reads what is new in a transaction of a moment, and holds no database connection while it waits. It is woken by
an announcement, and looks by itself every few seconds where one was lost.
"""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Protocol
from uuid import UUID

from anyio import to_thread
from fastapi.responses import StreamingResponse
from sqlalchemy import ColumnElement
from starlette.datastructures import State

from warmline_api.open_streams import OpenStreams
from warmline_memory import events
from warmline_memory.errors import Busy, Unavailable, WarmlineError
from warmline_memory.storage import Many, Transaction
from warmline_schemas.events import Event, Events, EventType, MemoryKept

MEDIA_TYPE = "text/event-stream"
# nginx keeps back what it has of an answer until a buffer is full, unless the answer forbids that by this header.
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
# Proxies close a connection on which nothing was sent for a while, nginx after 60 seconds and some load balancers after
# 30. The WHATWG advises a comment about every 15 seconds (HTML, 9.2.7).
HEARTBEAT_SECONDS = 15.0
LOOK_SECONDS = 2.0
"""How often a stream looks where nothing was announced. A stream whose key is revoked also ends within this time."""
LOOK_AT_CHAIN_SECONDS = 1.0
"""How often a chain's stream looks for new memories, which are not announced."""
RETRY_MILLISECONDS = 1000
"""How long a client that was cut off waits before it comes back."""
BATCH = 200
"""At most this many events are read in one transaction."""

Opening = Callable[[], AbstractContextManager[Transaction]]
"""Opens a transaction as the client that listens."""


@dataclass(frozen=True)
class Filters:
    """What a stream is about; None, or no types, for all."""

    queue: Many[str] = None
    chain_id: Many[UUID] = None
    handoff_id: Many[UUID] = None
    types: tuple[EventType, ...] = ()
    seen: Callable[[Transaction], ColumnElement[bool]] | None = None
    """What whoever listens may hear of. It is asked anew with every read, so that a queue that is taken from them
    is taken from their open pages too."""

    @property
    def hints_at_memories(self) -> bool:
        """Whether the stream also says that there are new memories: where it follows all of one chain."""
        return bool(self.chain_id) and not self.types


class Attendance(Protocol):
    """Somebody who has a chain open while their stream goes on, and is told who else has. Threads call its methods."""

    chain_id: UUID

    def stay(self) -> None:
        """Say that they are there."""

    def leave(self) -> None:
        """Say that they are not any more."""

    def read(self, *, is_new: bool) -> str:
        """What has changed, as frames; ``is_new`` where somebody came, or left, or began to type."""


async def follow(
    state: State,
    transaction: Opening,
    filters: Filters,
    after: int | None = None,
    attendance: Attendance | None = None,
) -> StreamingResponse:
    """Stream a tenant's events, from the one after number ``after``; from now on where that is None.

    ``transaction`` opens a short transaction as the client, again and again, and raises what ends the stream, such as
    ``Unauthenticated``; what it raises first, this raises. ``state`` is the application's. ``attendance`` is whoever
    attends to one chain.
    """
    streams: OpenStreams = state.streams
    reader = _Reader(transaction, filters, after)
    tenant_id = await to_thread.run_sync(reader.begin, limiter=streams.readers)
    frames = _attended if attendance else _frames
    return StreamingResponse(frames(streams, tenant_id, reader, attendance), media_type=MEDIA_TYPE, headers=HEADERS)


async def _attended(
    streams: OpenStreams, tenant_id: UUID, reader: "_Reader", attendance: Attendance | None
) -> AsyncIterator[str]:
    """What is sent, while whoever gets it counts as there."""
    try:
        async for frames in _frames(streams, tenant_id, reader, attendance):
            yield frames
    finally:
        # Whoever has gone waits for nothing any more, so nothing is waited for here.
        if attendance is not None:
            streams.begin(attendance.leave)


async def _frames(
    streams: OpenStreams, tenant_id: UUID, reader: "_Reader", attendance: Attendance | None = None
) -> AsyncIterator[str]:
    """What is sent: where to go on from, the events, and now and then a comment, by which the dead are noticed."""
    said, stayed = time.monotonic(), -math.inf
    # The answer has begun, so no error can be a status any more. The stream ends, its client comes back by itself, and
    # is answered with the error then.
    with streams.news_of(tenant_id, attendance.chain_id if attendance else None) as news, suppress(WarmlineError):
        yield f"retry: {RETRY_MILLISECONDS}\nid: {reader.after}\n\n"
        while not streams.closing:
            # Cleared before the read: what is announced while the read goes on leads to one more read.
            stays = _is_due(stayed)
            look = partial(_look, reader, attendance, is_new=news.taken(), stays=stays)
            stayed = time.monotonic() if stays else stayed
            frames = await to_thread.run_sync(look, limiter=streams.readers)
            if not frames and _is_due(said):
                # The comment carries the id of the newest event, of whatever sort: a client with a narrow filter would
                # otherwise go on from an event of long ago, and have everything since then searched once more.
                frames = f": nothing new\nid: {reader.after}\n\n"
            if frames:
                yield frames
                said = time.monotonic()
            if not reader.has_more:
                with suppress(TimeoutError):
                    await asyncio.wait_for(news.wait(), reader.look_seconds)


def _is_due(since: float) -> bool:
    """Whether a beat has passed."""
    return time.monotonic() - since >= HEARTBEAT_SECONDS


def _look(reader: "_Reader", attendance: Attendance | None, *, is_new: bool, stays: bool) -> str:
    """What is new, as frames: events, and who else is there."""
    if attendance is None:
        return reader.read()
    if stays:
        attendance.stay()
    return reader.read() + attendance.read(is_new=is_new)


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
            # A number beyond the last one is of another database, or of one that was restored from a backup. Events
            # below it would never be sent, so the stream goes on from the newest.
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
        self.after, self.has_more = news.last, news.next_cursor is not None
        grown = [(one, count) for one, count in counts.items() if count > self._counts.get(one, 0)]
        self._counts = counts
        kept = [_memory_frame(MemoryKept(session_id=session_id, ordinal=count)) for session_id, count in grown]
        return "".join([*map(_event_frame, news.items), *kept])

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
            seen=wanted.seen(db) if wanted.seen else None,
        )

    def _memory_counts(self, db: Transaction) -> dict[UUID, int]:
        chain_id = self._filters.chain_id
        return events.memory_counts(db, chain_id) if chain_id and self._filters.hints_at_memories else {}


def _event_frame(event: Event) -> str:
    return f"id: {event.sequence}\nevent: {event.type}\ndata: {event.model_dump_json()}\n\n"


def _memory_frame(kept: MemoryKept) -> str:
    # Without an id: new memories are no events of the log, and a client cannot go on behind one.
    return f"event: {kept.type}\ndata: {kept.model_dump_json()}\n\n"
