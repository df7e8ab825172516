"""The work itself: sessions, and handoffs between them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    func,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import String
from uuid_utils.compat import uuid7

from warmline_memory.storage.sealed_columns import SealedJsonb, SealedText, SealedTree
from warmline_memory.storage.tables.registry import (
    ENTERED_TENANT,
    NOTHING,
    Table,
    one_of,
    partial_index,
    rule,
    sql_list,
)
from warmline_memory.storage.tables.states import UNDER_WAY
from warmline_schemas.handoffs import ClosedAs, HandoffMode, HandoffState, Urgency
from warmline_schemas.sessions import EndReason

# Computed by the database, so that no write of a promise or of a state can forget them, and so that they are indexed.
_BREACH_AT = f"""
CASE
  WHEN state IN ({sql_list(UNDER_WAY)}) THEN accept_due_at
  WHEN state = 'accepted' AND first_reply_at IS NULL THEN LEAST(first_reply_due_at, resolve_due_at)
  WHEN state = 'accepted' THEN resolve_due_at
END"""
_WAKE_AT = """
CASE
  WHEN state IN ('ready', 'claimed', 'accepted')
    THEN LEAST(lease_until, offered_until, inquiry_due_at, snoozed_until, alarm_at)
END"""

# The database looks for the memories that a brief cites and for the lines of a section. These members hold no words of
# anybody's; every other one does, or may one day.
_CODES = ("code", "fell_back_because", "language", "name", "origin", "outcome", "section", "support", "template")
_COUNTS = ("bar", "continues", "edited", "memories_read", "passed", "score", "weighs", "words", "written_by")
_TIMES_AND_IDS = ("cut_at", "dates", "memory_ids", "overtaken", "said_at")
BRIEF = SealedTree(
    "handoffs.brief",
    plain=frozenset((*_CODES, *_COUNTS, *_TIMES_AND_IDS)),
    within=frozenset(("headline", "sections", "lines", "actions", "quality", "findings", "pressing", "summary")),
)


def in_state(row: "type[Handoff]", *states: HandoffState) -> ColumnElement[bool]:
    """A condition on handoffs that names states as constants: only so a generic plan uses a partial index."""
    return row.state.in_([literal_column(f"'{state.value}'") for state in states])


class Session(Table):
    """One agent's stretch of work. ``memory_count`` numbers its memories; raising it locks the row until commit.

    ``speaker`` is a person who answered the customer elsewhere and speaks for the session until ``speaks_until``, or
    for good where that is null. ``earlier_chain_id`` is the ended chain that the first session of a new one goes on
    from.
    """

    __tablename__ = "sessions"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True, server_default=ENTERED_TENANT)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    chain_id: Mapped[UUID]
    namespace: Mapped[str]
    agent: Mapped[str]
    owns_conversation: Mapped[bool]
    handoff_id: Mapped[UUID | None]
    custom: Mapped[dict[str, Any]] = mapped_column("metadata", JSONB)
    memory_count: Mapped[int] = mapped_column(CheckConstraint("memory_count >= 0"), server_default=text("0"))
    started_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ended_at: Mapped[datetime | None]
    ended_reason: Mapped[str | None] = mapped_column(one_of("ended_reason", EndReason))
    outcome: Mapped[str | None] = mapped_column(SealedText("sessions.outcome"))
    speaker: Mapped[str | None]
    speaks_until: Mapped[datetime | None]
    earlier_chain_id: Mapped[UUID | None]

    __table_args__ = (
        rule("sessions_end_for_a_reason", "(ended_at IS NULL) = (ended_reason IS NULL)"),
        ForeignKeyConstraint(["tenant_id", "chain_id"], ["sessions.tenant_id", "sessions.id"]),
        ForeignKeyConstraint(
            ["tenant_id", "handoff_id"],
            ["handoffs.tenant_id", "handoffs.id"],
            name="sessions_started_from_handoff",
            # Sessions and handoffs refer to each other, so one of the two comes after both tables.
            use_alter=True,
        ),
        # Who owns the conversation is decided by this index: of two who start at once one fails.
        partial_index(
            "sessions_one_owner_per_chain",
            "owns_conversation AND ended_at IS NULL",
            "tenant_id",
            "chain_id",
            unique=True,
        ),
        Index("sessions_by_chain", "tenant_id", "chain_id", "id"),
        partial_index("sessions_first_of_chain", "id = chain_id", "tenant_id", "started_at"),
        Index("sessions_by_namespace", "tenant_id", "namespace", "id"),
        Index("sessions_by_agent", "tenant_id", "agent", "id"),
        partial_index("sessions_by_handoff", "handoff_id IS NOT NULL", "tenant_id", "handoff_id"),
        partial_index("sessions_by_earlier_chain", "earlier_chain_id IS NOT NULL", "tenant_id", "earlier_chain_id"),
    )


class Handoff(Table):
    """Work going from a session to its target. The row is its own outbox: ``due_at`` says when to look at it.

    ``brief`` is a draft while the handoff is drafted; ``draft_revision`` grows with every change of a draft.
    ``holder`` holds it until ``lease_until``; ``token`` grows with every new holder (a fencing token). ``breach_at`` is
    the next promise that would be broken, ``wake_at`` when the desk must look at it again.
    """

    __tablename__ = "handoffs"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True, server_default=ENTERED_TENANT)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    chain_id: Mapped[UUID]
    namespace: Mapped[str]
    state: Mapped[str] = mapped_column(one_of("state", HandoffState), default=HandoffState.REQUESTED)
    mode: Mapped[str] = mapped_column(one_of("mode", HandoffMode), default=HandoffMode.COLD)
    source_session_id: Mapped[UUID]
    source_agent: Mapped[str]
    target: Mapped[str]
    reason: Mapped[str] = mapped_column(SealedText("handoffs.reason"))
    goal: Mapped[str | None] = mapped_column(SealedText("handoffs.goal"))
    hop: Mapped[int] = mapped_column(CheckConstraint("hop >= 1"))
    template: Mapped[str | None]
    review: Mapped[bool] = mapped_column(server_default=text("false"))
    refuse_vague: Mapped[bool] = mapped_column(server_default=text("false"))
    draft_revision: Mapped[int | None] = mapped_column(CheckConstraint("draft_revision >= 1"))
    # Whoever changed the draft, so that somebody else can be wanted to confirm it.
    edited_by: Mapped[list[str]] = mapped_column(ARRAY(String), server_default=NOTHING)
    target_session_id: Mapped[UUID | None]
    # Deferred, since lists of handoffs do not show it and it is by far the largest column.
    brief: Mapped[dict[str, Any] | None] = mapped_column(BRIEF, deferred=True)
    # An object, or a text: free Markdown. It is read once, when the brief is written.
    account: Mapped[dict[str, Any] | str | None] = mapped_column(SealedJsonb("handoffs.account"), deferred=True)
    cut_ordinal: Mapped[int | None]
    reason_code: Mapped[str] = mapped_column(server_default=text("'other'"))
    urgency: Mapped[str] = mapped_column(one_of("urgency", Urgency), server_default=text("'normal'"))
    # Otherwise the brief says it, by the words of the session.
    urgency_given: Mapped[bool] = mapped_column(server_default=text("true"))
    language: Mapped[str | None]
    skills: Mapped[list[str]] = mapped_column(ARRAY(String), server_default=NOTHING)
    level: Mapped[int] = mapped_column(CheckConstraint("level >= 1"), server_default=text("1"))
    holder: Mapped[str | None]
    token: Mapped[int] = mapped_column(CheckConstraint("token >= 0"), server_default=text("0"))
    claimed_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    # When its holder last said that it is still there.
    heartbeat_at: Mapped[datetime | None]
    offered_to: Mapped[str | None]
    offered_until: Mapped[datetime | None]
    declined_by: Mapped[list[str]] = mapped_column(ARRAY(String), server_default=NOTHING)
    inquiry_due_at: Mapped[datetime | None]
    snoozed_until: Mapped[datetime | None]
    alarm_at: Mapped[datetime | None]
    accept_due_at: Mapped[datetime | None]
    first_reply_due_at: Mapped[datetime | None]
    resolve_due_at: Mapped[datetime | None]
    first_reply_at: Mapped[datetime | None]
    read_back: Mapped[dict[str, Any] | None] = mapped_column(SealedJsonb("handoffs.read_back"))
    notice: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    returns_id: Mapped[UUID | None]
    redirected_from: Mapped[str | None]
    closed_as: Mapped[str | None] = mapped_column(one_of("closed_as", ClosedAs))
    resolution: Mapped[str | None] = mapped_column(SealedText("handoffs.resolution"))
    breach_at: Mapped[datetime | None] = mapped_column(Computed(_BREACH_AT, persisted=True))
    wake_at: Mapped[datetime | None] = mapped_column(Computed(_WAKE_AT, persisted=True))
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    problem: Mapped[str | None] = mapped_column(SealedText("handoffs.problem"))
    # The span of the request that asked for the brief, as W3C's Trace Context writes it.
    traceparent: Mapped[str | None]
    due_at: Mapped[datetime | None]
    custom: Mapped[dict[str, Any]] = mapped_column("metadata", JSONB)
    requested_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ready_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        rule("handoffs_due_while_requested", "(due_at IS NOT NULL) = (state = 'requested')"),
        rule(
            "handoffs_ready_with_a_brief",
            "state NOT IN ('ready', 'claimed', 'accepted') OR (brief IS NOT NULL AND ready_at IS NOT NULL)",
        ),
        rule(
            "handoffs_drafted_with_a_draft",
            "state <> 'drafted' "
            "OR (review AND brief IS NOT NULL AND cut_ordinal IS NOT NULL AND draft_revision IS NOT NULL)",
        ),
        rule("handoffs_ready_held_by_nobody", "state <> 'ready' OR (holder IS NULL AND lease_until IS NULL)"),
        rule(
            "handoffs_claimed_by_somebody",
            "state <> 'claimed' OR (holder IS NOT NULL AND lease_until IS NOT NULL AND token > 0)",
        ),
        rule(
            "handoffs_accepted_into_a_session",
            "state <> 'accepted' OR (target_session_id IS NOT NULL AND accepted_at IS NOT NULL)",
        ),
        rule("handoffs_over_at_a_time", "(closed_at IS NOT NULL) = (state IN ('closed', 'cancelled', 'failed'))"),
        rule("handoffs_closed_as_something", "closed_as IS NULL OR state = 'closed'"),
        rule("handoffs_offered_until_a_time", "(offered_to IS NULL) = (offered_until IS NULL)"),
        ForeignKeyConstraint(["tenant_id", "source_session_id"], ["sessions.tenant_id", "sessions.id"]),
        ForeignKeyConstraint(["tenant_id", "target_session_id"], ["sessions.tenant_id", "sessions.id"]),
        ForeignKeyConstraint(["tenant_id", "chain_id"], ["sessions.tenant_id", "sessions.id"]),
        ForeignKeyConstraint(["tenant_id", "returns_id"], ["handoffs.tenant_id", "handoffs.id"]),
        # A consultation takes nothing over, so any number of them may be under way.
        partial_index(
            "handoffs_one_under_way_per_session",
            f"state IN ({sql_list(UNDER_WAY)}) AND mode <> 'consult'",
            "tenant_id",
            "source_session_id",
            unique=True,
        ),
        # The lists of the desk, and the sweep. Most handoffs are closed, so indexes of the others stay small.
        partial_index("handoffs_waiting", "state IN ('ready', 'claimed')", "tenant_id", "target", "breach_at"),
        # For counts over all tenants. Its condition is not on the state, or it would be taken for the lists above.
        partial_index("handoffs_open", "closed_at IS NULL OR state = 'failed'", "state"),
        partial_index("handoffs_held", "state IN ('claimed', 'accepted')", "tenant_id", "holder"),
        partial_index("handoffs_to_wake", "wake_at IS NOT NULL", "wake_at"),
        partial_index("handoffs_by_returned", "returns_id IS NOT NULL", "tenant_id", "returns_id"),
        Index("handoffs_by_chain", "tenant_id", "chain_id", "id"),
        Index("handoffs_by_request", "tenant_id", "requested_at"),
        Index("handoffs_by_namespace", "tenant_id", "namespace", "id"),
        Index("handoffs_by_target_session", "tenant_id", "target_session_id"),
        Index("handoffs_by_source_session", "tenant_id", "source_session_id"),
        partial_index("handoffs_due", "due_at IS NOT NULL", "tenant_id", "due_at"),
    )
