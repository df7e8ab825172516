"""The postbox: what a request leaves for Redis, so that no request waits for it. A thread of its own sends it.

Anything may be lost on the way, as Redis itself may lose it: what was to be told is in Postgres, and is found there.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable

from warmline_memory import metrics

log = logging.getLogger(__name__)

CAPACITY = 10_000
"""At most this many messages wait. A Redis so far behind is of no use, and what is dropped is found without it."""
QUIET_SECONDS = 2.0
"""For so long after a message that could not be sent, everything is dropped at once: the next one would fail too, and
those behind it would wait for that."""
CLOSING_SECONDS = 1.0
"""How long what still waits may take to be sent when the process ends."""

Send = Callable[[], bool | None]
"""Sends one message; False where it could not be sent."""


class Postbox:
    """Sends messages in the order in which they were left, one at a time. A context manager; safe between threads."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[Send | None] = queue.Queue(CAPACITY)
        self._quiet_until = 0.0
        self._thread = threading.Thread(target=self._run, name="postbox", daemon=True)

    def __enter__(self) -> "Postbox":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._waiting.put(None, timeout=CLOSING_SECONDS)
        except queue.Full:
            return
        self._thread.join(CLOSING_SECONDS)

    def leave(self, send: Send) -> None:
        """Leave a message. It takes microseconds, whatever Redis does, and raises nothing."""
        metrics.postbox.labels("left").inc()
        try:
            self._waiting.put_nowait(send)
        except queue.Full:
            metrics.postbox.labels("dropped").inc()
            self._pause("the postbox is full")

    def _run(self) -> None:
        while (send := self._waiting.get()) is not None:
            if time.monotonic() < self._quiet_until:
                metrics.postbox.labels("dropped").inc()
                continue
            # Whatever a message fails with, the next ones must still be sent.
            try:
                sent = send()
            except Exception:
                log.exception("A message could not be sent")
                sent = False
            metrics.postbox.labels("failed" if sent is False else "sent").inc()
            if sent is False:
                self._pause("Redis took no message")

    def _pause(self, why: str) -> None:
        now = time.monotonic()
        if now >= self._quiet_until:
            log.warning(
                "%s; messages of the next %g s are dropped, and what they say is found without them", why, QUIET_SECONDS
            )
        self._quiet_until = now + QUIET_SECONDS
