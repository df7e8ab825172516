"""What an outbox holds: memories that are not sent yet, within bounds, and what becomes of them when a program ends."""

import atexit
import logging
import os
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol
from weakref import WeakSet

from warmline.calls import Call
from warmline.errors import OutcomeUnknown, ProblemError, Unauthenticated, UnexpectedAnswer
from warmline.http_errors import PASSING
from warmline.local import Endpoint
from warmline.transport import Transport

PATH = "/v1/memories/batch"
# Bytes of a call. The platform takes 16 MB where nothing else is set.
MOST_BYTES_OF_A_BATCH = 4_000_000
# Seconds for each memory of a batch, on top of the time-out. Embedding a long memory took 45 ms on a busy machine; this
# is twice as much.
EMBEDDING_SECONDS = 0.1
# Seconds. The first pause after a failure, doubled after each further one.
FIRST_PAUSE = 0.5
# After these errors the memories stay, and are sent again.
KEPT_AFTER = (*PASSING, OutcomeUnknown, UnexpectedAnswer)

logger = logging.getLogger("warmline")


@dataclass(frozen=True)
class OutboxLimits:
    """How much an outbox holds, and when it sends."""

    memories: int = 10_000
    """How many memories wait at most."""
    size: int = 64_000_000
    """How many bytes they have together at most, as JSON."""
    batch: int = 200
    """How many go into one call at most."""
    every: float = 0.5
    """Seconds. How long a memory waits for others at most."""
    patience: float = 30.0
    """Seconds. How long a full outbox keeps its caller waiting before it raises ``OutboxFull``."""
    at_the_end: float = 10.0
    """Seconds. How long closing the client, or the end of the program, waits for what is not sent yet."""


class Unsent:
    """The memories that are not sent yet, each as JSON, oldest first."""

    def __init__(self, limits: OutboxLimits) -> None:
        self._limits = limits
        self._memories: deque[bytes] = deque()
        self._size = 0
        self._oldest = 0.0
        self.taken_in = 0
        self.done = 0

    def __len__(self) -> int:
        return len(self._memories)

    def has_room_for(self, memory: bytes) -> bool:
        """Return whether the memory fits. An empty outbox takes any."""
        fits = len(self) < self._limits.memories and self._size + len(memory) <= self._limits.size
        return fits or not self._memories

    def take_in(self, memory: bytes) -> None:
        """Add a memory."""
        self._oldest = self._oldest if self._memories else time.monotonic()
        self._memories.append(memory)
        self._size += len(memory)
        self.taken_in += 1

    def seconds_to_go(self) -> float | None:
        """How long the next batch may still wait for more; None where there is nothing to send."""
        if not self._memories:
            return None
        if len(self) >= self._limits.batch or self._size >= MOST_BYTES_OF_A_BATCH:
            return 0.0
        return max(0.0, self._oldest + self._limits.every - time.monotonic())

    def batch(self) -> list[bytes]:
        """Return the oldest memories that go into one call. They stay until ``take_out``."""
        return next(self.batches(), [])

    def batches(self) -> Iterator[list[bytes]]:
        """Iterate over all memories, a call at a time."""
        batch: list[bytes] = []
        size = 0
        for memory in self._memories.copy():
            if batch and (len(batch) == self._limits.batch or size + len(memory) > MOST_BYTES_OF_A_BATCH):
                yield batch
                batch, size = [], 0
            batch.append(memory)
            size += len(memory)
        if batch:
            yield batch

    def take_out(self, batch: list[bytes]) -> None:
        """Remove the oldest memories, which were sent."""
        for _ in batch:
            self._size -= len(self._memories.popleft())
        self._oldest = time.monotonic()
        self.done += len(batch)


class Leaving(Protocol):
    """An outbox, as the end of the program and a fork see it."""

    def send_the_rest(self) -> None:
        """Send what is left, without any other thread or task."""

    def forget(self) -> None:
        """Begin anew, with the connections of its client."""


OPEN: set[Leaving] = set()
"""The outboxes that hold something. They are kept alive, also where the program lost its client."""
MADE: WeakSet[Leaving] = WeakSet()
"""All outboxes: the lock of an empty one can be held during a fork, too."""


def call_for(batch: list[bytes]) -> Call:
    """Build the call that keeps a batch."""
    # Each memory has its own external id, so that a batch can be sent again in any other cut. The key of a request
    # could not do that.
    return Call(
        "POST",
        PATH,
        content=b'{"memories":[' + b",".join(batch) + b"]}",
        headers={"Content-Type": "application/json"},
        extra_wait=EMBEDDING_SECONDS * len(batch),
    )


def send_now(endpoint: Endpoint, unsent: Unsent, seconds: float) -> None:
    """Send everything at the end of the program, when neither a thread nor a task can be started."""
    deadline = time.monotonic() + seconds
    # The attempts end with the time that is left, and not with a number of them.
    transport = Transport(endpoint, max_retries=0)
    lost = sum(_lost(transport, batch, deadline) for batch in unsent.batches())
    transport.close()
    if lost:
        logger.error("%d memories could not be sent before the program ended", lost)


def _lost(transport: Transport, batch: list[bytes], deadline: float) -> int:
    """Send a batch until it is stored or the time is up. Return how many of its memories are not stored."""
    pause = FIRST_PAUSE
    while (left := deadline - time.monotonic()) > 0:
        transport.timeout = left
        try:
            transport.send(replace(call_for(batch), extra_wait=0.0))
        except KEPT_AFTER:
            time.sleep(min(pause, max(0.0, deadline - time.monotonic())))
            pause *= 2
        except ProblemError as problem:
            if len(batch) == 1 or isinstance(problem, Unauthenticated):
                return len(batch)
            # One memory that is refused must not take the others with it. Halves of halves are single memories after
            # eight steps of a batch of 200.
            half = len(batch) // 2
            return _lost(transport, batch[:half], deadline) + _lost(transport, batch[half:], deadline)
        else:
            return 0
    return len(batch)


def _at_the_end() -> None:
    for outbox in list(OPEN):
        outbox.send_the_rest()


def _in_a_child() -> None:
    # What waits in a forked process is sent by its parent, which has the thread; its locks can be held for good.
    for outbox in list(MADE):
        outbox.forget()
    OPEN.clear()


atexit.register(_at_the_end)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_a_child)
