"""A process that writes briefs is killed when it takes too long, when nobody waits, and when the worker stops."""

import os
import threading
import time
from collections.abc import Iterator
from errno import EAGAIN
from multiprocessing import forkserver
from signal import SIGKILL, SIGSTOP
from threading import Event

import pytest

from tests.builders.briefs import a_source, user
from tests.builders.waits import eventually
from warmline_memory.briefs import templates
from warmline_memory.settings import Settings
from warmline_memory.summarising import Assignment, Stopped, Unwanted
from warmline_worker.text_process import Lost, TextProcess, TooSlow, Unwritten

LONG = 60.0


def assignment(**fields: str) -> Assignment:
    return Assignment(a_source(user("Please refund order ORD-12.")), dict(templates.BUILT_IN), **fields)


def endless() -> Assignment:
    """A brief of more than can be read in the time of any of these tests."""
    said = (user(f"I want order ORD-{number} by {number} May. " * 300) for number in range(400))
    return Assignment(a_source(*said), dict(templates.BUILT_IN))


def always() -> bool:
    return True


@pytest.fixture
def stopping() -> Event:
    return Event()


@pytest.fixture
def process(stopping: Event) -> Iterator[TextProcess]:
    process = TextProcess(Settings(), stopping)
    yield process
    process.kill()


def id_of(process: TextProcess) -> int:
    process.start()
    assert process._process is not None
    assert process._process.pid is not None
    return process._process.pid


def is_alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_brief_is_written_in_another_process(process: TextProcess) -> None:
    assert "ORD-12" in process.write(assignment(), LONG, always).text


def test_what_takes_longer_than_its_limit_is_killed_and_the_next_brief_is_written(process: TextProcess) -> None:
    began, number = time.monotonic(), id_of(process)
    with pytest.raises(TooSlow):
        process.write(endless(), 1.0, always)
    assert (time.monotonic() - began < LONG, is_alive(number)) == (True, False)
    assert process.write(assignment(), LONG, always).words > 0


def test_what_nobody_waits_for_any_more_is_killed(process: TextProcess) -> None:
    number = id_of(process)
    with pytest.raises(Unwanted):
        process.write(endless(), LONG, lambda: False)
    assert not is_alive(number)


def test_what_is_being_written_when_the_worker_stops_is_killed(process: TextProcess, stopping: Event) -> None:
    threading.Timer(1.0, stopping.set).start()
    with pytest.raises(Stopped):
        process.write(endless(), LONG, always)


def test_a_process_that_is_lost_says_so_and_is_replaced(process: TextProcess) -> None:
    threading.Timer(1.0, os.kill, (id_of(process), SIGKILL)).start()
    with pytest.raises(Lost):
        process.write(endless(), LONG, always)
    assert process.write(assignment(), LONG, always).words > 0


def test_a_process_whose_own_timer_ends_it_first_was_too_slow(process: TextProcess) -> None:
    number = id_of(process)
    seconds = 0.55
    # It is killed after its limit and before the worker looks at its clock, which it does every tenth of a second.
    threading.Timer(seconds + 0.02, os.kill, (number, SIGKILL)).start()
    os.kill(number, SIGSTOP)
    with pytest.raises(TooSlow):
        process.write(assignment(), seconds, always)


def test_a_process_that_a_long_text_has_made_large_costs_the_next_brief_nothing(process: TextProcess) -> None:
    long = Assignment(a_source(user(f"Please refund order ORD-12.\n{'x' * 60_000_000}")), dict(templates.BUILT_IN))
    number = id_of(process)
    process.write(long, LONG, always)
    assert process.write(assignment(), LONG, always).words > 0
    assert id_of(process) != number


def test_a_process_that_could_not_be_started_is_started_for_the_next_brief(
    process: TextProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(EAGAIN, "Resource temporarily unavailable")

    with monkeypatch.context() as full:
        # What the operating system says where there may be no more processes.
        full.setattr(forkserver, "connect_to_new_process", refuse)
        with pytest.raises(OSError, match="temporarily"):
            process.write(assignment(), LONG, always)
    assert process.write(assignment(), LONG, always).words > 0


def test_a_process_that_stands_still_is_killed_at_its_limit(process: TextProcess) -> None:
    number = id_of(process)
    os.kill(number, SIGSTOP)
    with pytest.raises(TooSlow):
        process.write(assignment(), 1.0, always)
    assert not is_alive(number)


def test_a_process_ends_itself_at_its_limit_although_the_worker_is_gone(process: TextProcess) -> None:
    number = id_of(process)
    # Nobody waits for it here, and nobody kills it: this is what is left of a worker that was stopped.
    process.start().send((endless(), 1.0))
    eventually(lambda: not is_alive(number))


def test_why_a_brief_was_not_written_is_said_without_what_was_said(process: TextProcess) -> None:
    with pytest.raises(Unwritten, match="There is no template gone"):
        process.write(assignment(template="gone"), LONG, always)
