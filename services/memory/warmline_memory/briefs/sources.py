"""What a brief is made from, and the lines it is made of before they are fitted to its length."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from warmline_memory.briefs.templates import BUILT_IN, SUPPORT
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.accounts import Account
from warmline_schemas.briefs import BriefLine, SectionName
from warmline_schemas.handoffs import Urgency
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
    urgency: Urgency | None = None
    """How pressing the caller says it is; None where nobody said."""


@dataclass(frozen=True, slots=True)
class Leg:
    """An earlier session of the line that led to a handoff: who worked, what was kept, why it was handed on, and what
    the agent said of it then."""

    agent: str
    memories: Sequence[SourceMemory]
    reason: str = ""
    account: Account | str | None = None


@dataclass(frozen=True, slots=True)
class BriefSource:
    """Everything that a brief rests on. Memories are those of the source session, oldest first."""

    memories: Sequence[SourceMemory]
    request: BriefRequest
    cut_at: datetime
    before: Sequence[Leg] = ()
    """The sessions that led here, oldest first: those that this one was started from, and no other branch's."""
    edited: Sequence[tuple[SectionName, BriefLine]] = ()
    """What reviewers wrote into the briefs of those sessions: nobody else knows it."""
    account: Account | str | None = None
    """What the agent that hands off says of its work: entries, or free Markdown."""
    proposed: Sequence[tuple[SectionName, BriefLine]] = ()
    """What a language model says, and the record too."""
    max_words: int = 220
    template: Template = BUILT_IN[SUPPORT]
    language: str = "en"
    """The language of headings and labels, as a BCP 47 tag."""
    zone: tzinfo = UTC
    """The customers' time zone, in which `tomorrow` is read."""
    git: object = None
    """Where the code is, as the metadata of a coding session say it (docs/coding-agents.md)."""
    pii: frozenset[PiiClass] = frozenset()
    """The classes of personal data that the brief hides."""

    @property
    def line(self) -> Sequence[SourceMemory]:
        """The memories of the whole line, oldest first."""
        return [*(memory for leg in self.before for memory in leg.memories), *self.memories]
