"""Feeds: rotas whose shifts come from a calendar at an address, which the worker reads again and again.

How the last reading went stands beside what the tenant wrote of the rota: whoever writes the rota anew has its feed
read anew. Nothing is fetched in a transaction; what was fetched is taken as a file is, all of it or nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select

from warmline_memory import operators, tenancy
from warmline_memory.errors import NoCalendar, UnknownInCalendar
from warmline_memory.shifts import imports, rotas
from warmline_memory.storage import clock, tables
from warmline_memory.storage.transactions import Transaction
from warmline_memory.storage.turns import take_turn
from warmline_schemas.shifts import Rota, WriteRota

EVERY = timedelta(hours=1)
"""How often a calendar is read: calendar programs themselves ask for one no more often."""
WHOLE = timedelta(days=1)
"""How often it is read whole although it has not changed: what comes again in it is taken for half a year from then."""
FEED = "feed"
"""Where a rota's row has from where its calendar is read."""
MOST_CHARS = 800_000
"""A calendar at an address is no longer than one that is taken as a file."""


@dataclass(frozen=True)
class Feed:
    """A calendar that is due to be read, with what its server said of it the last time that it could be taken."""

    rota: str
    url: str
    etag: str | None
    modified: str | None


@dataclass(frozen=True)
class Fetched:
    """What a server answered: the calendar, or None where it has not changed."""

    content: str | None
    etag: str | None = None
    modified: str | None = None


class NotFetched(Exception):
    """A calendar that could not be fetched. Its text is a sentence for people, without anything of our network."""


def begin_due(db: Transaction) -> Sequence[Feed]:
    """Take the feeds of the entered tenant that are due; nobody else reads them for ``EVERY``."""
    row = tables.Rota
    followed = select(row).where(row.written.has_key(FEED)).order_by(row.name)
    # Whoever writes a rota at this moment has its feed read anew soon.
    rows = db.scalars(followed.with_for_update(skip_locked=True), execution_options={"populate_existing": True}).all()
    now, due = clock.now(db), list[Feed]()
    for one in rows:
        rota = Rota.model_validate({**one.written, "name": one.name})
        state = rotas.state_in(one.written)
        if rota.feed is None or _at(state, "at", now - EVERY) > now - EVERY:
            continue
        one.written = {**one.written, rotas.FEED_STATE: {**state, "at": now.isoformat()}}
        known = state if _at(state, "read_at", now - WHOLE) > now - WHOLE else {}
        due.append(Feed(one.name, rota.feed.url, known.get("etag"), known.get("modified")))
    db.flush()
    return due


def take(db: Transaction, feed: Feed, fetched: Fetched) -> None:
    """Take what was fetched as the shifts of its rota, or say on the rota why it was not taken."""
    rota = _locked(db, feed)
    if rota is None:
        return None
    seen = {"etag": fetched.etag, "modified": fetched.modified}
    if fetched.content is None:
        return _note(db, rota, problem=None)
    try:
        shifts = _read(db, rota, fetched.content)
    except (NoCalendar, UnknownInCalendar) as error:
        # Without what its server said of it, so that it is read whole the next time: by then somebody may have the
        # name that nobody has now.
        return _note(db, rota, problem=str(error), etag=None, modified=None)
    if shifts != rota.shifts:
        written = rota.model_dump(exclude={"name"}, exclude_unset=True)
        anew = {**written, "shifts": [one.model_dump() for one in shifts]}
        rotas.store(db, rota.name, WriteRota.model_validate(anew))
        tenancy.record_audit(db, "take-calendar", None, {"rota": rota.name, "shifts": len(shifts)})
    return _note(db, rota, problem=None, read_at=clock.now(db).isoformat(), **seen)


def fail(db: Transaction, feed: Feed, problem: str) -> None:
    """Say on a rota why its calendar could not be read. Its shifts stay as they are."""
    rota = _locked(db, feed)
    if rota is not None:
        _note(db, rota, problem=problem)


def problem_of(db: Transaction, name: str) -> str | None:
    """Why the calendar of a rota could not be read the last time; None where it was, or has not been tried yet."""
    return rotas.feed_state(db, name).get("problem")


def read_at(db: Transaction, name: str) -> datetime | None:
    """When the calendar of a rota was taken the last time."""
    found = rotas.feed_state(db, name).get("read_at")
    return None if found is None else datetime.fromisoformat(found)


def _locked(db: Transaction, feed: Feed) -> Rota | None:
    """The rota of a feed, unless it follows another one, or none, by now."""
    take_turn(db, f"{rotas.TURN}{feed.rota}")
    rota = rotas.find(db, feed.rota)
    return rota if rota is not None and rota.feed is not None and rota.feed.url == feed.url else None


def _read(db: Transaction, rota: Rota, content: str) -> list[Any]:
    found = operators.list_page(db, limit=rotas.MOST_PEOPLE, cursor=None).items
    people = rota.feed.people if rota.feed else {}
    whose = imports.Whose.of({one.name: one.display_name for one in found if not one.disabled}, people)
    return imports.read(content, whose, rota.zone, clock.now(db))


def _note(db: Transaction, rota: Rota, **told: str | None) -> None:
    row = db.scalars(_row(rota.name), execution_options={"populate_existing": True}).one()
    # A rota that was just stored anew has lost it, and was read now all the same.
    before = {"at": clock.now(db).isoformat(), **rotas.state_in(row.written)}
    row.written = {**row.written, rotas.FEED_STATE: {**before, **told}}
    db.flush()


def _row(name: str) -> Select[tables.Rota]:
    return select(tables.Rota).where(tables.Rota.name == name)


def _at(state: dict[str, Any], name: str, otherwise: datetime) -> datetime:
    return datetime.fromisoformat(state[name]) if name in state else otherwise
