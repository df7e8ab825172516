"""What a brief is made from, and the lines it is made of before they are fitted to its length."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from warmline_memory.briefs.templates import BUILT_IN, SUPPORT
from warmline_schemas.briefs import Brief, SectionName
from warmline_schemas.memories import Action, Outcome, Role, Slot
from warmline_schemas.preferences import PiiClass
from warmline_schemas.templates import Template


@dataclass(frozen=True, slots=True)
class SourceMemory:
    """A memory as a brief reads it."""

    id: UUID
    role: Role | None
    kind: str
    content: str
    importance: float
    event_time: datetime
    slot: Slot | None = None
    action: Action | None = None
    agent: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BriefRequest:
    """What was asked for: who hands over to whom, why, and what the target should achieve."""

    source_agent: str
    to: str
    reason: str
    namespace: str
    goal: str | None = None
    hop: int = 1


@dataclass(frozen=True, slots=True)
class BriefSource:
    """Everything that a brief rests on. Memories are those of the source session, oldest first."""

    memories: Sequence[SourceMemory]
    request: BriefRequest
    cut_at: datetime
    earlier: Brief | None = None
    earlier_id: UUID | None = None
    """The memory that holds `earlier`: the proof of what only its request said."""
    max_words: int = 220
    template: Template = BUILT_IN[SUPPORT]
    pii: frozenset[PiiClass] = frozenset()
    """The classes of personal data that the brief hides."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A line on its way into a brief. Within its section a higher `weight` comes first and is kept longer; `carried`
    lines wait until this session's own have found their place. `topic` is the matter of a value or an action; `owner`
    and `due` say whose a step is, and until when."""

    section: SectionName
    text: str
    ids: tuple[UUID, ...]
    label: str | None = None
    outcome: Outcome | None = None
    weight: float = 0.0
    topic: str | None = None
    carried: bool = False
    found: bool = False
    owner: str | None = None
    due: str | None = None


def merged(*groups: tuple[UUID, ...]) -> tuple[UUID, ...]:
    """The ids of all groups, each once, in the order they were first named."""
    return tuple(dict.fromkeys(memory_id for group in groups for memory_id in group))
