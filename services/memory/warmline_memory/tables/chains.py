"""The work itself: sessions, handoffs between them, and claims on those."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from warmline_memory.tables.registry import ENTERED_TENANT, Table, partial_index
from warmline_schemas.handoffs import HandoffMode, HandoffState

UNDER_WAY = (HandoffState.REQUESTED, HandoffState.DRAFTED, HandoffState.READY, HandoffState.CLAIMED)
"""The states of a handoff that has neither been taken over nor come to nothing."""

_UNDER_WAY_SQL = "state IN ({})".format(", ".join(f"'{state}'" for state in UNDER_WAY))


class Session(Table):
    """One agent's stretch of work. ``memory_count`` numbers its memories; raising it locks the row until commit."""

    __tablename__ = "sessions"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), server_default=ENTERED_TENANT)
    chain_id: Mapped[UUID]
    namespace: Mapped[str]
    agent: Mapped[str]
    owns_conversation: Mapped[bool]
    handoff_id: Mapped[UUID | None]
    custom: Mapped[dict[str, Any]] = mapped_column("metadata", JSONB)
    memory_count: Mapped[int] = mapped_column(server_default=text("0"))
    started_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ended_at: Mapped[datetime | None]
    ended_reason: Mapped[str | None]

    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        ForeignKeyConstraint(["tenant_id", "chain_id"], ["sessions.tenant_id", "sessions.id"]),
        ForeignKeyConstraint(
            ["tenant_id", "handoff_id"],
            ["handoffs.tenant_id", "handoffs.id"],
            name="sessions_started_from_handoff",
            use_alter=True,
        ),
        Index(
            "sessions_one_owner_per_chain",
            "tenant_id",
            "chain_id",
            unique=True,
            postgresql_where=text("owns_conversation AND ended_at IS NULL"),
        ),
        Index("sessions_by_chain", "tenant_id", "chain_id", "id"),
        Index("sessions_by_namespace", "tenant_id", "namespace", "id"),
        partial_index("sessions_by_handoff", "handoff_id IS NOT NULL", "tenant_id", "handoff_id"),
    )


class Handoff(Table):
    """Work going from a session to its target. The row is its own outbox: ``due_at`` says when to look at it.

    ``brief`` is a draft while the handoff is drafted; ``draft_revision`` grows with every change of a draft.
    """

    __tablename__ = "handoffs"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), server_default=ENTERED_TENANT)
    chain_id: Mapped[UUID]
    namespace: Mapped[str]
    state: Mapped[str] = mapped_column(default=HandoffState.REQUESTED)
    mode: Mapped[str] = mapped_column(default=HandoffMode.COLD)
    source_session_id: Mapped[UUID]
    source_agent: Mapped[str]
    target: Mapped[str]
    reason: Mapped[str]
    goal: Mapped[str | None]
    hop: Mapped[int]
    template: Mapped[str | None]
    review: Mapped[bool] = mapped_column(server_default=text("false"))
    refuse_vague: Mapped[bool] = mapped_column(server_default=text("false"))
    draft_revision: Mapped[int | None]
    target_session_id: Mapped[UUID | None]
    brief: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True), deferred=True)
    cut_ordinal: Mapped[int | None]
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    problem: Mapped[str | None]
    due_at: Mapped[datetime | None]
    custom: Mapped[dict[str, Any]] = mapped_column("metadata", JSONB)
    requested_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ready_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        ForeignKeyConstraint(["tenant_id", "source_session_id"], ["sessions.tenant_id", "sessions.id"]),
        ForeignKeyConstraint(["tenant_id", "target_session_id"], ["sessions.tenant_id", "sessions.id"]),
        ForeignKeyConstraint(["tenant_id", "chain_id"], ["sessions.tenant_id", "sessions.id"]),
        Index(
            "handoffs_one_under_way_per_session",
            "tenant_id",
            "source_session_id",
            unique=True,
            postgresql_where=text(_UNDER_WAY_SQL),
        ),
        Index("handoffs_by_chain", "tenant_id", "chain_id", "id"),
        Index("handoffs_by_namespace", "tenant_id", "namespace", "id"),
        Index("handoffs_by_target_session", "tenant_id", "target_session_id"),
        Index("handoffs_by_source_session", "tenant_id", "source_session_id"),
        Index("handoffs_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )


class Claim(Table):
    """Who holds a handoff, and until when. ``token`` grows with every new holder (a fencing token)."""

    __tablename__ = "claims"

    handoff_id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), server_default=ENTERED_TENANT)
    agent: Mapped[str]
    token: Mapped[int]
    claimed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "handoff_id"], ["handoffs.tenant_id", "handoffs.id"], ondelete="CASCADE"),
        Index("claims_by_expiry", "expires_at"),
    )
