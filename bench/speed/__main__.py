"""Lets the systems take turns, and prints."""

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from bench import sentences
from bench.figures import Figures
from bench.rivals.processes import RivalMissing, open_rival
from bench.speed import __doc__ as about
from bench.speed.floor import Floor, open_floor
from bench.stacks import another_database, own_stack
from bench.timing import TOP_K, Times, run
from warmline import Warmline
from warmline_local.stack import Stack
from warmline_memory.embedding import MicroBatcher, open_embedder

# Sixteen clients are more than the cores of a usual machine, so that work has to wait somewhere.
CLIENTS = 16
BATCH = 1_000
SEED = 8841
RIVALS = {"LangGraph PostgresStore": "bench.rivals.langgraph_store", "mem0": "bench.rivals.mem0_store"}

Measure = Callable[[str, str, Sequence[str], int], Times]
"""Runs an operation on a namespace with each of the texts, by so many clients at once."""


class OverHttp:
    """Warmline through its SDK."""

    def __init__(self, client: Warmline) -> None:
        self._client = client

    def store(self, namespace: str, text: str) -> object:
        """Keep one text."""
        return self._client.memories.remember(text, namespace=namespace)

    def store_many(self, namespace: str, texts: Sequence[str]) -> object:
        """Keep texts in one call."""
        return self._client.memories.remember_many([{"namespace": namespace, "content": text} for text in texts])

    def recall(self, namespace: str, query: str) -> object:
        """Recall, with the default settings."""
        return self._client.memories.recall(query, namespace=namespace, top_k=TOP_K)

    def explain(self, namespace: str, query: str) -> object:
        """Recall, and say how the ranks came about."""
        return self._client.memories.recall(query, namespace=namespace, top_k=TOP_K, explain=True)


@dataclass(frozen=True)
class Case:
    """What is measured: an operation, by so many clients, in a namespace of so many memories."""

    operation: str
    clients: int
    memories: int

    @property
    def namespace(self) -> str:
        """Where: stores have a namespace of their own, which grows."""
        return "stores" if self.operation == "store" else f"of-{self.memories}"


def cases(small: int, large: int) -> list[Case]:
    """What is measured of every system, in namespaces of two sizes."""
    return [
        Case("store", 1, 0),
        Case("store", CLIENTS, 0),
        Case("recall", 1, small),
        Case("recall", CLIENTS, small),
        Case("recall", CLIENTS, large),
    ]


@dataclass
class Texts:
    """Memories and questions, each different from all before."""

    rng: random.Random = field(default_factory=lambda: random.Random(SEED))

    def __post_init__(self) -> None:
        self._identifiers = sentences.identifiers(self.rng)

    def take(self, operation: str, count: int) -> list[str]:
        """So many of what an operation takes."""
        make = sentences.memory if operation == "store" else sentences.question
        return [make(self.rng, next(self._identifiers)) for _ in range(count)]


def measure(
    figures: Figures, systems: dict[str, Measure], wanted: Sequence[Case], texts: Texts, rounds: int, calls: int
) -> None:
    """Let the systems take turns, and report each case with its ratio to the floor's; explaining is only ours."""
    plain = next(case for case in wanted if (case.operation, case.clients) == ("recall", 1))
    explained = replace(plain, operation="explain")
    found = {(name, case): Times() for case in wanted for name in systems}
    found["warmline", explained] = Times()
    for number in range(rounds):
        for case in (*wanted, explained):
            # Several clients get through more calls in the same time, so they have more to make.
            asked = texts.take(case.operation, calls * (8 if case.clients > 1 else 1))
            taking_part = [name for name in systems if (name, case) in found]
            # Another system begins each round, so that none always has the caches, or the heat, of the one before it.
            turn = number % len(taking_part)
            for name in taking_part[turn:] + taking_part[:turn]:
                found[name, case].add(systems[name](case.operation, case.namespace, asked, case.clients))
    for (name, case), times in found.items():
        floor = found["floor", plain if case == explained else case].figures
        # The ratio to the floor is the same on a slow and on a fast machine; the milliseconds are not.
        ratios = {f"{part}_to_floor": times.figures[part] / floor[part] for part in ("p50_ms", "p95_ms", "per_second")}
        figures.add(
            system=name,
            operation=case.operation,
            clients=case.clients,
            memories=case.memories,
            **times.figures,
            **ratios,
        )


def measure_batches(figures: Figures, floor: Floor, client: OverHttp, texts: Texts, rounds: int) -> None:
    """Report how many memories a second batches of a thousand make."""
    stores = {"floor": floor.store_many, "warmline": client.store_many}
    elapsed = dict.fromkeys(stores, 0.0)
    for _ in range(rounds):
        batch = texts.take("store", BATCH)
        for name, store in stores.items():
            began = time.perf_counter()
            store("batches", batch)
            elapsed[name] += time.perf_counter() - began
    for name, seconds in elapsed.items():
        per_second = rounds * BATCH / seconds
        figures.add(
            system=name,
            operation="store in batches",
            clients=1,
            batch=BATCH,
            per_second=per_second,
            per_second_to_floor=per_second / (rounds * BATCH / elapsed["floor"]),
        )


@contextmanager
def open_rivals(figures: Figures, stack: Stack, scratch: Path) -> Iterator[dict[str, Measure]]:
    """Start the other stores; one that cannot be measured is reported, and left out."""
    with ExitStack() as opened:
        started: dict[str, Measure] = {}
        for name, module in RIVALS.items():
            database = another_database(stack, module.rpartition(".")[2])
            try:
                started[name] = opened.enter_context(open_rival(module, database, scratch)).run
            except RivalMissing as error:
                figures.add(system=name, missing=str(error))
        yield started


def fill(systems: Sequence[Floor | OverHttp], rivals: Iterable[Measure], sizes: Iterable[int], texts: Texts) -> None:
    """Give every system the same memories to recall from: a namespace of each size."""
    for memories in sizes:
        contents = texts.take("store", memories)
        for start in range(0, memories, BATCH):
            for system in systems:
                system.store_many(f"of-{memories}", contents[start : start + BATCH])
        for measure in rivals:
            measure("store", f"of-{memories}", contents, CLIENTS)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.speed", description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--calls", type=int, default=20, help="per round with one client; eight times that with 16")
    parser.add_argument("--memories", type=int, nargs=2, default=(1_000, 5_000), help="sizes of the two namespaces")
    options = parser.parse_args()
    figures, texts = Figures(), Texts()
    with ExitStack() as opened:
        stack = opened.enter_context(own_stack())
        scratch = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="warmline-bench-")))
        client = OverHttp(opened.enter_context(Warmline(stack.url, stack.api_key, timeout=60)))
        embedder = MicroBatcher(open_embedder(stack.settings))
        opened.callback(embedder.close)
        floor = opened.enter_context(open_floor(another_database(stack, "floor"), embedder, CLIENTS))
        rivals = opened.enter_context(open_rivals(figures, stack, scratch))
        systems: dict[str, Measure] = {"floor": partial(run, floor), "warmline": partial(run, client), **rivals}
        fill([floor, client], rivals.values(), options.memories, texts)
        measure(figures, systems, cases(*options.memories), texts, options.rounds, options.calls)
        measure_batches(figures, floor, client, texts, rounds=3)
    figures.print_tables()


if __name__ == "__main__":
    main()
