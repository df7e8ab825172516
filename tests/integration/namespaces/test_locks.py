"""Forgetting a namespace beside others who hold what it needs: one order of locks, and another attempt where Postgres
ends a circle of waits."""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from tests.builders.memories import remember
from tests.builders.sessions import started
from tests.builders.waits import eventually
from tests.conftest import Api
from warmline_memory.settings import Settings

Connection = psycopg.Connection[Any]
MEMORY = "SELECT FROM memories WHERE id = %s FOR UPDATE"
SESSION = "SELECT FROM sessions WHERE id = %s FOR NO KEY UPDATE"
WAITS = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"


@pytest.fixture
def others(settings: Settings) -> Iterator[list[Connection]]:
    """Two connections of others, whom Postgres does not end, for they never look for a circle."""
    with psycopg.connect(settings.database_url) as one, psycopg.connect(settings.database_url) as other:
        for connection in (one, other):
            connection.execute("SET deadlock_timeout = '10min'")
        yield [one, other]


def waits_are(settings: Settings, number: int) -> bool:
    with psycopg.connect(settings.database_url) as connection:
        (waits,) = connection.execute(WAITS).fetchone() or (0,)
    return int(waits) >= number


def three_memories(api: Api, namespace: str) -> tuple[str, list[str]]:
    session = started(api, namespace=namespace)["id"]
    said = ("My invoice INV-2031 is still open", "The router blinks red", "Please call me on Tuesday")
    return session, [remember(api, session, one)["id"] for one in said]


def test_memories_are_locked_in_the_order_of_their_ids(api: Api, settings: Settings, others: list[Connection]) -> None:
    _, (first, second, third) = three_memories(api, "in-order")
    one, other = others
    one.execute(MEMORY, [first])
    with ThreadPoolExecutor(1) as threads:
        forgetting = threads.submit(api.http.delete, "/v1/namespaces/in-order")
        eventually(lambda: waits_are(settings, 1))
        # Who waits for the first one holds none that come after it.
        other.execute(f"{MEMORY} NOWAIT", [second])
        other.execute(f"{MEMORY} NOWAIT", [third])
        other.rollback()
        one.rollback()
        assert forgetting.result().status_code == 200


def test_forgetting_that_postgres_ends_in_a_circle_of_waits_is_tried_again(
    api: Api, settings: Settings, others: list[Connection], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    session, (first, second, _) = three_memories(api, "in-a-circle")
    one, other = others
    one.execute(MEMORY, [first])
    other.execute(MEMORY, [second])
    with ThreadPoolExecutor(2) as threads:
        forgetting = threads.submit(api.http.delete, "/v1/namespaces/in-a-circle")
        eventually(lambda: waits_are(settings, 1))
        # Forgetting holds the session. So the other one waits for it, and closes the circle once it gets to the second.
        waiting = threads.submit(other.execute, SESSION, [session])
        eventually(lambda: waits_are(settings, 2))
        one.rollback()
        waiting.result()
        other.rollback()
        assert forgetting.result().status_code == 200
    assert "to break a deadlock; it is tried again" in caplog.text
