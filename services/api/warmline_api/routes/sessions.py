"""Sessions: start, get, list, end, chain."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from warmline_api.answers import Answer, Routes, optional_body
from warmline_api.callers import Reader, Writer
from warmline_api.queries import Cursor, Limit, OfChain, OfNamespace
from warmline_memory import handoffs, sessions
from warmline_schemas.sessions import Chain, EndSession, Session, SessionState, StartSession
from warmline_schemas.wire import AgentName, Page

router = Routes(prefix="/sessions", tags=["sessions"])


@router.post("", status_code=201)
def start_session(ask: StartSession, caller: Writer) -> Answer[Session]:
    """Start a session, and with it a new chain."""
    return caller.once(ask, 201, lambda db: sessions.start(db, ask))


@router.get("")
def list_sessions(
    caller: Reader,
    namespace: OfNamespace = None,
    agent: Annotated[AgentName | None, Query(description="Only this agent.")] = None,
    state: Annotated[SessionState | None, Query(description="Only open or only ended ones.")] = None,
    chain_id: OfChain = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[Session]:
    """Sessions, newest first."""
    with caller.transaction() as db:
        return sessions.list_page(
            db, limit=limit, cursor=cursor, namespace=namespace, agent=agent, state=state, chain_id=chain_id
        )


@router.get("/{session_id}")
def get_session(session_id: UUID, caller: Reader) -> Session:
    """One session."""
    with caller.transaction() as db:
        return sessions.get(db, session_id)


@router.post("/{session_id}/end")
def end_session(
    session_id: UUID, caller: Writer, ask: Annotated[EndSession, optional_body(EndSession)]
) -> Answer[Session]:
    """End a session. Ending it again answers the ended session and changes nothing."""
    return caller.once(ask, 200, lambda db: handoffs.end_session(db, session_id))


@router.get("/{session_id}/chain")
def get_chain(session_id: UUID, caller: Reader) -> Chain:
    """The chain that a session belongs to: every session and handoff of the case, and who owns the conversation."""
    with caller.transaction() as db:
        return sessions.chain_of(db, session_id)
