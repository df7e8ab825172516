"""Workers: which processes write briefs and sweep, when each last said that it lives, and how its jobs went.

Nothing depends on it. It is what operators of the platform look at, and belongs to no tenant.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import TypeAdapter
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from warmline_memory.storage import tables
from warmline_memory.storage.database import Database, Role

SAYS_SECONDS = 5.0
"""How often a worker says that it lives."""
SILENT_SECONDS = 30.0
"""A worker that has said nothing for so long is dead, or cannot reach the database."""
FORGOTTEN_AFTER = timedelta(days=1)
"""For so long a process that ended is still known, for whoever looks for what has become of it."""


@dataclass(frozen=True)
class JobRun:
    """How a job went the last time."""

    at: datetime
    """When it began."""
    seconds: float
    problem: str | None
    """Why it failed; None where it did not."""


@dataclass(frozen=True)
class Worker:
    """A process of the worker."""

    name: str
    """``HOST:PID``."""
    version: str
    """The version of its code."""
    started_at: datetime
    silent_seconds: float
    """For how long it has said nothing."""
    jobs: Mapping[str, JobRun]
    """Its jobs, by their names."""

    @property
    def lives(self) -> bool:
        """Whether it has said so a moment ago."""
        return self.silent_seconds <= SILENT_SECONDS


_JOBS = TypeAdapter(dict[str, JobRun])


def say_alive(database: Database, name: str, version: str, jobs: Mapping[str, JobRun]) -> None:
    """Note that a worker lives, and how its jobs went. Forgets those that ended long ago."""
    row = tables.Worker
    said = {"version": version, "jobs": _JOBS.dump_python(dict(jobs), mode="json")}
    with database.transaction(role=Role.SWEEP) as db:
        db.execute(
            insert(row)
            .values(name=name, **said)
            .on_conflict_do_update(index_elements=[row.name], set_={**said, "seen_at": func.now()})
        )
        db.execute(delete(row).where(row.seen_at < func.now() - FORGOTTEN_AFTER))


def say_gone(database: Database, name: str) -> None:
    """Note that a worker has ended as it should."""
    with database.transaction(role=Role.SWEEP) as db:
        db.execute(delete(tables.Worker).where(tables.Worker.name == name))


def seen(database: Database) -> Sequence[Worker]:
    """The workers of the last day that did not end as they should, or still live; the newest first."""
    row = tables.Worker
    # Where the clock was set back, the last word is one of the future: a dead worker must not live until then.
    silent = func.abs(func.extract("epoch", func.now() - row.seen_at))
    with database.transaction(role=Role.SWEEP) as db:
        found = db.execute(
            select(row.name, row.version, row.started_at, silent, row.jobs).order_by(row.started_at.desc())
        ).all()
    return [
        Worker(name, version, started_at, float(silent_for), _JOBS.validate_python(jobs))
        for name, version, started_at, silent_for, jobs in found
    ]


def last_runs(workers: Sequence[Worker]) -> dict[str, JobRun]:
    """The last run of each job, whichever worker did it."""
    runs = [(name, run) for worker in workers for name, run in worker.jobs.items()]
    return dict(sorted(runs, key=lambda one: one[1].at))
