"""Hands conversations over, and prints."""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from bench.handoffs import __doc__ as about
from warmline import Warmline
from warmline_local.stack import Stack
from warmline_memory.settings import Settings

TALK = (
    "Customer ACC-{number} says invoice INV-{number} shows ${amount}, but the plan is $199/mo.",
    "May I have the date of the payment, please?",
    "It was paid on 2026-02-{day:02d} with the card that ends in 4242.",
    "Thank you. I am looking into it.",
    "I will call you back by Friday if it is not refunded.",
)


def talk(memories: int) -> list[dict[str, str]]:
    """So many lines of a support conversation."""
    return [
        {
            "content": TALK[turn % len(TALK)].format(number=4000 + turn, amount=200 + turn, day=turn % 28 + 1),
            "role": "agent" if turn % 2 else "user",
        }
        for turn in range(memories)
    ]


def hand_over(client: Warmline, memories: int, namespace: str) -> tuple[float, float]:
    """One handoff; the seconds from request to ready, and of the warm start."""
    session = client.session(agent="tier1-bot", namespace=namespace)
    session.remember_many(talk(memories))
    began = time.perf_counter()
    handoff = session.hand_off(to="billing-specialist", reason="Disputed overcharge")
    client.handoffs.wait(handoff.id)
    ready = time.perf_counter()
    client.handoffs.accept(handoff.id, agent="billing-specialist")
    return ready - began, time.perf_counter() - ready


def line(measure: str, seconds: Sequence[float], **facts: object) -> str:
    """A measurement as a JSON line, in milliseconds."""
    cuts = statistics.quantiles(seconds, n=20)
    figures = {"p50_ms": statistics.median(seconds) * 1000, "p95_ms": cuts[18] * 1000}
    return json.dumps({"measure": measure, **{name: round(value, 1) for name, value in figures.items()}, **facts})


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.handoffs", description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--memories", type=int, default=100)
    parser.add_argument("--distractors", type=int, default=0, help="other memories in the same namespace")
    options = parser.parse_args()
    facts = {"rounds": options.rounds, "memories": options.memories, "distractors": options.distractors}
    with tempfile.TemporaryDirectory(prefix="warmline-bench-") as home:
        settings = Settings(home=Path(home), port=0, database_url="", migration_database_url="", redis_url="")
        with Stack(settings) as stack, Warmline(stack.url, stack.api_key) as client:
            for start in range(0, options.distractors, 1000):
                count = min(1000, options.distractors - start)
                client.memories.remember_many([{"namespace": "bench", **turn} for turn in talk(count)])
            # The first handoff opens connections and loads the embedding model.
            hand_over(client, options.memories, "warm-up")
            times = [hand_over(client, options.memories, "bench") for _ in range(options.rounds)]
            # The API is one child of the stack; its memory shows what caches take.
            api = next(
                child for child in psutil.Process().children(recursive=True) if "warmline_api" in child.cmdline()
            )
            resident = api.memory_info().rss / 1e6
    print(line("request to ready", [ready for ready, _ in times], **facts))
    print(line("warm start", [start for _, start in times], **facts))
    print(json.dumps({"measure": "API process", "resident_mb": round(resident)}))


if __name__ == "__main__":
    main()
