"""Consolidations: make, list, get, undo."""

from uuid import UUID

from fastapi import Response

from warmline_api.answers import Answer, Routes
from warmline_api.callers import Reader, Writer
from warmline_api.queries import Cursor, Limit, OfNamespace
from warmline_memory import memories
from warmline_memory.storage import Transaction
from warmline_schemas.memories import Consolidate, Consolidation, Consolidations
from warmline_schemas.wire import Page

router = Routes(prefix="/consolidations", tags=["consolidations"])


@router.post("")
def consolidate(ask: Consolidate, caller: Writer) -> Answer[Consolidations]:
    """Let one memory stand for its near-duplicates. A dry run shows what would be made."""
    with caller.transaction() as db:
        window = memories.read_window(db, ask.namespace, caller.platform.model_id, ask.before)
    # Comparing every pair takes seconds for a large window, so it is done between two transactions. The second one
    # leaves out what was changed or forgotten meanwhile.
    groups = memories.group_near_duplicates(window.candidates, window.vectors, ask.similarity)

    def work(db: Transaction) -> Consolidations:
        if ask.dry_run:
            made = [memories.proposed_consolidation(ask.namespace, group) for group in groups]
        else:
            made = memories.consolidate(db, ask.namespace, groups)
        return memories.consolidations_answer(ask, window, made)

    return caller.once(ask, 200, work)


@router.get("")
def list_consolidations(
    caller: Reader, namespace: OfNamespace = None, limit: Limit = 50, cursor: Cursor = None
) -> Page[Consolidation]:
    """Consolidations, newest first, those that were undone too."""
    with caller.transaction() as db:
        return memories.list_consolidations(db, limit=limit, cursor=cursor, namespace=namespace)


@router.get("/{consolidation_id}")
def get_consolidation(consolidation_id: UUID, caller: Reader) -> Consolidation:
    """One consolidation: which memory stands for which."""
    with caller.transaction() as db:
        return memories.get_consolidation(db, consolidation_id)


@router.delete("/{consolidation_id}", status_code=204)
def undo_consolidation(consolidation_id: UUID, caller: Reader) -> Response:
    """Let its memories stand for themselves again. They are not consolidated with the kept one a second time."""
    with caller.transaction() as db:
        memories.undo_consolidation(db, consolidation_id)
    return Response(status_code=204)
