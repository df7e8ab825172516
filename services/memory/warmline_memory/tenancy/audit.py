"""The audit: entries of what was done and cannot be seen in the rows any more. The application can only add to it."""

from typing import Any

from sqlalchemy import select

from warmline_memory.storage import tables
from warmline_memory.storage.pages import given, read_page
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.tenancy import AuditEntry
from warmline_schemas.wire import Page


def record(db: Transaction, verb: str, namespace: str | None, details: dict[str, Any]) -> None:
    """Add an entry in the transaction of the deed, by whoever acts in it. ``details`` must hold no content and no value
    of a slot.
    """
    who = db.actor
    # The name is kept beside the id, because the entry is read by people after the key or the operator may be gone.
    entry = tables.AuditEntry(
        actor_kind=who.kind.value, actor_id=who.id, actor_name=who.name, address=who.address, verb=verb
    )
    entry.namespace, entry.details = namespace, details
    db.add(entry)
    db.flush()


def list_page(
    db: Transaction, *, limit: int, cursor: str | None, verb: str | None = None, namespace: str | None = None
) -> Page[AuditEntry]:
    """Entries, newest first."""
    wanted = {"verb": verb, "namespace": namespace}
    rows = select(tables.AuditEntry).filter_by(**given(wanted))
    return read_page(db, rows, tables.AuditEntry.id, AuditEntry.model_validate, limit=limit, cursor=cursor)
