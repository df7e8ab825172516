"""Handoffs: request, get, list, review, cancel, retry, claim, accept."""

import asyncio
import time
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from starlette.concurrency import run_in_threadpool

from warmline_api.answers import Answer, Routes, optional_body
from warmline_api.callers import Caller, Reader, Writer
from warmline_api.queries import Cursor, Limit, OfChain, OfNamespace
from warmline_memory import briefs, handoffs
from warmline_memory.embedding import Ready, until_embedded
from warmline_schemas.briefs import Brief, BriefFormat
from warmline_schemas.claims import Claim, ClaimHandoff
from warmline_schemas.drafts import ConfirmDraft, Draft, EditDraft, RenewDraft
from warmline_schemas.handoffs import (
    AcceptHandoff,
    CancelHandoff,
    Handoff,
    HandoffState,
    HandoffWithBrief,
    RequestHandoff,
    RetryHandoff,
)
from warmline_schemas.sessions import WarmStart
from warmline_schemas.wire import AgentName, Page

router = Routes(prefix="/handoffs", tags=["handoffs"])

LONGEST_WAIT_SECONDS = 30
# From a request to its brief it takes about 130 ms without a language model (docs/measurements.md), and seconds with
# one. So looks are frequent at first, and get rarer; a caller waits at most a quarter of a second too long.
FIRST_LOOK_SECONDS, SLOWEST_LOOK_SECONDS = 0.01, 0.25


@router.post("", status_code=202)
def request_handoff(ask: RequestHandoff, caller: Writer) -> Answer[Handoff]:
    """Ask for a session's work to go to a target. The worker writes the brief; then the source session ends.

    With `review` nothing ends: the brief waits as a draft until somebody confirms it.
    """

    return caller.once(ask, 202, lambda db: handoffs.request(db, ask))


@router.get("")
def list_handoffs(
    caller: Reader,
    namespace: OfNamespace = None,
    state: Annotated[HandoffState | None, Query(description="Only those in this state.")] = None,
    to: Annotated[AgentName | None, Query(description="Only those to this target.")] = None,
    chain_id: OfChain = None,
    session_id: Annotated[UUID | None, Query(description="Only those from this session.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[Handoff]:
    """Handoffs without their briefs, newest first."""
    with caller.transaction() as db:
        return handoffs.list_page(
            db,
            limit=limit,
            cursor=cursor,
            namespace=namespace,
            state=state,
            to=to,
            chain_id=chain_id,
            session_id=session_id,
        )


@router.get("/{handoff_id}")
async def get_handoff(
    handoff_id: UUID,
    caller: Reader,
    wait: Annotated[
        float,
        Query(ge=0, le=LONGEST_WAIT_SECONDS, description="Wait up to so many seconds for it to leave `requested`."),
    ] = 0.0,
) -> HandoffWithBrief:
    """One handoff with its brief. With `wait` the answer comes as soon as the brief is written, or time is up."""
    deadline = time.monotonic() + wait
    pause = FIRST_LOOK_SECONDS
    while True:
        # Each look is a transaction of its own: no connection and no thread is held while nothing happens.
        handoff = await run_in_threadpool(_read, caller, handoff_id)
        left = deadline - time.monotonic()
        if handoff.state is not HandoffState.REQUESTED or left <= 0:
            return handoff
        await asyncio.sleep(min(pause, left))
        pause = min(pause * 1.5, SLOWEST_LOOK_SECONDS)


@router.get(
    "/{handoff_id}/brief",
    response_model=Brief,
    responses={200: {"content": {"text/markdown": {}, "text/plain": {}}, "description": "The brief."}},
)
def get_brief(
    handoff_id: UUID,
    caller: Reader,
    format: Annotated[BriefFormat, Query(description="As JSON, Markdown or plain text.")] = BriefFormat.JSON,
) -> Response:
    """The brief alone, as a document. The same brief is always rendered the same, byte for byte."""
    with caller.transaction() as db:
        brief = handoffs.brief_of(db, handoff_id)
    if format is BriefFormat.MARKDOWN:
        return PlainTextResponse(briefs.to_markdown(brief), media_type="text/markdown")
    if format is BriefFormat.TEXT:
        return PlainTextResponse(brief.text)
    return JSONResponse(brief.model_dump(mode="json"))


@router.get("/{handoff_id}/draft")
def get_draft(handoff_id: UUID, caller: Reader) -> Draft:
    """The brief that waits for a review, its revision, and what the source session kept since it was cut."""
    with caller.transaction() as db:
        return handoffs.drafts.get(db, handoff_id)


@router.post("/{handoff_id}/edit")
def edit_draft(handoff_id: UUID, ask: EditDraft, caller: Writer) -> Answer[Draft]:
    """Replace the headline or whole sections of a draft. Lines that are new or changed are marked as edited."""
    return caller.once(ask, 200, lambda db: handoffs.drafts.edit(db, handoff_id, ask))


@router.post("/{handoff_id}/renew", status_code=202)
def renew_draft(handoff_id: UUID, ask: RenewDraft, caller: Writer) -> Answer[Handoff]:
    """Have a draft written anew, from all that was kept by now; edited lines are put into it again, unless refused."""
    return caller.once(ask, 202, lambda db: handoffs.drafts.renew(db, handoff_id, ask))


@router.post("/{handoff_id}/confirm")
def confirm_draft(handoff_id: UUID, ask: ConfirmDraft, caller: Writer) -> Answer[Handoff]:
    """Hand on exactly the draft that was read: it becomes the brief, and a cold source session ends."""

    def attempt(ready: Ready) -> Answer[Handoff]:
        return caller.once(ask, 200, lambda db: handoffs.drafts.confirm(db, handoff_id, ask, ready))

    return until_embedded(caller.platform.embed, attempt)


@router.post("/{handoff_id}/cancel")
def cancel_handoff(
    handoff_id: UUID, caller: Writer, ask: Annotated[CancelHandoff, optional_body(CancelHandoff)]
) -> Answer[Handoff]:
    """Call a handoff off while its source session is open; that session goes on untouched."""
    return caller.once(ask, 200, lambda db: handoffs.cancel(db, handoff_id, ask.reason))


@router.post("/{handoff_id}/retry", status_code=202)
def retry_handoff(
    handoff_id: UUID, caller: Writer, ask: Annotated[RetryHandoff, optional_body(RetryHandoff)]
) -> Answer[Handoff]:
    """Put a failed handoff back to work."""

    return caller.once(ask, 202, lambda db: handoffs.retry(db, handoff_id))


@router.post("/{handoff_id}/claim")
def claim_handoff(handoff_id: UUID, ask: ClaimHandoff, caller: Writer) -> Answer[Claim]:
    """Hold a ready handoff for a while, so that nobody else accepts it. Claiming again is the heartbeat."""
    return caller.once(ask, 200, lambda db: handoffs.claim(db, handoff_id, ask))


@router.post("/{handoff_id}/accept", status_code=201)
def accept_handoff(handoff_id: UUID, ask: AcceptHandoff, caller: Writer) -> Answer[WarmStart]:
    """Start the target's session from the brief. The answer holds everything for a warm start."""
    return caller.once(ask, 201, lambda db: handoffs.accept(db, handoff_id, ask))


def _read(caller: Caller, handoff_id: UUID) -> HandoffWithBrief:
    with caller.transaction() as db:
        return handoffs.get(db, handoff_id)
