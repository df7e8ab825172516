"""Retention: what a tenant keeps no longer than so many days is forgotten as if somebody had asked for it."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, func, or_, select, update

from warmline_memory import events, tenancy
from warmline_memory.embedding import Ready
from warmline_memory.namespaces.forgetting import forget_ids
from warmline_memory.namespaces.own_words import UNSYNCHRONIZED
from warmline_memory.storage import clock, idempotency, tables
from warmline_memory.storage.ids import among
from warmline_memory.storage.transactions import Transaction

MEMORIES_AT_ONCE = 200
"""A transaction forgets at most this many, since it locks the briefs that cite them."""
EVENTS_AT_ONCE = 1_000
ATTACHMENTS_AT_ONCE = 100


def _forget_memories(db: Transaction, *, days: int, ready: Ready) -> int:
    """Forget memories that were kept outside of sessions more than so many days ago; how many these were."""
    return _forget_kept_before(db, "memories", days, tables.Memory.session_id.is_(None), ready)


def _forget_conversations(db: Transaction, *, days: int, ready: Ready) -> int:
    """Forget what was said and done in sessions more than so many days ago; how many memories these were."""
    return _forget_kept_before(db, "conversations", days, tables.Memory.session_id.is_not(None), ready)


def _forget_chain(db: Transaction, *, days: int, ready: Ready) -> int:
    """Forget one chain whose last session and handoff ended more than so many days ago, with all that belongs to it: 1,
    or 0 where there is none."""
    ended = _ended_before(clock.now(db) - timedelta(days=days))
    if db.scalar(ended) is None:
        return 0
    session, handoff, memory = tables.Session, tables.Handoff, tables.Memory
    # The order of locks of everybody who forgets: answers, sessions, memories, handoffs. What another worker forgets
    # right now is left to it.
    idempotency.hold_answers(db)
    chain_id = db.scalar(ended.with_for_update(of=session, skip_locked=True))
    if chain_id is None:
        return 0
    of_chain = select(session.id, session.namespace).where(session.chain_id == chain_id)
    sessions = db.execute(of_chain.order_by(session.id).with_for_update()).all()
    said = select(memory.id, memory.handoff_id).where(memory.chain_id == chain_id).order_by(memory.id)
    kept = [row.id for row in db.execute(said.with_for_update()) if row.handoff_id is None]
    of_handoffs = db.scalars(select(handoff.id).where(handoff.chain_id == chain_id)).all()
    briefs = select(memory.id).where(among(memory.handoff_id, of_handoffs))
    named = [*of_handoffs, *(row.id for row in sessions), *db.scalars(briefs)]
    db.execute(delete(memory).where(among(memory.handoff_id, of_handoffs)), execution_options=UNSYNCHRONIZED)
    # Sessions and handoffs refer to each other, so one reference goes first.
    db.execute(update(session).where(session.chain_id == chain_id).values(handoff_id=None))
    db.execute(delete(handoff).where(handoff.chain_id == chain_id), execution_options=UNSYNCHRONIZED)
    asked = {"retention": "sessions", "days": days, "chain_id": str(chain_id)}
    forget_ids(db, sessions[0].namespace, kept, asked, ready, named=named)
    db.execute(delete(session).where(session.chain_id == chain_id), execution_options=UNSYNCHRONIZED)
    events.forget_chain(db, chain_id)
    return 1


def _forget_events(db: Transaction, *, days: int, ready: Ready) -> int:  # noqa: ARG001 (events are embedded nowhere)
    """Delete events of more than so many days ago, the oldest first; how many these were."""
    row = tables.Event
    # Numbers grow with time, so the oldest ones are the first of the index. Those that are young enough are not read.
    first = select(row.sequence, row.at).order_by(row.sequence).limit(EVENTS_AT_ONCE).subquery()
    old = select(first.c.sequence).where(first.c.at < func.now() - timedelta(days=days))
    gone = len(db.scalars(delete(row).where(row.sequence.in_(old)).returning(row.sequence)).all())
    if gone:
        tenancy.record_audit(db, "forget-events", None, {"retention": "events", "days": days, "events": gone})
    return gone


def _forget_attachments(db: Transaction, *, days: int, ready: Ready) -> int:  # noqa: ARG001 (nothing is embedded)
    """Delete files that were uploaded more than so many days ago, the oldest first; how many these were."""
    row = tables.Attachment
    old = select(row.id).where(row.created_at < func.now() - timedelta(days=days)).order_by(row.created_at)
    oldest = old.limit(ATTACHMENTS_AT_ONCE).with_for_update(skip_locked=True)
    gone = len(db.scalars(delete(row).where(row.id.in_(oldest)).returning(row.id)).all())
    if gone:
        details = {"retention": "attachments", "days": days, "attachments": gone}
        tenancy.record_audit(db, "forget-attachments", None, details)
    return gone


RETAINED = {
    # Chains first: what goes with one need not be taken out of its briefs before.
    "sessions": _forget_chain,
    "conversations": _forget_conversations,
    "memories": _forget_memories,
    "attachments": _forget_attachments,
    "events": _forget_events,
}
"""By the kinds of ``warmline_schemas.tenancy.Retention``: forgets a piece of what was kept for more than so many
``days``, in the transaction of its tenant; how many rows it took, and 0 once nothing is left."""


def _forget_kept_before(db: Transaction, kind: str, days: int, of_kind: ColumnElement[bool], ready: Ready) -> int:
    """Forget the oldest memories of a kind, all of one namespace: a transaction is about one."""
    row = tables.Memory
    before = _first_id(clock.now(db) - timedelta(days=days))
    old = select(row.id, row.namespace).where(row.id < before, row.handoff_id.is_(None), of_kind)
    oldest = old.order_by(row.id).limit(MEMORIES_AT_ONCE)
    if not db.execute(oldest.limit(1)).all():
        return 0
    # The answers are locked before the memories, as by everybody who forgets. What another worker forgets right now is
    # left to it.
    idempotency.hold_answers(db)
    found = db.execute(oldest.with_for_update(skip_locked=True)).all()
    ids = [one.id for one in found if one.namespace == found[0].namespace]
    return forget_ids(db, found[0].namespace, ids, {"retention": kind, "days": days}, ready).memories if ids else 0


def _first_id(moment: datetime) -> UUID:
    """Below every id that was made from a moment on: they begin with the milliseconds (RFC 9562)."""
    return UUID(int=int(moment.timestamp() * 1_000) << 80)


def _ended_before(moment: datetime) -> Select[UUID]:
    """The chain that began first of those that ended before a moment."""
    first, session, handoff = tables.Session, tables.Session.__table__.alias(), tables.Handoff
    under_way = select(session.c.id).where(
        session.c.chain_id == first.id, or_(session.c.ended_at.is_(None), session.c.ended_at >= moment)
    )
    pending = select(handoff.id).where(
        handoff.chain_id == first.id, or_(handoff.closed_at.is_(None), handoff.closed_at >= moment)
    )
    began_first = select(first.id).where(first.id == first.chain_id, first.started_at < moment)
    return began_first.where(~under_way.exists(), ~pending.exists()).order_by(first.started_at).limit(1)
