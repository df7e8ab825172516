"""Ownership: who speaks for a chain's conversation, so that never two answer a customer."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from warmline_memory.sessions import sessions
from warmline_memory.storage import clock, tables
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.claims import Owner
from warmline_schemas.events import EventType
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
    awaited = waiting(db, chain_id)
    speaker = None if current is None else speaker_of(db, current)
    asks = session_id or agent
    # An agent may have several sessions; where one is named, that one counts and not its name.
    may_reply = current is not None and asks == (current.id if session_id else current.agent)
    if speaker is not None:
        may_reply = agent == speaker
    return Owner(
        chain_id=chain_id,
        session_id=current.id if current else None,
        agent=speaker or (current.agent if current else None),
        waiting_handoff_id=awaited.id if awaited else None,
        may_reply=may_reply,
        why=_why(current, awaited, speaker),
    )


def speaker_of(db: Transaction, row: tables.Session) -> str | None:
    """The person who answered the customer elsewhere and still speaks for a session, if any."""
    is_over = row.speaks_until is not None and row.speaks_until <= clock.now(db)
    return None if is_over else row.speaker


def speak_for(db: Transaction, row: tables.Session, person: str, until: datetime | None) -> None:
    """Let a person speak for a session of a locked chain; ``until`` is None until they give it back."""
    is_new = speaker_of(db, row) != person
    row.speaker, row.speaks_until = person, until
    db.flush()
    if is_new:
        sessions.record_event(db, EventType.SPEAKER_CHANGED, row, speaker=person, was=row.agent)


def give_back(db: Transaction, row: tables.Session) -> None:
    """Let a session's own agent speak again."""
    was, row.speaker, row.speaks_until = speaker_of(db, row), None, None
    db.flush()
    if was is not None:
        sessions.record_event(db, EventType.SPEAKER_CHANGED, row, speaker=row.agent, was=was)


def waiting(db: Transaction, chain_id: UUID) -> tables.Handoff | None:
    """The handoff of a chain that waits for somebody to take the conversation over, if any."""
    row, source = tables.Handoff, tables.Session
    under_way = (
        select(row)
        .join(source, source.id == row.source_session_id)
        .where(
            row.chain_id == chain_id,
            row.state.in_(tables.UNDER_WAY),
            # A consultation takes nothing over, and what a branch hands on is not the customer's conversation.
            row.mode != HandoffMode.CONSULT,
            source.owns_conversation,
        )
    )
    return db.scalars(under_way.order_by(row.id.desc()).limit(1)).one_or_none()


def ownerships(db: Transaction, chain_id: UUID) -> list[Ownership]:
    """Who spoke for a chain, one after the other."""
    row = tables.Session
    owning = select(row).where(row.chain_id == chain_id, row.owns_conversation).order_by(row.started_at, row.id)
    return [Ownership(one.id, one.agent, one.started_at, one.ended_at) for one in db.scalars(owning)]


def _why(current: tables.Session | None, awaited: tables.Handoff | None, speaker: str | None) -> str:
    if current is not None and speaker is not None:
        until = f"until {current.speaks_until.isoformat(timespec='minutes')}" if current.speaks_until else "from now on"
        return f"{speaker} answered the customer, and speaks {until}, or until it is given back to {current.agent}."
    if current is not None:
        until = f", until handoff {awaited.id} to {awaited.target} goes over" if awaited else ""
        return f"{current.agent} speaks for the chain in session {current.id}{until}."
    if awaited is not None:
        return f"Nobody speaks for the chain: handoff {awaited.id} waits for {awaited.target} to accept it."
    return "Nobody speaks for the chain any more: its work has ended. Start a new session to go on."
