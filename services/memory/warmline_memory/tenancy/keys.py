"""A tenant's own API keys: made, listed and revoked within the tenant, under row-level security.

A key opens everything of its tenant to programs. Only its SHA-256 is stored, and when it was last used is not.
"""

from uuid import UUID

from sqlalchemy import select

from warmline_memory.storage import tables
from warmline_memory.storage.pages import read_page
from warmline_memory.storage.transactions import Transaction
from warmline_memory.tenancy import audit, tenants
from warmline_schemas.tenancy import ApiKey, MadeKey, MakeKey
from warmline_schemas.wire import Page


def list_page(db: Transaction, *, limit: int, cursor: str | None) -> Page[ApiKey]:
    """The tenant's keys, newest first, those that are revoked or expired too."""
    return read_page(db, select(tables.ApiKey), tables.ApiKey.id, ApiKey.model_validate, limit=limit, cursor=cursor)


def make(db: Transaction, ask: MakeKey) -> MadeKey:
    """Make a key of the tenant that the transaction has entered, with an entry in the audit."""
    tenant_id = tenants.signed_in(db).tenant_id
    # Row-level security lets the application make keys of the tenant that it has entered, and of no other.
    row, secret = tenants.create_key(db, tenant_id=tenant_id, name=ask.name, expires_at=ask.expires_at)
    db.refresh(row)
    audit.record(db, "make-key", None, {"key_id": str(row.id)})
    return MadeKey(**ApiKey.model_validate(row).model_dump(), secret=secret)


def revoke(db: Transaction, key_id: UUID) -> ApiKey:
    """Make a key useless from now on, with an entry in the audit. A key that was revoked before keeps its time.

    Raises ``NotFound``.
    """
    tenants.revoke_key(db, key_id)
    audit.record(db, "revoke-key", None, {"key_id": str(key_id)})
    return ApiKey.model_validate(db.find_one(tables.ApiKey, key_id, populate_existing=True))
