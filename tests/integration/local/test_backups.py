"""The drill: a platform at work is backed up, destroyed and restored on another server, and goes on."""

import json
import os
import stat
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg
import pytest
from pydantic import SecretStr
from sqlalchemy import func, select

from tests.builders.handoffs import accept, waiting
from tests.builders.owners import an_owned_database
from tests.builders.requests import get, post
from tests.builders.waits import eventually
from tests.conftest import Api, TenantKey, make_tenant, serve, work
from tests.schema_file import read_schema
from warmline import Warmline
from warmline_local.backups import BackupFile, Manifest, back_up, check_keys, looking, restore
from warmline_local.servers import EmbeddedPostgres
from warmline_local.stack import Steps
from warmline_memory import operators
from warmline_memory.errors import SetupError
from warmline_memory.settings import Settings
from warmline_memory.storage import Database, Role, Sealer, migrations, new_sealing_key, tables
from warmline_schemas.operators import CreateOperator, SetIdentityProvider

TOLD = "I was billed twice for order 7731"
MOVES_BY_ITSELF = {"deliveries", "delivery_attempts", "workers"}
"""Where a worker goes on between the backup and the look at it: it delivers, and says that it lives."""
AHEAD = 1_000_000_000
"""The backed-up server has counted so many transactions more than the new one."""


@dataclass(frozen=True)
class Drill:
    """What a backup was made of, and the file."""

    settings: Settings
    tenant: TenantKey
    file: BackupFile
    manifest: Manifest
    export: str
    rows: dict[str, list[str]]
    busy: TenantKey
    acknowledged: list[str]
    """Memories that were acknowledged before the backup began, while others were written."""


@contextmanager
def opened(url: str, tenant: TenantKey) -> Iterator[Api]:
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {tenant.key}"}, timeout=30) as http:
        yield Api(url, tenant.key, http)


def exported(api: Api) -> str:
    """The namespace as it is exported, without the moment at which it was."""
    lines = api.http.get("/v1/namespaces/user-ada/export").text.splitlines()
    return "\n".join(lines[1:])


def filled(api: Api) -> None:
    """A customer with a case that was handed over and taken, and what else a database holds."""
    post(api, "webhooks", {"url": "https://example.com/hooks"}, 201)
    session = post(api, "sessions", {"namespace": "user-ada", "agent": "bot"}, 201)["id"]
    for said in (TOLD, "Please send the refund to my bank", "Grüße ✓"):
        post(api, "memories", {"session_id": session, "content": said, "role": "user"}, 201)
    accept(api, waiting(api, session))
    post(api, "operators", {"name": "ann"}, 201)
    post(api, "shifts", {"outgoing": "human:ann"}, 201)


def rows_of(url: str, busy: TenantKey) -> dict[str, list[str]]:
    """Every row of a database as text, by table, but for what a server counts for itself and one tenant's rows."""
    found = {}
    with psycopg.connect(url) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (name,) in names:
            listed = connection.execute(f"SELECT to_jsonb(r) - 'changed_in' FROM {name} AS r")  # type: ignore[arg-type]
            rows = sorted(json.dumps(row, sort_keys=True) for (row,) in listed)
            found[name] = [row for row in rows if str(busy.tenant_id) not in row]
    return {name: rows for name, rows in found.items() if name != "deletions"}


class Writer:
    """Keeps memories one after the other, in a thread, until the block ends. A context manager."""

    def __init__(self, url: str, tenant: TenantKey) -> None:
        self._http = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {tenant.key}"}, timeout=30)
        self.acknowledged: list[str] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._write)

    def _write(self) -> None:
        while not self._over.is_set():
            ask = {"namespace": "busy", "content": f"Note {len(self.acknowledged)}"}
            self.acknowledged.append(self._http.post("/v1/memories", json=ask).raise_for_status().json()["id"])

    def __enter__(self) -> "Writer":
        self._thread.start()
        return self

    def writes(self, count: int) -> None:
        """Wait until so many more memories are acknowledged."""
        wanted = len(self.acknowledged) + count
        eventually(lambda: len(self.acknowledged) >= wanted or not self._thread.is_alive())
        assert self._thread.is_alive()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._http.close()


