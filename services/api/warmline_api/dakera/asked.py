"""Asked: the bodies of Dakera's requests. What Warmline has no use for is left out, and answers warn of it."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from warmline_schemas.memories import Content, ExternalId, Importance, TimeToLive
from warmline_schemas.wire import Kind, Metadata, Moment, Namespace

MOST_RECALLED = 200
MOST_LISTED = 1_000
Tag = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Tags = Annotated[list[Tag], Field(max_length=100)]
SessionName = Annotated[str, StringConstraints(min_length=1, max_length=255)]
"""The id of a session, or any name under which a program keeps memories together."""
Second = Annotated[int, Field(ge=0, le=7_258_118_399)]
"""A time as the seconds since 1970, up to the year 2199."""


def _written(given: Any) -> Any:
    if isinstance(given, bool) or not isinstance(given, int | float):
        return given
    try:
        return datetime.fromtimestamp(given, UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise ValueError("must be a time, or the seconds since 1970") from error


AnyMoment = Annotated[Moment, BeforeValidator(_written)]
"""A time as Dakera's clients send it: written, or as the seconds since 1970."""


class MemoryType(StrEnum):
    """The sorts of memories that Dakera knows."""

    EPISODIC = "episodic"
    SEMANTIC = "semantic"
    PROCEDURAL = "procedural"
    WORKING = "working"


class Asked(BaseModel):
    """A body as Dakera takes it: fields that it does not know are no error."""

    model_config = ConfigDict(extra="allow", frozen=True)

    @property
    def warnings(self) -> list[str]:
        """The fields that are left out."""
        return [f"field {name!r} ignored" for name in sorted(self.model_extra or {})]


class StartSession(Asked):
    """Starts a session."""

    agent_id: Namespace
    metadata: Metadata | None = None


class EndSession(Asked):
    """Ends a session."""

    summary: Content | None = None


class Item(Asked):
    """One memory to keep."""

    content: Content
    memory_type: MemoryType = MemoryType.EPISODIC
    importance: Importance | None = None
    tags: Tags | None = None
    session_id: SessionName | None = None
    metadata: Metadata | None = None
    ttl_seconds: TimeToLive | None = None
    expires_at: Second | None = None
    event_time: AnyMoment | None = None
    attachment_ref: None = None
    """Attachments are no part of memories here; one that is named is refused."""


class Store(Item):
    """Keeps one memory of an agent."""

    agent_id: Namespace


class BatchItem(Item):
    """One memory of a batch, which may have an id of the caller's own."""

    id: ExternalId | None = None


class StoreBatch(Asked):
    """Keeps up to 1,000 memories of an agent, all or none."""

    agent_id: Namespace
    memories: list[BatchItem] = Field(min_length=1, max_length=1_000)

    @property
    def warnings(self) -> list[str]:
        """The fields that are left out, those of the memories too."""
        inside = {name for one in self.memories for name in one.model_extra or {}}
        return [*super().warnings, *(f"field 'memories[].{name}' ignored" for name in sorted(inside))]


class Search(Asked):
    """Asks for memories by words and meaning."""

    agent_id: Namespace
    query: str = Field(max_length=20_000)
    top_k: int = Field(default=10, ge=1)
    memory_type: Kind | None = None
    min_importance: Importance | None = None
    tags: Tags | None = None
    session_id: SessionName | None = None
    since: AnyMoment | None = None
    until: AnyMoment | None = None
    neighborhood: bool | None = None
    neighborhood_mode: str | None = None
    """Neighbours lend their context to the ranking, and are never answered beside what was found."""


class Recall(Search):
    """Asks for memories as ``Search`` does; fewer, where it is not said how many."""

    top_k: int = Field(default=5, ge=1)
    include_associated: bool = False


class Filter(Asked):
    """Which memories are meant: those that have everything that is given, and all of the tags."""

    tags: Tags | None = None
    min_importance: Importance | None = None
    max_importance: Importance | None = None
    created_after: Second | None = None
    created_before: Second | None = None
    memory_type: Kind | None = None
    session_id: SessionName | None = None


class RecallBatch(Asked):
    """Lists memories by a filter."""

    agent_id: Namespace
    filter: Filter = Filter()
    limit: int = Field(default=100, ge=1, le=MOST_LISTED)


class ForgetBatch(Asked):
    """Forgets memories by a filter."""

    agent_id: Namespace
    filter: Filter

    @model_validator(mode="after")
    def _says_which(self) -> Self:
        if self.filter.model_extra:
            raise ValueError(f"filter: {', '.join(sorted(self.filter.model_extra))} is not known; nothing is forgotten")
        if not self.filter.model_dump(exclude_none=True):
            raise ValueError("filter: give at least one condition; nothing is forgotten without any")
        return self


class Update(Asked):
    """Changes a memory."""

    content: Content | None = None
    metadata: Metadata | None = None
    memory_type: MemoryType | None = None
    importance: Importance | None = None
    tags: Tags | None = None


class Forget(Asked):
    """Forgets memories by their ids."""

    agent_id: Namespace
    memory_ids: list[str] = Field(min_length=1, max_length=1_000)

    @property
    def known(self) -> list[UUID]:
        """Those that can be ids of ours."""
        return [found for one in self.memory_ids if (found := as_id(one)) is not None]


class NewImportance(Asked):
    """Says how much a memory matters."""

    agent_id: Namespace
    importance: Importance


class ImportanceOf(NewImportance):
    """Says how much memories matter, which it names: the synchronous client one, the asynchronous one several."""

    memory_id: str | None = None
    memory_ids: list[str] = Field(default_factory=list, max_length=1_000)

    @model_validator(mode="after")
    def _names_some(self) -> Self:
        if self.memory_id is None and not self.memory_ids:
            raise ValueError("memory_id: say which memory")
        return self


class Signal(StrEnum):
    """What somebody found a memory to be."""

    UPVOTE = "upvote"
    DOWNVOTE = "downvote"
    FLAG = "flag"
    POSITIVE = "positive"
    NEGATIVE = "negative"


class Feedback(Asked):
    """Judges a memory."""

    agent_id: Namespace
    signal: Signal


class FeedbackOn(Feedback):
    """Judges a memory, which it names."""

    memory_id: str


class Consolidate(Asked):
    """Lets one memory stand for its near-duplicates."""

    agent_id: Namespace
    memory_ids: Annotated[list[str], Field(min_length=2, max_length=1_000)] | None = None
    threshold: Annotated[float, Field(ge=0.0, le=1.0)] | None = None


class CreateAgent(Asked):
    """Names an agent before its first memory."""

    agent_id: Namespace


def as_id(given: str) -> UUID | None:
    """A text as the id of something here; None where it can be none."""
    try:
        return UUID(given)
    except ValueError:
        return None
