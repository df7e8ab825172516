"""A platform on two hosts, run from the one that has the servers."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx

from bench.hosts.callers import ANSWER_SECONDS, Host, Told, is_ready, verdict, wait_for_briefs, working
from bench.hosts.network import OTHER, SERVING, Network, inside
from warmline_local.servers import EmbeddedPostgres, EmbeddedRedis
from warmline_local.stack import Stack, environment_of, worker_command
from warmline_memory.settings import Settings

REDIS_PORT = 6379
STARTING_SECONDS = 60.0


@contextmanager
def both_hosts(network: Network, folder: Path) -> Iterator[tuple[httpx.Client, httpx.Client]]:
    """Start everything; clients of the API of the host that has the servers, and of the other one."""
    access = folder / "access.conf"
    access.write_text(f"local all all trust\nhost all all {OTHER}/32 trust\n")
    access.chmod(0o644)
    served = EmbeddedPostgres(folder, settings={"listen_addresses": SERVING, "hba_file": str(access)})
    redis = EmbeddedRedis(folder, settings={"port": str(REDIS_PORT), "bind": SERVING, "protected-mode": "no"})
    with ExitStack() as running:
        running.enter_context(served)
        running.enter_context(redis)
        own = Settings(
            home=folder,
            port=0,
            database_url=served.url,
            migration_database_url=served.url,
            redis_url=redis.url,
        )
        stack = running.enter_context(Stack(own))
        far = stack.settings.model_copy(
            update={
                "database_url": f"postgresql://postgres@{SERVING}:5432/warmline",
                "redis_url": f"redis://{SERVING}:{REDIS_PORT}/0",
                "home": folder / "far",
            }
        )
        socket = running.enter_context(_started(network.other, far, folder))
        headers = {"Authorization": f"Bearer {stack.api_key}"}
        near = httpx.Client(base_url=stack.url, headers=headers, timeout=ANSWER_SECONDS)
        # A Unix socket is reached from every host, so a caller of the other one needs no cable.
        beyond = httpx.Client(
            base_url="http://other",
            headers=headers,
            timeout=ANSWER_SECONDS,
            transport=httpx.HTTPTransport(uds=str(socket)),
        )
        running.enter_context(near)
        running.enter_context(beyond)
        _wait_for(beyond)
        yield near, beyond


@contextmanager
def _started(host: str, settings: Settings, folder: Path) -> Iterator[Path]:
    """An API and a worker on a host; the socket of the API."""
    socket = folder / "far.sock"
    api = [sys.executable, "-P", "-m", "uvicorn", "warmline_api.app:create_app", "--factory", "--uds", str(socket)]
    commands = ([*api, "--no-access-log"], worker_command(settings, "warmline@far"))
    with (folder / "far.log").open("wb") as log:
        running = [
            subprocess.Popen(inside(host, *command), env=environment_of(settings), stdout=log, stderr=log)
            for command in commands
        ]
        try:
            yield socket
        finally:
            for process in running:
                process.terminate()
            for process in running:
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


def _wait_for(http: httpx.Client) -> float:
    """Wait until an API is ready; the seconds that it took."""
    began = time.monotonic()
    while time.monotonic() - began < STARTING_SECONDS:
        try:
            if http.get("/health/ready").status_code == 200:
                return time.monotonic() - began
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise TimeoutError(f"the API at {http.base_url} was not ready in {STARTING_SECONDS:g} s")


def play(network: Network, cuts: int, seconds: float) -> int:
    """Work, cut, restore, look; the report on stdout. 1 where something is not as it was told."""
    told = Told()
    with (
        tempfile.TemporaryDirectory(prefix="warmline-hosts-") as folder,
        both_hosts(network, Path(folder)) as (near, beyond),
    ):
        hosts = [Host("first", near, told), Host("second", beyond, told)]
        back = []
        with working(hosts, told, lambda handoff: is_ready(near, handoff)):
            for _ in range(cuts):
                time.sleep(seconds)
                network.cut()
                try:
                    time.sleep(seconds)
                finally:
                    network.restore()
                back.append(round(_wait_for(beyond), 1))
            time.sleep(seconds)
        wait_for_briefs(near, told)
        wrong = verdict(near, told)
    report = {
        "cuts": cuts,
        "cut_seconds": seconds,
        "memories": len(told.memories),
        "handoffs": len(told.handoffs),
        "owned": len(told.owners),
        "refused": dict(told.refusals),
        "never_answered": told.never,
        "slowest_answer_seconds": round(told.slowest, 1),
        "second_host_ready_again_after_seconds": back,
        **wrong,
    }
    print(json.dumps(report, indent=2))
    return int(any(wrong.values()) or not told.memories or not told.owners)
