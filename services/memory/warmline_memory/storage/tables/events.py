"""What happened, in the order in which it was committed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, func
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from warmline_memory.storage.sealed_columns import SealedMember
from warmline_memory.storage.tables.registry import ENTERED_TENANT, Table, partial_index, sql_list
from warmline_schemas.events import EventType

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


class Event(Table):
    """Something that happened, written in the transaction in which it did. A tenant's events have no gaps.

    ``sequence`` numbers them (docs/decisions/0011). ``facts`` hold no memory's content.
    """

    __tablename__ = "events"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True, server_default=ENTERED_TENANT)
    sequence: Mapped[int] = mapped_column(BigInteger, CheckConstraint("sequence >= 1"), primary_key=True)
    id: Mapped[UUID] = mapped_column(default=uuid7)
    type: Mapped[str]
    # The clock's time and not the transaction's: of two events of one long transaction the later one must say so.
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    actor: Mapped[str | None]
    namespace: Mapped[str | None]
    chain_id: Mapped[UUID | None]
    handoff_id: Mapped[UUID | None]
    queue: Mapped[str | None]
    facts: Mapped[dict[str, Any]] = mapped_column(SealedMember("events.facts", "reason"))

    __table_args__ = (
        partial_index("events_by_handoff", "handoff_id IS NOT NULL", "tenant_id", "handoff_id", "sequence"),
        partial_index("events_by_chain", "chain_id IS NOT NULL", "tenant_id", "chain_id", "sequence"),
        partial_index("events_by_queue", "queue IS NOT NULL", "tenant_id", "queue", "sequence"),
        partial_index("events_by_namespace", "namespace IS NOT NULL", "tenant_id", "namespace"),
        partial_index("events_of_trouble", f"type IN ({sql_list(TROUBLE)})", "tenant_id", "handoff_id"),
        Index("events_by_age", "at"),
    )


class EventCounter(Table):
    """The number of a tenant's last event. Raising it locks the row until commit, so that events come in order."""

    __tablename__ = "event_counters"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True, server_default=ENTERED_TENANT)
    last: Mapped[int] = mapped_column(BigInteger, CheckConstraint("last >= 0"))
