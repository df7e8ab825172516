"""Handoffs: request, get, list, review, cancel, retry, claim, accept."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from warmline_api.answers import Answer, Routes, optional_body
from warmline_api.callers import Caller, Reader, Writer
from warmline_api.queries import SEVERAL, Cursor, Limit, OfChain, OfNamespace, Since, Until
from warmline_api.waits import LONGEST_WAIT_SECONDS, looked_at
from warmline_memory import briefs, channels, handoffs
from warmline_memory.embedding import Ready, until_embedded
from warmline_memory.storage import Period, Transaction
from warmline_schemas.briefs import Brief, BriefFormat
from warmline_schemas.claims import Claim, ClaimHandoff, Deed, DeedAwaited, DeedState
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
from warmline_schemas.sessions import LeanStart, WarmStart
from warmline_schemas.wire import AgentName, Page

router = Routes(prefix="/handoffs", tags=["handoffs"])


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
    state: Annotated[
        list[HandoffState] | None, Query(max_length=SEVERAL, description="Only those in these states.")
    ] = None,
    to: Annotated[list[AgentName] | None, Query(max_length=SEVERAL, description="Only those to these targets.")] = None,
    holder: Annotated[
        list[AgentName] | None, Query(max_length=SEVERAL, description="Only those that they hold.")
    ] = None,
    chain_id: OfChain = None,
    session_id: Annotated[
        list[UUID] | None, Query(max_length=SEVERAL, description="Only those from these sessions.")
    ] = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[Handoff]:
    """Handoffs without their briefs, newest first; `since` and `until` are about when they were requested."""
    with caller.transaction() as db:
        return handoffs.list_page(
            db,
            limit=limit,
            cursor=cursor,
            namespace=namespace,
            state=state,
            to=to,
            holder=holder,
            period=Period(since, until),
            chain_id=chain_id,
            session_id=session_id,
        )


@router.get("/{handoff_id}")
async def get_handoff(
    request: Request,
    handoff_id: UUID,
    caller: Reader,
    wait: Annotated[
        float,
        Query(ge=0, le=LONGEST_WAIT_SECONDS, description="Wait up to so many seconds for it to leave `requested`."),
    ] = 0.0,
) -> HandoffWithBrief:
    """One handoff with its brief. With `wait` the answer comes as soon as the brief is written, or time is up."""
    look = partial(_read, caller, handoff_id)
    return await looked_at(request, look, lambda found: found.state is not HandoffState.REQUESTED, wait)


@router.get("/{handoff_id}/deed")
async def get_deed(
    request: Request,
    handoff_id: UUID,
    caller: Reader,
    wait: Annotated[
        float, Query(ge=0, le=LONGEST_WAIT_SECONDS, description="Wait up to so many seconds for what `until` says.")
    ] = 0.0,
    until: Annotated[
        DeedAwaited, Query(description="Wait until nothing more comes of it, or until somebody has replied.")
    ] = DeedAwaited.OVER,
) -> Deed:
    """What whoever took a handoff over said and did, and whether they are done. With `wait` it can be awaited."""

    def is_there(deed: Deed) -> bool:
        return deed.is_over or (until is DeedAwaited.REPLY and deed.state is DeedState.REPLIED)

    return await looked_at(request, partial(_read_deed, caller, handoff_id), is_there, wait)


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
        bootstrap = handoffs.bootstrap_of(db, brief) if format is BriefFormat.MARKDOWN else None
    if format is BriefFormat.MARKDOWN:
        return PlainTextResponse(briefs.to_markdown(brief, bootstrap), media_type="text/markdown")
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
        return caller.once(ask, 200, lambda db: channels.confirm_draft(db, handoff_id, ask, ready))

    return until_embedded(caller.embed, attempt)


@router.post("/{handoff_id}/cancel")
def cancel_handoff(
    handoff_id: UUID, caller: Writer, ask: Annotated[CancelHandoff, optional_body(CancelHandoff)]
) -> Answer[Handoff]:
    """Call a handoff off before it is accepted. Its source session goes on, or is open again."""
    return caller.once(ask, 200, lambda db: handoffs.cancel(db, handoff_id, ask.reason))


@router.post("/{handoff_id}/retry", status_code=202)
def retry_handoff(
    handoff_id: UUID, caller: Writer, ask: Annotated[RetryHandoff, optional_body(RetryHandoff)]
) -> Answer[Handoff]:
    """Put a failed handoff back to work."""

    return caller.once(ask, 202, lambda db: handoffs.retry(db, handoff_id))


@router.post("/{handoff_id}/claim")
def claim_handoff(handoff_id: UUID, ask: ClaimHandoff, caller: Writer) -> Answer[Claim]:
    """Hold a ready handoff for a while, so that nobody else accepts it. With the claim's token it is prolonged."""
    return caller.once(ask, 200, lambda db: handoffs.claim(db, handoff_id, ask))


@router.post("/{handoff_id}/accept", status_code=201, response_model=WarmStart | LeanStart)
def accept_handoff(handoff_id: UUID, ask: AcceptHandoff, caller: Writer) -> Answer[LeanStart]:
    """Start the target's session from the brief. The answer holds everything for a warm start; with `lean`, the prompt
    without what it is made of."""

    def accept(db: Transaction) -> LeanStart:
        start = handoffs.accept(db, handoff_id, ask)
        return LeanStart.model_validate({**vars(start)}) if ask.lean else start

    return caller.once(ask, 201, accept)


def _read(caller: Caller, handoff_id: UUID) -> HandoffWithBrief:
    with caller.transaction() as db:
        return handoffs.get(db, handoff_id)


def _read_deed(caller: Caller, handoff_id: UUID) -> Deed:
    with caller.transaction() as db:
        return handoffs.deed(db, handoff_id)
