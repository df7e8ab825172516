"""Events: what happened, written in the transaction in which it happened, and numbered in the order of commits.

A row is history, stream and outbox of webhooks at once: the same statement writes what is due to webhooks.
"""

from collections.abc import Collection, Sequence
from functools import partial
from typing import Any, Unpack, cast as cast_type
from uuid import UUID

from pydantic_core import to_json, to_jsonable_python
from sqlalchemy import ColumnElement, Uuid, cast, delete, func, select, text
from uuid_utils.compat import uuid7

from warmline_memory.storage import tables
from warmline_memory.storage.pages import Many, matching
from warmline_memory.storage.sealed_columns import SealedMember
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.events import Event, EventFacts, Events, EventType

MOST_AT_ONCE = 500
"""A list has at most this many events."""

# One statement counts, numbers and writes the events, and makes their deliveries. The row of the counter is locked from
# here to the commit, so a tenant's events have no gaps, and whoever has read up to a number has missed nothing below it
# (docs/decisions/0011). FOR KEY SHARE keeps an endpoint from being removed before its deliveries are there.

_WRITE = text("""
WITH counted AS (
  INSERT INTO event_counters AS counter (last) VALUES (CAST(:count AS integer))
  ON CONFLICT (tenant_id) DO UPDATE SET last = counter.last + CAST(:count AS integer)
  RETURNING tenant_id, last - CAST(:count AS integer) AS before
), written AS (
  INSERT INTO events (sequence, id, type, actor, namespace, chain_id, handoff_id, queue, facts)
  SELECT before + number, id, type, actor, namespace, chain_id, handoff_id, queue, facts
  FROM counted, jsonb_to_recordset(CAST(:events AS jsonb)) AS happened (number integer, id uuid, type varchar,
    actor varchar, namespace varchar, chain_id uuid, handoff_id uuid, queue varchar, facts jsonb)
  RETURNING sequence, type, facts
), due AS (
  INSERT INTO deliveries (endpoint_id, sequence)
  SELECT endpoint.id, written.sequence FROM written JOIN webhook_endpoints AS endpoint ON
    CASE WHEN written.type = 'webhook.pinged' THEN endpoint.id = CAST(written.facts ->> 'webhook_id' AS uuid)
    ELSE endpoint.disabled_at IS NULL AND (endpoint.types = '{}' OR written.type = ANY (endpoint.types)) END
  WHERE endpoint.tenant_id = warmline_tenant() ORDER BY written.sequence
  FOR KEY SHARE OF endpoint
)
SELECT tenant_id FROM counted
""")
_FACTS = cast_type(SealedMember, tables.Event.__table__.c.facts.type)


def record(
    db: Transaction,
    type: EventType,
    *,
    actor: str | None = None,
    namespace: str | None = None,
    chain_id: Many[UUID] = None,
    handoff_id: Many[UUID] = None,
    queue: Many[str] = None,
    **facts: Unpack[EventFacts],
) -> None:
    """Note an event in the transaction in which it happened. It is written at the end of that transaction.

    ``facts`` never hold the content of a memory. What somebody did in a transaction of a person who is
    signed in was done by that person, in whose ever place ``actor`` is.
    """
    # A lead acts on what a colleague holds, and a reviewer ends an agent's session: each caller would have to remember
    # that whose work it is and who did it are two things.
    actor = actor and (db.person or actor)
    # To write locks the tenant's counter until the commit, and everybody else's events wait for that. So it is done
    # last, when this transaction waits for no other lock any more.
    given = {"actor": actor, "namespace": namespace, "chain_id": chain_id, "handoff_id": handoff_id, "queue": queue}
    noted = to_jsonable_python({"id": uuid7(), "type": type, "facts": facts, **given})
    # They go past the type of the column, and so past what seals a reason.
    db.noted_events.append({**noted, "facts": _FACTS.sealed(noted["facts"], db.contents)})
    if len(db.noted_events) == 1:
        db.before_commit.append(partial(write, db))


def write(db: Transaction) -> None:
    """Write the events that were noted so far, so that this transaction can read them."""
    noted, db.noted_events = db.noted_events, []
    if noted:
        numbered = [{"number": number, **one} for number, one in enumerate(noted, 1)]
        values = {"count": len(numbered), "events": to_json(numbered).decode()}
        db.announced.add(db.execute(_WRITE, values).scalar_one())


