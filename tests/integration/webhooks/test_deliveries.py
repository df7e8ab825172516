"""Deliveries without a worker: who may attempt them, and what is written down."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import accumulate
from uuid import UUID

import pytest
from sqlalchemy import text

from tests.conftest import TenantKey, make_tenant
from warmline_memory import events, sessions, webhooks
from warmline_memory.jobs import sweeping
from warmline_memory.messaging import open_celery
from warmline_memory.namespaces import forget_namespace
from warmline_memory.platform import open_platform
from warmline_memory.settings import Settings
from warmline_memory.storage.database import Database, Role
from warmline_memory.webhooks import AllowedAddresses, Attempt, Due, Outcome
from warmline_memory.webhooks.deliveries import wait_seconds
from warmline_schemas.events import EventType
from warmline_schemas.sessions import StartSession
from warmline_schemas.webhooks import AddWebhook, DeliveryState, Webhook

NAMESPACE = "user-dave"
FAILED, DELIVERED = Outcome(12, 500, "It answered 500.", "on fire"), Outcome(12, 204)
GONE = Outcome(12, 410, "It answered 410.")


@dataclass(frozen=True)
class Desk:
    """A tenant on a platform without a worker."""

    database: Database
    settings: Settings
    tenant: TenantKey

    def add(self) -> UUID:
        """Add a webhook; its id."""
        with self.database.transaction(tenant_id=self.tenant.tenant_id) as db:
            return webhooks.add(db, AddWebhook(url="https://example.com/events"), AllowedAddresses("")).id

    def happen(self, count: int = 1) -> None:
        """Commit events of the namespace."""
        for _ in range(count):
            with self.database.transaction(tenant_id=self.tenant.tenant_id) as db:
                events.record(db, EventType.HANDOFF_READY, namespace=NAMESPACE)

    def due(self, at_once: int = 4) -> list[Due]:
        """What a worker finds."""
        with self.database.transaction(role=Role.SWEEP) as db:
            return webhooks.due_deliveries(db, at_once)

    def begin(self, one: Due) -> Attempt | None:
        """What a worker does first."""
        with self.database.transaction(tenant_id=one.tenant_id) as db:
            return webhooks.begin_delivery(db, one)

    def finish(self, attempt: Attempt | None, outcome: Outcome) -> None:
        """What a worker does last."""
        assert attempt is not None
        with self.database.transaction(tenant_id=attempt.due.tenant_id) as db:
            webhooks.finish_delivery(db, attempt, outcome, self.settings)

    def states(self) -> list[tuple[str, int]]:
        """Every delivery's state, and how many of its attempts are in the log, newest first."""
        with self.database.transaction(tenant_id=self.tenant.tenant_id) as db:
            page = webhooks.list_deliveries(db, limit=500)
            return [(one.state.value, len(webhooks.get_delivery(db, one.id).log)) for one in page.items]

    def webhook(self, webhook_id: UUID) -> Webhook:
        """A webhook as it is now."""
        with self.database.transaction(tenant_id=self.tenant.tenant_id) as db:
            return webhooks.get(db, webhook_id)

    def change(self, statement: str) -> int:
        """Change rows behind the platform's back, such as to let time pass; how many."""
        with self.database.transaction(role=Role.ADMIN) as db:
            return db.execute(text(statement)).rowcount  # type: ignore[attr-defined, no-any-return]


@pytest.fixture
def desk(apart: Settings) -> Iterator[Desk]:
    """A tenant that no worker works for."""
    database = Database(apart)
    yield Desk(database, apart, make_tenant(database))
    database.close()


def test_of_many_workers_one_takes_an_attempt(desk: Desk) -> None:
    desk.add()
    desk.happen()
    [one] = desk.due()
    with ThreadPoolExecutor(8) as workers:
        taken = list(workers.map(desk.begin, [one] * 24))
    assert [attempt.number for attempt in taken if attempt] == [1]
    assert desk.due() == []


def test_an_attempt_whose_worker_was_lost_is_made_again_and_counts_once(desk: Desk) -> None:
    desk.add()
    desk.happen()
    [one] = desk.due()
    lost = desk.begin(one)
    desk.change("UPDATE deliveries SET due_at = now()")
    second = desk.begin(one)
    desk.finish(lost, FAILED)
    desk.finish(second, DELIVERED)
    desk.finish(second, FAILED)
    assert desk.states() == [("delivered", 1)]


def test_the_last_attempt_gives_up(desk: Desk) -> None:
    desk.add()
    desk.happen()
    for _ in range(desk.settings.webhook_max_attempts):
        [one] = desk.due()
        desk.finish(desk.begin(one), FAILED)
        desk.change("UPDATE deliveries SET due_at = now() WHERE due_at IS NOT NULL")
    assert desk.states() == [("failed", desk.settings.webhook_max_attempts)]
    assert desk.due() == []


