"""Materials: what the brief of a handoff is made from, as the database has it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from warmline_memory import sessions
from warmline_memory.briefs import BriefRequest, Leg, recaps, withdrawing
from warmline_memory.handoffs import lines
from warmline_memory.source_memory import SourceMemory
from warmline_memory.storage import clock, tables, wire
from warmline_memory.storage.ids import among
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.accounts import Account
from warmline_schemas.briefs import Brief, BriefLine, SectionName
from warmline_schemas.handoffs import Urgency
from warmline_schemas.memories import Role


@dataclass(frozen=True)
class Material:
    """What a brief is made from, and every memory that it may come to cite."""

    memories: Sequence[SourceMemory]
    before: Sequence[Leg]
    """The sessions that led here, oldest first."""
    edited: Sequence[tuple[SectionName, BriefLine]]
    """What reviewers wrote into the briefs of those sessions."""
    request: BriefRequest
    time_zone: object
    """What the source session's metadata name as the customer's time zone, where they do."""
    git: object
    """What they say of where the code is, where the session is of a coding agent."""
    template_before: str | None
    """The template of the brief that the source session was started from."""
    previous: Brief | None
    """What this handoff's own brief was before: a draft that is renewed, or a brief that was refused."""
    account: Account | str | None
    """What the agent that hands off says of its work."""
    citable: Sequence[UUID]
    cut_ordinal: int
    cut_at: datetime


def read(db: Transaction, row: tables.Handoff) -> Material:
    """Read what the brief of a handoff is made from now."""
    # The cut comes first: what is kept while this reads may stand in the brief and since it, but never in neither.
    cut_ordinal, cut_at = _last_ordinal(db, row.source_session_id), clock.now(db)
    line = lines.back(db, row.source_session_id)
    led_here = {row.source_session_id, *(stretch.session_id for stretch in line)}
    own = lines.memories_of(db, row.source_session_id)
    *earlier, own = (
        lines.as_on_line(db, row.chain_id, led_here, kept)
        for kept in (*lines.of_line(db, line, lines.MEMORIES_READ - len(own)), own)
    )
    edited = [found for stretch in line for found in _edited(stretch.brief)]
    before, previous = line[-1].brief if line else None, wire.brief(row)
    known = [memory.id for memories in (*earlier, own) for memory in memories]
    carried = {memory_id for _, told in edited for memory_id in told.memory_ids}
    carried |= withdrawing.cited(previous) if previous is not None else set()
    metadata = sessions.find(db, row.source_session_id).custom
    return Material(
        memories=own,
        before=[
            Leg(one.agent, memories, one.handoff.reason, one.account)
            for one, memories in zip(line, earlier, strict=True)
        ],
        edited=edited,
        request=request_of(row),
        time_zone=metadata.get("time_zone"),
        git=metadata.get("git"),
        template_before=before.template if before else None,
        previous=previous,
        account=wire.account(row),
        citable=[*known, *_existing(db, carried.difference(known))],
        cut_ordinal=cut_ordinal,
        cut_at=cut_at,
    )


def request_of(row: tables.Handoff) -> BriefRequest:
    """What a handoff was requested with, as its brief says it."""
    return BriefRequest(
        source_agent=row.source_agent,
        to=row.target,
        reason=row.reason,
        goal=row.goal,
        hop=row.hop,
        namespace=row.namespace,
        urgency=Urgency(row.urgency) if row.urgency_given else None,
    )


def hold(db: Transaction, ids: Collection[UUID]) -> set[UUID]:
    """Keep memories from being forgotten until the transaction ends; those of them that are still there.

    Before any other lock, as forgetting does it, so that neither waits for the other.
    """
    row = tables.Memory
    # In the order of ids, as whoever forgets memories locks them; KEY SHARE keeps them from being deleted, not changed.
    wanted = select(row.id).where(among(row.id, ids))
    return set(db.scalars(wanted.order_by(row.id).with_for_update(read=True, key_share=True)))


def kept_since(row: tables.Handoff) -> tuple[ColumnElement[bool], ...]:
    """What of the memories its source session kept since the brief of a handoff was cut."""
    memory = tables.Memory
    return (
        memory.session_id == row.source_session_id,
        memory.ordinal > row.cut_ordinal,
        memory.handoff_id.is_(None),
        lines.said_or_done(),
        # What the service asked the customer about the brief is not news to whoever reads the brief.
        memory.role.is_distinct_from(Role.AGENT) | ~memory.custom.has_key(recaps.RECAP),
    )


def _last_ordinal(db: Transaction, session_id: UUID) -> int:
    memory = tables.Memory
    own = select(func.max(memory.ordinal)).where(memory.session_id == session_id, memory.handoff_id.is_(None))
    return db.scalar(own) or 0


def _edited(brief: Brief | None) -> list[tuple[SectionName, BriefLine]]:
    """The lines of a brief that a reviewer wrote or changed, or by which its customer corrected it."""
    sections = brief.sections if brief else ()
    return [
        (section.name, line)
        for section in sections
        for line in section.lines
        if line.edited or recaps.is_correction(line)
    ]


def _existing(db: Transaction, ids: Iterable[UUID]) -> Sequence[UUID]:
    row = tables.Memory
    return db.scalars(select(row.id).where(among(row.id, ids))).all()
