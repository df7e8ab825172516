# Written by `python -m tests.sync_client` from asynchronous/resources/queues.py: change that one.
"""The queues API: how a queue works, its present state, and the handoffs that wait in it."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from warmline.calls import Id, build, path_to
from warmline.transport import Transport
from warmline_schemas.claims import Claim
from warmline_schemas.handoffs import Handoff
from warmline_schemas.queues import (
    ClaimNext,
    HandoffStanding,
    NextClaim,
    Queue,
    QueueStanding,
    WriteQueue,
)
from warmline_schemas.wire import Page

PATH = "/v1/queues"


class Queues:
    """``client.queues``. Queues are named without ``queue:``. Every method raises the errors of ``warmline.errors``."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self) -> list[Queue]:
        """Read all queues by name: those that were set up, that operators work, or in which handoffs wait."""
        return [one for one in self._transport.pages(Page[Queue], PATH, {})]

    def get(self, name: str) -> Queue:
        """Read how a queue works. A queue that was never set up has all defaults."""
        return self._transport.get(Queue, _path(name))

    def write(
        self, name: str, queue: WriteQueue | None = None, *, if_unchanged: Queue | str | None = None, **fields: Any
    ) -> Queue:
        """Set up a queue, or replace how it works. Fields that are left out get their defaults.

        Give ``queue``, or its fields: ``promises``, ``levels``, ``office_hours`` and the others of ``WriteQueue``.
        ``if_unchanged``: the queue as it was read. Raises ``ChangedMeanwhile`` where it was changed since.
        """
        return self._transport.put(Queue, _path(name), queue or build(WriteQueue, **fields), if_unchanged)

    def delete(self, name: str, *, if_unchanged: Queue | str | None = None) -> None:
        """Give a queue its defaults again. The handoffs that wait in it stay. ``if_unchanged`` as for ``write``."""
        self._transport.delete(_path(name), if_unchanged)

    def standing(self, name: str) -> QueueStanding:
        """Read the present state of a queue: how many handoffs wait, and whether operators are available."""
        return self._transport.get(QueueStanding, _path(name, "standing"))

    def waiting(self, name: str, *, operator: str | None = None, page_size: int | None = None) -> Iterator[Handoff]:
        """Iterate over the handoffs that wait in a queue, in the order in which they should be taken.

        With the name of an ``operator``, only over those that this operator may take.
        """
        params = {"operator": operator, "limit": page_size}
        return self._transport.pages(Page[Handoff], _path(name, "waiting"), params)

    def claim_next(
        self, name: str, *, agent: str, lease_seconds: int | None = None, idempotency_key: str | None = None
    ) -> Claim | None:
        """Claim the handoff that should be taken next. None where no handoff waits that the agent may take."""
        ask = build(ClaimNext, agent=agent, lease_seconds=lease_seconds)
        found = self._transport.post(NextClaim, _path(name, "claim"), ask, idempotency_key)
        return found.claim

    def standing_of(self, handoff_id: Id) -> HandoffStanding:
        """Read the present state of a handoff's wait: its place, the estimated wait, and whether operators are
        available.
        """
        return self._transport.get(HandoffStanding, path_to("/v1/handoffs", handoff_id, "standing"))


def _path(name: str, *rest: str) -> str:
    # People copy ``queue:NAME`` from a handoff; the path has the bare name.
    return "/".join([PATH, quote(name.removeprefix("queue:"), safe=""), *rest])
