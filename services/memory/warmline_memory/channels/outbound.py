"""Outbound: what a person says to a customer, until the customer's channel says how far it got."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any, Unpack
from uuid import UUID

from sqlalchemy import select

from warmline_memory import attachments, events, memories, sessions, tenancy
from warmline_memory.channels import bringing, landing
from warmline_memory.channels.landing import Landing
from warmline_memory.embedding import Embeddings, Ready
from warmline_memory.errors import ConversationNotYours, NotFound
from warmline_memory.reading.notes import ATTACHMENT
from warmline_memory.storage import clock, tables
from warmline_memory.storage.ids import among
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.customers.messages import WITHDRAWN, Reply, ReplyState, ReportDelivery, correction_in
from warmline_schemas.events import EventFacts, EventType
from warmline_schemas.memories import Memory, Role

# Reports come out of order: what got further stays so. A failure can still be overtaken, by a channel that tried again.
_FAR = {state: far for far, state in enumerate((ReplyState.SAVED, ReplyState.SENT, ReplyState.FAILED))}
_FAR |= {ReplyState.DELIVERED: 3, ReplyState.READ: 4}
ARRIVED = (ReplyState.DELIVERED, ReplyState.READ)
SERVICE = "service"
"""Who says what the platform asks customers by itself: no bot of the tenant's, and never a person."""
OF_SERVICE = 0.1
"""The importance of that: it says nothing new of a case, and must not be found in the place of what does."""


def say(
    db: Transaction, session_id: UUID, agent: str, text: str | None, ready: Ready, attachment_ids: Sequence[UUID] = ()
) -> Memory:
    """Say something to the customer: a memory of role `agent` of the session, which the customer's channel delivers;
    each attachment is one more. The first of them.

    The same words again are said again. Raises ``NotFound``, ``SessionEnded``, ``EmbeddingsWanted``,
    ``AttachmentNotSendable``, and ``ConversationNotYours`` where ``agent`` does not speak for the chain.
    """
    row = lock_to_speak(db, session_id, agent)
    kept = bringing.keep(db, row, text, attachment_ids, ready, agent=agent, role=Role.AGENT)
    for one in kept:
        leave_to_channel(db, row, one)
    return memories.shown(db, kept[:1])[0]


def lock_to_speak(db: Transaction, session_id: UUID, agent: str) -> tables.Session:
    """The session in which somebody speaks to the customer; its chain is locked. Raises ``NotFound``, ``SessionEnded``,
    and ``ConversationNotYours`` where ``agent`` does not speak for the chain."""
    row = sessions.lock_chain(db, session_id)
    if row.ended_at is not None:
        raise sessions.ended(db, row)
    if row.agent != agent or not row.owns_conversation:
        owner = sessions.owning_session(db, row.chain_id)
        raise ConversationNotYours(owner=owner.agent if owner else "nobody", session_id=row.id)
    return row


def check_speaks(db: Transaction, place: Landing, agent: str | None) -> None:
    """Raise ``ConversationNotYours`` unless ``agent`` speaks for a case."""
    owner = place.owner
    speaker = None if owner is None else sessions.speaker_of(db, owner) or owner.agent
    if speaker != agent:
        raise ConversationNotYours(owner=speaker or "nobody", session_id=place.session.id)


def leave_to_channel(db: Transaction, row: tables.Session, kept: tables.Memory) -> None:
    """Let the customer's channel deliver what was said in a session."""
    if row.handoff_id is not None:
        memories.note_first_reply(db, [row.handoff_id])
    send_on(db, kept)


def say_as_service(
    db: Transaction, session_id: UUID, text: str, embeddings: Embeddings, metadata: Mapping[str, Any]
) -> None:
    """Tell a customer something that neither a bot of the tenant's nor a person says, through their channel."""
    message = memories.write_note(
        db,
        session_id,
        text,
        embeddings,
        kind="message",
        role=Role.AGENT,
        agent=SERVICE,
        importance=OF_SERVICE,
        event_time=clock.now(db),
        metadata=dict(metadata),
    )
    send_on(db, message)


def send_on(db: Transaction, kept: tables.Memory) -> None:
    """Let the customer's channel deliver a message, whoever it is from."""
    seconds = tenancy.read_preferences(db).delivery_seconds
    alarm_at = clock.now(db) + timedelta(seconds=seconds) if seconds else None
    db.add(tables.Reply(memory_id=kept.id, namespace=kept.namespace, alarm_at=alarm_at))
    _record(db, EventType.MESSAGE_CREATED, kept)


def report(db: Transaction, chain_id: UUID, memory_id: UUID, ask: ReportDelivery) -> Reply:
    """Note how far a channel got with a reply; a report of less than is known changes nothing. Raises ``NotFound`` and
    ``AgentNotBound``."""
    row, memory = find(db, memory_id, for_change=True)
    if memory.chain_id != chain_id:
        raise NotFound(noun="reply of this chain", id=memory_id)
    # What a channel brings back at this moment waits for the chain, and so finds the id that is noted here.
    sessions.lock_chain(db, chain_id)
    landing.check_party(db, chain_id)
    if ask.external_id is not None and memory.external_id is None and not _is_taken(db, memory, ask.external_id):
        memory.external_id = ask.external_id
    if _FAR[ask.state] > _FAR[ReplyState(row.state)]:
        row.state, row.problem = ask.state, ask.problem if ask.state is ReplyState.FAILED else None
        if ask.state is not ReplyState.SENT:
            row.alarm_at = None
        facts: EventFacts = {"delivery": ask.state}
        if ask.problem is not None:
            facts["problem"] = ask.problem
        _record(db, EventType.MESSAGE_DELIVERY, memory, **facts)
    db.flush()
    return _answer(row, memory)


