"""Quotas: how much a tenant holds, and what it may have by its own limits."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select, true, update

from warmline_memory.errors import NotFound
from warmline_memory.storage import tables
from warmline_memory.storage.transactions import Transaction
from warmline_memory.tenancy import audit, permissions
from warmline_schemas.customers.attachments import AttachmentState
from warmline_schemas.tenancy import TenantLimits

DAY = timedelta(hours=24)


class Quota(StrEnum):
    """What is counted; a field of ``TenantLimits`` each."""

    MEMORIES = "memories"
    HANDOFFS = "handoffs"
    SESSIONS = "sessions"
    ATTACHMENT_BYTES = "attachment_bytes"


def held(db: Transaction, quota: Quota, most: int) -> int:
    """How many of these the tenant of the transaction has, counted no further than ``most``.

    All of its memories; of handoffs, and of sessions that no handoff started, those of the last 24 hours. Of all
    attachments the bytes.
    """
    if quota is Quota.ATTACHMENT_BYTES:
        return _held_bytes(db)
    first_of_chain = tables.Session.id == tables.Session.chain_id
    since = datetime.now(UTC) - DAY
    wanted: dict[Quota, tuple[type[tables.Memory | tables.Handoff | tables.Session], ColumnElement[bool]]] = {
        Quota.MEMORIES: (tables.Memory, true()),
        Quota.HANDOFFS: (tables.Handoff, tables.Handoff.requested_at > since),
        # Those that a handoff starts are counted as handoffs.
        Quota.SESSIONS: (tables.Session, and_(first_of_chain, tables.Session.started_at > since)),
    }
    table, counted = wanted[quota]
    # A quota is the tenant's, whatever namespaces the key is bound to.
    with permissions.counting_whole_tenant(db):
        rows = select(table.id).where(table.tenant_id == func.warmline_tenant(), counted).limit(most).subquery()
        return db.scalars(select(func.count()).select_from(rows)).one()


def _held_bytes(db: Transaction) -> int:
    row = tables.Attachment
    # What a scanner refused is not held any more.
    held = select(func.coalesce(func.sum(row.size), 0)).where(row.state != AttachmentState.REFUSED)
    with permissions.counting_whole_tenant(db):
        return int(db.scalars(held.where(row.tenant_id == func.warmline_tenant())).one())


def limits(db: Transaction, tenant_id: UUID) -> TenantLimits:
    """A tenant's own limits, as the administrator. Raises ``NotFound``."""
    stored = db.scalar(select(tables.Tenant.limits).where(tables.Tenant.id == tenant_id))
    if stored is None:
        raise NotFound(noun="tenant", id=tenant_id)
    return TenantLimits.model_validate(stored)


def limit(db: Transaction, tenant_id: UUID, to: TenantLimits) -> None:
    """Set a tenant's own limits in the place of those it had, as the administrator, with an entry in the audit."""
    stored = to.model_dump(exclude_none=True)
    db.execute(update(tables.Tenant).where(tables.Tenant.id == tenant_id).values(limits=stored))
    audit.record(db, "set-limits", None, stored, tenant_id=tenant_id)