def test_a_backlog_hides_nobody_elses_events_and_a_failing_webhook_gets_one_thread(desk: Desk) -> None:
    busy, failing = desk.add(), desk.add()
    desk.happen(6)
    attempt = desk.begin(next(one for one in desk.due() if one.endpoint_id == failing))
    desk.finish(attempt, FAILED)
    found = [one.endpoint_id for one in desk.due(at_once=4)]
    assert (found.count(busy), found.count(failing)) == (4, 1)


def test_a_webhook_is_disabled_after_days_of_nothing_but_failures(desk: Desk) -> None:
    webhook_id = desk.add()
    desk.happen(3)
    first, second, _ = desk.due()
    desk.finish(desk.begin(first), FAILED)
    assert desk.webhook(webhook_id).disabled_at is None
    desk.change("UPDATE webhook_endpoints SET failing_since = now() - interval '6 days'")
    desk.finish(desk.begin(second), FAILED)
    assert desk.webhook(webhook_id).disabled_why == "Every attempt failed for 5 days."
    assert [state for state, _ in desk.states()] == ["failed"] * 3


def test_one_success_forgives_all_failures(desk: Desk) -> None:
    webhook_id = desk.add()
    desk.happen(2)
    first, second = desk.due()
    desk.finish(desk.begin(first), FAILED)
    desk.change("UPDATE webhook_endpoints SET failing_since = now() - interval '6 days'")
    desk.finish(desk.begin(second), DELIVERED)
    assert desk.webhook(webhook_id).failing_since is None


def test_what_was_given_up_with_a_webhook_can_be_replayed(desk: Desk) -> None:
    webhook_id = desk.add()
    desk.happen(2)
    desk.finish(desk.begin(desk.due()[0]), GONE)
    with desk.database.transaction(tenant_id=desk.tenant.tenant_id) as db:
        [oldest, *_] = reversed(webhooks.list_deliveries(db, limit=5, state=DeliveryState.FAILED).items)
        assert webhooks.replay_failed(db, webhook_id, oldest.created_at) == 2
    assert desk.due() == []
    desk.change("UPDATE webhook_endpoints SET disabled_at = NULL, disabled_why = NULL, failing_since = NULL")
    assert len(desk.due()) == 2


def test_an_event_that_meets_the_removal_of_a_webhook_is_recorded(desk: Desk) -> None:
    webhook_id = desk.add()
    with ThreadPoolExecutor(1) as other:
        with desk.database.transaction(tenant_id=desk.tenant.tenant_id) as db:
            webhooks.remove(db, webhook_id)
            recording = other.submit(desk.happen)
            time.sleep(0.3)
        recording.result()
    assert desk.states() == []


def test_what_is_forgotten_leaves_no_event_no_delivery_and_no_attempt(desk: Desk) -> None:
    desk.add()
    with desk.database.transaction(tenant_id=desk.tenant.tenant_id) as db:
        sessions.start(db, StartSession(namespace=NAMESPACE, agent="tier1-bot"))
    desk.happen()
    desk.finish(desk.begin(desk.due()[0]), FAILED)
    with desk.database.transaction(tenant_id=desk.tenant.tenant_id) as db:
        forget_namespace(db, NAMESPACE)
    with desk.database.transaction(role=Role.ADMIN) as db:
        left = "SELECT (SELECT count(*) FROM events WHERE namespace = :gone) + (SELECT count(*) FROM delivery_attempts)"
        assert db.scalar(text(left), {"gone": NAMESPACE}) == 0


def test_what_is_too_old_goes_with_its_deliveries(desk: Desk) -> None:
    desk.add()
    desk.happen(2)
    desk.finish(desk.begin(desk.due()[0]), FAILED)
    desk.change("UPDATE events SET at = now() - interval '91 days' WHERE sequence = 1")
    with open_platform(desk.settings, open_celery(desk.settings)) as platform:
        sweeping.forget_events(platform)
    assert desk.states() == [("pending", 0)]


@pytest.mark.parametrize(("draw", "hours"), [(0.0, 18), (0.5, 22.6), (1.0, 27.1)])
def test_twelve_attempts_take_about_a_day(draw: float, hours: float) -> None:
    waits = [wait_seconds(attempt, 5.0, draw) for attempt in range(1, Settings().webhook_max_attempts)]
    assert waits == sorted(waits)
    assert list(accumulate(waits))[-1] / 3600 == pytest.approx(hours, abs=0.1)
