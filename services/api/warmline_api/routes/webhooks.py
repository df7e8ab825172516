"""Webhooks: add, list, get, revise, remove, rotate, ping; their deliveries: list, get, replay."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from warmline_api.answers import Answer, Routes, optional_body
from warmline_api.callers import Caller, Editor, Reader, Writer
from warmline_api.queries import SEVERAL, Cursor, Limit, Since, Until
from warmline_memory import webhooks
from warmline_memory.storage import Period
from warmline_memory.webhooks import AllowedAddresses
from warmline_schemas.webhooks import (
    AddWebhook,
    Delivery,
    DeliveryState,
    DeliveryWithAttempts,
    PingWebhook,
    ReplayDeliveries,
    ReplayDelivery,
    Replayed,
    ReviseWebhook,
    RotateSecret,
    Webhook,
    WebhookWithSecret,
)
from warmline_schemas.wire import Page

router = Routes(tags=["webhooks"])


@router.post("/webhooks", status_code=201)
def add_webhook(ask: AddWebhook, caller: Writer) -> Answer[WebhookWithSecret]:
    """Have events sent to an address. The first answer alone holds the secret that signs them; keep it."""
    return caller.once(ask, 201, lambda db: webhooks.add(db, ask, _allowed(caller)), shown_once="secret")


@router.get("/webhooks")
def list_webhooks(caller: Reader, limit: Limit = 50, cursor: Cursor = None) -> Page[Webhook]:
    """The webhooks of your tenant, the oldest first."""
    with caller.transaction() as db:
        return webhooks.list_endpoints(db, limit=limit, cursor=cursor)


@router.get("/webhooks/{webhook_id}")
def get_webhook(webhook_id: UUID, caller: Reader) -> Answer[Webhook]:
    """One webhook."""
    with caller.transaction() as db:
        found = webhooks.get(db, webhook_id)
    return Answer.versioned(found)


@router.patch("/webhooks/{webhook_id}")
def revise_webhook(webhook_id: UUID, ask: ReviseWebhook, caller: Editor) -> Answer[Webhook]:
    """Change what is given. One that is enabled again is sent what happens from then on; replay what failed before."""
    with caller.editing(lambda db: webhooks.get(db, webhook_id)) as db:
        made = webhooks.revise(db, webhook_id, ask, _allowed(caller))
    return Answer.versioned(made)


@router.delete("/webhooks/{webhook_id}", status_code=204)
def remove_webhook(webhook_id: UUID, caller: Editor) -> Response:
    """Remove a webhook with its deliveries and their log."""
    with caller.editing(lambda db: webhooks.get(db, webhook_id)) as db:
        webhooks.remove(db, webhook_id)
    return Response(status_code=204)


@router.post("/webhooks/{webhook_id}/rotate")
def rotate_secret(
    webhook_id: UUID, caller: Writer, ask: Annotated[RotateSecret, optional_body(RotateSecret)]
) -> Answer[WebhookWithSecret]:
    """Make a new secret. For 24 hours messages are signed with both, so that no receiver misses any."""
    return caller.once(ask, 200, lambda db: webhooks.rotate(db, webhook_id), shown_once="secret")


@router.post("/webhooks/{webhook_id}/ping", status_code=202)
def ping_webhook(
    webhook_id: UUID, caller: Writer, ask: Annotated[PingWebhook, optional_body(PingWebhook)]
) -> Answer[Delivery]:
    """Send this webhook alone a `webhook.pinged` event, whatever types it takes. The delivery says what came of it."""
    return caller.once(ask, 202, lambda db: webhooks.ping(db, webhook_id))


@router.post("/webhooks/{webhook_id}/replay", status_code=202)
def replay_failed_deliveries(webhook_id: UUID, ask: ReplayDeliveries, caller: Writer) -> Answer[Replayed]:
    """Send again everything that failed of what was written since then, each with all its attempts."""
    return caller.once(ask, 202, lambda db: Replayed(replayed=webhooks.replay_failed(db, webhook_id, ask.since)))


@router.get("/deliveries")
def list_deliveries(
    caller: Reader,
    webhook_id: Annotated[
        list[UUID] | None, Query(max_length=SEVERAL, description="Only those to these webhooks.")
    ] = None,
    state: Annotated[
        list[DeliveryState] | None, Query(max_length=SEVERAL, description="Only those in these states.")
    ] = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[Delivery]:
    """Deliveries, newest first."""
    with caller.transaction() as db:
        return webhooks.list_deliveries(
            db, limit=limit, cursor=cursor, endpoint_id=webhook_id, state=state, period=Period(since, until)
        )


@router.get("/deliveries/{delivery_id}")
def get_delivery(delivery_id: UUID, caller: Reader) -> DeliveryWithAttempts:
    """One delivery with its event and every attempt."""
    with caller.transaction() as db:
        return webhooks.get_delivery(db, delivery_id)


@router.post("/deliveries/{delivery_id}/replay", status_code=202)
def replay_delivery(
    delivery_id: UUID, caller: Writer, ask: Annotated[ReplayDelivery, optional_body(ReplayDelivery)]
) -> Answer[Delivery]:
    """Send one delivery again, whatever became of it; to a disabled webhook as soon as that is enabled."""
    return caller.once(ask, 202, lambda db: webhooks.replay(db, delivery_id))


def _allowed(caller: Caller) -> AllowedAddresses:
    return AllowedAddresses(caller.platform.settings.webhook_allow_private)
