"""A transaction: a SQLAlchemy session inside one tenant, with who asks, and what is due around its commit."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar
from uuid import UUID

from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from warmline_memory.storage.contents import ContentKeys, Contents
from warmline_memory.storage.grants import Grant
from warmline_schemas.audit import Actor, ActorKind
from warmline_schemas.tenancy import Preferences, TenantLimits

WORKER = Actor(kind=ActorKind.SYSTEM, id=None, name="worker")
"""Who acts in the transactions that nobody signed in to."""
ADMINISTRATOR = Actor(kind=ActorKind.SYSTEM, id=None, name="administrator")
"""Who acts by a command on the server, with the database's own rights."""


def stranger(address: str) -> Actor:
    """Who acts in a request that nobody has signed in to: it tries to sign in, from that address."""
    return Actor(kind=ActorKind.SYSTEM, id=None, name="sign-in", address=address)


RowOf = TypeVar("RowOf")
Found = TypeVar("Found")


class Behind(Exception):
    """The replica does not hold yet what a read must find there. The read goes to the primary; no caller sees this."""


class Elsewhere(Protocol):
    """A copy of the database, which may do what a transaction would read."""

    def read(self, db: "Transaction", work: Callable[["Transaction"], Found]) -> Found:
        """What ``work`` reads, there or in ``db``."""


@dataclass(frozen=True)
class SignedIn:
    """Who opened a transaction, inside which tenant, and what that tenant prefers."""

    tenant_id: UUID
    id: UUID
    """The id of the API key or of the operator."""
    actor: Actor
    preferences: Preferences
    grant: Grant
    limits: TenantLimits

    @property
    def person(self) -> str | None:
        """The agent as which the operator works who is signed in to the console; None where a key opened it."""
        return self.actor.name if self.actor.kind is ActorKind.OPERATOR else None


def _nobody(*_: object) -> None:
    """Wake nobody: whoever waits for news looks for it later."""


@dataclass(frozen=True)
class Signals:
    """How other processes are woken once a transaction has committed.

    Sending a signal raises nothing and takes less than a millisecond. A signal may be lost: what it announces is in the
    database, and is found there later.
    """

    news: Callable[[UUID], object] = _nobody
    """A tenant has new events."""
    due: Callable[[UUID, UUID], object] = _nobody
    """A tenant's handoff waits for its brief."""
    grown: Callable[[UUID, str], object] = _nobody
    """A tenant's namespace has grown so large that the worker should index it."""


class Transaction(Session):
    """One transaction. Domain functions take it first, as ``db``; they flush, and never commit.

    ``Database.transaction`` opens it, commits it, and then does what was left here for after the commit. Nothing of
    that happens where the transaction rolls back.
    """

    def __init__(
        self,
        connection: Connection,
        tenant_id: UUID | None,
        keys: ContentKeys,
        *,
        nobody: Actor = WORKER,
        address: str | None = None,
        elsewhere: Elsewhere | None = None,
    ) -> None:
        super().__init__(bind=connection, expire_on_commit=False)
        self.sealer = keys.sealer
        """Encrypts what the database must not give away by itself."""
        self.contents = Contents(keys, connection, lambda: self.tenant_id)
        """Encrypts what people said, where the platform wants it; columns of the types of ``sealed_columns`` use it."""
        self.address = address
        """The network address that the request came from; None where no request opened it."""
        self._nobody, self._elsewhere = nobody, elsewhere
        self.is_copy = False
        """Whether this reads from a replica, which holds what the primary held when it was asked. It cannot be written
        to."""
        self.tenant_id = tenant_id
        """The tenant whose rows can be seen; None until a key or a sign-in has entered one, and for administrators."""
        self.signed_in: SignedIn | None = None
        """Who asks; None for the worker and for administrators, who act for nobody."""
        self.noted_events: list[dict[str, Any]] = []
        """Events that were noted and are not written yet, as JSON objects (``events.record``)."""
        self.noted_entries: list[dict[str, Any]] = []
        """Entries of the audit that were noted and are not written yet (``tenancy.record_audit``)."""
        self.announced: set[UUID] = set()
        """Tenants that have new events once this has committed."""
        self.nudged: list[UUID] = []
        """Handoffs of ``tenant_id`` whose briefs are due once this has committed."""
        self.grown: set[str] = set()
        """Namespaces of ``tenant_id`` that the worker should index, once this has committed."""
        self.before_commit: list[Callable[[], object]] = []
        """Run at the end of the transaction, just before it commits, in this order."""
        self.after_commit: list[Callable[[], object]] = []
        """Run once the transaction has committed, in this order."""

    @property
    def actor(self) -> Actor:
        """Who acts. Whatever is recorded names this, never a name that a request brought along."""
        return self._nobody if self.signed_in is None else self.signed_in.actor

    def sign_in(self, who: SignedIn) -> None:
        """Say who asks, in a transaction that has entered their tenant."""
        self.signed_in, self.tenant_id = who, who.tenant_id

    @property
    def person(self) -> str | None:
        """The agent as which the person works who is signed in; None for programs. Whatever is done is their deed."""
        return None if self.signed_in is None else self.signed_in.person

    def find(self, row: type[RowOf], row_id: UUID, **how: Any) -> RowOf | None:
        """The row of this tenant with that id, or None. ``how`` is what ``Session.get`` takes, such as
        ``with_for_update``. Another tenant's row of the same id is another row."""
        return self.get(row, (self.tenant_id, row_id), **how)

    def find_one(self, row: type[RowOf], row_id: UUID, **how: Any) -> RowOf:
        """As ``find``, for a row that is known to be there."""
        return self.get_one(row, (self.tenant_id, row_id), **how)

    def read(self, work: Callable[["Transaction"], Found]) -> Found:
        """What ``work`` reads: in a transaction on the replica where there is one that holds all that was committed by
        now, or else in this one. It writes nothing, may run twice, and gives no rows of tables, whose transaction is
        over by then.

        What this transaction has changed itself is not seen on a replica, so such a read comes before.
        """
        return work(self) if self._elsewhere is None or self.tenant_id is None else self._elsewhere.read(self, work)

    def nudge_worker(self, handoff_id: UUID) -> None:
        """Have the worker look at a handoff that is due, once this has committed. A nudge that is lost costs the time
        until the worker looks by itself, a second, and nothing else."""
        self.nudged.append(handoff_id)
