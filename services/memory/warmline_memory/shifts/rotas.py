"""Rotas: who is on duty, as tenants wrote it. ``duty`` computes from a rota who is on at a moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from pydantic import BaseModel
from sqlalchemy import delete as delete_rows, func, select
from sqlalchemy.dialects.postgresql import insert

from warmline_memory import operators, tenancy
from warmline_memory.errors import NotFound, TooManyOverrides, TooManyRotas
from warmline_memory.shifts import duty, imports
from warmline_memory.storage import clock, tables
from warmline_memory.storage.pages import cut
from warmline_memory.storage.transactions import Transaction
from warmline_memory.storage.turns import take_turn
from warmline_schemas.shifts import Absence, ChangeRota, OnDuty, PlannedShift, Rota, Shift, Swap, WriteRota
from warmline_schemas.wire import Page

MOST = 200
"""A tenant has at most this many rotas: the page of shifts reads all of them."""
MOST_OVERRIDES = 400
"""A rota has at most this many swaps, and as many absences."""
MOST_PEOPLE = 500
"""So many operators are looked for in a calendar."""
KEPT = timedelta(days=365)
"""Swaps and absences that ended this long ago are dropped when another one is added."""
TURN = "/v1/rotas/"
"""Changes of one rota wait for each other under this name, which is its path in the API, where requests take it too."""

FEED_STATE = "feed_state"
FOLLOWED = timedelta(hours=1)
"""How often a rota is looked at that follows a calendar and has no shifts yet."""

Override = TypeVar("Override", Swap, Absence)


@dataclass(frozen=True)
class RotaNow:
    """A rota, who is on by it now, and who comes next."""

    rota: Rota
    on: Sequence[Shift]
    following: Sequence[Shift]


def list_page(db: Transaction, *, limit: int, cursor: str | None = None) -> Page[Rota]:
    """The rotas of the tenant, by name. Raises ``InvalidCursor``."""
    return cut(_all(db), lambda one: one.name, limit=limit, cursor=cursor)


def find(db: Transaction, name: str | None) -> Rota | None:
    """One rota, or None where there is none of that name."""
    # Read anew over what the session remembers: the row may have been written in this very transaction.
    rows = select(tables.Rota).where(tables.Rota.name == name).execution_options(populate_existing=True)
    row = db.scalars(rows).one_or_none() if name else None
    return None if row is None else _shown(row)


def read(db: Transaction, name: str) -> Rota:
    """One rota. Raises ``NotFound``."""
    rota = find(db, name)
    if rota is None:
        raise NotFound(noun="rota", id=name)
    return rota


def write(db: Transaction, name: str, ask: WriteRota) -> Rota:
    """Set up a rota, or replace it. Sheets that are made already stay. Raises ``TooManyRotas``."""
    # The one that is replaced is not counted.
    row = tables.Rota
    if db.scalars(select(func.count()).select_from(row).where(row.name != name)).one() >= MOST:
        raise TooManyRotas(most=MOST)
    store(db, name, ask)
    tenancy.record_audit(db, "write-rota", None, {"rota": name})
    return Rota(name=name, **ask.model_dump())


def store(db: Transaction, name: str, ask: WriteRota) -> None:
    """Store a rota as it is written, and when its next sheet is due. Whose deed that is the caller notes."""
    row = tables.Rota
    lead = timedelta(minutes=ask.sheet_minutes)
    written = {
        "written": ask.model_dump(mode="json", exclude_unset=True),
        "written_at": func.now(),
        # A shift that runs, and whose sheet should be there by now, gets it at once.
        "wake_at": next_wake(ask, clock.now(db) - lead),
    }
    db.execute(
        insert(row)
        .values(name=name, **written)
        .on_conflict_do_update(index_elements=[row.tenant_id, row.name], set_=written)
    )


def next_wake(rota: WriteRota, since: datetime) -> datetime | None:
    """When a rota is to be looked at again after a moment; None for one that makes no sheets."""
    due = duty.next_sheet_at(rota, since)
    # The sweep sees those alone that are to be looked at, and must see the ones that follow a calendar.
    return since + FOLLOWED if due is None and rota.feed is not None else due


def change(db: Transaction, name: str, ask: ChangeRota) -> Rota:
    """Change a rota in part: add swaps and absences, take a calendar as its shifts.

    Raises ``NotFound``, ``TooManyOverrides``, and for the calendar ``NoCalendar`` and ``UnknownInCalendar``.
    """
    rota, now = _locked(db, name), clock.now(db)
    swaps, absences = [*_recent(rota.swaps, now), *ask.swaps], [*_recent(rota.absences, now), *ask.absences]
    if max(len(swaps), len(absences)) > MOST_OVERRIDES:
        raise TooManyOverrides(most=MOST_OVERRIDES, name=name)
    taken = rota.shifts if ask.calendar is None else _read_calendar(db, rota, ask.calendar, ask.people)
    changed = _with(rota, swaps=swaps, absences=absences, shifts=taken)
    store(db, name, changed if ask.feed is None else changed.model_copy(update={"feed": ask.feed}))
    for swap in ask.swaps:
        facts = {"operator": swap.operator, "instead_of": swap.instead_of}
        tenancy.record_audit(db, "cover-shift", None, {"rota": name, **facts, **_period(swap)})
    for absence in ask.absences:
        gone = {"operator": absence.operator, "replaced": absence.replaced}
        tenancy.record_audit(db, "add-absence", None, {"rota": name, **gone, **_period(absence)})
    if ask.calendar is not None:
        tenancy.record_audit(db, "take-calendar", None, {"rota": name, "shifts": len(taken)})
    if ask.feed is not None:
        tenancy.record_audit(db, "follow-calendar", None, {"rota": name})
    return read(db, name)


def unfollow(db: Transaction, name: str) -> Rota:
    """Follow no calendar with a rota any more; its shifts stay. Raises ``NotFound``."""
    rota = _locked(db, name)
    written = rota.model_dump(exclude={"name", "feed"}, exclude_unset=True)
    store(db, name, WriteRota.model_validate(written))
    tenancy.record_audit(db, "unfollow-calendar", None, {"rota": name})
    return read(db, name)


def _read_calendar(db: Transaction, rota: Rota, calendar: str, people: Mapping[str, str]) -> list[PlannedShift]:
    found = operators.list_page(db, limit=MOST_PEOPLE, cursor=None).items
    whose = imports.Whose.of({one.name: one.display_name for one in found if not one.disabled}, people)
    return imports.read(calendar, whose, rota.zone, clock.now(db))


def take_back(db: Transaction, name: str, override: Swap | Absence) -> Rota:
    """Take a swap or an absence off a rota. Raises ``NotFound``, also where it is not there any more."""
    rota = _locked(db, name)
    swaps = [one for one in rota.swaps if one != override]
    absences = [one for one in rota.absences if one != override]
    if (swaps, absences) == (rota.swaps, rota.absences):
        raise NotFound(noun="change of this rota", id=name)
    store(db, name, _with(rota, swaps=swaps, absences=absences))
    facts = {"rota": name, "operator": override.operator, **_period(override)}
    tenancy.record_audit(db, "take-back-override", None, facts)
    return read(db, name)


def _locked(db: Transaction, name: str) -> Rota:
    """A rota that nobody else changes until the transaction ends: of two who add to it at once, neither is lost."""
    take_turn(db, f"{TURN}{name}")
    return read(db, name)


def _with(rota: Rota, **changed: Sequence[BaseModel]) -> WriteRota:
    written = rota.model_dump(exclude={"name"}, exclude_unset=True)
    new = {name: [one.model_dump() for one in found] for name, found in changed.items()}
    return WriteRota.model_validate({**written, **new})


def _recent(found: Sequence[Override], now: datetime) -> list[Override]:
    """Those that are not over for a year: nobody looks further back, and the list has an end."""
    return [one for one in found if one.ends > now - KEPT]


def _period(override: Swap | Absence) -> dict[str, str]:
    return {"starts": override.starts.isoformat(), "ends": override.ends.isoformat()}


def delete(db: Transaction, name: str) -> None:
    """Delete a rota; the sheets of its shifts stay. Raises ``NotFound``."""
    row = tables.Rota
    if db.scalars(delete_rows(row).where(row.name == name).returning(row.name)).one_or_none() is None:
        raise NotFound(noun="rota", id=name)
    tenancy.record_audit(db, "delete-rota", None, {"rota": name})


def on(db: Transaction, name: str, at: datetime | None = None) -> OnDuty:
    """Who is on at a moment, now where none is given, and who comes next. Raises ``NotFound``."""
    rota = read(db, name)
    moment = at or clock.now(db)
    return OnDuty(
        rota=name,
        at=moment,
        now=duty.on(rota, moment),
        next=duty.following(rota, moment),
        feed_problem=feed_state(db, name).get("problem"),
    )


def feed_state(db: Transaction, name: str) -> dict[str, Any]:
    """How the last reading of a rota's feed went: ``at``, ``read_at``, ``problem``, and what its server said of it."""
    row = db.scalars(select(tables.Rota).where(tables.Rota.name == name)).one_or_none()
    return {} if row is None else state_in(row.written)


def state_in(written: Mapping[str, Any]) -> dict[str, Any]:
    """The same, in what is stored of a rota. It stands beside what the tenant wrote, and goes with the next writing."""
    state = written.get(FEED_STATE)
    return state if isinstance(state, dict) else {}


def all_now(db: Transaction) -> list[RotaNow]:
    """Every rota of the tenant by name, with who is on now and who comes next."""
    moment = clock.now(db)
    return [RotaNow(rota, duty.on(rota, moment), duty.following(rota, moment)) for rota in _all(db)]


def _all(db: Transaction) -> list[Rota]:
    # Sorted here, and not by the database, whose order of names depends on its collation.
    return sorted(map(_shown, db.scalars(select(tables.Rota))), key=lambda one: one.name)


def _shown(row: tables.Rota) -> Rota:
    return Rota.model_validate({**row.written, "name": row.name})
