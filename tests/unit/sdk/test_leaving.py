"""What an outbox does at the end of a program, in a fork, and with a client that is closed too early."""

import asyncio
import json
import os
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from warmline import AsyncWarmline, OutboxLimits, TimedOut, Warmline, unsent
from warmline.local import Endpoint
from warmline.unsent import Unsent, send_now
from warmline_schemas.keys import WhoAmI
from warmline_schemas.problems import PROBLEM_MEDIA_TYPE, Problem, ProblemType

# Seconds. Far more than the time that an outbox has at the end, and far less than a call may take.
LONG = 5
WHO = WhoAmI.model_json_schema()["examples"][0]


class Platform(ThreadingHTTPServer):
    """Keeps the memories that it takes, and the port of each caller.

    - ``busy``: how many calls it refuses before it takes any.
    - ``delay``: seconds until it answers.
    """

    busy = 0
    delay = 0.0
    # Nobody waits for the answers that nobody waits for.
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.asked = 0
        self.callers: list[int] = []
        self.taken: list[str] = []


class Answers(BaseHTTPRequestHandler):
    """Answers as the platform does. A memory whose content is "no" is refused, and its batch with it."""

    protocol_version = "HTTP/1.1"
    server: Platform

    def do_GET(self) -> None:
        self.server.callers.append(self.client_address[1])
        self._answer(200, WHO)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        contents = [memory["content"] for memory in body["memories"]]
        self.server.asked += 1
        time.sleep(self.server.delay)
        if self.server.asked <= self.server.busy:
            self._refuse(503, ProblemType.BUSY)
        elif "no" in contents:
            self._refuse(422, ProblemType.INVALID_REQUEST)
        else:
            self.server.taken += contents
            self._answer(200, {"memories": []})

    def _refuse(self, status: int, why: ProblemType) -> None:
        self._answer(status, Problem.of(why, "Refused.").to_json(), PROBLEM_MEDIA_TYPE)

    def _answer(self, status: int, body: object, kind: str = "application/json") -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        # The caller may have gone.
        try:
            self.wfile.write(content)
        except OSError:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def platform() -> Iterator[Platform]:
    with serving() as server:
        yield server


@contextmanager
def serving() -> Iterator[Platform]:
    with Platform() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def holding(*contents: str) -> Unsent:
    waiting = Unsent(OutboxLimits())
    for content in contents:
        waiting.take_in(json.dumps({"content": content}).encode())
    return waiting


def test_at_the_end_a_busy_platform_is_asked_as_long_as_there_is_time(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unsent, "FIRST_PAUSE", 0.01)
    platform.busy = 6
    send_now(Endpoint(platform.url, "wk-secret"), holding("yes"), 30)
    assert platform.taken == ["yes"]


def test_at_the_end_a_platform_that_does_not_answer_holds_nobody_longer_than_the_time_that_is_left(
    platform: Platform,
) -> None:
    platform.delay = 2 * LONG
    began = time.monotonic()
    send_now(Endpoint(platform.url, "wk-secret"), holding("yes"), 0.2)
    assert time.monotonic() - began < LONG


def test_at_the_end_refused_memories_are_counted_and_take_no_other_with_them(
    platform: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    send_now(Endpoint(platform.url, "wk-secret"), holding("1", "no", "2", "3", "no", "4", "5"), 30)
    assert sorted(platform.taken) == ["1", "2", "3", "4", "5"]
    assert caplog.messages == ["2 memories could not be sent before the program ended"]


def ran(platform: Platform, program: str) -> subprocess.CompletedProcess[str]:
    """Run a program that finds the platform in its environment."""
    environment = {**os.environ, "WARMLINE_URL": platform.url, "WARMLINE_API_KEY": "wk-secret"}
    text = "import os, threading\nfrom warmline import Warmline\n" + textwrap.dedent(program)
    return subprocess.run([sys.executable, "-c", text], env=environment, capture_output=True, text=True, check=True)


def test_a_forked_process_calls_on_a_connection_of_its_own(platform: Platform) -> None:
    ran(
        platform,
        """
        client = Warmline()
        client.whoami()
        if os.fork() == 0:
            client.whoami()
        else:
            assert os.wait()[1] == 0
            client.whoami()
        """,
    )
    parent, child, parent_again = platform.callers
    assert child != parent == parent_again


def test_a_fork_while_a_thread_holds_an_empty_outbox_leaves_the_child_one_that_works(platform: Platform) -> None:
    # Nothing that is public holds the lock for longer than a moment.
    ran(
        platform,
        """
        client = Warmline()
        held, done = threading.Event(), threading.Event()

        def hold():
            with client.outbox._changed:
                held.set()
                done.wait()

        threading.Thread(target=hold).start()
        held.wait()
        if os.fork() == 0:
            client.outbox.remember("Of the child", namespace="user-dave", agent="bot")
            client.close()
        else:
            status = os.wait()[1]
            done.set()
            assert status == 0
        """,
    )
    assert platform.taken == ["Of the child"]


def test_a_client_that_is_closed_too_early_leaves_the_rest_to_the_end_of_the_program(platform: Platform) -> None:
    # The call comes back after the client was closed, and is repeated then: the thread's death would be a warning.
    platform.delay, platform.busy = 1.5, 1
    client = Warmline(platform.url, "wk-secret", backoff=0.01, outbox=OutboxLimits(every=0, at_the_end=0.1))
    client.outbox.remember("yes", namespace="user-dave", agent="bot")
    with pytest.raises(TimedOut):
        client.close()
    for thread in threading.enumerate():
        if thread.name == "warmline-outbox":
            thread.join(LONG)
    client.outbox.send_the_rest()
    client.outbox.forget()
    assert client.outbox.waiting == 0


def test_an_asynchronous_client_that_is_closed_too_early_leaves_no_task(platform: Platform) -> None:
    platform.delay = LONG

    async def work() -> int:
        client = AsyncWarmline(platform.url, "wk-secret", outbox=OutboxLimits(every=0, at_the_end=0.1))
        await client.outbox.remember("yes", namespace="user-dave", agent="bot")
        with pytest.raises(TimedOut):
            await client.aclose()
        await asyncio.sleep(0)
        left = len(asyncio.all_tasks()) - 1
        client.outbox.forget()
        return left

    assert asyncio.run(work()) == 0
