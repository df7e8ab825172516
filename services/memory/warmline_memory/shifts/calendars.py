"""Calendars: a rota as iCalendar (RFC 5545), to be downloaded, or read by calendar programs at an address of its own.

Calendar programs cannot sign in, so the address is the secret: a token that nobody can guess, of which only the SHA-256
is kept. A new address, or none, makes the old one lead nowhere.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from warmline_memory import events, operators, tenancy
from warmline_memory.errors import NotFound
from warmline_memory.shifts import duty, rotas
from warmline_memory.shifts.imports import AHEAD, OPERATOR, PAST
from warmline_memory.storage import clock, tables
from warmline_memory.storage.database import entering
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.shifts import Rota
from warmline_schemas.targets import of_operator

if TYPE_CHECKING:
    from icalendar import Event

REFRESH = timedelta(hours=1)
"""How often calendar programs are asked to read it again; most of them do so less often."""
PRODUCT = "-//Warmline//Rotas//EN"


@dataclass(frozen=True)
class Link:
    """An address of a calendar, as whoever made it sees it, once."""

    token: str
    made_at: datetime


def download(db: Transaction, name: str) -> bytes:
    """A rota as iCalendar. Raises ``NotFound``."""
    rota = rotas.read(db, name)
    return to_icalendar(rota, operators.display_names(db), clock.now(db), events.tenant(db))


def make_link(db: Transaction, name: str) -> Link:
    """Make an address for a rota's calendar, which takes the place of the one before. Raises ``NotFound``."""
    rotas.read(db, name)
    row, token = tables.CalendarLink, secrets.token_urlsafe(32)
    new = {"token_hash": tenancy.key_hash(token), "made_at": func.now()}
    upsert = insert(row).values(rota=name, **new)
    upsert = upsert.on_conflict_do_update(index_elements=[row.tenant_id, row.rota], set_=new)
    made_at = db.scalars(upsert.returning(row.made_at)).one()
    tenancy.record_audit(db, "make-calendar-link", None, {"rota": name})
    return Link(token, made_at)


def end_link(db: Transaction, name: str) -> None:
    """Make the address of a rota's calendar lead nowhere. Raises ``NotFound`` where there is none."""
    row = tables.CalendarLink
    if db.scalars(delete(row).where(row.rota == name).returning(row.rota)).one_or_none() is None:
        raise NotFound(noun="calendar address of this rota", id=name)
    tenancy.record_audit(db, "end-calendar-link", None, {"rota": name})


def link_made_at(db: Transaction, name: str) -> datetime | None:
    """Since when a rota's calendar has an address; None where it has none."""
    return db.scalar(select(tables.CalendarLink.made_at).where(tables.CalendarLink.rota == name))


def by_link(db: Transaction, token_hash: bytes) -> bytes:
    """The calendar at an address, in a transaction that was opened with its token's hash as the key's.

    It enters the tenant whose rota that is. Raises ``NotFound``.
    """
    row = tables.CalendarLink
    found = db.execute(select(row.rota, entering(row.tenant_id)).where(row.token_hash == token_hash)).one_or_none()
    if found is None:
        raise NotFound(noun="calendar", id="at this address")
    return download(db, found.rota)


def to_icalendar(rota: Rota, names: Mapping[str, str], now: datetime, tenant: UUID) -> bytes:
    """A rota's shifts around a moment as iCalendar, an event each; times are in UTC, which calendars show locally."""
    # Loaded here: a platform that no calendar is read from is 4 MB smaller without it.
    from icalendar import Calendar

    title = rota.title or rota.name
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", title)
    calendar.add("refresh-interval", REFRESH)
    calendar.add("x-published-ttl", REFRESH)
    for one in duty.stretches(rota, now - PAST, now + AHEAD):
        if one.ends > now - PAST and one.starts < now + AHEAD:
            name = names.get(of_operator(one.operator), one.operator)
            calendar.add_component(_event(rota, one, f"{name}: {title}", now, tenant))
    return bytes(calendar.to_ical())


def _event(rota: Rota, shift: duty.Stretch, summary: str, now: datetime, tenant: UUID) -> "Event":
    from icalendar import Event

    event = Event()
    # The same shift has the same id each time, by which a calendar knows it again.
    event.add("uid", f"{uuid5(tenant, f'{rota.name} {shift.operator} {shift.starts.isoformat()}')}@warmline")
    event.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", shift.starts)
    event.add("dtend", shift.ends)
    event.add("summary", summary)
    event.add(OPERATOR, shift.operator)
    return event
