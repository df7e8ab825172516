"""The sweep: deletes what is over and ends what has run out, across all tenants, one job for each kind.

The jobs stand alone. Each has transactions, batches, a time limit and errors of its own, so that none keeps another
from running, however much there is to delete and whatever fails.
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, Delete, Select, delete, func, select, text, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session as Transaction

from warmline_memory import channels, desk, recall, shifts
from warmline_memory.errors import Busy
from warmline_memory.jobs.mailing import send_mails
from warmline_memory.jobs.retaining import forget_by_retention
from warmline_memory.platform import Platform
from warmline_memory.storage import tables
from warmline_memory.storage.database import Role

log = logging.getLogger(__name__)

BATCH = 200
"""One round wakes at most this many handoffs; the next one takes the rest."""
_WAIT_BRIEFLY = text("SET LOCAL lock_timeout = '500ms'")
"""One handoff that somebody holds locked does not keep the others waiting."""
DELETED_BATCH = 1_000
"""At most about this many rows are deleted by one statement, in a transaction of its own that holds no lock for
long."""

UNSENT = timedelta(days=1)
"""How long an upload waits for the message that brings it."""

Job = Callable[[Platform], int]
"""A job of the sweep; how many rows it had to do with."""


def forget_answers(platform: Platform) -> int:
    """Delete the answers to Idempotency-Keys that are too old."""
    return _delete_old(
        platform, tables.IdempotentAnswer.created_at, timedelta(hours=platform.settings.idempotency_hours)
    )


def forget_events(platform: Platform) -> int:
    """Delete the events that are too old."""
    return _delete_old(platform, tables.Event.at, timedelta(days=platform.settings.event_days))


def forget_sign_ins(platform: Platform) -> int:
    """Delete the sign-ins that are over."""
    return _delete_old(platform, tables.SignIn.expires_at, timedelta())


def forget_mails(platform: Platform) -> int:
    """Delete the notices of e-mails that are a day old."""
    return _delete_old(platform, tables.MailNotice.at, timedelta(days=1))


def forget_deletions(platform: Platform) -> int:
    """Delete the news of deletions that everybody has heard: no process holds a namespace for longer without
    looking."""
    return _delete_old(platform, tables.Deletion.at, timedelta(seconds=2 * recall.IDLE_SECONDS))


def forget_expired(platform: Platform) -> int:
    """Delete the memories whose time is over."""
    row = tables.Memory
    over = row.expires_at <= func.now()
    key = (row.tenant_id, row.id)
    batch = select(*key).where(over).order_by(row.expires_at).limit(DELETED_BATCH)
    return _in_batches(platform, lambda db: _deleted(db, delete(row).where(over, tuple_(*key).in_(batch))))


def forget_unsent(platform: Platform) -> int:
    """Delete the attachments that were uploaded a day ago, and that no message has brought."""
    row = tables.Attachment
    unsent = (row.memory_id.is_(None), row.created_at < func.now() - UNSENT)
    key = (row.tenant_id, row.id)
    batch = select(*key).where(*unsent).order_by(row.created_at).limit(DELETED_BATCH)
    return _in_batches(platform, lambda db: _deleted(db, delete(row).where(*unsent, tuple_(*key).in_(batch))))


def end_shifts(platform: Platform) -> int:
    """End the shifts whose time has come."""
    shifts.sweep_endings(platform.database)
    return 0


def sound_alarms(platform: Platform) -> int:
    """Raise the alarms of replies that nobody has delivered in time; how many there were."""
    row = tables.Reply
    with platform.database.transaction(role=Role.SWEEP) as db:
        due = select(row.tenant_id, row.memory_id).where(row.alarm_at <= func.now()).order_by(row.alarm_at)
        found = db.execute(due.limit(BATCH)).all()
    for tenant_id, memory_id in found:
        with platform.database.transaction(tenant_id=tenant_id) as db:
            channels.sound(db, memory_id)
    return len(found)


SWEEPS: Mapping[str, Job] = {
    "forget answers": forget_answers,
    "forget events": forget_events,
    "forget sign-ins": forget_sign_ins,
    "forget deletions": forget_deletions,
    "forget expired memories": forget_expired,
    "forget unsent attachments": forget_unsent,
    "forget by retention": forget_by_retention,
    "end shifts": end_shifts,
    "sound alarms": sound_alarms,
    "send mails": send_mails,
    "forget mails": forget_mails,
}
"""The jobs of the sweep, by their names."""


def wake_due(platform: Platform) -> int:
    """Wake every handoff whose clocks have run down, each in a transaction of its own; how many there were.

    Several workers may do so at once: the second finds nothing left to do. One that fails is tried again next time, and
    keeps nobody else waiting.
    """
    with platform.database.transaction(role=Role.SWEEP) as db:
        due = db.execute(to_wake()).all()
    for tenant_id, handoff_id in due:
        try:
            with platform.database.transaction(tenant_id=tenant_id) as db:
                db.execute(_WAIT_BRIEFLY)
                desk.wake(db, handoff_id)
        except Busy:
            continue  # somebody is at it right now, and may well do what there is to do
        # One handoff with a fault in it must not keep all others from being woken.
        except Exception:
            log.exception("Handoff %s could not be woken; the next round tries again", handoff_id)
            continue
    return len(due)


def to_wake() -> Select[UUID, UUID]:
    """The tenant and the id of every handoff whose clocks have run down, the longest overdue first."""
    return (
        select(tables.Handoff.tenant_id, tables.Handoff.id)
        .where(tables.Handoff.wake_at <= func.now())
        .order_by(tables.Handoff.wake_at)
        .limit(BATCH)
    )


def _delete_old(platform: Platform, moment: InstrumentedAttribute[datetime], age: timedelta) -> int:
    """Delete the rows of a table whose moment is longer ago than ``age``, the oldest first; how many there were."""

    def delete_batch(db: Transaction) -> int:
        # The sweep sees the moments of rows and not their keys. So a batch is what is no younger than its last row.
        oldest = select(moment).where(moment < func.now() - age).order_by(moment)
        last = db.scalar(oldest.offset(DELETED_BATCH - 1).limit(1))
        until = moment < func.now() - age if last is None else moment <= last
        return _deleted(db, delete(moment.class_).where(until))

    return _in_batches(platform, delete_batch)


def _in_batches(platform: Platform, delete_batch: Callable[[Transaction], int]) -> int:
    """Delete batch by batch until one is not full, or the job's time is over; how many rows were deleted."""
    total, ends_at = 0, time.monotonic() + platform.settings.sweep_job_seconds
    while time.monotonic() < ends_at:
        with _limited(platform) as db:
            deleted = delete_batch(db)
        total += deleted
        if deleted < DELETED_BATCH:
            break
    return total


@contextmanager
def _limited(platform: Platform) -> Iterator[Transaction]:
    """A transaction of the sweep none of whose statements takes longer than a job may."""
    settings = platform.settings
    # Never longer than any other statement: a connection that waits longer for its answer is given up on this side,
    # while the server goes on with the statement.
    milliseconds = min(round(settings.sweep_job_seconds * 1000), settings.statement_timeout_ms)
    with platform.database.transaction(role=Role.SWEEP) as db:
        db.execute(select(func.set_config("statement_timeout", f"{milliseconds}ms", True)))
        yield db


def _deleted(db: Transaction, rows: Delete) -> int:
    return cast(CursorResult[Any], db.execute(rows, execution_options={"synchronize_session": False})).rowcount
