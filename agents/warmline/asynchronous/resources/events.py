"""The events API: what happened, as a list, or as a stream while it happens."""

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

from pydantic import ValidationError

from warmline.asynchronous.streams import AsyncStream
from warmline.asynchronous.tasks import Stop
from warmline.asynchronous.transport import AsyncTransport
from warmline.calls import AnyOf, Id
from warmline.errors import UnexpectedAnswer
from warmline.http_errors import PASSING
from warmline_schemas.events import MEMORY_KEPT, Event, Events as Found, EventType, MemoryKept

PATH = "/v1/events"

# The platform sends a sign of life every 15 seconds. Three missing ones mean that the connection is dead, although TCP
# has not noticed it.
SILENCE_SECONDS = 45.0
# Seconds before a lost stream is opened again, doubled after each failure. Eight seconds are short for a person who
# waits for events, and long enough for a platform that restarts.
RECONNECT_SECONDS, LONGEST_RECONNECT_SECONDS = 1.0, 8.0


class AsyncEvents:
    """``client.events``. Every method raises the errors of ``warmline.errors``."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def list(
        self,
        *,
        after: int = 0,
        queue: AnyOf[str] | None = None,
        chain_id: AnyOf[Id] | None = None,
        handoff_id: AnyOf[Id] | None = None,
        types: AnyOf[EventType | str] | None = None,
        page_size: int | None = None,
    ) -> AsyncIterator[Event]:
        """Iterate over the events that exist, oldest first, from the one after number ``after``.

        ``queue`` is a target such as ``queue:billing``; ``types`` is a list such as ``["handoff.ready"]``.
        """
        filters = {**_filters(queue, chain_id, handoff_id, types), "limit": page_size}
        while True:
            page = await self._transport.get(Found, PATH, {**filters, "after": after})
            for event in page.items:
                yield event
            if not page.items:
                return
            # ``last`` counts events that the filters left out, too, so that the next page does not read them again.
            after = page.last

    def stream(
        self,
        *,
        after: int | None = None,
        queue: AnyOf[str] | None = None,
        chain_id: AnyOf[Id] | None = None,
        handoff_id: AnyOf[Id] | None = None,
        types: AnyOf[EventType | str] | None = None,
    ) -> AsyncStream[Event | MemoryKept]:
        """Iterate over events while they happen, without an end: from now on, or from the one after number ``after``.

        A lost connection is opened again after the last event, so that no event is lost or repeated. Where the first
        connection fails, ``ConnectionFailed`` or ``TimedOut`` is raised. With ``chain_id`` and without ``types``, a
        ``MemoryKept`` says that a session has new memories. To go on in another process, store the ``sequence`` of the
        last event, and give it as ``after``. To end it, close it.
        """
        filters = {**_filters(queue, chain_id, handoff_id, types), "after": after}
        return AsyncStream(lambda stop: self._happening(filters, after, stop))

    async def _happening(
        self, filters: dict[str, Any], last: int | None, stop: Stop
    ) -> AsyncGenerator[Event | MemoryKept, None]:
        # It is 0 until the first frame: then no connection has worked yet, and the caller must handle a failure.
        wait = 0.0
        while not stop.asked:
            try:
                async for frame in self._frames(filters, last, stop):
                    wait = RECONNECT_SECONDS
                    # Signs of life and ``memory.kept`` have no id, so the position stays. The platform sends ids of
                    # digits only.
                    last = int(frame["id"]) if frame.get("id", "").isdigit() else last
                    event = _event_in(frame)
                    if event is not None:
                        yield event
            # Other errors, such as a revoked key, end the stream.
            except PASSING:
                # A stream that is stopped loses its connection, too.
                if not wait and not stop.asked:
                    raise
                wait = min(2 * wait, LONGEST_RECONNECT_SECONDS)
            await stop.pause(self._transport.jittered(wait))

    async def _frames(self, filters: dict[str, Any], last: int | None, stop: Stop) -> AsyncIterator[dict[str, str]]:
        """Iterate over the frames of one connection, each as a dict of its fields (WHATWG HTML, section 9.2.6)."""
        # ``Last-Event-ID`` wins over ``after`` in the query, which stays the same on every connection.
        headers = {"Accept": "text/event-stream", **({} if last is None else {"Last-Event-ID": str(last)})}
        frame: dict[str, str] = {}
        path = f"{PATH}/stream"
        async for line in self._transport.lines(path, filters, headers, stop=stop, silence=SILENCE_SECONDS):
            if line:
                # A comment begins with a colon. It gets the name "", which nobody reads. The platform writes each field
                # on one line, so a field is never continued.
                name, _, value = line.partition(":")
                frame[name] = value.removeprefix(" ")
            else:
                yield frame
                frame = {}


def _filters(
    queue: AnyOf[str] | None,
    chain_id: AnyOf[Id] | None,
    handoff_id: AnyOf[Id] | None,
    types: AnyOf[EventType | str] | None,
) -> dict[str, Any]:
    return {"queue": queue, "chain_id": chain_id, "handoff_id": handoff_id, "types": types}


def _event_in(frame: dict[str, str]) -> Event | MemoryKept | None:
    """Read the event in a frame. None for a frame without an event, and for a type that this SDK does not know."""
    known: dict[str, type[Event | MemoryKept]] = {**dict.fromkeys(EventType, Event), MEMORY_KEPT: MemoryKept}
    # A newer platform can send new types. A client must not stop working because of them.
    shape = known.get(frame.get("event", ""))
    if shape is None or "data" not in frame:
        return None
    try:
        return shape.model_validate_json(frame["data"])
    except ValidationError as error:
        raise UnexpectedAnswer("The stream did not send events as Warmline would: check WARMLINE_URL.") from error
