"""Memories one by one: store, get, update, forget; how much one matters, and what somebody found it to be."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from warmline_api.callers import Caller, Reader
from warmline_api.dakera import answers, keeping, reserved
from warmline_api.dakera.answers import Json
from warmline_api.dakera.asked import (
    Feedback,
    FeedbackOn,
    Forget,
    ImportanceOf,
    NewImportance,
    Signal,
    Store,
    Update,
    as_id,
)
from warmline_memory import memories, namespaces, tenancy
from warmline_memory.embedding import Ready, until_embedded
from warmline_memory.errors import NotFound
from warmline_memory.storage import Transaction, until_not_deadlocked
from warmline_schemas.memories import GiveFeedback, Memory, ReviseMemory, Verdict
from warmline_schemas.namespaces import ForgetMemories
from warmline_schemas.wire import Namespace

router = APIRouter(prefix="/v1")

OfAgent = Annotated[Namespace | None, Query()]

VERDICTS = {Signal.UPVOTE: Verdict.USEFUL, Signal.POSITIVE: Verdict.USEFUL}
"""What a signal says of a memory; all others say that it is wrong."""


@router.post("/memory/store", name="remember")
def store(ask: Store, caller: Reader) -> Json:
    """Keep one memory."""
    (kept,) = keeping.keep(caller, ask.agent_id, [ask])
    state = {"session_state": "active"} if kept.session_id else {}
    return {"memory": answers.memory(kept), "embedding_time_ms": 0, "warnings": ask.warnings, **state}


@router.get("/memory/get/{memory_id}", name="get_memory")
def get(memory_id: UUID, caller: Reader, agent_id: OfAgent = None) -> Json:
    """One memory."""
    with caller.transaction() as db:
        return answers.memory(find(db, memory_id, agent_id))


@router.put("/memory/update/{memory_id}", name="revise_memory")
def update(memory_id: UUID, ask: Update, caller: Reader, agent_id: OfAgent = None) -> Json:
    """Change what is given of a memory."""
    caller.check()
    embeddings = caller.embed([ask.content]) if ask.content is not None else None
    with caller.transaction() as db:
        found = find(db, memory_id, agent_id)
        changes = ask.model_dump(include={"content", "importance"}, exclude_none=True)
        if ask.memory_type is not None:
            changes["kind"] = ask.memory_type
        if ask.metadata is not None or ask.tags is not None:
            tags = found.metadata.get(reserved.TAGS) if ask.tags is None else ask.tags
            given = found.metadata if ask.metadata is None else ask.metadata
            changes["metadata"] = reserved.own(given) | keeping.labels(tags, found.metadata.get(reserved.SESSION))
        if changes:
            found = memories.revise(db, memory_id, ReviseMemory(**changes), embeddings)
        return answers.memory(found)


@router.post("/memory/forget", name="forget_memories")
def forget(ask: Forget, caller: Reader) -> Json:
    """Forget memories, and what briefs say because of them. Those that are not there are not counted."""
    return {"deleted_count": forget_ids(caller, ask.agent_id, ask.known), "warnings": ask.warnings}


@router.post("/memory/importance", name="revise_memory")
def set_importance(ask: ImportanceOf, caller: Reader) -> Json | list[Json]:
    """Say how much memories matter: all of them, or none where one is not there."""
    named = [ask.memory_id] if ask.memory_id is not None else ask.memory_ids
    with caller.transaction() as db:
        # In one order, so that two requests about the same memories wait for each other and not in a circle.
        revised = {one: _weigh(db, _id(one), ask) for one in sorted(named)}
    return revised[named[0]] if len(named) == 1 else [revised[one] for one in named]


@router.patch("/memories/{memory_id}/importance", name="revise_memory")
def patch_importance(memory_id: UUID, ask: NewImportance, caller: Reader) -> Json:
    """Say how much a memory matters."""
    with caller.transaction() as db:
        return _weigh(db, memory_id, ask)


@router.post("/memory/feedback", name="give_feedback")
def give_feedback(ask: FeedbackOn, caller: Reader) -> Json:
    """Judge a memory, which moves its importance within bounds."""
    return give_feedback_on(_id(ask.memory_id), ask, caller)


@router.post("/memories/{memory_id}/feedback", name="give_feedback")
def give_feedback_on(memory_id: UUID, ask: Feedback, caller: Reader) -> Json:
    """Judge a memory, which moves its importance within bounds."""
    verdict = VERDICTS.get(ask.signal, Verdict.WRONG)
    with caller.transaction() as db:
        find(db, memory_id, ask.agent_id)
        judged = memories.give_feedback(db, memory_id, GiveFeedback(verdict=verdict))
        return {"memory_id": str(memory_id), "new_importance": judged.importance, "signal": ask.signal}


def find(db: Transaction, memory_id: UUID, agent_id: str | None) -> Memory:
    """A memory of an agent, or of any where none is given. Raises ``NamespaceNotBound`` and ``NotFound``."""
    if agent_id is not None:
        tenancy.check_namespace(db, agent_id)
    found = memories.get(db, memory_id)
    if agent_id not in {None, found.namespace}:
        raise NotFound(noun="memory", id=memory_id)
    return found


def forget_ids(caller: Caller, agent_id: str, ids: list[UUID]) -> int:
    """Forget memories of an agent by at most a thousand ids; how many there were."""
    if not ids:
        return 0
    wanted = ForgetMemories(namespace=agent_id, ids=ids)

    def attempt(ready: Ready) -> int:
        with caller.transaction() as db:
            tenancy.check_request(db, wanted)
            return namespaces.forget_matching(db, wanted, ready).memories

    return until_not_deadlocked(lambda: until_embedded(caller.embed, attempt))


def _weigh(db: Transaction, memory_id: UUID, ask: NewImportance) -> Json:
    find(db, memory_id, ask.agent_id)
    return answers.memory(memories.revise(db, memory_id, ReviseMemory(importance=ask.importance), None))


def _id(given: str) -> UUID:
    memory_id = as_id(given)
    if memory_id is None:
        raise NotFound(noun="memory", id=given)
    return memory_id
