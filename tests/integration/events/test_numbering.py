"""Events are numbered in the order of their commits, and nobody who follows them misses one."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from tests.builders.events import happen
from tests.conftest import TenantKey
from warmline_memory import events
from warmline_memory.storage.database import Database
from warmline_schemas.events import Event, EventType

READY, CLAIMED, ACCEPTED = EventType.HANDOFF_READY, EventType.HANDOFF_CLAIMED, EventType.HANDOFF_ACCEPTED


def happened(database: Database, tenant: TenantKey, after: int = 0) -> list[Event]:
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        return events.news(db, after=after).items


def test_whoever_follows_many_writers_sees_every_number_in_order(database: Database, tenant: TenantKey) -> None:
    seen: list[int] = []
    over = threading.Event()

    def follow() -> None:
        while not over.is_set() or len(seen) < 100:
            seen.extend(one.sequence for one in happened(database, tenant, seen[-1] if seen else 0))

    follower = threading.Thread(target=follow)
    follower.start()
    with ThreadPoolExecutor(5) as writers:
        list(writers.map(lambda _: happen(database, tenant, READY), range(100)))
    over.set()
    follower.join(30)
    assert seen == list(range(1, 101))


def test_the_events_of_a_transaction_are_numbered_as_they_were_noted(database: Database, tenant: TenantKey) -> None:
    happen(database, tenant, CLAIMED, READY, ACCEPTED)
    assert [(one.sequence, one.type) for one in happened(database, tenant)] == [
        (1, CLAIMED),
        (2, READY),
        (3, ACCEPTED),
    ]


def test_a_transaction_sees_its_own_events(database: Database, tenant: TenantKey) -> None:
    handoff_id = uuid4()
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        events.record(db, READY, handoff_id=handoff_id)
        assert [one.type for one in events.of_handoff(db, handoff_id)] == [READY]
        events.record(db, CLAIMED, handoff_id=handoff_id)
        assert events.last_sequence(db) == 2


def test_what_is_rolled_back_leaves_no_gap(database: Database, tenant: TenantKey) -> None:
    happen(database, tenant, READY)
    with pytest.raises(ZeroDivisionError), database.transaction(tenant_id=tenant.tenant_id) as db:
        events.record(db, CLAIMED)
        assert events.last_sequence(db) == 2
        raise ZeroDivisionError
    happen(database, tenant, ACCEPTED)
    assert [one.sequence for one in happened(database, tenant)] == [1, 2]


def test_an_event_keeps_nobody_waiting_until_its_transaction_ends(database: Database, tenant: TenantKey) -> None:
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        events.record(db, CLAIMED)
        happen(database, tenant, READY)
    assert [one.type for one in happened(database, tenant)] == [READY, CLAIMED]


def test_another_tenants_events_are_counted_apart(
    database: Database, tenant: TenantKey, new_tenant: Callable[[], TenantKey]
) -> None:
    stranger = new_tenant()
    happen(database, stranger, READY, READY)
    happen(database, tenant, CLAIMED)
    assert [(one.sequence, one.type) for one in happened(database, tenant)] == [(1, CLAIMED)]
