"""Operators: the people who take handoffs over, what they can do, and whether they are available."""

import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, PlainSerializer, SecretStr, StringConstraints, model_validator

from warmline_schemas.queues import Language, QueueName, Skill, Zone
from warmline_schemas.wire import Request, Versioned

# The name follows ``human:`` in targets, so it has the same form as the name of a queue.
OperatorName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]
"""An operator's name, such as ``operator-7``. The operator works as ``human:operator-7``."""

# The form of HTML's e-mail fields: what a mail server takes as it is. Quoted names and other scripts are left out.
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


def _an_address(text: str) -> str:
    if text and not ADDRESS.fullmatch(text):
        raise ValueError("must be an e-mail address, such as ines@acme.example")
    return text


EmailAddress = Annotated[str, StringConstraints(strip_whitespace=True, max_length=254), AfterValidator(_an_address)]
"""An e-mail address, or nothing."""
MOST_MAILS_AN_HOUR = 60

DisplayName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Password = Annotated[
    SecretStr,
    Field(min_length=10, max_length=200),
    # ``SecretStr`` would be sent as stars. The SDK must send the password itself, and only where there is one.
    PlainSerializer(lambda password: password and password.get_secret_value(), when_used="json-unless-none"),
]
"""A password. It is never shown; a request carries it in plain text, so use https."""

Several = Field(max_length=100)


class OperatorRole(StrEnum):
    """What a person may do. `operator` works on handoffs; `lead` also acts on those that others of their queues hold,
    and sets these queues up; `admin` does so everywhere, and manages keys and operators; `auditor` reads everything and
    changes nothing.
    """

    OPERATOR = "operator"
    LEAD = "lead"
    ADMIN = "admin"
    AUDITOR = "auditor"


class Presence(StrEnum):
    """Whether an operator takes new work: `available`; `away` for some time; or `offline`."""

    AVAILABLE = "available"
    AWAY = "away"
    OFFLINE = "offline"


class MailAbout(StrEnum):
    """What an operator can be told by e-mail: that work waits that they may take, that a promise of theirs was not
    kept, that something is offered to them, that a colleague's note names them."""

    WAITING = "waiting"
    LATE = "late"
    OFFERED = "offered"
    MENTIONED = "mentioned"


class Step(StrEnum):
    """What a sign-in still needs after the password: the code of a second factor (`code`), or a second factor at all
    (`enrolment`)."""

    CODE = "code"
    ENROLMENT = "enrolment"


class NewPassword(Request):
    """A password that somebody sets for themselves."""

    password: Password = Field(description="The new password, 10 to 200 characters.")


class SetIdentityProvider(Request):
    """Says at which OpenID provider a tenant's operators sign in to the console."""

    issuer: Annotated[str, StringConstraints(pattern=r"^https?://[^\s?#]+$", max_length=500)] = Field(
        description="The provider's issuer, below which `/.well-known/openid-configuration` stands."
    )
    client_id: Annotated[str, StringConstraints(min_length=1, max_length=500)] = Field(
        description="The client's id at the provider."
    )
    client_secret: Annotated[SecretStr, Field(max_length=1000)] | None = Field(
        default=None, description="The client's secret; left out, the one from before stays."
    )
    adds_operators: bool = Field(
        default=False, description="Whether somebody who is no operator yet becomes one when they sign in."
    )
    role_claim: Annotated[str, StringConstraints(max_length=100)] | None = Field(
        default=None, description="The claim that says the role of somebody who becomes an operator, such as `groups`."
    )
    roles: dict[str, OperatorRole] = Field(
        default_factory=dict,
        description="The role for each value of that claim; of several the first one counts. Others become nobody.",
    )


