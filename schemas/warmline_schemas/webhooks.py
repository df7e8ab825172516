"""Webhooks: addresses to which the events of a tenant are sent, and what became of each delivery.

Messages and signatures follow the Standard Webhooks specification (standardwebhooks.com, version 1).
"""

import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, HttpUrl, StringConstraints, TypeAdapter

from warmline_schemas.claims import Deed
from warmline_schemas.customers.messages import Reply
from warmline_schemas.events import Event, EventType
from warmline_schemas.wire import Answer, Moment, Request, Versioned

ID_HEADER, TIMESTAMP_HEADER, SIGNATURE_HEADER = "webhook-id", "webhook-timestamp", "webhook-signature"
SECRET_PREFIX = "whsec_"  # noqa: S105 (what secrets begin with)
MOST_WEBHOOKS = 50
"""How many webhooks a tenant can have."""
OLD_SECRET_HOURS = 24
"""For how many hours after a rotation messages are signed with the old secret, too."""

_HTTP_URL = TypeAdapter(HttpUrl)


_WRITTEN_OUT = re.compile(r"https?://[^/?#\\\s]", re.I)
_NO_SIGN_OF_A_URL = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\\]")


def _checked(url: str) -> str:
    # What parsers of addresses disagree about (RFC 3986 and browsers) means one host here and another one there.
    if _NO_SIGN_OF_A_URL.search(url):
        raise ValueError("must hold no white space, no control character and no backslash")
    if not _WRITTEN_OUT.match(url):
        raise ValueError("must begin with https:// and a host")
    parts = _HTTP_URL.validate_python(url)
    # An address is shown in answers and in the console, and a password in it would be shown, too.
    if parts.username or parts.password:
        raise ValueError("must hold no user name and no password; check signatures instead")
    # A fragment is never sent in HTTP, so one in an address is a mistake.
    if parts.fragment:
        raise ValueError("must hold no fragment")
    return url


Url = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000), AfterValidator(_checked)]
"""An http or https address without user name, password and fragment."""
Description = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]

_EXAMPLE: dict[str, Any] = {
    "id": "01978f6e-7c1a-7000-8000-00000000000a",
    "url": "https://example.com/warmline",
    "types": ["handoff.ready", "handoff.breached"],
    "description": "The team's chat",
    "with_deeds": False,
    "created_at": "2026-03-01T10:00:00Z",
    "disabled_at": None,
    "disabled_why": None,
    "failing_since": None,
}


class AddWebhook(Request):
    """Adds an address to which events are sent."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{name: _EXAMPLE[name] for name in ("url", "types", "description")}]}
    )

    url: Url = Field(description="Where the events are sent: an https address that the platform can reach.")
    types: list[EventType] = Field(
        default_factory=list,
        max_length=len(EventType),
        description="The types of events that are sent; an empty list for all.",
    )
    description: Description | None = Field(default=None, description="What the webhook is for, in your words.")
    with_deeds: bool = Field(
        default=False,
        description=(
            "Whether messages about the first reply to a handoff and about its end bring what was said and done "
            "(`deed`), and those of `message.created` the `reply`. Otherwise no message holds what anybody said."
        ),
    )


class ReviseWebhook(Request):
    """Changes a webhook. Fields that are left out keep their values."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"types": [], "enabled": True}]})

    url: Url | None = Field(default=None, description="Where the events are sent.")
    types: Annotated[list[EventType], Field(max_length=len(EventType))] | None = Field(
        default=None, description="The types of events that are sent; an empty list for all."
    )
    description: Description | None = Field(
        default=None, description="What the webhook is for, in your words; null clears it."
    )
    with_deeds: bool | None = Field(default=None, description="Whether messages bring what was said and done.")
    enabled: bool | None = Field(default=None, description="Whether events are sent to this webhook.")


