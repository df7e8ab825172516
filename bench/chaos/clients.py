"""Clients: what they were told by a platform in trouble, and whether it is so afterwards."""

import itertools
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx

from bench.hosts.callers import Host, Told

READY_SECONDS = 60.0
"""Within so many seconds of calm every acknowledged handoff must be ready."""
PATIENCE_SECONDS = 600.0
"""So long it is looked how many seconds it really takes."""
PAGE = 200


@dataclass
class Work:
    """How much there is to do, and what was acknowledged of it."""

    handoffs: int
    memories_each: int
    told: Told = field(default_factory=Told)
    contents: dict[str, list[str]] = field(default_factory=dict)
    """What was kept, by session."""
    numbers: Any = field(default_factory=itertools.count)

    def converse(self, client: Host) -> None:
        """Conversations until all handoffs are asked for: a session, its memories, a handoff."""
        while (number := next(self.numbers)) < self.handoffs:
            session = client.post("/v1/sessions", namespace=f"chaos-{number}", agent="tier1-bot")
            if session is None:
                continue
            kept = self.contents.setdefault(session["id"], [])
            for turn in range(self.memories_each):
                content = f"Turn {turn} of case {number}: account ACC-{number} was charged ${turn + 100}"
                if client.post("/v1/memories", session_id=session["id"], content=content, role="user"):
                    kept.append(content)
            ask = {"session_id": session["id"], "to": "queue:billing", "reason": f"Disputed overcharge {number}"}
            if handoff := client.post("/v1/handoffs", **ask):
                self.told.handoffs[handoff["id"]] = session["id"]

    def by(self, clients: int, http: httpx.Client) -> None:
        """Have so many clients do it at once."""
        with ThreadPoolExecutor(clients) as threads:
            for one in [
                threads.submit(self.converse, Host(f"client {number}", http, self.told)) for number in range(clients)
            ]:
                one.result()

    def refusals(self) -> dict[str, int]:
        """How often which status or error was met, by all clients together."""
        counted: Counter[str] = Counter()
        for said, count in self.told.refusals.items():
            counted[said.partition(": ")[2]] += count
        return dict(counted)


def wait_until_ready(http: httpx.Client, work: Work) -> float | None:
    """The seconds until every acknowledged handoff is ready; None where that takes too long."""
    began, waits = time.monotonic(), set(work.told.handoffs)
    while time.monotonic() - began < PATIENCE_SECONDS:
        waits = {one for one in waits if _asked(http, f"/v1/handoffs/{one}").get("state") != "ready"}
        if not waits:
            return time.monotonic() - began
        time.sleep(0.5)
    return None


def verdict(http: httpx.Client, work: Work) -> dict[str, int]:
    """How much is not as it was told, by what is wrong with it."""
    wrong: Counter[str] = Counter(memories_lost=0, memories_twice=0, handoffs_not_ready=0, handoffs_without_one_brief=0)
    for session, contents in work.contents.items():
        there = Counter(_contents(http, session))
        wrong["memories_lost"] += sum(there[one] == 0 for one in contents)
        wrong["memories_twice"] += sum(count > 1 for one, count in there.items() if one.startswith("Turn "))
    for handoff, session in work.told.handoffs.items():
        wrong["handoffs_not_ready"] += _asked(http, f"/v1/handoffs/{handoff}").get("state") != "ready"
        briefs = _asked(http, "/v1/memories", session_id=session, kind="handoff").get("items", [])
        wrong["handoffs_without_one_brief"] += len(briefs) != 1
    return dict(wrong)


def _contents(http: httpx.Client, session: str) -> list[str]:
    found: list[str] = []
    cursor: str | None = None
    while True:
        page = _asked(http, "/v1/memories", session_id=session, limit=PAGE, **({"cursor": cursor} if cursor else {}))
        found += [one["content"] for one in page.get("items", [])]
        cursor = page.get("next_cursor")
        if not cursor:
            return found


def _asked(http: httpx.Client, path: str, **query: Any) -> dict[str, Any]:
    answer = http.get(path, params=query)
    return answer.json() if answer.status_code == 200 else {}
