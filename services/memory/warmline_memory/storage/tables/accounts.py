"""Who may call, what they asked before, and what was done: tenants, keys, answers, the audit."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSON, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import BigInteger, LargeBinary, SmallInteger, String
from uuid_utils.compat import uuid7

from warmline_memory.storage.tables.registry import ENTERED_TENANT, NOTHING, Table, partial_index


class EmbeddingModel(Table):
    """A model that embeddings were made with. One is current; only its embeddings are searched."""

    __tablename__ = "embedding_models"

    id: Mapped[int] = mapped_column(SmallInteger, Identity(always=True), primary_key=True)
    name: Mapped[str]
    dimension: Mapped[int] = mapped_column(CheckConstraint("dimension BETWEEN 1 AND 16000"))
    is_current: Mapped[bool] = mapped_column(server_default=text("false"))
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        UniqueConstraint("name", "dimension"),
        partial_index("embedding_models_one_is_current", "is_current", "is_current", unique=True),
    )


class Tenant(Table):
    """Who pays: the owner of API keys."""

    __tablename__ = "tenants"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    name: Mapped[str] = mapped_column(unique=True)
    preferences: Mapped[dict[str, Any]] = mapped_column(server_default=NOTHING)
    # Set by the operator of the platform; the tenant itself may not.
    limits: Mapped[dict[str, Any]] = mapped_column(server_default=NOTHING)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ContentKey(Table):
    """A key that seals what a tenant's people said, itself sealed with the platform's keys. The highest number seals;
    with its tenant it is gone, and all that it sealed, wherever that is still kept."""

    __tablename__ = "content_keys"

    tenant_id: Mapped[UUID] = mapped_column(
        ForeignKey("tenants.id", ondelete="CASCADE"), primary_key=True, server_default=ENTERED_TENANT
    )
    number: Mapped[int] = mapped_column(SmallInteger, CheckConstraint("number >= 1"), primary_key=True)
    sealed: Mapped[str] = mapped_column(CheckConstraint("sealed <> ''"))
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ApiKey(Table):
    """A key of a tenant. Only its SHA-256 is stored; ``hint`` is its beginning, to tell keys apart."""

    __tablename__ = "api_keys"

    # Without the default of other tables: an administrator makes keys without entering a tenant.
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    name: Mapped[str]
    hint: Mapped[str]
    key_hash: Mapped[bytes] = mapped_column(LargeBinary, CheckConstraint("length(key_hash) = 32"), unique=True)
    kind: Mapped[str] = mapped_column(CheckConstraint("kind IN ('bot', 'reader', 'desk', 'admin')"))
    scopes: Mapped[list[str]] = mapped_column(ARRAY(String))
    # Patterns; ``*`` is for all. None would be for nothing, and is read as such nowhere, so there is always one.
    agents: Mapped[list[str]] = mapped_column(ARRAY(String), CheckConstraint("cardinality(agents) > 0"))
    namespaces: Mapped[list[str]] = mapped_column(ARRAY(String), CheckConstraint("cardinality(namespaces) > 0"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    replaces_id: Mapped[UUID | None]


class IdempotentAnswer(Table):
    """The first answer to an Idempotency-Key. Its row is claimed before the work and filled in the same transaction.

    ``namespaces`` are those that the answer may tell something of; it is forgotten with any of them.
    """

    __tablename__ = "idempotent_answers"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True, server_default=ENTERED_TENANT)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    # Null between claim and record, which are in one transaction: nobody else ever sees it so.
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    namespaces: Mapped[list[str]] = mapped_column(ARRAY(String), server_default=NOTHING)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (Index("idempotent_answers_by_age", "created_at"),)


class AuditEntry(Table):
    """Who did what, chained by hashes (``warmline_schemas.audit``). It holds no content. Nothing of it is ever changed
    but a namespace's name with its salt, which ``warmline_erase_from_audit`` takes out."""

    __tablename__ = "audit_entries"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True, server_default=ENTERED_TENANT)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    number: Mapped[int] = mapped_column(BigInteger, CheckConstraint("number >= 1"))
    at: Mapped[datetime]
    actor_kind: Mapped[str] = mapped_column(CheckConstraint("actor_kind IN ('key', 'operator', 'system')"))
    # No foreign key: an entry outlives the key and the operator.
    actor_id: Mapped[UUID | None]
    actor_name: Mapped[str]
    address: Mapped[str | None]
    verb: Mapped[str]
    namespace: Mapped[str | None]
    namespace_salt: Mapped[str | None]
    namespace_hash: Mapped[str | None]
    # As it was written and not as JSONB reads it: the hash covers it.
    details: Mapped[dict[str, Any]] = mapped_column(JSON(none_as_null=True))
    previous_hash: Mapped[str]
    hash: Mapped[str]

    __table_args__ = (UniqueConstraint("tenant_id", "number"),)

    @property
    def actor(self) -> dict[str, Any]:
        """Who did it, as the wire names it."""
        who = {"kind": self.actor_kind, "id": self.actor_id, "name": self.actor_name}
        return {**who, "address": self.address}
