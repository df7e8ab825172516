"""Agents: what Dakera calls so is a namespace here. Which ones there are, and what each of them holds."""

from typing import Annotated

from fastapi import APIRouter, Query

from warmline_api.callers import Reader
from warmline_api.dakera import answers
from warmline_api.dakera.answers import Json
from warmline_api.dakera.asked import MOST_LISTED, CreateAgent
from warmline_api.dakera.routes.sessions import Offset, Preview, listed
from warmline_api.queries import InNamespace
from warmline_memory import memories, namespaces, tenancy
from warmline_memory.memories import Selection
from warmline_schemas.sessions import SessionState
from warmline_schemas.wire import Kind

router = APIRouter(prefix="/v1")

MOST_AGENTS = 10_000


@router.get("/agents", name="list_memories")
def list_all(caller: Reader) -> list[Json]:
    """The agents that hold anything, by name, at most 10,000."""
    with caller.transaction() as db:
        return [
            {
                "agent_id": one.namespace,
                "memory_count": one.memories,
                "session_count": one.sessions,
                "active_sessions": one.open_sessions,
            }
            for one in namespaces.holdings(db, most=MOST_AGENTS)
        ]


@router.post("/agents", name="start_session")
def create(ask: CreateAgent, caller: Reader) -> Json:
    """Say whether an agent is new. Nothing is stored: it is there with its first memory or session."""
    with caller.transaction() as db:
        tenancy.check_request(db, ask)
        is_new = not namespaces.holdings(db, most=1, namespace=ask.agent_id)
        embedder = caller.platform.embedder
        return {
            "agent_id": ask.agent_id,
            "namespace": ask.agent_id,
            "created": is_new,
            "dimension": embedder.dimension,
            "model": embedder.name,
        }


@router.get("/agents/{namespace:path}/memories", name="list_memories")
def list_memories(
    namespace: InNamespace,
    caller: Reader,
    memory_type: Annotated[Kind | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = 50,
    offset: Offset = 0,
    include_derived: Annotated[bool, Query()] = False,  # noqa: ARG001 (nothing is derived from memories here)
    content_preview_chars: Preview = None,
) -> list[Json]:
    """What an agent keeps, newest first."""
    with caller.transaction() as db:
        found = memories.stretch(db, Selection(namespace, kind=memory_type), limit=limit, offset=offset)
        return [answers.memory(one, content_preview_chars) for one in found]


@router.get("/agents/{namespace:path}/sessions", name="list_sessions")
def list_sessions(
    namespace: InNamespace,
    caller: Reader,
    active_only: Annotated[bool, Query()] = False,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> list[Json]:
    """The sessions of an agent, newest first."""
    with caller.transaction() as db:
        return listed(db, namespace, SessionState.OPEN if active_only else None, limit=limit)


@router.get("/agents/{namespace:path}/stats", name="list_memories")
def stats(namespace: InNamespace, caller: Reader) -> Json:
    """How much an agent keeps, of which sorts, and how much it matters."""
    with caller.transaction() as db:
        held = namespaces.holdings(db, most=1, namespace=namespace)
        found = namespaces.survey(db, namespace)
        return {
            "agent_id": namespace,
            "total_memories": held[0].memories if held else 0,
            "memories_by_type": found.by_kind,
            "total_sessions": held[0].sessions if held else 0,
            "active_sessions": held[0].open_sessions if held else 0,
            "avg_importance": found.average_importance,
            "oldest_memory_at": found.oldest_at and answers.seconds(found.oldest_at),
            "newest_memory_at": found.newest_at and answers.seconds(found.newest_at),
        }
