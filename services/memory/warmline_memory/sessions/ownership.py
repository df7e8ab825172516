"""Ownership: who speaks for a chain's conversation, so that never two answer a customer."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from warmline_memory.sessions import sessions
from warmline_memory.storage import tables
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.claims import Owner
from warmline_schemas.handoffs import HandoffMode


@dataclass(frozen=True)
class Ownership:
    """The time in which one session spoke for a chain; ``until`` is None where it still does."""

    session_id: UUID
    agent: str
    since: datetime
    until: datetime | None


def owner(db: Transaction, chain_id: UUID, *, session_id: UUID | None = None, agent: str | None = None) -> Owner:
    """Who speaks for a chain, and whether a session, or else an agent, may reply now. Raises ``NotFound``."""
    chain_id = sessions.find(db, chain_id).chain_id
    current = sessions.owner(db, chain_id)
    waiting = _waiting(db, chain_id)
    asks = session_id or agent
    # An agent may have several sessions; where one is named, that one counts and not its name.
    may_reply = current is not None and asks == (current.id if session_id else current.agent)
    return Owner(
        chain_id=chain_id,
        session_id=current.id if current else None,
        agent=current.agent if current else None,
        waiting_handoff_id=waiting.id if waiting else None,
        may_reply=may_reply,
        why=_why(current, waiting),
    )


def ownerships(db: Transaction, chain_id: UUID) -> list[Ownership]:
    """Who spoke for a chain, one after the other."""
    row = tables.Session
    owning = select(row).where(row.chain_id == chain_id, row.owns_conversation).order_by(row.started_at, row.id)
    return [Ownership(one.id, one.agent, one.started_at, one.ended_at) for one in db.scalars(owning)]


def _waiting(db: Transaction, chain_id: UUID) -> tables.Handoff | None:
    row = tables.Handoff
    # A consultation takes nothing over, so nobody waits for it to speak.
    under_way = select(row).where(
        row.chain_id == chain_id, row.state.in_(tables.UNDER_WAY), row.mode != HandoffMode.CONSULT
    )
    return db.scalars(under_way.order_by(row.id.desc()).limit(1)).one_or_none()


def _why(current: tables.Session | None, waiting: tables.Handoff | None) -> str:
    if current is not None:
        until = f", until handoff {waiting.id} to {waiting.target} goes over" if waiting else ""
        return f"{current.agent} speaks for the chain in session {current.id}{until}."
    if waiting is not None:
        return f"Nobody speaks for the chain: handoff {waiting.id} waits for {waiting.target} to accept it."
    return "Nobody speaks for the chain any more: its work has ended. Start a new session to go on."
