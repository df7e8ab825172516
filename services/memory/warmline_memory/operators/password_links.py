"""Password links: how somebody sets their password without a present one. An administrator makes the link and hands it
over; it is for one use, and ends. Only the SHA-256 of its token is kept.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, update

from warmline_memory import tenancy
from warmline_memory.errors import LinkIsOver
from warmline_memory.operators import operators
from warmline_memory.storage import tables
from warmline_memory.storage.database import entering
from warmline_memory.storage.transactions import Transaction

LASTS = timedelta(hours=24)
"""A link ends after so long."""


@dataclass(frozen=True)
class PasswordLink:
    """A link as whoever made it sees it, once: the token, and until when it can be used."""

    token: str
    until: datetime


@dataclass(frozen=True)
class Linked:
    """Whose link it is."""

    tenant_id: UUID
    tenant: str
    operator_id: UUID
    name: str
    display_name: str


def make(db: Transaction, operator_id: UUID) -> PasswordLink:
    """Make a link for an operator, which replaces one from before. Their password opens nothing from now on, and every
    login of theirs ends. Raises ``NotFound``."""
    row = operators.find(db, operator_id)
    link = PasswordLink(secrets.token_urlsafe(32), datetime.now(UTC) + LASTS)
    row.password_hash, row.link_hash, row.link_until = None, tenancy.key_hash(link.token), link.until
    ended = operators.sign_out(db, operator_id)
    db.flush()
    tenancy.record_audit(db, "make-password-link", None, {"operator_id": str(operator_id), "ended_sign_ins": ended})
    return link


def find(db: Transaction, token_hash: bytes) -> Linked:
    """Whose link it is, in a transaction that was opened with its token's hash as the key's; it enters their tenant.

    Raises ``LinkIsOver`` where the link was used, replaced, or is unknown.
    """
    row, tenant = tables.Operator, tables.Tenant
    valid = (row.link_hash == token_hash, row.link_until > func.now(), row.disabled_at.is_(None))
    found = db.execute(
        select(row.tenant_id, row.id, row.name, row.display_name, entering(row.tenant_id)).where(*valid)
    ).one_or_none()
    if found is None:
        raise LinkIsOver
    tenant_name = db.scalars(select(tenant.name).where(tenant.id == found.tenant_id)).one()
    return Linked(found.tenant_id, tenant_name, found.id, found.name, found.display_name)


def use(db: Transaction, linked: Linked, token_hash: bytes, password_hash: str) -> None:
    """Set a password by a link, inside the operator's tenant. Raises ``LinkIsOver`` where it was used meanwhile."""
    row = tables.Operator
    still = (row.id == linked.operator_id, row.link_hash == token_hash, row.link_until > func.now())
    new = {"password_hash": password_hash, "link_hash": None, "link_until": None}
    if db.scalar(update(row).where(*still, row.disabled_at.is_(None)).values(new).returning(row.id)) is None:
        raise LinkIsOver
    operators.sign_out(db, linked.operator_id)
    tenancy.record_audit(db, "set-password-by-link", None, {"operator_id": str(linked.operator_id)})
