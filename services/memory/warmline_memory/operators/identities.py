"""Identities: the OpenID provider of a tenant, and who its operators are there.

Somebody is known by the issuer's subject alone. A name or an address that a provider sends makes nobody an operator who
is one already: whoever may choose names there could else become anybody here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from warmline_memory import tenancy
from warmline_memory.errors import NobodyCouldSignIn, NotAnOperator, SubjectTaken
from warmline_memory.operators import operators, sign_ins
from warmline_memory.storage import tables
from warmline_memory.storage.database import entering
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.operators import CreateOperator, OperatorRole, SetIdentityProvider

NAME_CHARS = 64


@dataclass(frozen=True)
class Provider:
    """A tenant's provider. Its secret is open here, and goes nowhere but to the provider."""

    tenant_id: UUID
    issuer: str
    client_id: str
    client_secret: str | None
    adds_operators: bool
    role_claim: str | None
    roles: Mapping[str, str]


def find_provider(db: Transaction, tenant_name: str) -> Provider | None:
    """The provider of the tenant of that name, in a transaction that was opened with it; None where there is none, or
    no such tenant."""
    tenant = tables.Tenant
    db.execute(select(entering(tenant.id)).where(tenant.name == tenant_name))
    return read_provider(db)


def read_provider(db: Transaction) -> Provider | None:
    """The provider of the tenant that the transaction has entered, if it has one."""
    row = db.scalars(select(tables.IdentityProvider)).one_or_none()
    if row is None:
        return None
    secret = row.client_secret and db.sealer.open(row.client_secret)
    return Provider(
        row.tenant_id, row.issuer, row.client_id, secret, row.adds_operators, row.role_claim, dict(row.roles)
    )


def set_provider(db: Transaction, ask: SetIdentityProvider) -> None:
    """Set a tenant's provider up, or change it."""
    row = db.scalars(select(tables.IdentityProvider)).one_or_none() or tables.IdentityProvider()
    # A secret belongs to a client at an issuer: it must not be sent to another one that is named later.
    is_other = (row.issuer, row.client_id) != (ask.issuer, ask.client_id)
    if ask.client_secret is not None:
        row.client_secret = db.sealer.seal(ask.client_secret.get_secret_value())
    elif is_other:
        row.client_secret = None
    row.issuer, row.client_id = ask.issuer, ask.client_id
    row.adds_operators, row.role_claim = ask.adds_operators, ask.role_claim
    row.roles = {value: role.value for value, role in ask.roles.items()}
    db.add(row)
    db.flush()
    tenancy.record_audit(db, "set-identity-provider", None, {"issuer": ask.issuer, "client_id": ask.client_id})


def remove_provider(db: Transaction) -> None:
    """Have a tenant's operators sign in here alone. Having no provider is no error. Raises ``NobodyCouldSignIn`` where
    passwords are switched off."""
    if not tenancy.takes_passwords(db):
        raise NobodyCouldSignIn(fix="Let operators sign in with a password first, in the preferences.")
    db.execute(delete(tables.IdentityProvider))
    tenancy.record_audit(db, "remove-identity-provider", None, {})


def link(db: Transaction, operator_id: UUID, issuer: str, subject: str) -> None:
    """Say who an operator is at a provider. Raises ``NotFound`` and ``SubjectTaken``."""
    operators.find(db, operator_id)
    row, operator = tables.Identity, tables.Operator
    # Somebody who was deleted comes back where an administrator names their subject, and in no other way.
    deleted = select(operator.id).where(operator.deleted_at.is_not(None))
    is_of_deleted = (row.issuer == issuer) & (row.subject == subject) & row.operator_id.in_(deleted)
    db.execute(delete(row).where((row.operator_id == operator_id) | is_of_deleted))
    db.add(row(issuer=issuer, subject=subject, operator_id=operator_id))
    try:
        db.flush()
    except IntegrityError as error:
        raise SubjectTaken from error
    about = {"operator_id": str(operator_id), "issuer": issuer, "subject": subject}
    tenancy.record_audit(db, "link-identity", None, about)


def subject_of(db: Transaction, operator_id: UUID) -> str | None:
    """Who an operator is at the tenant's provider, where that is known."""
    row = tables.Identity
    return db.scalars(select(row.subject).where(row.operator_id == operator_id)).one_or_none()


def sign_in(db: Transaction, provider: Provider, claims: Mapping[str, Any], browser: str | None) -> str:
    """Log somebody in whose claims a provider has signed, inside its tenant. The answer is the cookie's secret.

    Raises ``NotAnOperator`` where they are none and become none.
    """
    row, operator = tables.Identity, tables.Operator
    known = (row.issuer == provider.issuer, row.subject == claims["sub"], operator.disabled_at.is_(None))
    found = db.scalars(select(operator.id).join(row, row.operator_id == operator.id).where(*known)).one_or_none()
    return sign_ins.open_login(db, found or _added(db, provider, claims), browser, "provider")


def record_failure(db: Transaction, provider: Provider, why: str) -> None:
    """Add an entry to the audit that a sign-in at the provider did not work, and why in a word."""
    tenancy.record_audit(db, "sign-in-failed", None, {"issuer": provider.issuer, "why": why})


def renew_seals(db: Transaction) -> int:
    """Seal every tenant's client secret with the first key, as the administrator; how many there are."""
    row = tables.IdentityProvider
    rows = db.scalars(select(row).where(row.client_secret.is_not(None)).with_for_update(key_share=True)).all()
    for one in rows:
        one.client_secret = db.sealer.seal(db.sealer.open(one.client_secret or ""))
    db.flush()
    return len(rows)


def _added(db: Transaction, provider: Provider, claims: Mapping[str, Any]) -> UUID:
    """Make an operator of somebody new. Raises ``NotAnOperator``."""
    role = _role(provider, claims)
    name = _name(claims)
    if not provider.adds_operators or role is None or name is None or _is_taken(db, provider, claims, name):
        raise NotAnOperator(subject=claims["sub"])
    shown = str(claims.get("name") or "").strip()[:100] or name
    added = operators.create(db, CreateOperator(name=name, display_name=shown, role=role), None)
    link(db, added.id, provider.issuer, claims["sub"])
    return added.id


def _is_taken(db: Transaction, provider: Provider, claims: Mapping[str, Any], name: str) -> bool:
    """Whether somebody has the name, or the subject is of an operator who is disabled or was deleted."""
    row, operator = tables.Identity, tables.Operator
    identity = select(row.operator_id).where(row.issuer == provider.issuer, row.subject == claims["sub"])
    return (
        db.scalar(select(operator.id).where((operator.name == name) | operator.id.in_(identity)).limit(1)) is not None
    )


def _role(provider: Provider, claims: Mapping[str, Any]) -> OperatorRole | None:
    if not provider.role_claim:
        return OperatorRole.OPERATOR
    given = claims.get(provider.role_claim)
    values = given if isinstance(given, list) else [given]
    return next((OperatorRole(role) for value, role in provider.roles.items() if value in values), None)


def _name(claims: Mapping[str, Any]) -> str | None:
    """An operator's name of what the provider calls somebody; None where nothing of that can be one."""
    given = str(claims.get("preferred_username") or claims.get("email") or "").partition("@")[0].lower()
    return re.sub(r"[^a-z0-9_.-]", "-", given).lstrip("_.-")[:NAME_CHARS] or None
