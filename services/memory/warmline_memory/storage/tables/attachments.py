"""Files that somebody sent in a case."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, func
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import LargeBinary
from uuid_utils.compat import uuid7

from warmline_memory.storage.tables.registry import ENTERED_TENANT, Table, one_of, partial_index, rule
from warmline_schemas.customers.attachments import AttachmentState


class Attachment(Table):
    """A file, with its bytes. It has no ``memory_id`` until a message brings it; of one that a scanner refused there is
    no ``content``. ``check_due_at`` is when the scanner is asked next."""

    __tablename__ = "attachments"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True, server_default=ENTERED_TENANT)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    namespace: Mapped[str]
    chain_id: Mapped[UUID | None]
    memory_id: Mapped[UUID | None]
    external_id: Mapped[str | None]
    name: Mapped[str] = mapped_column(CheckConstraint("name <> ''"))
    type: Mapped[str] = mapped_column(CheckConstraint("type <> ''"))
    size: Mapped[int] = mapped_column(CheckConstraint("size > 0"))
    width: Mapped[int | None] = mapped_column(CheckConstraint("width > 0"))
    height: Mapped[int | None] = mapped_column(CheckConstraint("height > 0"))
    sha256: Mapped[bytes] = mapped_column(LargeBinary, CheckConstraint("length(sha256) = 32"))
    state: Mapped[str] = mapped_column(one_of("state", AttachmentState))
    problem: Mapped[str | None]
    check_due_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    # Read by those who show the file, a piece at a time, and by nobody else.
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)

    __table_args__ = (
        rule("attachments_due_while_waiting", "(state = 'waiting') = (check_due_at IS NOT NULL)"),
        rule("attachments_refused_hold_nothing", "(state = 'refused') = (content IS NULL)"),
        rule("attachments_refused_for_a_reason", "problem IS NULL OR state = 'refused'"),
        rule("attachments_sent_in_a_chain", "(memory_id IS NULL) = (chain_id IS NULL)"),
        ForeignKeyConstraint(["tenant_id", "memory_id"], ["memories.tenant_id", "memories.id"], ondelete="CASCADE"),
        partial_index("attachments_by_memory", "memory_id IS NOT NULL", "tenant_id", "memory_id", unique=True),
        partial_index(
            "attachments_by_external_id",
            "external_id IS NOT NULL",
            "tenant_id",
            "namespace",
            "external_id",
            unique=True,
        ),
        Index("attachments_by_namespace", "tenant_id", "namespace", "id"),
        partial_index("attachments_by_chain", "chain_id IS NOT NULL", "tenant_id", "chain_id", "id"),
        Index("attachments_by_age", "tenant_id", "created_at"),
        partial_index("attachments_to_check", "check_due_at IS NOT NULL", "check_due_at"),
        partial_index("attachments_unsent", "memory_id IS NULL", "created_at"),
    )
