"""Conversations: what was said up to a session that no work page shows; single memories."""

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from warmline_api.console import shell
from warmline_api.console.desk import spoken
from warmline_api.console.desk.threads import END, AskedPlace, Place, thread
from warmline_api.console.desk.turns import turns_of
from warmline_api.console.languages import _
from warmline_api.console.shell import PREFIX, Posted, Signed, Visitor
from warmline_memory import customers, desk, handoffs, memories, tenancy
from warmline_memory.errors import WarmlineError
from warmline_memory.storage import Transaction, tables
from warmline_schemas.wire import MAX_CONTENT_CHARS

router = APIRouter()


@router.get("/conversations/{session_id}")
def show_conversation(session_id: UUID, visitor: Signed, place: AskedPlace) -> Response:
    """A page of a conversation: its newest turns, or those around, before or after a memory. That of a session which
    took a handoff over is on the page of that handoff."""
    with visitor.transaction() as db:
        visitor.check_sees(db, tables.Session, session_id)
        worked = _handoff_of(db, session_id)
    if worked is not None:
        query = visitor.request.url.query
        return RedirectResponse(f"{PREFIX}/handoffs/{worked}" + (f"?{query}" if query else ""), 303)
    return _shown(visitor, session_id, place)


@router.post("/conversations/{session_id}/say")
def say(session_id: UUID, visitor: Posted) -> Response:
    """Send a reply to the customer, or keep a note for colleagues."""
    with visitor.transaction() as db:
        visitor.check_sees(db, tables.Session, session_id)
        has_customer = desk.has_customer(db, db.find_one(tables.Session, session_id).chain_id)
    try:
        said = spoken.say_posted(visitor, session_id, has_customer=has_customer)
    except WarmlineError as error:
        return _shown(visitor, session_id, END, error)
    return shell.done(f"{PREFIX}/conversations/{session_id}#m-{said.id}", said.message)


@router.get("/memories/{memory_id}")
def show_memory(memory_id: UUID, visitor: Signed) -> Response:
    """One memory in full: what a line of a brief rests on."""
    with visitor.transaction() as db:
        visitor.check_sees(db, tables.Memory, memory_id)
        memory = memories.get(db, memory_id)
        tenancy.record_read(db, "memory", memory_id, memory.namespace)
        pii = tenancy.signed_in(db).preferences.pii
    turn = turns_of([memory], pii, most_chars=MAX_CONTENT_CHARS)[0]
    return shell.page(visitor, "desk/memory.html", title=_("Memory"), turn=turn, memory=memory)


def _shown(visitor: Visitor, session_id: UUID, place: Place, error: WarmlineError | None = None) -> Response:
    with visitor.transaction() as db:
        found = thread(db, visitor, session_id, place)
        has_customer = desk.has_customer(db, found.session.chain_id)
        name = customers.names_of(db, [found.session.namespace]).get(found.session.namespace)
        tenancy.record_read(db, "conversation", session_id, found.session.namespace)
    session = found.session
    return shell.page(
        visitor,
        "desk/conversation.html",
        title=name or session.namespace,
        error=error,
        chain_id=session.chain_id,
        thread=found,
        has_customer=has_customer,
    )


def _handoff_of(db: Transaction, session_id: UUID) -> UUID | None:
    """The handoff that a session works on; None for the first of a chain, and for a branch, which its page does not
    show."""
    session = db.find_one(tables.Session, session_id)
    if session.handoff_id is None:
        return None
    worked = handoffs.find(db, session.handoff_id)
    return worked.id if worked.target_session_id == session_id else None
