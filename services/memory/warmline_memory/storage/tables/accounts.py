"""Who may call, what they asked before, and what was done: tenants, keys, answers, the audit."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Identity, Index, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import LargeBinary, SmallInteger
from uuid_utils.compat import uuid7

from warmline_memory.storage.tables.registry import ENTERED_TENANT, Table


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
    preferences: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
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


class IdempotentAnswer(Table):
    """The first answer to an Idempotency-Key. Its row is claimed before the work and filled in the same transaction."""

    __tablename__ = "idempotent_answers"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True, server_default=ENTERED_TENANT)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (Index("idempotent_answers_by_age", "created_at"),)


class AuditEntry(Table):
    """What was done that cannot be seen any more in the rows themselves. It holds no content, and is never changed."""

    __tablename__ = "audit_entries"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), server_default=ENTERED_TENANT)
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    actor: Mapped[str]
    verb: Mapped[str]
    namespace: Mapped[str | None]
    details: Mapped[dict[str, Any]]

    __table_args__ = (Index("audit_entries_by_tenant", "tenant_id", "id"),)
