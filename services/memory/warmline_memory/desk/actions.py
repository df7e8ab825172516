"""Actions: what is done with a handoff that waits or is held.

Before a handoff is accepted, it can be sent elsewhere as it is. Afterwards its holder has a session: to transfer or
return it asks for a new handoff from that session, and the old one closes when the session ends. Every action of a
holder carries the fencing token of the hold, so an outdated holder can change nothing (docs/decisions/0010).
"""

from datetime import timedelta
from typing import Unpack
from uuid import UUID

from sqlalchemy import func

from warmline_memory import channels, events, handoffs, queues, sessions
from warmline_memory.desk import notes
from warmline_memory.embedding import Ready
from warmline_memory.errors import HandoffClaimed, HandoffStateForbids, NotInFuture, NotOffered
from warmline_memory.storage import clock, tables, wire
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.claims import (
    Claim,
    DeclineHandoff,
    Heartbeat,
    OfferHandoff,
    ReleaseHandoff,
    ResolveHandoff,
    ReturnHandoff,
    SnoozeHandoff,
    TransferHandoff,
)
from warmline_schemas.customers.messages import Reply, SendReply
from warmline_schemas.events import EventFacts, EventType
from warmline_schemas.handoffs import ClosedAs, Handoff, HandoffMode, HandoffState, RequestHandoff
from warmline_schemas.sessions import EndReason

REOPENED, MOST_REASON = "Reopened", 2000
"""How the reason of a case begins that goes on after it was resolved, and how long a reason can be."""


def heartbeat(db: Transaction, handoff_id: UUID, ask: Heartbeat) -> Claim:
    """Prolong a hold by a lease from now on. Raises ``NotFound``, ``StaleToken``, ``NotHeld`` and
    ``HandoffStateForbids``."""
    return handoffs.prolong(db, handoff_id, ask.token, ask.lease_seconds)


def release(db: Transaction, handoff_id: UUID, ask: ReleaseHandoff) -> Handoff:
    """Give a claimed handoff back; it waits for others again, at the same level.

    Raises ``NotFound``, ``StaleToken``, ``NotHeld`` and ``HandoffStateForbids``, as every action of a holder does.
    """
    row = handoffs.find_held(db, handoff_id, ask.token, "release", HandoffState.CLAIMED)
    # Whoever gave it back is not offered it again.
    holder = row.holder or ""
    handoffs.let_go(row)
    row.declined_by = [*row.declined_by, holder]
    return _waiting_again(db, row, EventType.HANDOFF_RELEASED, holder, reason=ask.reason)


def offer(db: Transaction, handoff_id: UUID, ask: OfferHandoff) -> Handoff:
    """Offer a ready handoff to one operator; nobody else can claim it until the offer lapses. A new one replaces it.

    Raises ``NotFound``, ``UnknownReceiver``, ``HandoffStateForbids``, and ``HandoffClaimed`` where somebody holds it.
    """
    row = handoffs.lock(db, handoff_id)
    if row.state == HandoffState.CLAIMED:
        raise HandoffClaimed(holder=row.holder, handoff_id=row.id, expires_at=row.lease_until)
    if row.state != HandoffState.READY:
        raise handoffs.not_waiting(row, "offer")
    queues.check_receiver(db, ask.to, by_person=True, field="body.to")
    # The database's clock counts the offer, because its clock ends it.
    row.offered_to, row.offered_until = ask.to, func.now() + timedelta(seconds=ask.seconds)
    db.flush()
    db.refresh(row)
    return _done(db, row, EventType.HANDOFF_OFFERED, ask.by, offered_to=ask.to, until=str(row.offered_until))


def decline(db: Transaction, handoff_id: UUID, ask: DeclineHandoff) -> Handoff:
    """Decline an offer; the handoff is offered to somebody else, or waits for everybody. Raises ``NotFound`` and
    ``NotOffered``."""
    row = handoffs.lock(db, handoff_id)
    if row.state != HandoffState.READY or row.offered_to != ask.agent:
        raise NotOffered(handoff_id=row.id, agent=ask.agent)
    row.declined_by = [*row.declined_by, ask.agent]
    row.offered_to = row.offered_until = None
    return _waiting_again(db, row, EventType.HANDOFF_DECLINED, ask.agent, reason=ask.reason)


def snooze(db: Transaction, handoff_id: UUID, ask: SnoozeHandoff) -> Handoff:
    """Set an accepted handoff aside until a time, or, without one, wake it. Raises ``NotInFuture`` beside what
    ``release`` raises."""
    row = handoffs.find_held(db, handoff_id, ask.token, "snooze", HandoffState.ACCEPTED)
    if ask.until is None:
        row.snoozed_until = None
        return _done(db, row, EventType.HANDOFF_WOKEN, row.holder, reason=ask.reason)
    if ask.until <= clock.now(db):
        raise NotInFuture(field="until", time=ask.until.isoformat())
    row.snoozed_until = ask.until
    return _done(db, row, EventType.HANDOFF_SNOOZED, row.holder, until=ask.until.isoformat(), reason=ask.reason)


