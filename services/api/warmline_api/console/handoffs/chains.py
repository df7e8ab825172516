"""Chains: a case as a tree and as a timeline, who spoke when, and two of its briefs side by side."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response

from warmline_api.console import shell
from warmline_api.console.handoffs.ownership import spans_of
from warmline_api.console.handoffs.side_by_side import sides
from warmline_api.console.handoffs.timelines import in_words
from warmline_api.console.languages import _
from warmline_api.console.shell import Signed
from warmline_memory import customers, events, handoffs, sessions, tenancy
from warmline_memory.errors import WarmlineError
from warmline_memory.storage import Transaction, tables
from warmline_schemas.handoffs import Handoff, HandoffState
from warmline_schemas.sessions import ChainTree

router = APIRouter()

EVENTS = 200
"""At most this many events are shown on a page."""
UNWRITTEN = (HandoffState.REQUESTED, HandoffState.CANCELLED, HandoffState.FAILED)


@router.get("/chains/{chain_id}")
def show_chain(
    chain_id: UUID,
    visitor: Signed,
    left: Annotated[UUID | None, Query()] = None,
    right: Annotated[UUID | None, Query()] = None,
    after: Annotated[int, Query(ge=0)] = 0,
) -> Response:
    """A chain, by its id or by that of any of its sessions; with the comparison of two briefs where two are named."""
    with visitor.transaction() as db:
        visitor.check_sees(db, tables.Session, chain_id)
        for compared_id in filter(None, (left, right)):
            visitor.check_sees(db, tables.Handoff, compared_id)
        tree = handoffs.chains.tree_of(db, sessions.find(db, chain_id).chain_id)
        # One more than is shown, to know whether there is a further page.
        happened = events.list_page(db, after=after, limit=EVENTS + 1, chain_id=tree.id)
        spans = spans_of(sessions.ownerships(db, tree.id))
        names = customers.names_of(db, [tree.namespace])
        compared, problem = _compared(db, left, right)
        if compared is not None:
            tenancy.record_read(db, "chain", tree.id, compared[0].handoff.namespace)
    briefs = [handoff for handoff in _handoffs(tree) if handoff.state not in UNWRITTEN]
    return shell.page(
        visitor,
        "handoffs/chain.html",
        title=_("Chain"),
        problem=problem,
        chain_id=tree.id,
        tree=tree,
        customer=names.get(tree.namespace, tree.namespace),
        spans=spans,
        events=[in_words(event, visitor.called, visitor.worded) for event in happened[:EVENTS]],
        next_after=happened[EVENTS - 1].sequence if len(happened) > EVENTS else None,
        after=after,
        briefs=briefs,
        left=left or (briefs[-2].id if len(briefs) > 1 else None),
        right=right or (briefs[-1].id if briefs else None),
        compared=compared,
    )


def _handoffs(tree: ChainTree) -> list[Handoff]:
    found = [handoff for one in tree.sessions for handoff in one.handoffs]
    return sorted(found, key=lambda handoff: handoff.requested_at)


def _compared(db: Transaction, left: UUID | None, right: UUID | None) -> tuple[Any, str | None]:
    """The two sides of a comparison, or the sentence that says why there is none."""
    if left is None or right is None:
        return None, None
    try:
        found = handoffs.chains.compare(db, left, right)
        return sides(found, handoffs.brief_of(db, left), handoffs.brief_of(db, right)), None
    except WarmlineError as error:
        return None, shell.own_words(error)
