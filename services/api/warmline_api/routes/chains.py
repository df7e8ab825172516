"""Chains: tree, compare."""

from uuid import UUID

from fastapi import APIRouter

from warmline_api.callers import Reader
from warmline_memory import handoffs
from warmline_schemas.comparisons import Comparison
from warmline_schemas.sessions import ChainTree

router = APIRouter(tags=["chains"])


@router.get("/chains/{chain_id}")
def get_chain_tree(chain_id: UUID, caller: Reader) -> ChainTree:
    """A chain as a tree: which session started from which handoff, branches and rollbacks included.

    The id of a chain is the id of its first session.
    """
    with caller.transaction() as db:
        return handoffs.chains.tree_of(db, chain_id)


@router.get("/handoffs/{left_id}/compare/{right_id}")
def compare_handoffs(left_id: UUID, right_id: UUID, caller: Reader) -> Comparison:
    """The briefs of two handoffs of one chain side by side: where they part, and what differs since."""
    with caller.transaction() as db:
        return handoffs.chains.compare(db, left_id, right_id)
