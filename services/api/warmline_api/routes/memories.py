"""Memories: remember one, remember many, get, list, revise, forget."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from warmline_api.callers import Reader, Writer
from warmline_api.queries import Cursor, Limit, OfChain, OfNamespace
from warmline_memory import memories
from warmline_schemas.memories import Importance, Memories, Memory, Remember, RememberMany, ReviseMemory
from warmline_schemas.wire import Kind, Page

router = APIRouter(prefix="/memories", tags=["memories"])


@router.post("", response_model=Memory, status_code=201)
def remember(ask: Remember, caller: Writer) -> Any:
    """Keep one memory."""
    caller.check()
    embeddings = caller.platform.embed([memories.content_of(ask)])
    return caller.once(ask, 201, lambda db: memories.remember(db, [ask], embeddings)[0])


@router.post("/batch", response_model=Memories, status_code=201)
def remember_many(ask: RememberMany, caller: Writer) -> Any:
    """Keep up to 1,000 memories: all of them, or none where one is refused."""
    caller.check()
    embeddings = caller.platform.embed([memories.content_of(one) for one in ask.memories])
    return caller.once(ask, 201, lambda db: Memories(memories=memories.remember(db, ask.memories, embeddings)))


@router.get("", response_model=Page[Memory])
def list_memories(
    caller: Reader,
    namespace: OfNamespace = None,
    session_id: Annotated[UUID | None, Query(description="Only this session's.")] = None,
    chain_id: OfChain = None,
    kind: Annotated[Kind | None, Query(description="Only this kind.")] = None,
    min_importance: Annotated[Importance, Query(description="Only those at least this important.")] = 0.0,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[Memory]:
    """Memories, newest first."""
    with caller.transaction() as db:
        return memories.list_page(
            db,
            limit=limit,
            cursor=cursor,
            namespace=namespace,
            session_id=session_id,
            chain_id=chain_id,
            kind=kind,
            min_importance=min_importance,
        )


@router.get("/{memory_id}", response_model=Memory)
def get_memory(memory_id: UUID, caller: Reader) -> Memory:
    """One memory."""
    with caller.transaction() as db:
        return memories.get(db, memory_id)


@router.patch("/{memory_id}", response_model=Memory)
def revise_memory(memory_id: UUID, ask: ReviseMemory, caller: Reader) -> Memory:
    """Change a memory's content, kind, importance or metadata. A handoff's brief cannot be changed."""
    caller.check()
    embeddings = caller.platform.embed([ask.content]) if ask.content is not None else None
    with caller.transaction() as db:
        return memories.revise(db, memory_id, ask, embeddings)


@router.delete("/{memory_id}", status_code=204)
def forget_memory(memory_id: UUID, caller: Reader) -> Response:
    """Delete a memory for good, with its embedding. A handoff's brief cannot be deleted."""
    with caller.transaction() as db:
        memories.forget(db, memory_id)
    return Response(status_code=204)
