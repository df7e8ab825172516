"""The asynchronous client against the real platform: sessions, handoffs, streams that stop, many calls at once."""

import asyncio
import threading
import time
from collections.abc import Coroutine
from typing import Any

import pytest

from tests.conftest import Api
from warmline import AsyncWarmline, Stream, Warmline
from warmline_schemas.events import Event, MemoryKept
from warmline_schemas.sessions import SessionState

OVERCHARGE = "I was charged $299 but my plan is $199 a month"
# Seconds. How soon a stream must end.
SOON = 0.5


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(asyncio.wait_for(work, 150))


@pytest.mark.usefixtures("worker")
def test_a_handoff_goes_from_a_session_to_its_target(api: Api) -> None:
    async def work() -> tuple[str, SessionState]:
        async with AsyncWarmline(api.url, api.key) as client:
            async with client.session(agent="tier1-bot", namespace="user-dave") as session:
                await session.remember(OVERCHARGE, role="user", importance=0.9)
                handoff = await session.hand_off(to="billing", reason="Too hard", urgency="high", goal="Refund it")
            async with client.accept(handoff.id, agent="billing") as warm:
                assert (warm.handoff.urgency, warm.handoff.goal) == ("high", "Refund it")
                await warm.resolve("Refunded")
            left = await session.refresh()
            return warm.prompt, left.state

    prompt, state = run(work())
    assert "$299" in prompt
    assert state is SessionState.ENDED


def test_a_namespace_is_exported_and_imported(api: Api) -> None:
    async def work() -> int:
        async with AsyncWarmline(api.url, api.key) as client:
            await client.memories.remember(OVERCHARGE, namespace="user-dave", agent="bot")
            lines = [line async for line in client.namespaces.export("user-dave")]
            imported = await client.namespaces.import_("user-erin", lines)
            assert imported.memories == 1
            return len([memory async for memory in client.memories.list(namespace="user-erin")])

    assert run(work()) == 1


def test_a_task_that_waits_for_an_event_is_cancelled_at_once(api: Api) -> None:
    async def work() -> float:
        async with AsyncWarmline(api.url, api.key) as client:
            waiting = asyncio.ensure_future(anext(client.events.stream()))
            await asyncio.sleep(1)
            began = time.perf_counter()
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
            return time.perf_counter() - began

    assert run(work()) <= SOON


def test_a_stream_is_closed_by_another_task(api: Api) -> None:
    async def read(stream: Any) -> list[Any]:
        return [event async for event in stream]

    async def work() -> float:
        async with AsyncWarmline(api.url, api.key) as client, client.events.stream() as stream:
            reading = asyncio.ensure_future(read(stream))
            await asyncio.sleep(1)
            began = time.perf_counter()
            await stream.aclose()
            assert await reading == []
            return time.perf_counter() - began

    assert run(work()) <= SOON


def test_a_stream_is_closed_by_another_thread(client: Warmline) -> None:
    def read(stream: Stream[Event | MemoryKept], ended: list[float]) -> None:
        assert list(stream) == []
        ended.append(time.perf_counter())

    ended: list[float] = []
    stream = client.events.stream()
    reading = threading.Thread(target=read, args=[stream, ended])
    reading.start()
    time.sleep(1)
    began = time.perf_counter()
    stream.close()
    reading.join(10)
    assert ended[0] - began <= SOON


def test_a_stream_that_was_closed_has_no_more_items(client: Warmline) -> None:
    with client.events.stream() as stream:
        pass
    assert list(stream) == []


def test_five_hundred_recalls_at_once_are_all_answered(api: Api) -> None:
    async def work() -> int:
        async with AsyncWarmline(api.url, api.key, timeout=60, max_retries=10) as client:
            await client.memories.remember(OVERCHARGE, namespace="user-dave", agent="bot")
            before = len(asyncio.all_tasks())
            found = await asyncio.gather(*(client.memories.recall(namespace="user-dave") for _ in range(500)))
            assert len(asyncio.all_tasks()) == before
            return sum(len(one.results) for one in found)

    assert run(work()) == 500
