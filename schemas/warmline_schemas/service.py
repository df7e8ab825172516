"""The service itself: to whom an API key belongs, and whether the platform works."""

from enum import StrEnum
from uuid import UUID

from pydantic import ConfigDict, Field

from warmline_schemas.keys import Scope
from warmline_schemas.wire import Answer


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


class Check(StrEnum):
    """The state of one part that the platform needs."""

    OK = "ok"
    DOWN = "down"


class Health(Answer):
    """Whether the platform works. Without Redis it still does: the worker's sweep then finds waiting handoffs."""

    status: str = Field(description="`alive`; `ready`; or `degraded`, where the platform works and handoffs wait.")
    version: str = Field(description="The version of Warmline.")
    checks: dict[str, Check] = Field(
        default_factory=dict, description="The state of each part: `database`, `embedding`, `redis`, `worker`."
    )
    waiting: int | None = Field(default=None, description="How many handoffs are due for a brief. Null for `alive`.")
