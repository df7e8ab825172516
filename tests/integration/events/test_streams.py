"""Streams: events as they are committed, to whoever holds a connection open, and nobody is kept from stopping."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import httpx
import psycopg
import pytest

from tests.builders.events import happen
from tests.conftest import Api, TenantKey, serve
from warmline_local.servers import EmbeddedPostgres
from warmline_local.stack import environment_of
from warmline_memory.messaging import Announcer
from warmline_memory.settings import Settings
from warmline_memory.storage import Database, Signals
from warmline_schemas.events import EventType

READY, CLAIMED = EventType.HANDOFF_READY, EventType.HANDOFF_CLAIMED
STOPPED_SECONDS = 3.0


@pytest.fixture
def announcing(settings: Settings, database: Database) -> Iterator[Database]:
    """Another process's database: its commits are announced."""
    announcer = Announcer(settings)
    other = Database(settings, signals=Signals(news=announcer.announce))
    yield other
    other.close()
    announcer.close()


@contextmanager
def stream(api: Api, last_event_id: int | None = None, **params: Any) -> Iterator[Iterator[dict[str, str]]]:
    """The frames of a stream, without comments, as they come; the first says where it begins."""
    headers = {} if last_event_id is None else {"Last-Event-ID": str(last_event_id)}
    with api.http.stream("GET", "/v1/events/stream", params=params, headers=headers, timeout=60) as response:
        assert response.status_code == 200, response.read()
        assert response.headers["content-type"].startswith("text/event-stream")
        yield frames(response)


def frames(response: httpx.Response) -> Iterator[dict[str, str]]:
    """The frames of a response."""
    frame: dict[str, str] = {}
    for line in response.iter_lines():
        if line:
            name, _, value = line.partition(": ")
            frame[name] = value
        else:
            yield frame
            frame = {}


@contextmanager
def run_api(settings: Settings) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The API as a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | environment_of(settings.model_copy(update={"port": port}))
    with subprocess.Popen([sys.executable, "-m", "warmline_api"], env=environment) as process:
        url = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < deadline:
            with suppress(httpx.TransportError):
                httpx.get(f"{url}/health/live")
                break
            time.sleep(0.05)
        try:
            yield process, url
        finally:
            process.kill()


def numbers(listed: httpx.Response) -> list[int]:
    return [one["sequence"] for one in listed.json()["items"]]


def test_an_announced_event_reaches_an_open_stream_before_that_looks_by_itself(
    api: Api, tenant: TenantKey, announcing: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warmline_api.streams.LOOK_SECONDS", 3600.0)
    with stream(api) as coming:
        assert next(coming) == {"retry": "1000", "id": "0"}
        happen(announcing, tenant, queue="queue:billing", level=2)
        event = next(coming)
    assert (event["event"], event["id"]) == ("handoff.ready", "1")
    assert json.loads(event["data"])["facts"] == {"level": 2}


def test_an_event_that_was_not_announced_is_found_all_the_same(api: Api, tenant: TenantKey, database: Database) -> None:
    with stream(api) as coming:
        next(coming)
        happen(database, tenant)
        assert next(coming)["id"] == "1"


def test_a_stream_goes_on_after_the_last_event_that_arrived(api: Api, tenant: TenantKey, database: Database) -> None:
    for _ in range(3):
        happen(database, tenant)
    with stream(api, last_event_id=1, after=0) as coming:
        assert [next(coming)["id"] for _ in range(3)] == ["1", "2", "3"]


def test_a_stream_begins_behind_what_is_there_already(api: Api, tenant: TenantKey, announcing: Database) -> None:
    happen(announcing, tenant)
    with stream(api) as coming:
        assert next(coming)["id"] == "1"
        happen(announcing, tenant)
        assert next(coming)["id"] == "2"


def test_a_stream_tells_of_one_queue_alone(api: Api, tenant: TenantKey, announcing: Database) -> None:
    with stream(api, queue="queue:billing", types="handoff.ready", after=0) as coming:
        next(coming)
        happen(announcing, tenant, queue="queue:returns")
        happen(announcing, tenant, CLAIMED, queue="queue:billing")
        happen(announcing, tenant, queue="queue:billing")
        assert next(coming)["id"] == "3"


def test_a_chains_stream_hints_at_new_memories_without_an_id(api: Api) -> None:
    session = api.http.post("/v1/sessions", json={"namespace": "user-dave", "agent": "tier1-bot"}).json()
    with stream(api, chain_id=session["chain_id"]) as coming:
        next(coming)
        api.http.post("/v1/memories", json={"session_id": session["id"], "content": "Charged $299"})
        hint = next(coming)
    assert hint.keys() == {"event", "data"}
    told = {"type": "memory.kept", "session_id": session["id"], "ordinal": 1}
    assert (hint["event"], json.loads(hint["data"])) == ("memory.kept", told)


def test_no_stream_and_no_list_tells_of_another_tenant(
    api: Api, new_tenant: Callable[[], TenantKey], tenant: TenantKey, announcing: Database
) -> None:
    stranger = new_tenant()
    with stream(api) as coming:
        next(coming)
        happen(announcing, stranger, CLAIMED)
        happen(announcing, tenant)
        assert next(coming)["event"] == "handoff.ready"
    assert numbers(api.http.get("/v1/events")) == [1]


def test_the_list_goes_on_from_the_last_number(api: Api, tenant: TenantKey, database: Database) -> None:
    for type in (READY, CLAIMED, READY, READY):
        happen(database, tenant, type)
    first = api.http.get("/v1/events", params={"types": "handoff.ready", "limit": 2})
    assert (numbers(first), first.json()["last"]) == ([1, 3], 3)
    rest = api.http.get("/v1/events", params={"types": "handoff.ready", "limit": 2, "after": 3})
    assert (numbers(rest), rest.json()["last"]) == ([4], 4)


def test_an_unknown_key_gets_no_stream(api: Api) -> None:
    refused = api.http.get("/v1/events/stream", headers={"Authorization": "Bearer wl_nobody"})
    assert refused.json()["type"] == "urn:warmline:problem:unauthenticated"


def test_a_revoked_key_ends_its_streams(api: Api, tenant: TenantKey, postgres: EmbeddedPostgres) -> None:
    with stream(api) as coming:
        next(coming)
        with psycopg.connect(postgres.url) as connection:
            connection.execute("UPDATE api_keys SET revoked_at = now() WHERE id = %s", [tenant.key_id])
        assert list(coming) == []


def test_a_server_stops_soon_although_streams_are_open(settings: Settings, tenant: TenantKey) -> None:
    with httpx.Client(headers={"Authorization": f"Bearer {tenant.key}"}) as http, ExitStack() as left_open:
        with serve(settings) as url:
            next(frames(left_open.enter_context(http.stream("GET", f"{url}/v1/events/stream"))))
            began = time.monotonic()
        assert time.monotonic() - began < STOPPED_SECONDS


def test_a_terminated_process_ends_its_streams(settings: Settings, tenant: TenantKey) -> None:
    with run_api(settings) as (process, url), httpx.Client(headers={"Authorization": f"Bearer {tenant.key}"}) as http:
        with http.stream("GET", f"{url}/v1/events/stream") as response:
            coming = frames(response)
            next(coming)
            process.terminate()
            assert list(coming) == []
        process.wait(STOPPED_SECONDS)
