"""The webhooks API: to which addresses events are sent, and what became of each delivery."""

from collections.abc import AsyncIterator, Iterable
from datetime import datetime

from warmline.asynchronous.transport import AsyncTransport
from warmline.calls import NOT_GIVEN, AnyOf, Id, NotGiven, build, build_change, path_to
from warmline_schemas.events import EventType
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

PATH = "/v1/webhooks"
DELIVERIES = "/v1/deliveries"


class AsyncWebhooks:
    """``client.webhooks``. Every method raises the errors of ``warmline.errors``."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def add(
        self,
        url: str,
        *,
        types: Iterable[EventType | str] = (),
        description: str | None = None,
        with_deeds: bool | None = None,
    ) -> WebhookWithSecret:
        """Add an address to which events are sent: those of ``types``, or all. ``with_deeds``: messages about the first
        reply and the end of a handoff bring what was said and done.

        Store the ``secret`` of the answer, which ``warmline.webhooks.verify`` needs: it cannot be read again.
        """
        ask = build(AddWebhook, url=url, types=list(types), description=description, with_deeds=with_deeds)
        return await self._transport.post(WebhookWithSecret, PATH, ask)

    async def list(self) -> list[Webhook]:
        """Read all webhooks, the oldest first."""
        return [one async for one in self._transport.pages(Page[Webhook], PATH, {})]

    async def get(self, webhook_id: Id) -> Webhook:
        """Read one webhook."""
        return await self._transport.get(Webhook, path_to(PATH, webhook_id))

    async def revise(
        self,
        webhook_id: Id,
        *,
        url: str | None = None,
        types: Iterable[EventType | str] | None = None,
        description: str | NotGiven | None = NOT_GIVEN,
        with_deeds: bool | None = None,
        enabled: bool | None = None,
        if_unchanged: Webhook | str | None = None,
    ) -> Webhook:
        """Change a webhook. Where it is enabled again, it gets the events that happen from then on.

        What is left out stays; ``description=None`` clears it, and an empty list of ``types`` means all.
        ``if_unchanged``: the webhook as it was read. Raises ``ChangedMeanwhile`` where it was changed since.
        """
        kinds = None if types is None else [*types]
        ask = build_change(
            ReviseWebhook, {"description": description}, url=url, types=kinds, with_deeds=with_deeds, enabled=enabled
        )
        return await self._transport.patch(Webhook, path_to(PATH, webhook_id), ask, if_unchanged)

    async def remove(self, webhook_id: Id, *, if_unchanged: Webhook | str | None = None) -> None:
        """Delete a webhook with its deliveries and their attempts. ``if_unchanged`` as for ``revise``."""
        await self._transport.delete(path_to(PATH, webhook_id), if_unchanged)

    async def rotate(self, webhook_id: Id) -> WebhookWithSecret:
        """Make a new secret. For 24 hours messages are signed with the old one, too."""
        return await self._transport.post(WebhookWithSecret, path_to(PATH, webhook_id, "rotate"), RotateSecret())

    async def ping(self, webhook_id: Id) -> Delivery:
        """Send a ``webhook.pinged`` event to this webhook alone. Return its delivery."""
        return await self._transport.post(Delivery, path_to(PATH, webhook_id, "ping"), PingWebhook())

    def deliveries(
        self,
        *,
        webhook_id: AnyOf[Id] | None = None,
        state: AnyOf[DeliveryState | str] | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        page_size: int | None = None,
    ) -> AsyncIterator[Delivery]:
        """Iterate over deliveries, newest first. ``state`` is ``pending``, ``delivered`` or ``failed``.

        ``since``, ``until``: those that were made at ``since`` or later, and before ``until``.
        """
        params = {"webhook_id": webhook_id, "state": state, "since": since, "until": until, "limit": page_size}
        return self._transport.pages(Page[Delivery], DELIVERIES, params)

    async def delivery(self, delivery_id: Id) -> DeliveryWithAttempts:
        """Read one delivery with its event and all its attempts."""
        return await self._transport.get(DeliveryWithAttempts, path_to(DELIVERIES, delivery_id))

    async def replay(self, delivery_id: Id) -> Delivery:
        """Send one delivery again, whatever its state is."""
        return await self._transport.post(Delivery, path_to(DELIVERIES, delivery_id, "replay"), ReplayDelivery())

    async def replay_failed(self, webhook_id: Id, since: datetime) -> int:
        """Send the failed deliveries again that were made at ``since`` or later. Return how many there are."""
        ask = build(ReplayDeliveries, since=since)
        found = await self._transport.post(Replayed, path_to(PATH, webhook_id, "replay"), ask)
        return found.replayed
