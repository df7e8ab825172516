"""A memory as briefs, prompts and redaction read it: without its row, its embedding and its tenant."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from warmline_schemas.memories import Action, Memory, Role, Slot


@dataclass(frozen=True, slots=True)
class SourceMemory:
    """A memory as a brief reads it. `importance` is 0 to 1; `agent` is who kept it; `superseded_by` is the memory that
    holds in its place, where one does."""

    id: UUID
    role: Role | None
    kind: str
    content: str
    importance: float
    event_time: datetime
    slot: Slot | None = None
    action: Action | None = None
    agent: str | None = None
    superseded_by: UUID | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)


def merged(*groups: tuple[UUID, ...]) -> tuple[UUID, ...]:
    """The ids of all groups, each once, in the order they were first named."""
    return tuple(dict.fromkeys(memory_id for group in groups for memory_id in group))


def source(memory: Memory) -> SourceMemory:
    """A memory as briefs and prompts are made from it."""
    return SourceMemory(
        id=memory.id,
        role=memory.role,
        kind=memory.kind,
        content=memory.content,
        importance=memory.importance,
        slot=memory.slot,
        action=memory.action,
        agent=memory.agent,
        superseded_by=memory.superseded_by,
        event_time=memory.event_time,
        metadata=memory.metadata,
    )
