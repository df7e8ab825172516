"""An upgrade under load: the schema goes forward while processes that do not know it serve, and nothing fails."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.builders.databases import a_database
from tests.builders.handoffs import accept, waiting
from tests.builders.requests import get, post
from tests.builders.waits import eventually
from tests.conftest import Api, make_tenant, serve, work
from warmline_local.servers import EmbeddedPostgres, free_port
from warmline_local.stack import environment_of
from warmline_memory.errors import SetupError
from warmline_memory.settings import Settings
from warmline_memory.storage import Database, migrations

WIDER = '''
"""A schema that a later release could have: more columns, a rule, a table."""

from alembic import op

from warmline_memory.storage.migrations import steps

revision = "9001"
down_revision = "{head}"


def upgrade() -> None:
    op.execute("ALTER TABLE handoffs ADD COLUMN weight integer NOT NULL DEFAULT 1")
    op.execute("CREATE TABLE moods (tenant_id uuid REFERENCES tenants (id), id uuid, PRIMARY KEY (tenant_id, id))")
    steps.guard_tenants_table("moods")
    op.execute("ALTER TABLE memories ADD COLUMN mood varchar")
    op.execute("ALTER TABLE memories ADD CONSTRAINT memories_in_a_mood CHECK (mood <> '') NOT VALID")
    steps.serve_from("{head}")
'''
INDEXED = '''
"""An index on a table that is in use."""

from warmline_memory.storage.migrations import steps

revision = "9002"
down_revision = "9001"


def upgrade() -> None:
    steps.build_index("memories_by_mood", "memories (tenant_id, mood)")
    steps.serve_from("{head}")
'''

HEAD = migrations.head()
"""The newest revision that this release knows."""
BEFORE = "0001"
"""What the release before is at."""


@contextmanager
def knowing_later_migrations(folder: Path) -> Iterator[None]:
    """This process knows two migrations more while the block runs, as a release after this one would."""
    for name, text in (("9001_wider", WIDER), ("9002_indexed", INDEXED)):
        (folder / f"{name}.py").write_text(text.replace("{head}", HEAD))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrations, "VERSIONS", (*migrations.VERSIONS, folder))
        patch.setattr(migrations, "PAUSE_SECONDS", 0.2)
        yield


class Callers:
    """Callers of several APIs, who remember, recall and hand over until the block ends. A context manager."""

    def __init__(self, urls: list[str], key: str) -> None:
        self._apis = [Api(url, key, self._client(url, key)) for url in urls]
        self._over = threading.Event()
        self._pool = ThreadPoolExecutor(len(urls))
        self.done = 0
        self.refused: list[str] = []

    def _client(self, url: str, key: str) -> httpx.Client:
        def look(answer: httpx.Response) -> None:
            self.done += 1
            if answer.is_error:
                self.refused.append(f"{answer.request.url.path}: {answer.status_code} {answer.read().decode()}")

        headers = {"Authorization": f"Bearer {key}"}
        return httpx.Client(base_url=url, headers=headers, timeout=60, event_hooks={"response": [look]})

    def _call(self, api: Api) -> None:
        while not self._over.is_set():
            accept(api, waiting(api))
            post(api, "recall", {"namespace": "user-dave", "query": "What was overcharged?"})
            get(api, "events")

    def __enter__(self) -> "Callers":
        self._running = [self._pool.submit(self._call, api) for api in self._apis]
        return self

    def go_on(self, count: int) -> None:
        """Wait until so many more requests were answered."""
        wanted = self.done + count
        eventually(lambda: self.done >= wanted or any(one.done() for one in self._running), seconds=120)

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._pool.shutdown()
        for api in self._apis:
            api.http.close()
        for one in self._running:
            one.result()


def test_no_request_fails_while_a_migration_is_stuck_and_then_goes_through(apart: Settings, tmp_path: Path) -> None:
    url = apart.database_url
    with closing(Database(apart)) as database, ExitStack() as running:
        tenant = make_tenant(database)
        running.enter_context(work(apart, tmp_path / "worker.log"))
        # They look which revision the database has when they start, and know none of the later ones.
        callers = running.enter_context(Callers([running.enter_context(serve(apart)) for _ in "ab"], tenant.key))
        callers.go_on(15)
        with psycopg.connect(url) as somebody, knowing_later_migrations(tmp_path):
            somebody.execute("LOCK TABLE memories IN ACCESS SHARE MODE")
            with pytest.raises(SetupError, match=r"Another transaction holds a table.*Nothing was changed"):
                migrations.upgrade(url)
        assert (migrations.current(url), left_of_later_migrations(url)) == (HEAD, 0)
        with knowing_later_migrations(tmp_path):
            migrations.upgrade(url)
        assert (migrations.current(url), left_of_later_migrations(url)) == ("9002", 4)
        callers.go_on(15)
        # A process of this release that ends is started again, on a schema that it has never heard of.
        third = running.enter_context(Callers([running.enter_context(serve(apart))], tenant.key))
        third.go_on(10)
    assert (callers.refused, third.refused) == ([], [])


def test_a_request_and_a_migration_that_wait_for_each_other_both_succeed(apart: Settings, tmp_path: Path) -> None:
    url = apart.database_url
    with (
        psycopg.connect(url) as request,
        psycopg.connect(url, autocommit=True) as onlooker,
        ThreadPoolExecutor(1) as pool,
        knowing_later_migrations(tmp_path),
    ):
        request.execute("LOCK TABLE memories IN ACCESS SHARE MODE")
        migration = pool.submit(migrations.upgrade, url)
        eventually(lambda: _waits_for_memories(onlooker), seconds=60)
        # The migration has changed handoffs already, and keeps them.
        request.execute("SELECT count(*) FROM handoffs")
        request.commit()
        migration.result(60)
        assert migrations.current(url) == "9002"


def _waits_for_memories(onlooker: psycopg.Connection) -> bool:
    waiting = "relation = 'memories'::regclass AND NOT granted"
    return bool(onlooker.execute(f"SELECT count(*) FROM pg_locks WHERE {waiting}").fetchall()[0][0])


def left_of_later_migrations(url: str) -> int:
    """How many of the columns are there that the later migrations make."""
    made = "column_name IN ('weight', 'mood') OR table_name = 'moods'"
    with psycopg.connect(url) as connection:
        return int(connection.execute(f"SELECT count(*) FROM information_schema.columns WHERE {made}").fetchall()[0][0])


@contextmanager
def a_later_database(postgres: EmbeddedPostgres, serves_from: str) -> Iterator[str]:
    """A database at a revision that this code does not know, and that serves code from another one on."""
    with a_database(postgres) as url:
        with psycopg.connect(url) as connection:
            connection.execute("UPDATE warmline_revision SET version_num = '9009'")
            connection.execute(
                "CREATE OR REPLACE FUNCTION warmline_serves_from() RETURNS varchar "  # type: ignore[arg-type]
                f"LANGUAGE sql IMMUTABLE RETURN '{serves_from}'::varchar"
            )
        yield url


@pytest.mark.parametrize("command", ["api", "migrate"])
def test_a_version_that_is_too_old_for_the_database_says_so_in_a_sentence_and_stops(
    postgres: EmbeddedPostgres, settings: Settings, command: str
) -> None:
    with a_later_database(postgres, "9008") as url:
        own = settings.model_copy(update={"database_url": url, "port": free_port("127.0.0.1", 0)})
        line = [sys.executable, "-P", "-m", "warmline_local", command]
        ended = subprocess.run(line, env=environment_of(own), capture_output=True, text=True, timeout=90, check=False)
        assert migrations.current(url) == "9009"
    said = ended.stdout + ended.stderr
    assert ended.returncode != 0
    assert "The database is at revision 9009, made by a newer Warmline, which serves code from revision 9008 on" in said
    assert "Traceback" not in said


def test_an_older_version_leaves_a_newer_schema_that_serves_it_as_it_is(postgres: EmbeddedPostgres) -> None:
    with a_later_database(postgres, HEAD) as url:
        migrations.upgrade(url)
        assert migrations.current(url) == "9009"


def test_the_schema_serves_the_release_before(postgres: EmbeddedPostgres) -> None:
    with psycopg.connect(postgres.url) as connection:
        ((serves_from,),) = connection.execute("SELECT warmline_serves_from()").fetchall()
    assert serves_from == BEFORE
