"""Preferences: what a tenant wants done otherwise than by default, kept as one JSON object."""

from uuid import UUID

from sqlalchemy import func, select, update

from warmline_memory.storage.tables import Tenant
from warmline_memory.storage.transactions import Transaction
from warmline_memory.tenancy import audit
from warmline_schemas.tenancy import Preferences, RevisePreferences


def revise(db: Transaction, tenant_id: UUID, ask: RevisePreferences) -> Preferences:
    """Change what is given, in one statement, so that changes of different fields at one time all hold.

    The audit names what is another than before."""
    before = read(db, tenant_id)
    changed = db.scalars(
        update(Tenant)
        .where(Tenant.id == tenant_id)
        # Put together by the database: to read, change and write here would lose what somebody else changes meanwhile.
        .values(preferences=Tenant.preferences.concat(ask.model_dump(mode="json", exclude_none=True)))
        .returning(Tenant.preferences)
    ).one()
    after = Preferences.model_validate(changed)
    names = sorted(name for name in ask.model_fields_set if getattr(after, name) != getattr(before, name))
    if names:
        audit.record(db, "revise-preferences", None, {"changed": names})
    return after


def read(db: Transaction, tenant_id: UUID | None = None) -> Preferences:
    """What the tenant of the transaction prefers. A key that opened the transaction has read it already.

    ``tenant_id`` is for administrators, who enter no tenant."""
    if db.signed_in is not None:
        return db.signed_in.preferences
    stored = db.scalars(select(Tenant.preferences).where(Tenant.id == (tenant_id or func.warmline_tenant()))).one()
    return Preferences.model_validate(stored)