class Webhook(Versioned):
    """An address to which the events of a tenant are sent."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    id: UUID = Field(description="The webhook's id.")
    url: str = Field(description="Where the events are sent.")
    types: list[EventType] = Field(description="The types of events that are sent; an empty list for all.")
    description: str | None = Field(description="What the webhook is for, in the words of the person who added it.")
    with_deeds: bool = Field(
        default=False, description="Whether messages about the end of a handoff bring what was said and done."
    )
    created_at: datetime = Field(description="When it was added.")
    disabled_at: datetime | None = Field(description="When it was disabled; null while events are sent.")
    disabled_why: str | None = Field(description="Why it is disabled, in a sentence.")
    failing_since: datetime | None = Field(description="Since when every attempt has failed; null after a success.")


class WebhookWithSecret(Webhook):
    """A webhook with its secret. The secret is returned when it is made, and cannot be read again."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{**_EXAMPLE, "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="}]}
    )

    secret: str | None = Field(
        description=(
            "The key that signs its messages: `whsec_` and 32 bytes in base64. Keep it secret. Null where the same"
            " request was sent before under its Idempotency-Key."
        )
    )


class RotateSecret(Request):
    """Makes a new secret. For 24 hours, messages are signed with the old one, too."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})


class PingWebhook(Request):
    """Sends a `webhook.pinged` event to this webhook alone."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})


class ReplayDeliveries(Request):
    """Sends the deliveries again that failed."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"since": "2026-03-01T00:00:00Z"}]})

    since: Moment = Field(description="Only deliveries that were made at this time or later.")


class ReplayDelivery(Request):
    """Sends one delivery again, whatever its state is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})


class Replayed(Answer):
    """How many deliveries are sent again."""

    replayed: int = Field(description="The number of deliveries that are sent again.")


class DeliveryState(StrEnum):
    """The state of a delivery."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


class Delivery(Answer):
    """One event that is sent to one webhook."""

    id: UUID = Field(description="The delivery's id.")
    webhook_id: UUID = Field(description="The webhook to which it is sent.")
    event_id: UUID = Field(description="The id of the event. It is the `webhook-id` header of every attempt.")
    sequence: int = Field(description="The event's number.")
    type: EventType = Field(description="The type of the event.")
    state: DeliveryState = Field(description="`pending`, `delivered`, or `failed` after the last attempt.")
    attempts: int = Field(description="How many attempts were made since it was last started.")
    created_at: datetime = Field(description="When the delivery was made.")
    attempted_at: datetime | None = Field(description="When the last attempt was made.")
    due_at: datetime | None = Field(description="When the next attempt is made; null where there will be none.")
    status: int | None = Field(description="The HTTP status of the last answer; null where there was none.")
    problem: str | None = Field(description="Why the last attempt failed, in a sentence.")


class DeliveryAttempt(Answer):
    """One attempt to deliver an event."""

    at: datetime = Field(description="When the attempt ended.")
    milliseconds: int = Field(description="How long the attempt took, in milliseconds.")
    status: int | None = Field(description="The HTTP status of the answer; null where there was none.")
    problem: str | None = Field(description="Why the attempt failed, in a sentence; null where it did not.")
    answer: str | None = Field(description="The beginning of the answer's body.")


class DeliveryWithAttempts(Delivery):
    """A delivery with its event and all its attempts."""

    event: Event = Field(description="The event, which is `data` in the message.")
    log: list[DeliveryAttempt] = Field(description="Every attempt, newest first.")


class WebhookMessage(Answer):
    """The body of a request to a webhook."""

    type: EventType = Field(description="The type of the event, as in `data.type`.")
    timestamp: datetime = Field(description="When it happened, as in `data.at`.")
    data: Event = Field(description="The event.")
    deed: Deed | None = Field(
        default=None,
        description=(
            "What was said and done, as it is known when the message is sent: of a webhook with `with_deeds`, for an "
            "event with which a handoff got its first reply or ended."
        ),
    )
    reply: Reply | None = Field(
        default=None, description="Of a webhook with `with_deeds`, for `message.created`: what to deliver."
    )
