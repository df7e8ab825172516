"""The audit: entries of what was done and cannot be seen in the rows any more. The application can only add to it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from warmline_memory.storage import tables
from warmline_memory.storage.pages import given, read_page
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.tenancy import AuditEntry
from warmline_schemas.wire import Page

READ = "read"
READ_AGAIN = timedelta(minutes=5)
"""Whoever reads the same again within this time has one entry of it."""


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


def record_read(db: Transaction, noun: str, read_id: UUID, namespace: str) -> None:
    """Add an entry that the one who is signed in read what a customer said, such as a ``conversation``.

    A page that stays open is read again and again: within ``READ_AGAIN`` that is one reading, and one entry.
    """
    row = tables.AuditEntry
    # Ids grow with time, so the entries of the last minutes are the end of the index.
    first = UUID(int=int((datetime.now(UTC) - READ_AGAIN).timestamp() * 1_000) << 80)
    before = (row.id > first, row.actor_id == db.actor.id, row.verb == READ, row.details["id"].astext == str(read_id))
    if db.scalar(select(row.id).where(*before).limit(1)) is None:
        record(db, READ, namespace, {"what": noun, "id": str(read_id)})


def list_page(
    db: Transaction, *, limit: int, cursor: str | None, verb: str | None = None, namespace: str | None = None
) -> Page[AuditEntry]:
    """Entries, newest first."""
    wanted = {"verb": verb, "namespace": namespace}
    rows = select(tables.AuditEntry).filter_by(**given(wanted))
    return read_page(db, rows, tables.AuditEntry.id, AuditEntry.model_validate, limit=limit, cursor=cursor)
