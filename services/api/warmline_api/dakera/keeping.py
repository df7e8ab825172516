"""Keeping: Dakera's memories as ours, kept as our own routes keep them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from warmline_api.callers import Caller
from warmline_api.dakera import reserved
from warmline_api.dakera.asked import BatchItem, Item, MemoryType, as_id
from warmline_memory import memories, sessions, tenancy
from warmline_memory.embedding import Ready, until_embedded
from warmline_memory.errors import NotFound, NotInFuture
from warmline_memory.storage import Transaction
from warmline_schemas.memories import ROLES, Memory, Remember, Role
from warmline_schemas.wire import Metadata


def keep(caller: Caller, agent_id: str, items: Sequence[Item]) -> list[Memory]:
    """Keep memories of an agent, all of them or none, without secrets where the tenant wants it so."""

    def attempt(ready: Ready) -> list[Memory]:
        with caller.adding() as db:
            return remember(db, agent_id, items, ready)

    caller.check()
    texts = [item.content for item in items]
    return until_embedded(caller.embed, attempt, Ready(texts, caller.embed(texts)))


def remember(db: Transaction, agent_id: str, items: Sequence[Item], ready: Ready) -> list[Memory]:
    """The same, in a transaction that is open."""
    known = {name: session_named(db, name) for name in {item.session_id for item in items} if name is not None}
    asks = [_as_ours(agent_id, item, known) for item in items]
    for ask in asks:
        tenancy.check_request(db, ask)
    kept = memories.to_keep(asks, tenancy.signed_in(db).preferences.secrets_at_write)
    embeddings = ready.of([memories.content_of(one) for one in kept])
    assert embeddings is not None  # noqa: S101 (there is at least one memory)
    return memories.remember(db, kept, embeddings)


def session_named(db: Transaction, name: str) -> UUID | None:
    """The session of that id; None where the name is a program's own, under which it started no session."""
    session_id = as_id(name)
    if session_id is None:
        return None
    try:
        return sessions.get(db, session_id).id
    except NotFound:
        return None


def labels(tags: Sequence[str] | None, session: str | None = None) -> Metadata:
    """The reserved members of a memory that has these tags, and was kept under that name of a session."""
    return ({reserved.TAGS: list(tags)} if tags else {}) | ({reserved.SESSION: session} if session else {})


def _as_ours(agent_id: str, item: Item, known: Mapping[str, UUID | None]) -> Remember:
    session_id = known[item.session_id] if item.session_id else None
    label = None if session_id else item.session_id
    return Remember(
        namespace=agent_id,
        session_id=session_id,
        content=item.content,
        kind=item.memory_type,
        role=_role(item, session_id),
        importance=item.importance,
        external_id=item.id if isinstance(item, BatchItem) else None,
        metadata=reserved.own(item.metadata or {}) | labels(item.tags, label),
        event_time=item.event_time,
        ttl_seconds=item.ttl_seconds if item.expires_at is None else _time_to_live(item.expires_at),
    )


def _role(item: Item, session_id: UUID | None) -> Role | None:
    """Who said the words: the sessions of Dakera's client say it by the last tag of a turn."""
    last = item.tags[-1] if item.tags else ""
    if session_id is None or item.memory_type is not MemoryType.EPISODIC or last not in {*Role, *ROLES}:
        return None
    return ROLES.get(last) or Role(last)


def _time_to_live(expires_at: int) -> int:
    left = expires_at - int(datetime.now(UTC).timestamp())
    if left < 1:
        raise NotInFuture(field="expires_at", time=datetime.fromtimestamp(expires_at, UTC).isoformat())
    return left
