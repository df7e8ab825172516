"""First replies: when the receiver of a handoff first says something to the customer."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select, update

from warmline_memory import events
from warmline_memory.storage import tables
from warmline_memory.storage.ids import among
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.customers.messages import WITHDRAWN
from warmline_schemas.events import EventType
from warmline_schemas.handoffs import HandoffState
from warmline_schemas.memories import Role


def note_first(db: Transaction, handoff_ids: Collection[UUID]) -> None:
    """Note that the receivers of these handoffs have replied, where that was not noted before.

    A handoff that somebody is changing right now is passed over: its next reply is noted instead, or ``find_first``
    finds this one when the reply would be overdue.
    """
    # Keeping a memory must never wait for whoever holds a handoff, hence SKIP LOCKED.
    row = tables.Handoff
    wanted = among(row.id, handoff_ids)
    unanswered = select(row.id).where(wanted, row.state == HandoffState.ACCEPTED, row.first_reply_at.is_(None))
    free = unanswered.with_for_update(skip_locked=True, key_share=True).correlate(None)
    noted = db.scalars(
        update(row)
        .where(row.id.in_(free))
        .values(first_reply_at=func.now())
        .returning(row)
        .execution_options(populate_existing=True)
    )
    for handoff in noted.all():
        events.record_of_handoff(db, EventType.HANDOFF_FIRST_REPLY, handoff, handoff.holder)


def find_first(db: Transaction, row: tables.Handoff) -> None:
    """Note the first reply of a handoff's receiver, if it was kept but passed over by ``note_first``."""
    first = db.scalar(_first_said(row))
    if row.first_reply_at is None and first is not None:
        row.first_reply_at = first
        db.flush()
        events.record_of_handoff(db, EventType.HANDOFF_FIRST_REPLY, row, row.holder)


def forget_first(db: Transaction, handoff_id: UUID) -> tables.Handoff:
    """Note when the receiver of a handoff first said something that was not withdrawn, if ever; the handoff."""
    row = db.find_one(tables.Handoff, handoff_id, populate_existing=True, with_for_update={"key_share": True})
    db.flush()
    row.first_reply_at = db.scalar(_first_said(row))
    db.flush()
    return row


def _first_said(row: tables.Handoff) -> Select[datetime | None]:
    """When the receiver of a handoff first said something that was not withdrawn."""
    memory = tables.Memory
    said = (memory.session_id == row.target_session_id, memory.role == Role.AGENT, ~memory.custom.has_key(WITHDRAWN))
    return select(func.min(memory.created_at)).where(*said)
