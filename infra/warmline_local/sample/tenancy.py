"""The sample's tenant: made with a key, and forgotten as a whole."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Table, delete, update

from warmline_memory import tenancy
from warmline_memory.storage import Transaction, tables

NAME = "sample"


@dataclass(frozen=True)
class Made:
    """The tenant and its key."""

    tenant_id: UUID
    api_key: str = field(repr=False)


def find(db: Transaction, name: str) -> UUID | None:
    """The tenant's id, if it is there."""
    tenant = tenancy.find_tenant(db, name)
    return tenant.id if tenant else None


def make(db: Transaction, name: str) -> Made:
    """Make the tenant where it is missing, and a key to it, as the administrator."""
    tenant = tenancy.find_tenant(db, name) or tenancy.create_tenant(db, name)
    _, secret = tenancy.create_key(db, tenant_id=tenant.id, name="sample")
    return Made(tenant.id, secret)


def forget(db: Transaction, tenant_id: UUID) -> None:
    """Forget all that a tenant has, its keys too, as the administrator. What deletes by itself is not counted."""
    session = tables.Session
    db.execute(update(session).where(session.tenant_id == tenant_id).values(handoff_id=None))
    for table in reversed(tables.Table.metadata.sorted_tables):
        if "tenant_id" in table.columns:
            _delete(db, table, tenant_id)


def _delete(db: Transaction, table: Table, tenant_id: UUID) -> None:
    db.execute(delete(table).where(table.columns["tenant_id"] == tenant_id))
