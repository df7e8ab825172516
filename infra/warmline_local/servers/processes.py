"""Programs that the launcher starts, each under its guard, so that none of them outlives it."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from warmline_local.servers import guard, watching_guard
from warmline_local.servers.pidfiles import named_process, write_pid
from warmline_memory.errors import SetupError

ASK_AGAIN_SECONDS = 0.02

# In this order: what PostgreSQL, Redis and our services call fatal; the last line of a Python traceback, as in
# `ValueError: …`; a line of the level ERROR; else any line that is not empty. "Error" needs no word boundary before it,
# for it ends the names of exceptions, and "ERROR" has one, or it would be found in ERRORS_LOGGED and the like.
FAILURES = tuple(map(re.compile, (r"\b(CRITICAL|FATAL|PANIC)\b", r"Error\b", r"\bERROR\b", r"\S")))
"""What a line says that tells why a program failed, the most telling first."""

GENERATIONS = 5
"""How many logs of earlier runs are kept, the latest as ``….1``: one that starts again and again hides no cause."""

LARGEST_LOG_BYTES = 50_000_000
"""What a log may hold before it is put beside: a stack that runs for months must not fill a disk with it."""

SEARCHED_LINES = 300
"""How many lines at the end of a log may hold the reason why its program did not start; a traceback is long."""


@dataclass(frozen=True)
class Account:
    """The system user that a program runs as."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True)
class Stop:
    """One way to end a program: the signal, and the seconds to wait before something harsher."""

    signal: signal.Signals
    seconds: float


class GuardedProcess:
    """A running program. It ends with ``stop``, or when this process ends in whatever way.

    ``log`` gets what the program prints; those of the runs before are kept beside it as ``….1`` and so on. ``record``
    is where the program's process id is kept, so that ``end_leftover`` finds it should even its guard have been killed.
    The descriptors in ``held`` stay open until the program and all it started are gone.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        log: Path,
        record: Path,
        stop: Sequence[Stop],
        account: Account | None = None,
        environment: Mapping[str, str] | None = None,
        held: Sequence[int] = (),
    ) -> None:
        self.name = name
        self.log = log
        self.record = record
        # The guard works through these steps itself; it is killed only where even that takes too long.
        self._patience = sum(step.seconds for step in stop) + 2 * watching_guard.LAST_CHANCE_SECONDS
        _put_beside(log)
        log.touch(mode=0o600)
        order = {
            "command": [str(word) for word in command],
            "stop": [(int(step.signal), step.seconds) for step in stop],
            "account": account and {"uid": account.uid, "gid": account.gid},
        }
        self.pid = self._start_guard(order, environment, held)
        write_pid(record, self.pid)

    def poll(self) -> int | None:
        """None while the program runs, then its exit status: 128 + n for signal n, −n if signal n ended its guard."""
        return self._guard.poll()

    def stop(self) -> None:
        """Ask the program to end, then make it end, and wait until it and all it started are gone."""
        self._cut_lifeline()
        try:
            self._guard.wait(self._patience)
        except subprocess.TimeoutExpired:
            self._guard.kill()
            self._guard.wait()
        end_leftover(self.record)

    def shorten_log(self, largest: int = LARGEST_LOG_BYTES) -> None:
        """Put beside what the log holds, where that has become more than so many bytes."""
        if not self.log.exists() or self.log.stat().st_size <= largest:
            return
        # The program has the file open and goes on writing at its end, so that it is emptied and not moved. What is
        # written between the copy and that is lost.
        held = self.log.with_name(f"{self.log.name}.0")
        shutil.copyfile(self.log, held)
        held.chmod(0o600)
        os.truncate(self.log, 0)
        _put_beside(self.log, held)

    def last_words(self) -> str:
        """Where the program's log is, and the line at its end that tells most of why it failed."""
        return last_words(self.log)

    def _start_guard(self, order: dict[str, object], environment: Mapping[str, str] | None, held: Sequence[int]) -> int:
        """Start the guard, and return the program's process id once it runs."""
        # The guard inherits the reading end, and this process keeps the writing end. It is never written to: that it
        # closes, by ``stop`` or because this process is gone, is the message.
        lifeline, self._lifeline = os.pipe()
        reading, report = os.pipe()
        with os.fdopen(reading, "rb") as answer:
            try:
                with self.log.open("ab") as output:
                    self._guard = subprocess.Popen(
                        [
                            sys.executable,
                            # Isolated and without site-packages: the guard needs neither, and starts sooner.
                            "-I",
                            "-S",
                            guard.__file__,
                            json.dumps(order | {"lifeline": lifeline, "report": report}),
                        ],
                        stdin=subprocess.DEVNULL,
                        stdout=output,
                        stderr=output,
                        env=environment,
                        pass_fds=(lifeline, report, *held),
                        start_new_session=True,
                    )
            finally:
                os.close(lifeline)
                os.close(report)
            said = json.loads(answer.read() or b"{}")
        if "pid" not in said:
            self._cut_lifeline()
            self._guard.wait()
            raise SetupError(
                what=f"{self.name} cannot be started: {said.get('error', 'its guard failed')}.",
                fix=f"See {self.log}.",
            )
        return int(said["pid"])

    def _cut_lifeline(self) -> None:
        if self._lifeline >= 0:
            os.close(self._lifeline)
            self._lifeline = -1


