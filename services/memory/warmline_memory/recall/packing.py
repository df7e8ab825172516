"""Packing: reading the best memories from the database, as many as were asked for and fit into the token budget."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ARRAY, Uuid, any_, bindparam, select

from warmline_memory import memories
from warmline_memory.language.tokens import estimate_tokens
from warmline_memory.recall import ranking
from warmline_memory.recall.scanning import Scanned
from warmline_memory.storage import pages, tables, wire
from warmline_memory.storage.database import Direct
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.memories import Role
from warmline_schemas.recall import LeftOut, Recall

SOON = 4
"""What sets a slip right is said within this many turns: the next of the same speaker, or the one after."""
SUPERSEDED_FACTOR = 0.5
"""A superseded memory keeps this share of its score, so that what supersedes it stands before it."""
MISFITS = 50
"""Packing stops when this many memories did not fit into the token budget."""
READ_AT_ONCE = 50
"""At most this many memories are read before it is known how large they are: one may hold two megabytes."""
SORTED_AHEAD = 4
"""At first, this many times as many memories as were asked for are sorted: further ones are seldom looked at, and to
sort 100,000 scores takes longer than to find the highest."""

_BY_IDS = Direct(
    select(*wire.MEMORY_COLUMNS).where(tables.Memory.__table__.c.id == any_(bindparam("ids", type_=ARRAY(Uuid))))
)


@dataclass(frozen=True)
class Hit:
    """A memory as it was read, and its row among the scanned."""

    row: int
    memory: Any
    superseded_by: UUID | None
    score: float
    """Its final score, after what superseding makes of it."""
    factor: float
    """The final score over the one that scoring gave it."""


@dataclass(frozen=True)
class Packed:
    """The hits of a recall, best first, and how many memories were left out for which reason."""

    hits: Sequence[Hit]
    left_out: LeftOut


def pack(db: Transaction, ask: Recall, scanned: Scanned, score: NDArray[np.float64]) -> Packed:
    """Pack the eligible memories with the highest scores, shape (n,), at most ``top_k`` of them.

    A memory that does not fit into the token budget is passed over, so that a shorter one behind it may fit.
    """
    # Texts are read only of the memories that may be answered: a scan brings none.
    columns, eligible = scanned.columns, np.flatnonzero(scanned.eligible)
    hits: list[Hit] = []
    tokens_left = math.inf if ask.token_budget is None else ask.token_budget
    bytes_left = pages.MOST_BYTES
    superseded = 0
    misfits: set[UUID] = set()
    for hit in _best(db, scanned, score, eligible, min(ask.top_k, READ_AT_ONCE)):
        size = pages.weight((hit.memory.content, hit.memory.action, hit.memory.metadata))
        tokens = estimate_tokens(hit.memory.content)
        if hit.superseded_by is not None and not ask.include_superseded:
            superseded += 1
        # What did not fit takes along what it supersedes, which would be read as what holds.
        elif tokens > tokens_left or size > bytes_left or hit.superseded_by in misfits:
            misfits.add(hit.memory.id)
        else:
            hits.append(hit)
            tokens_left -= tokens
            bytes_left -= size
        if len(hits) == ask.top_k or len(misfits) == MISFITS:
            break
    left_out = LeftOut(
        filters=int(len(columns) - columns.matches.sum()),
        consolidated=int((columns.matches & columns.consolidated).sum()),
        superseded=superseded,
        top_k=len(eligible) - len(hits) - superseded - len(misfits),
        token_budget=len(misfits),
    )
    return Packed(_slips_last(hits, scanned), left_out)


def _slips_last(hits: Sequence[Hit], scanned: Scanned) -> list[Hit]:
    """The hits with each value that was said wrong behind the words that set it right soon after, which get its place.

    Only what was recalled is put in order, and nothing is left out for it: words alone are a weaker sign than a slot.
    """
    rows = [hit.row for hit in hits]
    sessions, ordinals = scanned.columns.sessions[rows, 1], scanned.columns.ordinals[rows]
    apart = ordinals[None, :] - ordinals[:, None]
    # A session of zeros is none.
    same = (sessions[None, :] == sessions[:, None]) & (sessions != 0)
    together = same & (apart > 0) & (apart <= SOON)
    ordered = list(hits)
    # Above the diagonal: the earlier words stand first, so there is something to put in order.
    for first, second in np.argwhere(np.triu(together)):
        slip, right = hits[first], hits[second]
        if right.superseded_by is None and _sets_right(right.memory, slip.memory):
            ordered = _moved(ordered, right.row, slip.row)
    return ordered


def _sets_right(right: Any, slip: Any) -> bool:
    # Words of one speaker, or a user's after an agent's: an agent who says "no" sets nobody right.
    return right.role in {slip.role, Role.USER} and ranking.sets_right(right.content, slip.content)


def _moved(hits: Sequence[Hit], row: int, before: int) -> list[Hit]:
    """The hits with one of them before another one, whose score it gets."""
    rows = [hit.row for hit in hits]
    at, place = rows.index(row), rows.index(before)
    if at < place:
        return list(hits)
    hit, score = hits[at], hits[place].score
    moved = replace(hit, score=score, factor=hit.factor * score / hit.score if hit.score else 1.0)
    return [*hits[:place], moved, *hits[place:at], *hits[at + 1 :]]


def _best(
    db: Transaction, scanned: Scanned, score: NDArray[np.float64], eligible: NDArray[np.int64], batch: int
) -> Iterator[Hit]:
    """The eligible memories, best first, read from the database a batch at a time as they are needed."""
    order = eligible[_leading(score[eligible], SORTED_AHEAD * batch)]
    waiting: dict[int, Hit] = {}
    given: set[int] = set()
    for start in range(0, len(eligible), batch):
        if start + batch >= len(order) and len(order) < len(eligible):
            order = eligible[_leading(score[eligible], len(eligible))]
        rows = [int(row) for row in order[start : start + batch] if row not in given and row not in waiting]
        read = _read(db, scanned, score, rows)
        waiting |= {row: hit for row, hit in read.items() if row not in given}
        # A superseded memory has fallen back, perhaps behind memories of the next batch: it waits until those are read.
        unread = float(score[order[start + batch]]) if start + batch < len(order) else 0.0
        for hit in sorted(waiting.values(), key=_place):
            if hit.score < unread:
                break
            given.add(hit.row)
            yield waiting.pop(hit.row)


def _place(hit: Hit) -> tuple[float, bool, int]:
    """What orders hits. Of two that are worth nothing, the superseded one comes later."""
    return -hit.score, hit.superseded_by is not None, hit.row


def _leading(score: NDArray[np.float64], most: int) -> NDArray[np.int64]:
    """The rows with the ``most`` highest scores, best first, and all rows that tie with the last of them; rows of the
    same score stay in their order."""
    places = np.arange(len(score))
    if most < len(score):
        places = np.flatnonzero(score >= np.partition(score, -most)[-most])
    return places[np.argsort(-score[places], kind="stable")]


def _read(db: Transaction, scanned: Scanned, score: NDArray[np.float64], rows: Sequence[int]) -> dict[int, Hit]:
    """Hits by row. A superseded memory falls back, and gives its place to what supersedes it."""
    memories_by_row = _rows(db, scanned, rows)
    replaced = memories.superseding(db, list(memories_by_row.values()))
    places: dict[int, float] = {}
    for row, memory in memories_by_row.items():
        # Only a successor that was scanned and may be answered takes the place.
        successor = scanned.row_of(replaced[memory.id]) if memory.id in replaced else None
        if successor is not None:
            places[successor] = max(places.get(successor, 0.0), float(score[row]))
    memories_by_row |= _rows(db, scanned, [row for row in places if row not in memories_by_row])
    hits = {}
    for row, memory in memories_by_row.items():
        own = float(score[row])
        final = own * SUPERSEDED_FACTOR if memory.id in replaced else max(own, places.get(row, 0.0))
        hits[row] = Hit(row, memory, replaced.get(memory.id), final, final / own if own else 1.0)
    return hits


def _rows(db: Transaction, scanned: Scanned, rows: Sequence[int]) -> dict[int, Any]:
    if not rows:
        return {}
    ids = {scanned.columns.id_of(row): row for row in rows}
    return {ids[memory.id]: memory for memory in _BY_IDS.run(db, ids=list(ids))}
