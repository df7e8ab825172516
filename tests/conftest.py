"""Real servers for the tests: one embedded Postgres and Redis a run, a tenant of its own for every test."""

import asyncio
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
import uvicorn
from pydantic import SecretStr

from tests.builders.databases import a_database
from tests.builders.listed_problems import ListedProblems
from warmline import Warmline
from warmline.cli import main
from warmline_api import serving
from warmline_api.app import create_app
from warmline_local.servers import EmbeddedPostgres, EmbeddedRedis
from warmline_local.stack import environment_of
from warmline_memory import tenancy
from warmline_memory.embedding import ensure_exported
from warmline_memory.settings import Settings
from warmline_memory.storage import migrations, new_sealing_key
from warmline_memory.storage.database import Database, Role

# No test has a local stack started behind its back; those that want one say so.
os.environ.setdefault("WARMLINE_ON_DEMAND", "no")


@pytest.fixture(autouse=True)
def own_event_loop(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let a test run an event loop of its own, also in a process in which a browser was started before.

    Playwright's browser leaves its loop as the running one of the thread, and says so again whenever it is used.
    """
    loop = asyncio._get_running_loop()
    if "chromium" not in request.fixturenames:
        asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(loop)


@pytest.fixture(scope="session")
def home() -> Iterator[Path]:
    """A short folder for the run's servers: a socket's path has at most 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="warmline-") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def postgres(home: Path) -> Iterator[EmbeddedPostgres]:
    """An empty Postgres with the newest schema."""
    with EmbeddedPostgres(home, durable=False) as server:
        migrations.upgrade(server.url)
        yield server


@pytest.fixture(scope="session")
def redis_server(home: Path) -> Iterator[EmbeddedRedis]:
    """An empty Redis."""
    with EmbeddedRedis(home) as server:
        yield server


@pytest.fixture(scope="session")
def settings(postgres: EmbeddedPostgres, redis_server: EmbeddedRedis, home: Path) -> Settings:
    """The settings of the run's API and worker; short waits, so that what is lost is found again soon."""
    settings = Settings(
        database_url=postgres.url,
        redis_url=redis_server.url,
        home=home,
        sweep_seconds=0.5,
        wake_seconds=0.2,
        brief_lease_seconds=2.0,
        brief_backoff_seconds=0.1,
        brief_max_attempts=3,
        # How fast the machine is must not decide whether a test passes.
        line_seconds=20.0,
        webhook_allow_private="127.0.0.1",
        provider_allow_private="127.0.0.1",
        webhook_timeout_seconds=2.0,
        webhook_backoff_seconds=0.1,
        webhook_max_attempts=3,
        encryption_keys=SecretStr(new_sealing_key()),
    )
    ensure_exported(settings)
    return settings


@pytest.fixture
def apart(postgres: EmbeddedPostgres, settings: Settings) -> Iterator[Settings]:
    """Settings of a platform that shares nothing with the run's: its own database and its own Redis."""
    folder = settings.home / f"d{uuid4().hex}"
    with a_database(postgres) as url, EmbeddedRedis(folder) as redis:
        yield settings.model_copy(update={"database_url": url, "redis_url": redis.url})


@pytest.fixture(scope="session")
def database(settings: Settings) -> Iterator[Database]:
    """The run's database as the platform uses it."""
    database = Database(settings)
    yield database
    database.close()


@dataclass(frozen=True)
class TenantKey:
    """A tenant with one API key."""

    tenant_id: UUID
    key_id: UUID
    key: str


@pytest.fixture
def new_tenant(database: Database) -> Callable[[], TenantKey]:
    """Makes a tenant that no other test knows."""
    return lambda: make_tenant(database)


def make_tenant(database: Database) -> TenantKey:
    """Make a tenant and its key."""
    with database.transaction(role=Role.ADMIN) as db:
        tenant = tenancy.create_tenant(db, f"tenant-{uuid4()}")
        row, secret = tenancy.create_key(db, tenant_id=tenant.id, name="tests")
        return TenantKey(tenant.id, row.id, secret)


@pytest.fixture
def tenant(new_tenant: Callable[[], TenantKey]) -> TenantKey:
    """This test's own tenant."""
    return new_tenant()


@dataclass(frozen=True)
class Api:
    """A running API and a key to it."""

    url: str
    key: str
    http: httpx.Client


@contextmanager
def serve(settings: Settings) -> Iterator[str]:
    """Serve the API on a free port of the loopback interface until the block ends."""
    app = create_app(settings)
    config = uvicorn.Config(ListedProblems(app), port=0, log_config=None, **serving.options(settings))
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the API did not start"
        time.sleep(0.01)
    try:
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        app.state.streams.close()
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="session")
def api_url(settings: Settings) -> Iterator[str]:
    """The run's API."""
    with serve(settings) as url:
        yield url


@pytest.fixture
def client_of(api_url: str) -> Iterator[Callable[[TenantKey], Api]]:
    """Makes clients of the run's API."""
    opened: list[httpx.Client] = []

    def connect(tenant: TenantKey) -> Api:
        http = httpx.Client(base_url=api_url, headers={"Authorization": f"Bearer {tenant.key}"}, timeout=30)
        opened.append(http)
        return Api(api_url, tenant.key, http)

    yield connect
    for http in opened:
        http.close()


@pytest.fixture
def api(client_of: Callable[[TenantKey], Api], tenant: TenantKey) -> Api:
    """The run's API with this test's own key."""
    return client_of(tenant)


@pytest.fixture
def client(api: Api) -> Iterator[Warmline]:
    """The SDK with this test's own key."""
    with Warmline(api.url, api.key) as client:
        yield client


Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def command(api: Api, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs a command with this test's own key: its exit status, and what it printed on stdout and on stderr."""
    monkeypatch.setenv("WARMLINE_URL", api.url)
    monkeypatch.setenv("WARMLINE_API_KEY", api.key)

    def command(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()  # what was printed before belongs to no command
        with pytest.raises(SystemExit) as leaving:
            main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return int(leaving.value.code or 0), printed.out, printed.err

    return command


Run = Callable[..., str]


@pytest.fixture
def run(command: Command) -> Run:
    """Runs a command that must work, with this test's own key, and answers what it printed on stdout."""

    def run(*arguments: object) -> str:
        status, out, err = command(*arguments)
        assert status == 0, err
        return out

    return run


WORKER_SECONDS = 120.0


@contextmanager
def work(
    settings: Settings, log: Path, *, program: str = "warmline_worker.app", **variables: str
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker process from when it is ready until the block ends, with further environment variables if given."""
    environment = environment_of(settings) | variables
    command = [sys.executable, "-m", "celery", "--app", program, "worker", "--without-gossip", "--without-mingle"]
    with log.open("ab") as output:
        begins = output.tell()
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
    try:
        wait_until_ready(process, log, begins)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_ready(process: subprocess.Popen[bytes], log: Path, begins: int) -> None:
    """Wait until a worker says that it is ready, behind where its log begins."""
    deadline = time.monotonic() + WORKER_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if b" ready.\n" in log.read_bytes()[begins:]:
            return
        time.sleep(0.05)
    fate = f"was not ready in {WORKER_SECONDS:g} s" if process.poll() is None else f"ended with {process.returncode}"
    raise AssertionError(f"the worker {fate}:\n{log.read_bytes()[begins:].decode()}")


@pytest.fixture(scope="session")
def worker(settings: Settings, home: Path) -> Iterator[None]:
    """The run's worker."""
    with work(settings, home / "worker.log"):
        yield
