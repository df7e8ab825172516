"""Batches: many memories stored, listed or forgotten at once; and near-duplicates, for which one stands."""

from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter

from warmline_api.callers import Reader
from warmline_api.dakera import answers, keeping
from warmline_api.dakera.answers import Json
from warmline_api.dakera.asked import Consolidate, Filter, ForgetBatch, RecallBatch, StoreBatch, as_id
from warmline_api.dakera.routes.memories import forget_ids
from warmline_memory import memories, tenancy
from warmline_memory.memories import Selection
from warmline_memory.storage import Period, Transaction
from warmline_schemas.memories import SIMILARITY

router = APIRouter(prefix="/v1")

AT_ONCE = 1_000
"""So many memories are forgotten by one transaction."""
LEAST_SIMILAR = 0.5
"""What is less alike than this is never taken for a near-duplicate."""


@router.post("/memories/store/batch", name="remember_many")
def store(ask: StoreBatch, caller: Reader) -> Json:
    """Keep up to 1,000 memories, all of them or none. One with an id that was sent before is not stored again."""
    kept = [answers.memory(one) for one in keeping.keep(caller, ask.agent_id, ask.memories)]
    shown = ("id", "content", "agent_id", "tags", "importance", "created_at")
    return {
        "stored": [{name: one[name] for name in shown} for one in kept],
        "stored_count": len(kept),
        "total_embedding_time_ms": 0,
        "warnings": ask.warnings,
    }


@router.post("/memories/recall/batch", name="list_memories")
def recall(ask: RecallBatch, caller: Reader) -> Json:
    """The memories that a filter selects, newest first."""
    with caller.transaction() as db:
        tenancy.check_request(db, ask)
        wanted = _selection(db, ask.agent_id, ask.filter)
        found = memories.stretch(db, wanted, limit=ask.limit)
        filtered = memories.count(db, wanted)
        total = memories.count(db, Selection(ask.agent_id))
        return {
            "memories": [answers.memory(one) for one in found],
            "total": total,
            "filtered": filtered,
            "truncated": filtered > len(found),
            "warnings": [*ask.warnings, *ask.filter.warnings],
        }


@router.delete("/memories/forget/batch", name="forget_memories")
def forget(ask: ForgetBatch, caller: Reader) -> Json:
    """Forget the memories that a filter selects, a thousand at a time; to ask again after a failure goes on."""
    with caller.transaction() as db:
        tenancy.check_request(db, ask)
        ids = memories.selected_ids(db, _selection(db, ask.agent_id, ask.filter))
    batches = [list(ids[start : start + AT_ONCE]) for start in range(0, len(ids), AT_ONCE)]
    return {"deleted_count": sum(forget_ids(caller, ask.agent_id, batch) for batch in batches)}


@router.post("/memory/consolidate", name="consolidate")
def consolidate(ask: Consolidate, caller: Reader) -> Json:
    """Let one memory stand for its near-duplicates, which are kept, and left out of recalls. It can be undone."""
    with caller.transaction() as db:
        tenancy.check_request(db, ask)
        window = memories.read_window(db, ask.agent_id, caller.platform.model_id)
    groups = memories.group_near_duplicates(
        window.candidates, window.vectors, max(LEAST_SIMILAR, ask.threshold or SIMILARITY)
    )
    named = None if ask.memory_ids is None else {as_id(one) for one in ask.memory_ids}
    if named is not None:
        groups = [group for group in groups if named >= {group.kept.id, *(one.id for one in group.merged)}]
    with caller.transaction() as db:
        made = memories.consolidate(db, ask.agent_id, groups)
        merged: list[UUID] = [one for each in made for one in each.merged_ids]
        kept = answers.memory(memories.get(db, made[0].kept_id)) if made else None
    return {
        "consolidated_memory": kept,
        "source_memory_ids": [str(one) for one in merged],
        "memories_removed": len(merged),
        "warnings": ask.warnings,
    }


def _selection(db: Transaction, agent_id: str, ask: Filter) -> Selection:
    session_id = keeping.session_named(db, ask.session_id) if ask.session_id else None
    return Selection(
        agent_id,
        session_id=session_id,
        kind=ask.memory_type,
        metadata=keeping.labels(ask.tags, None if session_id else ask.session_id),
        min_importance=ask.min_importance or 0.0,
        max_importance=1.0 if ask.max_importance is None else ask.max_importance,
        # The end of a period is not in it, and Dakera's is.
        period=Period(_moment(ask.created_after), _moment(ask.created_before, later=1)),
    )


def _moment(seconds: int | None, later: int = 0) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds + later, UTC)
