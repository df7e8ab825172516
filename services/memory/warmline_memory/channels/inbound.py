"""Inbound: what was said in a channel lands in its case, once, whatever the state of that, and shows to who has it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select

from warmline_memory import customers, events, handoffs, memories, queues, sessions, tenancy
from warmline_memory.channels import bringing, landing, outbound, ratings, recaps, reopening
from warmline_memory.channels.landing import Landing
from warmline_memory.embedding import Embeddings, Ready
from warmline_memory.storage import clock, tables
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.claims import Owner
from warmline_schemas.customers.attachments import MOST_ATTACHMENTS
from warmline_schemas.customers.messages import GiveBack, Reached, ReceivedMessage, SendMessage
from warmline_schemas.events import EventFacts, EventType
from warmline_schemas.handoffs import HandoffState
from warmline_schemas.memories import Remember, Role
from warmline_schemas.targets import TargetKind, kind_of

INSTRUCTION = "instruction"


def receive(db: Transaction, chain_id: UUID, ask: SendMessage, ready: Ready) -> ReceivedMessage:
    """Take what was said in a case: by its customer, or by somebody of our side in another channel.

    It is kept where whoever has the case finds it. A customer's opens what had ended, and wakes what was set aside; a
    person's makes that person the one who speaks. What the customer has yet to hear, only who speaks can say. Raises
    ``NotFound``, ``AgentNotBound``, ``ConversationNotYours`` and ``EmbeddingsWanted``.
    """
    place = landing.find(db, chain_id)
    landing.check_party(db, chain_id)
    known = _known(db, place, ask.external_id)
    if known is not None:
        return _received(db, place, [known, *_beside(db, known)], place.reached, repeated=True)
    anew = landing.onward(db, chain_id)
    if anew is not None and place.reached is Reached.NOBODY:
        # The case went on in another chain, and so does what is said to this one.
        return receive(db, anew, ask, ready)
    reached = place.reached
    if ask.deliver:
        return _received(db, place, _say(db, place, ask, ready), reached)
    if reached is Reached.NOBODY and ask.agent is None and not ratings.take(db, place.session, ask.content):
        place = reopening.go_on(db, place, ask.bot)
        reached = Reached.REOPENED if place.session.chain_id == chain_id else Reached.NEW_CHAIN
    kept = _keep(db, place.session, ask, ready)
    if ask.agent is None:
        recaps.note_answer(db, place.waiting, kept[0], ready)
    _note(db, place, kept, reached)
    if ask.agent is None:
        _wake(db, place)
    elif kind_of(ask.agent) is TargetKind.HUMAN and _takes_over(db, place, ask, kept[0]):
        _let_speak(db, place, ask.agent)
    received = _received(db, place, kept, reached)
    return received.model_copy(update={"earlier": _earlier(db, place)}) if reached is Reached.NEW_CHAIN else received


def _earlier(db: Transaction, place: Landing) -> list[str]:
    """What the customer came with before, for the agent with which a new chain begins."""
    others = customers.cases_of(db, place.session.namespace, beside=place.session.chain_id)
    return [customers.in_a_sentence(one) for one in others]


def give_back(db: Transaction, chain_id: UUID, ask: GiveBack, ready: Ready) -> Owner:
    """Let the agent of a case speak again, for whom a person had spoken.

    What that person has taken over goes back to the agent as a handoff. Raises ``NotFound``, ``AgentNotBound`` and
    ``EmbeddingsWanted``.
    """
    place = landing.find(db, chain_id)
    landing.check_party(db, chain_id)
    if place.owner is not None and not _goes_back(db, place, ask):
        if ask.instruction is not None:
            said = Remember(session_id=place.owner.id, content=ask.instruction, agent=ask.agent, kind=INSTRUCTION)
            memories.keep_anywhere(db, said.model_copy(update={"role": Role.AGENT}), _embedded(ready, ask.instruction))
        sessions.give_back(db, place.owner)
    return sessions.owner(db, chain_id)


def _goes_back(db: Transaction, place: Landing, ask: GiveBack) -> bool:
    """Whether a case is the person's own who gives it back; it is asked for in their name, unless it is already."""
    had = place.owner
    if had is None or had.agent != ask.agent or kind_of(had.agent) is not TargetKind.HUMAN:
        return False
    before = _agent_before(db, had.chain_id)
    if before is None:
        return False
    if place.waiting is None:
        handoffs.request_return(db, had, before, ask.instruction or f"{ask.agent} gave it back")
    return True


