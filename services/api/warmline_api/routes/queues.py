"""Queues: list, get, set up, how they stand, what waits, take the next; and how the wait of one handoff stands."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Response

from warmline_api.answers import Answer, Routes
from warmline_api.callers import Editor, Reader, Writer
from warmline_api.queries import Cursor, Limit
from warmline_memory import handoffs, operators, queues
from warmline_schemas.handoffs import Handoff
from warmline_schemas.operators import OperatorName
from warmline_schemas.queues import (
    ClaimNext,
    HandoffStanding,
    NextClaim,
    Queue,
    QueueName,
    QueueStanding,
    WriteQueue,
)
from warmline_schemas.targets import of_queue
from warmline_schemas.wire import Page

router = Routes(tags=["queues"])

Named = Annotated[QueueName, Path(description="The queue's name, such as `billing` for `queue:billing`.")]


@router.get("/queues")
def list_queues(caller: Reader, limit: Limit = 50, cursor: Cursor = None) -> Page[Queue]:
    """Queues by name: those that your tenant set up, that an operator works, or in which something waits."""
    with caller.transaction() as db:
        return queues.list_page(db, limit=limit, cursor=cursor)


@router.get("/queues/{name}")
def get_queue(name: Named, caller: Reader) -> Answer[Queue]:
    """How one queue works; one that nobody set up has all defaults."""
    with caller.transaction() as db:
        found = queues.read(db, name)
    return Answer.versioned(found)


@router.put("/queues/{name}")
def write_queue(name: Named, ask: WriteQueue, caller: Editor) -> Answer[Queue]:
    """Set a queue up, or replace how it works. What waits in it keeps the times that it was promised."""
    with caller.editing(lambda db: queues.read(db, name)) as db:
        made = queues.write(db, name, ask)
    return Answer.versioned(made)


@router.delete("/queues/{name}", status_code=204)
def delete_queue(name: Named, caller: Editor) -> Response:
    """Give a queue its defaults again. What waits in it stays."""
    with caller.editing(lambda db: queues.read(db, name)) as db:
        queues.delete(db, name)
    return Response(status_code=204)


@router.get("/queues/{name}/standing")
def get_queue_standing(name: Named, caller: Reader) -> QueueStanding:
    """How a queue stands now: what waits and since when, what breaks its promise next, who is there."""
    with caller.transaction() as db:
        return queues.standing(db, name)


@router.get("/queues/{name}/waiting")
def list_waiting(
    name: Named,
    caller: Reader,
    operator: Annotated[OperatorName | None, Query(description="Only what the operator of this name may take.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[Handoff]:
    """What waits in a queue, in the order in which it should be taken: the next breach, then urgency, then age."""
    with caller.transaction() as db:
        who = None if operator is None else operators.named(db, operator)
        return queues.waiting(db, of_queue(name), who, limit, cursor)


@router.post("/queues/{name}/claim")
def claim_next(name: Named, ask: ClaimNext, caller: Writer) -> Answer[NextClaim]:
    """Claim what should be taken next. An operator gets only what they may take, and what is offered to no other."""
    return caller.once(
        ask, 200, lambda db: NextClaim(claim=handoffs.claim_next(db, of_queue(name), ask.agent, ask.lease_seconds))
    )


@router.get("/handoffs/{handoff_id}/standing")
def get_handoff_standing(handoff_id: UUID, caller: Reader) -> HandoffStanding:
    """How the wait of a handoff stands now: its place, how long that takes, and whether anybody is there."""
    with caller.transaction() as db:
        return queues.standing_of(db, handoffs.find(db, handoff_id))
