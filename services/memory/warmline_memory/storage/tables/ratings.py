"""What customers said of how they were served."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, SmallInteger, func
from sqlalchemy.orm import Mapped, mapped_column

from warmline_memory.storage.tables.registry import ENTERED_TENANT, Table, rule


class Rating(Table):
    """That a customer was asked how it was once a handoff was resolved, and the number that they answered."""

    __tablename__ = "ratings"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True, server_default=ENTERED_TENANT)
    handoff_id: Mapped[UUID] = mapped_column(primary_key=True)
    chain_id: Mapped[UUID]
    score: Mapped[int | None] = mapped_column(SmallInteger, CheckConstraint("score BETWEEN 1 AND 5"))
    asked_at: Mapped[datetime] = mapped_column(server_default=func.now())
    answered_at: Mapped[datetime | None]

    __table_args__ = (
        rule("ratings_answered_at_a_time", "(score IS NULL) = (answered_at IS NULL)"),
        ForeignKeyConstraint(["tenant_id", "handoff_id"], ["handoffs.tenant_id", "handoffs.id"], ondelete="CASCADE"),
        Index("ratings_by_chain", "tenant_id", "chain_id", "asked_at"),
    )
