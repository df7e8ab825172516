# Written by `python -m tests.sync_client` from asynchronous/streams.py: change that one.
"""Streams: items that arrive over a connection, and an end to it at any time."""

from collections.abc import Callable, Generator, Iterator
from types import TracebackType
from typing import Self, TypeVar

from warmline.threads import Stop

Item_co = TypeVar("Item_co", covariant=True)


class Stream(Iterator[Item_co]):
    """Items that arrive. ``close`` ends it at once, also where somebody waits for the next item: for them it ends.

    As a context manager, it is closed with its block.
    """

    def __init__(self, items: Callable[[Stop], Generator[Item_co, None, None]]) -> None:
        self._stop = Stop()
        self._items = items(self._stop)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Item_co:
        return self._stop.next_of(self._items)

    def close(self) -> None:
        """Close the connection. To close it again changes nothing."""
        self._stop.end(self._items)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
