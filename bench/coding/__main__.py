"""A long coding session over the real API: thousands of events, each with a result of 50 kB.

    python -m bench.coding [--events 3000] [--kilobytes 50]

A transcript is captured twice into a stack of the benchmark's own, and handed off. Printed as a line of JSON: the
processor time of the worker for the brief and its highest memory, how often each event is stored and the brief was
written, and how many tokens a recall answered for its budget. It exits with 1 where a bar is missed.
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.figures import Figures
from bench.footprint import highest, worker_seconds
from bench.stacks import own_stack
from tests.builders.transcripts import ClaudeCode, lines
from warmline import Warmline
from warmline.capture import Keeper, open_reader, place_of

WORDS = ["lorem", "ipsum", "dolor", "sit", "amet", "consectetur", "adipiscing", "elit", "sed", "do", "eiusmod"]
NAMESPACE, BUDGET, LINES_OF = "code/long", 2_000, 70
MOST_SECONDS, MOST_MEGABYTES = 5.0, 600.0
QUIET = 5.0
"""When the worker took less than half of so many seconds, what was stored is indexed."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 where a bar is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.coding", description=__doc__)
    parser.add_argument("--events", type=int, default=3_000)
    parser.add_argument("--kilobytes", type=int, default=50)
    options = parser.parse_args(arguments)
    figures = Figures()
    with tempfile.TemporaryDirectory() as folder, own_stack() as stack:
        path = Path(folder) / "s-1.jsonl"
        path.write_text(lines(rows(options.events // 3, options.kilobytes)))
        with Warmline(stack.url, stack.api_key, timeout=120) as client:
            found = _measured(client, path)
    figures.add(events=options.events, megabytes=options.events * options.kilobytes / 1e3, **found)
    good = found["brief_cpu_seconds"] <= MOST_SECONDS and found["worker_mb"] <= MOST_MEGABYTES
    once = found["most_copies"] == found["briefs_written"] == 1
    return int(not (good and once and found["recall_tokens"] <= BUDGET))


def rows(turns: int, kilobytes: int) -> Iterator[dict[str, object]]:
    """The rows of a session that edits, tests, and says why, so many times."""
    made, chance = ClaudeCode(), random.Random(1)
    yield made.row("user", "Port the importer to the new queue. Do not touch legacy/reader.py.")
    for turn in range(turns):
        length = kilobytes * 1_000 // LINES_OF
        big = "\n".join(" ".join(chance.choices(WORDS, k=10)) + f" {turn}" for _ in range(length))
        tested = {"command": f"pytest tests/test_{turn % 50}.py -q"}
        yield from made.uses(f"t-{turn}a", "Bash", tested, f"{big}\n{turn} passed")
        path = f"/home/ana/dates/src/f{turn % 200}.py"
        yield from made.uses(f"t-{turn}b", "Edit", {"file_path": path, "old_string": big, "new_string": big}, "ok")
        yield made.says(f"Step {turn} is done because the queue needs it.")


def _measured(client: Warmline, path: Path) -> dict[str, float]:
    """Capture the transcript twice, hand the session off, and recall from it."""
    for _ in range(2):
        transcript = open_reader("claude-code", path).read()
        keeper = Keeper(client, place_of(path.parent, "claude-code", NAMESPACE), transcript)
        keeper.keep(transcript)
    _wait_until_quiet()
    copies = Counter(one.external_id for one in client.memories.list(namespace=NAMESPACE) if one.external_id)
    before = worker_seconds()
    with highest() as peak:
        handoff = client.handoffs.request(keeper.started().id, to="claude-code", reason="Context is full")
        brief = client.handoffs.wait(handoff.id, timeout=300).brief
    taken = worker_seconds() - before
    recalled = client.memories.recall("which tests failed", namespace=NAMESPACE, top_k=50, token_budget=BUDGET)
    briefs = [one for one in client.memories.list(namespace=NAMESPACE) if one.kind == "handoff"]
    return {
        "stored": len(copies),
        "most_copies": max(copies.values()),
        "brief_cpu_seconds": taken,
        "worker_mb": peak["resident_mb"],
        "brief_words": brief.words if brief else 0,
        "briefs_written": len(briefs),
        "recall_tokens": recalled.tokens,
    }


def _wait_until_quiet() -> None:
    before = worker_seconds()
    while True:
        time.sleep(QUIET)
        if (now := worker_seconds()) - before < QUIET / 2:
            return
        before = now


if __name__ == "__main__":
    sys.exit(main())
