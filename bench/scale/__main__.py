"""Fills the databases, recalls, indexes, and prints."""

import argparse
import random
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

import psycopg

from bench import sentences
from bench.figures import Figures
from bench.scale import __doc__ as about, filling
from bench.scale.filling import MEDIUM, SMALL, Namespace, Pool, sizes
from bench.stacks import another_database, in_database, own_platform, own_stack, owner_url
from bench.timing import TOP_K, Times, timed
from warmline import Warmline
from warmline_local.stack import Stack, prepare_database
from warmline_memory import jobs, recall as recalling, tenancy
from warmline_memory.platform import Platform
from warmline_memory.recall import CachedNamespaces
from warmline_memory.storage.database import Database, Role
from warmline_schemas.recall import Recall, Recollection

SEED = 77
TENANTS = 5_000
TINY = 20
"""The memories of each namespace of the two databases that differ only in how many tenants they have."""
BATCH = 1_000
WARM_UP_SECONDS = 60.0
"""So long, in seconds, a process may take to read the largest namespace."""

How = Literal["scanned", "indexed", "held"]
"""How recall looks at a namespace: all of it in the database, through the indexes, or in the process that answers."""

SIZES = "SELECT pg_table_size('memories'), pg_indexes_size('memories')"
INDEX_SIZES = "SELECT indexrelid::regclass::text, pg_relation_size(indexrelid) FROM pg_index WHERE indrelid = 'memories'::regclass ORDER BY 2 DESC LIMIT 8"  # noqa: E501
UNINDEXED = "SELECT count(*) FROM memories WHERE tenant_id = %s AND namespace = %s AND indexed_terms IS NULL"


@dataclass(frozen=True)
class World:
    """A filled database: its address as its owner, its platform, its namespaces."""

    name: str
    url: str
    platform: Platform
    namespaces: Sequence[Namespace]

    def key(self, namespace: Namespace) -> str:
        """A new API key of a namespace's tenant."""
        database = Database(self.platform.settings, self.url)
        try:
            with database.transaction(role=Role.ADMIN) as db:
                return tenancy.create_key(db, tenant_id=namespace.tenant_id, name="bench")[1]
        finally:
            database.close()

    def recall(self, namespace: Namespace, *, held: bool) -> Callable[[str], Recollection]:
        """What the API does with a recall, without HTTP, by a process that may hold namespaces or not."""
        hashed = tenancy.key_hash(self.key(namespace))
        cached = self.platform.cached_namespaces if held else CachedNamespaces(0, self.platform.database)

        def ask(query: str) -> Recollection:
            embeddings = self.platform.embed([query])
            with self.platform.database.transaction(key_hash=hashed) as db:
                tenancy.sign_in(db, hashed)
                question = Recall(namespace=namespace.name, query=query, top_k=TOP_K, explain=True)
                found = recalling.recall(db, question, embeddings, cached)
            return found.shown()

        return ask


class Worlds:
    """Makes worlds on one server."""

    def __init__(self, figures: Figures, stack: Stack, opened: ExitStack) -> None:
        self._figures = figures
        self._stack = stack
        self._opened = opened
        self._pool: Pool | None = None

    def make(self, name: str, wanted: Sequence[int], owners: int) -> World:
        """Fill a database with namespaces of these sizes; that named ``warmline`` is the one that the API serves."""
        url, settings = owner_url(self._stack), self._stack.settings
        if name != "warmline":
            url = another_database(self._stack, name)
            settings = settings.model_copy(update={"database_url": in_database(settings.database_url, name)})
            prepare_database(url, settings.database_url)
        # Each database has a platform of its own in this process, and its caches with it.
        platform = self._opened.enter_context(own_platform(settings))
        # All databases are filled from the same sentences, which are embedded once.
        self._pool = self._pool or Pool.embedded(platform.embedder)
        chosen = filling.namespaces(filling.make_tenants(url, owners), wanted)
        began = time.perf_counter()
        filling.fill(url, platform.model_id, chosen, self._pool)
        seconds, rows = time.perf_counter() - began, sum(wanted)
        self._figures.add(
            measure="fill",
            world=name,
            rows=rows,
            tenants=owners,
            namespaces=len(wanted),
            seconds=seconds,
            per_second=rows / seconds,
        )
        return World(name, url, platform, chosen)


