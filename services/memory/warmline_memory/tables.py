"""The tables. Each row carries its tenant; a transaction sees only the rows of the tenant that it has entered.

The rules that the database itself keeps are stated here and made by the migrations: no foreign key crosses tenants, a
chain has at most one open owner, a session at most one handoff under way, a handoff at most one remembered brief.
"""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from pgvector.sqlalchemy import HALFVEC
from sqlalchemy import Computed, ForeignKey, ForeignKeyConstraint, Identity, Index, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import REAL, DateTime, LargeBinary, SmallInteger
from uuid_utils.compat import uuid7

from warmline_schemas.handoffs import HandoffMode, HandoffState

UNDER_WAY = (HandoffState.REQUESTED, HandoffState.READY, HandoffState.CLAIMED)
"""The states of a handoff that has neither been taken over nor come to nothing."""

_UNDER_WAY_SQL = "state IN ({})".format(", ".join(f"'{state}'" for state in UNDER_WAY))


ENTERED_TENANT = text("warmline_tenant()")
"""A new row belongs to the tenant that its transaction has entered."""


class Table(DeclarativeBase):
    """The declarative registry."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: DateTime(timezone=True), dict[str, Any]: JSONB}


class EmbeddingModel(Table):
    """A model that embeddings were made with. One is current; only its embeddings are searched."""

    __tablename__ = "embedding_models"

    id: Mapped[int] = mapped_column(SmallInteger, Identity(always=True), primary_key=True)
    name: Mapped[str]
    dimension: Mapped[int]
    is_current: Mapped[bool] = mapped_column(server_default=text("false"))
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        UniqueConstraint("name", "dimension"),
        Index("embedding_models_one_is_current", "is_current", unique=True, postgresql_where=text("is_current")),
    )


class Tenant(Table):
    """Who pays: the owner of API keys."""

    __tablename__ = "tenants"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    name: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ApiKey(Table):
    """A key of a tenant. Only its SHA-256 is stored; ``hint`` is its beginning, to tell keys apart."""

    __tablename__ = "api_keys"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), index=True)
    name: Mapped[str]
    hint: Mapped[str]
    key_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


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
    )


class Handoff(Table):
    """Work going from a session to its target. The row is its own outbox: ``due_at`` says when to look at it."""

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


class Memory(Table):
    """One thing worth keeping. ``ordinal`` counts within its session, without gaps, in the order of commits."""

    __tablename__ = "memories"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), server_default=ENTERED_TENANT)
    namespace: Mapped[str]
    session_id: Mapped[UUID | None]
    chain_id: Mapped[UUID | None]
    ordinal: Mapped[int | None]
    handoff_id: Mapped[UUID | None]
    agent: Mapped[str | None]
    kind: Mapped[str]
    role: Mapped[str | None]
    content: Mapped[str]
    importance: Mapped[float] = mapped_column(REAL)
    importance_estimated: Mapped[bool]
    slot: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    action: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    custom: Mapped[dict[str, Any]] = mapped_column("metadata", JSONB)
    event_time: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    embedding_model_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("embedding_models.id"))
    embedding: Mapped[Any] = mapped_column(HALFVEC(), deferred=True)
    tsv: Mapped[Any] = mapped_column(
        TSVECTOR, Computed("to_tsvector('english', content)", persisted=True), deferred=True
    )

    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "session_id"], ["sessions.tenant_id", "sessions.id"]),
        ForeignKeyConstraint(["tenant_id", "chain_id"], ["sessions.tenant_id", "sessions.id"]),
        ForeignKeyConstraint(["tenant_id", "handoff_id"], ["handoffs.tenant_id", "handoffs.id"]),
        UniqueConstraint("tenant_id", "session_id", "ordinal"),
        UniqueConstraint("tenant_id", "handoff_id"),
        Index("memories_by_namespace", "tenant_id", "namespace", "id"),
        Index("memories_by_importance", "tenant_id", "namespace", text("importance DESC"), text("event_time DESC")),
        Index("memories_by_chain", "tenant_id", "chain_id", "id"),
    )


class IdempotentAnswer(Table):
    """The first answer to an Idempotency-Key. Its row is claimed before the work and filled in the same transaction."""

    __tablename__ = "idempotent_answers"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True, server_default=ENTERED_TENANT)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (Index("idempotent_answers_by_age", "created_at"),)
