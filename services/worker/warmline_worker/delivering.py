"""Delivering: events go out to webhooks on threads of their own, so that no receiver keeps a brief waiting.

Nor does one keep the other receivers waiting: an endpoint has few threads at once, one that fails has one, and those
that fail have half of all threads together.
"""

import logging
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from types import TracebackType
from typing import Self
from uuid import UUID

from warmline_memory import channels, handoffs, webhooks
from warmline_memory.errors import NotFound
from warmline_memory.messaging import Listener
from warmline_memory.platform import Platform
from warmline_memory.storage import Role, Transaction
from warmline_memory.webhooks import Attempt, Due
from warmline_schemas.events import EventType
from warmline_worker.due_work import DueWork
from warmline_worker.sending import Sender

log = logging.getLogger("warmline.worker")

AT_ONCE = 4
"""An endpoint has at most this many threads at once."""
STOPPING_SECONDS = 1.0
"""Attempts have this many seconds to end when the worker stops; one that is cut off is made again when its lease is
over."""


class Delivering:
    """Sends what is due until the block ends. A context manager."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._sender = Sender(platform.settings)
        self._most = platform.settings.webhook_threads
        self._work = DueWork("webhooks", self._find, [self._attempt] * self._most)
        self._listener = Listener(platform.settings, lambda _: self._work.nudge())

    def __enter__(self) -> Self:
        self._listener.__enter__()
        self._work.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._work.stop()
        self._work.join(STOPPING_SECONDS)
        self._listener.__exit__(kind, error, trace)

    def _find(self, under_way: Collection[Due]) -> Sequence[Due]:
        """What is due and may be taken now, so that all of it together is fair."""
        with self._platform.database.transaction(role=Role.SWEEP) as db:
            due = webhooks.due_deliveries(db, AT_ONCE)
        found: list[Due] = []
        for one in due:
            if len(under_way) + len(found) < self._most and self._may_take(one, [*under_way, *found]):
                found.append(one)
        return found

    def _may_take(self, one: Due, others: Sequence[Due]) -> bool:
        """Whether a delivery is not under way, and takes no thread from those who need one more."""
        # By the id: a delivery that is found due again while it is sent may look different by now.
        if any(other.delivery_id == one.delivery_id for other in others):
            return False
        same = sum(other.endpoint_id == one.endpoint_id for other in others)
        failing = sum(other.is_failing for other in others)
        # An endpoint that fails answers slowly: it must not fill the threads of those that work.
        return same < 1 and failing < max(1, self._most // 2) if one.is_failing else same < AT_ONCE

    def _attempt(self, one: Due) -> None:
        """Take, send, write down: no transaction is open, and no connection held, while a receiver is waited for."""
        database = self._platform.database
        with database.transaction(tenant_id=one.tenant_id) as db:
            attempt = webhooks.begin_delivery(db, one)
            if attempt is not None and attempt.with_deeds:
                attempt = _with_deed(db, attempt)
        if attempt is None:
            return
        outcome = self._sender.send(attempt)
        with database.transaction(tenant_id=one.tenant_id) as db:
            webhooks.finish_delivery(db, attempt, outcome, self._platform.settings)
        log.log(
            logging.DEBUG if outcome.problem is None else logging.INFO,
            "Webhook %s, delivery %s, attempt %d: %s",
            one.endpoint_id,
            one.delivery_id,
            attempt.number,
            outcome.problem or outcome.status,
        )


def _with_deed(db: Transaction, attempt: Attempt) -> Attempt:
    """An attempt whose message brings what was said and done, where its event is one of that.

    It is read when the message is sent, and stored nowhere: what is forgotten meanwhile is not sent.
    """
    event = attempt.message.data
    if event.type is EventType.MESSAGE_CREATED:
        with suppress(NotFound):
            reply = channels.reply_of(db, UUID(event.facts["message_id"]))
            return replace(attempt, message=attempt.message.model_copy(update={"reply": reply}))
        return attempt
    if event.type not in handoffs.DEED_EVENTS or event.handoff_id is None:
        return attempt
    with suppress(NotFound):
        deed = handoffs.deed(db, event.handoff_id)
        return replace(attempt, message=attempt.message.model_copy(update={"deed": deed}))
    return attempt
