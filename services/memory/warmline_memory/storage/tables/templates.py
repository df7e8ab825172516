"""Templates that tenants wrote. Built-in ones come with the code, and are no rows."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from warmline_memory.storage.tables.registry import ENTERED_TENANT, Table


class Template(Table):
    """A template of a tenant, as it was written; one of a built-in's name takes its place for that tenant."""

    __tablename__ = "templates"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True, server_default=ENTERED_TENANT)
    name: Mapped[str] = mapped_column(CheckConstraint("name ~ '^[a-z][a-z0-9-]{0,63}$'"), primary_key=True)
    written: Mapped[dict[str, Any]]
    written_at: Mapped[datetime] = mapped_column(server_default=func.now())