def transfer(db: Transaction, handoff_id: UUID, ask: TransferHandoff) -> Handoff:
    """Send a held handoff on: a claimed one as it is, an accepted one as a new handoff from its session.

    The answer is the handoff that now goes to the new target.
    Raises ``UnknownReceiver``, ``HandoffInProgress`` and ``SessionEnded`` beside what ``release`` does.
    """
    row = handoffs.find_held(db, handoff_id, ask.token, "transfer")
    queues.check_receiver(db, ask.to, by_person=db.person is not None, field="body.to")
    # A claimed handoff has no session yet, and a consultation's session is not the customer's: both go on from the
    # source.
    if row.state == HandoffState.CLAIMED:
        return _retarget(db, row, ask.to, reason=ask.reason)
    if row.mode == HandoffMode.CONSULT:
        return _consult_another(db, row, ask)
    mode = HandoffMode.WARM if ask.warm else HandoffMode.COLD
    return handoffs.pass_on(db, row, to=ask.to, reason=ask.reason, goal=row.goal, mode=mode)


def give_back(db: Transaction, handoff_id: UUID, ask: ReturnHandoff, ready: Ready) -> Handoff:
    """Give a held handoff back to its source, with an instruction.

    An accepted one comes back as a new handoff, whose goal is the instruction. A claimed one waits for its source,
    which finds the instruction since the brief; but while the source session is open, it is called off, and that
    session goes on with the instruction as its newest memory. The answer is as of ``transfer``; raises what that does,
    and ``EmbeddingsWanted``.
    """
    row = handoffs.find_held(db, handoff_id, ask.token, "return")
    if row.state == HandoffState.ACCEPTED and row.mode != HandoffMode.CONSULT:
        return handoffs.pass_on(
            db, row, to=row.source_agent, reason=ask.instruction, goal=ask.instruction, returns_id=row.id
        )
    # The instruction is kept before anything else changes: it must stand in the source session whatever follows.
    holder = row.holder
    notes.keep(db, row.source_session_id, ask.instruction, ready, kind="instruction", agent=holder)
    if row.state == HandoffState.ACCEPTED:
        return _end_consultation(db, row, ClosedAs.RETURNED)
    # A source that is still at work needs no handoff to come back: it reads the instruction as its newest memory.
    source = sessions.find(db, row.source_session_id)
    if source.ended_at is None:
        sessions.give_back(db, source)
        return handoffs.call_off(db, row, f"{holder} gave it back", holder, returned=True)
    return _retarget(db, row, row.source_agent, returned=True)


def resolve(db: Transaction, handoff_id: UUID, ask: ResolveHandoff, ready: Ready) -> Handoff:
    """Close an accepted handoff and end its session. The note is remembered: as a `resolution` in that session, or of a
    consultation as `advice` where the conversation goes on.

    Raises ``HandoffInProgress`` where the session is being handed on, and ``EmbeddingsWanted``, beside what ``release``
    does.
    """
    row = handoffs.find_held(db, handoff_id, ask.token, "resolve", HandoffState.ACCEPTED)
    session = _session_of(db, row)
    # The note has the handoff's id: whoever forgets the one finds the other.
    is_advice = row.mode == HandoffMode.CONSULT
    home, kind = (_advised(db, row), "advice") if is_advice else (session, "resolution")
    notes.keep(db, home.id, ask.note, ready, kind=kind, agent=row.holder, note_id=row.id)
    row.resolution = ask.note
    channels.ask_rating(db, row, session, ready)
    handoffs.finish_session(db, session, EndReason.RESOLVED)
    db.refresh(row)
    return wire.handoff(row)


def reopen(db: Transaction, handoff_id: UUID, agent: str) -> Handoff:
    """Go on with a case that was resolved: a new handoff from the session that resolved it, to ``agent``.

    Raises ``NotFound``, ``HandoffInProgress``, and ``HandoffStateForbids`` where it was not resolved, or somebody is at
    work on the case again.
    """
    row = handoffs.lock(db, handoff_id)
    at_work = sessions.owning_session(db, row.chain_id)
    if row.closed_as != ClosedAs.RESOLVED or row.mode == HandoffMode.CONSULT or at_work is not None:
        state = "in work again" if at_work else row.closed_as or row.state
        raise HandoffStateForbids(handoff_id=row.id, state=state, verb="reopen", needed="resolved")
    session = _session_of(db, row)
    reason = f"{REOPENED}: {row.reason}"[:MOST_REASON]
    ask = RequestHandoff(session_id=session.id, to=agent, reason=reason, goal=row.goal, **handoffs.kept_of(row))
    return handoffs.ask_again(db, session, ask)


