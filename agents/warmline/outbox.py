# Written by `python -m tests.sync_client` from asynchronous/outbox.py: change that one.
"""The outbox: memories that are kept in the background, in batches, while the program goes on."""

import logging
import time
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from warmline import threads
from warmline.calls import Id, as_json, build
from warmline.errors import MemoriesRefused, OutboxFull, ProblemError, TimedOut, Unauthenticated
from warmline.local import Endpoint
from warmline.slots import SlotLike, as_slot
from warmline.transport import Transport
from warmline.unsent import FIRST_PAUSE, KEPT_AFTER, MADE, OPEN, OutboxLimits, Unsent, call_for, send_now
from warmline_schemas.memories import Action, Remember, Role

# Seconds. No pause after a failure is longer.
LONGEST_PAUSE = 8.0

logger = logging.getLogger("warmline")


class Outbox:
    """``client.outbox``: keeps memories in the background, in the order in which they came.

    A memory is taken in at once, and sent with others within half a second. What cannot be sent is tried again until it
    arrives; each memory has an ``external_id``, so that it is stored once however often it is sent. The outbox holds a
    bounded number: a full one keeps its caller waiting, and then raises ``OutboxFull``. Nothing is dropped in silence.

    ``flush`` waits until everything is stored. Closing the client does the same, and the end of a program sends what is
    left. A session flushes before it is handed off or ended, so that its brief has everything.
    """

    def __init__(self, endpoint: Endpoint, transport: Transport, limits: OutboxLimits) -> None:
        self._endpoint = endpoint
        self._transport = transport
        self._limits = limits
        MADE.add(self)
        self._begin()

    def _begin(self) -> None:
        self._unsent = Unsent(self._limits)
        self._changed = threads.Condition()
        self._sender: threads.Sender | None = None
        self._wanted = 0
        self._closed = False
        self._refused: dict[bytes, ProblemError] = {}

    @property
    def waiting(self) -> int:
        """How many memories are not stored yet."""
        return len(self._unsent)

    def remember(
        self,
        content: str | None = None,
        *,
        session_id: Id | None = None,
        namespace: str | None = None,
        agent: str | None = None,
        kind: str | None = None,
        role: Role | str | None = None,
        importance: float | None = None,
        external_id: str | None = None,
        slot: SlotLike | None = None,
        action: Action | None = None,
        supersedes: Sequence[Id] | None = None,
        metadata: Mapping[str, Any] | None = None,
        event_time: datetime | None = None,
        pinned: bool | None = None,
        ttl_seconds: int | None = None,
    ) -> str:
        """Take in one memory, with the arguments of ``client.memories.remember``. Return its ``external_id``.

        Where ``event_time`` is left out, it is now. Raises ``InvalidRequest`` at once for what the platform would
        refuse, and ``OutboxFull``.
        """
        memory = build(
            Remember,
            content=content,
            session_id=session_id,
            namespace=namespace,
            agent=agent,
            kind=kind,
            role=role,
            importance=importance,
            external_id=external_id or uuid.uuid4().hex,
            slot=as_slot(slot),
            action=action,
            supersedes=supersedes,
            metadata=metadata,
            # It may be sent much later than it happened.
            event_time=event_time or datetime.now(UTC),
            pinned=pinned,
            ttl_seconds=ttl_seconds,
        )
        self._take_in(as_json(memory))
        return str(memory.external_id)

    def flush(self, *, timeout: float = 30.0) -> None:
        """Wait until everything that was taken in up to now is stored, ``timeout`` seconds at most.

        Raises ``TimedOut`` where it is not stored in time; it is still being sent then. Raises ``MemoriesRefused``,
        which names them, where the platform refused memories since the last time.
        """
        deadline = time.monotonic() + timeout
        with self._changed:
            goal = self._wanted = self._unsent.taken_in
            self._let_send()
            self._changed.notify_all()
            while self._unsent.done < goal:
                left = deadline - time.monotonic()
                if left <= 0:
                    raise TimedOut(
                        f"{self.waiting} memories are not stored after {timeout:g} s: they are still being sent."
                    )
                threads.wait(self._changed, left)
            refused, self._refused = self._refused, {}
        if refused:
            raise MemoriesRefused(refused)

    def close(self) -> None:
        """Flush, and stop sending. Raises what ``flush`` raises."""
        try:
            self.flush(timeout=self._limits.at_the_end)
        finally:
            with self._changed:
                self._closed = True
                self._changed.notify_all()
            threads.finished(self._sender)

    def send_the_rest(self) -> None:
        """Send what is left when the program ends. A call that is under way then is repeated."""
        send_now(self._endpoint, self._unsent, self._limits.at_the_end)

    def forget(self) -> None:
        """Begin anew, in a forked process: its parent sends what waits."""
        self._begin()
        self._transport.forget()

    def _take_in(self, memory: bytes) -> None:
        deadline = time.monotonic() + self._limits.patience
        with self._changed:
            while not self._unsent.has_room_for(memory):
                self._let_send()
                left = deadline - time.monotonic()
                if left <= 0:
                    raise OutboxFull(
                        f"{self.waiting} memories wait in the outbox, and none could be sent for "
                        f"{self._limits.patience:g} s: check that the platform can be reached."
                    )
                threads.wait(self._changed, left)
            self._unsent.take_in(memory)
            OPEN.add(self)
            self._let_send()
            self._changed.notify_all()

    def _let_send(self) -> None:
        if self._unsent and not threads.is_running(self._sender):
            self._closed = False
            self._sender = threads.start(self._send)

    def _send(self) -> None:
        """Send batch after batch, until the outbox is closed."""
        failures = 0
        while batch := self._next_batch():
            try:
                self._send_batch(batch)
            except KEPT_AFTER as error:
                pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2**failures)
                failures += 1
                logger.warning("%d memories wait in the outbox (%s); next attempt in %g s", self.waiting, error, pause)
                self._pause(pause)
            except RuntimeError:
                # The connections were closed although something was left. The end of the program sends it.
                if not self._closed:
                    raise
            else:
                failures = 0
                with self._changed:
                    self._unsent.take_out(batch)
                    if not self._unsent:
                        OPEN.discard(self)
                    self._changed.notify_all()

    def _next_batch(self) -> list[bytes]:
        """Wait until a batch is due, and return it; an empty one where the outbox was closed."""
        with self._changed:
            while not self._closed:
                seconds = self._unsent.seconds_to_go()
                if seconds == 0 or (seconds is not None and self._wanted > self._unsent.done):
                    return self._unsent.batch()
                threads.wait(self._changed, seconds)
        return []

    def _pause(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        with self._changed:
            while not self._closed and (left := deadline - time.monotonic()) > 0:
                threads.wait(self._changed, left)

    def _send_batch(self, batch: list[bytes]) -> None:
        try:
            self._transport.send(call_for(batch))
        except KEPT_AFTER:
            raise
        except ProblemError as problem:
            # A batch is kept as a whole or not at all: its halves show which memory is refused.
            if len(batch) > 1 and not isinstance(problem, Unauthenticated):
                half = len(batch) // 2
                self._send_batch(batch[:half])
                self._send_batch(batch[half:])
                return
            logger.error("The platform refused %d memories: %s", len(batch), problem)
            self._refused |= dict.fromkeys(batch, problem)
            # A program that never flushes must not collect them without an end.
            while len(self._refused) > self._limits.memories:
                del self._refused[next(iter(self._refused))]
