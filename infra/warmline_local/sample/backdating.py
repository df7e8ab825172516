"""Back-dating: moves the times of what was just played to those of its story.

This is the one thing that is done in the database, as the administrator, since the platform itself never writes a past.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, DateTime, MetaData, Table, Uuid, func, select, text, update
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import InstrumentedAttribute, Session as Transaction

from warmline_local.sample.timelines import Anchor
from warmline_memory.storage import tables

Time = InstrumentedAttribute[Any]

_ANCHORS = Table(
    "anchors",
    MetaData(),
    Column("chain_id", Uuid, primary_key=True),
    Column("real", DateTime(timezone=True), primary_key=True),
    Column("shown", DateTime(timezone=True)),
    Column("until", DateTime(timezone=True)),
    prefixes=["TEMPORARY"],
    postgresql_on_commit="DROP",
)
# Events are numbered in the order of their commits, and pages read them in the order of their numbers. A number is
# unique in its tenant at every moment of an UPDATE, so all are first moved beyond the last one, in order, and then
# back.
_RENUMBERED = text(
    "UPDATE events SET sequence = :last + ordered.place FROM (SELECT id, row_number() OVER (ORDER BY at, sequence) AS "
    "place FROM events WHERE tenant_id = :tenant) AS ordered WHERE events.id = ordered.id AND tenant_id = :tenant"
)
# Objects of the session are not brought up to date: there are none, and the expressions cannot be computed in Python.
_AS_IS = {"synchronize_session": False}
_BROUGHT_BACK = text("UPDATE events SET sequence = sequence - :last WHERE tenant_id = :tenant")


def move(db: Transaction, tenant_id: UUID, anchors: Mapping[UUID, Sequence[Anchor]]) -> None:
    """Move all times of these chains, in one transaction, and number the tenant's events in their new order."""
    _ANCHORS.create(db.connection())
    db.execute(_ANCHORS.insert(), [row for chain_id, given in anchors.items() for row in _rows(chain_id, given)])
    _move_promises(db)
    session, handoff, memory, event = tables.Session, tables.Handoff, tables.Memory, tables.Event
    _move_with_handoff(db, tables.Inquiry.handoff_id, tables.Inquiry.asked_at, tables.Inquiry.answered_at)
    _move_with_handoff(db, tables.Flag.handoff_id, tables.Flag.at)
    _move(db, session.chain_id, session.started_at, session.ended_at)
    _move(db, memory.chain_id, memory.event_time, memory.created_at)
    _move(db, event.chain_id, event.at)
    _move(
        db,
        handoff.chain_id,
        handoff.requested_at,
        handoff.ready_at,
        handoff.claimed_at,
        handoff.accepted_at,
        handoff.first_reply_at,
        handoff.closed_at,
    )
    _number_events(db, tenant_id)


def _rows(chain_id: UUID, given: Sequence[Anchor]) -> list[dict[str, Any]]:
    return [
        {"chain_id": chain_id, "real": anchor.real, "shown": anchor.shown, "until": following and following.shown}
        for anchor, following in zip_longest(given, given[1:])
    ]


def _moved(chain: ColumnElement[UUID] | Time, at: ColumnElement[datetime] | Time) -> ColumnElement[datetime]:
    """When something happens in the story: as long after the last anchor as it really did, but not after the next one.

    What lies before the first anchor was dated when it was written, and is left as it is.
    """
    found = (
        select(func.least(_ANCHORS.c.shown + (at - _ANCHORS.c.real), _ANCHORS.c.until))
        .where(_ANCHORS.c.chain_id == chain, _ANCHORS.c.real <= at)
        .order_by(_ANCHORS.c.real.desc())
        .limit(1)
        .scalar_subquery()
    )
    return func.coalesce(found, at)


def _move(db: Transaction, chain: Time, *times: Time) -> None:
    values = {time: _moved(chain, time) for time in times}
    rows = update(chain.class_).where(chain.in_(select(_ANCHORS.c.chain_id)))
    db.execute(rows.values(values), execution_options=_AS_IS)


def _move_with_handoff(db: Transaction, handoff_id: Time, *times: Time) -> None:
    """Move the times of rows that belong to a handoff; chains are found by it."""
    row = tables.Handoff
    rows = update(handoff_id.class_).where(handoff_id == row.id, row.chain_id.in_(select(_ANCHORS.c.chain_id)))
    db.execute(rows.values({time: _moved(row.chain_id, time) for time in times}), execution_options=_AS_IS)


def _move_promises(db: Transaction) -> None:
    """Move what is due along with what it is due after, and when briefs were cut."""
    row = tables.Handoff
    since_request = _moved(row.chain_id, row.requested_at) - row.requested_at
    since_acceptance = _moved(row.chain_id, row.accepted_at) - row.accepted_at
    cut_at = row.brief["cut_at"].astext.cast(DateTime(timezone=True))
    mine = row.chain_id.in_(select(_ANCHORS.c.chain_id))
    moved_cut = func.jsonb_set(row.brief, array(["cut_at"]), func.to_jsonb(_moved(row.chain_id, cut_at)))
    promises = update(row).where(mine)
    db.execute(
        promises.values(
            {
                row.accept_due_at: row.accept_due_at + since_request,
                row.resolve_due_at: row.resolve_due_at + since_request,
                row.alarm_at: row.alarm_at + since_request,
                row.first_reply_due_at: row.first_reply_due_at + since_acceptance,
                row.brief: moved_cut,
            }
        ),
        execution_options=_AS_IS,
    )


def _number_events(db: Transaction, tenant_id: UUID) -> None:
    # Whoever writes an event locks this row first (docs/decisions/0011), so none is written while all are numbered
    # anew.
    counter = tables.EventCounter
    last = db.scalar(select(counter.last).where(counter.tenant_id == tenant_id).with_for_update()) or 0
    for statement in (_RENUMBERED, _BROUGHT_BACK):
        db.execute(statement, {"last": last, "tenant": tenant_id})
