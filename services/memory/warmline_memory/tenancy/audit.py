"""The audit: entries of who did what, chained by their hashes. The application can only add to it.

An entry is noted where the deed is, and written at the end of that transaction with the next number of its tenant's
chain. How entries are hashed and verified is in ``warmline_schemas.audit``, since whoever reads them can verify them.
"""

import secrets
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from warmline_memory import security_log
from warmline_memory.storage import tables
from warmline_memory.storage.pages import ALWAYS, Many, Period, matching, read_page
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.audit import FIRST, AuditEntry, entry_hash, namespace_hash
from warmline_schemas.wire import Page

READ = "read"
READ_AGAIN = timedelta(minutes=5)
"""Whoever reads the same again within this time has one entry of it."""
SALT_BYTES = 16

# Writing events raises this very row (docs/decisions/0011), so it is the one lock that both wait for, and there is no
# order in which a transaction could take them wrongly.
_LOCK = text("""
INSERT INTO event_counters AS counter (tenant_id, last) VALUES (:tenant_id, 0)
ON CONFLICT (tenant_id) DO UPDATE SET last = counter.last
RETURNING clock_timestamp()
""")
_ERASE = text("SELECT warmline_erase_from_audit(:namespace)")


def record(
    db: Transaction, verb: str, namespace: str | None, details: dict[str, Any], *, tenant_id: UUID | None = None
) -> None:
    """Note an entry in the transaction of the deed, by whoever acts in it. It is written at the transaction's end.

    ``details`` are JSON with whole numbers, and hold no content, no value of a slot, and no namespace: ``namespace`` is
    where that stands, and where it can be erased. ``tenant_id`` is for administrators, who enter no tenant.
    """
    # To write takes the tenant's lock until the commit, so it is done when this transaction waits for nobody any more.
    db.noted_entries.append(
        {"tenant_id": tenant_id or db.tenant_id, "verb": verb, "namespace": namespace, "details": details}
    )
    if len(db.noted_entries) == 1:
        db.before_commit.append(partial(write, db))


def write(db: Transaction) -> list[AuditEntry]:
    """Write the entries that were noted so far, so that this transaction can read them."""
    noted, db.noted_entries = db.noted_entries, []
    written = [_written(db, **one) for one in noted]
    for one, entry in zip(noted, written, strict=True):
        db.after_commit.append(partial(security_log.of_entry, one["tenant_id"], entry))
    return written


def _written(
    db: Transaction, *, tenant_id: UUID, verb: str, namespace: str | None, details: dict[str, Any]
) -> AuditEntry:
    at = db.execute(_LOCK, {"tenant_id": tenant_id}).scalar_one()
    row = tables.AuditEntry
    last = select(row.number, row.hash).where(row.tenant_id == tenant_id).order_by(row.number.desc()).limit(1)
    number, previous = db.execute(last).one_or_none() or (0, FIRST)
    salt = None if namespace is None else secrets.token_hex(SALT_BYTES)
    entry = AuditEntry(
        id=uuid7(),
        number=number + 1,
        at=at,
        actor=db.actor,
        verb=verb,
        namespace=namespace,
        namespace_salt=salt,
        namespace_hash=None if namespace is None or salt is None else namespace_hash(salt, namespace),
        details=details,
        previous_hash=previous,
        hash="",
    )
    entry = entry.model_copy(update={"hash": entry_hash(tenant_id, entry)})
    who = {f"actor_{name}": getattr(db.actor, name) for name in ("kind", "id", "name")}
    columns = entry.model_dump(exclude={"actor"}) | who | {"address": db.actor.address, "tenant_id": tenant_id}
    db.execute(insert(row).values(columns))
    return entry


def erase(db: Transaction, verb: str, namespace: str, details: dict[str, Any]) -> AuditEntry:
    """Erase a namespace's name from the tenant's entries, with a last entry that says so; return that entry.

    What entries cover is the name's hash, so the chain still verifies. The last entry is returned with the name and its
    salt, by which whoever keeps them can show later what it was about; in the database it has neither. It holds the
    tenant's lock from here on, so call it at the end.
    """
    record(db, verb, namespace, details)
    written = write(db)
    db.execute(_ERASE, {"namespace": namespace})
    return written[-1]


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
    db: Transaction,
    *,
    limit: int,
    cursor: str | None,
    verb: Many[str] = None,
    namespace: Many[str] = None,
    period: Period = ALWAYS,
) -> Page[AuditEntry]:
    """Entries, newest first."""
    wanted = {"verb": verb, "namespace": namespace}
    rows = select(tables.AuditEntry).where(*matching(tables.AuditEntry, wanted, period=period))
    return read_page(db, rows, tables.AuditEntry.id, AuditEntry.model_validate, limit=limit, cursor=cursor)
