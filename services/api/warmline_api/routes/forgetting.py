"""Forgetting: one memory, what matches a filter, or a whole namespace."""

from uuid import UUID

from fastapi import Response

from warmline_api.answers import Answer, Routes
from warmline_api.callers import Reader, Writer
from warmline_api.queries import InNamespace
from warmline_memory import namespaces
from warmline_memory.embedding import Ready, until_embedded
from warmline_memory.storage import until_not_deadlocked
from warmline_schemas.namespaces import ForgetMemories, Forgotten

router = Routes()


@router.delete("/memories/{memory_id}", status_code=204, tags=["memories"])
def forget_memory(memory_id: UUID, caller: Reader) -> Response:
    """Delete a memory for good, with its embedding and what briefs say because of it. A brief cannot be deleted."""

    # A brief that quotes the memory is written anew without it, and so embedded anew. Which briefs these are is known
    # only in the transaction; where one is not embedded yet, the transaction is rolled back, and tried again with it.
    def attempt(ready: Ready) -> None:
        with caller.transaction() as db:
            namespaces.forget_one(db, memory_id, ready)

    until_not_deadlocked(lambda: until_embedded(caller.embed, attempt))
    return Response(status_code=204)


@router.post("/memories/forget", tags=["memories"])
def forget_memories(ask: ForgetMemories, caller: Writer) -> Answer[Forgotten]:
    """Delete what matches every filter, with embeddings and what briefs say because of it; `dry_run` only counts."""

    def attempt(ready: Ready) -> Answer[Forgotten]:
        return caller.once(ask, 200, lambda db: namespaces.forget_matching(db, ask, ready))

    return until_not_deadlocked(lambda: until_embedded(caller.embed, attempt))


@router.delete("/namespaces/{namespace:path}", tags=["namespaces"])
def forget_namespace(namespace: InNamespace, caller: Reader) -> Forgotten:
    """Delete everything in a namespace for good, what is under way included. Only the audit's entry of it is left."""

    def attempt() -> Forgotten:
        with caller.transaction() as db:
            return namespaces.forget_namespace(db, namespace)

    return until_not_deadlocked(attempt)
