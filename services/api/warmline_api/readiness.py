"""Readiness: whether the platform can do its work, looked at by one thread at a time and remembered for a moment."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from warmline_memory import handoffs, logs, workers
from warmline_memory.errors import WarmlineError
from warmline_memory.handoffs import Backlog
from warmline_memory.platform import Platform
from warmline_memory.storage import Lag
from warmline_memory.workers import Worker
from warmline_schemas.problems import Check

log = logging.getLogger("warmline.api")

REMEMBERED_SECONDS = 1.0
"""For so long everybody gets the same answer: nobody can keep the platform busy by asking how it is."""
EMBEDDING_SECONDS = 30.0
"""How often a word is embedded to see whether that works."""
LATE_SECONDS = 60.0
"""A handoff that has been due for so long is one that no worker takes: each looks once a second."""


@dataclass(frozen=True)
class Findings:
    """The state of each part, what waits for a worker, and who works; no backlog where the database is down."""

    checks: dict[str, Check]
    backlog: Backlog | None
    workers: Sequence[Worker] = ()
    lag: Lag | None = None
    """How far the replica is behind; None without one, or where the database is down."""

    def down(self) -> list[str]:
        """The parts without which nothing works. Redis, the worker and the replica are none of them: load balancers
        would take every process of the API away at once, and those work without."""
        return [name for name in ("database", "embedding") if self.checks[name] is Check.DOWN]


class Readiness:
    """Looks at the parts of a platform. Safe to share between threads."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._lock = threading.Lock()
        self._found: Findings | None = None
        self._until = 0.0
        self._embedding, self._embedding_until = Check.OK, 0.0

    def look(self) -> Findings:
        """What was found within the last second, else what is found now."""
        with self._lock:
            if self._found is None or time.monotonic() >= self._until:
                self._found = self._look()
                self._until = time.monotonic() + REMEMBERED_SECONDS
            return self._found

    def _look(self) -> Findings:
        found: list[tuple[Backlog, Sequence[Worker]]] = []
        database = _check("database", lambda: found.append(self._work()))
        backlog, known = found[0] if found else (None, ())
        # While the database is away nobody knows of a worker, and that is the database's fault.
        late = backlog is not None and backlog.oldest_seconds > LATE_SECONDS
        gone = backlog is not None and not any(worker.lives for worker in known)
        checks = {
            "database": database,
            "embedding": self._embeds(),
            "redis": Check.OK if self._platform.queue.answers() else Check.DOWN,
            "worker": Check.DOWN if late or gone else Check.OK,
        }
        lag = _lag(self._platform) if backlog is not None else None
        if lag is not None:
            checks["replica"] = Check.OK if lag.up else Check.DOWN
        return Findings(checks, backlog, known, lag)

    def _work(self) -> tuple[Backlog, Sequence[Worker]]:
        return handoffs.backlog(self._platform.database), workers.seen(self._platform.database)

    def _embeds(self) -> Check:
        # A model that is loaded can still fail, in a process of its own for example.
        if time.monotonic() >= self._embedding_until:
            self._embedding = _check("embedding", lambda: self._platform.embed(["ready"]))
            self._embedding_until = time.monotonic() + (
                EMBEDDING_SECONDS if self._embedding is Check.OK else REMEMBERED_SECONDS
            )
        return self._embedding


def _lag(platform: Platform) -> Lag | None:
    try:
        return platform.database.replica_lag()
    except WarmlineError as error:
        log.warning("Not known: how far the replica is behind, as of %s", logs.described(error.__cause__ or error))
        return None


def _check(part: str, ask: Callable[[], object]) -> Check:
    try:
        ask()
    except WarmlineError as error:
        log.warning("Not ready: %s is down, as of %s", part, logs.described(error.__cause__ or error))
        return Check.DOWN
    return Check.OK
