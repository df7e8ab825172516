"""Timing: calls of one kind by several clients at once, and their latencies."""

import math
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Protocol

TOP_K = 10


class System(Protocol):
    """Something that keeps texts by namespace and brings back the ten that suit a query best. Any thread may use it."""

    def store(self, namespace: str, text: str) -> object:
        """Keep one text; once it returns, the text survives a crash."""
        ...

    def recall(self, namespace: str, query: str) -> object:
        """Ask for the ``TOP_K`` texts of a namespace that suit a query best."""
        ...


@dataclass
class Times:
    """Latencies of calls, and how long all of them took together, both in seconds."""

    calls: list[float] = field(default_factory=list)
    elapsed: float = 0.0

    def add(self, other: "Times") -> None:
        """Take further calls in, made at another time."""
        self.calls += other.calls
        self.elapsed += other.elapsed

    @property
    def per_second(self) -> float:
        """How many calls a second."""
        return len(self.calls) / self.elapsed

    @property
    def figures(self) -> dict[str, float]:
        """``p50_ms``, ``p95_ms`` and ``per_second``."""
        return {**latencies(self.calls), "per_second": self.per_second}


def timed(call: Callable[[str], object], texts: Sequence[str], clients: int) -> Times:
    """Call with each text once; so many clients take the next text as soon as they are free."""

    def once(text: str) -> float:
        began = time.perf_counter()
        call(text)
        return time.perf_counter() - began

    began = time.perf_counter()
    # Threads are enough: a client spends its time in waiting for the answer, when it holds no interpreter lock.
    with ThreadPoolExecutor(clients) as pool:
        calls = list(pool.map(once, texts))
    return Times(calls, time.perf_counter() - began)


def run(system: System, operation: str, namespace: str, texts: Sequence[str], clients: int) -> Times:
    """Call a system's ``store`` or ``recall`` with each text."""
    call: Callable[[str, str], object] = getattr(system, operation)
    return timed(lambda text: call(namespace, text), texts, clients)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least ``share`` (0 to 1) of all are not above (nearest rank)."""
    if not values:
        raise ValueError("there is no percentile of nothing")
    # The nearest rank is a value that was really measured; an interpolation between two of them was not.
    return sorted(values)[max(math.ceil(share * len(values)), 1) - 1]


def latencies(seconds: Sequence[float]) -> dict[str, float]:
    """The median and the 95th percentile, in milliseconds."""
    return {"p50_ms": percentile(seconds, 0.5) * 1000, "p95_ms": percentile(seconds, 0.95) * 1000}
