"""LangGraph's ``PostgresStore`` with a vector index over the text, as its documentation sets it up. A rival process."""

import sys
from collections.abc import Sequence
from uuid import uuid4

from langgraph.store.postgres import PostgresStore

from bench.rivals.processes import serve
from bench.timing import TOP_K
from warmline_memory.embedding import MicroBatcher, open_embedder
from warmline_memory.settings import Settings

CONNECTIONS = 16


class LangGraphStore:
    """Texts as items; a namespace is a tuple of one name."""

    def __init__(self, store: PostgresStore) -> None:
        self._store = store

    def store(self, namespace: str, text: str) -> None:
        """Keep one text."""
        self._store.put((namespace,), uuid4().hex, {"text": text})

    def recall(self, namespace: str, query: str) -> object:
        """The nearest texts of a namespace."""
        return self._store.search((namespace,), query=query, limit=TOP_K)


def main() -> None:
    """Serve on the database of the first argument."""
    embedder = MicroBatcher(open_embedder(Settings()))

    def embed(texts: Sequence[str]) -> list[list[float]]:
        vectors: list[list[float]] = embedder.embed(texts).tolist()
        return vectors

    # As many connections as the benchmark has clients, all of them open from the start.
    pool = {"min_size": CONNECTIONS, "max_size": CONNECTIONS}
    index = {"dims": embedder.dimension, "embed": embed, "fields": ["text"]}
    with PostgresStore.from_conn_string(sys.argv[1], pool_config=pool, index=index) as store:
        store.setup()
        serve(LangGraphStore(store))


if __name__ == "__main__":
    main()
