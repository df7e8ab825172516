"""Making a sheet: by the worker before a shift ends, or on request."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from warmline_memory.errors import PersonNeeded
from warmline_memory.shifts import duty, rotas, sheet_rows, sheets
from warmline_memory.storage import clock, tables
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.events import EventType
from warmline_schemas.shifts import DEFAULT_OVERDUE_MINUTES, MakeSheet, Rota, Sheet, Shift
from warmline_schemas.targets import of_operator


def make(db: Transaction, ask: MakeSheet) -> Sheet:
    """Make the sheet of a shift, or answer the one that is there and neither taken over nor late.

    Raises ``NotFound`` for the rota, and ``PersonNeeded`` where neither the request nor the rota says whose shift ends.
    """
    rota = None if ask.rota is None else rotas.read(db, ask.rota)
    now = clock.now(db)
    outgoing = ask.outgoing or _alone_on(rota, now)
    # By "is null" where there is no rota: in SQL, null equals nothing.
    row = tables.Sheet
    same = row.rota.is_(None) if rota is None else row.rota == rota.name
    present = select(row).where(row.outgoing == outgoing, same, row.taken_over_at.is_(None), row.due_at > now)
    found = db.scalars(present.order_by(row.id.desc())).first()
    if found is None:
        own = [one for one in duty.on(rota, now) if of_operator(one.operator) == outgoing] if rota else []
        found = draft(db, rota, outgoing, own[0] if own else None, now)
    # Still none: somebody else made it meanwhile, or it was taken over already and its person has taken on more since.
    if found is None:
        found = db.scalars(present).first() or draft(db, rota, outgoing, None, now)
    assert found is not None  # noqa: S101 (no other sheet ends at this very moment)
    return sheets.sheet(db, found)


def draft(db: Transaction, rota: Rota | None, outgoing: str, shift: Shift | None, now: datetime) -> tables.Sheet | None:
    """Make the sheet of a shift; None where there is one. Without a shift the sheet is of a stretch that ends now."""
    ends_at = (shift and shift.ends) or now
    due_at = ends_at + timedelta(minutes=rota.overdue_minutes if rota else DEFAULT_OVERDUE_MINUTES)
    row = tables.Sheet
    made = db.scalar(
        insert(row)
        .values(
            rota=rota and rota.name,
            outgoing=outgoing,
            starts_at=shift and shift.starts,
            ends_at=ends_at,
            due_at=due_at,
            wake_at=due_at,
        )
        # The worker and a person may make the same sheet at once; the second one finds it there.
        .on_conflict_do_nothing(index_elements=[row.tenant_id, row.rota, row.outgoing, row.ends_at])
        .returning(row)
    )
    if made is not None:
        sheet_rows.record(db, EventType.SHIFT_DUE, made, None, ends_at=ends_at.isoformat(), overdue=False)
    return made


def _alone_on(rota: Rota | None, now: datetime) -> str:
    there = duty.on(rota, now) if rota else []
    if len(there) != 1:
        who = " and ".join(one.operator for one in there)
        why = "No rota says who goes." if rota is None else f"{who or 'Nobody'} is on by rota {rota.name} now."
        raise PersonNeeded(why=why, field="outgoing", verb="goes")
    return of_operator(there[0].operator)
