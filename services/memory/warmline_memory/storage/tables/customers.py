"""Who writes to a tenant: its customers, and what channels call them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from warmline_memory.storage.tables.registry import ENTERED_TENANT, Table


class Customer(Table):
    """A customer of a tenant, whose memories are those of one namespace. ``folded_name`` is the name as it is looked
    for."""

    __tablename__ = "customers"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True, server_default=ENTERED_TENANT)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    namespace: Mapped[str]
    display_name: Mapped[str | None]
    folded_name: Mapped[str | None]
    language: Mapped[str | None]
    time_zone: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (UniqueConstraint("tenant_id", "namespace"),)


class CustomerId(Table):
    """What a channel calls a customer; with their namespace, so that a key that is bound to others sees neither."""

    __tablename__ = "customer_ids"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True, server_default=ENTERED_TENANT)
    channel: Mapped[str] = mapped_column(primary_key=True)
    external_id: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID]
    namespace: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "customer_id"], ["customers.tenant_id", "customers.id"], ondelete="CASCADE"),
        Index("customer_ids_by_customer", "tenant_id", "customer_id"),
        Index("customer_ids_by_id", "tenant_id", "external_id"),
    )
