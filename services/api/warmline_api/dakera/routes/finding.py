"""Finding: recall and search, and what to know when an agent starts."""

from typing import Annotated

from fastapi import APIRouter, Query

from warmline_api.callers import Caller, Reader
from warmline_api.dakera import answers, keeping, reserved
from warmline_api.dakera.answers import Json
from warmline_api.dakera.asked import MOST_RECALLED, Recall, Search
from warmline_api.queries import InNamespace
from warmline_memory import memories, recall as recalling, tenancy
from warmline_memory.memories import Selection
from warmline_memory.storage import Transaction
from warmline_schemas import recall as ours
from warmline_schemas.memories import Importance
from warmline_schemas.recall import RecalledMemory, Weights
from warmline_schemas.wire import Metadata

router = APIRouter(prefix="/v1")

WAKING = Weights(importance=1.0, recency=1.0, half_life_days=14.0)
"""What matters when an agent starts: importance, halved with every fortnight. Pins and briefs do not age."""


@router.post("/memory/recall", name="recall")
def recall(ask: Recall, caller: Reader) -> Json:
    """The memories that matter to a query, best first, at most ``top_k``."""
    associated: Json = {"associated_memories": []} if ask.include_associated else {}
    separate: Json = {"context_memories": []} if ask.neighborhood_mode == "separate" else {}
    return search(ask, caller) | associated | separate


@router.post("/memory/search", name="recall")
def search(ask: Search, caller: Reader) -> Json:
    """The same."""
    found = _found(caller, ask)
    return {"memories": [answers.recalled(one) for one in found], "warnings": [*ask.warnings, *_lowered(ask)]}


@router.get("/agents/{namespace:path}/wake-up", name="recall")
def wake_up(
    namespace: InNamespace,
    caller: Reader,
    top_n: Annotated[int, Query(ge=1, le=100)] = 20,
    min_importance: Annotated[Importance, Query()] = 0.0,
    include_derived: Annotated[bool, Query()] = False,  # noqa: ARG001 (nothing is derived from memories here)
) -> Json:
    """What an agent should know when it starts, without a query: what matters, and is not long ago."""
    ask = ours.Recall(namespace=namespace, top_k=top_n, min_importance=min_importance, weights=WAKING)
    with caller.transaction() as db:
        found = recalling.recall(db, ask, None, caller.platform.cached_namespaces)
        available = memories.count(db, Selection(namespace, min_importance=min_importance))
    shown = [answers.memory(one.memory) for one in found.shown().results]
    return {"agent_id": namespace, "memories": shown, "total_available": available}


def _found(caller: Caller, ask: Search) -> list[RecalledMemory]:
    caller.check()
    query = caller.embed_query(ask.query) if ask.query.strip() else None
    with caller.transaction() as db:
        wanted = _as_ours(db, ask)
        tenancy.check_request(db, wanted)
        any_of: list[Metadata] = [{reserved.TAGS: [tag]} for tag in ask.tags or ()]
        found = recalling.recall(db, wanted, query, caller.platform.cached_namespaces, any_of)
    return found.shown().results


def _as_ours(db: Transaction, ask: Search) -> ours.Recall:
    session_id = keeping.session_named(db, ask.session_id) if ask.session_id else None
    return ours.Recall(
        namespace=ask.agent_id,
        query=ask.query,
        top_k=min(ask.top_k, MOST_RECALLED),
        kinds=[ask.memory_type] if ask.memory_type else None,
        min_importance=ask.min_importance or 0.0,
        session_id=session_id,
        metadata=keeping.labels(None, ask.session_id) if ask.session_id and session_id is None else {},
        since=ask.since,
        until=ask.until,
    )


def _lowered(ask: Search) -> list[str]:
    return [f"top_k lowered to {MOST_RECALLED}"] if ask.top_k > MOST_RECALLED else []
