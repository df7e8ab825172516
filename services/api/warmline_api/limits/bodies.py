"""Bodies: read whole before a request is worked on, within a size and a time, and never too many at once."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable

from starlette.types import Message, Receive

from warmline_memory.errors import BodyTooLarge, BodyTooSlow, Busy
from warmline_memory.settings import Settings

SHARE = 2
"""One client, or one tenant, may fill at most this part of the room for bodies: a half."""
CONSOLE_BYTES = 1_000_000
"""The forms of the console are small, and are read before it is known who sends them."""
FILES_OF_FORM = 2
"""The files of one form of the console together are as large as this many of the largest ones."""

Wrapped = Callable[[], Awaitable[Message]]


class ClientLeft(Exception):
    """The client has hung up, so nobody is there to be answered."""


class Bodies:
    """The bodies of a process that are being read, and how many bytes they hold together."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._held: Counter[str] = Counter()

    async def read(
        self, receive: Receive, announced: bytes, group: str, *, is_form: bool = False, has_files: bool = False
    ) -> bytearray:
        """A whole body. ``group`` is whose it is, and ``announced`` its Content-Length, which may be missing or wrong.

        Raises ``BodyTooLarge``, ``BodyTooSlow``, ``Busy`` where too many are being read, and ``ClientLeft``.
        """
        most, seconds = self._bounds(is_form=is_form, has_files=has_files)
        # An announced length only spares the client the sending; what comes in is counted in any case.
        if announced.isdigit() and int(announced) > most:
            raise BodyTooLarge(most_bytes=most)
        body = bytearray()
        try:
            async with asyncio.timeout(seconds):
                await self._fill(body, receive, most, group)
        except TimeoutError as error:
            raise BodyTooSlow(seconds=seconds) from error
        finally:
            self._held[group] -= len(body)
            if not self._held[group]:
                del self._held[group]
        return body

    def _bounds(self, *, is_form: bool, has_files: bool) -> tuple[int, float]:
        """How many bytes a body may have, and how long it may take to come."""
        settings = self._settings
        if has_files:
            files = settings.attachment_bytes * (FILES_OF_FORM if is_form else 1)
            return files + CONSOLE_BYTES, settings.attachment_seconds
        most = settings.max_body_bytes
        return (min(CONSOLE_BYTES, most) if is_form else most), settings.body_seconds

    async def _fill(self, body: bytearray, receive: Receive, most: int, group: str) -> None:
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientLeft
            piece = message.get("body", b"")
            more = message.get("more_body", False)
            # Grown in place: to join the pieces anew with each one would copy the whole body for every byte that comes.
            body += piece
            self._held[group] += len(piece)
            if len(body) > most:
                raise BodyTooLarge(most_bytes=most)
            if more:
                self._check_room(group)

    def _check_room(self, group: str) -> None:
        room = max(self._settings.unfinished_bytes, self._settings.max_body_bytes * SHARE)
        if self._held[group] > room // SHARE or self._held.total() > room:
            raise Busy(why="too many bodies are being read at once")


def piece_by_piece(receive: Receive, seconds: float) -> Wrapped:
    """A body that its route reads as it comes in; each piece must come within so many seconds.

    Behind its end the only message is that the client has left, for which an answer that never ends waits as long as it
    takes.
    """
    is_whole = False

    async def next_piece() -> Message:
        nonlocal is_whole
        if is_whole:
            return await receive()
        try:
            async with asyncio.timeout(seconds):
                message = await receive()
        except TimeoutError as error:
            raise BodyTooSlow(seconds=seconds) from error
        is_whole = not message.get("more_body", False)
        return message

    return next_piece


def replayed(body: bytearray, receive: Receive) -> Wrapped:
    """A body that was read, as one message; it is read as a whole anyway."""
    sent = False

    async def replay() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": bytes(body), "more_body": False}

    return replay
