"""The stream of events that tells open pages when to read their regions again."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from warmline_api import streams
from warmline_api.console.shell import company
from warmline_api.console.shell.visitors import Posted, Signed, Visitor
from warmline_memory import operators
from warmline_memory.storage import tables

router = APIRouter()


@router.get("/events")
async def stream_events(
    request: Request,
    visitor: Signed,
    chain_id: UUID | None = None,
    handoff_id: UUID | None = None,
    after: Annotated[int | None, Query(ge=0)] = None,
    last_event_id: Annotated[int | None, Header(ge=0)] = None,
) -> StreamingResponse:
    """The events that the operator may hear of as server-sent events, until the operator is signed out."""
    # A chain's stream also counts its memories; of a chain that the operator may not see it would tell that much.
    if chain_id is not None:
        await run_in_threadpool(_check_sees, visitor, chain_id)
    filters = streams.Filters(chain_id=chain_id, handoff_id=handoff_id, seen=operators.sees_event_now)
    start = after if last_event_id is None else last_event_id
    attendance = None if chain_id is None else company.attending(visitor, chain_id)
    return await streams.follow(request.app.state, visitor.transaction, filters, start, attendance)


@router.post("/chains/{chain_id}/typing", status_code=204)
def note_typing(chain_id: UUID, visitor: Posted) -> None:
    """Say that the operator is typing in a case, to whoever else has it open."""
    company.note_typing(visitor, chain_id)


def _check_sees(visitor: Visitor, chain_id: UUID) -> None:
    with visitor.transaction() as db:
        visitor.check_sees(db, tables.Session, chain_id)
