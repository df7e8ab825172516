"""Rows of sheets: locking a sheet and its items for a change, refusing a change, and the events about it.

Signing, taking over and ending all change sheets, and each takes its locks here, in one order: the sheet, then the
chains of its items, then what its handoffs need.
"""

from typing import Unpack
from uuid import UUID

from warmline_memory import events, sessions
from warmline_memory.errors import NotFound, SheetStateForbids
from warmline_memory.shifts import sheets
from warmline_memory.shifts.sheets import Item
from warmline_memory.storage import tables
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.events import EventFacts, EventType


def locked(db: Transaction, sheet_id: UUID) -> tables.Sheet:
    """The row of a sheet, which nobody else can change until the transaction ends. Raises ``NotFound``."""
    row = db.find(tables.Sheet, sheet_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound(noun="shift sheet", id=sheet_id)
    return row


def refused(what: tables.Sheet | Item, state: str, verb: str, needed: str) -> SheetStateForbids:
    """The error where a sheet, or an item of one, is in a state that does not allow what was asked."""
    named = f"The sheet {what.id}" if isinstance(what, tables.Sheet) else f"The item {what.owned.id}"
    return SheetStateForbids(what=named, state=state, verb=verb, needed=needed)


def record(db: Transaction, type: EventType, row: tables.Sheet, actor: str | None, **facts: Unpack[EventFacts]) -> None:
    """Note an event about a sheet."""
    whole: EventFacts = {"sheet_id": str(row.id), "rota": row.rota, "outgoing": row.outgoing, **facts}
    events.record(db, type, actor=actor, **whole)


def lock_items(db: Transaction, row: tables.Sheet) -> list[Item]:
    """The items of a locked sheet, as they are once the chains of all of them are locked, too."""
    # All chains are locked before the first event is noted: whoever writes events holds a lock of the tenant, and would
    # make everybody wait if it waited for a chain then (docs/decisions/0011).
    sessions.lock_chains(db, [item.owned.chain_id for item in sheets.items(db, row)])
    return sheets.items(db, row)
