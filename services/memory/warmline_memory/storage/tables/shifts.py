"""Shift changes: rotas, and the sheets that are signed and taken over. A sheet names handoffs, and quotes none."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import LargeBinary
from uuid_utils.compat import uuid7

from warmline_memory.storage.tables.registry import ENTERED_TENANT, Table, partial_index, rule


class Rota(Table):
    """Who is on duty and when, as the tenant wrote it. ``wake_at`` is when its next sheet is to be made."""

    __tablename__ = "rotas"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True, server_default=ENTERED_TENANT)
    name: Mapped[str] = mapped_column(CheckConstraint("name ~ '^[a-z0-9][a-z0-9_.-]{0,63}$'"), primary_key=True)
    written: Mapped[dict[str, Any]]
    written_at: Mapped[datetime] = mapped_column(server_default=func.now())
    wake_at: Mapped[datetime | None]

    __table_args__ = (partial_index("rotas_to_wake", "wake_at IS NOT NULL", "wake_at"),)


class Sheet(Table):
    """What one person leaves to the next at the end of a shift. ``wake_at`` is when the worker looks at it again."""

    __tablename__ = "sheets"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True, server_default=ENTERED_TENANT)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    rota: Mapped[str | None]
    outgoing: Mapped[str] = mapped_column(CheckConstraint("outgoing LIKE 'human:_%'"))
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
        rule("sheets_due_after_the_shift", "due_at >= ends_at"),
        rule("sheets_signed_to_somebody_else", "signed_to <> outgoing"),
        rule("sheets_signed_by_somebody", "(signed_at IS NULL) = (signed_by IS NULL)"),
        rule(
            "sheets_signed_before_anything_else",
            "signed_at IS NOT NULL OR (signed_to IS NULL AND acknowledged_by IS NULL AND taken_over_at IS NULL)",
        ),
        # The worker may make the sheet of a shift twice, and then finds it there.
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
        rule(
            "sheet_items_of_others_are_only_shown",
            "owned OR (receiver IS NULL AND passed_id IS NULL AND declined_by IS NULL AND told_at IS NULL)",
        ),
        rule("sheet_items_go_to_somebody", "NOT owned OR receiver IS NOT NULL"),
        ForeignKeyConstraint(["tenant_id", "sheet_id"], ["sheets.tenant_id", "sheets.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["tenant_id", "handoff_id"], ["handoffs.tenant_id", "handoffs.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["tenant_id", "passed_id"], ["handoffs.tenant_id", "handoffs.id"], ondelete="CASCADE"),
        Index("sheet_items_by_handoff", "tenant_id", "handoff_id"),
        Index("sheet_items_by_passed", "tenant_id", "passed_id"),
    )


class CalendarLink(Table):
    """The address at which calendar programs read a rota. Only the SHA-256 of its token is stored."""

    __tablename__ = "calendar_links"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True, server_default=ENTERED_TENANT)
    rota: Mapped[str] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, CheckConstraint("length(token_hash) = 32"), unique=True)
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "rota"], ["rotas.tenant_id", "rotas.name"], ondelete="CASCADE"),
    )
