"""Customers: who writes to a tenant, in whichever channel."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from warmline_schemas.queues import Language, Zone
from warmline_schemas.wire import Namespace, Request, Versioned

MOST_IDS = 50
Channel = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]
"""What a channel is called, such as ``chat`` or ``whatsapp``."""
OwnId = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255)]
DisplayName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class ChannelId(Request):
    """Who a customer is in a channel."""

    channel: Channel = Field(description="The channel, such as `chat`.")
    id: OwnId = Field(description="The channel's own id of them.")


ChannelIds = Annotated[list[ChannelId], Field(max_length=MOST_IDS)]


class MakeCustomer(Request):
    """Finds the customer who has one of the ids or the namespace, or makes one. Of a known one, what is missing is
    added.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"ids": [{"channel": "chat", "id": "88"}], "display_name": "Mira Joshi", "language": "en"}]
        }
    )

    ids: ChannelIds = Field(default_factory=list, description="Who they are in your channels.")
    display_name: DisplayName | None = Field(default=None, description="Their name, in any script.")
    language: Language | None = Field(default=None, description="Their language, such as `en`.")
    time_zone: Zone | None = Field(default=None, description="Their time zone, by its IANA name.")
    namespace: Namespace | None = Field(
        default=None, description="The namespace of their memories; left out, one is made."
    )

    @model_validator(mode="after")
    def _says_who(self) -> Self:
        if not self.ids and self.namespace is None:
            raise ValueError("say who it is: give `ids`, a `namespace`, or both")
        return self


class ReviseCustomer(Request):
    """Changes a customer. What is left out stays, null clears, and `ids` replace those before."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"display_name": "Mira Joshi"}]})

    ids: ChannelIds = Field(default_factory=list, description="As in `MakeCustomer`.")
    display_name: DisplayName | None = Field(default=None, description="As in `MakeCustomer`.")
    language: Language | None = Field(default=None, description="As in `MakeCustomer`.")
    time_zone: Zone | None = Field(default=None, description="As in `MakeCustomer`.")

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError(f"give at least one of {', '.join(type(self).model_fields)}")
        return self


class Customer(Versioned):
    """Somebody who writes to you."""

    id: UUID = Field(description="The customer's id.")
    namespace: str = Field(description="The namespace of their memories and cases.")
    display_name: str | None = Field(description="Their name.")
    ids: list[ChannelId] = Field(description="Who they are in your channels.")
    language: str | None = Field(description="Their language.")
    time_zone: str | None = Field(description="Their time zone.")
    created_at: datetime = Field(description="When they were first known.")