def inquiries(count: int) -> list[str]:
    """Questions that have answers in any namespace."""
    rng = random.Random(SEED)
    return [sentences.inquiry(rng) for _ in range(count)]


def measure_sizes(figures: Figures, world: World, queries: Sequence[str]) -> None:
    """Report recall by the size of the namespace, in process, before anything is indexed."""
    measure_in_process(figures, world, world.namespaces[0], queries, "scanned")
    for namespace in one_of_each_size(world):
        measure_in_process(figures, world, namespace, queries, "held")


def one_of_each_size(world: World) -> Iterable[Namespace]:
    """Namespaces of some size, but for the largest."""
    return {namespace.memories: namespace for namespace in world.namespaces[1 : MEDIUM + SMALL]}.values()


def measure_in_process(figures: Figures, world: World, namespace: Namespace, queries: Sequence[str], how: How) -> None:
    """Report recall in this process."""
    report(figures, "in process", namespace, how, in_process(world, namespace, queries, how))


def in_process(world: World, namespace: Namespace, queries: Sequence[str], how: How) -> Times:
    """Recall one after the other."""
    ask = world.recall(namespace, held=how == "held")
    warm_up(ask, queries[0], exactly=how == "held")
    return timed(ask, queries, clients=1)


def report(figures: Figures, path: str, namespace: Namespace, how: How, times: Times) -> None:
    """Report how long recall in a namespace takes, and how it was done."""
    figures.add(measure="recall", path=path, memories=namespace.memories, how=how, **times.figures)


def warm_up(ask: Callable[[str], Recollection], query: str, *, exactly: bool) -> None:
    """Ask until the process that answers has what it will have: a large namespace is read beside the requests."""
    ask(query)
    gives_up_at = time.monotonic() + WARM_UP_SECONDS
    while (
        (explanation := ask(query).explanation) and exactly and not explanation.exact and time.monotonic() < gives_up_at
    ):
        time.sleep(0.1)


def measure_http(figures: Figures, stack: Stack, world: World, queries: Sequence[str]) -> None:
    """Report recall over HTTP by the size of the namespace, once the largest is indexed.

    Otherwise the worker would hear of it, and be at work while other things are measured.
    """
    for namespace in (*one_of_each_size(world), world.namespaces[0]):
        with Warmline(stack.url, world.key(namespace), timeout=60) as client:
            ask = ask_over_http(client, namespace)
            warm_up(ask, queries[0], exactly=True)
            times = timed(ask, queries, clients=1)
        report(figures, "HTTP", namespace, "held", times)


def ask_over_http(client: Warmline, namespace: Namespace) -> Callable[[str], Recollection]:
    """A recall through the SDK."""
    return lambda query: client.memories.recall(query, namespace=namespace.name, top_k=TOP_K, explain=True)


def measure_worlds(figures: Figures, worlds: Sequence[World], size: int, queries: Sequence[str], rounds: int) -> None:
    """Report recall in namespaces of one size in several databases, which take turns."""
    chosen = [[one for one in world.namespaces if one.memories == size][:SMALL] for world in worlds]
    found = [Times() for _ in worlds]
    for number in range(rounds):
        for world, namespaces, times in zip(worlds, chosen, found, strict=True):
            times.add(in_process(world, namespaces[number % len(namespaces)], queries[:10], "held"))
    for world, times in zip(worlds, found, strict=True):
        rows = sum(one.memories for one in world.namespaces)
        owners = len({one.tenant_id for one in world.namespaces})
        figures.add(measure="small namespace", memories=size, rows=rows, tenants=owners, **times.figures)


