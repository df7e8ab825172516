"""A tenant's API keys: made, rotated, listed and revoked within the tenant, under row-level security, or as the
administrator.

Only a key's SHA-256 is stored. No key is allowed more than the one that made it.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, or_, select, update

from warmline_memory.errors import KeyIsOver, NotFound, StrongerKey
from warmline_memory.storage import tables
from warmline_memory.storage.grants import Grant
from warmline_memory.storage.pages import read_page
from warmline_memory.storage.transactions import Transaction
from warmline_memory.tenancy import audit, permissions, preferences, tenants
from warmline_schemas.keys import SCOPES, ApiKey, KeyKind, MadeKey, MakeKey, RotateKey, Scope
from warmline_schemas.wire import Page

NOTED_EVERY = timedelta(minutes=1)
"""That a key is used is written at most this often, and so not with every request."""


def list_page(db: Transaction, *, limit: int, cursor: str | None) -> Page[ApiKey]:
    """The tenant's keys, newest first, those that are revoked or expired too."""
    return read_page(db, select(tables.ApiKey), tables.ApiKey.id, ApiKey.model_validate, limit=limit, cursor=cursor)


def make(db: Transaction, ask: MakeKey, *, tenant_id: UUID | None = None) -> MadeKey:
    """Make a key of the tenant that the transaction has entered, with an entry in the audit.

    ``tenant_id`` is for administrators, who enter no tenant. Raises ``StrongerKey`` where the new key would be allowed
    what whoever makes it is not.
    """
    grant = grant_of(ask)
    if not permissions.grant(db).covers(grant):
        raise StrongerKey(missing="scope or binding")
    expires_at = None if ask.never_expires else ask.expires_at or _default_end(db, tenant_id)
    tenant_id = tenant_id or tenants.signed_in(db).tenant_id
    return _make(db, "make-key", tenant_id, name=ask.name, kind=ask.kind, grant=grant, expires_at=expires_at)


def grant_of(ask: MakeKey) -> Grant:
    """What a key that is asked for would be allowed."""
    return Grant(frozenset(ask.scopes or SCOPES[ask.kind]), tuple(ask.agents), tuple(ask.namespaces))


def rotate(db: Transaction, key_id: UUID, ask: RotateKey) -> MadeKey:
    """Make a key that takes the place of another one, which ends when the overlap is over, if not sooner.

    The new one is allowed what the old one is, and valid for as long as that was made for. Raises ``NotFound``,
    ``KeyIsOver`` where the old one is valid no more, and ``StrongerKey``.
    """
    old = _locked(db, key_id)
    now = datetime.now(UTC)
    if old.revoked_at is not None or (old.expires_at is not None and old.expires_at <= now):
        raise KeyIsOver(key_id=key_id)
    grant = Grant(frozenset(map(Scope, old.scopes)), tuple(old.agents), tuple(old.namespaces))
    if not permissions.grant(db).covers(grant):
        raise StrongerKey(missing="scope or binding")
    last = _last_in_place_of(db, old)
    expires_at = None if last.expires_at is None else now + (last.expires_at - last.created_at)
    until = now + timedelta(seconds=ask.overlap_seconds)
    old.expires_at = until if old.expires_at is None else min(until, old.expires_at)
    kind = KeyKind(old.kind)
    return _make(
        db,
        "rotate-key",
        old.tenant_id,
        name=old.name,
        kind=kind,
        grant=grant,
        expires_at=expires_at,
        replaces_id=key_id,
    )


def revoke(db: Transaction, key_id: UUID) -> ApiKey:
    """Make a key useless from now on, with an entry in the audit, in the tenant or as the administrator.

    One that was revoked before keeps its time, and leaves no further entry. Raises ``NotFound``.
    """
    row = _locked(db, key_id)
    if row.revoked_at is None:
        row.revoked_at = datetime.now(UTC)
        db.flush()
        audit.record(db, "revoke-key", None, {"key_id": str(key_id)}, tenant_id=row.tenant_id)
    return ApiKey.model_validate(row)


def note_use(db: Transaction, key_id: UUID) -> None:
    """Note that a key was used just now, in a transaction of its own; nothing is written where that was noted within
    the last minute."""
    row = tables.ApiKey
    noted_before = or_(row.last_used_at.is_(None), row.last_used_at < func.now() - NOTED_EVERY)
    # Whoever holds the row notes the same, or revokes the key: nobody has to wait for that.
    free = select(row.id).where(row.id == key_id, noted_before).with_for_update(skip_locked=True)
    db.execute(update(row).where(row.id == free.scalar_subquery()).values(last_used_at=func.now()))


def _locked(db: Transaction, key_id: UUID) -> tables.ApiKey:
    # Of two who rotate or revoke a key at once the second one sees what the first one did.
    row = db.scalar(select(tables.ApiKey).where(tables.ApiKey.id == key_id).with_for_update())
    if row is None:
        raise NotFound(noun="API key", id=key_id)
    return row


def _last_in_place_of(db: Transaction, key: tables.ApiKey) -> tables.ApiKey:
    """The last of the keys that took a key's place one after another, or the key itself where none did."""
    # Each rotation moves the end of the key that it replaces, so only the last one says for how long they were made.
    row = tables.ApiKey
    after = select(row).where(row.tenant_id == key.tenant_id, row.replaces_id == key.id).order_by(row.id.desc())
    later = db.scalar(after.limit(1))
    return key if later is None else _last_in_place_of(db, later)


def _make(
    db: Transaction,
    verb: str,
    tenant_id: UUID,
    *,
    name: str,
    kind: KeyKind,
    grant: Grant,
    expires_at: datetime | None,
    replaces_id: UUID | None = None,
) -> MadeKey:
    # Row-level security lets the application make keys of the tenant that it has entered, and of no other.
    row, secret = tenants.create_key(
        db,
        tenant_id=tenant_id,
        name=name,
        kind=kind,
        grant=grant,
        expires_at=expires_at,
        replaces_id=replaces_id,
    )
    db.refresh(row)
    allowed = {"kind": row.kind, "scopes": row.scopes, "agents": row.agents, "namespaces": row.namespaces}
    instead = {} if replaces_id is None else {"replaces_id": str(replaces_id)}
    until = None if expires_at is None else expires_at.isoformat()
    details = {"key_id": str(row.id), **instead, **allowed, "expires_at": until}
    audit.record(db, verb, None, details, tenant_id=tenant_id)
    return MadeKey(**ApiKey.model_validate(row).model_dump(), secret=secret)


def _default_end(db: Transaction, tenant_id: UUID | None) -> datetime:
    return datetime.now(UTC) + timedelta(days=preferences.read(db, tenant_id).key_days)
