"""Claims: who holds a handoff and until when. A hold is columns of the handoff's row, and a fencing token
(docs/decisions/0010).

Taking a hold is one conditional statement. Whatever a holder does begins with ``held``, which locks the row: between
the check of its token and the end of its transaction nobody else can come to hold the handoff.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, null, or_, select, true, update

from warmline_memory import events, operators, queues, tenancy
from warmline_memory.errors import (
    Conflict,
    HandoffClaimed,
    HandoffClaimedBesides,
    HandoffOffered,
    HandoffStateForbids,
    HeldBySomebodyElse,
    NotFound,
    NotHeld,
    StaleToken,
    TokenNeeded,
    WarmlineError,
)
from warmline_memory.handoffs import locking
from warmline_memory.storage import tables, wire
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.claims import Claim
from warmline_schemas.events import EventType
from warmline_schemas.handoffs import HandoffState


def hold(db: Transaction, handoff_id: UUID, agent: str, lease_seconds: int) -> tables.Handoff:
    """Hold a handoff that nobody holds, in one statement; its row. Many processes may share an agent's name, and a hold
    is one process's: the same name again is refused, and a hold is prolonged by its token.

    Raises ``NotFound``, ``HandoffStateForbids`` where it does not wait, ``HandoffClaimed`` while somebody holds it, and
    ``HandoffOffered`` while it is offered to somebody else.
    """
    handoff = tables.Handoff
    # One statement checks and takes: two who claim at once cannot both find the handoff free.
    held = db.scalar(
        update(handoff)
        .where(handoff.id == handoff_id, handoff.state.in_(tables.WAITING), _is_free(agent))
        .values(_claimed(agent, lease_seconds))
        .returning(handoff)
        .execution_options(populate_existing=True)
    )
    if held is None:
        raise _refusal(_as_it_is(db, handoff_id), agent)
    tenancy.check_party(db, held.target)
    return held


def claim_next(db: Transaction, target: str, agent: str, lease_seconds: int | None = None) -> Claim | None:
    """Claim what should be taken next of a target, in one statement; None where nothing waits that the agent may take.

    The lease is the queue's where none is given. An operator gets what they may take and what is offered to no other.
    Raises ``OperatorDisabled``, and ``OperatorFull`` where they hold as much as they can.
    """
    operator = operators.find_by_agent(db, agent)
    if operator is not None:
        operators.check_room(db, operator)
    row = tables.Handoff
    free = or_(row.offered_to.is_(None), row.offered_to == agent, row.offered_until <= func.now())
    wanted = select(row.id).where(tables.in_state(row, HandoffState.READY), row.target == target, free)
    if operator is not None:
        wanted = wanted.where(operators.takes(operator))
    # Whoever claims at the same time holds the first one locked; the next one is as good, and nobody waits.
    first = wanted.order_by(*queues.in_order(row)).limit(1).with_for_update(skip_locked=True, key_share=True)
    held = db.scalar(
        update(row)
        # Without correlate(None) SQLAlchemy would take the table of the subquery for that of the update.
        .where(row.id == first.correlate(None).scalar_subquery())
        .values(_claimed(agent, lease_seconds or queues.of_target(db, target).lease_seconds))
        .returning(row)
        .execution_options(populate_existing=True)
    )
    if held is None:
        return None
    events.record_of_handoff(db, EventType.HANDOFF_CLAIMED, held, agent)
    return wire.claim(held)


def token_of_person(db: Transaction, handoff_id: UUID) -> int | None:
    """The token by which the person who is signed in holds a handoff already; None for programs, and where they do not.
    All pages of a person are one holder."""
    if db.person is None:
        return None
    handoff = tables.Handoff
    return db.scalar(select(handoff.token).where(handoff.id == handoff_id, handoff.holder == db.person, _is_live()))


def prolong(db: Transaction, handoff_id: UUID, token: int, lease_seconds: int) -> Claim:
    """Prolong a hold, in one statement; one on an accepted handoff never lapses, but it is noted that its holder lives.

    Raises ``NotFound``, ``StaleToken`` where it was lost, and ``NotHeld`` where there never was one.
    """
    handoff = tables.Handoff
    # A person's page keeps alive what that person holds, and nobody else's.
    is_theirs = true() if db.person is None else handoff.holder == db.person
    kept = db.scalar(
        update(handoff)
        .where(handoff.id == handoff_id, handoff.token == token, _is_live(), is_theirs)
        .values(
            lease_until=case(
                (handoff.state == HandoffState.CLAIMED, _prolonged(lease_seconds)), else_=handoff.lease_until
            ),
            heartbeat_at=func.now(),
        )
        .returning(handoff)
        .execution_options(populate_existing=True)
    )
    if kept is None:
        raise _not_kept(db, _as_it_is(db, handoff_id), token)
    tenancy.check_agent(db, kept.holder or "")
    return wire.claim(kept)


def held(
    db: Transaction, handoff_id: UUID, token: int, verb: str = "act on", needed: HandoffState | None = None
) -> tables.Handoff:
    """The row of a handoff that the bringer of a token holds, locked with its chain until the transaction ends.

    A person who is signed in must hold it themselves, or be a lead of its queue. Raises ``NotFound``; ``StaleToken``
    for a token of a hold that was lost, ``NotHeld`` where there never was one, ``HeldBySomebodyElse``, and
    ``HandoffStateForbids`` where it is held, but not in the state that is ``needed``, if any.
    """
    # The token is checked only once the row is locked: until the end nobody else can come to hold the handoff.
    row = locking.lock(db, handoff_id)
    if row.state not in tables.HELD or row.token != token or is_lapsed(db, row):
        raise _lost(row, token, verb)
    if needed is not None and row.state != needed:
        raise HandoffStateForbids(handoff_id=row.id, state=row.state, verb=verb, needed=needed.value)
    tenancy.check_agent(db, row.holder or "")
    operators.check_holder(db, row)
    return row


def check_acceptable(db: Transaction, row: tables.Handoff, agent: str, token: int | None) -> None:
    """Whether an agent may take over a locked handoff that waits: with its hold's token, or where nobody holds it.

    Raises ``StaleToken``, also where a hold's token is missing, ``HandoffClaimed``, ``HandoffOffered`` and
    ``HandoffStateForbids``.
    """
    if row.state not in tables.WAITING:
        raise not_waiting(row, "accept")
    is_held = row.state == HandoffState.CLAIMED and not is_lapsed(db, row)
    if token is not None and not (is_held and row.token == token):
        raise _lost(row, token, "accept")
    if is_held and row.holder != agent:
        raise _refusal(row, agent)
    if is_held and token is None:
        raise TokenNeeded(handoff_id=row.id, holder=row.holder)


def not_waiting(row: tables.Handoff, verb: str) -> HandoffStateForbids:
    """The error for taking over a handoff that waits for nobody, or for its reviewer first."""
    needed = "ready: its draft waits for somebody to confirm it" if row.state == HandoffState.DRAFTED else "ready"
    return HandoffStateForbids(handoff_id=row.id, state=row.state, verb=verb, needed=needed)


def is_lapsed(db: Transaction, row: tables.Handoff) -> bool:
    """Whether the hold of a claimed handoff has run out, by the database's clock."""
    return row.state == HandoffState.CLAIMED and not db.scalars(select(row.lease_until > func.now())).one()


