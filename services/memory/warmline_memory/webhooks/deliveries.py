"""Deliveries: events on their way to webhooks. An attempt is taken for the length of a lease, made, and written down.

An event is delivered at least once, and in no promised order: an attempt whose outcome could not be written down is
made again.
"""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, literal_column, select, true, update

from warmline_memory import events
from warmline_memory.errors import NotFound
from warmline_memory.settings import Settings
from warmline_memory.storage import tables
from warmline_memory.storage.pages import ALWAYS, Many, Period, matching, read_page
from warmline_memory.storage.transactions import Transaction
from warmline_memory.webhooks import endpoints
from warmline_schemas.events import Event, EventType
from warmline_schemas.webhooks import Delivery, DeliveryAttempt, DeliveryState, DeliveryWithAttempts, WebhookMessage
from warmline_schemas.wire import Page

LEASE_SECONDS = 60
"""After this time an attempt whose worker was lost is made again. An attempt itself takes at most 50 seconds, the
largest value of the setting ``webhook_timeout_seconds``."""
FACTOR = 3
"""Each wait is this many times as long as the one before. From 5 seconds, 11 waits take about a day together."""
LONGEST_SECONDS = 6 * 3600
"""No wait is longer, so that a receiver that works again gets its events on the same day."""
SPREAD = 0.2
"""A wait is longer or shorter by up to this share of it, by chance."""
GONE = 410
"""The status "Gone", by which a receiver asks for no more."""


@dataclass(frozen=True)
class Due:
    """A delivery that can be attempted now. ``is_failing``: its endpoint's last attempt failed."""

    tenant_id: UUID
    endpoint_id: UUID
    delivery_id: UUID
    is_failing: bool


@dataclass(frozen=True)
class Attempt:
    """An attempt that this process has taken: what it sends where, and with which secrets it signs."""

    due: Due
    number: int
    url: str
    secrets: tuple[str, ...] = field(repr=False)
    """The secrets that sign; they never appear in a log."""
    message: WebhookMessage
    with_deeds: bool = False
    """Whether the message shall bring what was said and done."""


@dataclass(frozen=True)
class Outcome:
    """What became of an attempt. ``problem`` is None for a success; ``answer`` is the beginning of the body."""

    milliseconds: int
    status: int | None = None
    problem: str | None = None
    answer: str | None = None


def list_page(
    db: Transaction,
    *,
    limit: int,
    cursor: str | None = None,
    endpoint_id: Many[UUID] = None,
    state: Many[DeliveryState] = None,
    period: Period = ALWAYS,
    seen: ColumnElement[bool] | None = None,
) -> Page[Delivery]:
    """Deliveries, newest first; those of the events for which the condition ``seen`` holds."""
    wanted = {"endpoint_id": endpoint_id, "state": state}
    rows = select(tables.Delivery).where(*matching(tables.Delivery, wanted, period=period, at="created_at"))
    if seen is not None:
        rows = rows.where(_of_event(seen))
    return read_page(db, rows, tables.Delivery.id, _answer, limit=limit, cursor=cursor)


def get(db: Transaction, delivery_id: UUID, seen: ColumnElement[bool] | None = None) -> DeliveryWithAttempts:
    """One delivery with what is sent and every attempt, the newest first. Raises ``NotFound``, also where ``seen`` does
    not hold for its event."""
    row, attempt = _find(db, delivery_id), tables.DeliveryAttempt
    if (
        seen is not None
        and db.scalar(select(tables.Delivery.id).where(tables.Delivery.id == row.id, _of_event(seen))) is None
    ):
        raise NotFound(noun="delivery", id=delivery_id)
    attempts = db.scalars(select(attempt).where(attempt.delivery_id == row.id).order_by(attempt.id.desc()))
    log = [DeliveryAttempt.model_validate(one) for one in attempts]
    return DeliveryWithAttempts(**_answer(row).model_dump(), event=Event.model_validate(row.event), log=log)


