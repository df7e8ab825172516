"""What operators are told by e-mail: notices on their way, and how far the events of a tenant were looked through."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from warmline_memory.storage.tables.registry import ENTERED_TENANT, NOTHING, Table, one_of, partial_index
from warmline_schemas.operators import MailAbout


class MailNotice(Table):
    """Something that one operator is told by e-mail, once: ``key`` says which of its sort it is.

    ``due_at`` is when it is to be sent or, while a worker sends it, when another may try; null once that is over.
    Notices that went in one e-mail have one ``mailed_at``. ``facts`` hold no content.
    """

    __tablename__ = "mail_notices"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True, server_default=ENTERED_TENANT)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    operator_id: Mapped[UUID]
    about: Mapped[str] = mapped_column(one_of("about", MailAbout))
    key: Mapped[str]
    handoff_id: Mapped[UUID | None]
    facts: Mapped[dict[str, Any]] = mapped_column(server_default=NOTHING)
    at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("tenant_id", "operator_id", "about", "key"),
        ForeignKeyConstraint(["tenant_id", "operator_id"], ["operators.tenant_id", "operators.id"], ondelete="CASCADE"),
        partial_index("mail_notices_due", "due_at IS NOT NULL", "due_at"),
        partial_index("mail_notices_mailed", "mailed_at IS NOT NULL", "tenant_id", "operator_id", "mailed_at"),
        Index("mail_notices_by_age", "at"),
    )


class MailCursor(Table):
    """The number of the last event of a tenant that was looked through for notices."""

    __tablename__ = "mail_cursors"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True, server_default=ENTERED_TENANT)
    sequence: Mapped[int] = mapped_column(BigInteger)
