"""Queues: how they work as their tenant wrote them, what waits in them, and how they stand.

A queue that nobody wrote has the defaults; so have skills and people, who have no queue of their own.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, case, cast, delete as delete_rows, func, literal, or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased

from warmline_memory import operators, tenancy
from warmline_memory.errors import NotFound, TooManyQueues
from warmline_memory.operators import Worker
from warmline_memory.queues import office_hours, receivers
from warmline_memory.storage import clock, tables, wire
from warmline_memory.storage.pages import cut, decode, encode
from warmline_memory.storage.tables import in_state
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.events import EventType
from warmline_schemas.handoffs import Handoff, HandoffState, Urgency
from warmline_schemas.queues import HandoffStanding, Level, Promises, Queue, QueueStanding, WriteQueue
from warmline_schemas.targets import TargetKind, kind_of, name_of, of_operator, of_queue, of_skill
from warmline_schemas.tenancy import AgentClocks, Preferences
from warmline_schemas.wire import Page

MOST = 500
"""A tenant can set up at most so many queues; the console lists them all on one page."""
RECENT_EVENTS, RECENT_WAITS = 500, 20
"""A wait is estimated from at most ``RECENT_WAITS`` takings-over, the newest, which are looked for among the newest
``RECENT_EVENTS`` events of the target. Twenty are enough for a median, and one index scan reads 500 events."""
PEOPLE = (of_queue("%"), of_skill("%"), of_operator("%"))
"""Patterns, as ``LIKE`` knows them, of the targets that people work."""
# The most urgent has the lowest rank, for the order goes upwards.
RANK = {urgency.value: -place for place, urgency in enumerate(Urgency)}
# A handoff without a promise comes after all that have one.
NEVER = cast(literal("infinity"), DateTime(timezone=True))
WAITS = in_state(tables.Handoff, *tables.WAITING)
"""The condition that a handoff waits to be taken over."""


def in_order(row: type[tables.Handoff]) -> tuple[Any, ...]:
    """What handoffs wait in the order of: the next breach, then urgency, then age."""
    rank = case(RANK, value=row.urgency)
    return (func.coalesce(row.breach_at, NEVER), rank, row.requested_at, row.id)


def read(db: Transaction, name: str) -> Queue:
    """One queue; with all defaults where nobody wrote it."""
    row = db.scalars(select(tables.Queue).where(tables.Queue.name == name)).one_or_none()
    return Queue(name=name, written=False) if row is None else _shown(row)


def of_target(db: Transaction, target: str) -> Queue:
    """The queue that a target's handoffs wait in. An agent is promised nothing, and what it lets wait goes to people:
    it may have died, or never have been there."""
    kind = kind_of(target)
    if kind is TargetKind.QUEUE:
        return read(db, name_of(target))
    if kind is not TargetKind.AGENT:
        return Queue(name=target, written=False)
    return _of_agent(target, tenancy.read_preferences(db))


def list_page(db: Transaction, *, limit: int, cursor: str | None = None) -> Page[Queue]:
    """A page of what ``list_all`` lists. Raises ``InvalidCursor``."""
    return cut(list_all(db), lambda one: one.name, limit=limit, cursor=cursor)


def list_all(db: Transaction) -> list[Queue]:
    """Every queue that is written, that an operator works, or in which something waits, by name."""
    row = tables.Handoff
    written = {found.name: _shown(found) for found in db.scalars(select(tables.Queue))}
    worked = db.scalars(select(func.unnest(tables.Operator.queues)).distinct())
    waited = db.scalars(select(row.target).where(WAITS, row.target.like(of_queue("%"))).distinct())
    names = {*written, *worked, *(name_of(target) for target in waited)}
    return [written.get(name) or Queue(name=name, written=False) for name in sorted(names)]


def titles(db: Transaction) -> dict[str, str]:
    """What people call each queue that was given a title, by the target ``queue:NAME``."""
    title = tables.Queue.written["title"].astext
    return {of_queue(name): shown for name, shown in db.execute(select(tables.Queue.name, title)) if shown}


def write(db: Transaction, name: str, ask: WriteQueue) -> Queue:
    """Set a queue up, or replace how it works; what waits keeps the times that it was promised.

    Raises ``UnknownReceiver`` for a level that leads to nobody, and ``TooManyQueues``.
    """
    row = tables.Queue
    for number, level in enumerate(ask.levels):
        if level.to not in {None, of_queue(name)}:
            receivers.check(db, str(level.to), by_person=True, field=f"body.levels.{number}.to")
    others = db.scalars(select(func.count()).select_from(row).where(row.name != name)).one()
    if others >= MOST:
        raise TooManyQueues(most=MOST)
    # Only what was set is kept, so that a default that changes later holds for the rest.
    written = {"written": ask.model_dump(mode="json", exclude_unset=True), "written_at": func.now()}
    db.execute(
        insert(row)
        .values(name=name, **written)
        .on_conflict_do_update(index_elements=[row.tenant_id, row.name], set_=written)
    )
    tenancy.record_audit(db, "write-queue", None, {"queue": name})
    return Queue.model_validate({**ask.model_dump(), "name": name, "written": True})


def delete(db: Transaction, name: str) -> None:
    """Give a queue its defaults again. What waits in it goes on waiting. Raises ``NotFound`` where nobody wrote it."""
    row = tables.Queue
    if db.scalars(delete_rows(row).where(row.name == name).returning(row.name)).one_or_none() is None:
        raise NotFound(noun="queue that your tenant set up named", id=name)
    tenancy.record_audit(db, "delete-queue", None, {"queue": name})


def waiting(
    db: Transaction, target: str | None, operator: Worker | None, limit: int, cursor: str | None = None
) -> Page[Handoff]:
    """Handoffs that wait to be taken over, claimed ones among them: the next breach first, then urgency, then age.

    Those of one target, else all that wait for people; with an operator only those that they may take. Raises
    ``InvalidCursor``.
    """
    row = tables.Handoff
    rows = select(row).where(WAITS, row.target == target if target is not None else _for_people())
    if operator is not None:
        rows = rows.where(operators.takes(operator))
    if cursor is not None:
        rows = rows.where(tuple_(*in_order(row)) > _place(decode(cursor)))
    # One more than asked for says whether there is a next page.
    found = db.scalars(rows.order_by(*in_order(row)).limit(limit + 1)).all()
    next_cursor = encode(found[limit - 1].id) if len(found) > limit else None
    return Page[Handoff](items=[wire.handoff(one) for one in found[:limit]], next_cursor=next_cursor)


def standing(db: Transaction, name: str) -> QueueStanding:
    """How a queue stands now."""
    row, queue, target = tables.Handoff, read(db, name), of_queue(name)
    late = row.breach_at <= func.now()
    figures = select(
        func.now(),
        func.count(),
        func.count().filter(late),
        func.min(row.requested_at),
        func.min(row.breach_at).filter(~late),
    ).where(WAITS, row.target == target)
    working = select(func.count()).where(in_state(row, HandoffState.ACCEPTED), row.target == target)
    with tenancy.counting_whole_tenant(db):
        now, waits, breached, oldest, next_breach = db.execute(figures).one()
        in_work = db.scalars(working).one()
    opens = office_hours.opens_at(queue.office_hours, now)
    return QueueStanding(
        queue=queue,
        is_open=opens == now,
        opens_at=None if opens == now else opens,
        waiting=waits,
        breached=breached,
        in_work=in_work,
        oldest_waiting_at=oldest,
        next_breach_at=next_breach,
        operators_available=sum(one.is_free for one in operators.staff_of_target(db, target)),
        estimated_seconds=estimate(db, queue, target, now),
    )


def standing_of(db: Transaction, row: tables.Handoff) -> HandoffStanding:
    """How the wait of a handoff stands now."""
    queue, now = of_target(db, row.target), clock.now(db)
    opens = office_hours.opens_at(queue.office_hours, now)
    waits = row.state in tables.WAITING
    free = [one for one in operators.staff_of_target(db, row.target) if one.is_free]
    return HandoffStanding(
        handoff_id=row.id,
        waits=waits,
        position=position(db, row) if waits else None,
        estimated_seconds=estimate(db, queue, row.target, now) if waits else None,
        is_open=opens == now,
        opens_at=None if opens == now else opens,
        operators_available=sum(operators.may_take(one.operator, row) is None for one in free),
    )


def position(db: Transaction, row: tables.Handoff) -> int:
    """The place of a waiting handoff among those of its target, 1 for the next."""
    other = tables.Handoff
    # The order is compared as one row value, for which ``handoffs_waiting`` narrows to one target.
    before = select(func.count()).where(WAITS, other.target == row.target)
    with tenancy.counting_whole_tenant(db):
        return 1 + db.scalars(before.where(tuple_(*in_order(other)) < _place(row.id))).one()


def estimate(db: Transaction, queue: Queue, target: str, now: datetime) -> float | None:
    """How long a handoff that comes now will wait, in seconds: the median of the recent waits, and until the queue
    opens. None where nothing is known."""
    row, event = tables.Handoff, tables.Event
    recent = select(event.handoff_id, event.type, event.sequence).where(event.queue == target)
    newest = recent.order_by(event.sequence.desc()).limit(RECENT_EVENTS).subquery()
    taken = select(newest.c.handoff_id).where(newest.c.type == EventType.HANDOFF_ACCEPTED)
    latest = taken.order_by(newest.c.sequence.desc()).limit(RECENT_WAITS)
    seconds = func.extract("epoch", row.accepted_at - row.ready_at)
    with tenancy.counting_whole_tenant(db):
        usual = db.scalar(select(func.percentile_cont(0.5).within_group(seconds)).where(row.id.in_(latest)))
    if usual is None:
        return None
    opens = office_hours.opens_at(queue.office_hours, now)
    return float(usual) + ((opens - now).total_seconds() if opens else 0.0)


def _of_agent(agent: str, preferred: Preferences) -> Queue:
    own = preferred.clocks_of_agents.get(agent, AgentClocks())
    accept = preferred.agent_accept_seconds if own.accept_seconds is None else own.accept_seconds
    stalled = preferred.agent_stalled_seconds if own.stalled_seconds is None else own.stalled_seconds
    return Queue(
        name=agent,
        written=False,
        promises=Promises(accept_seconds=None),
        levels=[Level(wait_seconds=accept, to=preferred.people_target)] if accept else [],
        stalled_seconds=stalled or None,
    )


def _shown(row: tables.Queue) -> Queue:
    return Queue.model_validate({**row.written, "name": row.name, "written": True})


def _for_people() -> ColumnElement[bool]:
    return or_(*(tables.Handoff.target.like(pattern) for pattern in PEOPLE))


def _place(handoff_id: UUID) -> Any:
    """The place of a handoff in the order of waiting."""
    row = aliased(tables.Handoff)
    return select(*in_order(row)).where(row.id == handoff_id).scalar_subquery()
