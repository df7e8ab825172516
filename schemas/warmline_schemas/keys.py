"""API keys: what sort of program has one, what it may do with it, as which agents and in which namespaces."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator

from warmline_schemas.targets import TargetKind, kind_of
from warmline_schemas.wire import Answer, Moment, Request

EVERY = "*"
"""The pattern that every name fits."""
MOST_STARS = 4
"""A pattern has at most so many stars: each one more multiplies the ways in which a name can be tried against it."""
MOST_OVERLAP_SECONDS = 30 * 86_400


class Scope(StrEnum):
    """What a key lets a program do."""

    READ = "read"
    REMEMBER = "remember"
    HAND_OFF = "hand_off"
    DESK = "desk"
    ADMINISTER = "administer"


class KeyKind(StrEnum):
    """The sort of program that a key is for. It says which scopes the key can have."""

    BOT = "bot"
    READER = "reader"
    DESK = "desk"
    ADMIN = "admin"


SCOPES: dict[KeyKind, tuple[Scope, ...]] = {
    KeyKind.BOT: (Scope.READ, Scope.REMEMBER, Scope.HAND_OFF),
    KeyKind.READER: (Scope.READ,),
    KeyKind.DESK: (Scope.READ, Scope.REMEMBER, Scope.HAND_OFF, Scope.DESK),
    KeyKind.ADMIN: tuple(Scope),
}
"""The scopes of each kind. A key can have fewer of them, and never others."""


def _not_of_people(name: str) -> str:
    # Whoever reads the audit must not take a program for a person.
    if kind_of(name) is not TargetKind.AGENT:
        raise ValueError("must not begin with human:, queue: or skill:, which name people")
    return name


def _few_stars(pattern: str) -> str:
    if pattern.count(EVERY) > MOST_STARS:
        raise ValueError(f"must have at most {MOST_STARS} stars")
    return pattern


KeyName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), AfterValidator(_not_of_people)
]
AgentPattern = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_few_stars)
]
"""The names of agents that a key may use, such as ``tier1-*``; a star stands for any characters, or none."""
NamespacePattern = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9*][A-Za-z0-9_.:/@+*-]*$"),
    AfterValidator(_few_stars),
]
"""The namespaces that a key reaches, such as ``acme/*``; a star stands for any characters, slashes too, or none."""

Bound = Field(min_length=1, max_length=50)


class MakeKey(Request):
    """Makes an API key of your tenant. The answer has its secret, which is stored nowhere and cannot be read again."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "tier1-bot", "kind": "bot", "agents": ["tier1-*"]}]}
    )

    name: KeyName = Field(description="What the key is for.")
    kind: KeyKind = Field(
        default=KeyKind.BOT,
        description=(
            "The sort of program: `bot` reads, remembers and hands off; `reader` only reads; `desk` also does what "
            "people do with handoffs, in their names; `admin` does everything."
        ),
    )
    scopes: Annotated[list[Scope], Bound] | None = Field(
        default=None, description="Fewer scopes than the kind has; left out for all of the kind's."
    )
    agents: Annotated[list[AgentPattern], Bound] = Field(
        default=[EVERY],
        description=(
            "The agents as which its programs may act; `*` stands for any characters, as in `tier1-*`. "
            "`human:NAME` is only for a key with the scope `desk`, whatever the patterns say."
        ),
    )
    namespaces: Annotated[list[NamespacePattern], Bound] = Field(
        default=[EVERY],
        description="The namespaces that it reaches; `*` stands for any characters, as in `acme/*`.",
    )
    expires_at: Moment | None = Field(
        default=None,
        description=(
            "Until when the key is valid, with an offset from UTC. Where this is left out, it is valid as long as the "
            "tenant's preference `key_days` says."
        ),
    )
    never_expires: bool = Field(default=False, description="Whether the key is valid until it is revoked.")

    @model_validator(mode="after")
    def _is_of_its_kind(self) -> Self:
        other = set(self.scopes or ()) - set(SCOPES[self.kind])
        if other:
            raise ValueError(f"a key of the kind {self.kind} cannot have the scope {min(other)}; choose another kind")
        if self.kind is KeyKind.ADMIN and (self.agents, self.namespaces) != ([EVERY], [EVERY]):
            raise ValueError("a key of the kind admin cannot be bound to agents or namespaces; choose another kind")
        if self.expires_at is not None and self.never_expires:
            raise ValueError("give either expires_at or never_expires")
        return self


class RotateKey(Request):
    """Makes a key that takes the place of another one, which stays valid for a while, so that programs can change."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"overlap_seconds": 86400}]})

    overlap_seconds: int = Field(
        default=86_400,
        ge=0,
        le=MOST_OVERLAP_SECONDS,
        description="How long the old key stays valid, in seconds, where it does not end sooner.",
    )


class RevokeKey(Request):
    """Revokes a key: requests with it are refused from now on. To revoke it again changes nothing."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})


class ApiKey(Answer):
    """An API key without its secret, which cannot be read again."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "01978f6e-7c1a-7000-8000-0000000000ab",
                    "name": "tier1-bot",
                    "hint": "wl_5f1c9e",
                    "kind": "bot",
                    "scopes": ["read", "remember", "hand_off"],
                    "agents": ["tier1-*"],
                    "namespaces": ["*"],
                    "created_at": "2026-03-01T10:00:00Z",
                    "expires_at": "2026-05-30T10:00:00Z",
                    "last_used_at": "2026-03-02T08:15:00Z",
                    "revoked_at": None,
                    "replaces_id": None,
                }
            ]
        }
    )

    id: UUID = Field(description="The key's id; ids grow with time.")
    name: str = Field(description="What the key is for.")
    hint: str = Field(description="The first characters of its secret, by which keys can be told apart.")
    kind: KeyKind = Field(description="The sort of program that it is for.")
    scopes: list[Scope] = Field(description="What it lets a program do.")
    agents: list[str] = Field(description="Patterns of the agents as which its programs may act.")
    namespaces: list[str] = Field(description="Patterns of the namespaces that it reaches.")
    created_at: datetime = Field(description="When it was made.")
    expires_at: datetime | None = Field(description="Until when it is valid; null where it does not expire.")
    last_used_at: datetime | None = Field(
        description="When it was last used, within about a minute; null where it never was."
    )
    revoked_at: datetime | None = Field(description="When it was revoked; null while it is not.")
    replaces_id: UUID | None = Field(description="The key in whose place it was made; null for none.")


class MadeKey(ApiKey):
    """A key that was just made, with its secret."""

    secret: str | None = Field(
        description=(
            "The secret. Store it now: it is not returned again. Null where the same request was sent "
            "before under its Idempotency-Key."
        )
    )


class WhoAmI(Answer):
    """To whom the API key of the request belongs."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "tenant_id": "01978f6e-7c1a-7000-8000-0000000000aa",
                    "tenant": "acme",
                    "key_id": "01978f6e-7c1a-7000-8000-0000000000ab",
                    "key": "tier1-bot",
                    "scopes": ["read", "remember", "hand_off"],
                    "agents": ["tier1-*"],
                    "namespaces": ["*"],
                }
            ]
        }
    )

    tenant_id: UUID = Field(description="The tenant's id.")
    tenant: str = Field(description="The tenant's name.")
    key_id: UUID = Field(description="The key's id.")
    key: str = Field(description="The key's name.")
    scopes: list[Scope] = Field(description="What the key lets a program do.")
    agents: list[str] = Field(description="Patterns of the agents as which its programs may act.")
    namespaces: list[str] = Field(description="Patterns of the namespaces that it reaches.")
