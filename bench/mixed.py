"""Mixed work: what many clients of a platform ask for at once, and how each of their requests was answered."""

import random
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from bench import sentences
from bench.timing import percentile

TURNS = 6
"""The memories of a conversation, each with a recall or a list beside it, before it is handed over."""
REFUSED = (429, 503)
NOT_ANSWERED = 0


@dataclass(frozen=True)
class Answered:
    """One request: when it began, how long it took, both in seconds, and its status; 0 where nothing came."""

    began: float
    took: float
    status: int
    says_when: bool
    """Whether the answer says when to come back."""

    @property
    def refused(self) -> bool:
        """Whether it was refused for now."""
        return self.status in REFUSED


@dataclass
class Client:
    """One client: it holds conversations, one after the other, each in a namespace of its own of those that it has.

    A namespace that it comes back to is forgotten first, so that what the platform holds does not grow.
    """

    http: httpx.Client
    number: int
    namespaces: int = 4
    answers: list[Answered] = field(default_factory=list)
    _rng: random.Random = field(init=False)
    _steps: Any = field(init=False)

    def __post_init__(self) -> None:
        self._rng = random.Random(self.number)
        self._steps = self._conversations()

    def step(self) -> None:
        """Send the next request."""
        next(self._steps)

    def _conversations(self) -> Any:
        turn = 0
        while True:
            turn += 1
            namespace = f"client-{self.number}-{turn % self.namespaces}"
            if turn > self.namespaces:
                yield self._ask("DELETE", f"/v1/namespaces/{namespace}")
            session = self._ask("POST", "/v1/sessions", {"namespace": namespace, "agent": "tier1-bot"})
            yield
            if session is None:
                continue
            # Clients come at any time: all at one place would hand over at once, or not yet at all.
            for _ in range(TURNS if turn > 1 else self.number % TURNS + 1):
                said = {"session_id": session["id"], "content": sentences.sentence(self._rng), "role": "user"}
                yield self._ask("POST", "/v1/memories", said)
                if self._rng.random() < 0.7:
                    asked = {"namespace": namespace, "query": sentences.inquiry(self._rng)}
                    yield self._ask("POST", "/v1/recall", asked)
                else:
                    yield self._ask("GET", f"/v1/memories?namespace={namespace}&limit=20")
            asked = {"session_id": session["id"], "to": "queue:people", "reason": "refund"}
            handoff = self._ask("POST", "/v1/handoffs", asked)
            yield
            if handoff is not None:
                yield self._ask("GET", f"/v1/handoffs/{handoff['id']}")

    def _ask(self, method: str, path: str, body: object = None) -> dict[str, Any] | None:
        began = time.monotonic()
        try:
            answer = self.http.request(method, path, json=body)
        except httpx.TransportError:
            self.answers.append(Answered(began, time.monotonic() - began, NOT_ANSWERED, False))
            return None
        says_when = answer.headers.get("Retry-After", "").isdigit()
        self.answers.append(Answered(began, time.monotonic() - began, answer.status_code, says_when))
        return answer.json() if answer.is_success and answer.content else None


@contextmanager
def connected(url: str, key: str, numbers: Sequence[int]) -> Iterator[list[Client]]:
    """Clients with these numbers, each with a connection of its own, as they have who work in programs of their own.

    Where hundreds share one pool, each request looks at all of its connections, under one lock: on two cores that took
    half as much of them as the platform itself, and most of what looked like the platform's slowness at 256 clients.
    """
    headers, secure = {"Authorization": f"Bearer {key}"}, ssl.create_default_context()
    with ExitStack() as opened:
        https = [httpx.Client(base_url=url, headers=headers, timeout=60, verify=secure) for _ in numbers]
        yield [Client(opened.enter_context(http), number) for http, number in zip(https, numbers, strict=True)]


def work(clients: Sequence[Client], seconds: float, a_second: float | None = None) -> list[Answered]:
    """Have all clients work for so many seconds; how each request was answered, in the order in which they began.

    Each client sends its next request as soon as the last one is answered, or ``a_second`` of them all together.
    A client that was refused comes back a second later at the earliest, as it was told.
    """
    began = time.monotonic()
    next_turn = _evenly(began, a_second) if a_second else None

    def go_on(client: Client) -> list[Answered]:
        before = len(client.answers)
        while time.monotonic() < began + seconds:
            if next_turn is not None:
                time.sleep(max(0.0, next_turn() - time.monotonic()))
            client.step()
            if client.answers and client.answers[-1].refused:
                time.sleep(1)
        return client.answers[before:]

    with ThreadPoolExecutor(len(clients)) as pool:
        return sorted((one for part in pool.map(go_on, clients) for one in part), key=lambda one: one.began)


def figures(answers: Sequence[Answered], seconds: float) -> dict[str, float | int]:
    """What came of requests: done a second, how long those took, refusals, what had no answer, and errors."""
    done = [one.took for one in answers if not one.refused and NOT_ANSWERED < one.status < 500]
    return {
        "requests": len(answers),
        "done_a_second": len(done) / seconds,
        "p50_ms": percentile(done, 0.5) * 1000 if done else 0.0,
        "p95_ms": percentile(done, 0.95) * 1000 if done else 0.0,
        "refused": sum(one.refused and one.says_when for one in answers),
        "refused_without_a_time": sum(one.refused and not one.says_when for one in answers),
        "never_answered": sum(one.status == NOT_ANSWERED for one in answers),
        "errors": sum(one.status >= 500 and not one.refused for one in answers),
    }


def _evenly(began: float, a_second: float) -> Callable[[], float]:
    """Times that lie evenly, so many in a second, one for each call by any thread."""
    lock, count = threading.Lock(), 0

    def following() -> float:
        nonlocal count
        with lock:
            count += 1
            return began + count / a_second

    return following
