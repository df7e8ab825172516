"""What is due is found again and again, and done once at a time; what fails ends no thread."""

import threading
from collections.abc import Collection, Sequence
from queue import Queue

import pytest

from warmline_worker import due_work
from warmline_worker.due_work import DueWork


class Rows:
    """What waits, as a table of the database would hold it."""

    def __init__(self, *waiting: str) -> None:
        self.waiting = list(waiting)
        self.done: Queue[str] = Queue()
        self.may_end = threading.Event()
        self.may_end.set()
        self.faults: list[Exception] = []

    def find(self, under_way: Collection[str]) -> Sequence[str]:
        if self.faults:
            raise self.faults.pop()
        return [one for one in self.waiting if one not in under_way]

    def do(self, one: str) -> None:
        self.done.put(one)
        self.may_end.wait(10)
        if one == "poison":
            raise ValueError(one)
        self.waiting.remove(one)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due_work, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(due_work, "TROUBLE_SECONDS", 0.01)


def started(rows: Rows, threads: int = 2) -> DueWork[str]:
    work = DueWork("rows", rows.find, [rows.do] * threads)
    work.start()
    return work


def test_what_is_under_way_is_not_taken_twice_and_no_more_than_there_are_threads() -> None:
    rows = Rows("a", "b", "c")
    rows.may_end.clear()
    work = started(rows)
    assert {rows.done.get(timeout=10), rows.done.get(timeout=10)} == {"a", "b"}
    assert rows.done.empty()
    rows.may_end.set()
    assert rows.done.get(timeout=10) == "c"
    work.stop()


def test_a_look_and_a_piece_that_fail_end_no_thread() -> None:
    rows = Rows("poison")
    rows.faults.append(ValueError("once"))
    work = started(rows, threads=1)
    assert [rows.done.get(timeout=10) for _ in range(2)] == ["poison", "poison"]
    work.stop()


def test_what_is_under_way_goes_on_when_nothing_more_is_taken() -> None:
    rows = Rows("a", "b")
    rows.may_end.clear()
    work = started(rows, threads=1)
    assert rows.done.get(timeout=10) == "a"
    work.stop()
    rows.may_end.set()
    work.join(10)
    assert (rows.waiting, rows.done.empty()) == (["b"], True)
