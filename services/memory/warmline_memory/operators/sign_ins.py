"""Sign-ins: how operators log in to the console, and for how long. A login's token is a cookie; only the token's
SHA-256 is kept, so that nobody who reads the database can use it.
"""

import secrets
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Text, bindparam, delete, func, select, update

from warmline_memory import tenancy
from warmline_memory.errors import StepMissing, Unauthenticated
from warmline_memory.operators import operators, second_factors
from warmline_memory.storage import tables
from warmline_memory.storage.database import Direct, entering
from warmline_memory.storage.grants import EVERYTHING
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.audit import ActorKind
from warmline_schemas.operators import OperatorRole, Presence, Step
from warmline_schemas.targets import of_operator, of_queue, of_skill
from warmline_schemas.tenancy import Preferences

BROWSER_CHARS = 200
"""So much is kept of what a browser says of itself."""
TO_FINISH = timedelta(minutes=10)
"""So long a login waits for what it still needs."""
NOTED_EVERY = timedelta(minutes=1)
"""That an operator is there is written at most this often, and so not with every page that is opened."""

# Every page of the console begins with these two statements, so they are compiled once and go round the ORM. The first
# sees a login of any tenant by its token's hash, and enters that tenant; only then the second can see the operator.
_SIGN_IN, _OPERATOR, _TENANT = (table.__table__.c for table in (tables.SignIn, tables.Operator, tables.Tenant))
_LOGIN = Direct(
    select(
        _SIGN_IN.id,
        _SIGN_IN.operator_id,
        _SIGN_IN.csrf,
        _SIGN_IN.seen_at,
        _SIGN_IN.ends_at,
        _SIGN_IN.still_needs,
        entering(_SIGN_IN.tenant_id).label("entered"),
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
    """A login that is valid."""

    id: UUID
    csrf: str
    """What its forms carry against forgery."""
    seen_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Begun:
    """A login that has begun: the cookie's secret, and what it still needs before it opens anything."""

    token: str
    still_needs: Step | None


@dataclass(frozen=True)
class ListedLogin:
    """A login as its operator sees it: since when, when it was last used, and with what from where."""

    id: UUID
    created_at: datetime
    seen_at: datetime
    ends_at: datetime
    address: str | None
    browser: str | None


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
    language: str | None
    """In which the console speaks to them; None for what their browser asks for."""
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


def find(db: Transaction, tenant_name: str, name: str) -> Known | None:
    """Who signs in by these two names, in a transaction that was opened with the tenant's; None where nobody does."""
    tenant, row = tables.Tenant, tables.Operator
    # Who is unknown costs the same two statements: the time of an answer must not tell which tenants there are.
    db.execute(select(entering(tenant.id)).where(tenant.name == tenant_name))
    columns = select(row.tenant_id, row.id, row.password_hash)
    found = db.execute(columns.where(row.name == name, row.disabled_at.is_(None))).one_or_none()
    # Read in any case, for the same reason.
    takes = tenancy.takes_passwords(db)
    return None if found is None or not takes else Known(found.tenant_id, found.id, found.password_hash)


def begin(db: Transaction, who: Known, browser: str | None) -> Begun:
    """Log an operator in who gave their password, inside their tenant. Where they have a second factor, or their role
    needs one, the login opens nothing yet.

    ``browser`` is what it says of itself. Raises ``Unauthenticated`` where the operator was disabled or given another
    password meanwhile.
    """
    row = tables.Operator
    # The password was checked outside of this transaction: it may have been changed since.
    still = (row.id == who.operator_id, row.password_hash == who.password_hash, row.disabled_at.is_(None))
    role = db.scalar(update(row).where(*still).values(seen_at=func.now()).returning(row.role))
    if role is None:
        raise Unauthenticated
    still_needs = _still_needs(db, who.operator_id, OperatorRole(role))
    if still_needs is None:
        return Begun(open_login(db, who.operator_id, browser, "password"), None)
    now = datetime.now(UTC)
    return Begun(_add(db, who.operator_id, browser, now + TO_FINISH, now + TO_FINISH, still_needs), still_needs)


def open_login(db: Transaction, operator_id: UUID, browser: str | None, by: str) -> str:
    """Log an operator in who has shown all that it takes, with an entry in the audit that says ``by`` what. The answer
    is the cookie's secret."""
    prefers = tenancy.read_preferences(db)
    ends_at = datetime.now(UTC) + timedelta(hours=prefers.sign_in_hours)
    token = _add(db, operator_id, browser, _until(prefers, ends_at), ends_at)
    # From here on it is the operator who acts, and whom the entry names.
    enter(db, tenancy.key_hash(token))
    tenancy.record_audit(db, "sign-in", None, {"by": by})
    return token


def enter_unfinished(db: Transaction, token_hash: bytes) -> tuple[Login, Step]:
    """Enter the tenant of a login that still needs something, as its operator: for that alone.

    Raises ``Unauthenticated`` where it is over, or needs nothing.
    """
    login, still_needs = _enter(db, token_hash)
    if still_needs is None:
        raise Unauthenticated
    return login, still_needs


def finish(db: Transaction, token_hash: bytes, browser: str | None, by: str) -> str:
    """Open a login in the place of one that needed something, which its operator has given. The answer is the cookie's
    secret: another one, so that whoever saw the first half has nothing of the whole."""
    end(db, token_hash)
    return open_login(db, tenancy.signed_in(db).id, browser, by)


def record_wrong_code(db: Transaction, operator_id: UUID, closed_seconds: int) -> None:
    """Add an entry to the audit that whoever gave the right password gave no right code."""
    about = {"operator_id": str(operator_id), "why": "code", "closed_seconds": closed_seconds}
    tenancy.record_audit(db, "sign-in-failed", None, about)


def record_failure(db: Transaction, who: Known, why: str, closed_seconds: int) -> None:
    """Add an entry to the audit, inside the operator's tenant, that somebody failed to sign in as them: ``why`` in a
    word, such as ``password``, and for how long nobody may try again."""
    about = {"operator_id": str(who.operator_id), "why": why, "closed_seconds": closed_seconds}
    tenancy.record_audit(db, "sign-in-failed", None, about)


def enter(db: Transaction, token_hash: bytes) -> Login:
    """Enter the tenant of a login, in a transaction that was opened with its token's hash as the key's.

    Whatever is done is done as ``human:NAME``. Raises ``Unauthenticated`` where the login is over or the operator is
    disabled, and ``StepMissing`` where it still needs something.
    """
    login, still_needs = _enter(db, token_hash)
    if still_needs is not None:
        raise StepMissing(step=still_needs.value)
    return login


def _enter(db: Transaction, token_hash: bytes) -> tuple[Login, Step | None]:
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
    found_login = logins[0]
    login = Login(found_login.id, found_login.csrf, found_login.seen_at, found_login.ends_at)
    return login, found_login.still_needs and Step(found_login.still_needs)


def person(db: Transaction) -> Person:
    """The operator whose login the transaction has entered."""
    who, tenant = tables.Operator, tables.Tenant
    found = select(who, tenant.name).join(tenant, tenant.id == who.tenant_id)
    row, tenant_name = db.execute(found.where(who.id == tenancy.signed_in(db).id)).one()
    return _person(row, tenant_name, operators.load(db, of_operator(row.name)))


def person_of(row: tables.Operator) -> Person:
    """An operator, signed in or not, as a sign-in would find them; what they hold is not counted."""
    return _person(row, "", 0)


def keep(db: Transaction, token_hash: bytes, login: Login) -> None:
    """Note, once a minute, that the operator is there: from then on the login lasts as long as a new one, up to its
    end."""
    now = datetime.now(UTC)
    if login.seen_at < now - NOTED_EVERY:
        row = tables.SignIn
        until = _until(tenancy.signed_in(db).preferences, login.ends_at)
        db.execute(update(row).where(row.token_hash == token_hash).values(expires_at=until, seen_at=now))
        operators.heartbeat(db, tenancy.signed_in(db).id)


def list_of(db: Transaction, operator_id: UUID) -> list[ListedLogin]:
    """The logins of an operator that are valid, the last used first."""
    row = tables.SignIn
    names = [one.name for one in fields(ListedLogin)]
    valid = (row.operator_id == operator_id, row.expires_at > func.now(), row.still_needs.is_(None))
    rows = select(*(getattr(row, name) for name in names)).where(*valid).order_by(row.seen_at.desc(), row.id)
    return [ListedLogin(*found) for found in db.execute(rows)]


def end(db: Transaction, token_hash: bytes) -> None:
    """End a login, inside its tenant; one that is over is no error."""
    db.execute(delete(tables.SignIn).where(tables.SignIn.token_hash == token_hash))


def end_one(db: Transaction, operator_id: UUID, sign_in_id: UUID) -> None:
    """End one of an operator's logins; one that is over is no error."""
    row = tables.SignIn
    db.execute(delete(row).where(row.operator_id == operator_id, row.id == sign_in_id))


def end_all(db: Transaction, operator_id: UUID) -> int:
    """End every login of an operator, with an entry in the audit. The answer is how many there were."""
    ended = operators.sign_out(db, operator_id)
    tenancy.record_audit(db, "end-sign-ins", None, {"operator_id": str(operator_id), "ended": ended})
    return ended


def _still_needs(db: Transaction, operator_id: UUID, role: OperatorRole) -> Step | None:
    if second_factors.state(db, operator_id) is not None:
        return Step.CODE
    return Step.ENROLMENT if second_factors.is_required(db, role) else None


def _add(
    db: Transaction,
    operator_id: UUID,
    browser: str | None,
    expires_at: datetime,
    ends_at: datetime,
    still_needs: Step | None = None,
) -> str:
    token = secrets.token_urlsafe(32)
    login = tables.SignIn(
        token_hash=tenancy.key_hash(token),
        operator_id=operator_id,
        csrf=secrets.token_urlsafe(24),
        expires_at=expires_at,
        ends_at=ends_at,
        address=db.address,
        browser=browser and browser[:BROWSER_CHARS],
        still_needs=still_needs,
    )
    db.add(login)
    db.flush()
    return token


def _until(prefers: Preferences, ends_at: datetime) -> datetime:
    """When a login ends that is used now and then no more."""
    return min(datetime.now(UTC) + timedelta(minutes=prefers.idle_minutes), ends_at)


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
        language=row.language,
        presence=operators.presence(row),
        **lists,
    )