def reply(db: Transaction, handoff_id: UUID, ask: SendReply, ready: Ready) -> Reply:
    """Say something to the customer as the holder of an accepted handoff, or an earlier reply of theirs anew; or
    withdraw that.

    Raises ``EmbeddingsWanted`` beside what ``release`` does; ``HandoffStateForbids`` also for a consultation, whose
    holder does not speak; ``NotFound``, ``ReplyCorrected`` and ``ReplyOut`` for a reply that cannot be changed.
    """
    row = handoffs.find_held(db, handoff_id, ask.token, "reply", HandoffState.ACCEPTED)
    if row.mode == HandoffMode.CONSULT:
        raise HandoffStateForbids(handoff_id=row.id, state="a consultation", verb="reply", needed="accepted to go on")
    session = _session_of(db, row)
    if ask.withdraws is not None:
        return channels.withdraw(db, session.id, session.agent, ask.withdraws, ready)
    if ask.corrects is not None and ask.content is not None:
        said = channels.correct(db, session.id, session.agent, ask.corrects, ask.content, ready)
    else:
        said = channels.say(db, session.id, session.agent, ask.content, ready, ask.attachments)
    return channels.reply_of(db, said.id)


def send_elsewhere(db: Transaction, row: tables.Handoff, to: str, reason: str) -> Handoff:
    """Let a locked handoff that waits go to another target."""
    return _retarget(db, row, to, reason=reason)


def _consult_another(db: Transaction, row: tables.Handoff, ask: TransferHandoff) -> Handoff:
    """Send a consultation on: the same source consults somebody else, and the first consultation ends."""
    asked = handoffs.request(
        db,
        RequestHandoff(
            session_id=row.source_session_id,
            to=ask.to,
            reason=ask.reason,
            goal=row.goal,
            mode=HandoffMode.CONSULT,
            **handoffs.kept_of(row),
        ),
    )
    _end_consultation(db, row, ClosedAs.TRANSFERRED)
    return asked


def _end_consultation(db: Transaction, row: tables.Handoff, closed_as: ClosedAs) -> Handoff:
    handoffs.finish_session(db, _session_of(db, row), EndReason.HANDOFF, closed_as)
    db.refresh(row)
    return wire.handoff(row)


def _session_of(db: Transaction, row: tables.Handoff) -> tables.Session:
    """The session of an accepted handoff."""
    return sessions.find(db, row.target_session_id or row.source_session_id)


def _advised(db: Transaction, row: tables.Handoff) -> tables.Session:
    """The session that gets the advice: the one that asked, or, if that has ended, the one that speaks for the chain
    now."""
    source = sessions.find(db, row.source_session_id)
    if source.ended_at is None:
        return source
    return sessions.owning_session(db, row.chain_id) or source


def _retarget(db: Transaction, row: tables.Handoff, target: str, **facts: Unpack[EventFacts]) -> Handoff:
    """Let a claimed handoff wait for another target, from the first level on."""
    holder, was = row.holder, row.target
    handoffs.let_go(row)
    row.token += 1  # nobody holds it, but whoever did must not be able to write any more
    row.redirected_from, row.skills = row.redirected_from or was, []
    queues.retarget(db, row, target)
    facts["was"] = was
    return _waiting_again(db, row, EventType.HANDOFF_RETARGETED, holder, **facts)


def _waiting_again(
    db: Transaction, row: tables.Handoff, type: EventType, actor: str | None, **facts: Unpack[EventFacts]
) -> Handoff:
    """Record why a handoff waits again, and look for somebody who takes it."""
    _record(db, type, row, actor, **facts)
    queues.route(db, row)
    db.refresh(row)
    return wire.handoff(row)


def _done(
    db: Transaction, row: tables.Handoff, type: EventType, actor: str | None, **facts: Unpack[EventFacts]
) -> Handoff:
    """Record what was done with a handoff that stays where it is, and set its next deadline."""
    _record(db, type, row, actor, **facts)
    queues.set_next_deadline(db, queues.of_target(db, row.target), row)
    db.flush()
    db.refresh(row)
    return wire.handoff(row)


def _record(
    db: Transaction, type: EventType, row: tables.Handoff, actor: str | None, **facts: Unpack[EventFacts]
) -> None:
    # Nobody needs to read that no reason was given.
    if facts.get("reason", "") is None:
        del facts["reason"]
    db.flush()
    events.record_of_handoff(db, type, row, actor, **facts)
