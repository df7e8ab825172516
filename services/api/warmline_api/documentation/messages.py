"""The message that the platform sends to webhooks, as the document tells it to those who receive it."""

from typing import Annotated, Any

from fastapi import APIRouter, Header

from warmline_schemas.webhooks import ID_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER, WebhookMessage

router = APIRouter()

MessageId = Annotated[str, Header(alias=ID_HEADER, description="The event's id, the same however often it is sent.")]
Moment = Annotated[int, Header(alias=TIMESTAMP_HEADER, description="When it was sent: seconds since 1970.")]
Signatures = Annotated[
    str, Header(alias=SIGNATURE_HEADER, description="`v1,` and the HMAC-SHA256 in base64; after a rotation, two.")
]

ANSWERS = {
    "2XX": {"description": "The message was taken. Any other answer is a failure, after which it is sent again."},
    "410": {"description": "Send no more: the webhook is disabled."},
}


@router.post("event", tags=["webhooks"], operation_id="receive_event", summary="An event")
def receive_event(message: WebhookMessage, message_id: MessageId, moment: Moment, signatures: Signatures) -> None:
    """Something happened of which the webhook is told. It is signed after the Standard Webhooks specification, and
    can come twice and out of order.
    """


def add(document: dict[str, Any]) -> None:
    """Say what receivers answer, who need no key of ours."""
    for entry in document["webhooks"].values():
        entry["post"] |= {"responses": ANSWERS, "security": []}
