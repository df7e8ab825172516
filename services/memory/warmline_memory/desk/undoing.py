"""Undoing: what was asked of others, or handed on to them, is called off while nobody has taken it over."""

from datetime import datetime, timedelta
from uuid import UUID

from warmline_memory import handoffs, sessions
from warmline_memory.errors import TooLateToUndo
from warmline_memory.storage import clock, tables
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.handoffs import Handoff, HandoffMode, HandoffState

GRACE = timedelta(seconds=60)
"""So long a transfer or a return that ended somebody's work can be undone: later the customer and whoever gets it count
on it."""
NOBODY_HAS_IT = (HandoffState.REQUESTED, HandoffState.DRAFTED, HandoffState.READY)


def undone_until(onward: Handoff | tables.Handoff) -> datetime | None:
    """Until when somebody can undo that they handed their work on; None where it ended no work, or somebody has it."""
    is_free = onward.mode == HandoffMode.COLD and onward.state in NOBODY_HAS_IT
    return onward.requested_at + GRACE if is_free else None


def call_off(db: Transaction, handoff_id: UUID, agent: str) -> Handoff:
    """Call off what ``agent`` asked of others: advice, a warm transfer; or a transfer or a return, which ended work on
    a handoff that then goes on. The answer is what was called off.

    Raises ``NotFound``, ``HandoffStateForbids``, and ``TooLateToUndo`` for work that ended longer ago than ``GRACE``,
    or that somebody has by now.
    """
    row = handoffs.lock(db, handoff_id)
    worked = sessions.find(db, row.source_session_id).handoff_id
    ends_work = worked is not None and row.mode == HandoffMode.COLD
    if ends_work:
        until = undone_until(row)
        if until is None or until < clock.now(db):
            raise TooLateToUndo(handoff_id=row.id, to=row.holder or row.target)
    called_off = handoffs.cancel(db, handoff_id, f"{agent} called it off")
    if ends_work and worked is not None:
        handoffs.open_handoff_again(db, worked)
    return called_off
