"""Sessions: start, get, list, resume, end, chain; and the messages of one."""

import json
from typing import Annotated
from uuid import UUID

from fastapi import Query

from warmline_api.answers import Answer, Routes, optional_body
from warmline_api.callers import Reader, Writer
from warmline_api.queries import SEVERAL, Cursor, HavingMetadata, Limit, OfChain, OfNamespace, Since, Until
from warmline_memory import handoffs, memories, sessions
from warmline_memory.embedding import until_embedded
from warmline_memory.storage import Period
from warmline_schemas.messages import KeepMessages, KeptMessages
from warmline_schemas.sessions import Chain, EndSession, ResumeSession, Session, SessionState, StartSession
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
    agent: Annotated[list[AgentName] | None, Query(max_length=SEVERAL, description="Only these agents.")] = None,
    state: Annotated[SessionState | None, Query(description="Only open or only ended ones.")] = None,
    chain_id: OfChain = None,
    channel: Annotated[
        str | None, Query(max_length=200, description="Only those with this `channel` in their metadata.")
    ] = None,
    metadata: HavingMetadata = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[Session]:
    """Sessions, newest first; `since` and `until` are about when they started."""
    with caller.transaction() as db:
        return sessions.list_page(
            db,
            limit=limit,
            cursor=cursor,
            namespace=namespace,
            agent=agent,
            state=state,
            chain_id=chain_id,
            period=Period(since, until),
            metadata=json.loads(metadata or "{}") | ({"channel": channel} if channel is not None else {}),
        )


@router.get("/{session_id}")
def get_session(session_id: UUID, caller: Reader) -> Session:
    """One session."""
    with caller.transaction() as db:
        return sessions.get(db, session_id)


@router.post("/{session_id}/messages", status_code=201)
def keep_messages(session_id: UUID, ask: KeepMessages, caller: Writer) -> Answer[KeptMessages]:
    """Keep messages and tool calls, in the shapes of OpenAI or Anthropic. What was sent before is not stored again."""
    caller.check()
    transcript = memories.transcribed(ask.messages, session_id)
    # Nothing is embedded before the first look at what the session has: of a transcript that is read again that is all.
    return until_embedded(
        caller.embed,
        lambda ready: caller.once(ask, 201, lambda db: memories.keep_messages(db, transcript, ready)),
    )


@router.post("/{session_id}/resume")
def resume_session(
    session_id: UUID, caller: Writer, ask: Annotated[ResumeSession, optional_body(ResumeSession)]
) -> Answer[Session]:
    """Go on in a session, such as on another device. One that its client ended is opened again."""
    return caller.once(ask, 200, lambda db: handoffs.resume_session(db, session_id, ask))


@router.post("/{session_id}/end")
def end_session(
    session_id: UUID, caller: Writer, ask: Annotated[EndSession, optional_body(EndSession)]
) -> Answer[Session]:
    """End a session. Ending it again answers the ended session and changes nothing."""
    return caller.once(ask, 200, lambda db: handoffs.end_session(db, session_id, ask))


@router.get("/{session_id}/chain")
def get_chain(session_id: UUID, caller: Reader) -> Chain:
    """The chain that a session belongs to: every session and handoff of the case, and who owns the conversation."""
    with caller.transaction() as db:
        return sessions.chain_of(db, session_id)
