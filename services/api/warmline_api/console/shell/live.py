"""The stream of events that tells open pages when to read their regions again."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import StreamingResponse

from warmline_api import streams
from warmline_api.console.shell.visitors import Signed

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
    """The tenant's events as server-sent events, until the operator is signed out."""
    filters = streams.Filters(chain_id=chain_id, handoff_id=handoff_id)
    start = after if last_event_id is None else last_event_id
    return await streams.follow(request.app.state, visitor.transaction, filters, start)
