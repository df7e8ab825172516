"""Shift changes: rotas, and the sheets that are signed and taken over. A sheet names handoffs, and quotes none."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from warmline_memory.storage.tables.registry import ENTERED_TENANT, Table, partial_index


class Rota(Table):
    """Who is on duty and when, as the tenant wrote it. ``wake_at`` is when its next sheet is to be made."""

    __tablename__ = "rotas"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True, server_default=ENTERED_TENANT)
    name: Mapped[str] = mapped_column(primary_key=True)
    written: Mapped[dict[str, Any]]
    written_at: Mapped[datetime] = mapped_column(server_default=func.now())
    wake_at: Mapped[datetime | None]

    __table_args__ = (partial_index("rotas_to_wake", "wake_at IS NOT NULL", "wake_at"),)


class Sheet(Table):
    """What one person leaves to the next at the end of a shift. ``wake_at`` is when the worker looks at it again."""

    __tablename__ = "sheets"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), server_default=ENTERED_TENANT)
    rota: Mapped[str | None]
    outgoing: Mapped[str]
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime]
    due_at: Mapped[datetime]
    drafted_at: Mapped[datetime] = mapped_column(server_default=func.now())
    signed_at: Mapped[datetime | None]
    signed_by: Mapped[str | None]
    signed_to: Mapped[str | None]
    acknowledged_by: Mapped[str | None]
    overdue_told_at: Mapped[datetime | None]
    taken_over_at: Mapped[datetime | None]
    wake_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("tenant_id", "rota", "outgoing", "ends_at"),
        partial_index("sheets_to_wake", "wake_at IS NOT NULL", "wake_at"),
        Index("sheets_by_outgoing", "tenant_id", "outgoing", "id"),
    )


class SheetItem(Table):
    """A handoff on a signed sheet. ``owned`` ones go over by another handoff, ``passed_id``; the rest waited then.

    How an item stands is read from its handoffs. ``told_at`` is when its acknowledgement was written as an event.
    """

    __tablename__ = "sheet_items"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True, server_default=ENTERED_TENANT)
    sheet_id: Mapped[UUID] = mapped_column(primary_key=True)
    handoff_id: Mapped[UUID] = mapped_column(primary_key=True)
    owned: Mapped[bool]
    receiver: Mapped[str | None]
    passed_id: Mapped[UUID | None]
    declined_by: Mapped[str | None]
    told_at: Mapped[datetime | None]

    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "sheet_id"], ["sheets.tenant_id", "sheets.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["tenant_id", "handoff_id"], ["handoffs.tenant_id", "handoffs.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["tenant_id", "passed_id"], ["handoffs.tenant_id", "handoffs.id"], ondelete="CASCADE"),
        Index("sheet_items_by_handoff", "tenant_id", "handoff_id"),
        Index("sheet_items_by_passed", "tenant_id", "passed_id"),
    )
