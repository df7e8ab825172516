"""The work itself: sessions, and handoffs between them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    func,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import String
from uuid_utils.compat import uuid7

from warmline_memory.storage.tables.registry import ENTERED_TENANT, Table, partial_index
from warmline_schemas.handoffs import HandoffMode, HandoffState

UNDER_WAY = (HandoffState.REQUESTED, HandoffState.DRAFTED, HandoffState.READY, HandoffState.CLAIMED)
"""The states of a handoff that has neither been taken over nor come to nothing."""

_SQL_LIST = ", ".join(f"'{state}'" for state in UNDER_WAY)
_BREACH_AT = f"""
CASE
  WHEN state IN ({_SQL_LIST}) THEN accept_due_at
  WHEN state = 'accepted' AND first_reply_at IS NULL THEN LEAST(first_reply_due_at, resolve_due_at)
  WHEN state = 'accepted' THEN resolve_due_at
END"""
_WAKE_AT = """
CASE
  WHEN state IN ('ready', 'claimed', 'accepted')
    THEN LEAST(lease_until, offered_until, inquiry_due_at, snoozed_until, alarm_at)
END"""
_UNDER_WAY_SQL = f"state IN ({_SQL_LIST})"


def in_state(row: "type[Handoff]", *states: HandoffState) -> ColumnElement[bool]:
    """A condition on handoffs that names states as constants: only so a generic plan uses a partial index."""
    return row.state.in_([literal_column(f"'{state.value}'") for state in states])


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
        partial_index("sessions_first_of_chain", "id = chain_id", "tenant_id", "started_at"),
        Index("sessions_by_namespace", "tenant_id", "namespace", "id"),
        partial_index("sessions_by_handoff", "handoff_id IS NOT NULL", "tenant_id", "handoff_id"),
    )


class Handoff(Table):
    """Work going from a session to its target. The row is its own outbox: ``due_at`` says when to look at it.

    ``brief`` is a draft while the handoff is drafted; ``draft_revision`` grows with every change of a draft.
    ``holder`` holds it until ``lease_until``; ``token`` grows with every new holder (a fencing token). ``breach_at`` is
    the next promise that would be broken, ``wake_at`` when the desk must look at it again.
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
    reason_code: Mapped[str] = mapped_column(server_default=text("'other'"))
    urgency: Mapped[str] = mapped_column(server_default=text("'normal'"))
    language: Mapped[str | None]
    skills: Mapped[list[str]] = mapped_column(ARRAY(String), server_default=text("'{}'"))
    level: Mapped[int] = mapped_column(server_default=text("1"))
    holder: Mapped[str | None]
    token: Mapped[int] = mapped_column(server_default=text("0"))
    claimed_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    offered_to: Mapped[str | None]
    offered_until: Mapped[datetime | None]
    declined_by: Mapped[list[str]] = mapped_column(ARRAY(String), server_default=text("'{}'"))
    inquiry_due_at: Mapped[datetime | None]
    snoozed_until: Mapped[datetime | None]
    alarm_at: Mapped[datetime | None]
    accept_due_at: Mapped[datetime | None]
    first_reply_due_at: Mapped[datetime | None]
    resolve_due_at: Mapped[datetime | None]
    first_reply_at: Mapped[datetime | None]
    read_back: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    notice: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    returns_id: Mapped[UUID | None]
    redirected_from: Mapped[str | None]
    closed_as: Mapped[str | None]
    resolution: Mapped[str | None]
    breach_at: Mapped[datetime | None] = mapped_column(Computed(_BREACH_AT, persisted=True))
    wake_at: Mapped[datetime | None] = mapped_column(Computed(_WAKE_AT, persisted=True))
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
        ForeignKeyConstraint(["tenant_id", "returns_id"], ["handoffs.tenant_id", "handoffs.id"]),
        Index(
            "handoffs_one_under_way_per_session",
            "tenant_id",
            "source_session_id",
            unique=True,
            postgresql_where=text(f"{_UNDER_WAY_SQL} AND mode <> 'consult'"),
        ),
        partial_index("handoffs_waiting", "state IN ('ready', 'claimed')", "tenant_id", "target", "breach_at"),
        partial_index("handoffs_held", "state IN ('claimed', 'accepted')", "tenant_id", "holder"),
        partial_index("handoffs_to_wake", "wake_at IS NOT NULL", "wake_at"),
        partial_index("handoffs_by_returned", "returns_id IS NOT NULL", "tenant_id", "returns_id"),
        Index("handoffs_by_chain", "tenant_id", "chain_id", "id"),
        Index("handoffs_by_request", "tenant_id", "requested_at"),
        Index("handoffs_by_namespace", "tenant_id", "namespace", "id"),
        Index("handoffs_by_target_session", "tenant_id", "target_session_id"),
        Index("handoffs_by_source_session", "tenant_id", "source_session_id"),
        Index("handoffs_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )
