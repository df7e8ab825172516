"""Faults: what is done to the parts of a running stack, one after the other."""

import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
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


def trouble(stack: Stack, every: float, over: Event, chance: random.Random) -> Counter[str]:
    """Do something to a part every so many seconds until it is over; how often what was done."""
    done: Counter[str] = Counter()
    faults = _faults(stack)
    while not over.wait(every):
        name = chance.choice(list(faults))
        # What was killed a moment ago may not be there again: then there is nothing to do to it.
        with suppress(psutil.Error, psycopg.Error, redis.RedisError):
            if faults[name]():
                done[name] += 1
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
