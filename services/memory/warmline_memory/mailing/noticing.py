"""Noticing: what happened since the last look becomes notices for the operators who want to be told of it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from warmline_memory import events, operators
from warmline_memory.storage import Database, Role, Transaction, tables
from warmline_memory.storage.ids import among
from warmline_schemas.events import EventType
from warmline_schemas.operators import MailAbout
from warmline_schemas.targets import of_operator

FRESH = timedelta(hours=1)
"""What is longer ago is no news: where nobody looked for a day, nobody gets the e-mails of a day."""
MOST_EVENTS = 500
"""One look goes through at most this many events; the next one goes on behind them."""
TOLD: Mapping[EventType, MailAbout] = {
    EventType.HANDOFF_READY: MailAbout.WAITING,
    # Somebody else may take it from now on, or nobody had a chance to before.
    EventType.HANDOFF_ESCALATED: MailAbout.WAITING,
    EventType.HANDOFF_RETARGETED: MailAbout.WAITING,
    EventType.HANDOFF_RELEASED: MailAbout.WAITING,
    EventType.HANDOFF_LAPSED: MailAbout.WAITING,
    EventType.HANDOFF_OFFERED: MailAbout.OFFERED,
    EventType.HANDOFF_BREACHED: MailAbout.LATE,
    EventType.OPERATOR_MENTIONED: MailAbout.MENTIONED,
}

Notice = dict[str, Any]


def tenants(database: Database) -> Sequence[UUID]:
    """The tenants any of whose operators wants to be told by e-mail."""
    row = tables.Operator
    with database.transaction(role=Role.SWEEP) as db:
        # Of the others no row is seen here, nor any address.
        return db.scalars(select(row.tenant_id).where(row.mail_about != []).distinct()).all()


def look_through(db: Transaction) -> None:
    """Make notices of a tenant's events since the last look; the first look only notes where it begins.

    Where another worker looks at this moment, nothing is done.
    """
    row = tables.MailCursor
    newest = events.last_sequence(db)
    db.execute(insert(row).values(sequence=newest).on_conflict_do_nothing())
    since = db.scalar(select(row.sequence).with_for_update(skip_locked=True))
    if since is None or since >= newest:
        return
    found = _told_since(db, since, newest)
    notices = list(_notices(db, found))
    if notices:
        _add(db, notices)
    db.execute(update(row).values(sequence=found[-1].sequence if len(found) == MOST_EVENTS else newest))


def _told_since(db: Transaction, since: int, newest: int) -> Sequence[tables.Event]:
    row = tables.Event
    fresh = row.at > func.now() - FRESH
    within = select(row).where(row.sequence > since, row.sequence <= newest, row.type.in_(list(TOLD)), fresh)
    return db.scalars(within.order_by(row.sequence).limit(MOST_EVENTS)).all()


def _add(db: Transaction, notices: Sequence[Notice]) -> None:
    """Add notices. One of the same thing is told once, and again only where it came to nothing before it was told."""
    row = tables.MailNotice
    # One statement must not touch a row twice: the last of several of the same thing counts.
    rows = {(one["operator_id"], one["about"], one["key"]): one for one in notices}
    new = insert(row).values(list(rows.values()))
    same = [row.tenant_id, row.operator_id, row.about, row.key]
    told_anew = {"due_at": new.excluded.due_at, "at": new.excluded.at, "facts": new.excluded.facts}
    db.execute(new.on_conflict_do_update(index_elements=same, set_=told_anew, where=row.mailed_at.is_(None)))


def _notices(db: Transaction, found: Sequence[tables.Event]) -> Iterator[Notice]:
    handoff, person = tables.Handoff, tables.Operator
    ids = {event.handoff_id for event in found if event.handoff_id}
    handoffs = {row.id: row for row in db.scalars(select(handoff).where(among(handoff.id, ids)))}
    wants = (person.email.is_not(None), person.mail_about != [], person.disabled_at.is_(None))
    people = db.scalars(select(person).where(*wants)).all() if found else []
    for event in found:
        about = TOLD[EventType(event.type)]
        row = handoffs.get(event.handoff_id) if event.handoff_id else None
        if row is None and about is not MailAbout.MENTIONED:
            continue
        key, facts = _which(about, event)
        for one in people:
            if about in one.mail_about and _concerns(one, about, event, row):
                yield _notice(one, about, event, key, facts)


def _notice(one: tables.Operator, about: MailAbout, event: tables.Event, key: str, facts: Notice) -> Notice:
    told = {"about": about, "key": key, "handoff_id": event.handoff_id, "facts": facts}
    return {"operator_id": one.id, "at": event.at, "due_at": func.now(), **told}


def _which(about: MailAbout, event: tables.Event) -> tuple[str, Notice]:
    """Which thing of its sort an event tells of, and what of it is told."""
    if about is MailAbout.MENTIONED:
        return str(event.facts["message_id"]), {"by": event.actor, "session_id": event.facts["session_id"]}
    if about is MailAbout.LATE:
        return f"{event.handoff_id}:{event.facts['promise']}", {"promise": event.facts["promise"]}
    # Each offer is one of its own; a handoff waits once.
    return (str(event.id) if about is MailAbout.OFFERED else str(event.handoff_id)), {}


def _concerns(one: tables.Operator, about: MailAbout, event: tables.Event, row: tables.Handoff | None) -> bool:
    """Whether what happened concerns an operator."""
    agent = of_operator(one.name)
    if about is MailAbout.MENTIONED or row is None:
        return event.facts.get("operator") == agent
    if about is MailAbout.OFFERED:
        return event.facts.get("offered_to") == agent
    if about is MailAbout.LATE and row.holder is not None:
        return row.holder == agent
    return row.source_agent != agent and operators.may_take(one, row) is None
