"""What the holders of handoffs ask the sources."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, func
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from warmline_memory.storage.sealed_columns import SealedText
from warmline_memory.storage.tables.registry import ENTERED_TENANT, Table, rule


class Inquiry(Table):
    """What the holder of a handoff asks its source, and the answer."""

    __tablename__ = "inquiries"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True, server_default=ENTERED_TENANT)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    handoff_id: Mapped[UUID]
    asked_by: Mapped[str]
    question: Mapped[str] = mapped_column(SealedText("inquiries.question"), CheckConstraint("question <> ''"))
    asked_at: Mapped[datetime] = mapped_column(server_default=func.now())
    due_at: Mapped[datetime]
    answered_by: Mapped[str | None]
    answer: Mapped[str | None] = mapped_column(SealedText("inquiries.answer"))
    answered_at: Mapped[datetime | None]

    __table_args__ = (
        rule(
            "inquiries_answered_as_a_whole",
            "(answer IS NULL) = (answered_at IS NULL) AND (answer IS NULL) = (answered_by IS NULL)",
        ),
        ForeignKeyConstraint(["tenant_id", "handoff_id"], ["handoffs.tenant_id", "handoffs.id"], ondelete="CASCADE"),
        Index("inquiries_by_handoff", "tenant_id", "handoff_id", "id"),
    )
