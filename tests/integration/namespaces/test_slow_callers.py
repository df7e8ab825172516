"""Callers who take an export slowly, or send an import in crumbs: they keep nothing from anybody else."""

import asyncio
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text
from starlette.requests import Request
from starlette.types import Message

from tests.conftest import Api, TenantKey
from tests.integration.namespaces.test_json_lines import NAMESPACE, facts
from warmline_api.routes import namespaces
from warmline_memory.settings import Settings
from warmline_memory.storage.database import Database

PAD = text("UPDATE memories SET metadata = jsonb_build_object('pad', repeat('x', 40000))")


@pytest.fixture
def large(api: Api, tenant: TenantKey, database: Database) -> Api:
    """A key to a namespace whose export, of 20 MB, does not fit into the buffers of a connection."""
    facts(api, 500)
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        db.execute(PAD)
    return api


@contextmanager
def an_unread_export(api: Api) -> Iterator[socket.socket]:
    """A connection that has asked for an export and takes nothing of it."""
    where = urlsplit(api.url)
    with socket.socket() as caller:
        caller.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        caller.connect((where.hostname, where.port))
        request = (
            f"GET /v1/namespaces/{NAMESPACE}/export HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {api.key}\r\n\r\n"
        )
        caller.sendall(request.encode())
        yield caller


def test_exports_that_nobody_reads_hold_no_connection_of_the_database(
    large: Api, client_of: Callable[[TenantKey], Api], new_tenant: Callable[[], TenantKey], settings: Settings
) -> None:
    bystander = client_of(new_tenant())
    with ExitStack() as stalled:
        for _ in range(settings.database_pool + 1):
            stalled.enter_context(an_unread_export(large))
        time.sleep(1)
        assert bystander.http.get("/v1/sessions").status_code == 200


def test_an_export_that_nobody_reads_is_cut_off(large: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(namespaces, "SECONDS_TO_TAKE", 0.5)
    with an_unread_export(large) as caller:
        time.sleep(3)
        caller.settimeout(10)
        taken = b"".join(iter(lambda: caller.recv(1 << 16), b""))
    assert b'"type":"namespace"' in taken
    assert b'"type":"end"' not in taken


def test_the_lines_of_an_import_take_a_time_in_proportion_to_their_length() -> None:
    def seconds(pieces: int) -> float:
        async def read() -> int:
            left = iter(range(pieces))

            async def receive() -> Message:
                return {"type": "http.request", "body": b"0123456789", "more_body": next(left, None) is not None}

            request = Request({"type": "http", "method": "POST", "headers": []}, receive)
            return sum([len(line) async for line in namespaces._lines(request, 1 << 30)])

        began = time.process_time()
        # In a thread of its own: this one may have a loop already, of a browser's test before.
        with ThreadPoolExecutor(1) as thread:
            assert thread.submit(lambda: asyncio.run(read())).result() == 10 * (pieces + 1)
        return time.process_time() - began

    few, many = min(seconds(50_000) for _ in range(2)), min(seconds(200_000) for _ in range(2))
    assert many < 8 * few
