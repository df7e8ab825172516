"""Choosing: which memories a warm start brings beside its brief, and why each. Exact, without any similarity."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import func, select, union

from warmline_memory.briefs import complements
from warmline_memory.recall import ranking
from warmline_memory.storage import tables, wire
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.briefs import Brief, BriefSection
from warmline_schemas.memories import Memory
from warmline_schemas.sessions import Chain

SECTIONS = TypeAdapter(list[BriefSection])
MOST_CITED = 200
CONTENT_READ = 1_000
"""Of the memories that earlier briefs cite, at most ``MOST_CITED`` are looked at, and the first ``CONTENT_READ``
characters of each. That is twice as many as the largest warm start has, for not all of them say what is missing."""
CANDIDATES = 100
"""The top memories are chosen from this many of the chain and as many of the namespace, the most important ones. A
warm start takes at most a hundred, and recency changes an importance only within bounds."""


class Why(StrEnum):
    """Why a memory was chosen: it is the handoff's `own` brief, an `earlier` brief had it and this one does not any
    more, or by its `worth`: importance × bounded recency."""

    OWN = "own"
    EARLIER = "earlier"
    WORTH = "worth"


@dataclass(frozen=True)
class Chosen:
    """A memory of a warm start. ``recency`` is the factor by its age; None where worth did not decide."""

    memory: Memory
    why: Why
    recency: float | None


@dataclass(frozen=True)
class Choice:
    """The memories of a warm start, the most needed first, and how many of those looked at were left out, and why."""

    chosen: Sequence[Chosen]
    earlier_briefs: int
    withheld: int
    worth_less: int


@dataclass(frozen=True)
class _Candidate:
    id: UUID
    importance: float
    event_time: datetime
    kind: str
    handoff_id: UUID | None


def choose(
    db: Transaction, handoff: tables.Handoff, brief: Brief, chain: Chain, top_k: int, at: datetime | None = None
) -> Choice:
    """The handoff's own memory, then those that say what an earlier brief of its line said and its own does not, then
    the best by importance × bounded recency.

    The earlier briefs themselves are left out, for what is true of them is in the newest or said by their memories; so
    is what they withheld. ``at``: as a start at that time had it, as far as that is still known.
    """
    # The line of a handoff is those that its own work came through; what branched off elsewhere is not in it.
    line = complements.line_of(chain, handoff.id)
    earlier = _earlier(db, line)
    candidates = _candidates(db, handoff, at)
    found = [one for one in candidates if one.handoff_id not in line]
    recency = {one.id: ranking.recency_factor(one.event_time, at or datetime.now(UTC), one.kind) for one in found}
    worth = {one.id: one.importance * recency[one.id] for one in found}
    # The own brief is always first: what else is similar or important cannot push it out.
    own = [one.id for one in found if one.handoff_id == handoff.id]
    hidden = {memory_id for sections in earlier for memory_id in complements.withheld(sections)}
    # A tenth of the places is left to what is important, however much earlier briefs said.
    said_before = _complements(db, brief, earlier, (top_k - len(own)) * 9 // 10)
    wanted = dict.fromkeys([*own, *said_before, *sorted(worth, key=lambda memory_id: -worth[memory_id])])
    best = [memory_id for memory_id in wanted if memory_id not in hidden][:top_k]
    rows = {row.id: row for row in db.scalars(select(tables.Memory).where(tables.Memory.id.in_(best)))}
    reasons = {**dict.fromkeys(said_before, Why.EARLIER), **dict.fromkeys(own, Why.OWN)}
    return Choice(
        chosen=[
            Chosen(wire.memory(rows[one]), reasons.get(one, Why.WORTH), None if one in reasons else recency[one])
            for one in best
        ],
        earlier_briefs=len(candidates) - len(found),
        withheld=len(hidden & wanted.keys()),
        worth_less=len(wanted) - len(best) - len(hidden & wanted.keys()),
    )


def _earlier(db: Transaction, line: Sequence[UUID]) -> list[list[BriefSection]]:
    """The sections of the briefs of these handoffs, in their order."""
    if not line:
        return []
    row = tables.Handoff
    sections = {
        found.id: found.sections
        for found in db.execute(select(row.id, row.brief["sections"].label("sections")).where(row.id.in_(line)))
    }
    return [SECTIONS.validate_python(sections[handoff_id]) for handoff_id in line if sections.get(handoff_id)]


def _complements(db: Transaction, brief: Brief, earlier: Sequence[list[BriefSection]], most: int) -> list[UUID]:
    """At most so many of the memories that earlier briefs cite for what this brief does not say any more."""
    missing = complements.untold(brief, earlier)
    if not missing or most <= 0:
        return []
    row = tables.Memory
    cited = list(dict.fromkeys(memory_id for one in missing for memory_id in one.ids))[:MOST_CITED]
    contents = db.execute(select(row.id, func.left(row.content, CONTENT_READ)).where(row.id.in_(cited)))
    return complements.choose(missing, {memory_id: content for memory_id, content in contents}, most)


def _candidates(db: Transaction, handoff: tables.Handoff, at: datetime | None) -> list[_Candidate]:
    """The memories to choose from; the handoff's own is among them."""
    row = tables.Memory
    columns = select(row.id, row.importance, row.event_time, row.kind, row.handoff_id)
    most = columns.order_by(row.importance.desc(), row.event_time.desc()).limit(CANDIDATES)
    if at is not None:
        most = most.where(row.created_at <= at)
    wanted = (
        columns.where(row.handoff_id == handoff.id),
        most.where(row.chain_id == handoff.chain_id),
        most.where(row.namespace == handoff.namespace),
    )
    # Three short scans of indexes and their union: with OR between the conditions Postgres would read the namespace.
    return [_Candidate(*found) for found in db.execute(union(*(part.subquery().select() for part in wanted)))]
