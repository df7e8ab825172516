# Written by `python -m tests.sync_client` from asynchronous/resources/customers.py: change that one.
"""The customers API: who writes to you, what your channels call them, and what they say."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from warmline.calls import NOT_GIVEN, Id, NotGiven, build, build_change, path_to
from warmline.transport import Transport
from warmline_schemas.customers.customers import (
    ChannelId,
    Customer,
    MakeCustomer,
    ReviseCustomer,
)
from warmline_schemas.customers.messages import ReceivedMessage, SendMessage
from warmline_schemas.wire import Page

PATH = "/v1/customers"
Ids = Iterable[ChannelId | Mapping[str, Any]]
"""Who somebody is in channels, such as ``[{"channel": "chat", "id": "88"}]``."""


class Customers:
    """``client.customers``. Every method raises the errors of ``warmline.errors``."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def make(
        self,
        *,
        ids: Ids | None = None,
        display_name: str | None = None,
        language: str | None = None,
        time_zone: str | None = None,
        namespace: str | None = None,
        idempotency_key: str | None = None,
    ) -> Customer:
        """Make a customer, or find the one who has one of these ids or this namespace.

        Of one who is known, ids are added; a name, language and time zone only where there is none. Give a
        ``namespace`` for one that has memories already; else one is made. Raises ``NameTaken`` where the ids are of
        several customers.
        """
        ask = build(
            MakeCustomer,
            ids=None if ids is None else list(ids),
            display_name=display_name,
            language=language,
            time_zone=time_zone,
            namespace=namespace,
        )
        return self._transport.post(Customer, PATH, ask, idempotency_key)

    def list(self, *, search: str | None = None, page_size: int | None = None) -> Iterator[Customer]:
        """Iterate over customers, newest first. ``search`` is a part of a name, a whole id in any channel, or a
        namespace.
        """
        return self._transport.pages(Page[Customer], PATH, {"search": search, "limit": page_size})

    def get(self, customer_id: Id) -> Customer:
        """Read one customer."""
        return self._transport.get(Customer, path_to(PATH, customer_id))

    def revise(
        self,
        customer_id: Id,
        *,
        ids: Ids | None = None,
        display_name: str | NotGiven | None = NOT_GIVEN,
        language: str | NotGiven | None = NOT_GIVEN,
        time_zone: str | NotGiven | None = NOT_GIVEN,
        if_unchanged: Customer | str | None = None,
    ) -> Customer:
        """Change a customer. What is left out stays, and None clears: with ``language=None`` no language is known.
        ``ids`` replace those before, and an empty list clears them.

        ``if_unchanged``: the customer as it was read. Raises ``ChangedMeanwhile`` where it was changed since, and
        ``NameTaken`` where an id is another customer's.
        """
        about = {"display_name": display_name, "language": language, "time_zone": time_zone}
        ask = build_change(ReviseCustomer, about, ids=None if ids is None else list(ids))
        return self._transport.patch(Customer, path_to(PATH, customer_id), ask, if_unchanged)

    def send(
        self,
        customer_id: Id,
        content: str | None = None,
        *,
        external_id: str | int,
        attachments: Iterable[Id] | None = None,
        bot: str | None = None,
        agent: str | None = None,
        deliver: bool | None = None,
        takes_over: bool | None = None,
        event_time: datetime | None = None,
        metadata: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
    ) -> ReceivedMessage:
        """Say something in a customer's newest case as its channel heard it, whatever the state of the case.

        Where they have none, a new one begins with ``bot``, which is needed then. The rest is as with
        ``client.chains.send``.
        """
        ask = build(
            SendMessage,
            content=content,
            external_id=external_id,
            attachments=None if attachments is None else [*attachments],
            bot=bot,
            agent=agent,
            deliver=deliver,
            takes_over=takes_over,
            event_time=event_time,
            metadata=metadata,
        )
        return self._transport.post(ReceivedMessage, path_to(PATH, customer_id, "messages"), ask, idempotency_key)
