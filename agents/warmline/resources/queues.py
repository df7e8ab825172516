"""Queues over the wire: how they work, how they stand, what waits in them."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from warmline.transport import Id, Transport, at, build
from warmline_schemas.claims import Claim
from warmline_schemas.handoffs import Handoff
from warmline_schemas.queues import (
    ClaimNext,
    HandoffStanding,
    NextClaim,
    Queue,
    Queues as Found,
    QueueStanding,
    WriteQueue,
)
from warmline_schemas.wire import Page

PATH = "/v1/queues"


class Queues:
    """``client.queues``; names are those without `queue:`. Every method raises the tree of ``warmline.errors``."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self) -> list[Queue]:
        """Read every queue by name: those that were set up, that an operator works, or in which something waits."""
        return self._transport.get(Found, PATH).queues

    def get(self, name: str) -> Queue:
        """Read how a queue works; one that nobody set up has all defaults."""
        return self._transport.get(Queue, _path(name))

    def write(self, name: str, queue: WriteQueue | None = None, **fields: Any) -> Queue:
        """Set a queue up, or replace how it works; what is left out has its default.

        ``queue``, or its fields: ``promises``, ``levels``, ``office_hours`` and what else ``WriteQueue`` has.
        """
        return self._transport.put(Queue, _path(name), queue or build(WriteQueue, **fields))

    def delete(self, name: str) -> None:
        """Give a queue its defaults again; what waits in it stays."""
        self._transport.delete(_path(name))

    def standing(self, name: str) -> QueueStanding:
        """Read how a queue stands now."""
        return self._transport.get(QueueStanding, _path(name, "standing"))

    def waiting(self, name: str, *, operator: str | None = None, page_size: int | None = None) -> Iterator[Handoff]:
        """Iterate over what waits in a queue, in the order in which it should be taken.

        With the name of an ``operator`` only over what that one may take.
        """
        params = {"operator": operator, "limit": page_size}
        return self._transport.pages(Page[Handoff], _path(name, "waiting"), params)

    def claim_next(
        self, name: str, *, agent: str, lease_seconds: int | None = None, idempotency_key: str | None = None
    ) -> Claim | None:
        """Claim what should be taken next; None where nothing waits that the agent may take."""
        ask = build(ClaimNext, agent=agent, lease_seconds=lease_seconds)
        return self._transport.post(NextClaim, _path(name, "claim"), ask, idempotency_key).claim

    def standing_of(self, handoff_id: Id) -> HandoffStanding:
        """Read how the wait of a handoff stands now: its place, how long that takes, whether anybody is there."""
        return self._transport.get(HandoffStanding, at("/v1/handoffs", handoff_id, "standing"))


def _path(name: str, *rest: str) -> str:
    return "/".join([PATH, quote(name.removeprefix("queue:"), safe=""), *rest])
