"""Correcting: a reply is said anew. A channel may have delivered it, so that nothing is changed: the new words are a
message of their own, which names the one that it corrects and holds in its place."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from warmline_memory import memories, tenancy
from warmline_memory.briefs.phrases import phrase
from warmline_memory.channels import bringing, landing, outbound
from warmline_memory.embedding import Ready
from warmline_memory.errors import NotFound, ReplyCorrected
from warmline_memory.storage import tables
from warmline_memory.storage.ids import among
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.customers.messages import CORRECTION, correction_in
from warmline_schemas.memories import Memory, Role


def correct(db: Transaction, session_id: UUID, agent: str, corrected_id: UUID, text: str, ready: Ready) -> Memory:
    """Say a reply of ``agent``'s in a case anew; the new message, which supersedes it.

    Raises ``NotFound`` also where it is somebody else's or of another case, and ``ReplyCorrected`` where it was said
    anew before, beside what ``outbound.say`` raises.
    """
    # Before the chain, as a report of how far it got locks them.
    reply, said = outbound.find(db, corrected_id, for_change=True)
    session = outbound.lock_to_speak(db, session_id, agent)
    if said.agent != agent or said.chain_id != session.chain_id:
        raise NotFound(noun="reply", id=corrected_id)
    if memories.superseding(db, [said]):
        raise ReplyCorrected(memory_id=corrected_id)
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


def corrections_of(db: Transaction, said: Sequence[Memory]) -> dict[UUID, Memory]:
    """By the ids of those messages that were said anew: what holds in the place of each."""
    ids = {one.superseded_by for one in said if one.role is Role.AGENT and one.superseded_by is not None}
    if not ids:
        return {}
    rows = db.scalars(select(tables.Memory).where(among(tables.Memory.id, ids))).all()
    anew = {one.id: one for one in memories.shown(db, rows) if correction_in(one.metadata) is not None}
    return {one.id: anew[one.superseded_by] for one in said if one.superseded_by in anew}


def _language(db: Transaction, session: tables.Session) -> str | None:
    """The language in which a customer is spoken to."""
    handoff = None if session.handoff_id is None else db.find(tables.Handoff, session.handoff_id)
    known = None if handoff is None else handoff.language
    return known or landing.language_of(db, session.chain_id, session.namespace)
