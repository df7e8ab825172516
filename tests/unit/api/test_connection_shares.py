"""Which request gets a database connection next, where a tenant holds its share of them already."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from threading import Event
from typing import Any

import pytest

from tests.builders.waits import eventually
from warmline_api.limits import ConnectionShares
from warmline_memory.errors import Busy
from warmline_memory.settings import Settings

OF_ONE = 3
"""The share of a tenant, of a pool of four."""


def shares(lock_timeout_ms: int = 60_000) -> ConnectionShares:
    return ConnectionShares(Settings(database_pool=4, lock_timeout_ms=lock_timeout_ms))


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(10) as pool:
        yield pool


class Holders:
    """Requests that take a connection and keep it until they are told to give it back."""

    def __init__(self, of: ConnectionShares, threads: ThreadPoolExecutor) -> None:
        self._shares, self._threads = of, threads
        self.holding: list[int] = []
        self._may_end: dict[int, Event] = {}

    def begin(self, number: int, group: str = "acme") -> Future[None]:
        self._may_end[number] = Event()
        return self._threads.submit(self._hold, number, group)

    def end(self, number: int) -> None:
        self._may_end[number].set()

    def _hold(self, number: int, group: str) -> None:
        with self._shares.one(group):
            self.holding.append(number)
            self._may_end[number].wait(60)
        self.holding.remove(number)


def waiting(of: ConnectionShares, group: str = "acme") -> int:
    return len(of._waiting.get(group, ()))


def test_whoever_has_waited_longest_gets_the_connection_that_is_given_back(threads: ThreadPoolExecutor) -> None:
    held = shares()
    requests = Holders(held, threads)
    begun: list[Any] = []
    for number in range(OF_ONE + 3):
        begun.append(requests.begin(number))
        eventually(lambda number=number: len(requests.holding) + waiting(held) == number + 1)
    assert sorted(requests.holding) == [0, 1, 2]
    for ending, following in ((1, 3), (3, 4), (0, 5)):
        requests.end(ending)
        eventually(lambda following=following: following in requests.holding)
        eventually(lambda ending=ending: ending not in requests.holding)
        assert len(requests.holding) == OF_ONE
    for number in range(OF_ONE + 3):
        requests.end(number)
    for one in begun:
        one.result(60)


def test_one_who_comes_later_does_not_pass_those_who_wait(threads: ThreadPoolExecutor) -> None:
    held = shares()
    with ExitStack() as opened:
        for _ in range(OF_ONE - 1):
            opened.enter_context(held.one("acme"))
        requests = Holders(held, threads)
        first, second = requests.begin(1), requests.begin(2)
        eventually(lambda: waiting(held) == 1)
        requests.end(requests.holding[0])
        eventually(lambda: waiting(held) == 0)
        third = requests.begin(3)
        eventually(lambda: waiting(held) == 1)
        assert 3 not in requests.holding
        for number in (1, 2, 3):
            requests.end(number)
        for one in (first, second, third):
            one.result(60)


def test_another_tenant_does_not_wait_for_a_share_that_is_used_up() -> None:
    held = shares(lock_timeout_ms=1)
    with ExitStack() as opened:
        for _ in range(OF_ONE):
            opened.enter_context(held.one("acme"))
        with held.one("globex"):
            pass


def test_whoever_waits_too_long_is_refused_and_takes_nothing() -> None:
    held = shares(lock_timeout_ms=1)
    with ExitStack() as opened:
        for _ in range(OF_ONE):
            opened.enter_context(held.one("acme"))
        with pytest.raises(Busy), held.one("acme"):
            pass
    with ExitStack() as opened:
        for _ in range(OF_ONE):
            opened.enter_context(held.one("acme"))


def test_a_request_that_fails_gives_its_connection_back() -> None:
    held = shares(lock_timeout_ms=1)
    for _ in range(OF_ONE + 1):
        with pytest.raises(ZeroDivisionError), held.one("acme"):
            raise ZeroDivisionError
