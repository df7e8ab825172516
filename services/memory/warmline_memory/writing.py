"""Writing: what the worker does with a requested handoff. Running it twice, or killing it anywhere, changes nothing.

Three short transactions with the slow part between them: begin an attempt and read; write and embed the brief outside
any transaction; lock, look again, complete.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, func, literal, select, update
from sqlalchemy.orm import Session as Db

from warmline_memory import answers, briefs, handoffs, sessions, tables
from warmline_memory.errors import Busy
from warmline_memory.memories import Embeddings
from warmline_memory.platform import Platform
from warmline_memory.ranking import terms
from warmline_schemas.briefs import Brief
from warmline_schemas.handoffs import HandoffMode, HandoffState
from warmline_schemas.sessions import EndReason

log = logging.getLogger(__name__)

MEMORIES_READ = 5_000
"""A brief is made from the newest so many memories of its session."""
LONGEST_BACKOFF_SECONDS = 60.0


def write_brief(platform: Platform, tenant_id: UUID, handoff_id: UUID) -> None:
    """Write the brief of a requested handoff and make it ready, or say on its row why that failed.

    A handoff that is not due (done, or in another attempt's hands) is left alone.
    """
    with platform.database.transaction(tenant_id=tenant_id) as db:
        work = _begin_attempt(db, handoff_id, platform)
    if work is None:
        return
    try:
        brief = briefs.write(work.source)
        embeddings = platform.embed([brief.text])
        with platform.database.transaction(tenant_id=tenant_id) as db:
            _complete(db, work, brief, embeddings)
    except Exception as error:
        log.exception("Attempt %d at handoff %s failed", work.attempt, handoff_id)
        with platform.database.transaction(tenant_id=tenant_id) as db:
            wait = _record_failure(db, work, error, platform)
        if wait is not None:
            platform.queue.nudge(tenant_id, handoff_id, delay_seconds=wait)


@dataclass(frozen=True)
class _Work:
    handoff_id: UUID
    attempt: int
    cut_ordinal: int
    source: briefs.BriefSource


def _begin_attempt(db: Db, handoff_id: UUID, platform: Platform) -> _Work | None:
    """Take a due handoff for the length of a lease. The count is kept even if this process dies."""
    lease = timedelta(seconds=platform.settings.brief_lease_seconds)
    row = db.scalar(
        update(tables.Handoff)
        .where(
            tables.Handoff.id == handoff_id,
            tables.Handoff.state == HandoffState.REQUESTED,
            tables.Handoff.due_at <= func.now(),
        )
        .values(attempts=tables.Handoff.attempts + 1, due_at=func.now() + lease)
        .returning(tables.Handoff)
    )
    if row is None:
        return None
    if row.attempts > platform.settings.brief_max_attempts:
        _park(db, row, row.problem or "the worker was lost each time it wrote this brief")
        return None
    return _read(db, row, platform.settings.brief_words)


def _read(db: Db, row: tables.Handoff, max_words: int) -> _Work:
    source = sessions.find(db, row.source_session_id)
    newest = (
        select(tables.Memory)
        .where(tables.Memory.session_id == source.id, tables.Memory.handoff_id.is_(None))
        .order_by(tables.Memory.ordinal.desc())
        .limit(MEMORIES_READ)
    )
    memories = list(reversed(db.scalars(newest).all()))
    earlier, earlier_id = _started_from(db, source)
    cut_at = db.scalars(select(func.now())).one()
    return _Work(
        handoff_id=row.id,
        attempt=row.attempts,
        cut_ordinal=memories[-1].ordinal or 0 if memories else 0,
        source=briefs.BriefSource(
            memories=[answers.source(answers.memory(memory)) for memory in memories],
            request=briefs.BriefRequest(
                source_agent=row.source_agent,
                to=row.target,
                reason=row.reason,
                goal=row.goal,
                hop=row.hop,
                namespace=row.namespace,
            ),
            earlier=earlier,
            earlier_id=earlier_id,
            cut_at=cut_at,
            max_words=max_words,
        ),
    )


def _started_from(db: Db, source: tables.Session) -> tuple[Brief | None, UUID | None]:
    """The brief that a session was started from, and the memory that holds it."""
    if source.handoff_id is None:
        return None, None
    memory_id = db.scalar(select(tables.Memory.id).where(tables.Memory.handoff_id == source.handoff_id))
    return answers.brief(handoffs.find(db, source.handoff_id)), memory_id


def _complete(db: Db, work: _Work, brief: Brief, embeddings: Embeddings) -> None:
    """Store the brief, remember it, and end the source session: in one transaction, once."""
    _hold_sources(db, work)
    row = handoffs.find_in_locked_chain(db, work.handoff_id)
    if row.state != HandoffState.REQUESTED:
        return
    source = db.scalar(
        update(tables.Session)
        .where(tables.Session.id == row.source_session_id)
        .values(memory_count=tables.Session.memory_count + 1)
        .returning(tables.Session)
    )
    assert source is not None  # noqa: S101 (a foreign key holds it)
    db.add(_as_memory(row, source, brief, embeddings))
    row.brief, row.cut_ordinal = brief.model_dump(mode="json"), work.cut_ordinal
    row.state, row.ready_at, row.due_at, row.problem = HandoffState.READY, func.now(), None, None
    if row.mode == HandoffMode.COLD:
        sessions.finish(db, source, EndReason.HANDOFF)


def _hold_sources(db: Db, work: _Work) -> None:
    """Keep what the brief was made from until it is stored; raises ``Busy`` where something was forgotten meanwhile.

    Before any other lock, as forgetting does it, so that neither waits for the other.
    """
    read = [memory.id for memory in work.source.memories]
    if work.source.earlier_id is not None:
        read.append(work.source.earlier_id)
    wanted = select(tables.Memory.id).where(tables.Memory.id == any_(literal(read, ARRAY(Uuid))))
    held = db.scalars(wanted.order_by(tables.Memory.id).with_for_update(read=True, key_share=True)).all()
    if len(held) < len(read):
        raise Busy(why="a memory that this brief was made from was forgotten meanwhile")


def _as_memory(row: tables.Handoff, source: tables.Session, brief: Brief, embeddings: Embeddings) -> tables.Memory:
    return tables.Memory(
        namespace=row.namespace,
        session_id=source.id,
        chain_id=source.chain_id,
        ordinal=source.memory_count,
        handoff_id=row.id,
        agent=source.agent,
        kind="handoff",
        content=brief.text,
        importance=1.0,
        importance_estimated=False,
        custom={"from_agent": row.source_agent, "to_agent": row.target},
        event_time=brief.cut_at,
        embedding_model_id=embeddings.model_id,
        embedding=embeddings.vectors[0],
        terms=terms.stored(brief.text, source.tenant_id, row.namespace),
    )


def _record_failure(db: Db, work: _Work, error: Exception, platform: Platform) -> float | None:
    """Say why an attempt failed, and when the next is due: the seconds until then, or None where it was the last."""
    row = handoffs.find_in_locked_chain(db, work.handoff_id)
    if row.state != HandoffState.REQUESTED or row.attempts != work.attempt:
        return None
    problem = f"{type(error).__name__}: {error}"
    if work.attempt >= platform.settings.brief_max_attempts:
        _park(db, row, problem)
        return None
    wait: float = min(platform.settings.brief_backoff_seconds * 2 ** (work.attempt - 1), LONGEST_BACKOFF_SECONDS)
    row.problem, row.due_at = problem, func.now() + timedelta(seconds=wait)
    return wait


def _park(db: Db, row: tables.Handoff, problem: str) -> None:
    row.state, row.problem, row.due_at, row.closed_at = HandoffState.FAILED, problem, None, func.now()
    db.flush()
