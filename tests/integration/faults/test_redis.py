"""A Redis that is silent or gone."""

import threading
import time

import httpx

from tests.builders.faults import silenced
from tests.builders.waits import eventually
from tests.conftest import TenantKey, serve
from warmline_local.servers import EmbeddedRedis
from warmline_memory.messaging import Postbox
from warmline_memory.messaging.postbox import CAPACITY
from warmline_memory.settings import Settings


def seconds_of_a_handoff(http: httpx.Client) -> float:
    session = http.post("/v1/sessions", json={"namespace": "user-dave", "agent": "bot"}).json()["id"]
    began = time.monotonic()
    answer = http.post("/v1/handoffs", json={"session_id": session, "to": "human:ann", "reason": "refund"})
    assert answer.status_code == 202
    return time.monotonic() - began


def test_no_handoff_waits_for_a_redis_that_is_silent(
    settings: Settings, tenant: TenantKey, own_redis: EmbeddedRedis
) -> None:
    headers = {"Authorization": f"Bearer {tenant.key}"}
    with (
        serve(settings.model_copy(update={"redis_url": own_redis.url})) as url,
        httpx.Client(base_url=url, headers=headers, timeout=30) as http,
    ):
        seconds_of_a_handoff(http)
        with silenced(own_redis):
            assert max(seconds_of_a_handoff(http) for _ in range(10)) < 1.0
            began = time.monotonic()
            assert http.get("/v1/sessions").status_code == 200
            assert time.monotonic() - began < 1.0


def test_without_redis_a_process_keeps_the_rates_by_its_own_count(
    settings: Settings, tenant: TenantKey, own_redis: EmbeddedRedis
) -> None:
    headers = {"Authorization": f"Bearer {tenant.key}"}
    own = settings.model_copy(update={"redis_url": own_redis.url, "requests_per_key": 8})
    with serve(own) as url, httpx.Client(base_url=url, headers=headers, timeout=30) as http, silenced(own_redis):
        began = time.monotonic()
        statuses = [http.get("/v1/whoami").status_code for _ in range(20)]
        assert time.monotonic() - began < 5
        assert (statuses[0], 429 in statuses) == (200, True)
        eventually(lambda: times_alone(http) > 0)


def times_alone(http: httpx.Client) -> float:
    lines = http.get("/metrics").text.splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith("warmline_rate_limits_alone_total"))


def test_what_is_left_in_the_postbox_is_sent_in_order() -> None:
    sent: list[int] = []
    with Postbox() as postbox:
        for number in range(100):
            postbox.leave(lambda number=number: sent.append(number))  # type: ignore[misc]
    assert sent == list(range(100))


def test_a_full_postbox_holds_nobody_up() -> None:
    hung = threading.Event()
    with Postbox() as postbox:
        postbox.leave(lambda: hung.wait(20))
        for _ in range(CAPACITY + 100):
            postbox.leave(lambda: None)
        hung.set()


def test_after_a_message_that_failed_the_next_ones_are_dropped_for_a_while() -> None:
    sent: list[str] = []
    with Postbox() as postbox:
        postbox.leave(lambda: False)
        postbox.leave(lambda: sent.append("at once"))

        def leave() -> list[str]:
            postbox.leave(lambda: sent.append("later"))
            return sent

        eventually(leave)
    assert sent[0] == "later"


def test_a_message_that_raises_does_not_end_the_sending() -> None:
    sent: list[str] = []
    with Postbox() as postbox:
        postbox.leave(lambda: bool(1 / 0))

        def leave() -> list[str]:
            postbox.leave(lambda: sent.append("later"))
            return sent

        eventually(leave)
