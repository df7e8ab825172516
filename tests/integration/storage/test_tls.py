"""TLS on every line: to PostgreSQL, to Redis, and between clients and the proxy in front of the API."""

import ssl
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import psycopg
import pytest

from tests.builders.tls import a_certificate, a_proxy, tls_before
from tests.conftest import make_tenant, serve, work
from warmline import Warmline
from warmline.errors import ConnectionFailed
from warmline_local.servers import check_redis
from warmline_memory.errors import SetupError
from warmline_memory.settings import Settings
from warmline_memory.storage.database import Database

NAME, OTHER_NAME = "localhost", "127.0.0.1"
"""The certificates are good for the first name alone; both are of the same machine."""


@pytest.fixture
def proof(tmp_path: Path) -> tuple[ssl.SSLContext, Path]:
    """What the servers prove themselves with, and the file by which they are believed."""
    return a_certificate(tmp_path, NAME)


@pytest.fixture
def encrypted(apart: Settings, proof: tuple[ssl.SSLContext, Path]) -> Iterator[Settings]:
    """A platform's settings by which PostgreSQL and Redis are reached over TLS alone, and have to prove themselves."""
    # The embedded servers are built without TLS, so something in front of them ends it.
    context, certificate = proof
    server = urlsplit(apart.database_url)
    asked = parse_qs(server.query)
    postgres = Path(asked["host"][0]) / f".s.PGSQL.{asked['port'][0]}"
    redis = Path(apart.redis_url.removeprefix("redis+socket://"))
    with ExitStack() as stack:
        port = stack.enter_context(tls_before(postgres, context, asked_for=True))
        redis_port = stack.enter_context(tls_before(redis, context))
        checked = f"sslmode=verify-full&sslrootcert={certificate}"
        yield apart.model_copy(
            update={
                "database_url": f"postgresql://{server.username}@{NAME}:{port}{server.path}?{checked}",
                "redis_url": f"rediss://{NAME}:{redis_port}/0?ssl_cert_reqs=required&ssl_ca_certs={certificate}",
            }
        )


def a_key(settings: Settings) -> str:
    with closing(Database(settings)) as database:
        return make_tenant(database).key


def test_a_handoff_goes_over_encrypted_lines_all_the_way(
    encrypted: Settings, proof: tuple[ssl.SSLContext, Path], tmp_path: Path
) -> None:
    with closing(psycopg.connect(encrypted.database_url)) as connection:
        assert connection.pgconn.ssl_in_use
    context, certificate = proof
    believes = ssl.create_default_context(cafile=certificate)
    behind, key = encrypted.model_copy(update={"trusted_proxies": "127.0.0.1"}), a_key(encrypted)
    with (
        work(behind, tmp_path / "worker.log"),
        serve(behind) as url,
        a_proxy(url, context) as port,
        httpx.Client(verify=believes, timeout=60) as http,
    ):
        address = f"https://{NAME}:{port}"
        with Warmline(address, key, http_client=http) as client:
            with client.session(agent="tier1-bot", namespace="user-dave") as session:
                session.remember("I was charged $299, but my plan is $199/mo.", role="user")
                handoff = session.hand_off(to="billing-specialist", reason="Refunds over $50 need a specialist")
            with client.accept(handoff.id, agent="billing-specialist") as warm:
                assert "$299" in warm.brief.text
        answer = http.get(f"{address}/v1/whoami", headers={"Authorization": f"Bearer {key}"})
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
        strange = Warmline(address.replace(NAME, OTHER_NAME), key, max_retries=0, http_client=http)
        with pytest.raises(ConnectionFailed, match=r"not valid for '127\.0\.0\.1'"):
            strange.whoami()


def test_a_database_that_cannot_prove_its_name_is_not_used(encrypted: Settings) -> None:
    strange = encrypted.model_copy(update={"database_url": encrypted.database_url.replace(NAME, OTHER_NAME)})
    with closing(Database(strange)) as database, pytest.raises(SetupError, match="does not match host name"):
        database.check()


def test_a_database_whose_certificate_nobody_vouches_for_is_not_used(encrypted: Settings, tmp_path: Path) -> None:
    (tmp_path / "another").mkdir()
    _, another = a_certificate(tmp_path / "another", NAME)
    checked = encrypted.database_url.partition("sslrootcert=")[0]
    strange = encrypted.model_copy(update={"database_url": f"{checked}sslrootcert={another}"})
    with closing(Database(strange)) as database, pytest.raises(SetupError, match="certificate verify failed"):
        database.check()


def test_a_redis_that_cannot_prove_itself_is_not_used(encrypted: Settings, tmp_path: Path) -> None:
    check_redis(encrypted.redis_url)
    with pytest.raises(SetupError, match="certificate"):
        check_redis(encrypted.redis_url.replace(NAME, OTHER_NAME))
    (tmp_path / "another").mkdir()
    _, another = a_certificate(tmp_path / "another", NAME)
    with pytest.raises(SetupError, match="certificate"):
        check_redis(f"{encrypted.redis_url.partition('ssl_ca_certs=')[0]}ssl_ca_certs={another}")
