"""What is kept: memories, consolidations of them, and which of them corrects which."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    UniqueConstraint,
    Uuid,
    and_,
    cast,
    func,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import REAL, BigInteger, LargeBinary, SmallInteger
from uuid_utils.compat import uuid7

from warmline_memory.storage.sealed_columns import SealedJson, SealedMember, SealedText
from warmline_memory.storage.tables.registry import ENTERED_TENANT, Table, one_of, partial_index, rule
from warmline_memory.storage.vectors import HalfVectors
from warmline_schemas.memories import Role

INDEXED_DIMENSIONS = (384, 768, 1024)
"""Embeddings of these lengths have an index; namespaces with others are scanned, however large they are."""
MARK_LENGTH = 32
BY_CHANGE = "C"
"""The collation by which a statement that asks what has changed compares namespaces. Only the index of changes has it,
so that no plan takes another one."""


def marked(dimension: int) -> str:
    """The SQL expression that is indexed by meaning: the embedding, and then the mark of the namespace.

    The mark (``warmline_mark``: random signs, a fifth of the whole's squared length) moves the namespaces apart. What
    is near to an embedding with its own mark is nearly always of the same namespace, so that one index serves many
    namespaces as if each had its own.
    """
    return f"(embedding || warmline_mark(tenant_id, namespace))::halfvec({dimension + MARK_LENGTH})"


# Ranking reads a card of 59 bytes of each memory in place of ten columns. ``scanning.CARD`` reads it, so both change
# together, by a migration.
CARD = (
    "uuid_send(id) || uuid_send(coalesce(session_id, '00000000-0000-0000-0000-000000000000'::uuid)) "
    "|| timestamptz_send(event_time) || float4send(importance) || int4send(coalesce(ordinal, 0)) "
    "|| int4send(octet_length(terms) / 8) || int4send(times_recalled) "
    "|| boolsend(importance_estimated) || boolsend(pinned OR handoff_id IS NOT NULL) "
    "|| boolsend(consolidation_id IS NOT NULL)"
)


class Memory(Table):
    """One thing worth keeping. ``ordinal`` grows within its session in the order of commits.

    ``terms`` are the 64-bit hashes of its words, little-endian, one after the other, and ``card`` is what else ranking
    needs to know of it, in the order of ``scanning.CARD``. ``action`` is stored as it was written, since the order
    of its arguments says something. ``indexed_terms`` holds them once
    more, as soon as the memory stands in the indexes that serve large namespaces; until then it is found by a scan.
    ``changed_in`` is the transaction that changed the row last, which a trigger notes.
    ``fingerprint`` is the same for exact duplicates, and null where each one counts. A memory with a
    ``consolidation_id`` is represented by the one that its consolidation kept.
    """

    __tablename__ = "memories"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True, server_default=ENTERED_TENANT)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    namespace: Mapped[str]
    session_id: Mapped[UUID | None]
    chain_id: Mapped[UUID | None]
    ordinal: Mapped[int | None] = mapped_column(CheckConstraint("ordinal >= 1"))
    handoff_id: Mapped[UUID | None]
    agent: Mapped[str | None]
    kind: Mapped[str]
    role: Mapped[str | None] = mapped_column(one_of("role", Role))
    external_id: Mapped[str | None]
    content: Mapped[str] = mapped_column(SealedText("memories.content"), CheckConstraint("content <> ''"))
    importance: Mapped[float] = mapped_column(REAL, CheckConstraint("importance BETWEEN 0 AND 1"))
    importance_estimated: Mapped[bool]
    pinned: Mapped[bool] = mapped_column(server_default=text("false"))
    slot: Mapped[dict[str, Any] | None] = mapped_column(SealedMember("memories.slot", "value"))
    slot_name: Mapped[str | None] = mapped_column(Computed("slot ->> 'name'", persisted=True))
    action: Mapped[dict[str, Any] | None] = mapped_column(SealedJson("memories.action"))
    custom: Mapped[dict[str, Any]] = mapped_column("metadata", JSONB)
    event_time: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime | None]
    # From here on columns are deferred that no caller sees: a page of memories must not load their embeddings.
    fingerprint: Mapped[bytes | None] = mapped_column(
        LargeBinary, CheckConstraint("length(fingerprint) = 16"), deferred=True
    )
    times_seen: Mapped[int] = mapped_column(CheckConstraint("times_seen >= 1"), server_default=text("1"))
    last_seen_at: Mapped[datetime | None]
    times_recalled: Mapped[int] = mapped_column(server_default=text("0"))
    last_recalled_at: Mapped[datetime | None]
    found_useful: Mapped[int] = mapped_column(server_default=text("0"))
    found_wrong: Mapped[int] = mapped_column(server_default=text("0"))
    consolidation_id: Mapped[UUID | None]
    embedding_model_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("embedding_models.id"))
    embedding: Mapped[Any] = mapped_column(HalfVectors(), deferred=True)
    terms: Mapped[bytes] = mapped_column(LargeBinary, CheckConstraint("octet_length(terms) % 8 = 0"), deferred=True)
    card: Mapped[bytes] = mapped_column(LargeBinary, Computed(CARD, persisted=True), deferred=True)
    indexed_terms: Mapped[list[int] | None] = mapped_column(ARRAY(BigInteger), deferred=True)
    changed_in: Mapped[int] = mapped_column(BigInteger, server_default=text("warmline_transaction()"), deferred=True)

    __table_args__ = (
        rule("memories_numbered_in_a_session", "(session_id IS NULL) = (ordinal IS NULL)"),
        rule("memories_chained_in_a_session", "(session_id IS NULL) = (chain_id IS NULL)"),
        rule("memories_of_briefs_are_important", "handoff_id IS NULL OR (kind = 'handoff' AND importance = 1)"),
        rule("memories_of_briefs_and_pins_never_expire", "expires_at IS NULL OR (handoff_id IS NULL AND NOT pinned)"),
        ForeignKeyConstraint(["tenant_id", "session_id"], ["sessions.tenant_id", "sessions.id"]),
        ForeignKeyConstraint(["tenant_id", "chain_id"], ["sessions.tenant_id", "sessions.id"]),
        ForeignKeyConstraint(["tenant_id", "handoff_id"], ["handoffs.tenant_id", "handoffs.id"]),
        ForeignKeyConstraint(
            ["tenant_id", "consolidation_id"], ["consolidations.tenant_id", "consolidations.id"], ondelete="CASCADE"
        ),
        UniqueConstraint("tenant_id", "session_id", "ordinal"),
        partial_index("memories_one_per_handoff", "handoff_id IS NOT NULL", "tenant_id", "handoff_id", unique=True),
        # What makes ``remember`` count an exact duplicate instead of storing it (``ON CONFLICT``).
        partial_index("memories_no_duplicates", "fingerprint IS NOT NULL", "tenant_id", "fingerprint", unique=True),
        # What was sent before is found by it. An expired memory is no longer seen, but is there until it is swept away,
        # and must not be in the way of the next one of its id: hence the expiry.
        Index(
            "memories_by_external_id",
            "tenant_id",
            "session_id",
            "external_id",
            "namespace",
            "expires_at",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("external_id IS NOT NULL"),
        ),
        Index("memories_by_namespace", "tenant_id", "namespace", "id"),
        Index("memories_by_importance", "tenant_id", "namespace", text("importance DESC"), text("event_time DESC")),
        partial_index("memories_by_chain", "chain_id IS NOT NULL", "tenant_id", "chain_id", "id"),
        partial_index(
            "memories_by_slot",
            "slot_name IS NOT NULL",
            "tenant_id",
            "namespace",
            "slot_name",
            text("event_time DESC"),
            text("id DESC"),
        ),
        partial_index("memories_by_expiry", "expires_at IS NOT NULL", "expires_at"),
        partial_index("memories_by_consolidation", "consolidation_id IS NOT NULL", "tenant_id", "consolidation_id"),
        # Of a collation of its own: see ``BY_CHANGE``.
        Index(
            "memories_by_change",
            "tenant_id",
            "namespace",
            "changed_in",
            postgresql_ops={"namespace": f'COLLATE "{BY_CHANGE}"'},
        ),
        partial_index("memories_unindexed", "indexed_terms IS NULL", "tenant_id", "namespace", "id"),
        partial_index("memories_indexed", "indexed_terms IS NOT NULL", "tenant_id", "namespace", "id"),
        Index(
            "memories_by_terms",
            "indexed_terms",
            postgresql_using="gin",
            # Without a list of pending entries, which every search would have to read.
            postgresql_with={"fastupdate": "off"},
            postgresql_where=text("indexed_terms IS NOT NULL"),
        ),
        # One for each length, because an index holds vectors of one length (docs/decisions/0007).
        *(
            Index(
                f"memories_by_meaning_{dimension}",
                literal_column(f"({marked(dimension)})").label("marked"),
                postgresql_using="hnsw",
                postgresql_ops={"marked": "halfvec_cosine_ops"},
                postgresql_where=text(f"indexed_terms IS NOT NULL AND vector_dims(embedding) = {dimension}"),
            )
            for dimension in INDEXED_DIMENSIONS
        ),
    )


class Deletion(Table):
    """The ids of memories that one transaction took out of a namespace; a trigger notes them.

    Processes that cache the namespace drop these memories (docs/decisions/0009). The namespace's name is not kept, only
    its MD5, because the name may have been forgotten too.
    """

    __tablename__ = "deletions"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    namespace_md5: Mapped[UUID]
    changed_in: Mapped[int] = mapped_column(BigInteger)
    # One row for a statement that deletes thousands, so that forgetting costs no second write a memory.
    memory_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        Index("deletions_by_change", "tenant_id", "namespace_md5", "changed_in"),
        Index("deletions_by_time", "at"),
    )


class SecondEmbedding(Table):
    """An embedding by another model than a memory's own, while ``warmline reembed`` runs.

    ``content_md5`` says of which content, as it is stored: it counts only as long as the memory still has that.
    """

    __tablename__ = "second_embeddings"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True)
    memory_id: Mapped[UUID] = mapped_column(primary_key=True)
    embedding_model_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("embedding_models.id"), primary_key=True)
    embedding: Mapped[Any] = mapped_column(HalfVectors())
    content_md5: Mapped[UUID]

    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "memory_id"], ["memories.tenant_id", "memories.id"], ondelete="CASCADE"),
    )


class Supersession(Table):
    """That one memory corrects another of its namespace, as whoever kept it said; slots need no such row.

    A memory also supersedes what those that it corrects had corrected, so that one look finds what holds.
    """

    __tablename__ = "supersessions"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), server_default=ENTERED_TENANT, primary_key=True)
    superseded_id: Mapped[UUID] = mapped_column(primary_key=True)
    memory_id: Mapped[UUID] = mapped_column(CheckConstraint("memory_id <> superseded_id"), primary_key=True)

    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "superseded_id"], ["memories.tenant_id", "memories.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["tenant_id", "memory_id"], ["memories.tenant_id", "memories.id"], ondelete="CASCADE"),
        Index("supersessions_by_memory", "tenant_id", "memory_id"),
    )


class Consolidation(Table):
    """Near-duplicates that one memory stands for. Undoing it brings the others back."""

    __tablename__ = "consolidations"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True, server_default=ENTERED_TENANT)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    namespace: Mapped[str]
    kept_id: Mapped[UUID]
    similarity: Mapped[float] = mapped_column(REAL, CheckConstraint("similarity BETWEEN -1 AND 1"))
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    undone_at: Mapped[datetime | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "kept_id"],
            ["memories.tenant_id", "memories.id"],
            name="consolidations_kept",
            ondelete="CASCADE",
            use_alter=True,
        ),
        Index("consolidations_by_namespace", "tenant_id", "namespace", "id"),
        Index("consolidations_by_kept", "tenant_id", "kept_id"),
    )


def is_second_embedding(model_id: ColumnElement[int] | int) -> ColumnElement[bool]:
    """What holds for the second embedding of a memory if it is of this model and of the memory's present content."""
    return and_(
        SecondEmbedding.tenant_id == Memory.tenant_id,
        SecondEmbedding.memory_id == Memory.id,
        SecondEmbedding.embedding_model_id == model_id,
        SecondEmbedding.content_md5 == cast(func.md5(Memory.content), Uuid),
    )