def _agent_before(db: Transaction, chain_id: UUID) -> str | None:
    """The agent, and not person, that spoke for a case last."""
    spoke = (one.agent for one in reversed(sessions.ownerships(db, chain_id)))
    return next((agent for agent in spoke if kind_of(agent) is TargetKind.AGENT), None)


def _known(db: Transaction, place: Landing, external_id: str) -> tables.Memory | None:
    """What a case has under an id already, in whichever of its sessions it was kept."""
    session = tables.Session
    own_reply = _as_reply(db, place, external_id)
    if own_reply is not None:
        return own_reply
    within = select(session.id).where(session.chain_id == place.session.chain_id)
    return first_known(db, within, external_id)


def first_known(db: Transaction, session_ids: Select[UUID], external_id: str) -> tables.Memory | None:
    """What one of some sessions has kept under an id first."""
    row = tables.Memory
    found = select(row).where(row.session_id.in_(session_ids), row.external_id == external_id)
    return db.scalars(found.order_by(row.id).limit(1)).one_or_none()


def _as_reply(db: Transaction, place: Landing, external_id: str) -> tables.Memory | None:
    """A reply of the case that a channel brings back under our id, because it sent it with that."""
    try:
        memory = db.find(tables.Memory, UUID(external_id))
    except ValueError:
        return None
    return memory if memory is not None and memory.chain_id == place.session.chain_id else None


def _beside(db: Transaction, known: tables.Memory) -> Sequence[tables.Memory]:
    """The attachments that came with a message which is known."""
    row = tables.Memory
    named = [bringing.external_id_of(known.external_id or "", place) for place in range(1, MOST_ATTACHMENTS + 1)]
    found = select(row).where(row.session_id == known.session_id, row.external_id.in_(named))
    return db.scalars(found.order_by(row.id)).all()


def _keep(db: Transaction, session: tables.Session, ask: SendMessage, ready: Ready) -> list[tables.Memory]:
    return bringing.keep(
        db,
        session,
        ask.content,
        ask.attachments,
        ready,
        hide=tenancy.read_preferences(db).secrets_at_write,
        role=Role.USER if ask.agent is None else Role.AGENT,
        agent=ask.agent,
        external_id=ask.external_id,
        event_time=ask.event_time,
        metadata=ask.metadata,
    )


def _say(db: Transaction, place: Landing, ask: SendMessage, ready: Ready) -> list[tables.Memory]:
    """Keep what the customer has yet to hear, for their channel."""
    outbound.check_speaks(db, place, ask.agent)
    kept = _keep(db, place.session, ask, ready)
    for one in kept:
        outbound.leave_to_channel(db, place.session, one)
    return kept


def _embedded(ready: Ready, text: str) -> Embeddings:
    embeddings = ready.of([text])
    assert embeddings is not None  # noqa: S101 (there is one text)
    return embeddings


def _note(db: Transaction, place: Landing, said: Sequence[tables.Memory], reached: Reached) -> None:
    held, kept = place.waiting or _taken(db, place.owner), said[0]
    facts: EventFacts = {"message_id": str(kept.id), "session_id": str(kept.session_id), "reached": reached}
    if brought := [one for memory in said for one in bringing.brought_by(memory)]:
        facts["attachments"] = brought
    events.record(
        db,
        EventType.MESSAGE_RECEIVED,
        actor=kept.agent if kept.role == Role.AGENT else landing.CUSTOMER,
        namespace=kept.namespace,
        chain_id=kept.chain_id,
        handoff_id=None if held is None else held.id,
        queue=None if held is None else held.target,
        **facts,
    )