def ping(db: Transaction, endpoint_id: UUID) -> Delivery:
    """Send one endpoint, and no other, an event, whatever types it takes. Raises ``NotFound``."""
    endpoints.find(db, endpoint_id)
    events.record(db, EventType.WEBHOOK_PINGED, webhook_id=str(endpoint_id))
    # Events are written before the commit. The answer is the delivery, so this one is written now.
    events.write(db)
    rows = select(tables.Delivery).where(tables.Delivery.endpoint_id == endpoint_id)
    return _answer(db.scalars(rows.order_by(tables.Delivery.sequence.desc()).limit(1)).one())


def replay(db: Transaction, delivery_id: UUID) -> Delivery:
    """Send one delivery again, whatever became of it; to a disabled endpoint once that is enabled.

    Raises ``NotFound``.
    """
    row = _find(db, delivery_id)
    _put_to_work(db, tables.Delivery.id == row.id)
    db.refresh(row)
    return _answer(row)


def replay_failed(db: Transaction, endpoint_id: UUID, since: datetime) -> int:
    """Send again every failed delivery that was written since a moment, and answer how many. Raises ``NotFound``."""
    endpoints.find(db, endpoint_id)
    row = tables.Delivery
    return _put_to_work(db, row.endpoint_id == endpoint_id, row.state == DeliveryState.FAILED, row.created_at >= since)


def due(db: Transaction, at_once: int) -> list[Due]:
    """The deliveries of all tenants that can be attempted now, as the sweeping role; the longest due comes first.

    Of each endpoint there are at most ``at_once``, and of one whose last attempt failed a single one.
    """
    # LATERAL with LIMIT reads a few rows of each endpoint. Without it, one endpoint's backlog of 100,000 would fill the
    # list, and everybody else's events would wait for it.
    endpoint, row = tables.WebhookEndpoint, tables.Delivery
    first = (
        select(row.id, row.due_at)
        .where(row.endpoint_id == endpoint.id, row.due_at <= func.now())
        .order_by(row.due_at)
        .limit(case((endpoint.failing_since.is_(None), at_once), else_=1))
        .lateral()
    )
    found = (
        select(endpoint.tenant_id, endpoint.id, first.c.id, endpoint.failing_since.is_not(None))
        .join(first, true())
        .where(endpoint.disabled_at.is_(None))
        .order_by(first.c.due_at)
    )
    return [Due(*one) for one in db.execute(found)]


def count_undelivered(db: Transaction) -> dict[str, int]:
    """How many deliveries of all tenants wait for an attempt, and how many failed for good, as the sweeping role."""
    row = tables.Delivery
    pending = select(func.count()).where(row.due_at.is_not(None))
    failed = select(func.count()).where(row.state == literal_column(f"'{DeliveryState.FAILED.value}'"))
    return {"pending": db.scalars(pending).one(), "failed": db.scalars(failed).one()}


def begin(db: Transaction, one: Due) -> Attempt | None:
    """Take an attempt for the length of a lease; None where another worker has taken it, or it is not due any more."""
    row, endpoint = tables.Delivery, tables.WebhookEndpoint
    # SKIP LOCKED: two workers that see the same delivery do not wait for each other, and one of them goes on.
    free = select(row.id).where(row.id == one.delivery_id, row.due_at <= func.now()).with_for_update(skip_locked=True)
    taken = db.scalar(
        update(row)
        .where(row.id == free.scalar_subquery())
        .values(attempts=row.attempts + 1, due_at=func.now() + timedelta(seconds=LEASE_SECONDS))
        .returning(row)
    )
    if taken is None:
        return None
    # For some hours after a rotation the old secret signs as well, until the receiver knows the new one.
    two_sign = endpoint.old_secret_until > func.now()
    receiver, both = db.execute(select(endpoint, two_sign).where(endpoint.id == one.endpoint_id)).one()
    event = Event.model_validate(taken.event)
    return Attempt(
        due=one,
        number=taken.attempts,
        url=receiver.url,
        secrets=tuple(db.sealer.open(one) for one in (receiver.secret, receiver.old_secret if both else None) if one),
        message=WebhookMessage(type=event.type, timestamp=event.at, data=event),
        with_deeds=receiver.with_deeds,
    )


