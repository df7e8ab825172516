"""Recall."""

from warmline_api.answers import Answer, Routes
from warmline_api.callers import Writer
from warmline_memory import recall as recalling
from warmline_schemas.recall import Recall, Recollection

router = Routes(tags=["memories"])


@router.post("/recall")
def recall(ask: Recall, caller: Writer) -> Answer[Recollection]:
    """The memories that matter now, best first, each with the parts of its score."""
    caller.check()
    # A query without words is one for all that matters, which needs no embedding.
    query = caller.embed_query(ask.query) if ask.query.strip() else None
    cached = caller.platform.cached_namespaces
    return caller.once(ask, 200, lambda db: recalling.recall(db, ask, query, cached).shown)
