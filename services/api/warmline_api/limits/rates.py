"""Rates: how many requests a key, a tenant and an address may send in a minute.

Each process counts in its own memory, so that no request waits for anything. Four times a second a thread adds up in
Redis what the processes have counted, and whoever is over the sum is refused by all of them until the minute is over.
Where Redis is away or slow, a process goes on by its own count (docs/decisions/0024).
"""

import asyncio
import logging
import math
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Self, cast

import redis
from anyio import CapacityLimiter, to_thread

from warmline_memory import metrics
from warmline_memory.messaging import connect
from warmline_memory.settings import Settings

log = logging.getLogger("warmline.api")

WINDOW_SECONDS = 60
ADD_UP_SECONDS = 0.25
"""How often the processes add up. What all of them let in within this time may be over the limit."""
REDIS_SECONDS = 1.0
"""How long Redis may take to add up; nobody waits for that."""
QUIET_SECONDS = 2.0
"""For so long after a failure nothing is added up."""


@dataclass(frozen=True)
class Standing:
    """Where somebody stands with one limit: its name, how many a minute, how many are left, and until when."""

    policy: str
    most: int
    left: int
    resets_in: int

    @property
    def is_over(self) -> bool:
        """Whether this request is one too many."""
        return self.left < 0


@dataclass
class _Count:
    own: int = 0
    added: int = 0
    """How many of this process's own are in the sum of all."""
    others: int = 0

    @property
    def total(self) -> int:
        return self.own + self.others


class Rates:
    """Counts requests by the minute, in one event loop. A context manager, which adds up while it is open."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.time) -> None:
        self._sums = _Sums(settings)
        self._clock = clock
        self._window = 0
        self._counts: dict[str, _Count] = {}
        self._adding: asyncio.Task[None] | None = None

    def __enter__(self) -> Self:
        self._adding = asyncio.get_running_loop().create_task(self._add_up_on())
        return self

    def __exit__(self, *_: object) -> None:
        if self._adding is not None:
            self._adding.cancel()
        self._sums.close()

    def take(self, policy: str, who: str, most: int) -> Standing:
        """Count one request of somebody against a limit of ``most`` a minute; where they stand now.

        One that is over the limit is not counted: whoever is refused is let in again when the minute is over.
        """
        count = self._current().setdefault(f"{policy}:{who}", _Count())
        left = most - count.total - 1
        if left >= 0:
            count.own += 1
        return Standing(policy, most, left, self._resets_in())

    async def add_up(self) -> bool:
        """Add this process's counts to those of the others; whether Redis did so in time."""
        window, counts = self._window, self._current()
        changed = {name: count.own - count.added for name, count in counts.items() if count.own > count.added}
        if not changed:
            return True
        totals = await to_thread.run_sync(self._sums.add, window, changed, limiter=self._sums.limiter)
        if totals is None:
            return False
        for (name, more), total in zip(changed.items(), totals, strict=True):
            count = counts[name]
            count.added += more
            count.others = total - count.added
        return True

    async def _add_up_on(self) -> None:
        while True:
            await asyncio.sleep(ADD_UP_SECONDS if await self.add_up() else QUIET_SECONDS)

    def _current(self) -> dict[str, _Count]:
        # Minutes of the clock, so that they are the same ones for all processes.
        window = int(self._clock() // WINDOW_SECONDS)
        if window != self._window:
            self._window, self._counts = window, {}
        return self._counts

    def _resets_in(self) -> int:
        return math.ceil(WINDOW_SECONDS - self._clock() % WINDOW_SECONDS)


class _Sums:
    """What all processes have counted, in Redis."""

    def __init__(self, settings: Settings) -> None:
        self._redis = connect(settings.redis_url, REDIS_SECONDS)
        self._prefix = settings.broker_prefix
        self._answers = True
        self.limiter = CapacityLimiter(1)
        """A thread of its own: the others are for requests."""

    def add(self, window: int, counts: dict[str, int]) -> Sequence[int] | None:
        """Add to the counts of a minute, in one round trip; what they come to, or None where Redis did not answer."""
        try:
            with self._redis.pipeline(transaction=False) as pipeline:
                for name, more in counts.items():
                    pipeline.incrby(self._key(window, name), more)
                for name in counts:
                    pipeline.expire(self._key(window, name), 2 * WINDOW_SECONDS)
                totals = cast(list[int], pipeline.execute()[: len(counts)])
        except (redis.RedisError, OSError) as error:
            metrics.limits_alone.inc()
            # Said once, and not every two seconds for as long as Redis is away.
            if self._answers:
                log.warning("Requests are not added up, and each process has limits of its own: %s", error)
            self._answers = False
            return None
        self._answers = True
        return totals

    def _key(self, window: int, name: str) -> str:
        return f"{self._prefix}:rates:{window}:{name}"

    def close(self) -> None:
        """Close the connections."""
        with suppress(redis.RedisError, OSError):
            self._redis.close()


def headers(standings: Iterable[Standing]) -> list[tuple[bytes, bytes]]:
    """The header fields ``RateLimit-Policy`` and ``RateLimit`` (draft-ietf-httpapi-ratelimit-headers-10)."""
    known = list(standings)
    if not known:
        return []
    policies = ", ".join(f'"{one.policy}";q={one.most};w={WINDOW_SECONDS}' for one in known)
    state = ", ".join(f'"{one.policy}";r={max(0, one.left)};t={one.resets_in}' for one in known)
    return [(b"ratelimit-policy", policies.encode()), (b"ratelimit", state.encode())]
