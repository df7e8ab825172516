"""Callers of two hosts: what they were told, and whether it is still so afterwards."""

import itertools
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

PATIENCE_SECONDS = 120.0
"""So long a caller asks again, with the same Idempotency-Key, before it counts the answer as never given."""
ANSWER_SECONDS = 40.0
TALK = ("Customer ACC-{0} was charged $299 instead of $199", "I will refund $100 of invoice INV-{0} by Friday")
numbers = itertools.count(1000)


@dataclass
class Told:
    """What the platform acknowledged, and how it answered meanwhile."""

    memories: list[str] = field(default_factory=list)
    handoffs: dict[str, str] = field(default_factory=dict)
    """Sessions by handoff."""
    owners: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Who was told that a handoff is theirs."""
    refusals: Counter[str] = field(default_factory=Counter)
    never: int = 0
    slowest: float = 0.0


class Host:
    """A caller of one host's API."""

    def __init__(self, name: str, http: httpx.Client, told: Told) -> None:
        self.name = name
        self.http = http
        self._told = told

    def post(self, path: str, **ask: Any) -> dict[str, Any] | None:
        """Ask until there is an answer, as a careful client does; None where there is none, or it is a conflict."""
        headers, deadline = {"Idempotency-Key": str(uuid4())}, time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            began, answer = time.monotonic(), None
            try:
                answer = self.http.post(path, json=ask, headers=headers)
            except httpx.TransportError as error:
                said = type(error).__name__
            else:
                said = str(answer.status_code)
            self._told.slowest = max(self._told.slowest, time.monotonic() - began)
            if answer is not None and answer.status_code in (200, 201, 202, 409):
                return answer.json() if answer.status_code != 409 else None
            self._told.refusals[f"{self.name}: {said}"] += 1
            time.sleep(0.2)
        self._told.never += 1
        return None

    def work(self) -> None:
        """One conversation: a session, memories, a handoff."""
        session = self.post("/v1/sessions", namespace=f"hosts-{next(numbers)}", agent="tier1-bot")
        if session is None:
            return
        for line in TALK:
            kept = self.post("/v1/memories", session_id=session["id"], content=line.format(next(numbers)))
            self._told.memories += [kept["id"]] if kept else []
        ask = {"session_id": session["id"], "to": "billing-specialist", "reason": "Disputed overcharge"}
        if handoff := self.post("/v1/handoffs", **ask):
            self._told.handoffs[handoff["id"]] = session["id"]

    def race(self, handoff: str) -> None:
        """Try to have a handoff; the other host tries it, too."""
        if self.post(f"/v1/handoffs/{handoff}/claim", agent=self.name, lease_seconds=86_400):
            self._told.owners[handoff].add(self.name)


@contextmanager
def working(hosts: list[Host], told: Told, ready: Callable[[str], bool]) -> Iterator[None]:
    """Callers at work on every host until the block ends: two talk, one races for all that is ready."""
    over = threading.Event()

    def talk(host: Host) -> None:
        while not over.is_set():
            host.work()

    def race(host: Host) -> None:
        tried: set[str] = set()
        while not over.is_set():
            for handoff in [one for one in list(told.handoffs) if one not in tried and ready(one)]:
                host.race(handoff)
                tried.add(handoff)
            over.wait(0.1)

    with ThreadPoolExecutor(3 * len(hosts)) as pool:
        running = [pool.submit(part, host) for host in hosts for part in (talk, talk, race)]
        try:
            yield
        finally:
            over.set()
        for one in running:
            one.result()


def wait_for_briefs(http: httpx.Client, told: Told) -> None:
    """Wait until no acknowledged handoff waits for its brief, or patience is at its end."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if not any(_handoff(http, one).get("state") == "requested" for one in told.handoffs):
            return
        time.sleep(0.5)


def is_ready(http: httpx.Client, handoff: str) -> bool:
    """Whether a brief can be had by whoever is first."""
    return bool(_handoff(http, handoff).get("state") == "ready")


def verdict(http: httpx.Client, told: Told) -> dict[str, list[str]]:
    """What is not as it was told, by what is wrong with it."""
    wrong: dict[str, list[str]] = {
        "memories_lost": [one for one in told.memories if http.get(f"/v1/memories/{one}").status_code != 200],
        "handoffs_lost": [],
        "handoffs_without_exactly_one_brief": [],
        "handoffs_with_two_owners": [one for one, owners in told.owners.items() if len(owners) > 1],
        "handoffs_of_another_owner_than_was_told": [],
    }
    for one, session in told.handoffs.items():
        handoff = _handoff(http, one)
        kept = http.get("/v1/memories", params={"session_id": session, "kind": "handoff"}).json().get("items", [])
        if not handoff:
            wrong["handoffs_lost"].append(one)
        elif len(kept) != 1 or handoff["state"] not in ("ready", "claimed", "accepted"):
            wrong["handoffs_without_exactly_one_brief"].append(f"{one}: {handoff['state']}, {len(kept)} briefs")
        elif told.owners.get(one) and handoff["holder"] not in told.owners[one]:
            wrong["handoffs_of_another_owner_than_was_told"].append(one)
    return wrong


def _handoff(http: httpx.Client, handoff: str) -> dict[str, Any]:
    answer = http.get(f"/v1/handoffs/{handoff}")
    return answer.json() if answer.status_code == 200 else {}
