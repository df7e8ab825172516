"""API keys: a program sends one with each request, to say to which tenant it belongs."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints

from warmline_schemas.wire import Answer, Request

KeyName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


class MakeKey(Request):
    """Makes an API key of your tenant. The answer has its secret, which is stored nowhere and cannot be read again."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "tier1-bot"}]})

    name: KeyName = Field(description="What the key is for.")
    expires_at: AwareDatetime | None = Field(
        default=None,
        description=(
            "Until when the key is valid, with an offset from UTC. Where this is left out, it is valid "
            "until it is revoked."
        ),
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
                    "created_at": "2026-03-01T10:00:00Z",
                    "expires_at": None,
                    "revoked_at": None,
                }
            ]
        }
    )

    id: UUID = Field(description="The key's id; ids grow with time.")
    name: str = Field(description="What the key is for.")
    hint: str = Field(description="The first characters of its secret, by which keys can be told apart.")
    created_at: datetime = Field(description="When it was made.")
    expires_at: datetime | None = Field(description="Until when it is valid; null where it does not expire.")
    revoked_at: datetime | None = Field(description="When it was revoked; null while it is not.")


class MadeKey(ApiKey):
    """A key that was just made, with its secret."""

    secret: str | None = Field(
        description=(
            "The secret. Store it now: it is not returned again. Null where the same request was sent "
            "before under its Idempotency-Key."
        )
    )
