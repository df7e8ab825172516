"""The whole stack as a user starts, loses and stops it, by the command and as processes of its own."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psutil
import psycopg
import pytest

from tests.builders.embedding_models import make_model
from tests.builders.waits import eventually
from warmline_local.servers import EmbeddedPostgres, EmbeddedRedis
from warmline_local.stack import Stack
from warmline_memory.errors import SetupError
from warmline_memory.settings import Settings

WARMLINE = str(Path(sys.executable).with_name("warmline"))
MARK = "WARMLINE_TEST_MARK"
READY_SECONDS = 90.0
GONE_SECONDS = 10.0


@dataclass(frozen=True)
class Launcher:
    """A `warmline up` on a folder."""

    process: "subprocess.Popen[str]"
    home: Path
    mark: str

    @property
    def told(self) -> dict[str, Any]:
        """What it wrote for other commands."""
        return dict(json.loads((self.home / "stack.json").read_text()))

    def is_up(self) -> bool:
        return self.process.poll() is not None or (self.home / "stack.json").exists()

    def left(self) -> list[str]:
        """The command lines of everything that it started and that still runs."""
        return [words for _, words in processes_of(self.home, self.mark)]

    def program(self, words: str) -> psutil.Process:
        """The program whose command line has these words, apart from its guard."""
        found = processes_of(self.home, self.mark)
        return next(process for process, line in found if words in line and "guard.py" not in line)

    def said_until(self, words: str) -> str:
        """What it says on stderr from here on, up to the line that has these words."""
        said = ""
        for line in self.process.stderr or ():
            said += line
            if words in line:
                return said
        raise AssertionError(f"It ended without saying {words!r}: {said}")

    def ended(self) -> tuple[int, str]:
        """Wait for its end: the exit status, and what it said on stderr."""
        _, said = self.process.communicate(timeout=READY_SECONDS)
        return self.process.returncode, said


def heed_ctrl_c() -> None:
    """A shell lets what it starts in the background ignore SIGINT, and so the tests, and whatever they start."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def launched(home: Path, *, wait: bool = True, given: dict[str, str] | None = None) -> Iterator[Launcher]:
    mark = uuid4().hex
    (home / "stack.json").unlink(missing_ok=True)
    process = subprocess.Popen(
        [WARMLINE, "up"],
        env=_environment({"WARMLINE_HOME": str(home), "WARMLINE_PORT": "0", MARK: mark, **(given or {})}),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=heed_ctrl_c,  # noqa: PLW1509 (the tests have one thread)
    )
    with process:
        launcher = Launcher(process, home, mark)
        try:
            if wait:
                assert eventually(launcher.is_up, seconds=READY_SECONDS)
                assert process.poll() is None, launcher.ended()
            yield launcher
        finally:
            process.kill()
    assert eventually(lambda: not launcher.left())


@contextmanager
def a_home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="wl-") as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def running() -> Iterator[Launcher]:
    """A stack for tests that leave it up."""
    with a_home() as home, launched(home) as launcher:
        yield launcher


@pytest.fixture(scope="module")
def used_home() -> Iterator[Path]:
    """A folder for tests that take a stack down: one after the other they start it again."""
    with a_home() as home:
        yield home


@pytest.fixture
def empty_home() -> Iterator[Path]:
    with a_home() as home:
        yield home


def processes_of(home: Path, mark: str = "") -> list[tuple[psutil.Process, str]]:
    """What carries the mark, runs in the folder or names it, with command lines; the code under test is not asked."""
    found = ((process, _words_if_of(process, str(home), mark)) for process in psutil.process_iter())
    return [(process, words) for process, words in found if words]


def warmline(*words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [WARMLINE, *words], env=_environment(environment), capture_output=True, text=True, check=False
    )


def whoami(told: dict[str, Any]) -> dict[str, Any]:
    answer = httpx.get(f"{told['url']}/v1/whoami", headers={"Authorization": f"Bearer {told['api_key']}"})
    return dict(answer.raise_for_status().json())


def a_database(postgres: EmbeddedPostgres, *statements: str, user: str = "postgres") -> str:
    """A new database of the test run's server, which stands for the user's own."""
    name = f"given_{uuid4().hex[:8]}"
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        for statement in (f"CREATE DATABASE {name}", *statements):
            connection.execute(statement.format(name=name))
    return postgres.url_as(user, name)


def test_the_api_of_a_new_stack_is_ready(running: Launcher) -> None:
    assert httpx.get(f"{running.told['url']}/health/ready").status_code == httpx.codes.OK


