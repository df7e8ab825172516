"""By customer: what a channel brings of somebody, without knowing which of their cases it belongs to."""

from uuid import UUID

from sqlalchemy import ColumnElement, select

from warmline_memory import customers, sessions
from warmline_memory.channels import inbound
from warmline_memory.embedding import Ready
from warmline_memory.errors import BotNeeded
from warmline_memory.storage import tables
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.customers.messages import ReceivedMessage, SendMessage
from warmline_schemas.sessions import StartSession


def receive(db: Transaction, customer_id: UUID, ask: SendMessage, ready: Ready) -> ReceivedMessage:
    """Take what was said in a customer's case: the newest that goes on, else the newest of all, else a new one.

    Raises ``BotNeeded`` where nobody says with whom a new one begins, beside what ``inbound.receive`` raises.
    """
    # Of two messages at once the second one finds the case that the first one begins.
    customer = customers.lock(db, customer_id)
    chain_id = _chain_that_knows(db, customer, ask.external_id) or _newest(db, customer)
    return inbound.receive(db, chain_id or _begin(db, customer, ask.bot), ask, ready)


def _chain_that_knows(db: Transaction, customer: tables.Customer, external_id: str) -> UUID | None:
    """The case in which a message was kept, though another one has begun since."""
    theirs = select(tables.Session.id).where(tables.Session.namespace == customer.namespace)
    known = inbound.first_known(db, theirs, external_id)
    return None if known is None else known.chain_id


def _newest(db: Transaction, customer: tables.Customer) -> UUID | None:
    row = tables.Session
    first = select(row.id).where(row.namespace == customer.namespace, row.id == row.chain_id)
    return db.scalar(first.order_by(_goes_on().desc(), row.id.desc()).limit(1))


def _goes_on() -> ColumnElement[bool]:
    """Whether somebody speaks in a case, or it waits for somebody."""
    first, later, handoff = tables.Session, tables.Session.__table__.alias(), tables.Handoff
    speaks = select(later.c.id).where(
        later.c.tenant_id == first.tenant_id,
        later.c.chain_id == first.id,
        later.c.owns_conversation,
        later.c.ended_at.is_(None),
    )
    waits = select(handoff.id).where(
        handoff.tenant_id == first.tenant_id, handoff.chain_id == first.id, handoff.state.in_(tables.UNDER_WAY)
    )
    return speaks.exists() | waits.exists()


def _begin(db: Transaction, customer: tables.Customer, bot: str | None) -> UUID:
    if bot is None:
        raise BotNeeded(customer_id=customer.id, field="body.bot")
    zone = {} if customer.time_zone is None else {"time_zone": customer.time_zone}
    return sessions.start(db, StartSession(namespace=customer.namespace, agent=bot, metadata=zone)).id
