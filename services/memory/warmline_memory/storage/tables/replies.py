"""What is said to customers, on its way."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from warmline_memory.storage.tables.registry import ENTERED_TENANT, Table, one_of, partial_index, rule
from warmline_schemas.customers.messages import ReplyState


class Reply(Table):
    """How far a memory got that was said to a customer. ``alarm_at`` is when it is an alarm that nobody delivered it;
    ``is_late`` that it was one."""

    __tablename__ = "replies"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True, server_default=ENTERED_TENANT)
    memory_id: Mapped[UUID] = mapped_column(primary_key=True)
    namespace: Mapped[str]
    state: Mapped[str] = mapped_column(one_of("state", ReplyState), server_default=text("'saved'"))
    problem: Mapped[str | None]
    alarm_at: Mapped[datetime | None]
    is_late: Mapped[bool] = mapped_column(server_default=text("false"))

    __table_args__ = (
        rule("replies_fail_for_a_reason", "problem IS NULL OR state = 'failed'"),
        ForeignKeyConstraint(["tenant_id", "memory_id"], ["memories.tenant_id", "memories.id"], ondelete="CASCADE"),
        partial_index("replies_to_alarm", "alarm_at IS NOT NULL", "alarm_at"),
    )
