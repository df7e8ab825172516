"""`warmline sealing`: a key is made, and the secrets of webhooks, second factors and providers are sealed with it."""

import os
import subprocess
import sys
from contextlib import closing
from uuid import uuid4

import psycopg
from pydantic import SecretStr

from tests.builders.memory_rows import keep
from tests.conftest import make_tenant
from warmline_local.servers import EmbeddedPostgres
from warmline_memory import operators, webhooks
from warmline_memory.settings import Settings
from warmline_memory.storage.database import Database
from warmline_memory.storage.sealing import PREFIX, Sealer
from warmline_memory.webhooks import AllowedAddresses
from warmline_schemas.operators import CreateOperator, SetIdentityProvider
from warmline_schemas.webhooks import AddWebhook


def sealing(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("WARMLINE_")}
    command = [sys.executable, "-P", "-m", "warmline_local", "sealing", *words]
    return subprocess.run(command, env={**bare, **variables}, capture_output=True, text=True, timeout=60, check=False)


def sealed(settings: Settings) -> tuple[str, str, str]:
    """The one second factor, webhook and provider's client of a database, as they are kept."""
    with psycopg.connect(settings.database_url) as connection:
        kept: tuple[str, str, str] | None = connection.execute(
            "SELECT f.secret, w.secret, client_secret FROM webhook_endpoints w, second_factors f, identity_providers"
        ).fetchone()
    assert kept is not None
    return kept


def test_a_new_key_takes_the_place_of_the_old_one(apart: Settings) -> None:
    old = apart.encryption_keys.get_secret_value()
    with closing(Database(apart)) as database:
        tenant = make_tenant(database)
        with database.transaction(tenant_id=tenant.tenant_id) as db:
            made = webhooks.add(db, AddWebhook(url="https://example.com/events"), AllowedAddresses(""))
            ann = operators.create(db, CreateOperator(name="ann"), None)
            operators.second_factor_enrolment(db, ann.id, uuid4(), "acme/ann")
            secret = SecretStr("a client's secret")
            operators.set_provider(
                db, SetIdentityProvider(issuer="https://login.example", client_id="warmline", client_secret=secret)
            )
    before, new = sealed(apart), sealing("new-key").stdout.strip()
    ended = sealing("renew", WARMLINE_DATABASE_URL=apart.database_url, WARMLINE_ENCRYPTION_KEYS=f"{new},{old}")
    assert (ended.returncode, "sealed with the first key" in ended.stdout) == (0, True), ended.stderr
    assert [Sealer(new).open(one) for one in sealed(apart)] == [Sealer(old).open(one) for one in before]
    assert [Sealer(old).open(one) for one in before[1:]] == [made.secret, secret.get_secret_value()]


def test_without_a_key_nothing_is_said_to_be_sealed(postgres: EmbeddedPostgres) -> None:
    ended = sealing("renew", WARMLINE_DATABASE_URL=postgres.url)
    assert ended.returncode == 1
    assert "WARMLINE_ENCRYPTION_KEYS is not set" in ended.stderr


def test_a_text_that_is_no_key_is_said_in_a_sentence(postgres: EmbeddedPostgres) -> None:
    ended = sealing("renew", WARMLINE_DATABASE_URL=postgres.url, WARMLINE_ENCRYPTION_KEYS="short")
    assert (ended.returncode, PREFIX in ended.stderr) == (1, False)
    assert "holds something that is no key" in ended.stderr


def test_what_was_said_is_sealed_by_a_command_and_opened_again(apart: Settings) -> None:
    said = "SELECT starts_with(content, 'Said') FROM memories"
    with closing(Database(apart)) as database:
        keep(database, make_tenant(database), "Said before")
    platform = {
        "WARMLINE_DATABASE_URL": apart.database_url,
        "WARMLINE_ENCRYPTION_KEYS": apart.encryption_keys.get_secret_value(),
    }
    for words, printed, is_plain in (
        (["contents"], "Sealed rows: 1 of memories.", False),
        (["contents"], "Sealed rows: none.", False),
        (["contents", "--open"], "Opened rows: 1 of memories.", True),
    ):
        ended = sealing(*words, **platform)
        assert (ended.returncode, ended.stdout.strip()) == (0, printed), ended.stderr
        with psycopg.connect(apart.database_url) as connection:
            assert connection.execute(said).fetchall() == [(is_plain,)]


def test_contents_are_not_sealed_without_a_key(apart: Settings) -> None:
    ended = sealing("contents", WARMLINE_DATABASE_URL=apart.database_url, WARMLINE_HOME=str(apart.home / "none"))
    assert (ended.returncode, "WARMLINE_ENCRYPTION_KEYS is not" in ended.stderr) == (1, True)
