"""Hiding secrets in memories: for good when they are kept, or only in what is shown of them.

What a reply gives away only with its question before it (`PIN?` `5521`) is found where both are at hand: in one request
when memories are kept, and in their session when they are shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ARRAY, Select, Uuid, all_, bindparam, column, func, select, true

from warmline_memory import redaction, source_memory
from warmline_memory.memories import long_texts
from warmline_memory.source_memory import SourceMemory
from warmline_memory.storage import pages, tables, wire
from warmline_memory.storage.database import Direct
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
"""Memories that are shown together are looked through in a fortieth of a second up to this size. Longer ones are looked
through in another process."""
NOBODY = UUID(int=0)

_ROW = tables.Memory.__table__


def _before() -> Select[*tuple[Any, ...]]:
    """The turns before each of some replies; one that stands before two of them comes twice."""
    # With LIMIT, each part is looked up for the row of the part before, by an index, whatever the planner believes. As
    # one EXISTS it compared all memories of a tenant with all replies while a young table had no statistics: 16 ms of a
    # recall beside 360 memories, and ever more. Bounds are columns of a part, since row-level security lets no
    # subtraction into an index condition.
    asked = (
        func.unnest(bindparam("replies", type_=ARRAY(Uuid))).table_valued(column("id", Uuid)).render_derived("asked")
    )
    said = _ROW.alias("said")
    reply = (
        select(said.c.session_id, (said.c.ordinal - TURNS_BEFORE).label("first"), (said.c.ordinal - 1).label("last"))
        .where(said.c.id == asked.c.id)
        .limit(1)
        .lateral("reply")
    )
    before = (
        select(*wire.MEMORY_COLUMNS)
        .where(
            _ROW.c.session_id == reply.c.session_id,
            _ROW.c.ordinal.between(reply.c.first, reply.c.last),
            _ROW.c.id != all_(bindparam("known", type_=ARRAY(Uuid))),
            _ROW.c.handoff_id.is_(None),
        )
        .order_by(_ROW.c.ordinal)
        .limit(TURNS_BEFORE)
        .lateral("before")
    )
    return select(before).select_from(asked.join(reply, true()).join(before, true()))


# Nearly every recall asks this. To put it together anew each time took as long as the rest of the recall.
_BEFORE = Direct(_before())


@dataclass(frozen=True)
class Unhidden:
    """Memories as they are kept, with all that is read to hide their secrets: that needs no database, and may take
    longer than a transaction should."""

    memories: Sequence[Memory]
    around: Sequence[SourceMemory]
    """What was said just before short replies among them."""
    tenant_id: UUID | None

    def hidden(self) -> list[Memory]:
        """The memories without the secrets that they hold, in the order given."""
        known = [source_memory.source(memory) for memory in self.memories]
        said = sorted([*known, *self.around], key=lambda one: (one.event_time, one.id))
        # A handoff's brief was written without secrets.
        shown = [memory for memory in self.memories if not memory.handoff_id]
        trees = [_texts(memory) for memory in shown]
        is_long = sum(map(pages.weight, trees)) > LONG_BYTES
        found = long_texts.hide(self.tenant_id, said, trees) if is_long else redaction.hide(said, trees)
        hidden = {memory.id: _with(memory, texts) for memory, texts in zip(shown, found, strict=True)}
        return [hidden.get(memory.id, memory) for memory in self.memories]


def to_keep(asks: Sequence[Remember], which: HideAtWrite) -> Sequence[Remember]:
    """The memories as they are kept, without the secrets of those that the preference names; the very sequence where
    nothing is hidden."""
    meant = [_is_meant(ask, which) for ask in asks]
    if not any(meant):
        return asks
    trees = [_texts(ask) if is_it else None for ask, is_it in zip(asks, meant, strict=True)]
    found = redaction.hide([_source(ask) for ask in asks], trees)
    kept = [ask if texts is None else _with(ask, texts) for ask, texts in zip(asks, found, strict=True)]
    return asks if kept == list(asks) else kept


def hidden(db: Transaction, memories: Sequence[Memory]) -> list[Memory]:
    """Memories without the secrets that they hold, in the order given. What is stored is not changed."""
    return to_hide(db, memories).hidden()


def to_hide(db: Transaction, memories: Sequence[Memory]) -> Unhidden:
    """Memories that are to be shown without their secrets, and what has to be read for that."""
    around = [source_memory.source(memory) for memory in _turns_before(db, memories)]
    return Unhidden(memories, around, db.tenant_id)


def _is_meant(ask: Remember, which: HideAtWrite) -> bool:
    return which is HideAtWrite.ALWAYS or (which is not HideAtWrite.NEVER and bool(ask.metadata.get(CAPTURED)))


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


def _texts(said: Remember | Memory) -> list[Any]:
    """What holds text in a memory."""
    action, slot = said.action, said.slot
    return [
        said.content,
        action and [action.arguments, action.result],
        slot and {slot.name: slot.value},
        said.metadata,
    ]


Kept = TypeVar("Kept", Remember, Memory)


def _with(said: Kept, texts: Sequence[Any]) -> Kept:
    """A memory with other texts in the place of its own."""
    content, deed, value, metadata = texts
    action, slot = said.action, said.slot
    if action is not None:
        action = action.model_copy(update={"arguments": deed[0], "result": deed[1]})
    if slot is not None:
        slot = slot.model_copy(update={"value": value[slot.name]})
    return said.model_copy(update={"content": content, "action": action, "slot": slot, "metadata": metadata})


def _turns_before(db: Transaction, memories: Sequence[Memory]) -> list[Memory]:
    """What was said just before the short replies among memories, and is not among them itself."""
    replies = [
        memory.id
        for memory in memories
        if memory.session_id and memory.role in (Role.USER, Role.AGENT) and len(memory.content) <= REPLY_CHARS
    ]
    if not replies:
        return []
    known = [memory.id for memory in memories]
    found = {row.id: row for row in _BEFORE.run(db, replies=replies, known=known)}
    return [wire.memory_of(row._asdict(), None) for row in found.values()]