def test_a_new_stack_has_a_tenant_and_a_key(running: Launcher) -> None:
    assert whoami(running.told)["tenant"] == "local"


def test_only_its_owner_can_read_where_the_stack_is_and_its_key(running: Launcher) -> None:
    files = [running.home / name for name in ("stack.json", "local-key.json")]
    assert [file.stat().st_mode & 0o077 for file in files] == [0, 0]


def test_the_services_of_a_stack_are_no_superusers_of_its_database(running: Launcher) -> None:
    with closing(psycopg.connect(running.told["database_url"])) as connection:
        query = "SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
        assert connection.execute(query).fetchone() == (False,)


def test_a_stack_keeps_the_address_of_the_databases_owner_from_its_services(running: Launcher) -> None:
    owner = running.told["migration_database_url"]
    assert owner not in running.program("warmline_api").environ().values()


def test_a_second_launcher_on_one_home_is_refused_with_the_pid_of_the_first(running: Launcher) -> None:
    refused = warmline("up", "--home", str(running.home))
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert f"in use by another launcher (pid {running.process.pid})" in refused.stderr
    assert whoami(running.told)["tenant"] == "local"


def test_a_port_in_use_is_said_with_who_uses_it(empty_home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        refused = warmline("up", "--home", str(empty_home), "--port", str(port))
    assert refused.returncode == 1
    assert f"Port {port} on 127.0.0.1 is in use by" in refused.stderr


def test_keys_are_made_listed_and_revoked_on_the_running_stack(running: Launcher) -> None:
    home = {"WARMLINE_HOME": str(running.home)}
    made = json.loads(warmline("keys", "create", "--tenant", "acme", "--name", "bot", "--json", **home).stdout)
    told = {"url": running.told["url"], "api_key": made["secret"]}
    assert whoami(told)["tenant"] == "acme"
    warmline("keys", "revoke", made["id"], **home)
    listed = json.loads(warmline("keys", "list", "--tenant", "acme", "--json", **home).stdout)
    assert [(key["id"], key["revoked_at"] is None) for key in listed] == [(made["id"], False)]
    with pytest.raises(httpx.HTTPStatusError, match="401"):
        whoami(told)


def test_a_key_is_a_bots_unless_the_command_says_otherwise_and_is_rotated_with_an_overlap(running: Launcher) -> None:
    home = {"WARMLINE_HOME": str(running.home)}
    bound = ("--agent", "tier1-*", "--namespace", "acme/*")
    old = json.loads(warmline("keys", "create", "--tenant", "rotating", *bound, "--json", **home).stdout)
    new = json.loads(warmline("keys", "rotate", old["id"], "--json", **home).stdout)
    assert (new["kind"], new["agents"], new["namespaces"]) == ("bot", ["tier1-*"], ["acme/*"])
    for key in (old, new):
        assert key["expires_at"]
        assert whoami({"url": running.told["url"], "api_key": key["secret"]})["tenant"] == "rotating"
    refused = warmline("keys", "create", "--kind", "admin", *bound, **home)
    assert (refused.returncode, "cannot be bound" in refused.stderr) == (1, True)


def test_migrating_the_running_stack_again_changes_nothing(running: Launcher) -> None:
    told = json.loads(warmline("migrate", "--json", WARMLINE_HOME=str(running.home)).stdout)
    assert told["before"] == told["after"]


def test_commands_that_need_a_database_say_how_to_get_one(empty_home: Path) -> None:
    refused = warmline("keys", "list", WARMLINE_HOME=str(empty_home))
    assert refused.returncode == 1
    assert "Start the local stack with `warmline up`, or set WARMLINE_DATABASE_URL." in refused.stderr


def test_another_model_is_refused_and_is_taken_after_reembedding_the_stopped_stack(
    empty_home: Path, tmp_path: Path
) -> None:
    with launched(empty_home) as first:
        kept = warmline("remember", "Dave wants $94 back", "-n", "user-dave", WARMLINE_HOME=str(empty_home))
        assert kept.returncode == 0, kept.stderr
        first.process.terminate()
        first.ended()
    model = str(make_model(tmp_path / "model", dimension=768))
    other = {"WARMLINE_EMBEDDING_MODEL": model, "WARMLINE_MODEL_DIR": str(tmp_path / "exported")}
    with launched(empty_home, wait=False, given=other) as refused:
        status, said = refused.ended()
        assert status == 1
        assert "or run `warmline reembed` to make them anew" in said
    done = json.loads(warmline("reembed", "--json", WARMLINE_HOME=str(empty_home), **other).stdout)
    assert done == {"model": model, "dimension": 768, "embedded": 1}
    with launched(empty_home, given=other) as again:
        found = warmline("recall", "money", "-n", "user-dave", WARMLINE_HOME=str(again.home))
        assert "Dave wants $94 back" in found.stdout


def test_sigterm_stops_the_stack_in_order_and_leaves_no_process(used_home: Path) -> None:
    with launched(used_home) as launcher:
        launcher.process.terminate()
        status, said = launcher.ended()
        stopped = [line.split()[0] for line in said.splitlines() if " stopped " in line]
        assert (status, stopped, launcher.left()) == (0, ["Worker", "API", "Redis", "PostgreSQL"], [])
        assert not (used_home / "stack.json").exists()


def test_ctrl_c_twice_stops_the_stack_and_leaves_no_process(used_home: Path) -> None:
    with launched(used_home) as launcher:
        os.killpg(launcher.process.pid, signal.SIGINT)
        os.killpg(launcher.process.pid, signal.SIGINT)
        status, said = launcher.ended()
        assert (status, "Traceback" in said, launcher.left()) == (0, False, [])


def test_a_killed_launcher_leaves_no_process(used_home: Path) -> None:
    with launched(used_home) as launcher:
        launcher.process.kill()
        assert eventually(lambda: not launcher.left())


def test_a_killed_stack_starts_again_at_once_with_the_same_address_tenant_and_key(used_home: Path) -> None:
    with launched(used_home) as launcher:
        first, key = launcher.told, whoami(launcher.told)
        launcher.process.kill()
        port = first["url"].rpartition(":")[2]
        with launched(used_home, given={"WARMLINE_PORT": port}) as again:
            assert (again.told["url"], again.told["api_key"]) == (first["url"], first["api_key"])
            assert whoami(again.told) == key


def test_killing_a_launcher_and_its_guards_at_once_leaves_no_process(used_home: Path) -> None:
    with launched(used_home) as launcher:
        itself = psutil.Process(launcher.process.pid)
        for process in (itself, *itself.children()):
            process.kill()
        assert eventually(lambda: not launcher.left())


def test_a_launcher_killed_while_it_starts_leaves_no_process(used_home: Path) -> None:
    with launched(used_home, wait=False) as launcher:
        assert launcher.process.stderr is not None
        assert "PostgreSQL" in launcher.process.stderr.readline()
        launcher.process.kill()
        assert eventually(lambda: not launcher.left())


def test_sigterm_while_the_stack_starts_leaves_no_process(used_home: Path) -> None:
    with launched(used_home, wait=False) as launcher:
        assert launcher.process.stderr is not None
        assert "PostgreSQL" in launcher.process.stderr.readline()
        launcher.process.terminate()
        assert (launcher.ended()[0], launcher.left()) == (0, [])


def test_programs_that_end_by_themselves_are_started_again_and_the_others_stay(used_home: Path) -> None:
    with launched(used_home) as launcher:
        everything = {
            "Worker": "celery",
            "API": "warmline_api",
            "Redis": "redis-server",
            "PostgreSQL": "bin/postgres -D",
        }
        for name in ("API", "PostgreSQL"):
            words = everything[name]
            before = {one: launcher.program(other).pid for one, other in everything.items()}
            launcher.program(words).kill()

            def is_back(words: str = words, before: dict[str, int] = before) -> bool:
                now = {one: pid_of(launcher, other) for one, other in everything.items()}
                return now.keys() == before.keys() and all(now.values()) and now != before

            assert eventually(is_back, seconds=READY_SECONDS)
            same = [one for one, other in everything.items() if pid_of(launcher, other) == before[one]]
            assert len(same) == len(everything) - 1
            assert eventually(lambda: is_ready(launcher), seconds=READY_SECONDS)
            # The launcher knows a moment later than whoever asks the program itself.
            assert f"{name} ended by itself (exit status 137)" in launcher.said_until(f"{name} started again")
        launcher.process.terminate()
        status, _ = launcher.ended()
        assert (status, launcher.left()) == (0, [])


def test_logs_are_their_owners_alone_and_those_of_earlier_runs_are_kept(used_home: Path) -> None:
    logs = list((used_home / "logs").iterdir())
    assert {stat.S_IMODE(log.stat().st_mode) for log in logs} == {0o600}
    assert {log.name for log in logs} >= {"api.log", "api.log.1", "postgres.log.1"}


def pid_of(launcher: Launcher, words: str) -> int | None:
    try:
        return launcher.program(words).pid
    except StopIteration:
        return None


def is_ready(launcher: Launcher) -> bool:
    try:
        return httpx.get(f"{launcher.told['url']}/health/ready").status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def test_the_users_own_database_and_redis_are_used_instead(
    postgres: EmbeddedPostgres, redis_server: EmbeddedRedis, empty_home: Path
) -> None:
    given = {"WARMLINE_DATABASE_URL": a_database(postgres), "WARMLINE_REDIS_URL": redis_server.url}
    with launched(empty_home, given=given) as launcher:
        assert whoami(launcher.told)["tenant"] == "local"
        assert not [words for words in launcher.left() if "postgres -D" in words or "redis-server" in words]


def test_a_database_without_pgvector_is_refused_with_the_mend(postgres: EmbeddedPostgres, empty_home: Path) -> None:
    url = a_database(postgres, "ALTER DATABASE {name} SET extension_control_path = '/nowhere'")
    refused(empty_home, "has no pgvector .* Install pgvector", database_url=url)


def test_a_user_who_may_not_migrate_is_refused_with_the_mend(postgres: EmbeddedPostgres, empty_home: Path) -> None:
    user = f"reader_{uuid4().hex[:8]}"
    url = a_database(postgres, f"CREATE ROLE {user} LOGIN", user=user)
    refused(empty_home, "may not migrate .* Set WARMLINE_MIGRATION_DATABASE_URL", database_url=url)


def test_a_service_login_of_the_users_own_is_let_act_as_the_service(
    postgres: EmbeddedPostgres, empty_home: Path
) -> None:
    user = f"service_{uuid4().hex[:8]}"
    owner_url = a_database(postgres, f"CREATE ROLE {user} LOGIN")
    service_url = owner_url.replace("postgres@", f"{user}@")
    given = {"WARMLINE_DATABASE_URL": service_url, "WARMLINE_MIGRATION_DATABASE_URL": owner_url}
    assert warmline("migrate", **given).returncode == 0
    with closing(psycopg.connect(service_url)) as connection:
        connection.execute("SET ROLE warmline_app")


def test_a_database_that_cannot_be_reached_is_named_without_its_password(empty_home: Path) -> None:
    url = "postgresql://somebody:secret@127.0.0.1:1/nothing"
    refused(empty_home, r"somebody:\*\*\*@127.0.0.1:1/nothing cannot be reached", database_url=url)


def test_a_redis_that_cannot_be_reached_is_named_without_its_password(
    postgres: EmbeddedPostgres, empty_home: Path
) -> None:
    given = {"database_url": a_database(postgres), "redis_url": "redis://:secret@127.0.0.1:1/0"}
    refused(empty_home, "redis://127.0.0.1:1/0 cannot be used", **given)


def test_a_setting_that_makes_no_sense_is_named() -> None:
    refused = warmline("up", WARMLINE_PORT="near")
    assert refused.returncode == 1
    assert refused.stderr.startswith("warmline: WARMLINE_PORT is wrong: ")


def test_a_home_that_cannot_be_written_is_named(empty_home: Path) -> None:
    (empty_home / "file").touch()
    refused(empty_home / "file", "file cannot be written .* WARMLINE_HOME or --home")


def refused(home: Path, sentence: str, **given: str) -> None:
    """Expect that a stack with these settings does not start, says so in this sentence, and leaves nothing behind."""
    with pytest.raises(SetupError, match=sentence):
        Stack(Settings(home=home, port=0, **given)).start()  # type: ignore[arg-type]
    assert not processes_of(home)


def _environment(told: dict[str, str]) -> dict[str, str]:
    servers = {"WARMLINE_DATABASE_URL", "WARMLINE_MIGRATION_DATABASE_URL", "WARMLINE_REDIS_URL"}
    return {name: value for name, value in os.environ.items() if name not in servers} | told


def _words_if_of(process: psutil.Process, home: str, mark: str) -> str:
    try:
        if process.pid == os.getpid() or process.status() == psutil.STATUS_ZOMBIE:
            return ""
        words = " ".join(process.cmdline())
        marked = mark and process.environ().get(MARK) == mark
        return words if marked or home in words or process.cwd().startswith(home) else ""
    except psutil.Error:
        return ""
