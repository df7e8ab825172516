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
from warmline_api.files import head_of, served
from warmline_memory import attachments, customers, desk, handoffs, memories, tenancy
from warmline_memory.errors import NotFound, WarmlineError
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
        file = attachments.of_memories(db, [memory_id]).get(memory_id)
    turn = turns_of([memory], pii, most_chars=MAX_CONTENT_CHARS)[0]
    return shell.page(visitor, "desk/memory.html", title=_("Memory"), turn=turn, memory=memory, file=file)


@router.get("/memories/{memory_id}/attachment")
def show_attachment(memory_id: UUID, visitor: Signed) -> Response:
    """The file of which a memory tells: a picture as it is, everything else as a download."""
    with visitor.transaction() as db:
        visitor.check_sees(db, tables.Memory, memory_id)
        found = attachments.of_memories(db, [memory_id]).get(memory_id)
        if found is None:
            raise NotFound(noun="attachment of memory", id=memory_id)
        if not found.is_picture:
            # A picture is part of the conversation, whose reading is recorded.
            tenancy.record_read(db, "attachment", found.id, found.namespace)
        first = attachments.piece(db, found.id, *head_of(visitor.request.scope, found))
    return served(visitor.request.scope, found, first, lambda start, most: _read(visitor, found.id, start, most))


def _read(visitor: Visitor, attachment_id: UUID, start: int, length: int) -> bytes:
    with visitor.transaction() as db:
        return attachments.piece(db, attachment_id, start, length)


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
