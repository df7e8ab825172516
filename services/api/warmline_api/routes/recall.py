"""Recall."""

from typing import Any

from fastapi import APIRouter

from warmline_api.callers import Writer
from warmline_memory import recall as recalling
from warmline_schemas.recall import Recall, Recollection

router = APIRouter(tags=["memories"])


@router.post("/recall", response_model=Recollection)
def recall(ask: Recall, caller: Writer) -> Any:
    """The memories that matter now, best first, each with the parts of its score."""
    caller.check()
    query = caller.platform.embed([ask.query]) if ask.query.strip() else None
    cached = caller.platform.cached_namespaces
    return caller.once(ask, 200, lambda db: recalling.recall(db, ask, query, cached))