class CreateOperator(Request):
    """Adds an operator."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"name": "operator-7", "display_name": "Ines Weber", "queues": ["billing"], "skills": ["refunds"]}
            ]
        }
    )

    name: OperatorName = Field(description="The operator's name. They work as `human:NAME`.")
    display_name: DisplayName | None = Field(
        default=None, description="The name for other people. Where this is left out, it is `name`."
    )
    role: OperatorRole = Field(default=OperatorRole.OPERATOR, description="What the operator may do.")
    queues: Annotated[list[QueueName], Several] = Field(
        default_factory=list, description="The queues that the operator works."
    )
    skills: Annotated[list[Skill], Several] = Field(default_factory=list, description="What the operator can do.")
    languages: Annotated[list[Language], Several] = Field(
        default_factory=list,
        description="The languages that the operator speaks, as BCP 47 tags. An empty list means any language.",
    )
    level: Annotated[int, Field(ge=1, le=10)] = Field(
        default=10, description="The highest level at which the operator works."
    )
    capacity: Annotated[int, Field(ge=0, le=1000)] = Field(
        default=5, description="How many handoffs the operator works on at the same time."
    )
    zone: Zone = Field(default="UTC", description="The operator's time zone, by its IANA name.")
    email: EmailAddress | None = Field(default=None, description="The e-mail address.")
    password: Password | None = Field(
        default=None,
        description=(
            "The password for the console, 10 to 200 characters. Where this is left out, the operator cannot sign in."
        ),
    )


class ReviseOperator(Request):
    """Changes an operator. Fields that are left out keep their values; lists are replaced as a whole."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"presence": "away"}]})

    display_name: DisplayName | None = Field(default=None, description="The name for other people.")
    role: OperatorRole | None = Field(default=None, description="What the operator may do.")
    queues: Annotated[list[QueueName], Several] | None = Field(
        default=None, description="The queues that the operator works."
    )
    skills: Annotated[list[Skill], Several] | None = Field(default=None, description="What the operator can do.")
    languages: Annotated[list[Language], Several] | None = Field(
        default=None, description="The languages that the operator speaks."
    )
    level: Annotated[int, Field(ge=1, le=10)] | None = Field(
        default=None, description="The highest level at which the operator works."
    )
    capacity: Annotated[int, Field(ge=0, le=1000)] | None = Field(
        default=None, description="How many handoffs the operator works on at the same time."
    )
    zone: Zone | None = Field(default=None, description="The operator's time zone, by its IANA name.")
    email: EmailAddress | None = Field(default=None, description="The e-mail address; empty for none.")
    mail_about: Annotated[list[MailAbout], Field(max_length=len(MailAbout))] | None = Field(
        default=None, description="What the operator is told by e-mail."
    )
    mails_an_hour: Annotated[int, Field(ge=1, le=MOST_MAILS_AN_HOUR)] | None = Field(
        default=None, description="How many e-mails an hour at most."
    )
    presence: Presence | None = Field(default=None, description="Whether the operator takes new work.")
    password: Password | None = Field(default=None, description="A new password. It signs the operator out everywhere.")
    disabled: bool | None = Field(
        default=None, description="Whether the operator is blocked from signing in and from working."
    )

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if all(getattr(self, name) is None for name in type(self).model_fields):
            raise ValueError(f"give at least one of {', '.join(type(self).model_fields)}")
        return self


class OperatorHeartbeat(Request):
    """Says that an operator is still working."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})


class Operator(Versioned):
    """A person who takes handoffs over."""

    id: UUID = Field(description="The operator's id.")
    name: str = Field(description="The operator's name.")
    agent: str = Field(description="The name under which the operator works: `human:NAME`.")
    display_name: str = Field(description="The name for other people.")
    role: OperatorRole = Field(description="What the operator may do.")
    queues: list[str] = Field(description="The queues that the operator works.")
    skills: list[str] = Field(description="What the operator can do.")
    languages: list[str] = Field(
        description="The languages that the operator speaks. An empty list means any language."
    )
    level: int = Field(description="The highest level at which the operator works.")
    capacity: int = Field(description="How many handoffs the operator works on at the same time.")
    load: int = Field(description="How many handoffs the operator has now: claimed, or accepted and not snoozed.")
    zone: str = Field(description="The operator's time zone.")
    email: str | None = Field(default=None, description="The e-mail address.")
    mail_about: list[MailAbout] = Field(default_factory=list, description="What they are told by e-mail.")
    mails_an_hour: int = Field(default=6, description="How many e-mails an hour at most.")
    presence: Presence = Field(description="Whether the operator takes new work.")
    seen_at: datetime | None = Field(description="When the platform last heard from the operator.")
    may_sign_in: bool = Field(description="Whether the operator has a password for the console.")
    disabled: bool = Field(description="Whether the operator is blocked from signing in and from working.")
    created_at: datetime = Field(description="When the operator was added.")
