"""Failures: handoffs that came to nothing, why, another try and what comes of it, and a person who takes over."""

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response

from warmline_api.console import shell
from warmline_api.console.handoffs import handoff_page
from warmline_api.console.handoffs.taking import require_lead
from warmline_api.console.languages import _, ngettext
from warmline_api.console.shell import PREFIX, Posted, Signed, Visitor, require
from warmline_memory import customers, handoffs, operators
from warmline_memory.errors import NotFound, WarmlineError
from warmline_memory.storage import Transaction, tables
from warmline_schemas.handoffs import Handoff, HandoffState
from warmline_schemas.operators import OperatorRole

router = APIRouter()

SHOWN = 50
HERE = "/console/failed"
FIELD = "retry-"

Retried = Annotated[list[UUID], Query(max_length=SHOWN)]


@router.get("/failed")
def list_failed(visitor: Signed, cursor: str | None = None, retried: Retried = []) -> Response:  # noqa: B006 (never changed)
    """Failed handoffs, newest first; and what came of those that were retried just now."""
    return _page(visitor, cursor, retried=retried)


@router.post("/failed")
def retry(visitor: Posted) -> Response:
    """Put the chosen handoffs back to work, each by itself. The page tells what comes of each."""
    # Each in a transaction of its own: one that cannot be tried again does not keep the others from it.
    require(visitor, OperatorRole.LEAD)
    chosen = [shell.id_of(name.removeprefix(FIELD)) for name in visitor.form if name.startswith(FIELD)]
    if not chosen:
        return shell.done(HERE, _("Nothing was selected. Tick the handoffs to retry."))
    refusals = {handoff_id: refusal for handoff_id in chosen if (refusal := _retry(visitor, handoff_id))}
    retried = [handoff_id for handoff_id in chosen if handoff_id not in refusals]
    if refusals:
        outcome = " ".join(
            [_("{n} of {most} are being retried.", n=len(retried), most=len(chosen)), *refusals.values()]
        )
        return _page(visitor, None, problem=outcome, status=409, retried=retried)
    address = f"{HERE}?{urlencode([('retried', one) for one in retried[:SHOWN]])}"
    return shell.done(address, ngettext("{n} is being retried.", "{n} are being retried.", len(retried)))


@router.post("/handoffs/{handoff_id}/take")
def take(handoff_id: UUID, visitor: Posted) -> Response:
    """Take over what could not be briefed: it comes to the visitor, with as much of a brief as there can be."""
    try:
        with visitor.transaction() as db:
            visitor.check_sees(db, tables.Handoff, handoff_id)
            handoffs.retry(db, handoff_id, to=visitor.agent)
    except WarmlineError as error:
        return handoff_page.shown(visitor, handoff_id, error, "take")
    message = _("It comes to you now. Its brief is being written; then take over, and answer the customer.")
    return shell.done(f"{PREFIX}/handoffs/{handoff_id}", message)


def _retry(visitor: Visitor, handoff_id: UUID) -> str | None:
    """Put one back to work: None, or why that cannot be."""
    try:
        with visitor.transaction() as db:
            visitor.check_sees(db, tables.Handoff, handoff_id)
            require_lead(visitor, db, handoff_id)
            handoffs.retry(db, handoff_id)
    except WarmlineError as error:
        return shell.in_words(error, visitor)
    return None


def _page(
    visitor: Visitor,
    cursor: str | None,
    problem: str | None = None,
    status: int = 200,
    retried: Sequence[UUID] = (),
) -> Response:
    with visitor.transaction() as db:
        seen = operators.sees_case(visitor.operator, tables.Handoff.chain_id)
        failed = handoffs.list_page(db, limit=SHOWN, cursor=cursor, state=HandoffState.FAILED, seen=seen)
        refused = [handoff.id for handoff in failed.items if handoffs.is_refusal(handoff.problem)]
        briefs = {handoff_id: handoffs.brief_of(db, handoff_id) for handoff_id in refused}
        outcomes = [one for handoff_id in retried if (one := _outcome(db, visitor, handoff_id)) is not None]
        names = customers.names_of(db, {one.namespace for one in (*failed.items, *outcomes)})
    return shell.page(
        visitor,
        "handoffs/failed.html",
        title=_("Failed handoffs"),
        status=status,
        problem=problem,
        failed=failed,
        briefs=briefs,
        outcomes=outcomes,
        customers=names,
    )


def _outcome(db: Transaction, visitor: Visitor, handoff_id: UUID) -> Handoff | None:
    """What became of a handoff that was retried; None where the visitor does not see it, or it was forgotten."""
    try:
        visitor.check_sees(db, tables.Handoff, handoff_id)
        return handoffs.get(db, handoff_id)
    except NotFound:
        return None
