"""What became of briefs: flags on their lines, and what was measured of a handoff when it closed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Uuid
from uuid_utils.compat import uuid7

from warmline_memory.storage.sealed_columns import SealedText
from warmline_memory.storage.tables.registry import ENTERED_TENANT, NOTHING, Table, one_of, rule
from warmline_schemas.flags import FlagVerdict


class Flag(Table):
    """What somebody found wrong with a brief; ``line`` is the line as it was then, proved by ``memory_ids``."""

    __tablename__ = "flags"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True, server_default=ENTERED_TENANT)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    handoff_id: Mapped[UUID]
    namespace: Mapped[str]
    verdict: Mapped[str] = mapped_column(one_of("verdict", FlagVerdict))
    section: Mapped[str | None]
    label: Mapped[str | None] = mapped_column(SealedText("flags.label"))
    line: Mapped[str | None] = mapped_column(SealedText("flags.line"))
    # No foreign key, as arrays have none: forgetting looks for flags that cite what it deletes.
    memory_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=NOTHING)
    should_be: Mapped[str | None] = mapped_column(SealedText("flags.should_be"))
    note: Mapped[str | None] = mapped_column(SealedText("flags.note"))
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        rule("flags_quote_a_line_or_miss_one", "(verdict = 'missing') = (line IS NULL)"),
        rule("flags_say_what_is_missing", "verdict <> 'missing' OR should_be IS NOT NULL"),
        ForeignKeyConstraint(["tenant_id", "handoff_id"], ["handoffs.tenant_id", "handoffs.id"], ondelete="CASCADE"),
        Index("flags_by_handoff", "tenant_id", "handoff_id", "id"),
        Index("flags_by_namespace", "tenant_id", "namespace", "id"),
    )


class Measure(Table):
    """What was measured of a handoff when it closed. It holds counts only, and goes with its handoff."""

    __tablename__ = "measures"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True, server_default=ENTERED_TENANT)
    handoff_id: Mapped[UUID] = mapped_column(primary_key=True)
    lines: Mapped[int] = mapped_column(CheckConstraint("lines >= 0"))
    elements: Mapped[int] = mapped_column(CheckConstraint("elements BETWEEN 0 AND 5"))
    questions: Mapped[int] = mapped_column(CheckConstraint("questions >= 0"))
    repeated: Mapped[int]

    __table_args__ = (
        rule("measures_repeat_what_was_asked", "repeated BETWEEN 0 AND questions"),
        ForeignKeyConstraint(["tenant_id", "handoff_id"], ["handoffs.tenant_id", "handoffs.id"], ondelete="CASCADE"),
    )
