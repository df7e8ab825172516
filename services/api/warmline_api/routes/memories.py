"""Memories: remember one, remember many, get, list, revise, give feedback. Forgetting has its own routes."""

from collections.abc import Callable, Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel

from warmline_api.answers import REPEATED, Answer, Routes, Shape
from warmline_api.callers import Caller, Reader, Writer
from warmline_api.queries import SEVERAL, Cursor, Limit, OfChain, OfNamespace, Since, Until
from warmline_memory import memories, tenancy
from warmline_memory.embedding import Ready, until_embedded
from warmline_memory.storage import Period, Transaction
from warmline_schemas.memories import (
    GiveFeedback,
    Importance,
    Memories,
    Memory,
    Remember,
    RememberMany,
    ReviseMemory,
)
from warmline_schemas.wire import Kind, Page

router = Routes(prefix="/memories", tags=["memories"])


@router.post("", status_code=201)
def remember(ask: Remember, caller: Writer) -> Answer[Memory]:
    """Keep one memory. What was sent before under its `external_id` is not stored again, and a header says so."""
    is_repeated = False

    def only(kept: Memories) -> Memory:
        nonlocal is_repeated
        is_repeated = bool(kept.repeated)
        return kept.memories[0]

    answer = _remember(caller, ask, [ask], only)
    if is_repeated:
        answer.headers.update(REPEATED)
    return answer


@router.post("/batch", status_code=201)
def remember_many(ask: RememberMany, caller: Writer) -> Answer[Memories]:
    """Keep up to 1,000 memories: all of them, or none where one is refused."""
    return _remember(caller, ask, ask.memories, lambda kept: kept)


def _remember(
    caller: Caller, ask: BaseModel, asks: Sequence[Remember], shown: Callable[[Memories], Shape]
) -> Answer[Shape]:
    """Keep memories, without secrets where the tenant wants it so."""

    # Embedding is most of the work, and is done before the transaction, so that no connection is held meanwhile. The
    # check makes sure that it is not done for whoever has no valid key. What is embedded first is what was sent: only
    # where a secret was in it, which the tenant's preferences decide inside of the transaction, it is done once more.
    def keep(db: Transaction, ready: Ready) -> Shape:
        kept = memories.to_keep(asks, tenancy.signed_in(db).preferences.secrets_at_write)
        embeddings = ready.of([memories.content_of(one) for one in kept])
        assert embeddings is not None  # noqa: S101 (there is at least one memory)
        return shown(memories.remember_once(db, kept, embeddings))

    caller.check()
    texts = [memories.content_of(one) for one in asks]
    return until_embedded(
        caller.embed,
        lambda ready: caller.once(ask, 201, lambda db: keep(db, ready)),
        Ready(texts, caller.embed(texts)),
    )


@router.get("")
def list_memories(
    caller: Reader,
    namespace: OfNamespace = None,
    session_id: Annotated[list[UUID] | None, Query(max_length=SEVERAL, description="Only these sessions'.")] = None,
    chain_id: OfChain = None,
    kind: Annotated[list[Kind] | None, Query(max_length=SEVERAL, description="Only these kinds.")] = None,
    min_importance: Annotated[Importance, Query(description="Only those at least this important.")] = 0.0,
    since: Since = None,
    until: Until = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[Memory]:
    """Memories, newest first; `since` and `until` are about when they were stored."""
    with caller.transaction() as db:
        return db.read(
            lambda reader: memories.list_page(
                reader,
                limit=limit,
                cursor=cursor,
                namespace=namespace,
                session_id=session_id,
                chain_id=chain_id,
                kind=kind,
                min_importance=min_importance,
                period=Period(since, until),
            )
        )


@router.get("/{memory_id}")
def get_memory(memory_id: UUID, caller: Reader) -> Memory:
    """One memory."""
    with caller.transaction() as db:
        return memories.get(db, memory_id)


@router.patch("/{memory_id}")
def revise_memory(memory_id: UUID, ask: ReviseMemory, caller: Reader) -> Memory:
    """Change a memory: what it says, how much it matters, how long it stays. A handoff's brief cannot be changed."""
    caller.check()
    embeddings = caller.embed([ask.content]) if ask.content is not None else None
    with caller.transaction() as db:
        return memories.revise(db, memory_id, ask, embeddings)


@router.post("/{memory_id}/feedback")
def give_feedback(memory_id: UUID, ask: GiveFeedback, caller: Writer) -> Answer[Memory]:
    """Say whether a memory was useful or wrong, which moves its importance within bounds."""
    return caller.once(ask, 200, lambda db: memories.give_feedback(db, memory_id, ask))
