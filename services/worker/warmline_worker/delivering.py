"""Delivering: events go out to webhooks on threads of their own, so that no receiver keeps a brief waiting.

Nor does one keep the other receivers waiting: an endpoint has few threads at once, one that fails has one, and those
that fail have half of all threads together.
"""

import logging
import queue
import threading
import time
from types import TracebackType
from typing import Self
from uuid import UUID

from warmline_memory import webhooks
from warmline_memory.messaging import Listener
from warmline_memory.platform import Platform
from warmline_memory.storage import Role
from warmline_memory.webhooks import Due
from warmline_worker.sending import Sender

log = logging.getLogger("warmline.worker")

AT_ONCE = 4
"""An endpoint has at most this many threads at once."""
LOOK_SECONDS = 1.0
"""How often it is looked for what is due, in seconds, where nothing is announced."""
PAUSE_SECONDS = 0.02
"""At least this many seconds are between two looks, however much is announced."""
TROUBLE_SECONDS = 5.0
"""After a look that failed the next one is this many seconds later."""
STOPPING_SECONDS = 1.0
"""Attempts have this many seconds to end when the worker stops; one that is cut off is made again when its lease is
over."""


class Delivering:
    """Sends what is due until the block ends. A context manager."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._sender = Sender(platform.settings)
        self._stopped = threading.Event()
        self._wake = threading.Event()
        # Protects ``_under_way``, which the looking thread fills and the sending threads empty. It is held for no more
        # than counting, and together with no other lock.
        self._lock = threading.Lock()
        # By the id of the delivery: what is found due again while it is sent is not taken twice.
        self._under_way: dict[UUID, Due] = {}
        self._taken: queue.SimpleQueue[Due | None] = queue.SimpleQueue()
        self._listener = Listener(platform.settings, lambda _: self._wake.set())
        self._threads = [threading.Thread(target=self._look, name="webhooks", daemon=True)]
        self._threads += [
            threading.Thread(target=self._send, name=f"webhook-{number}", daemon=True)
            for number in range(platform.settings.webhook_threads)
        ]

    def __enter__(self) -> Self:
        self._listener.__enter__()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._wake.set()
        for _ in self._threads[1:]:
            # One for each thread that sends, which ends with it.
            self._taken.put(None)
        end = time.monotonic() + STOPPING_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        self._listener.__exit__(kind, error, trace)

    def _look(self) -> None:
        """Find what is due, again and again, and give it to the threads that send."""
        while not self._stopped.is_set():
            # Cleared before the look: what is announced during it leads to a further look.
            self._wake.clear()
            try:
                with self._platform.database.transaction(role=Role.SWEEP) as db:
                    found = webhooks.due_deliveries(db, AT_ONCE)
            # Whatever it is, the thread must live on: without it nothing is sent until the worker is started anew.
            except Exception:
                log.exception("What is due to webhooks cannot be found; the next look tries again")
                found = []
                self._stopped.wait(TROUBLE_SECONDS)
            for one in found:
                if self._may_take(one):
                    self._taken.put(one)
            # An announcement ends the wait, or a thread that is free again; it ends by itself in case Redis is gone.
            self._wake.wait(LOOK_SECONDS)
            self._stopped.wait(PAUSE_SECONDS)

    def _may_take(self, one: Due) -> bool:
        """Take a delivery, unless it is under way, or would take a thread from others."""
        most = self._platform.settings.webhook_threads
        with self._lock:
            same = sum(other.endpoint_id == one.endpoint_id for other in self._under_way.values())
            failing = sum(other.is_failing for other in self._under_way.values())
            # An endpoint that fails answers slowly: it must not fill the threads of those that work.
            is_fair = same < 1 and failing < max(1, most // 2) if one.is_failing else same < AT_ONCE
            if not is_fair or one.delivery_id in self._under_way or len(self._under_way) >= most:
                return False
            self._under_way[one.delivery_id] = one
            return True

    def _send(self) -> None:
        while (one := self._taken.get()) is not None and not self._stopped.is_set():
            try:
                self._attempt(one)
            except Exception:
                log.exception("An attempt at delivery %s was lost; it is made again", one.delivery_id)
            with self._lock:
                del self._under_way[one.delivery_id]
            self._wake.set()

    def _attempt(self, one: Due) -> None:
        """Take, send, write down: no transaction is open, and no connection held, while a receiver is waited for."""
        database = self._platform.database
        with database.transaction(tenant_id=one.tenant_id) as db:
            attempt = webhooks.begin_delivery(db, one)
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
