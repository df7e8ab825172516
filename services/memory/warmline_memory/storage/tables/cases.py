"""What people make of cases: tags on them, and views of their lists."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from warmline_memory.storage.tables.registry import ENTERED_TENANT, Table


class CaseTag(Table):
    """A tag on a case, which is a chain; it goes with its first session."""

    __tablename__ = "case_tags"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True, server_default=ENTERED_TENANT)
    chain_id: Mapped[UUID] = mapped_column(primary_key=True)
    tag: Mapped[str] = mapped_column(CheckConstraint("length(tag) BETWEEN 1 AND 40"), primary_key=True)
    namespace: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "chain_id"], ["sessions.tenant_id", "sessions.id"], ondelete="CASCADE"),
        Index("case_tags_by_tag", "tenant_id", "tag", "chain_id"),
    )


class SavedView(Table):
    """A view that an operator saved: which list is shown, what of it and in what order, as the address of its page has
    it."""

    __tablename__ = "saved_views"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True, server_default=ENTERED_TENANT)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    operator_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(CheckConstraint("length(name) BETWEEN 1 AND 60"))
    shown: Mapped[dict[str, Any]]
    is_shared: Mapped[bool] = mapped_column(server_default=text("false"))
    at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        UniqueConstraint("tenant_id", "operator_id", "name"),
        ForeignKeyConstraint(["tenant_id", "operator_id"], ["operators.tenant_id", "operators.id"], ondelete="CASCADE"),
    )
