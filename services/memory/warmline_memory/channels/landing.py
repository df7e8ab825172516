"""Landing: which session of a case keeps what is said now, and who has the case."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from warmline_memory import sessions, tenancy
from warmline_memory.errors import AgentNotBound, NotFound
from warmline_memory.storage import tables
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.customers.messages import Reached
from warmline_schemas.keys import Scope
from warmline_schemas.memories import Role

CUSTOMER = "customer"
"""Who writes, in events: a customer is no agent, and has no other name there."""
LANGUAGE = "language"
"""What a channel can tell with a message in its metadata, as a BCP 47 tag."""


@dataclass(frozen=True)
class Landing:
    """Where a message lands in a case, whose chain is locked."""

    session: tables.Session
    """The session that keeps it: whose brief, or since-list, or conversation then has it."""
    owner: tables.Session | None
    """The open session that speaks for the case."""
    waiting: tables.Handoff | None
    """The handoff that waits to be taken over."""

    @property
    def reached(self) -> Reached:
        """Whom it reaches."""
        if self.owner is not None:
            return Reached.SPEAKER
        return Reached.NOBODY if self.waiting is None else Reached.WAITING


def find(db: Transaction, chain_id: UUID) -> Landing:
    """Where a message to a chain lands now. Raises ``NotFound``."""
    first = sessions.lock_chain(db, chain_id)
    if first.chain_id != chain_id:
        raise NotFound(noun="chain", id=chain_id)
    owner, waiting = sessions.owning_session(db, chain_id), sessions.waiting(db, chain_id)
    if owner is not None:
        return Landing(owner, owner, waiting)
    # Kept in the session that handed over, it is new since the brief for whoever takes it.
    last = _last(db, chain_id) if waiting is None else sessions.find(db, waiting.source_session_id)
    return Landing(last or first, None, waiting)


def check_case(db: Transaction, chain_id: UUID) -> None:
    """Raise ``NotFound`` where there is no such case, and ``AgentNotBound`` unless whoever acts may see to it."""
    if sessions.find(db, chain_id).chain_id != chain_id:
        raise NotFound(noun="chain", id=chain_id)
    check_party(db, chain_id)


def check_party(db: Transaction, chain_id: UUID) -> None:
    """Raise ``AgentNotBound`` unless whoever acts may see to what is an agent's of the chain: a bot's channel goes on
    to carry what its customer writes when a person has the case."""
    grant = tenancy.grant(db)
    agents: Iterable[str] = db.scalars(select(tables.Session.agent).where(tables.Session.chain_id == chain_id))
    if Scope.DESK not in grant.scopes and not any(grant.may_act_as(agent) for agent in agents):
        first = sessions.find(db, chain_id).agent
        raise AgentNotBound(missing=f"agent:{first}", agent=first)


def language_of(db: Transaction, chain_id: UUID, namespace: str) -> str | None:
    """The language that a channel told with what the customer said last."""
    memory = tables.Memory
    told = memory.custom[LANGUAGE].astext
    theirs = (memory.chain_id == chain_id, memory.namespace == namespace, memory.role == Role.USER)
    return db.scalar(select(told).where(*theirs, told.is_not(None)).order_by(memory.id.desc()).limit(1))


def onward(db: Transaction, chain_id: UUID) -> UUID | None:
    """The chain that began anew where this one had ended, if any."""
    row = tables.Session
    return db.scalar(select(row.id).where(row.earlier_chain_id == chain_id).order_by(row.id.desc()).limit(1))


def _last(db: Transaction, chain_id: UUID) -> tables.Session | None:
    """The session that spoke last."""
    row = tables.Session
    owning = select(row).where(row.chain_id == chain_id, row.owns_conversation)
    return db.scalars(owning.order_by(row.ended_at.desc(), row.id.desc()).limit(1)).one_or_none()
