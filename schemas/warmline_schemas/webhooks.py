"""Webhooks: addresses that a tenant's events are sent to, and what became of each delivery.

Messages and signatures are those of the Standard Webhooks specification (standardwebhooks.com, version 1).
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, HttpUrl, StringConstraints, TypeAdapter

from warmline_schemas.events import Event, EventType
from warmline_schemas.wire import Answer, Request

ID_HEADER, TIMESTAMP_HEADER, SIGNATURE_HEADER = "webhook-id", "webhook-timestamp", "webhook-signature"
SECRET_PREFIX = "whsec_"  # noqa: S105 (what secrets begin with)
MOST_WEBHOOKS = 50
"""A tenant has at most so many."""
OLD_SECRET_HOURS = 24
"""For so long after a rotation the secret before it signs, too."""

_HTTP_URL = TypeAdapter(HttpUrl)


def _checked(url: str) -> str:
    parts = _HTTP_URL.validate_python(url)
    if parts.username or parts.password:
        raise ValueError("must hold no user name and no password; check signatures instead")
    if parts.fragment:
        raise ValueError("must hold no fragment")
    return url


Url = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000), AfterValidator(_checked)]
"""An http or https address."""
Description = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]

_EXAMPLE: dict[str, Any] = {
    "id": "01978f6e-7c1a-7000-8000-00000000000a",
    "url": "https://example.com/warmline",
    "types": ["handoff.ready", "handoff.breached"],
    "description": "The team's chat",
    "created_at": "2026-03-01T10:00:00Z",
    "disabled_at": None,
    "disabled_why": None,
    "failing_since": None,
}


class AddWebhook(Request):
    """Have events sent to an address."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{name: _EXAMPLE[name] for name in ("url", "types", "description")}]}
    )

    url: Url = Field(description="Where to send them: an https address that the platform may reach.")
    types: list[EventType] = Field(default_factory=list, description="Only these; an empty list for all.")
    description: Description | None = Field(default=None, description="What it is for, in your words.")


class ReviseWebhook(Request):
    """Change what is given of a webhook."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"types": [], "enabled": True}]})

    url: Url | None = Field(default=None, description="Where to send events.")
    types: list[EventType] | None = Field(default=None, description="Only these; an empty list for all.")
    description: Description | None = Field(default=None, description="What it is for, in your words.")
    enabled: bool | None = Field(default=None, description="`false` to send it nothing, `true` to send to it again.")


class Webhook(Answer):
    """An address that gets a tenant's events."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    id: UUID = Field(description="The webhook's id.")
    url: str = Field(description="Where events are sent.")
    types: list[EventType] = Field(description="Only these are sent; an empty list means all.")
    description: str | None = Field(description="What it is for, in the words of whoever added it.")
    created_at: datetime = Field(description="When it was added.")
    disabled_at: datetime | None = Field(description="Since when it is sent nothing; null while it is sent events.")
    disabled_why: str | None = Field(description="Why it is sent nothing, in a sentence.")
    failing_since: datetime | None = Field(description="Since when every attempt failed; null after a success.")


class WebhookWithSecret(Webhook):
    """A webhook with its secret, which is shown when it is made and cannot be read again."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{**_EXAMPLE, "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="}]}
    )

    secret: str = Field(description="What signs its messages: `whsec_` and 32 bytes in base64. Keep it secret.")


class Webhooks(Answer):
    """All webhooks of a tenant."""

    webhooks: list[Webhook] = Field(description="Every webhook, the oldest first.")


class RotateSecret(Request):
    """Make a new secret; for 24 hours messages are signed with both."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})


class PingWebhook(Request):
    """Send a `webhook.pinged` event to this webhook alone."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})


class ReplayDeliveries(Request):
    """Send again what failed."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"since": "2026-03-01T00:00:00Z"}]})

    since: datetime = Field(description="Deliveries that were written since then.")


class ReplayDelivery(Request):
    """Send one delivery again, whatever became of it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})


class Replayed(Answer):
    """How much is sent again."""

    replayed: int = Field(description="So many deliveries are due again.")


class DeliveryState(StrEnum):
    """What became of a delivery."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


class Delivery(Answer):
    """One event on its way to one webhook."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "01978f6e-7c1a-7000-8000-00000000000b",
                    "webhook_id": "01978f6e-7c1a-7000-8000-00000000000a",
                    "event_id": "01978f6e-7c1a-7000-8000-000000000009",
                    "sequence": 41,
                    "type": "handoff.claimed",
                    "state": "pending",
                    "attempts": 1,
                    "created_at": "2026-03-01T10:05:00Z",
                    "attempted_at": "2026-03-01T10:05:01Z",
                    "due_at": "2026-03-01T10:05:06Z",
                    "status": 503,
                    "problem": "It answered 503.",
                }
            ]
        }
    )

    id: UUID = Field(description="The delivery's id.")
    webhook_id: UUID = Field(description="Where it goes.")
    event_id: UUID = Field(description="The event, and the `webhook-id` of every attempt.")
    sequence: int = Field(description="The event's number.")
    type: EventType = Field(description="What happened.")
    state: DeliveryState = Field(description="`pending`, `delivered`, or `failed` after the last attempt.")
    attempts: int = Field(description="How often it was tried since it was last put to work.")
    created_at: datetime = Field(description="When it was written.")
    attempted_at: datetime | None = Field(description="When it was last tried.")
    due_at: datetime | None = Field(description="When it is tried next; null where it is not.")
    status: int | None = Field(description="The HTTP status of the last answer; null without one.")
    problem: str | None = Field(description="Why the last attempt failed, in a sentence.")


class DeliveryAttempt(Answer):
    """One try at a delivery."""

    at: datetime = Field(description="When it ended.")
    milliseconds: int = Field(description="How long it took.")
    status: int | None = Field(description="The HTTP status of the answer; null without one.")
    problem: str | None = Field(description="Why it failed, in a sentence; null where it did not.")
    answer: str | None = Field(description="The beginning of the answer's body.")


class DeliveryWithAttempts(Delivery):
    """A delivery with all its attempts and the event."""

    event: Event = Field(description="What is sent, as `data` of the message.")
    log: list[DeliveryAttempt] = Field(description="Every attempt, the newest first.")


class WebhookMessage(Answer):
    """The body of a webhook's request."""

    type: EventType = Field(description="What happened, as `data.type`.")
    timestamp: datetime = Field(description="When it happened, as `data.at`.")
    data: Event = Field(description="The event.")
