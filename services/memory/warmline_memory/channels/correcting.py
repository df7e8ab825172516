"""Correcting: a reply is said anew. A channel may have delivered it, so that nothing is changed: the new words are a
message of their own, which names the one that it corrects and holds in its place. A reply that no channel has can be
withdrawn."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from warmline_memory import memories, queues, tenancy
from warmline_memory.briefs.phrases import phrase
from warmline_memory.channels import bringing, landing, outbound
from warmline_memory.embedding import Ready
from warmline_memory.errors import NotFound, ReplyCorrected, ReplyOut
from warmline_memory.storage import clock, tables
from warmline_memory.storage.ids import among
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.customers.messages import CORRECTION, WITHDRAWN, Reply, ReplyState, correction_in
from warmline_schemas.memories import Memory, Role

NOT_OUT = (ReplyState.SAVED, ReplyState.FAILED)
"""How far a reply got of which no channel has said that it took it."""
WITHDRAWAL = "withdrawal"
"""The kind of the memory that says that a reply was withdrawn."""
SAID_OF_IT = "This reply was withdrawn before a channel had it."


def correct(db: Transaction, session_id: UUID, agent: str, corrected_id: UUID, text: str, ready: Ready) -> Memory:
    """Say a reply of ``agent``'s in a case anew; the new message, which supersedes it.

    Raises ``NotFound`` also where it is somebody else's or of another case, and ``ReplyCorrected`` where it was said
    anew before, beside what ``outbound.say`` raises.
    """
    session, reply, _ = _lock(db, session_id, agent, corrected_id)
    # A channel that cannot change what it sent says this first, so that nobody reads it as one more thing.
    lead = phrase("correction", "lead", _language(db, session))
    about = {CORRECTION: {"of": str(corrected_id), "lead": lead}}
    kept = bringing.keep(db, session, text, (), ready, agent=agent, role=Role.AGENT, metadata=about)
    memories.correct(db, kept[0], [corrected_id])
    # What nobody has delivered by now need not be, and is no alarm: that is the correction's from here on.
    reply.alarm_at = None
    outbound.leave_to_channel(db, session, kept[0])
    details = {"chain_id": str(session.chain_id), "message_id": str(corrected_id), "by_message_id": str(kept[0].id)}
    tenancy.record_audit(db, "correct-reply", session.namespace, details)
    return memories.shown(db, kept)[0]


def withdraw(db: Transaction, session_id: UUID, agent: str, withdrawn_id: UUID, ready: Ready) -> Reply:
    """Withdraw a reply of ``agent``'s in a case: no channel brings it any more, and no brief tells it; it is kept.

    Raises what ``correct`` raises, and ``ReplyOut`` where a channel has it: nobody can say then that the customer has
    not read it.
    """
    session, reply, said = _lock(db, session_id, agent, withdrawn_id)
    if reply.state not in NOT_OUT:
        raise ReplyOut(memory_id=withdrawn_id, state=reply.state)
    embeddings = ready.of([SAID_OF_IT])
    assert embeddings is not None  # noqa: S101 (there is one text)
    now = clock.now(db)
    # Of a role that no brief quotes. It supersedes the words, as whatever holds in the place of others does.
    note = memories.write_note(
        db,
        session.id,
        SAID_OF_IT,
        embeddings,
        kind=WITHDRAWAL,
        role=Role.SYSTEM,
        agent=agent,
        importance=outbound.OF_SERVICE,
        event_time=now,
    )
    memories.correct(db, note, [withdrawn_id])
    said.custom = {**said.custom, WITHDRAWN: now.isoformat()}
    reply.alarm_at = None
    if session.handoff_id is not None:
        handoff = memories.forget_first_reply(db, session.handoff_id)
        queues.set_next_deadline(db, queues.of_target(db, handoff.target), handoff)
    outbound.note_withdrawn(db, said)
    details = {"chain_id": str(session.chain_id), "message_id": str(withdrawn_id)}
    tenancy.record_audit(db, "withdraw-reply", session.namespace, details)
    return outbound.reply_of(db, withdrawn_id)


def corrections_of(db: Transaction, said: Sequence[Memory]) -> dict[UUID, Memory]:
    """By the ids of those messages that were said anew: what holds in the place of each."""
    ids = {one.superseded_by for one in said if one.role is Role.AGENT and one.superseded_by is not None}
    if not ids:
        return {}
    rows = db.scalars(select(tables.Memory).where(among(tables.Memory.id, ids))).all()
    anew = {one.id: one for one in memories.shown(db, rows) if correction_in(one.metadata) is not None}
    return {one.id: anew[one.superseded_by] for one in said if one.superseded_by in anew}


def _lock(
    db: Transaction, session_id: UUID, agent: str, message_id: UUID
) -> tuple[tables.Session, tables.Reply, tables.Memory]:
    """The session in which ``agent`` speaks, and a reply of theirs in its case that still holds; both locked."""
    # Before the chain, as a report of how far it got locks them.
    reply, said = outbound.find(db, message_id, for_change=True)
    session = outbound.lock_to_speak(db, session_id, agent)
    if said.agent != agent or said.chain_id != session.chain_id:
        raise NotFound(noun="reply", id=message_id)
    if memories.superseding(db, [said]):
        raise ReplyCorrected(memory_id=message_id)
    return session, reply, said


def _language(db: Transaction, session: tables.Session) -> str | None:
    """The language in which a customer is spoken to."""
    handoff = None if session.handoff_id is None else db.find(tables.Handoff, session.handoff_id)
    known = None if handoff is None else handoff.language
    return known or landing.language_of(db, session.chain_id, session.namespace)