def _taken(db: Transaction, owner: tables.Session | None) -> tables.Handoff | None:
    """The handoff by which the one who speaks has the case."""
    return None if owner is None or owner.handoff_id is None else db.find(tables.Handoff, owner.handoff_id)


def _wake(db: Transaction, place: Landing) -> None:
    """End the rest of a handoff that its holder set aside until the customer would write."""
    held = _taken(db, place.owner)
    if held is not None and held.state == HandoffState.ACCEPTED and held.snoozed_until is not None:
        held.snoozed_until = None
        db.flush()
        events.record_of_handoff(db, EventType.HANDOFF_WOKEN, held, reason="the customer wrote")
        queues.set_next_deadline(db, queues.of_target(db, held.target), held)


def _takes_over(db: Transaction, place: Landing, ask: SendMessage, said: tables.Memory) -> bool:
    # A channel that numbers its messages knows better than times do, which some channels tell in whole seconds.
    return not _was_before(db, place, said) if ask.takes_over is None else ask.takes_over


def _was_before(db: Transaction, place: Landing, said: tables.Memory) -> bool:
    """Whether something was said before a person gave the case back to the agent that has it now, and is told late."""
    if place.owner is None or kind_of(place.owner.agent) is not TargetKind.AGENT:
        return False
    returned = _returned_at(db, place.owner)
    return returned is not None and said.event_time < returned


def _returned_at(db: Transaction, owner: tables.Session) -> datetime | None:
    """When a person last gave a case back to the agent that has it now; None where none did."""
    taken, row = _taken(db, owner), tables.Event
    came_back = taken is not None and kind_of(taken.source_agent) is TargetKind.HUMAN
    # An agent that had gone on meanwhile has the same session as before: a person had only reserved what it hands over,
    # or had spoken in its place.
    is_return = or_(
        and_(row.type == EventType.HANDOFF_CANCELLED, row.facts["returned"].as_boolean()),
        and_(row.type == EventType.SPEAKER_CHANGED, row.facts["speaker"].astext == owner.agent),
    )
    let_go_on = db.scalar(select(func.max(row.at)).where(row.chain_id == owner.chain_id, is_return))
    return max(filter(None, (let_go_on, owner.started_at if came_back else None)), default=None)


def _let_speak(db: Transaction, place: Landing, person: str) -> None:
    """Let a person who answered in another channel speak for what a bot had."""
    owner = place.owner
    if owner is None:
        return
    if kind_of(owner.agent) is TargetKind.AGENT:
        minutes = tenancy.read_preferences(db).quiet_minutes
        until = clock.now(db) + timedelta(minutes=minutes) if minutes else None
        sessions.speak_for(db, owner, person, until)
    elif owner.handoff_id is not None:
        memories.note_first_reply(db, [owner.handoff_id])


def _received(
    db: Transaction, place: Landing, said: Sequence[tables.Memory], reached: Reached, *, repeated: bool = False
) -> ReceivedMessage:
    owner, waiting, kept = place.owner, place.waiting, said[0]
    return ReceivedMessage(
        id=kept.id,
        repeated=repeated,
        reached=reached,
        chain_id=place.session.chain_id,
        session_id=kept.session_id or place.session.id,
        speaker=None if owner is None else sessions.speaker_of(db, owner) or owner.agent,
        handoff_id=None if waiting is None else waiting.id,
        to=None if waiting is None else waiting.target,
        standing=None if waiting is None else queues.standing_of(db, waiting),
        attachment_memory_ids=[memory.id for memory in said if bringing.brought_by(memory)],
    )
