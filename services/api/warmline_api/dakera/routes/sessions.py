"""Sessions: start, end, touch, get, list, and what was kept in one."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from warmline_api.answers import optional_body
from warmline_api.callers import Caller, Reader
from warmline_api.dakera import answers, keeping, reserved
from warmline_api.dakera.answers import Json
from warmline_api.dakera.asked import EndSession, Item, MemoryType, StartSession
from warmline_memory import handoffs, memories, sessions, tenancy
from warmline_memory.embedding import Ready, until_embedded
from warmline_memory.memories import Selection
from warmline_memory.storage import Transaction
from warmline_schemas import sessions as ours
from warmline_schemas.wire import Namespace

router = APIRouter(prefix="/v1")

Preview = Annotated[int | None, Query(ge=1, le=10_000)]
Offset = Annotated[int, Query(ge=0, le=100_000)]


@router.post("/sessions/start", name="start_session")
def start(ask: StartSession, caller: Reader) -> Json:
    """Start a session. The member ``agent`` of its metadata names who works in it, where it is not the agent itself."""
    metadata = reserved.own(ask.metadata or {})
    worker = metadata.get("agent") or ask.agent_id
    wanted = ours.StartSession(namespace=ask.agent_id, agent=worker, metadata=metadata)
    with caller.adding() as db:
        tenancy.check_request(db, wanted)
        return {"session": answers.session(sessions.start(db, wanted)), "warnings": ask.warnings}


@router.post("/sessions/{session_id}/end", name="end_session")
def end(session_id: UUID, caller: Reader, ask: Annotated[EndSession, optional_body(EndSession)]) -> Json:
    """End a session, and keep its summary as a memory, in one transaction. Ending it again changes nothing."""
    caller.check()
    return until_embedded(caller.embed, lambda ready: _end(caller, session_id, ask.summary, ready))


def _end(caller: Caller, session_id: UUID, summary: str | None, ready: Ready) -> Json:
    with caller.transaction() as db:
        row = sessions.lock_chain(db, session_id)
        if summary and row.ended_at is None:
            item = Item(content=summary, memory_type=MemoryType.SEMANTIC, session_id=str(session_id))
            keeping.remember(db, row.namespace, [item], ready)
        said = {reserved.SUMMARY: summary} if summary else {}
        shown = _shown(db, handoffs.end_session(db, session_id, ours.EndSession(metadata=said)))
        return {"session": shown, "memory_count": shown["memory_count"]}


@router.post("/sessions/{session_id}/touch", name="get_session")
def touch(session_id: UUID, caller: Reader) -> Json:
    """Say whether a session is open. It stays so until somebody ends it, whether it is touched or not."""
    with caller.transaction() as db:
        found = sessions.get(db, session_id)
        return {"session": _shown(db, found), "session_state": answers.state(found), "idle_deadline_at": None}


@router.get("/sessions/{session_id}", name="get_session")
def get(session_id: UUID, caller: Reader) -> Json:
    """One session."""
    with caller.transaction() as db:
        return _shown(db, sessions.get(db, session_id))


@router.get("/sessions", name="list_sessions")
def list_all(
    caller: Reader,
    agent_id: Annotated[Namespace | None, Query()] = None,
    active_only: Annotated[bool, Query()] = False,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    offset: Offset = 0,
) -> Json:
    """Sessions, newest first."""
    with caller.transaction() as db:
        state = ours.SessionState.OPEN if active_only else None
        found = listed(db, agent_id, state, limit=limit, offset=offset)
        return {"sessions": found, "total": sessions.count(db, namespace=agent_id, state=state)}


@router.get("/sessions/{session_id}/memories", name="list_memories")
def list_memories(
    session_id: UUID,
    caller: Reader,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    offset: Offset = 0,
    content_preview_chars: Preview = None,
) -> Json:
    """What was kept in a session, newest first."""
    with caller.transaction() as db:
        home = sessions.get(db, session_id)
        wanted = Selection(home.namespace, session_id=session_id)
        found = memories.stretch(db, wanted, limit=limit, offset=offset)
        return {"memories": [answers.memory(one, content_preview_chars) for one in found]}


def listed(
    db: Transaction, agent_id: str | None, state: ours.SessionState | None, *, limit: int, offset: int = 0
) -> list[Json]:
    """Sessions as lists show them. Raises ``NamespaceNotBound``."""
    if agent_id is not None:
        tenancy.check_namespace(db, agent_id)
    page = sessions.list_page(db, limit=limit, cursor=None, namespace=agent_id, state=state, offset=offset)
    held = memories.of_sessions(db, [one.id for one in page.items])
    return [answers.session(one, held.get(one.id)) for one in page.items]


def _shown(db: Transaction, one: ours.Session) -> Json:
    return answers.session(one, memories.of_sessions(db, [one.id]).get(one.id))
