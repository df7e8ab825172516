"""Locking a handoff. In which order locks are taken, and why, is said in ``sessions.locking``."""

from uuid import UUID

from sqlalchemy import select

from warmline_memory import sessions
from warmline_memory.errors import NotFound
from warmline_memory.storage import tables
from warmline_memory.storage.transactions import Transaction


def lock_chain(db: Transaction, handoff_id: UUID) -> tables.Handoff:
    """Lock the chain of a handoff; the handoff's row as it is then, not locked itself. Raises ``NotFound``.

    That is enough for a handoff that nobody can claim yet, such as a requested or a failed one. Whoever holds locks on
    memories must do with it: forgetting a namespace locks its sessions first, and then waits for those memories.
    """
    sessions.lock_chain_of_handoff(db, handoff_id)
    return _found(db.find(tables.Handoff, handoff_id, populate_existing=True), handoff_id)


def lock(db: Transaction, handoff_id: UUID) -> tables.Handoff:
    """A handoff's row, locked with its chain and with the sessions on both of its sides. Raises ``NotFound``.

    Nobody else can then change it, claim it, or remember anything in these sessions.
    """
    sessions.lock_chain_of_handoff(db, handoff_id)
    handoff, session = tables.Handoff, tables.Session
    sides = select(session.id).join(handoff, session.id.in_([handoff.source_session_id, handoff.target_session_id]))
    # Two that lock the same two sessions do so in one order, and so cannot deadlock.
    in_order = sides.where(handoff.id == handoff_id).order_by(session.id)
    db.execute(in_order.with_for_update(key_share=True, of=session))
    return _locked(db, handoff_id)


def lock_alone(db: Transaction, handoff_id: UUID) -> tables.Handoff:
    """A handoff's row, locked with its chain, but without the sessions beside it. Raises ``NotFound``."""
    sessions.lock_chain_of_handoff(db, handoff_id)
    return _locked(db, handoff_id)


def _locked(db: Transaction, handoff_id: UUID) -> tables.Handoff:
    row = tables.Handoff
    locked = select(row).where(row.id == handoff_id).with_for_update(key_share=True)
    return _found(db.scalars(locked, execution_options={"populate_existing": True}).one_or_none(), handoff_id)


def _found(row: tables.Handoff | None, handoff_id: UUID) -> tables.Handoff:
    if row is None:
        raise NotFound(noun="handoff", id=handoff_id)
    return row
