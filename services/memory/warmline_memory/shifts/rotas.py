"""Rotas: who is on duty, as tenants wrote it. ``duty`` computes from a rota who is on at a moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete as delete_rows, func, select
from sqlalchemy.dialects.postgresql import insert

from warmline_memory import tenancy
from warmline_memory.errors import NotFound, TooManyRotas
from warmline_memory.shifts import duty
from warmline_memory.storage import clock, tables
from warmline_memory.storage.pages import cut
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.shifts import OnDuty, Rota, Shift, WriteRota
from warmline_schemas.wire import Page

MOST = 200
"""A tenant has at most this many rotas: the page of shifts reads all of them."""


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
    row = db.scalars(select(tables.Rota).where(tables.Rota.name == name)).one_or_none() if name else None
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
    lead = timedelta(minutes=ask.sheet_minutes)
    written = {
        "written": ask.model_dump(mode="json", exclude_unset=True),
        "written_at": func.now(),
        # A shift that runs, and whose sheet should be there by now, gets it at once.
        "wake_at": duty.next_sheet_at(ask, clock.now(db) - lead),
    }
    db.execute(
        insert(row)
        .values(name=name, **written)
        .on_conflict_do_update(index_elements=[row.tenant_id, row.name], set_=written)
    )
    tenancy.record_audit(db, "write-rota", None, {"rota": name})
    return Rota(name=name, **ask.model_dump())


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
    return OnDuty(rota=name, at=moment, now=duty.on(rota, moment), next=duty.following(rota, moment))


def all_now(db: Transaction) -> list[RotaNow]:
    """Every rota of the tenant by name, with who is on now and who comes next."""
    moment = clock.now(db)
    return [RotaNow(rota, duty.on(rota, moment), duty.following(rota, moment)) for rota in _all(db)]


def _all(db: Transaction) -> list[Rota]:
    # Sorted here, and not by the database, whose order of names depends on its collation.
    return sorted(map(_shown, db.scalars(select(tables.Rota))), key=lambda one: one.name)


def _shown(row: tables.Rota) -> Rota:
    return Rota.model_validate({**row.written, "name": row.name})
