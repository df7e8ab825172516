"""Logs of the local stack: one that grows large is put beside, while its program goes on writing."""

import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from signal import SIGTERM

import pytest

from tests.builders.waits import eventually
from warmline_local.servers import GuardedProcess
from warmline_local.servers.processes import GENERATIONS, Stop

TALKS = "import itertools, time\nfor number in itertools.count():\n  print(number, flush=True); time.sleep(0.01)"


@pytest.fixture
def talker(tmp_path: Path) -> Iterator[GuardedProcess]:
    """A program that prints numbers one after the other."""
    log, record = tmp_path / "talker.log", tmp_path / "pid"
    process = GuardedProcess("Talker", [sys.executable, "-c", TALKS], log=log, record=record, stop=[Stop(SIGTERM, 5)])
    yield process
    process.stop()


def test_a_log_that_grows_large_is_put_beside_while_its_program_writes_on(talker: GuardedProcess) -> None:
    log = talker.log
    for _ in range(GENERATIONS + 2):
        eventually(lambda: log.stat().st_size > 50)
        talker.shorten_log(largest=50)
    lines = eventually(lambda: log.read_text().split())
    beside = sorted(log.parent.glob("talker.log.*"))
    assert [one.name for one in beside] == [f"talker.log.{number}" for number in range(1, GENERATIONS + 1)]
    assert {stat.S_IMODE(one.stat().st_mode) for one in [log, *beside]} == {0o600}
    newest = beside[0].read_text().split()
    assert 0 < int(newest[-1]) < int(lines[0])


def test_a_small_log_is_left_alone(talker: GuardedProcess) -> None:
    talker.shorten_log()
    assert list(talker.log.parent.glob("talker.log.*")) == []