def let_go(row: tables.Handoff) -> None:
    """Make a locked handoff wait for others again. Its token is kept until the next holder gets a higher one."""
    row.state, row.holder, row.lease_until, row.inquiry_due_at = HandoffState.READY, None, None, None
    row.offered_to, row.offered_until, row.snoozed_until = None, None, None


def _as_it_is(db: Transaction, handoff_id: UUID) -> tables.Handoff:
    row = db.find(tables.Handoff, handoff_id, populate_existing=True)
    if row is None:
        raise NotFound(noun="handoff", id=handoff_id)
    return row


def _claimed(agent: str, lease_seconds: int) -> dict[str, Any]:
    """The columns of a handoff that an agent claims: every new holder gets the next token, which outdates those before
    (docs/decisions/0010)."""
    return {
        "state": HandoffState.CLAIMED,
        "holder": agent,
        "token": tables.Handoff.token + 1,
        "claimed_at": func.now(),
        "lease_until": _prolonged(lease_seconds),
        "offered_to": null(),
        "offered_until": null(),
        "notice": null(),
    }


def _is_free(agent: str) -> ColumnElement[bool]:
    """Whether nobody holds a waiting handoff, and no offer that still holds keeps this agent out."""
    handoff = tables.Handoff
    unheld = or_(handoff.state == HandoffState.READY, handoff.lease_until <= func.now())
    not_offered = or_(handoff.offered_to.is_(None), handoff.offered_to == agent, handoff.offered_until <= func.now())
    return and_(unheld, not_offered)


def _is_live() -> ColumnElement[bool]:
    handoff = tables.Handoff
    claimed = and_(handoff.state == HandoffState.CLAIMED, handoff.lease_until > func.now())
    return or_(claimed, handoff.state == HandoffState.ACCEPTED)


def _prolonged(lease_seconds: int) -> ColumnElement[object]:
    """The end of a lease that begins now; while an answer is awaited, of one that begins when that is due."""
    handoff, lease = tables.Handoff, timedelta(seconds=lease_seconds)
    # GREATEST passes over nulls: without an open question it is the lease from now on.
    return func.greatest(func.now() + lease, handoff.inquiry_due_at + lease)


def _refusal(row: tables.Handoff, agent: str) -> Conflict:
    """Why an agent cannot hold a handoff."""
    if row.state not in tables.WAITING:
        return not_waiting(row, "claim")
    if row.state == HandoffState.READY and row.offered_until and row.offered_to != agent:
        return HandoffOffered(holder=row.offered_to, handoff_id=row.id, expires_at=row.offered_until.isoformat())
    until = row.lease_until.isoformat() if row.lease_until else "it is given back"
    refusal = HandoffClaimedBesides if row.holder == agent else HandoffClaimed
    return refusal(holder=row.holder, handoff_id=row.id, expires_at=until)


def _not_kept(db: Transaction, row: tables.Handoff, token: int) -> WarmlineError:
    """Why a hold was not prolonged."""
    if db.person is not None and row.token == token and row.holder not in {None, db.person}:
        return HeldBySomebodyElse(handoff_id=row.id, holder=row.holder)
    return _lost(row, token, "prolong its hold")


def _lost(row: tables.Handoff, token: int, verb: str) -> Conflict:
    """Why a token is no good."""
    if row.state not in {*tables.HELD, HandoffState.READY}:
        return HandoffStateForbids(handoff_id=row.id, state=row.state, verb=verb, needed="held by the one who asks")
    # Tokens begin at 1, so nobody has held what still has 0.
    if row.token == 0:
        return NotHeld(handoff_id=row.id, state=row.state, verb=verb)
    if row.state == HandoffState.READY:
        why = "the hold that it belongs to lapsed or was given back"
    elif row.token == token:
        why = "the hold that it belongs to has lapsed"
    else:
        why = f"{row.holder} holds the handoff by another one"
    return StaleToken(handoff_id=row.id, token=token, why=why)
