"""What the parts of a running platform hold: memory, open files, threads, processes and connections."""

import time
from collections.abc import Mapping
from pathlib import Path
from statistics import median

import psycopg

from bench.stacks import owner_url
from warmline_local.servers.pidfiles import named_process
from warmline_local.stack import Stack

RECORDS = {"api": "run/api.pid", "worker": "run/worker.pid", "redis": "redis/pid"}
LOOKS = 9
"""The worker's regular jobs come and go: what is held is the median of so many looks, a second apart."""
MEGABYTE = 1_000_000

Held = Mapping[str, float]


def held(stack: Stack) -> Held:
    """What is held, by part and sort, such as ``api_megabytes`` and ``postgres_connections``."""
    looks = []
    for _ in range(LOOKS):
        looks.append(_look(stack))
        time.sleep(1)
    return {name: median(look[name] for look in looks) for name in looks[0]}


def _look(stack: Stack) -> Held:
    found: dict[str, float] = {}
    for part, record in RECORDS.items():
        found |= {f"{part}_{sort}": value for sort, value in _of_tree(stack.settings.home / record).items()}
    with psycopg.connect(owner_url(stack)) as connection:
        others = "backend_type = 'client backend' AND pid <> pg_backend_pid()"
        counted = connection.execute(f"SELECT count(*) FROM pg_stat_activity WHERE {others}").fetchone()
    found["postgres_connections"] = float(counted[0]) if counted else 0.0
    return found


def _of_tree(record: Path) -> dict[str, float]:
    """What the processes that a part is made of hold of their own. Raises ``LookupError`` where it does not run."""
    launched = named_process(record)
    if launched is None:
        raise LookupError(f"{record} names no process that runs")
    processes = [launched, *launched.children(recursive=True)]
    return {
        "megabytes": sum(one.memory_full_info().uss for one in processes) / MEGABYTE,
        "files": float(sum(one.num_fds() for one in processes)),
        "threads": float(sum(one.num_threads() for one in processes)),
        "processes": float(len(processes)),
    }
