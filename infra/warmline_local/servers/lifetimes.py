"""Lifetimes: what is started and stopped, as a context manager."""

from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self


class Started(ABC):
    """Something that runs from ``start`` to ``stop``; in a ``with`` statement from its beginning to its end."""

    @abstractmethod
    def start(self) -> object:
        """Start it, and wait until it works."""

    @abstractmethod
    def stop(self) -> None:
        """Stop it, and wait until it is gone."""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
