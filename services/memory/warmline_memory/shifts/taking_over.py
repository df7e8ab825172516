"""Taking over: the incoming person reads the items of a signed sheet back one by one, or leaves them with the outgoing
one.

An item goes over by a warm handoff. The outgoing person owns it until the incoming one has read it back.
"""

from uuid import UUID

from sqlalchemy import func

from warmline_memory import events, handoffs
from warmline_memory.errors import NotFound
from warmline_memory.shifts import sheet_rows, sheets
from warmline_memory.shifts.sheets import Item
from warmline_memory.storage import tables
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.events import EventType
from warmline_schemas.handoffs import AcceptHandoff, HandoffState
from warmline_schemas.shifts import (
    AcknowledgeItem,
    AcknowledgeSheet,
    DeclineItem,
    ItemState,
    Sheet,
    SheetState,
)


def acknowledge_item(db: Transaction, sheet_id: UUID, handoff_id: UUID, ask: AcknowledgeItem) -> Sheet:
    """Take an item over with a read-back. For an item that the same person has taken over, answers the sheet as it is.

    Raises ``NotFound``, ``SheetStateForbids`` where it does not wait, and what accepting raises, such as
    ``ReadBackContradicts``.
    """
    row = sheet_rows.locked(db, sheet_id)
    item = _item(db, row, handoff_id)
    if item.signed is not None and item.passed is not None and item.state is ItemState.WAITING:
        # A person who has claimed the handoff before accepts with the token of that claim.
        passed = item.passed
        token = passed.token if passed.state == HandoffState.CLAIMED and passed.holder == ask.agent else None
        # Whoever reads an item back is its receiver, also in the place of whom it was meant for.
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
        raise sheet_rows.refused(item, item.state, "acknowledge", "waiting to be read back")
    return sheets.sheet(db, row)


def decline_item(db: Transaction, sheet_id: UUID, handoff_id: UUID, ask: DeclineItem) -> Sheet:
    """Leave an item with the outgoing person, with the reason. The outgoing person takes an item back in this way, too.

    Raises ``NotFound`` and ``SheetStateForbids``.
    """
    row = sheet_rows.locked(db, sheet_id)
    item = _item(db, row, handoff_id)
    under_way = item.state in {ItemState.WAITING, ItemState.WRITING}
    if item.signed is None or item.passed is None or not under_way or item.passed.template != sheets.TEMPLATE:
        raise sheet_rows.refused(item, item.state, "decline", "waiting to be read back")
    item.signed.declined_by = ask.agent
    handoffs.cancel(db, item.passed.id, ask.reason)
    if ask.agent != row.outgoing:
        events.record_of_handoff(db, EventType.HANDOFF_DECLINED, item.passed, ask.agent, sheet_id=str(row.id))
    return sheets.sheet(db, row)


def acknowledge(db: Transaction, sheet_id: UUID, ask: AcknowledgeSheet) -> Sheet:
    """Acknowledge a sheet as a whole; it is taken over if nothing on it is open. May be repeated.

    Raises ``NotFound``, and ``SheetStateForbids`` before it is signed.
    """
    row = sheet_rows.locked(db, sheet_id)
    if row.signed_at is None:
        raise sheet_rows.refused(row, SheetState.DRAFTED, "acknowledge", "signed")
    row.acknowledged_by = row.acknowledged_by or ask.agent
    take_stock(db, row)
    return sheets.sheet(db, row)


def take_stock(db: Transaction, row: tables.Sheet) -> None:
    """Record which items were taken over since the last look, and close the sheet once none is unacknowledged."""
    # May be repeated: ``told_at`` says of which items the event is written.
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
    # An empty sheet needs somebody who acknowledges it as a whole; otherwise the first receiver counts as who took it
    # over.
    if not sheets.UNACKNOWLEDGED & set(states.values()) and (takers or row.acknowledged_by):
        row.taken_over_at, row.wake_at = func.now(), None
        sheet_rows.record(db, EventType.SHIFT_TAKEN_OVER, row, row.acknowledged_by or takers[0], items=len(own))
    db.flush()
    db.refresh(row)


def _item(db: Transaction, row: tables.Sheet, handoff_id: UUID) -> Item:
    found = next((item for item in sheets.items(db, row) if item.owned.id == handoff_id), None)
    if found is None:
        raise NotFound(noun=f"item of shift sheet {row.id}:", id=handoff_id)
    return found


def _keep_promises(owned: tables.Handoff, passed: tables.Handoff) -> None:
    """Carry over to the new handoff what was promised to the customer, and how far the old one had gone up: neither
    begins anew with a shift."""
    passed.level, passed.resolve_due_at = owned.level, owned.resolve_due_at
    passed.first_reply_at, passed.snoozed_until = owned.first_reply_at, owned.snoozed_until
