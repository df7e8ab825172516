"""Answers: our memories and sessions in Dakera's shapes, whose times are whole seconds since 1970."""

from datetime import datetime
from typing import Any

from warmline_api.dakera import reserved
from warmline_memory.memories import OfSession
from warmline_schemas.memories import Memory
from warmline_schemas.recall import RecalledMemory
from warmline_schemas.sessions import Session, SessionState

Json = dict[str, Any]


def memory(one: Memory, preview_chars: int | None = None) -> Json:
    """A memory; with ``preview_chars`` its text is cut to so many characters, and says so."""
    shown = {
        "id": str(one.id),
        "agent_id": one.namespace,
        "content": one.content,
        "memory_type": one.kind,
        "importance": one.importance,
        "tags": one.metadata.get(reserved.TAGS, []),
        "session_id": str(one.session_id) if one.session_id else one.metadata.get(reserved.SESSION),
        "metadata": reserved.own(one.metadata),
        "created_at": seconds(one.created_at),
        "last_accessed_at": seconds(one.created_at),
        "access_count": one.times_recalled,
        "expires_at": one.expires_at and seconds(one.expires_at),
    }
    if preview_chars is not None:
        cut = len(one.content) > preview_chars
        shown |= {"content": one.content[:preview_chars], "content_len": len(one.content), "content_truncated": cut}
    return shown


def recalled(one: RecalledMemory) -> Json:
    """A memory that was found, with its score."""
    scores = {"vector_score": one.parts.cosine, "text_score": one.parts.words}
    found = {name: score for name, score in scores.items() if score is not None}
    return {"memory": memory(one.memory), "score": one.score, "rank_score": one.score, **found}


def session(one: Session, held: OfSession | None = None) -> Json:
    """A session with how much it holds. None of ours ends because nothing happens in it."""
    last = held.newest_at if held else one.started_at
    return {
        "id": str(one.id),
        "agent_id": one.namespace,
        "started_at": seconds(one.started_at),
        "ended_at": one.ended_at and seconds(one.ended_at),
        "ended_reason": one.ended_reason,
        "summary": one.metadata.get(reserved.SUMMARY),
        "metadata": reserved.own(one.metadata),
        "memory_count": held.memories if held else 0,
        "last_activity_at": seconds(last),
        "idle_timeout_secs": 0,
    }


def state(one: Session) -> str:
    """Whether a session is ``active`` or ``ended``."""
    return "active" if one.state is SessionState.OPEN else "ended"


def seconds(moment: datetime) -> int:
    """A time as Dakera writes it."""
    return int(moment.timestamp())
