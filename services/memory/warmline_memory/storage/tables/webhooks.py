"""Webhooks: where a tenant wants its events sent, what is to be sent there, and each attempt at it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import String
from uuid_utils.compat import uuid7

from warmline_memory.storage.tables.events import Event
from warmline_memory.storage.tables.registry import ENTERED_TENANT, NOTHING, Table, one_of, partial_index, rule
from warmline_schemas.webhooks import DeliveryState


class WebhookEndpoint(Table):
    """An address that takes a tenant's events. The secrets sign them, and so are stored sealed.

    ``failing_since`` is when the first of its failures came that no success has followed yet.
    """

    __tablename__ = "webhook_endpoints"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True, server_default=ENTERED_TENANT)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    url: Mapped[str]
    types: Mapped[list[str]] = mapped_column(ARRAY(String), server_default=NOTHING)
    description: Mapped[str | None]
    with_deeds: Mapped[bool] = mapped_column(server_default=text("false"))
    secret: Mapped[str]
    old_secret: Mapped[str | None]
    old_secret_until: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    disabled_at: Mapped[datetime | None]
    disabled_why: Mapped[str | None]

    __table_args__ = (
        rule("webhook_endpoints_old_secret_ends", "(old_secret IS NULL) = (old_secret_until IS NULL)"),
        rule("webhook_endpoints_disabled_for_a_reason", "(disabled_at IS NULL) = (disabled_why IS NULL)"),
        partial_index("webhook_endpoints_enabled", "disabled_at IS NULL", "tenant_id"),
    )


class Delivery(Table):
    """One event on its way to one endpoint. ``attempts`` are those since it was last put to work."""

    __tablename__ = "deliveries"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True, server_default=ENTERED_TENANT)
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("warmline_uuid7()"))
    endpoint_id: Mapped[UUID]
    sequence: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(one_of("state", DeliveryState), server_default=text("'pending'"))
    attempts: Mapped[int] = mapped_column(CheckConstraint("attempts >= 0"), server_default=text("0"))
    due_at: Mapped[datetime | None] = mapped_column(server_default=func.now())
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    attempted_at: Mapped[datetime | None]
    status: Mapped[int | None]
    problem: Mapped[str | None]
    event: Mapped[Event] = relationship(lazy="joined", innerjoin=True, viewonly=True)

    __table_args__ = (
        rule("deliveries_due_while_pending", "(state = 'pending') = (due_at IS NOT NULL)"),
        UniqueConstraint("tenant_id", "sequence", "endpoint_id"),
        ForeignKeyConstraint(
            ["tenant_id", "endpoint_id"],
            ["webhook_endpoints.tenant_id", "webhook_endpoints.id"],
            ondelete="CASCADE",
        ),
        # An event that is forgotten takes along what is due of it and what was sent.
        ForeignKeyConstraint(["tenant_id", "sequence"], ["events.tenant_id", "events.sequence"], ondelete="CASCADE"),
        Index("deliveries_by_endpoint", "tenant_id", "endpoint_id", "id"),
        partial_index("deliveries_failed", "state = 'failed'", "tenant_id", "endpoint_id", "id"),
        # By endpoint first: the worker takes turns among endpoints, so that a slow one delays no other.
        partial_index("deliveries_due", "due_at IS NOT NULL", "endpoint_id", "due_at"),
    )


class DeliveryAttempt(Table):
    """One try at a delivery: what was answered, or what went wrong, in our own words."""

    __tablename__ = "delivery_attempts"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True, server_default=ENTERED_TENANT)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    delivery_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    milliseconds: Mapped[int] = mapped_column(CheckConstraint("milliseconds >= 0"))
    status: Mapped[int | None]
    problem: Mapped[str | None]
    answer: Mapped[str | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "delivery_id"], ["deliveries.tenant_id", "deliveries.id"], ondelete="CASCADE"
        ),
        Index("delivery_attempts_by_delivery", "tenant_id", "delivery_id", "id"),
    )
