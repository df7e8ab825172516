"""The outbox: memories are kept in the background, each once, within bounds, and none is lost in silence."""

import asyncio
import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from tests.builders.live_sessions import a_session
from tests.conftest import Api
from warmline import AsyncWarmline, InvalidRequest, MemoriesRefused, OutboxFull, OutboxLimits, TimedOut, Warmline
from warmline_schemas.problems import PROBLEM_MEDIA_TYPE, Problem, ProblemType

NOBODY = "http://127.0.0.1:9"
IMPATIENT = OutboxLimits(memories=3, patience=0.2, at_the_end=0.2)


class Flaky(httpx.HTTPTransport):
    """A network that loses each second answer of a batch, after the platform did its work."""

    def __init__(self) -> None:
        super().__init__()
        self.batches = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = super().handle_request(request)
        if request.url.path == "/v1/memories/batch":
            self.batches += 1
            if self.batches % 2:
                response.close()
                raise httpx.ReadError("lost", request=request)
        return response


@contextmanager
def flaky(api: Api, **limits: Any) -> Iterator[Warmline]:
    with (
        httpx.Client(transport=Flaky()) as network,
        Warmline(api.url, api.key, max_retries=0, http_client=network, outbox=OutboxLimits(**limits)) as client,
    ):
        yield client


class Hurried(httpx.BaseTransport):
    """A platform that takes the second request alone."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(len(json.loads(request.read())["memories"]))
        if len(self.asked) == 2:
            return httpx.Response(200, json={"memories": []})
        problem = Problem.of(ProblemType.RATE_LIMITED, "Too many.").to_json()
        return httpx.Response(429, json=problem, headers={"Content-Type": PROBLEM_MEDIA_TYPE})


def contents(client: Warmline, namespace: str = "user-dave") -> list[str]:
    return sorted(memory.content for memory in client.memories.list(namespace=namespace))


def test_what_is_kept_later_is_stored_once_although_answers_are_lost(api: Api, client: Warmline) -> None:
    notes = [f"Note {number:03}" for number in range(60)]
    with flaky(api, batch=20, every=0.05) as sender:
        for note in notes:
            sender.outbox.remember(note, namespace="user-dave", agent="bot")
    assert contents(client) == notes


def test_the_same_messages_sent_again_change_nothing(client: Warmline) -> None:
    for _ in range(2):
        for number in range(5):
            client.outbox.remember(f"Note {number}", namespace="user-dave", agent="bot", external_id=f"note-{number}")
        client.outbox.flush()
    assert len(contents(client)) == 5


@pytest.mark.usefixtures("worker")
def test_a_session_stores_what_waits_before_it_is_handed_off(client: Warmline) -> None:
    with a_session(client) as session:
        session.remember_later("I was charged $299 but my plan is $199 a month", role="user", importance=0.9)
        handoff = session.hand_off(to="billing-specialist", reason="Too hard")
    assert client.outbox.waiting == 0
    assert "$299" in client.handoffs.wait(handoff.id).brief.text  # type: ignore[union-attr]


def test_one_refused_memory_is_named_and_takes_no_other_with_it(client: Warmline) -> None:
    with a_session(client) as session:
        pass
    client.outbox.remember("Too late", session_id=session.id)
    client.outbox.remember("In time", namespace="user-dave", agent="bot")
    with pytest.raises(MemoriesRefused, match="1 memories were refused") as caught:
        client.outbox.flush()
    assert [memory["content"] for memory, _ in caught.value.refused] == ["Too late"]
    assert contents(client) == ["In time"]
    client.outbox.flush()


def test_what_comes_too_fast_waits_and_is_not_lost() -> None:
    network = Hurried()
    with (
        httpx.Client(transport=network) as connections,
        Warmline(NOBODY, "wk-secret", max_retries=0, http_client=connections) as client,
    ):
        for number in range(4):
            client.outbox.remember(str(number), namespace="user-dave", agent="bot")
        client.outbox.flush()
    assert network.asked == [4, 4]


def test_a_malformed_memory_is_refused_at_once(client: Warmline) -> None:
    with pytest.raises(InvalidRequest, match="importance"):
        client.outbox.remember("x", namespace="user-dave", agent="bot", importance=7)
    assert client.outbox.waiting == 0


def test_a_full_outbox_blocks_and_then_raises() -> None:
    client = Warmline(NOBODY, "wk-secret", backoff=0.001, outbox=IMPATIENT)
    for number in range(3):
        client.outbox.remember(str(number), namespace="user-dave", agent="bot")
    with pytest.raises(OutboxFull, match="3 memories wait"):
        client.outbox.remember("one too many", namespace="user-dave", agent="bot")
    with pytest.raises(TimedOut, match="3 memories are not stored"):
        client.close()
    client.outbox.forget()


def test_an_error_of_the_block_is_raised_and_what_waits_is_stored(api: Api, client: Warmline) -> None:
    with pytest.raises(ZeroDivisionError), Warmline(api.url, api.key) as other:
        other.outbox.remember("Before it failed", namespace="user-dave", agent="bot")
        raise ZeroDivisionError
    assert contents(client) == ["Before it failed"]


def test_the_asynchronous_outbox_stores_what_tasks_put_in_at_once(api: Api, client: Warmline) -> None:
    async def work() -> None:
        async with (
            AsyncWarmline(api.url, api.key) as there,
            there.session(agent="bot", namespace="user-dave") as session,
        ):
            await asyncio.gather(*(session.remember_later(f"Note {number:03}") for number in range(300)))

    asyncio.run(work())
    assert contents(client) == [f"Note {number:03}" for number in range(300)]


ENDING = {
    "threads": """
        client = Warmline()
        client.outbox.remember("Last words", namespace="user-dave", agent="bot")
    """,
    "tasks": """
        async def work():
            await AsyncWarmline().outbox.remember("Last words", namespace="user-dave", agent="bot")
        asyncio.run(work())
    """,
    "an error": """
        client = Warmline()
        client.outbox.remember("Last words", namespace="user-dave", agent="bot")
        1 / 0
    """,
    "a fork": """
        client = Warmline()
        client.outbox.remember("Last words", namespace="user-dave", agent="bot")
        if os.fork() == 0:
            assert client.outbox.waiting == 0
            Warmline().outbox.remember("Of the child", namespace="user-erin", agent="bot")
        else:
            assert os.wait()[1] == 0
    """,
}


@pytest.mark.parametrize("ending", ENDING)
def test_a_program_that_ends_stores_what_is_left(api: Api, client: Warmline, ending: str) -> None:
    program = "import asyncio, os\nfrom warmline import AsyncWarmline, Warmline\n" + textwrap.dedent(ENDING[ending])
    environment = {**os.environ, "WARMLINE_URL": api.url, "WARMLINE_API_KEY": api.key}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode != 0) is (ending == "an error"), done.stderr
    assert contents(client) == ["Last words"]
    assert contents(client, "user-erin") == (["Of the child"] if ending == "a fork" else [])
