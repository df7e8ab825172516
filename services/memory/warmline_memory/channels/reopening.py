"""Reopening: a customer writes in a case that has ended, and it goes on with whoever had it."""

from datetime import timedelta

from sqlalchemy import select

from warmline_memory import handoffs, operators, sessions, tenancy
from warmline_memory.channels.landing import Landing
from warmline_memory.storage import clock, tables
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.handoffs import HandoffMode, RequestHandoff
from warmline_schemas.operators import Presence
from warmline_schemas.sessions import EndReason
from warmline_schemas.targets import TargetKind, kind_of

AGAIN = "The customer wrote again after this had ended"


def go_on(db: Transaction, ended: Landing, bot: str | None = None) -> Landing:
    """Where the work of a case that has ended goes on.

    A bot whose client had ended its session speaks again. What a person had comes back as a new handoff, to the same
    queue and first of all to that person. After the tenant's window a new chain begins with ``bot``, or else the one
    that began this one; where no bot did, people get it all the same.
    """
    last = ended.session
    first = sessions.find(db, last.chain_id)
    hours = tenancy.read_preferences(db).reopen_hours
    is_late = last.ended_at is not None and last.ended_at <= clock.now(db) - timedelta(hours=hours)
    if is_late and kind_of(first.agent) is TargetKind.AGENT:
        begun = sessions.begin_anew(db, first, bot)
        return Landing(begun, begun, None)
    if last.ended_reason == EndReason.CLIENT and kind_of(last.agent) is TargetKind.AGENT:
        handoffs.open_session_again(db, last)
        return Landing(last, last, None)
    return Landing(last, None, _asked_again(db, last))


def _asked_again(db: Transaction, last: tables.Session) -> tables.Handoff:
    was = _had(db, last)
    to, first = _whose(db, last, was)
    reason = AGAIN if was is None else f"{AGAIN}. It was about: {was.reason}"
    kept = {} if was is None else handoffs.kept_of(was)
    # Cold, because there is no session any more that could speak until somebody accepts.
    ask = RequestHandoff(session_id=last.id, to=to, reason=reason[:2000], mode=HandoffMode.COLD, **kept)
    return handoffs.find(db, handoffs.ask_again(db, last, ask, first=first).id)


def _had(db: Transaction, last: tables.Session) -> tables.Handoff | None:
    """The handoff by which a session had its work, or tried to hand it on and found nobody."""
    row = tables.Handoff
    onward = select(row).where(row.source_session_id == last.id, row.mode != HandoffMode.CONSULT)
    found = db.scalars(onward.order_by(row.id.desc()).limit(1)).one_or_none()
    if found is not None and last.ended_reason == EndReason.HANDOFF:
        return found
    return handoffs.find(db, last.handoff_id) if last.handoff_id else found


def _whose(db: Transaction, last: tables.Session, was: tables.Handoff | None) -> tuple[str, str | None]:
    """To whom an ended case goes, and who of them is offered it first."""
    people = tenancy.read_preferences(db).people_target
    if kind_of(last.agent) is not TargetKind.HUMAN:
        return (was.target if was is not None else last.agent), None
    to = last.agent if was is None else was.target
    person = operators.find_by_agent(db, last.agent)
    if kind_of(to) is TargetKind.HUMAN:
        # Nobody waits for a colleague who has left.
        return (people if _has_left(db, to) else to), None
    to = people if kind_of(to) is TargetKind.AGENT else to
    is_there = person is not None and operators.presence(person) is Presence.AVAILABLE
    return to, last.agent if is_there else None


def _has_left(db: Transaction, agent: str) -> bool:
    person = operators.find_by_agent(db, agent)
    return person is not None and person.disabled_at is not None
