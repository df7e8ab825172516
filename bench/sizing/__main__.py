"""Asks one kind of request after the other of a stack of the benchmark's own, and prints what each cost."""

import argparse
import random
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import httpx
import psutil

from bench import sentences
from bench.figures import Figures
from bench.sizing import __doc__ as about
from bench.stacks import own_stack

TURNS = 6
RESTING_SECONDS = 5.0
SETTLING_SECONDS = 1.0
"""After the last answer the platform still tells of events, and PostgreSQL writes."""
WAIT_SECONDS = 30
WARM_UP = 5
"""Conversations before anything is counted: statements are prepared, processes started."""
PARTS = {"warmline_api": "api", "postgres": "postgres", "warmline_worker": "worker", "multiprocessing": "worker"}
"""Whose a process is, by what its command line holds."""
Seconds = Mapping[str, float]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.sizing", description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--conversations", type=int, default=40)
    options = parser.parse_args(arguments)
    figures = Figures()
    with own_stack() as stack:
        headers = {"Authorization": f"Bearer {stack.api_key}"}
        with httpx.Client(base_url=stack.url, headers=headers, timeout=60) as http:
            for _ in Conversations(http, "warm-up", WARM_UP).kinds():
                pass
            resting = at_rest()
            for kind, count, spent in costs(Conversations(http, "sized", options.conversations), resting):
                each = {part: spent[part] / count for part in ("api", "postgres", "worker")}
                split = {f"{part}_ms": seconds * 1000 for part, seconds in each.items()}
                figures.add(request=kind, **split, a_second_of_a_core=1 / sum(each.values()))
    figures.print_tables()
    return 0


class Conversations:
    """So many conversations, of each of which every kind of request is sent."""

    def __init__(self, http: httpx.Client, name: str, count: int) -> None:
        self._http = http
        self._rng = random.Random(name)
        self._namespaces = [f"{name}-{number}" for number in range(count)]
        self._sessions: list[str] = []

    def kinds(self) -> Iterator[tuple[str, int]]:
        """The name of each kind of request and how many were sent, once they are answered."""
        for kind in (self.session, self.message, self.recall, self.list, self.handoff, self.forget):
            yield kind.__name__, sum(1 for _ in kind())

    def session(self) -> Iterator[None]:
        """Start each session."""
        for namespace in self._namespaces:
            self._sessions.append(self._ask("POST", "sessions", {"namespace": namespace, "agent": "tier1-bot"})["id"])
            yield

    def message(self) -> Iterator[None]:
        """Keep what was said, a sentence each time."""
        for session in self._sessions * TURNS:
            said = {"session_id": session, "content": sentences.sentence(self._rng), "role": "user"}
            yield self._ask("POST", "memories", said)

    def recall(self) -> Iterator[None]:
        """Ask what matters."""
        for namespace in self._namespaces * TURNS:
            yield self._ask("POST", "recall", {"namespace": namespace, "query": sentences.inquiry(self._rng)})

    def list(self) -> Iterator[None]:
        """List what was said."""
        for namespace in self._namespaces * TURNS:
            yield self._ask("GET", f"memories?namespace={namespace}&limit=20")

    def handoff(self) -> Iterator[None]:
        """Hand over to people, and wait for the brief."""
        for session in self._sessions:
            made = self._ask("POST", "handoffs", {"session_id": session, "to": "queue:people", "reason": "refund"})
            yield self._ask("GET", f"handoffs/{made['id']}?wait={WAIT_SECONDS}")

    def forget(self) -> Iterator[None]:
        """Forget each namespace."""
        for namespace in self._namespaces:
            yield self._ask("DELETE", f"namespaces/{namespace}")

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        return self._http.request(method, f"/v1/{path}", json=body).raise_for_status().json()


def costs(conversations: Conversations, resting: Seconds) -> Iterator[tuple[str, int, Seconds]]:
    """Each kind of request, how many of it were sent, and what they cost in seconds of a core, by part."""
    kinds = conversations.kinds()
    while True:
        before, began = taken(), time.monotonic()
        found = next(kinds, None)
        if found is None:
            return
        time.sleep(SETTLING_SECONDS)
        elapsed = time.monotonic() - began
        after = taken()
        spent = {part: max(0.0, after[part] - before[part] - resting[part] * elapsed) for part in after}
        yield *found, spent


def at_rest() -> Seconds:
    """What the platform costs where nobody asks anything, in seconds of a core each second, by part."""
    before = taken()
    time.sleep(RESTING_SECONDS)
    after = taken()
    return {part: (after[part] - before[part]) / RESTING_SECONDS for part in after}


def taken() -> Seconds:
    """The processor time that the stack has taken so far, by part."""
    found = dict.fromkeys(PARTS.values(), 0.0)
    for process in psutil.Process().children(recursive=True):
        try:
            command, times = " ".join(process.cmdline()), process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        part = next((part for sign, part in PARTS.items() if sign in command), None)
        if part is not None:
            # What ended and was waited for counts as its parent's: PostgreSQL has a process for each connection.
            found[part] += times.user + times.system + times.children_user + times.children_system
    return found


if __name__ == "__main__":
    sys.exit(main())
