"""Choosing: which memories a warm start brings beside its brief, and why each. Exact, without any similarity."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, union

from warmline_memory import memories, sessions
from warmline_memory.briefs import withdrawing
from warmline_memory.handoffs import lines
from warmline_memory.handoffs.lines import Stretch
from warmline_memory.recall import ranking
from warmline_memory.storage import tables
from warmline_memory.storage.ids import among
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.briefs import Brief
from warmline_schemas.memories import Memory

CANDIDATES = 100
"""The top memories are chosen from this many of the chain and as many of the namespace, the most important ones. A
warm start takes at most a hundred, and recency changes an importance only within bounds."""


class Why(StrEnum):
    """Why a memory was chosen: it is the handoff's `own` brief, or by its `worth`: importance × bounded recency."""

    OWN = "own"
    WORTH = "worth"


@dataclass(frozen=True)
class Chosen:
    """A memory of a warm start. ``recency`` is the factor by its age; None where worth did not decide."""

    memory: Memory
    why: Why
    recency: float | None


@dataclass(frozen=True)
class Choice:
    """The memories of a warm start, the most needed first, and how many of those looked at were left out, and why:
    earlier briefs, memories of other lines of the chain, those that later ones overtook, and those that are worth less
    than the chosen ones."""

    chosen: Sequence[Chosen]
    earlier_briefs: int
    other_lines: int
    overtaken: int
    worth_less: int


@dataclass(frozen=True)
class _Candidate:
    id: UUID
    importance: float
    event_time: datetime
    kind: str
    handoff_id: UUID | None
    session_id: UUID | None
    chain_id: UUID | None


def choose(
    db: Transaction,
    handoff: tables.Handoff,
    brief: Brief,
    top_k: int,
    at: datetime | None = None,
    line: Sequence[Stretch] | None = None,
) -> Choice:
    """The handoff's own memory, then the best by importance × bounded recency, those first that the brief does not
    quote already.

    The earlier briefs themselves are left out, for what is true of them is in the newest or said by their memories; so
    is what sessions of the chain kept that did not lead here, such as those of another branch or before a rollback, and
    what later memories finished, reversed or made good.
    ``at``: as a start at that time had it, as far as that is still known. ``line``: the sessions that led to the
    handoff's, where they were read already.
    """
    line = lines.back(db, handoff.source_session_id) if line is None else line
    led_here = {handoff.source_session_id, *(stretch.session_id for stretch in line)}
    candidates = _candidates(db, handoff, _branch_of(db, handoff), at)
    found = [one for one in candidates if one.handoff_id is None or one.handoff_id == handoff.id]
    own_line = [one for one in found if one.chain_id != handoff.chain_id or one.session_id in led_here]
    now = at or datetime.now(UTC)

    def aged(one: _Candidate | Memory) -> float:
        return ranking.recency_factor(one.event_time, now, one.kind)

    fresh = [one for one in own_line if one.id not in set(brief.overtaken)]
    worth = {one.id: one.importance * aged(one) for one in fresh}
    # The own brief is always first: what else is similar or important cannot push it out.
    own = [one.id for one in own_line if one.handoff_id == handoff.id]
    cited = withdrawing.cited(brief)
    by_worth = sorted(worth, key=lambda one: (one in cited, -worth[one]))
    # What supersedes a memory comes before it, so that no memory is read as if it still held.
    wanted = _what_holds_first(db, [*own, *by_worth], lines.beside(handoff.chain_id, led_here))
    best = wanted[:top_k]
    rows = {row.id: row for row in db.scalars(select(tables.Memory).where(tables.Memory.id.in_(best)))}
    shown = {memory.id: memory for memory in memories.shown(db, list(rows.values()))}
    return Choice(
        chosen=[
            Chosen(shown[one], Why.OWN if one in own else Why.WORTH, None if one in own else aged(shown[one]))
            for one in best
        ],
        earlier_briefs=len(candidates) - len(found),
        other_lines=len(found) - len(own_line),
        overtaken=len(own_line) - len(fresh),
        worth_less=len(wanted) - len(best),
    )


def _what_holds_first(db: Transaction, ids: Sequence[UUID], beside: ColumnElement[bool]) -> list[UUID]:
    """The ids with what supersedes a memory in its place, and superseded ones last. What was said in sessions beside
    the line is not brought, whatever it supersedes."""
    row = tables.Memory
    stating = db.execute(select(row.id, row.namespace, row.slot).where(among(row.id, ids))).all()
    replaced = memories.superseding(db, stating)
    elsewhere = set(db.scalars(select(row.id).where(among(row.id, set(replaced.values())), beside)))
    return [one for one in dict.fromkeys([*(replaced.get(one, one) for one in ids), *ids]) if one not in elsewhere]


def _branch_of(db: Transaction, handoff: tables.Handoff) -> str | None:
    """The branch of the code that the handoff's session worked on; None where it names none."""
    git = sessions.find(db, handoff.source_session_id).custom.get("git")
    branch = git.get("branch") if isinstance(git, dict) else None
    return branch if isinstance(branch, str) else None


def _candidates(db: Transaction, handoff: tables.Handoff, branch: str | None, at: datetime | None) -> list[_Candidate]:
    """The memories to choose from; the handoff's own is among them. Of other work in the namespace those are left out
    that were kept on another branch of the code."""
    row = tables.Memory
    columns = select(row.id, row.importance, row.event_time, row.kind, row.handoff_id, row.session_id, row.chain_id)
    most = columns.where(lines.said_or_done()).order_by(row.importance.desc(), row.event_time.desc()).limit(CANDIDATES)
    if at is not None:
        most = most.where(row.created_at <= at)
    wanted = (
        columns.where(row.handoff_id == handoff.id),
        most.where(row.chain_id == handoff.chain_id),
        most.where(row.namespace == handoff.namespace, *_on_branch(branch)),
    )
    # Three short scans of indexes and their union: with OR between the conditions Postgres would read the namespace.
    return [_Candidate(*found) for found in db.execute(union(*(part.subquery().select() for part in wanted)))]


def _on_branch(branch: str | None) -> list[ColumnElement[bool]]:
    noted = tables.Memory.custom["branch"].astext
    return [] if branch is None else [or_(noted.is_(None), noted == branch)]
