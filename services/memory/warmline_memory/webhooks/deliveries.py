"""Deliveries: events on their way to webhooks. Attempts are taken for the length of a lease, and written down.

Delivered at least once, in no promised order: an attempt whose outcome could not be written is made again.
"""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, select, true, update

from warmline_memory import events
from warmline_memory.errors import NotFound
from warmline_memory.settings import Settings
from warmline_memory.storage import tables
from warmline_memory.storage.pages import given, read_page
from warmline_memory.storage.transactions import Transaction
from warmline_memory.webhooks import endpoints
from warmline_schemas.events import Event, EventType
from warmline_schemas.webhooks import Delivery, DeliveryAttempt, DeliveryState, DeliveryWithAttempts, WebhookMessage
from warmline_schemas.wire import Page

LEASE_SECONDS = 60
"""After so long an attempt whose worker was lost is made again."""
FACTOR, LONGEST_SECONDS, SPREAD = 3, 6 * 3600, 0.2
GONE = 410
"""The status by which a receiver asks for no more."""


@dataclass(frozen=True)
class Due:
    """A delivery that can be attempted now. ``is_failing``: its endpoint's last attempt failed."""

    tenant_id: UUID
    endpoint_id: UUID
    delivery_id: UUID
    is_failing: bool


@dataclass(frozen=True)
class Attempt:
    """An attempt that this process has taken: what to send where, and who signs. Secrets are never shown."""

    due: Due
    number: int
    url: str
    secrets: tuple[str, ...] = field(repr=False)
    message: WebhookMessage


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
    endpoint_id: UUID | None = None,
    state: DeliveryState | None = None,
) -> Page[Delivery]:
    """Deliveries, newest first."""
    wanted = {"endpoint_id": endpoint_id, "state": state}
    rows = select(tables.Delivery).filter_by(**given(wanted))
    return read_page(db, rows, tables.Delivery.id, _answer, limit=limit, cursor=cursor)


def get(db: Transaction, delivery_id: UUID) -> DeliveryWithAttempts:
    """One delivery with what is sent and every attempt, the newest first. Raises ``NotFound``."""
    row, attempt = _find(db, delivery_id), tables.DeliveryAttempt
    attempts = db.scalars(select(attempt).where(attempt.delivery_id == row.id).order_by(attempt.id.desc()))
    log = [DeliveryAttempt.model_validate(one) for one in attempts]
    return DeliveryWithAttempts(**_answer(row).model_dump(), event=Event.model_validate(row.event), log=log)


def ping(db: Transaction, endpoint_id: UUID) -> Delivery:
    """Send one endpoint an event of its own, whatever types it takes, and no other endpoint. Raises ``NotFound``."""
    endpoints.find(db, endpoint_id)
    events.record(db, EventType.WEBHOOK_PINGED, webhook_id=endpoint_id)
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
    """Send again all that failed of what was written since then; how many. Raises ``NotFound``."""
    endpoints.find(db, endpoint_id)
    row = tables.Delivery
    return _put_to_work(db, row.endpoint_id == endpoint_id, row.state == DeliveryState.FAILED, row.created_at >= since)


def due(db: Transaction, at_once: int) -> list[Due]:
    """What can be attempted now, across all tenants, as the sweeping role; what is due longest comes first.

    Of each endpoint at most ``at_once``, and of one that fails a single one: nobody's backlog hides another's events.
    """
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


def begin(db: Transaction, one: Due) -> Attempt | None:
    """Take an attempt for the length of a lease; None where another worker has it, or nothing is due any more."""
    row, endpoint = tables.Delivery, tables.WebhookEndpoint
    free = select(row.id).where(row.id == one.delivery_id, row.due_at <= func.now()).with_for_update(skip_locked=True)
    taken = db.scalar(
        update(row)
        .where(row.id == free.scalar_subquery())
        .values(attempts=row.attempts + 1, due_at=func.now() + timedelta(seconds=LEASE_SECONDS))
        .returning(row)
    )
    if taken is None:
        return None
    two_sign = endpoint.old_secret_until > func.now()
    receiver, both = db.execute(select(endpoint, two_sign).where(endpoint.id == one.endpoint_id)).one()
    event = Event.model_validate(taken.event)
    return Attempt(
        due=one,
        number=taken.attempts,
        url=receiver.url,
        secrets=tuple(one for one in (receiver.secret, receiver.old_secret if both else None) if one),
        message=WebhookMessage(type=event.type, timestamp=event.at, data=event),
    )


def finish(db: Transaction, attempt: Attempt, outcome: Outcome, settings: Settings) -> None:
    """Write down what became of an attempt, and when the next one is due. One that was overtaken counts for nothing.

    An endpoint that asks for no more, or has failed for days without a success, is disabled.
    """
    receiver = db.get(tables.WebhookEndpoint, attempt.due.endpoint_id, with_for_update={"key_share": True})
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
    told = {"status": outcome.status, "problem": outcome.problem}
    written = db.scalar(
        update(row)
        .where(row.id == attempt.due.delivery_id, row.attempts == attempt.number, row.due_at.is_not(None))
        .values(state=state, due_at=due_at, attempted_at=func.now(), **told)
        .returning(row.id)
    )
    if written is not None:
        facts = {"milliseconds": outcome.milliseconds, "answer": outcome.answer, **told}
        db.add(tables.DeliveryAttempt(delivery_id=written, **facts))
    return written is not None


def _find(db: Transaction, delivery_id: UUID) -> tables.Delivery:
    row = db.get(tables.Delivery, delivery_id)
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
