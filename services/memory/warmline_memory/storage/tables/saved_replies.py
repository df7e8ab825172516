"""Texts that people who answer customers use again and again."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from warmline_memory.storage.tables.registry import ENTERED_TENANT, Table


class SavedReply(Table):
    """A saved reply of a tenant, as it was written."""

    __tablename__ = "saved_replies"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True, server_default=ENTERED_TENANT)
    name: Mapped[str] = mapped_column(CheckConstraint("name ~ '^[a-z0-9][a-z0-9_.-]{0,63}$'"), primary_key=True)
    written: Mapped[dict[str, Any]]
    written_at: Mapped[datetime] = mapped_column(server_default=func.now())
