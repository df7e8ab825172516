"""Scopes: which memories one recall looks at."""

from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ARRAY, ColumnElement, Uuid, any_, cast

from warmline_memory.embedding import Embeddings
from warmline_memory.language import terms
from warmline_memory.recall import candidates, ranking, scanning
from warmline_memory.recall.cached_namespaces import Residents
from warmline_memory.recall.scanning import ROW, Scanned
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.recall import Recall

INDEX_ABOVE = 10_000
"""A namespace with more than so many memories to scan gets indexed: scanning so many takes about 10 ms."""
MOST_IMPORTANT = 400
"""A recall without a query looks at so many of the indexed memories, twice what it can answer."""


@dataclass(frozen=True)
class Scope:
    """What a recall scanned. ``sample`` marks what stands for the whole.

    ``exact``: nothing in question was passed by. ``crowded``: the worker should look for something to index.
    ``holders`` and ``texts``: what the indexes tell of the whole namespace, as ``ranking.Memories`` takes it.
    ``around``: the places of the scanned memories in their sessions, where they are known already.
    """

    scanned: Scanned
    sample: NDArray[np.bool_]
    exact: bool
    crowded: bool
    holders: NDArray[np.float32] | None = None
    texts: float | None = None
    around: ranking.Surroundings | None = None

    @property
    def eligible(self) -> NDArray[np.bool_]:
        """Which of the scanned memories can be answered."""
        return self.scanned.matches & ~self.scanned.consolidated

    def row_of(self, memory_id: UUID) -> int | None:
        """Where an eligible memory stands among the scanned."""
        row = self.scanned.row_of(memory_id)
        return row if row is not None and self.eligible[row] else None

    @property
    def memories(self) -> ranking.Memories:
        """The scanned memories as ranking takes them."""
        scanned = self.scanned
        return ranking.Memories(
            cosines=scanned.cosine,
            around=self.around or ranking.Surroundings(scanned.sessions[:, 1], scanned.ordinals),
            table=ranking.TermTable(scanned.terms, scanned.offsets),
            sample=self.sample,
            holders=self.holders,
            texts=self.texts,
        )


def scan(
    db: Transaction, ask: Recall, query: Embeddings | None, asked: terms.Query, tenant_id: UUID, residents: Residents
) -> Scope:
    """Scan what a recall asks about: one session, chain or slot, or else the namespace.

    A namespace that this process holds is looked at in full. Of a large one that it does not hold, that is what is not
    indexed, which is scanned in full and stands for the whole, and what the indexes bring.
    """
    narrow, matching = _narrow(ask), _matching(ask)
    if narrow:
        scanned = scanning.scan(db, [ROW.namespace == ask.namespace, *narrow], matching, query)
        return Scope(scanned, np.ones(len(scanned), np.bool_), exact=True, crowded=False)
    resident = None if matching else residents.read(db, tenant_id, ask.namespace)
    held = resident.compared(query) if resident else None
    if resident is not None and held is not None:
        crowded = resident.news and len(held) > INDEX_ABOVE
        return Scope(held, np.ones(len(held), np.bool_), exact=True, crowded=crowded, around=resident.around)
    unindexed, any_indexed = scanning.scan_unindexed(db, ask.namespace, matching, query)
    residents.note(tenant_id, ask.namespace, len(unindexed))
    sample = np.ones(len(unindexed), np.bool_)
    crowded = len(unindexed) > INDEX_ABOVE
    if not any_indexed:
        return Scope(unindexed, sample, exact=True, crowded=crowded)
    if query is None:
        found = candidates.Found(candidates.most_important(db, ask.namespace, matching, MOST_IMPORTANT), None, None)
    else:
        table = ranking.TermTable(unindexed.terms, unindexed.offsets)
        found = candidates.find(db, ask.namespace, asked, query, table, matching)
    indexed = scanning.scan(
        db, [ROW.id == any_(cast(found.ids, ARRAY(Uuid))), ROW.indexed_terms.is_not(None)], matching, query
    )
    sample = np.concatenate([sample, np.zeros(len(indexed), np.bool_)])
    scanned = unindexed.beside(indexed)
    return Scope(scanned, sample, exact=False, crowded=crowded, holders=found.holders, texts=found.texts)


def _narrow(ask: Recall) -> list[ColumnElement[bool]]:
    """Filters with an index of their own, which leave few enough memories to scan them all."""
    given = {ROW.session_id: ask.session_id, ROW.chain_id: ask.chain_id, ROW.slot_name: ask.slot}
    return [column == value for column, value in given.items() if value is not None]


def _matching(ask: Recall) -> list[ColumnElement[bool]]:
    """Filters that say which of the scanned memories may be answered; the others lend context."""
    matching: list[ColumnElement[bool]] = []
    if ask.min_importance > 0:
        matching.append(ROW.importance >= ask.min_importance)
    if ask.kinds is not None:
        matching.append(ROW.kind.in_(ask.kinds))
    if ask.agent is not None:
        matching.append(ROW.agent == ask.agent)
    if ask.since is not None:
        matching.append(ROW.event_time >= ask.since)
    if ask.until is not None:
        matching.append(ROW.event_time < ask.until)
    if ask.metadata:
        matching.append(ROW.metadata.contains(ask.metadata))
    return matching
