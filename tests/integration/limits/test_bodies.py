"""Bodies: the key is looked at before any byte of them, and none is kept beyond its size and time."""

import time
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest

from tests.builders.raw_connections import a_connection, answer_on, head
from tests.conftest import TenantKey, serve
from warmline_memory.settings import Settings

BODY_SECONDS = 1.0


@pytest.fixture(scope="module")
def small(settings: Settings) -> Iterator[str]:
    """An API with little room and little time for bodies."""
    bounds = {
        "body_seconds": BODY_SECONDS,
        "max_body_bytes": 1_000_000,
        "unfinished_bytes": 2_000_000,
        "transfers_per_tenant": 1,
    }
    with serve(settings.model_copy(update=bounds)) as url:
        yield url


@pytest.mark.parametrize("key", ["", "Bearer wl_unknown", "Basic abc", "Bearer " + "x" * 5_000])
def test_without_a_valid_key_no_body_is_waited_for(api_url: str, key: str) -> None:
    asked = head("POST", "/v1/memories", Authorization=key, Content_Length=15_000_000)
    with a_connection(api_url, asked, b"{") as connection:
        assert answer_on(connection).startswith("HTTP/1.1 401 ")


def test_a_body_that_does_not_come_is_a_408(small: str, tenant: TenantKey) -> None:
    asked = head("POST", "/v1/memories", Authorization=f"Bearer {tenant.key}", Content_Length=1000)
    with a_connection(small, asked, b"{") as connection:
        assert answer_on(connection).startswith("HTTP/1.1 408 ")


def test_a_stream_outlasts_the_time_for_bodies(small: str, tenant: TenantKey) -> None:
    headers = {"Authorization": f"Bearer {tenant.key}"}
    with httpx.stream("GET", f"{small}/v1/events/stream", headers=headers, timeout=60) as stream:
        lines = stream.iter_lines()
        next(lines)
        began = time.monotonic()
        while time.monotonic() - began < 3 * BODY_SECONDS:
            httpx.post(f"{small}/v1/sessions", json={"agent": "bot", "namespace": "x"}, headers=headers, timeout=60)
            while not next(lines).startswith("data:"):
                pass


def test_one_tenants_unfinished_bodies_leave_room_for_others(small: str, new_tenant: type[TenantKey]) -> None:
    greedy, other = new_tenant(), new_tenant()
    asked = head("POST", "/v1/memories", Authorization=f"Bearer {greedy.key}", Content_Length=950_000)
    with ExitStack() as opened:
        answers = []
        for _ in range(4):
            connection = opened.enter_context(a_connection(small, asked, b"x" * 900_000))
            answers.append(connection)
        time.sleep(0.5)
        kept = httpx.post(
            f"{small}/v1/memories",
            json={"namespace": "x", "content": "y"},
            headers={"Authorization": f"Bearer {other.key}"},
        )
        refused = [answer_on(connection).startswith("HTTP/1.1 503 ") for connection in answers]
    assert kept.status_code == 201
    assert any(refused)


def test_a_body_that_trickles_costs_no_more_than_its_bytes(api_url: str, tenant: TenantKey) -> None:
    """Twenty large bodies, each of which goes on a byte at a time, beside somebody else's small request."""
    asked = head("POST", "/v1/memories", Authorization=f"Bearer {tenant.key}", Content_Length=4_000_000)

    def slowest(size: int) -> float:
        with ExitStack() as opened, httpx.Client(base_url=api_url) as bystander:
            held = [opened.enter_context(a_connection(api_url, asked, b"x" * size)) for _ in range(12)]
            times = []
            for _ in range(40):
                for connection in held:
                    connection.sendall(b"x")
                began = time.monotonic()
                bystander.get("/health/live")
                times.append(time.monotonic() - began)
            return sorted(times)[20]

    small, large = slowest(1_000), slowest(3_900_000)
    assert large < 5 * small + 0.005


def test_a_tenant_imports_one_file_after_the_other(small: str, tenant: TenantKey) -> None:
    asked = head("POST", "/v1/namespaces/x/import", Authorization=f"Bearer {tenant.key}", Content_Length=1000)
    with a_connection(small, asked, b"{") as first, a_connection(small, asked, b"{") as second:
        # Which of the two is looked up first is open.
        assert sorted(answer_on(one).split()[1] for one in (first, second)) == ["408", "429"]


def test_a_line_of_an_import_may_come_in_many_pieces(api_url: str, tenant: TenantKey) -> None:
    pieces = (b'{"namespace', b'": ', b"1}\n", b"{", b"}")
    answer = httpx.post(
        f"{api_url}/v1/namespaces/x/import",
        content=iter(pieces),
        headers={"Authorization": f"Bearer {tenant.key}"},
    )
    assert answer.status_code == 422
    assert "Line 1" in answer.json()["detail"]


def test_a_tenant_takes_one_export_after_the_other_and_another_one_takes_its_own(
    small: str, new_tenant: type[TenantKey]
) -> None:
    greedy, other = new_tenant(), new_tenant()
    for tenant in (greedy, other):
        bearer = {"Authorization": f"Bearer {tenant.key}"}
        large = {"namespace": "big", "content": "Asked", "action": {"name": "ask", "result": "x" * 900_000}}
        for _ in range(9):
            httpx.post(f"{small}/v1/memories", json=large, headers=bearer, timeout=60).raise_for_status()
    export = [head("GET", "/v1/namespaces/big/export", Authorization=f"Bearer {one.key}") for one in (greedy, other)]
    with a_connection(small, export[0]) as unread:
        assert unread.recv(12) == b"HTTP/1.1 200"
        with a_connection(small, export[0]) as second, a_connection(small, export[1]) as others:
            assert (second.recv(12), others.recv(12)) == (b"HTTP/1.1 429", b"HTTP/1.1 200")
