"""Tenants and their API keys. A key is shown once, when it is made; only its SHA-256 is kept."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from sqlalchemy import Text, bindparam, func, or_, select

from warmline_memory.errors import Unauthenticated
from warmline_memory.storage import tables
from warmline_memory.storage.database import Direct, bound_to, entering
from warmline_memory.storage.grants import EVERYTHING, Grant
from warmline_memory.storage.transactions import SignedIn, Transaction
from warmline_schemas.audit import Actor, ActorKind
from warmline_schemas.keys import KeyKind, Scope
from warmline_schemas.tenancy import Preferences, TenantLimits

KEY_PREFIX = "wl_"
"""What keys begin with, so that people and secret scanners know one when they see it."""
HINT_CHARS = 9
"""How much of a key is stored in clear: the prefix and six signs, enough to tell keys apart in a list. Of the 43 signs
that are drawn the other 37 remain unknown."""


# Looked up by every request, so it goes to the driver directly (docs/decisions/0015). ``entering`` is a column: reading
# it enters the key's tenant, which saves a statement. Preferences come as text, to be parsed once for each text.
_KEY, _TENANT = tables.ApiKey.__table__.c, tables.Tenant.__table__.c
_VALID_KEY = Direct(
    select(
        _KEY.tenant_id,
        _KEY.id,
        _KEY.name,
        _KEY.scopes,
        _KEY.agents,
        _KEY.namespaces,
        _TENANT.preferences.cast(Text).label("preferences"),
        _TENANT.limits.cast(Text).label("limits"),
        entering(_KEY.tenant_id).label("entered"),
        bound_to(_KEY.namespaces).label("bound"),
    ).where(
        _KEY.key_hash == bindparam("hashed"),
        _KEY.revoked_at.is_(None),
        or_(_KEY.expires_at.is_(None), _KEY.expires_at > func.now()),
        _TENANT.id == _KEY.tenant_id,
    )
)


def key_hash(secret: str) -> bytes:
    """The 32 bytes that are kept of a key. Keys are random and long, so a plain hash is as strong as a slow one."""
    return hashlib.sha256(secret.encode()).digest()


def sign_in(db: Transaction, hashed: bytes) -> None:
    """Enter the tenant of a valid key, in a transaction that was opened with that key's hash.

    Raises ``Unauthenticated`` for a key that is unknown, expired or revoked.
    """
    rows = _VALID_KEY.run(db, hashed=hashed)
    if not rows:
        raise Unauthenticated
    row = rows[0]
    grant = _grant(tuple(row.scopes), tuple(row.agents), tuple(row.namespaces))
    act_as(
        db,
        ActorKind.KEY,
        tenant_id=row.tenant_id,
        id=row.id,
        name=row.name,
        preferences=row.preferences,
        grant=grant,
        limits=row.limits,
    )


def act_as(
    db: Transaction,
    kind: ActorKind,
    *,
    tenant_id: UUID,
    id: UUID,
    name: str,
    preferences: str,
    grant: Grant,
    limits: str = "{}",
) -> None:
    """Say which API key, or which operator, acts in a transaction that has entered their tenant, and what they may.

    ``preferences`` and ``limits`` are as the tenant's row has them. What people do at the console has no quotas.
    """
    # Not validated: all of it is the database's own, and every request makes one.
    actor = Actor.model_construct(kind=kind, id=id, name=name, address=db.address)
    db.sign_in(SignedIn(tenant_id, id, actor, _preferences(preferences), grant, _limits(limits)))


# A key may be bound by a hundred patterns, 22 kB of them, and a tenant makes as many keys as it likes.
@lru_cache(maxsize=1_000)
def _grant(scopes: tuple[str, ...], agents: tuple[str, ...], namespaces: tuple[str, ...]) -> Grant:
    return Grant(frozenset(map(Scope, scopes)), agents, namespaces)


# Every request needs them, and to validate them takes longer than to read them. They are what a tenant has set, keyed
# by the stored text, so a change is seen at once; nothing in them is what a customer said.
@lru_cache(maxsize=1_000)
def _preferences(stored: str) -> Preferences:
    return Preferences.model_validate_json(stored)


@lru_cache(maxsize=1_000)
def _limits(stored: str) -> TenantLimits:
    return TenantLimits.model_validate_json(stored)


def signed_in(db: Transaction) -> SignedIn:
    """Who asks, in a transaction that a key or a sign-in opened; the worker's transactions act for nobody."""
    if db.signed_in is None:
        raise RuntimeError("nobody is signed in to this transaction")
    return db.signed_in


def actor(db: Transaction) -> str:
    """Who acts, by a name that nobody else can bear: a person as the agent as which they work, a program by the id of
    its key."""
    who = signed_in(db)
    return who.person or f"key:{who.id}"


def tenant_name(db: Transaction, tenant_id: UUID) -> str:
    """The name of the tenant that the transaction has entered."""
    return db.scalars(select(tables.Tenant.name).where(tables.Tenant.id == tenant_id)).one()


def preferences_of(db: Transaction, name: str) -> tuple[UUID, Preferences] | None:
    """The id of the tenant of a name and what it prefers, in a transaction that was opened with that name; None where
    there is none."""
    tenant = tables.Tenant
    found = db.execute(select(tenant.id, tenant.preferences.cast(Text)).where(tenant.name == name)).one_or_none()
    return None if found is None else (found[0], _preferences(found[1]))


def find_tenant(db: Transaction, name: str) -> tables.Tenant | None:
    """The tenant of that name, as the administrator."""
    return db.scalars(select(tables.Tenant).where(tables.Tenant.name == name)).one_or_none()


def create_tenant(db: Transaction, name: str) -> tables.Tenant:
    """Make a tenant, as the administrator."""
    tenant = tables.Tenant(name=name)
    db.add(tenant)
    db.flush()
    return tenant


def create_key(
    db: Transaction,
    *,
    tenant_id: UUID,
    name: str,
    grant: Grant = EVERYTHING,
    kind: KeyKind = KeyKind.ADMIN,
    expires_at: datetime | None = None,
    replaces_id: UUID | None = None,
) -> tuple[tables.ApiKey, str]:
    """Make a key, as the administrator. The second part of the answer is the secret, which cannot be read again."""
    secret = KEY_PREFIX + secrets.token_urlsafe(32)
    key = tables.ApiKey(
        tenant_id=tenant_id,
        name=name,
        hint=secret[:HINT_CHARS],
        key_hash=key_hash(secret),
        kind=kind.value,
        # In the order in which the wire lists them.
        scopes=[scope.value for scope in Scope if scope in grant.scopes],
        agents=list(grant.agents),
        namespaces=list(grant.namespaces),
        expires_at=expires_at,
        replaces_id=replaces_id,
    )
    db.add(key)
    db.flush()
    return key, secret


def list_keys(db: Transaction) -> Sequence[tuple[tables.ApiKey, str]]:
    """Every key with its tenant's name, oldest first, as the administrator."""
    rows = select(tables.ApiKey, tables.Tenant.name).join(tables.Tenant).order_by(tables.ApiKey.id)
    return db.execute(rows).all()
