"""Preferences: what a tenant wants done otherwise than by default, kept as one JSON object."""

from uuid import UUID

from sqlalchemy import func, select, update

from warmline_memory.errors import NobodyCouldSignIn
from warmline_memory.storage.tables import IdentityProvider, Tenant
from warmline_memory.storage.transactions import Transaction
from warmline_memory.tenancy import audit
from warmline_schemas.tenancy import Preferences, RevisePreferences


def revise(db: Transaction, tenant_id: UUID, ask: RevisePreferences) -> Preferences:
    """Change what is given, in one statement, so that changes of different fields at one time all hold.

    The audit names what is another than before. Raises ``NobodyCouldSignIn`` where passwords would be switched off, and
    there is no provider."""
    before = read(db, tenant_id)
    if before.password_sign_in and ask.password_sign_in is False:
        provider = select(IdentityProvider.tenant_id).where(IdentityProvider.tenant_id == tenant_id)
        if db.scalar(provider) is None:
            raise NobodyCouldSignIn(fix="Set a provider up first, and try it.")
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
        kept = after.retention.model_dump(exclude_none=True)
        audit.record(
            db, "revise-preferences", None, {"changed": names} | ({"retention": kept} if "retention" in names else {})
        )
    return after


def takes_passwords(db: Transaction) -> bool:
    """Whether the tenant that was entered, if any, lets its operators sign in with passwords."""
    stored = db.scalars(select(Tenant.preferences).where(Tenant.id == func.warmline_tenant())).one_or_none()
    return Preferences.model_validate(stored or {}).password_sign_in


def read(db: Transaction, tenant_id: UUID | None = None) -> Preferences:
    """What the tenant of the transaction prefers. A key that opened the transaction has read it already.

    ``tenant_id`` is for administrators, who enter no tenant."""
    if db.signed_in is not None:
        return db.signed_in.preferences
    stored = db.scalars(select(Tenant.preferences).where(Tenant.id == (tenant_id or func.warmline_tenant()))).one()
    return Preferences.model_validate(stored)
