"""Streams: items that arrive over a connection, and an end to it at any time."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from types import TracebackType
from typing import Self, TypeVar

from warmline.asynchronous.tasks import Stop

Item_co = TypeVar("Item_co", covariant=True)


class AsyncStream(AsyncIterator[Item_co]):
    """Items that arrive. ``aclose`` ends it at once, also where somebody waits for the next item: for them it ends.

    As a context manager, it is closed with its block.
    """

    def __init__(self, items: Callable[[Stop], AsyncGenerator[Item_co, None]]) -> None:
        self._stop = Stop()
        self._items = items(self._stop)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Item_co:
        return await self._stop.next_of(self._items)

    async def aclose(self) -> None:
        """Close the connection. To close it again changes nothing."""
        await self._stop.end(self._items)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()
