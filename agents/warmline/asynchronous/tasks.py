"""What tasks do in another way than threads: sleep, and end what somebody waits for. ``threads`` is its twin."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Coroutine, Generator, Iterable
from types import TracebackType
from typing import Any, Generic, Protocol, Self, TypeVar, cast

import anyio
import httpx


class Closing(Protocol):
    """What is closed with its block."""

    async def __aenter__(self) -> Self:
        """Begin the block."""

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the block."""


Item = TypeVar("Item")
Opened = TypeVar("Opened", bound=Closing)

sleep = anyio.sleep

Condition = asyncio.Condition
Sender = asyncio.Task[None]


def start(work: Callable[[], Coroutine[Any, Any, None]]) -> Sender:
    """Let work go on in a task of its own."""
    return asyncio.get_running_loop().create_task(work())


def is_running(sender: Sender | None) -> bool:
    """Return whether the task is there and goes on."""
    return sender is not None and not sender.done()


async def finished(sender: Sender | None) -> None:
    """Wait a moment for the task to end, and then cancel it."""
    if is_running(sender):
        _, late = await asyncio.wait([cast(Sender, sender)], timeout=1)
        for task in late:
            task.cancel()
            await asyncio.wait([task])


async def wait(condition: Condition, seconds: float | None) -> None:
    """Wait until somebody notifies, ``seconds`` at most."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await condition.wait()


class Stop:
    """Ends the waiting for the items of a stream, from the task that reads it or from another one."""

    def __init__(self) -> None:
        self.asked = False
        self._reading = anyio.Lock()
        self._scope: anyio.CancelScope | None = None
        self._response: httpx.Response | None = None

    def watch(self, response: httpx.Response) -> None:
        """Close this connection when the stream is stopped."""
        self._response = response

    async def pause(self, seconds: float) -> None:
        """Sleep, until the stream is stopped at the latest."""
        await anyio.sleep(seconds)

    async def next_of(self, items: AsyncGenerator[Item, None]) -> Item:
        """Wait for the next item. Raises ``StopAsyncIteration`` at the end, or where the stream is stopped."""
        async with self._reading:
            if not self.asked:
                with anyio.CancelScope() as self._scope:
                    return await anext(items)
        raise StopAsyncIteration

    async def end(self, items: AsyncGenerator[Item, None]) -> None:
        """Stop the stream, and close its connection."""
        self.asked = True
        if self._scope is not None:
            self._scope.cancel()
        async with self._reading:
            await items.aclose()
            # The generators within ``items`` are closed by the event loop, some time later; the connection must not be
            # open until then.
            if self._response is not None:
                await self._response.aclose()


class Opening(Generic[Opened]):
    """What is opened by waiting for it, or by entering it: ``await it``, or ``async with it as opened``."""

    def __init__(self, opened: Coroutine[Any, Any, Opened]) -> None:
        self._coming = opened
        self._opened: Opened | None = None

    def __await__(self) -> Generator[Any, Any, Opened]:
        return self._coming.__await__()

    async def __aenter__(self) -> Opened:
        self._opened = await self._coming
        return await self._opened.__aenter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._opened is not None:
            await self._opened.__aexit__(kind, error, trace)


def opening(opened: Coroutine[Any, Any, Opened]) -> Opening[Opened]:
    """Return what opens this."""
    return Opening(opened)


async def each(items: Iterable[Item] | AsyncIterable[Item]) -> AsyncIterator[Item]:
    """Iterate over items, whichever way they are given."""
    if isinstance(items, AsyncIterable):
        async for item in items:
            yield item
    else:
        for item in items:
            yield item
