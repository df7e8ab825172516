"""The line by itself: who begins, and who waits."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from starlette.types import Message

from warmline_api.limits import Line
from warmline_memory.errors import Overloaded

LONG = 1_000_000


async def still_there() -> Message:
    """What a client sends that waits: nothing."""
    await asyncio.Event().wait()
    raise AssertionError


async def begun(line: Line, asked: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Which of these requests, by tenant and size of the body, are worked on while none of them ends."""
    started: list[tuple[str, int]] = []

    async def one(group: str, size: int) -> None:
        async with line.turn(group, still_there, size):
            started.append((group, size))
            await asyncio.Event().wait()

    async with AsyncExitStack() as ending:
        for group, size in asked:
            task = asyncio.create_task(one(group, size))
            ending.callback(task.cancel)
            await asyncio.sleep(0)
        await asyncio.sleep(0.01)
        return started


def test_long_requests_of_one_tenant_are_worked_on_two_at_a_time() -> None:
    asked = [("hostile", LONG)] * 5 + [("honest", 100)] * 4
    assert asyncio.run(begun(Line(24, 10), asked)) == [("hostile", LONG)] * 2 + [("honest", 100)] * 4


def test_requests_that_will_be_answered_with_much_are_worked_on_two_at_a_time() -> None:
    async def story() -> int:
        line = Line(24, 10)

        async def one() -> None:
            async with line.turn("hostile", still_there, answer=4_000_000):
                await asyncio.Event().wait()

        tasks = [asyncio.create_task(one()) for _ in range(5)]
        await asyncio.sleep(0.01)
        busy = line.busy
        for task in tasks:
            task.cancel()
        return busy

    assert asyncio.run(story()) == 2


def test_short_requests_go_past_a_long_one_of_their_own_tenant() -> None:
    asked = [("bulk", LONG), ("bulk", 100), ("bulk", LONG), ("bulk", 100)]
    assert asyncio.run(begun(Line(24, 10), asked)) == [("bulk", LONG), ("bulk", 100), ("bulk", 100)]


def test_a_long_request_begins_where_its_tenant_does_nothing_however_much_others_do() -> None:
    asked = [("busy", 100)] * 18 + [("bulk", LONG)]
    assert asyncio.run(begun(Line(24, 10), asked))[-1] == ("bulk", LONG)


def test_who_may_begin_at_once_is_not_refused_because_others_wait_long() -> None:
    async def story() -> list[tuple[str, int]]:
        times = iter(range(0, 10_000, 60))
        line = Line(4, 15, clock=lambda: next(times))
        for _ in range(20):
            async with line.turn("slow", still_there):
                pass

        return await begun(line, [("slow", 100)] * 4 + [("other", 100)])

    assert asyncio.run(story()) == [("slow", 100)] * 3 + [("other", 100)]


def test_a_turn_that_comes_while_whoever_waited_gives_up_is_kept_by_nobody() -> None:
    async def story() -> int:
        line = Line(1, 0.05)
        async with AsyncExitStack() as work:
            turn = await work.enter_async_context(line.turn("first", still_there))

            async def left_meanwhile() -> Message:
                try:
                    return await still_there()
                except asyncio.CancelledError:
                    # The second one gives up just now, and the first one is done at the same moment.
                    turn.end()
                    raise

            with pytest.raises(Overloaded):
                async with line.turn("second", left_meanwhile):
                    raise AssertionError("it was given a turn after all")
        return line.busy

    assert asyncio.run(story()) == 0
