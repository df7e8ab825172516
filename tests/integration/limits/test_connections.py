"""Connections: what is refused before there is a request."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import httpx
import pytest

from tests.builders.raw_connections import a_connection, answer_on, head, seconds_until_closed
from tests.conftest import TenantKey, serve
from warmline_memory.settings import Settings


@pytest.fixture(scope="module")
def impatient(settings: Settings) -> Iterator[str]:
    """An API that waits half a second for whatever it waits for, and takes ten connections of an address."""
    seconds = dict.fromkeys(["header_seconds", "body_seconds", "write_seconds"], 0.5)
    with serve(settings.model_copy(update=seconds | {"connections_per_address": 10})) as url:
        yield url


@pytest.mark.parametrize("sent", [b"", b"GET /v1/whoami HTTP/1.1\r\nHost: x\r\n"])
def test_a_request_that_never_gets_whole_is_cut_off(impatient: str, sent: bytes) -> None:
    with a_connection(impatient, sent) as connection:
        assert seconds_until_closed(connection) < 10


def test_a_byte_now_and_then_does_not_keep_a_half_sent_head_alive(impatient: str) -> None:
    with a_connection(impatient, b"GET / HTTP/1.1\r\nX: ") as connection, pytest.raises(OSError):  # noqa: PT011
        for _ in range(100):
            connection.sendall(b"x")
            time.sleep(0.1)


@pytest.mark.parametrize(
    "headers",
    [b"X: " + b"x" * 3_000_000, b"".join(b"X-%d: x\r\n" % number for number in range(20_000)) + b"X: x"],
    ids=["one of 3 MB", "20,000 of them"],
)
def test_headers_that_are_too_large_are_refused(api_url: str, headers: bytes) -> None:
    said = ""
    # The server hangs up while the client still sends, so the client may see that and not the answer.
    with a_connection(api_url) as connection, suppress(ConnectionError):
        connection.sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\n" + headers + b"\r\n\r\n")
        said = answer_on(connection)
    assert said == "" or said.startswith("HTTP/1.1 431 ")


def test_too_many_headers_are_refused_although_they_are_small(api_url: str) -> None:
    answer = httpx.get(f"{api_url}/health/live", headers={f"X-{number}": "x" for number in range(150)})
    assert (answer.status_code, answer.json()["type"]) == (431, "urn:warmline:problem:headers-too-large")


def test_one_address_has_so_many_connections_and_no_more(impatient: str) -> None:
    with ExitStack() as opened:
        held = [opened.enter_context(a_connection(impatient, b"GET /health/live HTTP/1.1\r\n")) for _ in range(10)]
        assert "503" in answer_on(opened.enter_context(a_connection(impatient))).split("\r\n")[0]
        assert len(held) == 10
    time.sleep(0.2)
    assert httpx.get(f"{impatient}/health/live").status_code == 200


def test_a_client_that_does_not_read_its_answer_is_cut_off(impatient: str, tenant: TenantKey) -> None:
    bearer = {"Authorization": f"Bearer {tenant.key}"}
    large = {"namespace": "big", "content": "Asked", "action": {"name": "ask", "result": "x" * 900_000}}
    httpx.post(f"{impatient}/v1/memories", json=large, headers=bearer, timeout=60).raise_for_status()
    request = head("GET", "/v1/memories", Authorization=f"Bearer {tenant.key}")
    with a_connection(impatient) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        connection.sendall(request * 20)
        with pytest.raises(ConnectionError):
            while True:
                connection.sendall(request)
                time.sleep(0.05)


@pytest.fixture(scope="module")
def proxied(settings: Settings) -> Iterator[str]:
    """An API that believes what a proxy on this machine says of its clients."""
    with serve(settings.model_copy(update={"trusted_proxies": "127.0.0.1"})) as url:
        yield url


def test_forwarded_addresses_are_believed_of_trusted_proxies_alone(
    api_url: str, proxied: str, tenant: TenantKey
) -> None:
    told = {"Authorization": f"Bearer {tenant.key}", "X-Forwarded-For": "203.0.113.7"}
    for url in (api_url, proxied):
        made = httpx.post(f"{url}/v1/keys", json={"name": "further", "kind": "reader"}, headers=told, timeout=60)
        assert made.status_code == 201
    entries = httpx.get(f"{api_url}/v1/audit", headers=told, timeout=60).json()["items"]
    addresses = [entry["actor"]["address"] for entry in entries if entry["verb"] == "make-key"]
    assert addresses[:2] == ["203.0.113.7", "127.0.0.1"]
