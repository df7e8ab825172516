"""Behind PgBouncer in transaction mode, where every transaction may be on another connection to the server."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from psycopg.rows import dict_row

from tests.conftest import TenantKey, make_tenant, serve, work
from warmline import Warmline
from warmline_local.servers import server_account
from warmline_memory.recall.cached_namespaces import LEAST
from warmline_memory.settings import Settings
from warmline_memory.storage.database import Database

PORT = 6432
"""Part of the socket's name; nothing listens on it."""
SERVER_CONNECTIONS = 3
CONFIGURATION = """
[databases]
* = host={host} port={port} user={user}
[pgbouncer]
pool_mode = transaction
default_pool_size = {connections}
max_client_conn = 200
auth_type = any
admin_users = admin
listen_addr =
listen_port = {listen_port}
unix_socket_dir = {folder}
"""


@contextmanager
def pooled(url: str, folder: Path) -> Iterator[str]:
    """The address of a database behind PgBouncer, which is run as the user that owns the server's socket."""
    program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    assert program, "there is no PgBouncer; `make programs` installs it"
    server = urlsplit(url)
    parameters = parse_qs(server.query)
    folder.mkdir()
    configuration = folder / "pgbouncer.ini"
    configuration.write_text(
        CONFIGURATION.format(
            host=parameters["host"][0],
            port=parameters["port"][0],
            user=server.username,
            connections=SERVER_CONNECTIONS,
            listen_port=PORT,
            folder=folder,
        )
    )
    account = server_account()
    for path in (folder, configuration) if account else ():
        os.chown(path, account.uid, account.gid)
    as_owner = {"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}
    process = subprocess.Popen([program, "-q", configuration], **as_owner)
    try:
        address = f"postgresql://{server.username}@{server.path}?host={folder}&port={PORT}"
        wait_until_it_answers(address)
        yield address
    finally:
        process.terminate()
        process.wait(20)


def wait_until_it_answers(address: str) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            psycopg.connect(address).close()
        except psycopg.OperationalError:
            assert time.monotonic() < deadline, "PgBouncer does not answer"
            time.sleep(0.05)
        else:
            return


def pools(address: str) -> list[dict[str, Any]]:
    """What PgBouncer says of its pools."""
    name = urlsplit(address).path.strip("/")
    admin = address.replace(f"/{name}?", "/pgbouncer?").replace("postgres@", "admin@")
    with psycopg.connect(admin, autocommit=True, row_factory=dict_row, cursor_factory=psycopg.ClientCursor) as bouncer:
        return [pool for pool in bouncer.execute("SHOW POOLS").fetchall() if pool["database"] == name]


@pytest.fixture
def platform(apart: Settings, tmp_path: Path) -> Iterator[tuple[str, Settings]]:
    """The API's address, and the settings, of a platform whose API and worker both go through PgBouncer."""
    with pooled(apart.database_url, apart.home / f"{tmp_path.name}-bouncer") as address:
        settings = apart.model_copy(update={"database_url": address, "database_prepare": False})
        with work(settings, tmp_path / "worker.log"), serve(settings) as url:
            yield url, settings


def a_tenant(settings: Settings) -> TenantKey:
    database = Database(settings)
    try:
        return make_tenant(database)
    finally:
        database.close()


def a_whole_handoff(url: str, key: str, account: str) -> tuple[list[str], str]:
    """Keep enough to be held, recall, hand over and take over: what was recalled, and what the receiver was told."""
    with Warmline(url, key) as client:
        with client.session(agent="tier1-bot", namespace=f"user-{account}") as session:
            client.memories.remember_many(
                {"session_id": session.id, "content": f"Invoice {number} of {account} was paid", "role": "user"}
                for number in range(LEAST)
            )
            session.remember(f"Account {account} was charged $299, but the plan is $199/mo.", role="user")
            recalled = [
                one.memory.content
                for _ in range(4)
                for one in session.recall(f"What was {account} charged?", top_k=3).results
            ]
            handoff = session.hand_off(to="billing-specialist", reason="Refunds over $50 need a specialist")
        with client.accept(handoff.id, agent="billing-specialist") as warm:
            return recalled, warm.brief.text


def test_tenants_at_work_at_once_each_see_their_own_whole_handoffs(platform: tuple[str, Settings]) -> None:
    url, settings = platform
    accounts = [f"ACC-{4500 + number}" for number in range(8)]
    keys = [a_tenant(settings).key for _ in accounts]
    with ThreadPoolExecutor(len(accounts)) as callers:
        found = list(callers.map(a_whole_handoff, [url] * len(accounts), keys, accounts))
    for account, (recalled, told) in zip(accounts, found, strict=True):
        assert len(recalled) == 12
        assert all(account in content for content in recalled)
        assert f"Account {account} was charged $299, but the plan is $199/mo." in recalled
        assert account in told
        assert "$299" in told
    (pool,) = pools(settings.database_url)
    assert 0 < pool["sv_active"] + pool["sv_idle"] + pool["sv_used"] <= SERVER_CONNECTIONS
    assert pool["cl_active"] > SERVER_CONNECTIONS