def record_of_handoff(
    db: Transaction, type: EventType, row: tables.Handoff, actor: str | None = None, **facts: Unpack[EventFacts]
) -> None:
    """Note an event about a handoff, with its state and level as they now are."""
    db.flush()
    whole: EventFacts = {"state": row.state, "level": row.level, **facts}
    record(
        db,
        type,
        actor=actor,
        namespace=row.namespace,
        chain_id=row.chain_id,
        handoff_id=row.id,
        queue=row.target,
        **whole,
    )


def last_sequence(db: Transaction) -> int:
    """The number of the tenant's newest event, up to which all can be read; 0 where nothing has happened."""
    write(db)
    return db.scalar(select(func.coalesce(func.max(tables.EventCounter.last), 0))) or 0


def tenant(db: Transaction) -> UUID:
    """The tenant whose events a transaction sees."""
    entered: UUID = db.scalars(select(cast(func.warmline_tenant(), Uuid))).one()
    return entered


def memory_counts(db: Transaction, chain_id: Many[UUID]) -> dict[UUID, int]:
    """How many memories each session of a chain has kept. A number that grows is news, although no event is written of
    it."""
    row = tables.Session
    counts = db.execute(select(row.id, row.memory_count).where(*matching(row, {"chain_id": chain_id})))
    return {session_id: count for session_id, count in counts}


def list_page(
    db: Transaction,
    *,
    after: int = 0,
    limit: int = MOST_AT_ONCE,
    queue: Many[str] = None,
    chain_id: Many[UUID] = None,
    handoff_id: Many[UUID] = None,
    types: Collection[EventType] = (),
    seen: ColumnElement[bool] | None = None,
) -> list[Event]:
    """Events with numbers over ``after``, oldest first, at most ``limit``. ``types``: only these; none for all.

    ``seen`` is a further condition: whether whoever reads may hear of an event.
    """
    write(db)
    wanted = {"queue": queue, "chain_id": chain_id, "handoff_id": handoff_id}
    rows = select(tables.Event).where(*matching(tables.Event, wanted))
    if types:
        rows = rows.where(tables.Event.type.in_(types))
    if seen is not None:
        rows = rows.where(seen)
    page = rows.where(tables.Event.sequence > after).order_by(tables.Event.sequence).limit(limit)
    return _events(db.scalars(page).all())


def news(
    db: Transaction,
    *,
    after: int,
    limit: int = MOST_AT_ONCE,
    queue: Many[str] = None,
    chain_id: Many[UUID] = None,
    handoff_id: Many[UUID] = None,
    types: Collection[EventType] = (),
    seen: ColumnElement[bool] | None = None,
) -> Events:
    """What ``list_page`` lists, and the number to go on from: that of the newest event that was looked at."""
    last = last_sequence(db)
    if last <= after:
        return Events(items=[], last=after)
    # The last number is read before the page: what is committed in between is not passed over, but comes with the next
    # one.
    wanted: dict[str, Any] = {"queue": queue, "chain_id": chain_id, "handoff_id": handoff_id, "types": types}
    found = list_page(db, after=after, limit=limit, seen=seen, **wanted)
    reached = found[-1].sequence if found else last
    if len(found) == limit:
        return Events(items=found, next_cursor=str(reached), last=reached)
    return Events(items=found, last=max(last, reached))


def of_handoff(db: Transaction, handoff_id: UUID) -> list[Event]:
    """The history of one handoff, oldest first; of a very long one the newest ``MOST_AT_ONCE`` events."""
    write(db)
    rows = select(tables.Event).where(tables.Event.handoff_id == handoff_id)
    newest = db.scalars(rows.order_by(tables.Event.sequence.desc()).limit(MOST_AT_ONCE)).all()
    return _events(newest[::-1])


def forget_namespace(db: Transaction, namespace: str) -> None:
    """Delete the events of a namespace, and with them what is due or was sent of them. Their numbers stay unused."""
    gone = delete(tables.Event).where(tables.Event.namespace == namespace)
    db.execute(gone, execution_options={"synchronize_session": False})


def forget_chain(db: Transaction, chain_id: UUID) -> None:
    """Delete the events of a chain, as ``forget_namespace`` does those of a namespace."""
    gone = delete(tables.Event).where(tables.Event.chain_id == chain_id)
    db.execute(gone, execution_options={"synchronize_session": False})


def _events(rows: Sequence[tables.Event]) -> list[Event]:
    return [Event.model_validate(row) for row in rows]
