"""Hiding secrets in memories: for good when they are kept, or only in what is shown of them.

What a reply gives away only with its question before it (`PIN?` `5521`) is found where both are at hand: in one request
when memories are kept, and in their session when they are shown.
"""

import threading
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from warmline_memory import redaction, source_memory
from warmline_memory.source_memory import SourceMemory
from warmline_memory.storage import pages, tables, wire
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.memories import Memory, Remember, Role
from warmline_schemas.tenancy import HideAtWrite

CAPTURED = "captured"
"""The key of a memory's metadata, with any value but false or null, that says that the memory was captured from a
transcript rather than kept on purpose."""
TURNS_BEFORE = 3
"""How many turns before a short reply are read for the question that it answers."""
REPLY_CHARS = 120
"""Longer memories of a session are not taken for bare replies."""
LONG_BYTES = 20_000
"""Memories that are shown together are read through in a fortieth of a second up to this size."""
LONG_READINGS = threading.BoundedSemaphore(1)
"""Longer ones are read through one request after the other. A thread that waits for a turn at the interpreter gets it
after each thread that computes had its own, many times in a request: a dozen long readings would hold up everybody."""
NOBODY = UUID(int=0)


def to_keep(asks: Sequence[Remember], which: HideAtWrite) -> Sequence[Remember]:
    """The memories as they are kept, without the secrets of those that the preference names; the very sequence where
    nothing is hidden."""
    if which is HideAtWrite.NEVER or not any(_is_meant(ask, which) for ask in asks):
        return asks
    with redaction.one_reading():
        secrets = redaction.find([_source(ask) for ask in asks])
        kept = [_without(ask, secrets) if _is_meant(ask, which) else ask for ask in asks]
    return asks if kept == list(asks) else kept


def hidden(db: Transaction, memories: Sequence[Memory]) -> list[Memory]:
    """Memories without the secrets that they hold, in the order given. What is stored is not changed."""
    known = [source_memory.source(memory) for memory in memories]
    around = [source_memory.source(memory) for memory in _turns_before(db, memories)]
    is_long = sum(pages.weight((one.content, one.action, one.metadata)) for one in memories) > LONG_BYTES
    with LONG_READINGS if is_long else nullcontext(), redaction.one_reading():
        secrets = redaction.find(sorted([*known, *around], key=lambda one: (one.event_time, one.id)))
        return [_shown(memory, secrets) for memory in memories]


def _is_meant(ask: Remember, which: HideAtWrite) -> bool:
    return which is HideAtWrite.ALWAYS or bool(ask.metadata.get(CAPTURED))


def _source(ask: Remember) -> SourceMemory:
    return SourceMemory(
        id=NOBODY,
        role=ask.role,
        kind=ask.kind,
        content=ask.content or "",
        importance=0.5,
        event_time=ask.event_time or datetime.now(UTC),
        slot=ask.slot,
        action=ask.action,
        metadata=ask.metadata,
    )


def _without(ask: Remember, secrets: redaction.Secrets) -> Remember:
    return ask.model_copy(update=_scrubbed(ask, secrets))


def _shown(memory: Memory, secrets: redaction.Secrets) -> Memory:
    # A handoff's brief was written without secrets.
    return memory if memory.handoff_id else memory.model_copy(update=_scrubbed(memory, secrets))


def _scrubbed(said: Remember | Memory, secrets: redaction.Secrets) -> dict[str, object]:
    """The fields of a memory that hold text, without secrets."""
    action, slot = said.action, said.slot
    if action is not None:
        arguments, result = redaction.scrub_tree([action.arguments, action.result], secrets)
        action = action.model_copy(update={"arguments": arguments, "result": result})
    if slot is not None:
        value = redaction.scrub_tree({slot.name: slot.value}, secrets)[slot.name]
        slot = slot.model_copy(update={"value": value})
    return {
        "content": said.content and redaction.scrub(said.content, secrets),
        "action": action,
        "slot": slot,
        "metadata": redaction.scrub_tree(said.metadata, secrets),
    }


def _turns_before(db: Transaction, memories: Sequence[Memory]) -> list[Memory]:
    """What was said just before the short replies among memories, and is not among them itself."""
    replies = [
        memory.id
        for memory in memories
        if memory.session_id and memory.role in (Role.USER, Role.AGENT) and len(memory.content) <= REPLY_CHARS
    ]
    if not replies:
        return []
    reply, before = aliased(tables.Memory), aliased(tables.Memory)
    near = before.ordinal.between(reply.ordinal - TURNS_BEFORE, reply.ordinal - 1)
    asked = exists().where(reply.id.in_(replies), before.session_id == reply.session_id, near)
    known = [memory.id for memory in memories]
    rows = select(before).where(asked, before.id.not_in(known), before.handoff_id.is_(None))
    return [wire.memory(row) for row in db.scalars(rows)]
