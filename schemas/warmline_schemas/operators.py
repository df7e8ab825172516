"""Operators: the people who work handoffs, what they can do, and whether they are there."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import ConfigDict, Field, PlainSerializer, SecretStr, StringConstraints, model_validator

from warmline_schemas.queues import Language, QueueName, Skill, Zone
from warmline_schemas.wire import Answer, Request

OperatorName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]
"""An operator's name, such as ``operator-7``; it works as ``human:operator-7``."""

DisplayName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Password = Annotated[
    SecretStr,
    Field(min_length=10, max_length=200),
    PlainSerializer(lambda password: password and password.get_secret_value(), when_used="json-unless-none"),
]
"""A password; it is shown nowhere, and goes over the wire as it is."""

Several = Field(max_length=100)


class OperatorRole(StrEnum):
    """What an operator may do: work handoffs; also offer, reassign and set up queues; also manage keys and people."""

    OPERATOR = "operator"
    LEAD = "lead"
    ADMIN = "admin"


class Presence(StrEnum):
    """Whether an operator takes new work: `available`, `away` for a while, or `offline`."""

    AVAILABLE = "available"
    AWAY = "away"
    OFFLINE = "offline"


class CreateOperator(Request):
    """Adds an operator."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"name": "operator-7", "display_name": "Ines Weber", "queues": ["billing"], "skills": ["refunds"]}
            ]
        }
    )

    name: OperatorName = Field(description="The name; it works as `human:NAME`.")
    display_name: DisplayName | None = Field(
        default=None, description="What people call them; the name where left out."
    )
    role: OperatorRole = Field(default=OperatorRole.OPERATOR, description="What they may do.")
    queues: Annotated[list[QueueName], Several] = Field(default_factory=list, description="The queues they work.")
    skills: Annotated[list[Skill], Several] = Field(default_factory=list, description="What they can do.")
    languages: Annotated[list[Language], Several] = Field(
        default_factory=list, description="The languages they speak; none given means any."
    )
    level: Annotated[int, Field(ge=1, le=10)] = Field(
        default=10, description="The highest level they work at; every level where left out."
    )
    capacity: Annotated[int, Field(ge=0, le=1000)] = Field(default=5, description="How much they work on at once.")
    zone: Zone = Field(default="UTC", description="Their time zone.")
    password: Password | None = Field(
        default=None, description="For signing in to the console, 10 to 200 characters; none where left out."
    )


class ReviseOperator(Request):
    """Changes an operator. Fields that are left out stay; lists are replaced as a whole."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"presence": "away"}]})

    display_name: DisplayName | None = Field(default=None, description="What people call them.")
    role: OperatorRole | None = Field(default=None, description="What they may do.")
    queues: Annotated[list[QueueName], Several] | None = Field(default=None, description="The queues they work.")
    skills: Annotated[list[Skill], Several] | None = Field(default=None, description="What they can do.")
    languages: Annotated[list[Language], Several] | None = Field(default=None, description="What they speak.")
    level: Annotated[int, Field(ge=1, le=10)] | None = Field(default=None, description="The highest level.")
    capacity: Annotated[int, Field(ge=0, le=1000)] | None = Field(default=None, description="How much at once.")
    zone: Zone | None = Field(default=None, description="Their time zone.")
    presence: Presence | None = Field(default=None, description="Whether they take new work.")
    password: Password | None = Field(default=None, description="A new password; whoever is signed in is signed out.")
    disabled: bool | None = Field(default=None, description="Whether they may neither sign in nor work.")

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if all(getattr(self, name) is None for name in type(self).model_fields):
            raise ValueError(f"give at least one of {', '.join(type(self).model_fields)}")
        return self


class OperatorHeartbeat(Request):
    """Says that an operator is there."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})


class Operator(Answer):
    """A person who works handoffs."""

    id: UUID = Field(description="The operator's id.")
    name: str = Field(description="The name.")
    agent: str = Field(description="Under which it works: `human:NAME`.")
    display_name: str = Field(description="What people call them.")
    role: OperatorRole = Field(description="What they may do.")
    queues: list[str] = Field(description="The queues they work.")
    skills: list[str] = Field(description="What they can do.")
    languages: list[str] = Field(description="The languages they speak; empty means any.")
    level: int = Field(description="The highest level they work at.")
    capacity: int = Field(description="How much they work on at once.")
    load: int = Field(description="How much they hold now: claimed, or accepted and not snoozed.")
    zone: str = Field(description="Their time zone.")
    presence: Presence = Field(description="Whether they take new work.")
    seen_at: datetime | None = Field(description="When they were last heard of.")
    may_sign_in: bool = Field(description="Whether they have a password.")
    disabled: bool = Field(description="Whether they may neither sign in nor work.")
    created_at: datetime = Field(description="When they were added.")
