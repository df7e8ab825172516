"""The desk: queues, the people who work them, what they ask, and what happened."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import LargeBinary, String
from uuid_utils.compat import uuid7

from warmline_memory.storage.tables.registry import ENTERED_TENANT, Table, partial_index
from warmline_schemas.events import EventType

NONE = text("'{}'")
TROUBLE = (
    EventType.HANDOFF_LAPSED,
    EventType.HANDOFF_OFFER_LAPSED,
    EventType.HANDOFF_ESCALATED,
    EventType.HANDOFF_STALLED,
    EventType.HANDOFF_DECLINED,
    EventType.HANDOFF_NOBODY_THERE,
    EventType.HANDOFF_INFO_REQUESTED,
    EventType.HANDOFF_REDIRECTED,
    EventType.HANDOFF_CANCELLED,
)
"""What analytics count of events; of these alone there is an index by handoff."""
_SQL_LIST = ", ".join(f"'{type}'" for type in TROUBLE)


class Queue(Table):
    """How a queue works, as its tenant wrote it. A queue that nobody wrote has the defaults."""

    __tablename__ = "queues"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True, server_default=ENTERED_TENANT)
    name: Mapped[str] = mapped_column(primary_key=True)
    written: Mapped[dict[str, Any]]
    written_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Operator(Table):
    """A person who works handoffs, as ``human:NAME``."""

    __tablename__ = "operators"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), server_default=ENTERED_TENANT)
    name: Mapped[str]
    display_name: Mapped[str]
    role: Mapped[str] = mapped_column(server_default=text("'operator'"))
    queues: Mapped[list[str]] = mapped_column(ARRAY(String), server_default=NONE)
    skills: Mapped[list[str]] = mapped_column(ARRAY(String), server_default=NONE)
    languages: Mapped[list[str]] = mapped_column(ARRAY(String), server_default=NONE)
    level: Mapped[int] = mapped_column(server_default=text("1"))
    capacity: Mapped[int] = mapped_column(server_default=text("5"))
    zone: Mapped[str] = mapped_column(server_default=text("'UTC'"))
    presence: Mapped[str] = mapped_column(server_default=text("'offline'"))
    seen_at: Mapped[datetime | None]
    sign_in_name: Mapped[str | None] = mapped_column(unique=True)
    password_hash: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    disabled_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("tenant_id", "id"), UniqueConstraint("tenant_id", "name"))


class SignIn(Table):
    """An operator's stay in the console. Only the SHA-256 of its cookie is stored."""

    __tablename__ = "sign_ins"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), server_default=ENTERED_TENANT)
    operator_id: Mapped[UUID]
    csrf: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "operator_id"], ["operators.tenant_id", "operators.id"], ondelete="CASCADE"),
        Index("sign_ins_by_expiry", "expires_at"),
        Index("sign_ins_by_operator", "tenant_id", "operator_id"),
    )


class Inquiry(Table):
    """What the holder of a handoff asks its source, and the answer."""

    __tablename__ = "inquiries"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), server_default=ENTERED_TENANT)
    handoff_id: Mapped[UUID]
    asked_by: Mapped[str]
    question: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(server_default=func.now())
    due_at: Mapped[datetime]
    answered_by: Mapped[str | None]
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]

    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "handoff_id"], ["handoffs.tenant_id", "handoffs.id"], ondelete="CASCADE"),
        Index("inquiries_by_handoff", "tenant_id", "handoff_id", "id"),
    )


class Event(Table):
    """Something that happened, written in the transaction in which it did. A tenant's events have no gaps."""

    __tablename__ = "events"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True, server_default=ENTERED_TENANT)
    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    id: Mapped[UUID] = mapped_column(default=uuid7)
    type: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    actor: Mapped[str | None]
    namespace: Mapped[str | None]
    chain_id: Mapped[UUID | None]
    handoff_id: Mapped[UUID | None]
    queue: Mapped[str | None]
    facts: Mapped[dict[str, Any]]

    __table_args__ = (
        partial_index("events_by_handoff", "handoff_id IS NOT NULL", "tenant_id", "handoff_id", "sequence"),
        partial_index("events_by_chain", "chain_id IS NOT NULL", "tenant_id", "chain_id", "sequence"),
        partial_index("events_by_queue", "queue IS NOT NULL", "tenant_id", "queue", "sequence"),
        partial_index("events_by_namespace", "namespace IS NOT NULL", "tenant_id", "namespace"),
        partial_index("events_of_trouble", f"type IN ({_SQL_LIST})", "tenant_id", "handoff_id"),
        Index("events_by_age", "at"),
    )


class EventCounter(Table):
    """The number of a tenant's last event. Raising it locks the row until commit, so that events come in order."""

    __tablename__ = "event_counters"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True, server_default=ENTERED_TENANT)
    last: Mapped[int] = mapped_column(BigInteger)