def measure_index(figures: Figures, world: World, queries: Sequence[str]) -> None:
    """Index the largest namespace as the worker does; report how long that takes, and what recall then finds."""
    largest = world.namespaces[0]
    ask = world.recall(largest, held=False)
    # What the scan finds is exact, and so it is what the index is measured against.
    exact = [ids(ask(query)) for query in queries]
    began = time.perf_counter()
    moved = 0
    while moved_now := jobs.index_namespace(world.platform, largest.tenant_id, largest.name):
        moved += moved_now
    seconds, left = time.perf_counter() - began, count_unindexed(world, largest)
    figures.add(measure="indexing", memories=moved, left=left, seconds=seconds, per_second=moved / seconds)
    with psycopg.connect(world.url, autocommit=True) as connection:
        # Without it the planner would not know the index yet; in production autovacuum does the same after a while.
        connection.execute("VACUUM (ANALYZE) memories")
    found = [ids(ask(query)) for query in queries]
    shares = [len(one & other) / max(len(one), 1) for one, other in zip(exact, found, strict=True)]
    figures.add(measure="index recall@10", memories=largest.memories, mean=sum(shares) / len(shares), worst=min(shares))
    measure_in_process(figures, world, largest, queries, "indexed")
    measure_in_process(figures, world, largest, queries, "held")


def ids(answer: Recollection) -> set[UUID]:
    """Which memories came."""
    return {one.memory.id for one in answer.results}


def count_unindexed(world: World, namespace: Namespace) -> int:
    """How many memories are left to be scanned."""
    with psycopg.connect(world.url) as connection:
        row = connection.execute(UNINDEXED, [namespace.tenant_id, namespace.name]).fetchone()
    return row[0] if row else 0


def measure_disk(figures: Figures, world: World) -> None:
    """Report what the memories take on disk."""
    rows = sum(one.memories for one in world.namespaces)
    with psycopg.connect(world.url) as connection:
        for table, indexes in connection.execute(SIZES):
            figures.add(measure="disk", rows=rows, table_mb=table / 1e6, indexes_mb=indexes / 1e6)
            figures.add(measure="disk per memory", rows=rows, bytes=(table + indexes) / rows)
        for index, size in connection.execute(INDEX_SIZES):
            figures.add(measure="index on disk", index=index, mb=size / 1e6)


def measure_writes(figures: Figures, stack: Stack, world: World, batches: int) -> None:
    """Report how many memories a second go in over HTTP, a thousand at once, beside all that is there."""
    rng = random.Random(SEED)
    namespace = world.namespaces[-1]
    with Warmline(stack.url, world.key(namespace), timeout=120) as client:
        began = time.perf_counter()
        for _ in range(batches):
            texts = (f"{sentences.sentence(rng)}, says {rng.random()}" for _ in range(BATCH))
            client.memories.remember_many([{"namespace": namespace.name, "content": text} for text in texts])
        seconds = time.perf_counter() - began
    rows = sum(one.memories for one in world.namespaces)
    figures.add(measure="store in batches", path="HTTP", rows=rows, batch=BATCH, per_second=batches * BATCH / seconds)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.scale", description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=50)
    options = parser.parse_args()
    figures, queries = Figures(), inquiries(options.queries)
    with ExitStack() as opened:
        stack = opened.enter_context(own_stack())
        # The API serves the large database; the small ones are asked in this process only.
        worlds = Worlds(figures, stack, opened)
        full = worlds.make("warmline", sizes(options.rows), TENANTS)
        small = worlds.make("small", [100] * 100, owners=5)
        tiny = [TINY] * (options.rows // (10 * TINY))
        lonely, crowded = worlds.make("five", tiny, owners=5), worlds.make("thousands", tiny, TENANTS)
        measure_sizes(figures, full, queries)
        measure_worlds(figures, [small, full], 100, queries, rounds=40)
        measure_worlds(figures, [lonely, crowded], TINY, queries, rounds=40)
        # Writes are measured before the index of vectors has the rows, and recall over HTTP after that.
        measure_writes(figures, stack, full, batches=3)
        measure_index(figures, full, queries)
        measure_http(figures, stack, full, queries)
        measure_disk(figures, full)
    figures.print_tables()


if __name__ == "__main__":
    main()
