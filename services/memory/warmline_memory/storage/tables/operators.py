"""The people who work handoffs, and their logins to the console."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import BigInteger, LargeBinary, String
from uuid_utils.compat import uuid7

from warmline_memory.storage.tables.registry import ENTERED_TENANT, NOTHING, Table, one_of, rule
from warmline_schemas.operators import OperatorRole, Presence, Step


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
    password_hash: Mapped[str | None]
    # Of the link by which they set their next password, once.
    link_hash: Mapped[bytes | None] = mapped_column(LargeBinary, CheckConstraint("length(link_hash) = 32"), unique=True)
    link_until: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    disabled_at: Mapped[datetime | None]
    # The row stays, so that nobody else ever gets the name by which the records say who it was.
    deleted_at: Mapped[datetime | None]
    email: Mapped[str | None]
    mail_about: Mapped[list[str]] = mapped_column(ARRAY(String), server_default=NOTHING)
    mails_an_hour: Mapped[int] = mapped_column(CheckConstraint("mails_an_hour >= 1"), server_default=text("6"))
    # In which the console speaks to them; it asks their browser where they have not chosen.
    language: Mapped[str | None]

    __table_args__ = (
        rule("operators_links_end", "(link_hash IS NULL) = (link_until IS NULL)"),
        rule(
            "operators_deleted_sign_in_no_more",
            "deleted_at IS NULL OR (disabled_at IS NOT NULL AND password_hash IS NULL AND link_hash IS NULL)",
        ),
        UniqueConstraint("tenant_id", "name"),
    )


class SignIn(Table):
    """An operator's login to the console. Only the SHA-256 of its cookie is stored."""

    __tablename__ = "sign_ins"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, CheckConstraint("length(token_hash) = 32"), primary_key=True)
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), server_default=ENTERED_TENANT)
    id: Mapped[UUID] = mapped_column(default=uuid7)
    operator_id: Mapped[UUID]
    csrf: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    # It ends where it is not used until then, and at the last by ``ends_at``.
    expires_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    address: Mapped[str | None]
    browser: Mapped[str | None]
    # What is missing until it opens anything: the code of a second factor, or such a factor at all.
    still_needs: Mapped[str | None] = mapped_column(one_of("still_needs", Step))

    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        ForeignKeyConstraint(["tenant_id", "operator_id"], ["operators.tenant_id", "operators.id"], ondelete="CASCADE"),
        Index("sign_ins_by_expiry", "expires_at"),
        Index("sign_ins_by_operator", "tenant_id", "operator_id"),
    )


class SecondFactor(Table):
    """What makes an operator's one-time codes (RFC 6238). It counts from when they have shown that they have it."""

    __tablename__ = "second_factors"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True, server_default=ENTERED_TENANT)
    operator_id: Mapped[UUID] = mapped_column(primary_key=True)
    secret: Mapped[str]
    # The time step of the last code that was taken: no code is taken twice, and none that is older.
    last_step: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    confirmed_at: Mapped[datetime | None]

    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "operator_id"], ["operators.tenant_id", "operators.id"], ondelete="CASCADE"),
    )


class RecoveryCode(Table):
    """The SHA-256 of a code that stands in for a second factor, once."""

    __tablename__ = "recovery_codes"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True, server_default=ENTERED_TENANT)
    operator_id: Mapped[UUID] = mapped_column(primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, CheckConstraint("length(code_hash) = 32"), primary_key=True)

    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "operator_id"],
            ["second_factors.tenant_id", "second_factors.operator_id"],
            ondelete="CASCADE",
        ),
    )


class IdentityProvider(Table):
    """Where a tenant's operators sign in instead of here: an OpenID provider, as administrators set it up."""

    __tablename__ = "identity_providers"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True, server_default=ENTERED_TENANT)
    issuer: Mapped[str]
    client_id: Mapped[str]
    client_secret: Mapped[str | None]
    adds_operators: Mapped[bool] = mapped_column(server_default=text("false"))
    role_claim: Mapped[str | None]
    roles: Mapped[dict[str, str]] = mapped_column(JSONB, server_default=text("'{}'"))


class Identity(Table):
    """Who an operator is at a provider. A subject is the issuer's name for somebody, and never another one's."""

    __tablename__ = "identities"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True, server_default=ENTERED_TENANT)
    issuer: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    operator_id: Mapped[UUID]

    __table_args__ = (
        UniqueConstraint("tenant_id", "operator_id"),
        ForeignKeyConstraint(["tenant_id", "operator_id"], ["operators.tenant_id", "operators.id"], ondelete="CASCADE"),
    )
