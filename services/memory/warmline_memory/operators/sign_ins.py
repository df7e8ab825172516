"""Sign-ins: how operators log in to the console, and for how long. A login's token is a cookie; only the token's
SHA-256 is kept, so that nobody who reads the database can use it.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Text, bindparam, delete, func, select, update

from warmline_memory import tenancy
from warmline_memory.errors import Unauthenticated
from warmline_memory.operators import operators
from warmline_memory.storage import tables
from warmline_memory.storage.database import Direct, entering
from warmline_memory.storage.grants import EVERYTHING
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.audit import ActorKind
from warmline_schemas.operators import OperatorRole, Presence
from warmline_schemas.targets import of_operator, of_queue, of_skill

LASTS = timedelta(hours=12)
"""A login ends so long after it was last used: longer than a shift, shorter than a day."""
NOTED_EVERY = timedelta(minutes=1)
"""That an operator is there is written at most this often, and so not with every page that is opened."""

# Every page of the console begins with these two statements, so they are compiled once and go round the ORM. The first
# sees a login of any tenant by its token's hash, and enters that tenant; only then the second can see the operator.
_SIGN_IN, _OPERATOR, _TENANT = (table.__table__.c for table in (tables.SignIn, tables.Operator, tables.Tenant))
_LOGIN = Direct(
    select(
        _SIGN_IN.operator_id, _SIGN_IN.csrf, _SIGN_IN.expires_at, entering(_SIGN_IN.tenant_id).label("entered")
    ).where(_SIGN_IN.token_hash == bindparam("token_hash"), _SIGN_IN.expires_at > func.now())
)
_WHO = Direct(
    select(
        _OPERATOR.id, _OPERATOR.name, _OPERATOR.tenant_id, _TENANT.preferences.cast(Text).label("preferences")
    ).where(
        _OPERATOR.id == bindparam("operator_id"), _OPERATOR.disabled_at.is_(None), _TENANT.id == _OPERATOR.tenant_id
    )
)


@dataclass(frozen=True)
class Known:
    """Who has a sign-in name, and the hash of their password. Nobody who is disabled has one."""

    tenant_id: UUID
    operator_id: UUID
    password_hash: str


@dataclass(frozen=True)
class Login:
    """A login that is valid: the token that its forms carry against forgery, and until when it lasts."""

    csrf: str
    expires_at: datetime


@dataclass(frozen=True)
class Person:
    """An operator as the sign-in found them."""

    id: UUID
    tenant_id: UUID
    tenant: str
    name: str
    display_name: str
    role: OperatorRole
    queues: tuple[str, ...]
    skills: tuple[str, ...]
    languages: tuple[str, ...]
    level: int
    capacity: int
    load: int
    """How much they hold now: claimed, or accepted and not snoozed."""
    zone: str
    presence: Presence

    @property
    def agent(self) -> str:
        """The agent as which they work."""
        return of_operator(self.name)

    @property
    def sees_all(self) -> bool:
        """Whether they see all cases, of whatever queue."""
        return self.role in {OperatorRole.ADMIN, OperatorRole.AUDITOR}

    @property
    def worked(self) -> tuple[str, ...]:
        """The targets that they work, beside themselves: their queues and skills."""
        return (*map(of_queue, self.queues), *map(of_skill, self.skills))


def find(db: Transaction, name: str) -> Known | None:
    """Who signs in as ``name``, in a transaction that was opened with that sign-in name; None where nobody does."""
    row = tables.Operator
    columns = select(row.tenant_id, row.id, row.password_hash)
    found = db.execute(columns.where(row.sign_in_name == name, row.disabled_at.is_(None))).one_or_none()
    return None if found is None else Known(found.tenant_id, found.id, found.password_hash)


def begin(db: Transaction, who: Known) -> str:
    """Log an operator in, inside the operator's tenant, with an entry in the audit. The answer is the cookie's secret.

    Raises ``Unauthenticated`` where the operator was disabled or given another password meanwhile.
    """
    row = tables.Operator
    # The password was checked outside of this transaction: it may have been changed since.
    still = (row.id == who.operator_id, row.password_hash == who.password_hash, row.disabled_at.is_(None))
    if db.scalar(update(row).where(*still).values(seen_at=func.now()).returning(row.id)) is None:
        raise Unauthenticated
    token = secrets.token_urlsafe(32)
    login = tables.SignIn(
        token_hash=tenancy.key_hash(token),
        operator_id=who.operator_id,
        csrf=secrets.token_urlsafe(24),
        expires_at=datetime.now(UTC) + LASTS,
    )
    db.add(login)
    db.flush()
    # From here on it is the operator who acts, and whom the entry names.
    enter(db, login.token_hash)
    tenancy.record_audit(db, "sign-in", None, {})
    return token


def enter(db: Transaction, token_hash: bytes) -> Login:
    """Enter the tenant of a login, in a transaction that was opened with its token's hash as the key's.

    Whatever is done is done as ``human:NAME``. Raises ``Unauthenticated`` where the login is over or the operator is
    disabled.
    """
    logins = _LOGIN.run(db, token_hash=token_hash)
    if not logins:
        raise Unauthenticated
    found = _WHO.run(db, operator_id=logins[0].operator_id)
    if not found:
        raise Unauthenticated
    who, agent = found[0], of_operator(found[0].name)
    tenancy.act_as(
        db,
        ActorKind.OPERATOR,
        tenant_id=who.tenant_id,
        id=who.id,
        name=agent,
        preferences=who.preferences,
        # What their role forbids is asked for where it is done.
        grant=EVERYTHING,
    )
    return Login(csrf=logins[0].csrf, expires_at=logins[0].expires_at)


def person(db: Transaction) -> Person:
    """The operator whose login the transaction has entered."""
    who, tenant = tables.Operator, tables.Tenant
    found = select(who, tenant.name).join(tenant, tenant.id == who.tenant_id)
    row, tenant_name = db.execute(found.where(who.id == tenancy.signed_in(db).id)).one()
    return _person(row, tenant_name, operators.load(db, of_operator(row.name)))


def keep(db: Transaction, token_hash: bytes, login: Login) -> None:
    """Note, once a minute, that the operator is there: from then on the login lasts as long as a new one."""
    until = datetime.now(UTC) + LASTS
    if login.expires_at < until - NOTED_EVERY:
        row = tables.SignIn
        db.execute(update(row).where(row.token_hash == token_hash).values(expires_at=until))
        operators.heartbeat(db, tenancy.signed_in(db).id)


def end(db: Transaction, token_hash: bytes) -> None:
    """End a login, inside its tenant; one that is over is no error."""
    db.execute(delete(tables.SignIn).where(tables.SignIn.token_hash == token_hash))


def _person(row: tables.Operator, tenant: str, load: int) -> Person:
    lists: dict[str, Any] = {name: tuple(getattr(row, name)) for name in ("queues", "skills", "languages")}
    return Person(
        id=row.id,
        tenant_id=row.tenant_id,
        tenant=tenant,
        name=row.name,
        display_name=row.display_name,
        role=OperatorRole(row.role),
        level=row.level,
        capacity=row.capacity,
        load=load,
        zone=row.zone,
        presence=operators.presence(row),
        **lists,
    )
