"""Consolidations: make, list, get, undo."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session as Db

from warmline_api.callers import Reader, Writer
from warmline_api.queries import Cursor, Limit, OfNamespace
from warmline_memory import consolidating, consolidations, near_duplicates
from warmline_schemas.consolidations import Consolidate, Consolidation, Consolidations
from warmline_schemas.wire import Page

router = APIRouter(prefix="/consolidations", tags=["consolidations"])


@router.post("", response_model=Consolidations)
def consolidate(ask: Consolidate, caller: Writer) -> Any:
    """Let one memory stand for its near-duplicates. A dry run shows what would be made."""
    with caller.transaction() as db:
        window = consolidating.look(db, ask.namespace, caller.platform.model_id, ask.before)
    groups = near_duplicates.group(window.candidates, window.vectors, ask.similarity)

    def work(db: Db) -> Consolidations:
        if ask.dry_run:
            made = [consolidating.proposal(ask.namespace, group) for group in groups]
        else:
            made = consolidating.make(db, ask.namespace, groups)
        return consolidating.answer(ask, window, made)

    return caller.once(ask, 200, work)


@router.get("", response_model=Page[Consolidation])
def list_consolidations(
    caller: Reader, namespace: OfNamespace = None, limit: Limit = 50, cursor: Cursor = None
) -> Page[Consolidation]:
    """Consolidations, newest first, those that were undone too."""
    with caller.transaction() as db:
        return consolidations.list_page(db, limit=limit, cursor=cursor, namespace=namespace)


@router.get("/{consolidation_id}", response_model=Consolidation)
def get_consolidation(consolidation_id: UUID, caller: Reader) -> Consolidation:
    """One consolidation: which memory stands for which."""
    with caller.transaction() as db:
        return consolidations.get(db, consolidation_id)


@router.delete("/{consolidation_id}", status_code=204)
def undo_consolidation(consolidation_id: UUID, caller: Reader) -> Response:
    """Let its memories stand for themselves again. They are not consolidated with the kept one a second time."""
    with caller.transaction() as db:
        consolidations.undo(db, consolidation_id)
    return Response(status_code=204)