def note_withdrawn(db: Transaction, said: tables.Memory) -> None:
    """Tell channels and colleagues that a reply was taken back."""
    _record(db, EventType.MESSAGE_DELIVERY, said, delivery=WITHDRAWN)


def reply_of(db: Transaction, memory_id: UUID) -> Reply:
    """A reply as it is now. Raises ``NotFound``."""
    return _answer(*find(db, memory_id))


def replies_among(db: Transaction, memory_ids: Collection[UUID]) -> dict[UUID, Reply]:
    """How far those of some memories got that were said to a customer, by their ids."""
    row, memory = tables.Reply, tables.Memory
    found = select(row, memory).join(memory, memory.id == row.memory_id).where(among(row.memory_id, memory_ids))
    return {reply.memory_id: _answer(reply, kept) for reply, kept in db.execute(found)}


def note_checked(db: Transaction, attachment_id: UUID, problem: str | None) -> None:
    """Note what a scanner said of an attachment: None for nothing, else why it refused it. A reply that is refused has
    failed."""
    checked = attachments.checked(db, attachment_id, problem)
    if checked is None or problem is None or checked.memory_id is None:
        return
    if db.find(tables.Reply, checked.memory_id) is not None:
        row, memory = find(db, checked.memory_id, for_change=True)
        row.state, row.problem, row.alarm_at = ReplyState.FAILED, f"It was refused: {problem}"[:500], None
        _record(db, EventType.MESSAGE_DELIVERY, memory, delivery=row.state, problem=row.problem)


def sound(db: Transaction, memory_id: UUID) -> None:
    """Raise the alarm of a reply that nobody has delivered in time, once."""
    row = db.find(tables.Reply, memory_id, populate_existing=True, with_for_update=True)
    if row is None or row.alarm_at is None or row.alarm_at > clock.now(db):
        return
    row.alarm_at, row.is_late = None, True
    _record(db, EventType.MESSAGE_UNDELIVERED, db.find_one(tables.Memory, memory_id), delivery=row.state)


def find(db: Transaction, memory_id: UUID, *, for_change: bool = False) -> tuple[tables.Reply, tables.Memory]:
    """A reply and its memory; both locked where one is to be changed. Raises ``NotFound``."""
    # The memory first, as everybody locks it before what is derived from it.
    memory = db.find(tables.Memory, memory_id, with_for_update=for_change or None)
    row = db.find(tables.Reply, memory_id, with_for_update=for_change or None)
    if row is None or memory is None:
        raise NotFound(noun="reply", id=memory_id)
    return row, memory


def _is_taken(db: Transaction, memory: tables.Memory, external_id: str) -> bool:
    """Whether the channel has brought the message back already, as another one."""
    row = tables.Memory
    taken = select(row.id).where(row.session_id == memory.session_id, row.external_id == external_id)
    return db.scalar(taken) is not None


def _record(db: Transaction, type: EventType, kept: tables.Memory, **facts: Unpack[EventFacts]) -> None:
    db.flush()
    whole: EventFacts = {"message_id": str(kept.id), "session_id": str(kept.session_id), **facts}
    if type is EventType.MESSAGE_CREATED:
        whole |= _said_with(kept)
    session = None if kept.session_id is None else sessions.find(db, kept.session_id)
    held = session and session.handoff_id and db.find(tables.Handoff, session.handoff_id)
    events.record(
        db,
        type,
        actor=kept.agent if type is EventType.MESSAGE_CREATED or facts.get("delivery") == WITHDRAWN else None,
        namespace=kept.namespace,
        chain_id=kept.chain_id,
        handoff_id=held.id if held else None,
        queue=held.target if held else None,
        **whole,
    )


def _said_with(kept: tables.Memory) -> EventFacts:
    """What else is told of a message that waits for its channel: what it brings, and which one it corrects."""
    brought, correction = bringing.brought_by(kept), correction_in(kept.custom)
    told: EventFacts = {}
    if brought:
        told["attachments"] = brought
    if correction is not None:
        told["corrects"] = str(correction.of)
    return told


def _answer(row: tables.Reply, kept: tables.Memory) -> Reply:
    correction = correction_in(kept.custom)
    return Reply.model_validate(
        {
            "id": kept.id,
            "chain_id": kept.chain_id,
            "session_id": kept.session_id,
            "agent": kept.agent,
            "content": kept.content,
            "attachment": kept.custom[ATTACHMENT] if bringing.brought_by(kept) else None,
            "at": kept.event_time,
            "state": row.state,
            "late": row.is_late,
            "problem": row.problem,
            "corrects": correction and correction.of,
            "lead": correction and correction.lead,
            "withdrawn": WITHDRAWN in kept.custom,
        }
    )
