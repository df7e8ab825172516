"""Scanning: reading the columns of the memories that a scope holds, in the one of three ways that fits.

One session, chain or slot is read from the database in full. Of a whole namespace, a process that has it cached reads
only what has changed (docs/decisions/0009). Otherwise the database is asked for all that is not indexed and for what
the indexes find (docs/decisions/0007).
"""

from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ARRAY, Uuid, any_, cast

from warmline_memory.embedding import Embeddings
from warmline_memory.language import terms
from warmline_memory.recall import candidates, columns, ranking
from warmline_memory.recall.cached_namespaces import CachedNamespaces
from warmline_memory.recall.columns import ROW, MemoryColumns
from warmline_memory.recall.scopes import Scope
from warmline_memory.storage.transactions import Transaction

INDEX_ABOVE = 10_000
"""A namespace with more unindexed memories than this is indexed by the worker: to scan so many takes about 10 ms."""


@dataclass(frozen=True)
class Scanned:
    """What a recall scanned of its scope."""

    columns: MemoryColumns
    sample: NDArray[np.bool_]
    """Which of the memories stand for the whole namespace, shape (n,). What the indexes bring does not: it was chosen
    for its words or meaning, and would make the words of the query look common."""
    exact: bool
    """Whether every memory in question was scanned; false where indexes chose some."""
    needs_index: bool
    """Whether the worker should look for memories to index."""
    holders: NDArray[np.float32] | None = None
    """How many memories of the whole namespace hold each term of the query; None where the sample is the whole."""
    texts: float | None = None
    """How many memories the whole namespace has; None where the sample is the whole."""
    around: ranking.Surroundings | None = None
    """The places of the memories in their sessions, where they are known already."""

    @property
    def eligible(self) -> NDArray[np.bool_]:
        """Which of the memories can be answered, shape (n,)."""
        return self.columns.matches & ~self.columns.consolidated

    def row_of(self, memory_id: UUID) -> int | None:
        """The row of an eligible memory; None where it is not eligible or was not scanned."""
        row = self.columns.row_of(memory_id)
        return row if row is not None and self.eligible[row] else None

    def for_ranking(self) -> ranking.Memories:
        """The memories as ranking takes them."""
        found = self.columns
        return ranking.Memories(
            cosines=found.cosine,
            around=self.around or ranking.Surroundings(found.sessions[:, 1], found.ordinals),
            table=ranking.TermTable(found.terms, found.offsets),
            sample=self.sample,
            holders=self.holders,
            texts=self.texts,
        )


def scan(
    db: Transaction, scope: Scope, words: terms.Query, query: Embeddings | None, cached: CachedNamespaces
) -> Scanned:
    """Scan a scope for a query: its ``words``, and its embedding, which is None for an empty query."""
    if scope.part:
        found = columns.read(db, [ROW.namespace == scope.namespace, *scope.part], scope.filters, query)
        return _all_of(found, needs_index=False)
    # What is cached cannot be filtered: it holds neither kinds nor agents nor metadata.
    namespace = None if scope.filters else cached.read(db, scope.tenant_id, scope.namespace)
    compared = namespace.compared_with(query) if namespace else None
    if namespace is not None and compared is not None:
        needs_index = namespace.has_changed and len(compared) > INDEX_ABOVE
        return _all_of(compared, needs_index, namespace.around)
    return _scan_database(db, scope, words, query, cached)


def _all_of(found: MemoryColumns, needs_index: bool, around: ranking.Surroundings | None = None) -> Scanned:
    return Scanned(found, np.ones(len(found), np.bool_), exact=True, needs_index=needs_index, around=around)


def _scan_database(
    db: Transaction, scope: Scope, words: terms.Query, query: Embeddings | None, cached: CachedNamespaces
) -> Scanned:
    """Scan all that is not indexed of a namespace, and of what is indexed the candidates."""
    unindexed, any_indexed = columns.read_unindexed(db, scope.namespace, scope.filters, query)
    cached.note_recall(scope.tenant_id, scope.namespace, len(unindexed))
    needs_index = len(unindexed) > INDEX_ABOVE
    if not any_indexed:
        return _all_of(unindexed, needs_index)
    sample = ranking.TermTable(unindexed.terms, unindexed.offsets)
    chosen = candidates.choose(db, scope.namespace, words, query, sample, scope.filters)
    # Around a chosen place there are memories that are not indexed, too. They were read above, and must not come twice.
    are_chosen = [ROW.id == any_(cast(chosen.ids, ARRAY(Uuid))), ROW.indexed_terms.is_not(None)]
    indexed = columns.read(db, are_chosen, scope.filters, query)
    return Scanned(
        columns=unindexed.beside(indexed),
        sample=np.concatenate([np.ones(len(unindexed), np.bool_), np.zeros(len(indexed), np.bool_)]),
        exact=False,
        needs_index=needs_index,
        holders=chosen.holders,
        texts=chosen.texts,
    )
