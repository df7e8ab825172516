"""Events: list, stream."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import StreamingResponse

from warmline_api import streams
from warmline_api.callers import Reader
from warmline_api.queries import Limit, OfChain
from warmline_memory import events
from warmline_schemas.events import Events, EventType
from warmline_schemas.wire import AgentName

router = APIRouter(prefix="/events", tags=["events"])

OfTarget = Annotated[
    AgentName | None, Query(description="Only those about handoffs to this target, as `queue:billing`.")
]
OfHandoff = Annotated[UUID | None, Query(description="Only those about this handoff.")]
OfTypes = Annotated[list[EventType] | None, Query(description="Only these types; give it several times for several.")]

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
) -> Events:
    """Events in the order in which they were committed, the oldest first. `last` goes on as `after`."""
    with caller.transaction() as db:
        return events.news(
            db, after=after, limit=limit, queue=queue, chain_id=chain_id, handoff_id=handoff_id, types=types or ()
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