def _put_beside(log: Path, held: Path | None = None) -> None:
    """Move a log, or the file that ``held`` what it did, and those that were put beside it before, out of the way."""
    names = [held or log, *(log.with_name(f"{log.name}.{number}") for number in range(1, GENERATIONS + 1))]
    for older, newer in zip(names[:0:-1], names[-2::-1], strict=True):
        if newer.exists():
            newer.replace(older)


def last_words(log: Path) -> str:
    """Where a log is, and the line at its end that tells most of why its program failed."""
    latest_first = _last_lines(log)[::-1]
    telling = (line.strip() for failure in FAILURES for line in latest_first if failure.search(line))
    return f"Its log, {log}, says: {next(telling, '(nothing)')}"


def _last_lines(log: Path) -> list[str]:
    try:
        return log.read_text(errors="replace").splitlines()[-SEARCHED_LINES:]
    except OSError:
        return []


def wait_until_ready(process: GuardedProcess, is_ready: Callable[[], bool], seconds: float) -> None:
    """Ask until the program answers. Raises ``SetupError`` where it ends or takes longer than ``seconds``."""
    deadline = time.monotonic() + seconds
    while not is_ready():
        ended = process.poll() is not None
        if ended or time.monotonic() > deadline:
            why = "ended while starting" if ended else f"did not answer within {seconds:.0f} s"
            raise SetupError(what=f"{process.name} {why}.", fix=process.last_words())
        time.sleep(ASK_AGAIN_SECONDS)


def end_leftover(record: Path) -> None:
    """End the program that ``record`` names if it still runs: its launcher and its guard were both killed."""
    process = named_process(record)
    if process is not None:
        _end(process)
    record.unlink(missing_ok=True)


def free_of_postgres_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without ``PG…``, which would bend the servers and clients that it is given to."""
    return {name: value for name, value in environment.items() if not name.startswith("PG")}


def _end(process: psutil.Process) -> None:
    """End a program without a guard, and what it has started. SIGINT first: PostgreSQL shuts down well on it."""
    try:
        everything = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return
    with contextlib.suppress(psutil.NoSuchProcess):
        process.send_signal(signal.SIGINT)
    _, alive = psutil.wait_procs(everything, timeout=watching_guard.LAST_CHANCE_SECONDS)
    for straggler in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            straggler.kill()
    psutil.wait_procs(alive, timeout=watching_guard.LAST_CHANCE_SECONDS)
