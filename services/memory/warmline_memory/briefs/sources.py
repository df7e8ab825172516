"""What a brief is made from, and the lines it is made of before they are fitted to its length."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from warmline_memory.briefs.templates import BUILT_IN, SUPPORT
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.briefs import Brief
from warmline_schemas.templates import Template
from warmline_schemas.tenancy import PiiClass


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
