"""Faults: what is done to the parts of a running stack, one after the other."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from glob import glob
from pathlib import Path
from threading import Event

import psutil
import psycopg
import redis

from warmline_local.servers.pidfiles import named_process
from warmline_local.stack import Stack
from warmline_memory.messaging import connect

STANDS_STILL_SECONDS = 3.0
RECORDS = {"postgres": "postgres/pid", "redis": "redis/pid", "api": "run/api.pid", "worker": "run/worker.pid"}
"""Where the process of each part is named, below the stack's folder."""


JUMPS = (-86_400, -3_600, -60, 60, 3_600, 86_400)
"""How far from the true time a clock jumps, in seconds: by a day, by a zone, by what one that runs wrong is set by."""
LIBRARIES = "/usr/lib/*/faketime/libfaketimeMT.so.1", "/usr/lib/faketime/libfaketimeMT.so.1"


class Clock:
    """The clock of all parts of a stack, which are started while ``settable``: it goes wrong by libfaketime.

    Only what time of day it is jumps, as on a machine whose clock is set; how long something takes does not.
    """

    def __init__(self, folder: Path) -> None:
        self._said = folder / "clock"
        self._said.write_text("+0")

    @contextmanager
    def settable(self) -> Iterator[None]:
        """Programs that are started in the block read this clock. Raises ``LookupError`` without libfaketime."""
        library = next((path for form in LIBRARIES for path in sorted(glob(form))), None)
        if library is None:
            raise LookupError("there is no libfaketime; on Debian: apt-get install faketime")
        told = {
            "LD_PRELOAD": library,
            "FAKETIME_TIMESTAMP_FILE": str(self._said),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        os.environ.update(told)
        try:
            yield
        finally:
            for name in told:
                del os.environ[name]

    def jump(self, seconds: int) -> bool:
        """Be so many seconds ahead of the true time; behind it, where they are less than none."""
        # Whole, or not at all: it is read at any moment.
        new = self._said.with_suffix(".new")
        new.write_text(f"{seconds:+d}")
        new.replace(self._said)
        return True


def trouble(stack: Stack, every: float, over: Event, chance: random.Random, clock: Clock | None) -> Counter[str]:
    """Do something to a part every so many seconds until it is over, when the clock is set right; how often what."""
    done: Counter[str] = Counter()
    faults = _faults(stack)
    if clock is not None:
        faults = {**faults, "clock jumped": lambda: clock.jump(chance.choice(JUMPS))}
    while not over.wait(every):
        name = chance.choice(list(faults))
        # What was killed a moment ago may not be there again: then there is nothing to do to it.
        with suppress(psutil.Error, psycopg.Error, redis.RedisError):
            if faults[name]():
                done[name] += 1
    if clock is not None:
        clock.jump(0)
    return done


def _faults(stack: Stack) -> Mapping[str, Callable[[], bool]]:
    found: dict[str, Callable[[], bool]] = {}
    for part, record in RECORDS.items():
        path = stack.settings.home / record
        found[f"{part} killed"] = lambda path=path: _signalled(path, signal.SIGKILL)  # type: ignore[misc]
        found[f"{part} stopped"] = lambda path=path: _stood_still(path)  # type: ignore[misc]
    found["postgres cut off"] = lambda: _cut_postgres(stack.owner_url)
    found["redis cut off"] = lambda: _cut_redis(stack.settings.redis_url)
    return found


def _signalled(path: Path, number: signal.Signals) -> bool:
    process = named_process(path)
    if process is None:
        return False
    process.send_signal(number)
    return True


def _stood_still(path: Path) -> bool:
    """Stop a program with all that it started, as a machine that swaps does, and let it go on."""
    launched = named_process(path)
    if launched is None:
        return False
    everything = [launched, *launched.children(recursive=True)]
    for process in everything:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGSTOP)
    time.sleep(STANDS_STILL_SECONDS)
    for process in everything:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGCONT)
    return True


def _cut_postgres(url: str) -> bool:
    with psycopg.connect(url, connect_timeout=2) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    return True


def _cut_redis(url: str) -> bool:
    with connect(url, 2.0) as connection:
        for sort in ("normal", "pubsub"):
            connection.execute_command("CLIENT", "KILL", "TYPE", sort, "SKIPME", "yes")
    return True
