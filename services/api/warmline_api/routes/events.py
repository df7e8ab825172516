"""Events: list, stream."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import StreamingResponse

from warmline_api import streams
from warmline_api.callers import Reader
from warmline_api.queries import SEVERAL, Limit, OfChain
from warmline_memory import events
from warmline_schemas.events import Events, EventType
from warmline_schemas.wire import AgentName

router = APIRouter(prefix="/events", tags=["events"])

OfTarget = Annotated[
    list[AgentName] | None,
    Query(max_length=SEVERAL, description="Only those about handoffs to these targets, as `queue:billing`."),
]
OfHandoff = Annotated[list[UUID] | None, Query(max_length=SEVERAL, description="Only those about these handoffs.")]
OfTypes = Annotated[list[EventType] | None, Query(max_length=SEVERAL, description="Only these types.")]

FRAMES = {
    streams.MEDIA_TYPE: {
        "schema": {"type": "string", "description": "`id` is the event's number, `event` its type, `data` its JSON."},
        "example": 'id: 41\nevent: handoff.claimed\ndata: {"sequence": 41, "type": "handoff.claimed"}\n\n',
    }
}


@router.get("")
def list_events(
    caller: Reader,
    after: Annotated[int, Query(ge=0, description="Only those with a greater number.")] = 0,
    queue: OfTarget = None,
    chain_id: OfChain = None,
    handoff_id: OfHandoff = None,
    types: OfTypes = None,
    limit: Limit = 50,
    cursor: Annotated[int | None, Query(ge=0, description="`next_cursor` of the page before.")] = None,
) -> Events:
    """Events in the order in which they were committed, the oldest first. On the last page, `last` goes on as `after`
    when there is more."""
    start = after if cursor is None else cursor
    with caller.transaction() as db:
        return events.news(
            db, after=start, limit=limit, queue=queue, chain_id=chain_id, handoff_id=handoff_id, types=types or ()
        )


@router.get(
    "/stream",
    response_class=StreamingResponse,
    responses={200: {"content": FRAMES, "description": "Server-sent events, until either side hangs up."}},
)
async def stream_events(
    request: Request,
    caller: Reader,
    queue: OfTarget = None,
    chain_id: OfChain = None,
    handoff_id: OfHandoff = None,
    types: OfTypes = None,
    after: Annotated[int | None, Query(ge=0, description="Go on behind this number; left out: from now on.")] = None,
    last_event_id: Annotated[
        int | None, Header(ge=0, description="The last `id` that arrived, as browsers send it; stronger than `after`.")
    ] = None,
) -> StreamingResponse:
    """Events as they are committed, as server-sent events. A client that was cut off goes on from the last `id`.

    With `chain_id` and without `types`, `memory.kept` says that a session of the chain has new memories; it has no id.
    """
    filters = streams.Filters(queue, chain_id, handoff_id, tuple(types or ()))
    start = after if last_event_id is None else last_event_id
    return await streams.follow(request.app.state, caller.transaction, filters, start)
