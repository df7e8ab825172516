"""Shift changes: a sheet is made, signed by whoever goes, and read back item by item by whoever comes.

Signing asks, for every item, for a warm handoff to whoever comes: whoever goes stays its owner until it is read back.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from warmline_memory import events, handoffs
from warmline_memory.errors import NotFound, PersonNeeded, SheetStateForbids
from warmline_memory.shifts import duty, rotas, sheets
from warmline_memory.shifts.sheets import Item
from warmline_memory.storage import tables
from warmline_memory.storage.pages import read_page
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.events import EventType
from warmline_schemas.handoffs import AcceptHandoff, HandoffState
from warmline_schemas.rotas import DEFAULT_OVERDUE_MINUTES, Rota, Shift
from warmline_schemas.shifts import (
    AcknowledgeItem,
    AcknowledgeSheet,
    DeclineItem,
    ItemState,
    MakeSheet,
    Sheet,
    SheetState,
    SheetSummary,
)
from warmline_schemas.targets import of_operator
from warmline_schemas.wire import Page

TEMPLATE = "shift"
"""The template of the briefs by which items go over."""


def get(db: Transaction, sheet_id: UUID) -> Sheet:
    """One sheet as it stands now. Raises ``NotFound``."""
    row = db.get(tables.Sheet, sheet_id)
    if row is None:
        raise NotFound(noun="shift sheet", id=sheet_id)
    return sheets.sheet(db, row)


def list_page(
    db: Transaction, *, limit: int, cursor: str | None, rota: str | None = None, outgoing: str | None = None
) -> Page[SheetSummary]:
    """Sheets without their items, newest first."""
    wanted = {"rota": rota, "outgoing": outgoing}
    rows = select(tables.Sheet).filter_by(**{name: value for name, value in wanted.items() if value is not None})
    return read_page(db, rows, tables.Sheet.id, lambda row: sheets.summary(db, row), limit=limit, cursor=cursor)


def make(db: Transaction, ask: MakeSheet) -> Sheet:
    """Make the sheet of a shift, or answer the one that is there and not late.

    Raises ``NotFound`` for the rota, and ``PersonNeeded`` where nobody says who goes.
    """
    rota = None if ask.rota is None else rotas.read(db, ask.rota)
    now = rotas.now(db)
    outgoing = ask.outgoing or _alone_on(rota, now)
    row = tables.Sheet
    same = row.rota.is_(None) if rota is None else row.rota == rota.name
    present = select(row).where(row.outgoing == outgoing, same, row.taken_over_at.is_(None), row.due_at > now)
    found = db.scalars(present.order_by(row.id.desc())).first()
    if found is None:
        own = [one for one in duty.on(rota, now) if of_operator(one.operator) == outgoing] if rota else []
        found = draft(db, rota, outgoing, own[0] if own else None, now)
    if found is None:  # somebody made it meanwhile, or the sheet of this shift was taken over and more came since
        found = db.scalars(present).first() or draft(db, rota, outgoing, None, now)
    assert found is not None  # noqa: S101 (no other sheet ends at this very moment)
    return sheets.sheet(db, found)


def draft(db: Transaction, rota: Rota | None, outgoing: str, shift: Shift | None, now: datetime) -> tables.Sheet | None:
    """Make the sheet of a shift unless it is there; with no shift, of a stretch that ends now."""
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
        .on_conflict_do_nothing(index_elements=[row.tenant_id, row.rota, row.outgoing, row.ends_at])
        .returning(row)
    )
    if made is not None:
        record(db, EventType.SHIFT_DUE, made, None, ends_at=ends_at.isoformat(), overdue=False)
    return made


def acknowledge_item(db: Transaction, sheet_id: UUID, handoff_id: UUID, ask: AcknowledgeItem) -> Sheet:
    """Take an item over with the read-back; again by the same person changes nothing.

    Raises ``NotFound``, ``SheetStateForbids`` where it does not wait, and what accepting raises, such as
    ``ReadBackContradicts``.
    """
    row = lock(db, sheet_id)
    item = _item(db, row, handoff_id)
    if item.signed is not None and item.passed is not None and item.state is ItemState.WAITING:
        passed = item.passed
        token = passed.token if passed.state == HandoffState.CLAIMED and passed.holder == ask.agent else None
        item.signed.receiver = ask.agent
        handoffs.accept(
            db,
            passed.id,
            AcceptHandoff(
                agent=ask.agent, token=token, read_back=ask.read_back, confirm_read_back=ask.confirm_read_back
            ),
        )
        take_stock(db, row)
    elif item.state is not ItemState.ACKNOWLEDGED or item.passed is None or item.passed.holder != ask.agent:
        raise forbidden(item, item.state, "acknowledge", "waiting to be read back")
    return sheets.sheet(db, row)


def decline_item(db: Transaction, sheet_id: UUID, handoff_id: UUID, ask: DeclineItem) -> Sheet:
    """Leave an item with whoever goes, with the reason; they themselves take it back so.

    Raises ``NotFound`` and ``SheetStateForbids``.
    """
    row = lock(db, sheet_id)
    item = _item(db, row, handoff_id)
    under_way = item.state in {ItemState.WAITING, ItemState.WRITING}
    if item.signed is None or item.passed is None or not under_way or item.passed.template != TEMPLATE:
        raise forbidden(item, item.state, "decline", "waiting to be read back")
    item.signed.declined_by = ask.agent
    handoffs.cancel(db, item.passed.id, ask.reason)
    if ask.agent != row.outgoing:
        events.record_of_handoff(db, EventType.HANDOFF_DECLINED, item.passed, ask.agent, sheet_id=str(row.id))
    return sheets.sheet(db, row)


def acknowledge(db: Transaction, sheet_id: UUID, ask: AcknowledgeSheet) -> Sheet:
    """Acknowledge a sheet as a whole; one with nothing open is then taken over. Again changes nothing.

    Raises ``NotFound``, and ``SheetStateForbids`` before it is signed.
    """
    row = lock(db, sheet_id)
    if row.signed_at is None:
        raise forbidden(row, SheetState.DRAFTED, "acknowledge", "signed")
    row.acknowledged_by = row.acknowledged_by or ask.agent
    take_stock(db, row)
    return sheets.sheet(db, row)


def take_stock(db: Transaction, row: tables.Sheet) -> None:
    """Tell what was taken over since, and close the sheet once nothing on it is unacknowledged."""
    db.flush()
    own = sheets.items(db, row)
    states = {item.owned.id: item.state for item in own}
    takers = [item.passed.holder for item in own if item.passed and states[item.owned.id] is ItemState.ACKNOWLEDGED]
    for item in own:
        is_taken = states[item.owned.id] is ItemState.ACKNOWLEDGED
        if is_taken and item.signed is not None and item.passed is not None and item.signed.told_at is None:
            _keep_promises(item.owned, item.passed)
            item.signed.told_at = func.now()
            events.record_of_handoff(
                db,
                EventType.SHIFT_ITEM_ACKNOWLEDGED,
                item.passed,
                item.passed.holder,
                sheet_id=str(row.id),
                outgoing=row.outgoing,
            )
    if not sheets.UNACKNOWLEDGED & set(states.values()) and (takers or row.acknowledged_by):
        row.taken_over_at, row.wake_at = func.now(), None
        record(db, EventType.SHIFT_TAKEN_OVER, row, row.acknowledged_by or takers[0], items=len(own))
    db.flush()
    db.refresh(row)


def lock(db: Transaction, sheet_id: UUID) -> tables.Sheet:
    """A sheet that nobody else signs, acknowledges or declines until the transaction ends. Raises ``NotFound``."""
    row = db.get(tables.Sheet, sheet_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound(noun="shift sheet", id=sheet_id)
    return row


def forbidden(what: tables.Sheet | Item, state: str, verb: str, needed: str) -> SheetStateForbids:
    """The error for what a sheet, or an item of one, is not ready for."""
    told = f"The sheet {what.id}" if isinstance(what, tables.Sheet) else f"The item {what.owned.id}"
    return SheetStateForbids(what=told, state=state, verb=verb, needed=needed)


def record(db: Transaction, type: EventType, row: tables.Sheet, actor: str | None, **facts: Any) -> None:
    """Write an event about a sheet."""
    about: dict[str, Any] = {"sheet_id": str(row.id), "rota": row.rota, "outgoing": row.outgoing}
    events.record(db, type, actor=actor, **about, **facts)


def _item(db: Transaction, row: tables.Sheet, handoff_id: UUID) -> Item:
    found = next((item for item in sheets.items(db, row) if item.owned.id == handoff_id), None)
    if found is None:
        raise NotFound(noun=f"item of shift sheet {row.id}:", id=handoff_id)
    return found


def _alone_on(rota: Rota | None, now: datetime) -> str:
    there = duty.on(rota, now) if rota else []
    if len(there) != 1:
        who = " and ".join(one.operator for one in there)
        why = "No rota says who goes." if rota is None else f"{who or 'Nobody'} is on by rota {rota.name} now."
        raise PersonNeeded(why=why, field="outgoing", verb="goes")
    return of_operator(there[0].operator)


def _keep_promises(owned: tables.Handoff, passed: tables.Handoff) -> None:
    """What was promised to the customer, and how far it had gone up, does not begin anew with a shift."""
    passed.level, passed.resolve_due_at = owned.level, owned.resolve_due_at
    passed.first_reply_at, passed.snoozed_until = owned.first_reply_at, owned.snoozed_until
