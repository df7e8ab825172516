"""The people who work handoffs, and their logins to the console."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import LargeBinary, String
from uuid_utils.compat import uuid7

from warmline_memory.storage.tables.registry import ENTERED_TENANT, NOTHING, Table, one_of, rule
from warmline_schemas.operators import OperatorRole, Presence


class Operator(Table):
    """A person who works handoffs, as ``human:NAME``."""

    __tablename__ = "operators"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True, server_default=ENTERED_TENANT)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    name: Mapped[str] = mapped_column(CheckConstraint("name ~ '^[a-z0-9][a-z0-9_.-]{0,63}$'"))
    display_name: Mapped[str]
    role: Mapped[str] = mapped_column(one_of("role", OperatorRole), server_default=text("'operator'"))
    queues: Mapped[list[str]] = mapped_column(ARRAY(String), server_default=NOTHING)
    skills: Mapped[list[str]] = mapped_column(ARRAY(String), server_default=NOTHING)
    languages: Mapped[list[str]] = mapped_column(ARRAY(String), server_default=NOTHING)
    level: Mapped[int] = mapped_column(CheckConstraint("level >= 1"), server_default=text("1"))
    capacity: Mapped[int] = mapped_column(CheckConstraint("capacity >= 0"), server_default=text("5"))
    zone: Mapped[str] = mapped_column(server_default=text("'UTC'"))
    presence: Mapped[str] = mapped_column(one_of("presence", Presence), server_default=text("'offline'"))
    seen_at: Mapped[datetime | None]
    # Unique among all tenants: whoever signs in says no tenant.
    sign_in_name: Mapped[str | None] = mapped_column(unique=True)
    password_hash: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    disabled_at: Mapped[datetime | None]

    __table_args__ = (
        rule("operators_sign_in_with_a_password", "(sign_in_name IS NULL) = (password_hash IS NULL)"),
        UniqueConstraint("tenant_id", "name"),
    )


class SignIn(Table):
    """An operator's login to the console. Only the SHA-256 of its cookie is stored."""

    __tablename__ = "sign_ins"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, CheckConstraint("length(token_hash) = 32"), primary_key=True)
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), server_default=ENTERED_TENANT)
    operator_id: Mapped[UUID]
    csrf: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "operator_id"], ["operators.tenant_id", "operators.id"], ondelete="CASCADE"),
        Index("sign_ins_by_expiry", "expires_at"),
        Index("sign_ins_by_operator", "tenant_id", "operator_id"),
    )
