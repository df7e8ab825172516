"""Starts a stack of its own, measures, and prints."""

import argparse
import asyncio
import statistics
import threading
import time
import uuid
from collections.abc import Awaitable, Callable
from contextlib import suppress

import httpx
import psutil

from bench.sdk import __doc__ as about
from bench.stacks import own_stack
from warmline import AsyncWarmline, Warmline

AT_ONCE = 500


async def seconds(work: Callable[[], Awaitable[object]]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began


async def remember(url: str, key: str, calls: int) -> None:
    """Keep memories in turns by the SDK and by a bare client, so that both meet the same load."""
    ours: list[float] = []
    bare: list[float] = []
    async with AsyncWarmline(url, key) as client, httpx.AsyncClient(headers={"Authorization": f"Bearer {key}"}) as http:
        for number in range(calls):
            body = {"content": f"Note {number} of the plan", "namespace": "bench", "agent": "bot", "importance": 0.5}
            sent = {"Idempotency-Key": uuid.uuid4().hex}
            ours.append(await seconds(lambda body=body: client.memories.remember(**body)))
            bare.append(
                await seconds(
                    lambda body=body, sent=sent: http.post(f"{url}/v1/memories", json=body, headers=sent, timeout=30)
                )
            )
    ours, bare = ours[calls // 10 :], bare[calls // 10 :]
    medians = statistics.median(ours), statistics.median(bare)
    print(f"remember, p50: SDK {medians[0] * 1000:.2f} ms, bare call {medians[1] * 1000:.2f} ms, ", end="")
    print(f"ratio {medians[0] / medians[1]:.2f}")


async def recall(url: str, key: str) -> None:
    """Recall many times at once, three times over, and look at what stays."""
    me = psutil.Process()
    async with AsyncWarmline(url, key, timeout=120, max_retries=10) as client:
        for round_ in range(3):
            tasks = len(asyncio.all_tasks())
            took = await seconds(
                lambda: asyncio.gather(*(client.memories.recall(namespace="bench") for _ in range(AT_ONCE)))
            )
            left = len(asyncio.all_tasks()) - tasks
            held = f"{me.num_fds()} descriptors, {me.memory_info().rss / 1e6:.0f} MB"
            print(f"{AT_ONCE} recalls at once, round {round_ + 1}: {took:.1f} s, {left} tasks left, {held}")
    print(f"after closing: {me.num_fds()} descriptors")


def kill_the_api() -> None:
    """Kill every process of the API, which its supervisor then starts again."""
    for process in psutil.Process().children(recursive=True):
        # A process can end while it is looked at.
        with suppress(psutil.Error):
            if "warmline_api" in " ".join(process.cmdline()):
                process.kill()


def keep(url: str, key: str, memories: int) -> None:
    """Keep memories in the background while the API is killed twice, then all of them again."""
    with Warmline(url, key, timeout=60) as client:
        for turn in range(2):
            began = time.perf_counter()
            for number in range(memories):
                client.outbox.remember(f"Note {number}", namespace="outbox", agent="bot", external_id=f"note-{number}")
                if turn == 0 and number in {memories // 3, 2 * memories // 3}:
                    kill_the_api()
            client.outbox.flush(timeout=1800)
            stored = sum(1 for _ in client.memories.list(namespace="outbox", page_size=200))
            print(f"outbox, turn {turn + 1}: {memories} sent, {stored} stored, {time.perf_counter() - began:.0f} s")


def main() -> None:
    """Measure everything."""
    parser = argparse.ArgumentParser(prog="python -m bench.sdk", description=about)
    parser.add_argument("--calls", type=int, default=400)
    parser.add_argument("--memories", type=int, default=10_000)
    given = parser.parse_args()
    with own_stack() as stack:
        asyncio.run(remember(stack.url, stack.api_key, given.calls))
        asyncio.run(recall(stack.url, stack.api_key))
        # It starts a program again that was killed.
        threading.Thread(target=stack.wait, daemon=True).start()
        keep(stack.url, stack.api_key, given.memories)


if __name__ == "__main__":
    main()