def finish(db: Transaction, attempt: Attempt, outcome: Outcome, settings: Settings) -> None:
    """Write down what became of an attempt, and when the next one is due. An attempt that was overtaken is ignored.

    An endpoint that asks for no more, or has failed for days without a success, is disabled.
    """
    # The endpoint is locked first, and the delivery then, as ``endpoints.disable`` does: so the two cannot deadlock.
    receiver = db.find(tables.WebhookEndpoint, attempt.due.endpoint_id, with_for_update={"key_share": True})
    if receiver is None or not _write_down(db, attempt, outcome, settings):
        return
    if outcome.problem is None:
        receiver.failing_since = None
        return
    is_over = receiver.failing_since is not None and db.scalar(
        select(receiver.failing_since < func.now() - timedelta(days=settings.webhook_disable_days))
    )
    receiver.failing_since = receiver.failing_since or func.now()
    db.flush()
    if outcome.status == GONE:
        endpoints.disable(db, receiver, "It answered 410, which means that it wants no more.")
    elif is_over:
        endpoints.disable(db, receiver, f"Every attempt failed for {settings.webhook_disable_days} days.")


def wait_seconds(attempt: int, first: float, draw: float) -> float:
    """The wait after a failed attempt, counted from 1: three times the one before, at most six hours, and a fifth more
    or less of it, as ``draw`` (0 to 1) says, so that what failed together does not come back together."""
    return float(min(LONGEST_SECONDS, first * FACTOR ** (attempt - 1)) * (1 - SPREAD + 2 * SPREAD * draw))


def _write_down(db: Transaction, attempt: Attempt, outcome: Outcome, settings: Settings) -> bool:
    row, is_last = tables.Delivery, attempt.number >= settings.webhook_max_attempts
    state, due_at = DeliveryState.DELIVERED, None
    if outcome.problem is not None:
        state = DeliveryState.FAILED if is_last else DeliveryState.PENDING
    if state is DeliveryState.PENDING:
        wait = wait_seconds(attempt.number, settings.webhook_backoff_seconds, random.SystemRandom().random())
        due_at = func.now() + timedelta(seconds=wait)
    result = {"status": outcome.status, "problem": outcome.problem}
    # The number of attempts is the fence: whoever took a later attempt has raised it, and this one then changes
    # nothing.
    written = db.scalar(
        update(row)
        .where(row.id == attempt.due.delivery_id, row.attempts == attempt.number, row.due_at.is_not(None))
        .values(state=state, due_at=due_at, attempted_at=func.now(), **result)
        .returning(row.id)
    )
    if written is not None:
        facts = {"milliseconds": outcome.milliseconds, "answer": outcome.answer, **result}
        db.add(tables.DeliveryAttempt(delivery_id=written, **facts))
    return written is not None


def _of_event(seen: ColumnElement[bool]) -> ColumnElement[bool]:
    """A condition on events as one on their deliveries."""
    event = tables.Event
    return select(event.id).where(event.sequence == tables.Delivery.sequence, seen).exists()


def _find(db: Transaction, delivery_id: UUID) -> tables.Delivery:
    row = db.find(tables.Delivery, delivery_id)
    if row is None:
        raise NotFound(noun="delivery", id=delivery_id)
    return row


def _put_to_work(db: Transaction, *wanted: ColumnElement[bool]) -> int:
    again = update(tables.Delivery).where(*wanted).values(state=DeliveryState.PENDING, attempts=0, due_at=func.now())
    tenants = db.scalars(again.returning(tables.Delivery.tenant_id)).all()
    for tenant_id in set(tenants):
        db.announced.add(tenant_id)
    return len(tenants)


def _answer(row: tables.Delivery) -> Delivery:
    return Delivery(
        id=row.id,
        webhook_id=row.endpoint_id,
        event_id=row.event.id,
        sequence=row.sequence,
        type=EventType(row.event.type),
        state=DeliveryState(row.state),
        attempts=row.attempts,
        created_at=row.created_at,
        attempted_at=row.attempted_at,
        due_at=row.due_at,
        status=row.status,
        problem=row.problem,
    )
