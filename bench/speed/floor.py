"""The floor: the least that keeping and recalling can cost. Embed, and one SQL statement, in this very process."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from queue import SimpleQueue
from typing import Any

import psycopg
from pgvector import HalfVector
from pgvector.psycopg import register_vector

from bench.timing import TOP_K
from warmline_memory.embedding import Embedder

Connection = psycopg.Connection[tuple[Any, ...]]

TABLE = """
CREATE EXTENSION IF NOT EXISTS vector;
CREATE TABLE floor (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, namespace text NOT NULL, content text NOT NULL,
  embedding halfvec(384) NOT NULL
);
CREATE INDEX floor_by_namespace ON floor (namespace);
"""
STORE = "INSERT INTO floor (namespace, content, embedding) VALUES (%s, %s, %s)"
RECALL = f"SELECT id, content FROM floor WHERE namespace = %s ORDER BY embedding <=> %s LIMIT {TOP_K}"


# There is no index of vectors: a few thousand memories of a namespace are scanned, as Warmline scans them too.
class Floor:
    """A table with a btree index on the namespace, and as many connections as there are clients."""

    def __init__(self, connections: Sequence[Connection], embedder: Embedder) -> None:
        # A queue and no pool: a pool would check every connection before it lends it, which the floor must not pay for.
        self._connections: SimpleQueue[Connection] = SimpleQueue()
        for connection in connections:
            self._connections.put(connection)
        self._embedder = embedder

    def store(self, namespace: str, text: str) -> None:
        """Keep one text."""
        self.store_many(namespace, [text])

    def store_many(self, namespace: str, texts: Sequence[str]) -> None:
        """Keep texts in one transaction."""
        vectors = self._embedder.embed(texts)
        rows = [(namespace, text, HalfVector(vector)) for text, vector in zip(texts, vectors, strict=True)]
        with self._connection() as connection, connection.cursor() as cursor:
            # A single statement commits by itself; a transaction around it would cost two more round trips.
            if len(rows) == 1:
                cursor.execute(STORE, rows[0])
                return
            with connection.transaction():
                cursor.executemany(STORE, rows)

    def recall(self, namespace: str, query: str) -> list[tuple[Any, ...]]:
        """The nearest texts of a namespace."""
        vector = HalfVector(self._embedder.embed([query])[0])
        with self._connection() as connection:
            return connection.execute(RECALL, (namespace, vector)).fetchall()

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        connection = self._connections.get()
        try:
            yield connection
        finally:
            self._connections.put(connection)


@contextmanager
def open_floor(url: str, embedder: Embedder, clients: int) -> Iterator[Floor]:
    """Make the table in an empty database. Every statement commits by itself."""
    with ExitStack() as opened:
        connections = [opened.enter_context(psycopg.connect(url, autocommit=True)) for _ in range(clients)]
        connections[0].execute(TABLE)
        for connection in connections:
            register_vector(connection)
        yield Floor(connections, embedder)
