"""Who is asking, and whether the service is well."""

from enum import StrEnum
from uuid import UUID

from pydantic import ConfigDict, Field

from warmline_schemas.wire import Answer


class WhoAmI(Answer):
    """Whose key this is."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "tenant_id": "01978f6e-7c1a-7000-8000-0000000000aa",
                    "tenant": "acme",
                    "key_id": "01978f6e-7c1a-7000-8000-0000000000ab",
                    "key": "tier1-bot",
                }
            ]
        }
    )

    tenant_id: UUID = Field(description="The tenant's id.")
    tenant: str = Field(description="The tenant's name.")
    key_id: UUID = Field(description="The key's id.")
    key: str = Field(description="The key's name.")


class Check(StrEnum):
    """The state of one thing that the service needs."""

    OK = "ok"
    DOWN = "down"


class Health(Answer):
    """Whether the service can do its work. Redis may be down: handoffs then wait for the worker's sweep."""

    status: str = Field(description="`alive`, or `ready`.")
    version: str = Field(description="The version of Warmline.")
    checks: dict[str, Check] = Field(default_factory=dict, description="What was checked: database, redis, embedding.")
