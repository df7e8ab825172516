"""Conversations: what was said up to a session, and the reply of the operator who speaks for it; single memories."""

from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Query
from fastapi.responses import Response

from warmline_api.console import shell
from warmline_api.console.desk import spoken
from warmline_api.console.desk.turns import page_of, turns_of
from warmline_api.console.shell import Posted, Signed, Visitor
from warmline_memory import channels, desk, memories, tenancy
from warmline_memory.errors import WarmlineError
from warmline_memory.storage import Transaction, tables
from warmline_schemas.wire import MAX_CONTENT_CHARS

router = APIRouter()

TURNS = 80
"""At most this many turns are shown on a page, which keeps a page below 200 kB however long they are."""
TITLE = "Conversation"

Place = Annotated[UUID | None, Query()]


@router.get("/conversations/{session_id}")
def show_conversation(
    session_id: UUID, visitor: Signed, at: Place = None, before: Place = None, after: Place = None
) -> Response:
    """A page of a conversation: its newest turns, or those around, before or after a memory."""
    with visitor.transaction() as db:
        visitor.check_sees(db, tables.Session, session_id)
        context = _context(db, visitor, session_id, at, before, after)
        tenancy.record_read(db, "conversation", session_id, context["session"].namespace)
    return shell.page(visitor, "desk/conversation.html", title=TITLE, **context)


@router.post("/conversations/{session_id}/say")
def say(session_id: UUID, visitor: Posted) -> Response:
    """Send a reply to the customer, or keep a note for colleagues."""
    # Browsers send line ends as CR LF (WHATWG HTML, 4.10.21.7); what is remembered has plain line feeds.
    text, once = shell.field(visitor.form, "text").replace("\r\n", "\n"), shell.field(visitor.form, "once")[:100]
    as_note = visitor.form.get("as") == "note"
    with visitor.transaction() as db:
        visitor.check_sees(db, tables.Session, session_id)
    try:
        memory_id = spoken.say(visitor, session_id, text, as_note=as_note, once=once)
    except WarmlineError as error:
        with visitor.transaction() as db:
            context = _context(db, visitor, session_id)
        return shell.refused(visitor, error, "desk/conversation.html", title=TITLE, **context)
    message = "Kept as a note for colleagues." if as_note else "Saved. The customer's channel delivers it."
    return shell.done(f"/console/conversations/{session_id}#m-{memory_id}", message)


@router.get("/memories/{memory_id}")
def show_memory(memory_id: UUID, visitor: Signed) -> Response:
    """One memory in full: what a line of a brief rests on."""
    with visitor.transaction() as db:
        visitor.check_sees(db, tables.Memory, memory_id)
        memory = memories.get(db, memory_id)
        tenancy.record_read(db, "memory", memory_id, memory.namespace)
        pii = tenancy.signed_in(db).preferences.pii
    turn = turns_of([memory], pii, most_chars=MAX_CONTENT_CHARS)[0]
    return shell.page(visitor, "desk/memory.html", title="Memory", turn=turn, memory=memory)


def _context(
    db: Transaction,
    visitor: Visitor,
    session_id: UUID,
    at: UUID | None = None,
    before: UUID | None = None,
    after: UUID | None = None,
) -> dict[str, Any]:
    page = desk.conversation(db, session_id, around=at, before=before, after=after, limit=TURNS)
    turns = page_of(page.memories, tenancy.signed_in(db).preferences.pii)
    session, owner = page.session, page.owner
    return {
        "session": session,
        "owner": owner,
        "is_mine": owner is not None and owner.id == session.id and owner.agent == visitor.agent,
        "parts": spoken.parts_of(page, turns),
        "turns": turns,
        "replies": channels.replies_among(db, [memory.id for memory in page.memories]),
        "has_earlier": page.has_earlier,
        "has_later": page.has_later,
        "shown_at": at,
        "once": uuid4().hex,
        "chain_id": session.chain_id,
    }
