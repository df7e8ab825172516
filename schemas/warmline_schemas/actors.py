"""Actors: who did something, as everything that is recorded names them."""

from enum import StrEnum
from uuid import UUID

from pydantic import ConfigDict, Field

from warmline_schemas.wire import Answer


class ActorKind(StrEnum):
    """What sort of actor it was."""

    KEY = "key"
    OPERATOR = "operator"
    SYSTEM = "system"


class Actor(Answer):
    """Who did something. `kind` and `id` say who it was for good; `name` what it was called then.

    An agent is no actor: a key acts as an agent, and what its programs say of themselves is not what they are.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "key",
                    "id": "01978f6e-7c1a-7000-8000-0000000000ab",
                    "name": "support-desk",
                    "address": "192.0.2.7",
                }
            ]
        }
    )

    kind: ActorKind = Field(
        description="An API key (`key`), a person at the console (`operator`), or the platform itself (`system`)."
    )
    id: UUID | None = Field(description="The id of the API key or of the operator; null for the platform itself.")
    name: str = Field(
        description="The key's name, `human:NAME` of an operator, or the part of the platform, such as `worker`."
    )
    address: str | None = Field(
        default=None, description="The network address that the request came from; null where there was no request."
    )

    @property
    def key_id(self) -> UUID | None:
        """The id of the API key, where it was one."""
        return self.id if self.kind is ActorKind.KEY else None

    def __str__(self) -> str:
        """For a line of a list, such as ``key support-desk``."""
        return f"{self.kind.value} {self.name}"
