"""`warmline sealing`: a key is made, and the secrets of webhooks are sealed anew with it."""

import os
import subprocess
import sys
from contextlib import closing

import psycopg

from tests.conftest import make_tenant
from warmline_local.servers import EmbeddedPostgres
from warmline_memory import webhooks
from warmline_memory.settings import Settings
from warmline_memory.storage.database import Database
from warmline_memory.storage.sealing import PREFIX, Sealer
from warmline_memory.webhooks import AllowedAddresses
from warmline_schemas.webhooks import AddWebhook


def sealing(word: str, **variables: str) -> subprocess.CompletedProcess[str]:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("WARMLINE_")}
    command = [sys.executable, "-P", "-m", "warmline_local", "sealing", word]
    return subprocess.run(command, env={**bare, **variables}, capture_output=True, text=True, timeout=60, check=False)


def test_a_new_key_takes_the_place_of_the_old_one(apart: Settings) -> None:
    old = apart.encryption_keys.get_secret_value()
    with closing(Database(apart)) as database:
        tenant = make_tenant(database)
        with database.transaction(tenant_id=tenant.tenant_id) as db:
            made = webhooks.add(db, AddWebhook(url="https://example.com/events"), AllowedAddresses(""))
    new = sealing("new-key").stdout.strip()
    ended = sealing("renew", WARMLINE_DATABASE_URL=apart.database_url, WARMLINE_ENCRYPTION_KEYS=f"{new},{old}")
    assert (ended.returncode, "sealed with the first key" in ended.stdout) == (0, True), ended.stderr
    with psycopg.connect(apart.database_url) as connection:
        ((secret,),) = connection.execute("SELECT secret FROM webhook_endpoints").fetchall()
    assert Sealer(new).open(secret) == made.secret


def test_without_a_key_nothing_is_said_to_be_sealed(postgres: EmbeddedPostgres) -> None:
    ended = sealing("renew", WARMLINE_DATABASE_URL=postgres.url)
    assert ended.returncode == 1
    assert "WARMLINE_ENCRYPTION_KEYS is not set" in ended.stderr


def test_a_text_that_is_no_key_is_said_in_a_sentence(postgres: EmbeddedPostgres) -> None:
    ended = sealing("renew", WARMLINE_DATABASE_URL=postgres.url, WARMLINE_ENCRYPTION_KEYS="short")
    assert (ended.returncode, PREFIX in ended.stderr) == (1, False)
    assert "holds something that is no key" in ended.stderr
