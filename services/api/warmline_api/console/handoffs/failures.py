"""Failures: handoffs that came to nothing, why, what their refused briefs say, and another try."""

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from warmline_api.console import shell
from warmline_api.console.handoffs.taking import require_lead
from warmline_api.console.shell import Posted, Signed, Visitor, require
from warmline_memory import handoffs, operators
from warmline_memory.errors import WarmlineError
from warmline_memory.storage import tables
from warmline_schemas.handoffs import HandoffState
from warmline_schemas.operators import OperatorRole

router = APIRouter()

SHOWN = 50
HERE = "/console/failed"
FIELD = "retry-"


@router.get("/failed")
def list_failed(visitor: Signed, cursor: str | None = None) -> Response:
    """Failed handoffs, newest first."""
    return _page(visitor, cursor)


@router.post("/failed")
def retry(visitor: Posted) -> Response:
    """Put the chosen handoffs back to work, each by itself. The page lists why the others cannot be tried again."""
    # Each in a transaction of its own: one that cannot be tried again does not keep the others from it.
    require(visitor, OperatorRole.LEAD)
    chosen = [shell.id_of(name.removeprefix(FIELD)) for name in visitor.form if name.startswith(FIELD)]
    refusals = [refusal for handoff_id in chosen if (refusal := _retry(visitor, handoff_id))]
    done = len(chosen) - len(refusals)
    if not chosen:
        return shell.done(HERE, "Nothing was selected. Tick the handoffs to retry.")
    if refusals:
        outcome = " ".join([f"{done} of {len(chosen)} are being retried.", *refusals])
        return _page(visitor, None, problem=outcome, status=409)
    return shell.done(HERE, f"{done} {'is' if done == 1 else 'are'} being retried.")


def _retry(visitor: Visitor, handoff_id: UUID) -> str | None:
    """Put one back to work: None, or why that cannot be."""
    try:
        with visitor.transaction() as db:
            visitor.check_sees(db, tables.Handoff, handoff_id)
            require_lead(visitor, db, handoff_id)
            handoffs.retry(db, handoff_id)
    except WarmlineError as error:
        return str(error)
    return None


def _page(visitor: Visitor, cursor: str | None, problem: str | None = None, status: int = 200) -> Response:
    with visitor.transaction() as db:
        seen = operators.sees_case(visitor.operator, tables.Handoff.chain_id)
        failed = handoffs.list_page(db, limit=SHOWN, cursor=cursor, state=HandoffState.FAILED, seen=seen)
        refused = [handoff.id for handoff in failed.items if handoffs.is_refusal(handoff.problem)]
        briefs = {handoff_id: handoffs.brief_of(db, handoff_id) for handoff_id in refused}
    return shell.page(
        visitor,
        "handoffs/failed.html",
        title="Failed handoffs",
        status=status,
        problem=problem,
        failed=failed,
        briefs=briefs,
    )
