"""Speaking: what an operator says in the conversation of a handoff, on its page."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response

from warmline_api.console import shell
from warmline_api.console.desk import say_posted
from warmline_api.console.handoffs import handoff_page
from warmline_api.console.shell import PREFIX, Posted
from warmline_memory import desk, handoffs
from warmline_memory.errors import WarmlineError
from warmline_memory.storage import tables

router = APIRouter()


@router.post("/handoffs/{handoff_id}/say")
def say(handoff_id: UUID, visitor: Posted, corrects: Annotated[UUID | None, Query()] = None) -> Response:
    """Reply to the customer, or keep a note for colleagues; or say anew what was said in the reply ``corrects``."""
    with visitor.transaction() as db:
        visitor.check_sees(db, tables.Handoff, handoff_id)
        handoff = handoffs.find(db, handoff_id)
        session_id = handoff_page.conversation_of(handoff)
        has_customer = desk.has_customer(db, handoff.chain_id)
    try:
        said = say_posted(visitor, session_id, has_customer=has_customer, corrects=corrects)
    except WarmlineError as error:
        return handoff_page.shown(visitor, handoff_id, error, "say", ready=handoff_page.Ready(corrects=corrects))
    # Not to the message itself: it is in view, and a browser that goes to a place in a page takes focus from the field.
    return shell.done(f"{PREFIX}/handoffs/{handoff_id}", said.message)
