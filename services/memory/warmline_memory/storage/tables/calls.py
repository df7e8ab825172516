"""What was asked of language models, for the accounts. No contents."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, func
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from warmline_memory.storage.tables.registry import ENTERED_TENANT, Table


class SummaryCall(Table):
    """One call for help with a brief. It stays when its handoff is forgotten, and goes with its tenant."""

    __tablename__ = "summary_calls"

    tenant_id: Mapped[UUID] = mapped_column(
        ForeignKey("tenants.id", ondelete="CASCADE"), primary_key=True, server_default=ENTERED_TENANT
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    # No foreign key: what a call cost stays known when its handoff is forgotten.
    handoff_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    model: Mapped[str]
    outcome: Mapped[str]
    tokens_in: Mapped[int] = mapped_column(CheckConstraint("tokens_in >= 0"))
    tokens_out: Mapped[int] = mapped_column(CheckConstraint("tokens_out >= 0"))
    cost: Mapped[Decimal | None] = mapped_column(CheckConstraint("cost >= 0"))
    seconds: Mapped[float] = mapped_column(CheckConstraint("seconds >= 0"))

    __table_args__ = (Index("summary_calls_by_time", "tenant_id", "at"),)
