"""Signing: the outgoing person signs a sheet, and with that asks for a handoff of every item to the incoming one."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert

from warmline_memory import handoffs, tenancy
from warmline_memory.errors import HandoffInProgress, NotFound, PersonNeeded
from warmline_memory.shifts import rotas, sheet_rows, sheets
from warmline_memory.shifts.sheets import Item
from warmline_memory.storage import tables
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.events import EventType
from warmline_schemas.handoffs import HandoffMode, RequestHandoff
from warmline_schemas.shifts import ItemState, Sheet, SheetState, SignSheet
from warmline_schemas.targets import ReasonCode

LOOK_AGAIN = timedelta(seconds=30)
"""How often the worker looks at a signed sheet, for items that were taken over or settled elsewhere."""
REASON_CHARS = 2_000
"""The longest reason that a handoff may have; an item's reason is cut to it."""
NOT_UNDER_WAY = frozenset({ItemState.OPEN, ItemState.DECLINED, ItemState.FAILED})
"""An item in one of these states is on its way to nobody: signing asks for its handoff, the first time or again."""


def sign(db: Transaction, sheet_id: UUID, ask: SignSheet) -> Sheet:
    """Sign a sheet: for every item, a handoff to its receiver is asked for.

    To sign a signed sheet adds what came since, and asks again for what was declined or failed. Raises ``NotFound``,
    ``PersonNeeded``, and ``SheetStateForbids`` for one that was taken over.
    """
    row = sheet_rows.locked(db, sheet_id)
    if row.taken_over_at is not None:
        raise sheet_rows.refused(row, SheetState.TAKEN_OVER, "sign", "not taken over")
    own = sheet_rows.lock_items(db, row)
    receivers = {one.handoff_id: one.to for one in ask.assign}
    unknown = receivers.keys() - {item.owned.id for item in own}
    if unknown:
        raise NotFound(noun=f"item of shift sheet {row.id}:", id=min(unknown))
    asked = [item for item in own if item.state in NOT_UNDER_WAY]
    to = ask.to or row.signed_to or _alone_incoming(db, row, any(item.owned.id not in receivers for item in asked))
    for item in asked:
        _pass(db, row, item, _checked(row, receivers.get(item.owned.id, to)))
    # What waited, and who signed, is kept from the first signature.
    if row.signed_at is None:
        _keep_aware(db, row)
        row.signed_at, row.signed_by = func.now(), ask.agent
    row.signed_to = None if to is None else _checked(row, to)
    row.wake_at = func.now() + LOOK_AGAIN
    db.flush()
    db.refresh(row)
    sheet_rows.record(db, EventType.SHIFT_SIGNED, row, ask.agent, items=len(own), to=row.signed_to)
    return sheets.sheet(db, row)


def can_be_signed(sheet: Sheet) -> bool:
    """Whether there is anything to sign: the sheet itself, or items that were added, declined or failed since."""
    if sheet.state is SheetState.TAKEN_OVER:
        return False
    return sheet.signed_at is None or any(item.state in NOT_UNDER_WAY for item in sheet.items)


def _alone_incoming(db: Transaction, row: tables.Sheet, is_needed: bool) -> str | None:
    """The incoming person by the rota. Raises ``PersonNeeded`` where that is nobody or several, and one is needed."""
    rota = rotas.find(db, row.rota)
    there = sheets.people(rota, row.outgoing, row.ends_at) if rota else []
    if len(there) == 1 or not is_needed:
        return there[0] if len(there) == 1 else None
    who = " and ".join(there) if there else "Nobody"
    raise PersonNeeded(why=f"{who} would be on when this shift ends.", field="to", verb="takes over")


def _checked(row: tables.Sheet, to: str | None) -> str:
    if to is None or to == row.outgoing:
        raise PersonNeeded(why=f"{row.outgoing} goes.", field="to", verb="takes over")
    return to


def _pass(db: Transaction, row: tables.Sheet, item: Item, to: str) -> None:
    """Ask for the handoff of an item. Where its session is being handed over already, that handoff counts instead."""
    try:
        passed_id = handoffs.request(db, _request(db, row, item.owned, to)).id
    except HandoffInProgress as error:
        passed_id = error.facts["handoff_id"]
    kept = tables.SheetItem
    asked = {"receiver": to, "passed_id": passed_id, "declined_by": None, "told_at": None}
    db.execute(
        insert(kept)
        .values(sheet_id=row.id, handoff_id=item.owned.id, owned=True, **asked)
        .on_conflict_do_update(index_elements=[kept.tenant_id, kept.sheet_id, kept.handoff_id], set_=asked)
    )


def _request(db: Transaction, row: tables.Sheet, owned: tables.Handoff, to: str) -> RequestHandoff:
    # Over many shifts the prefix must not pile up.
    reason = sheets.SHIFT_CHANGE + owned.reason.removeprefix(sheets.SHIFT_CHANGE)
    known = {*ReasonCode, *tenancy.read_preferences(db).reason_codes}
    return RequestHandoff.model_validate(
        {
            "session_id": owned.target_session_id,
            "to": to,
            "reason": reason[:REASON_CHARS],
            "goal": owned.goal,
            "mode": HandoffMode.WARM,
            # A code that the tenant has given up meanwhile must not keep a shift from ending.
            "reason_code": owned.reason_code if owned.reason_code in known else ReasonCode.OTHER,
            "urgency": owned.urgency,
            "language": owned.language,
            "template": sheets.TEMPLATE,
            "metadata": {"sheet_id": str(row.id)},
        }
    )


def _keep_aware(db: Transaction, row: tables.Sheet) -> None:
    """Note on the sheet which handoffs wait in the rota's queue at this moment, critical ones first."""
    wanted = sheets.waiting(rotas.find(db, row.rota))
    if wanted is not None:
        kept = tables.SheetItem
        ids = db.scalars(wanted.with_only_columns(tables.Handoff.id).limit(sheets.MOST_AWARE)).all()
        db.add_all(kept(sheet_id=row.id, handoff_id=handoff_id, owned=False) for handoff_id in ids)