@pytest.fixture(scope="module")
def drill(postgres: EmbeddedPostgres, settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Drill:
    """A backup that was made while memories were written, of a database that is gone."""
    folder = tmp_path_factory.mktemp("drill")
    file = BackupFile(folder / "night.backup")
    with an_owned_database(postgres) as url:
        migrations.upgrade(url)
        own = settings.model_copy(update={"database_url": url, "broker_prefix": "drill"})
        with closing(Database(own)) as database:
            tenant, busy = make_tenant(database), make_tenant(database)
        with work(own, folder / "worker.log"), serve(own) as api_url, opened(api_url, tenant) as api:
            filled(api)
            with psycopg.connect(url.replace(url[13 : url.index("@")], "postgres", 1)) as superuser:
                superuser.execute("SET session_replication_role = replica")
                superuser.execute("UPDATE memories SET changed_in = changed_in + %s", [AHEAD])
            before = exported(api)
            with Writer(api_url, busy) as writer:
                writer.writes(10)
                acknowledged = list(writer.acknowledged)
                manifest = back_up(url, file)
                writer.writes(10)
            rows = rows_of(url, busy)
    return Drill(own, tenant, file, manifest, before, rows, busy, acknowledged)


@dataclass(frozen=True)
class Restored:
    """A backup that was restored on another server."""

    settings: Settings
    url: str
    problems: list[str]


@pytest.fixture(scope="module")
def restored(drill: Drill, home: Path) -> Iterator[Restored]:
    with EmbeddedPostgres(home / "s", durable=False) as server, an_owned_database(server) as url:
        settings = drill.settings.model_copy(update={"database_url": url})
        yield Restored(settings, url, restore(settings, url, url, drill.file, Steps()))


def test_a_restored_database_holds_what_the_manifest_counts(drill: Drill, restored: Restored) -> None:
    with psycopg.connect(restored.url) as connection:
        found = looking.count_rows(connection)
    assert found == drill.manifest.rows
    assert found["memories"] >= len(drill.acknowledged) + 4


def test_every_row_is_as_it_was(drill: Drill, restored: Restored) -> None:
    found = rows_of(restored.url, drill.busy)
    differs = [name for name in drill.rows if found[name] != drill.rows[name]]
    assert set(differs) <= MOVES_BY_ITSELF
    assert all(drill.rows[name] for name in ("memories", "handoffs", "sheets", "audit_entries", "webhook_endpoints"))


def test_what_was_acknowledged_before_the_backup_is_in_it(drill: Drill, restored: Restored) -> None:
    with closing(Database(restored.settings)) as database, database.transaction(role=Role.ADMIN) as db:
        kept = {str(one) for one in db.scalars(select(tables.Memory.id))}
    assert set(drill.acknowledged) <= kept


def test_the_audits_of_a_restored_database_verify(restored: Restored) -> None:
    assert restored.problems == []


def test_a_platform_goes_on_where_the_backup_was_made(drill: Drill, restored: Restored, tmp_path: Path) -> None:
    settings = restored.settings
    with work(settings, tmp_path / "worker.log"), serve(settings) as url, opened(url, drill.tenant) as api:
        assert exported(api) == drill.export
        warm = accept(api, waiting(api))
        assert warm["handoff"]["state"] == "accepted"
        found = post(api, "recall", {"namespace": "user-ada", "query": "What was billed twice?"})
        assert TOLD in [one["memory"]["content"] for one in found["results"]]
        assert "example.com" in str(get(api, "webhooks"))
        with Warmline(url, drill.tenant.key) as client:
            assert client.verify_audit().intact


def test_no_memory_is_of_a_transaction_that_the_new_server_has_not_had(restored: Restored) -> None:
    with closing(Database(restored.settings)) as database, database.transaction(role=Role.ADMIN) as db:
        newest = db.scalar(select(func.max(tables.Memory.changed_in)))
        known = db.scalar(select(func.warmline_all_known_below()))
    assert newest is not None
    assert newest < known


def test_functions_policies_grants_and_triggers_are_those_of_a_new_database(
    restored: Restored, postgres: EmbeddedPostgres
) -> None:
    # Conditions of tables and indexes are written down in other words once they have been read back.
    found, new = (
        [entry for entry in read_schema(url) if entry.kind not in {"TABLE", "INDEX"}]
        for url in (restored.url, postgres.url)
    )
    assert found == new


def command(*words: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("WARMLINE_")}
    line = [sys.executable, "-P", "-m", "warmline_local", *map(str, words)]
    return subprocess.run(line, env={**bare, **variables}, capture_output=True, text=True, timeout=120, check=False)


def test_the_commands_restore_into_a_new_home_once_and_ask_for_the_keys_before(drill: Drill, home: Path) -> None:
    place = {"WARMLINE_HOME": str(home / "r")}
    keys = {"WARMLINE_ENCRYPTION_KEYS": drill.settings.encryption_keys.get_secret_value()}
    without = command("restore", drill.file.path, **place)
    assert (without.returncode, "WARMLINE_ENCRYPTION_KEYS" in without.stderr) == (1, True)
    assert not (home / "r").exists()
    done = command("restore", drill.file.path, **place, **keys)
    assert (done.returncode, f"{drill.manifest.rows['memories']} memories" in done.stdout) == (0, True), done.stderr
    again = command("restore", drill.file.path, "--without-keys", **place)
    assert (again.returncode, "is not empty" in again.stderr) == (1, True)


def test_the_command_backs_up_and_says_what_the_file_holds(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "all.backup"
    done = command("backup", file, "--json", WARMLINE_DATABASE_URL=settings.database_url)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["rows"] == BackupFile(file).read_manifest().rows


def restoring(drill: Drill, url: str, file: Path) -> None:
    restore(drill.settings, url, url, BackupFile(file), Steps())


@contextmanager
def an_untouched_database(postgres: EmbeddedPostgres) -> Iterator[str]:
    """An empty database in which nothing is made while the block runs."""
    with an_owned_database(postgres) as url:
        yield url
        with psycopg.connect(url) as connection:
            made = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
            assert made == (0,)


@pytest.mark.parametrize("kept", [0.3, 0.9, 0.999])
def test_a_file_that_was_cut_off_is_refused_before_anything_is_changed(
    drill: Drill, postgres: EmbeddedPostgres, tmp_path: Path, kept: float
) -> None:
    whole = drill.file.path.read_bytes()
    cut = tmp_path / "cut.backup"
    cut.write_bytes(whole[: int(len(whole) * kept)])
    with an_untouched_database(postgres) as url, pytest.raises(SetupError, match="is no backup of Warmline, or is dam"):
        restoring(drill, url, cut)


@pytest.mark.parametrize("at", [0.1, 0.5, 0.9])
def test_a_file_in_which_a_byte_was_changed_is_refused_before_anything_is_changed(
    drill: Drill, postgres: EmbeddedPostgres, tmp_path: Path, at: float
) -> None:
    bytes_of = bytearray(drill.file.path.read_bytes())
    bytes_of[int(drill.manifest.dump_bytes * at)] ^= 1
    changed = tmp_path / "changed.backup"
    changed.write_bytes(bytes_of)
    with an_untouched_database(postgres) as url, pytest.raises(SetupError, match="is no backup of Warmline, or is dam"):
        restoring(drill, url, changed)


def test_a_backup_of_a_newer_schema_is_refused_before_anything_is_changed(
    drill: Drill, postgres: EmbeddedPostgres, tmp_path: Path
) -> None:
    newer = tmp_path / "newer.backup"
    with zipfile.ZipFile(newer, "w") as archive, drill.file.dump() as dump:
        archive.writestr("database.dump", dump.read())
        manifest = drill.manifest.model_copy(update={"revision": "9999"})
        archive.writestr("manifest.json", manifest.model_dump_json())
    with an_untouched_database(postgres) as url, pytest.raises(SetupError, match="at revision 9999, which this code"):
        restoring(drill, url, newer)


def test_a_database_that_is_not_empty_is_left_as_it_is(drill: Drill, postgres: EmbeddedPostgres) -> None:
    with an_owned_database(postgres) as url:
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE diary (day date)")
        with pytest.raises(SetupError, match="is not empty: it has diary"):
            restoring(drill, url, drill.file.path)
        with psycopg.connect(url) as connection:
            names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert names == [("diary",)]


def test_keys_that_do_not_open_what_is_sealed_are_noticed_before_anything_is_changed(drill: Drill) -> None:
    held = drill.settings.encryption_keys.get_secret_value()
    check_keys(f"{new_sealing_key()},{held}", drill.manifest)
    for keys in ("", new_sealing_key()):
        with pytest.raises(SetupError, match="these keys do not open"):
            check_keys(keys, drill.manifest)


def test_the_secrets_of_second_factors_and_of_clients_at_providers_are_sealed_with_keys_that_a_restore_needs(
    apart: Settings,
) -> None:
    provider = SetIdentityProvider(
        issuer="https://login.example", client_id="us", client_secret=SecretStr("a client's")
    )
    with closing(Database(apart)) as database:
        tenant = make_tenant(database)
        with database.transaction(tenant_id=tenant.tenant_id) as db:
            ann = operators.create(db, CreateOperator(name="ann"), None)
            operators.second_factor_enrolment(db, ann.id, uuid4(), "acme/ann")
            operators.set_provider(db, provider)
            factor = db.scalars(select(tables.SecondFactor.secret)).one()
    with looking.connected(apart.database_url) as connection:
        sealed = looking.sealed_values(connection)
    opened_by = Sealer(apart.encryption_keys.get_secret_value())
    assert factor in sealed
    assert "a client's" in {opened_by.open(one) for one in sealed}


def test_a_backup_by_somebody_who_sees_a_part_of_the_rows_is_refused(
    drill: Drill, postgres: EmbeddedPostgres, tmp_path: Path
) -> None:
    file = BackupFile(tmp_path / "part.backup")
    with an_owned_database(postgres) as url:
        migrations.upgrade(url)
        login = url[13 : url.index("@")]
        with psycopg.connect(postgres.url) as superuser:
            superuser.execute(f"REVOKE warmline_admin FROM {login}")  # type: ignore[arg-type]
        with pytest.raises(SetupError, match="does not see the rows of all tenants"):
            back_up(url, file)
    assert list(tmp_path.iterdir()) == []


def test_an_owner_who_lacks_the_roles_of_another_database_is_told_which_ones_to_ask_for(
    postgres: EmbeddedPostgres,
) -> None:
    with an_owned_database(postgres, granted=False) as url, pytest.raises(SetupError, match="GRANT warmline_app"):
        migrations.upgrade(url)


def test_a_file_that_is_there_is_never_written_over(drill: Drill) -> None:
    before = drill.file.path.read_bytes()
    with pytest.raises(SetupError, match="is there already"):
        back_up(drill.settings.database_url, drill.file)
    assert drill.file.path.read_bytes() == before
    assert stat.S_IMODE(drill.file.path.stat().st_mode) == 0o600
