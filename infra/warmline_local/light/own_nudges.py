"""Nudges within one process: what else goes over a broker reaches a worker that is a part of this very process."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from threading import Lock, Thread
from uuid import UUID

import redis

from warmline_memory import jobs, messaging
from warmline_memory.messaging import NAMESPACE_SECONDS, SOCKET_TIMEOUT
from warmline_memory.settings import Settings
from warmline_worker.process import WorkerProcess

log = logging.getLogger("warmline.worker")

MOST_ASKED = 1_000
"""So many namespaces are remembered as just asked for; beyond that one may be asked for once more."""


class OwnNudges:
    """Tells the worker of this process that there is work. Safe to share between threads."""

    def __init__(self, settings: Settings) -> None:
        self._redis = messaging.connect(settings.redis_url, SOCKET_TIMEOUT)
        self._minutes = settings.consolidate_minutes
        self._worker: WorkerProcess | None = None
        # Protects ``_asked``; held for no more than a look, and together with no other lock.
        self._lock = Lock()
        self._asked: dict[tuple[UUID, str], float] = {}
        self._grown: SimpleQueue[tuple[UUID, str] | None] = SimpleQueue()

    @contextmanager
    def heard_by(self, worker: WorkerProcess) -> Iterator[None]:
        """Have a worker do what is asked for, and what else its broker would bring it, until the block ends."""
        self._worker = worker
        if self._minutes:
            worker.run_every(self._minutes * 60, "consolidate", worker.consolidate)
        indexing = Thread(target=self._index, args=(worker,), name="index", daemon=True)
        indexing.start()
        try:
            yield
        finally:
            self._worker = None
            # What runs is not waited for: a slice may be killed anywhere, and the next recall asks again.
            self._grown.put(None)

    def nudge(self, tenant_id: UUID, handoff_id: UUID) -> bool:  # noqa: ARG002 (what is due stands in the database)
        """Ask the worker to look for handoffs that are due."""
        if self._worker is not None:
            self._worker.nudge()
        return True

    def nudge_namespace(self, task: str, tenant_id: UUID, namespace: str, *, again: bool = False) -> bool:  # noqa: ARG002
        """Ask the worker to index a namespace, which is the one such task, unless it was asked just now; ``again`` asks
        all the same."""
        now, asked = time.monotonic(), (tenant_id, namespace)
        with self._lock:
            if not again and now < self._asked.get(asked, -NAMESPACE_SECONDS) + NAMESPACE_SECONDS:
                return True
            if len(self._asked) >= MOST_ASKED:
                self._asked.clear()
            self._asked[asked] = now
        self._grown.put(asked)
        return True

    def answers(self) -> bool:
        """Whether Redis answers now: it carries announcements, and counts requests."""
        try:
            return bool(self._redis.ping())
        except redis.RedisError:
            return False

    def close(self) -> None:
        """Close the connections."""
        self._redis.close()

    def _index(self, worker: WorkerProcess) -> None:
        while (grown := self._grown.get()) is not None:
            tenant_id, namespace = grown
            try:
                jobs.index_namespace(worker.platform, tenant_id, namespace)
            # Whatever it is, the thread must live on: the next recall of the namespace asks again.
            except Exception:
                log.exception("A namespace could not be indexed; it is tried again")
