"""Events: what a transcript holds for those who read on: what was said, and which tools were used with what result."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from warmline_schemas.memories import Outcome


class Speaker(StrEnum):
    """Whose words they are."""

    PERSON = "user"
    MODEL = "assistant"


@dataclass(frozen=True)
class Said:
    """Words of the person or of the model, under the id that the tool gave them."""

    id: str
    by: Speaker
    text: str
    at: datetime | None = None


@dataclass(frozen=True)
class Used:
    """A use of a tool with its result, under the id that the tool gave the call."""

    id: str
    name: str
    arguments: Mapping[str, Any]
    result: Any = None
    outcome: Outcome = Outcome.UNKNOWN
    at: datetime | None = None


Event = Said | Used


@dataclass
class Transcript:
    """What was read of a transcript, oldest first.

    ``skipped`` counts what is not kept, by what it is: the harness's own words, looks at files, thoughts.
    ``taken_back`` are the ids of events that were read once, and from before which the person went on otherwise.
    """

    tool: str
    id: str
    folder: str | None = None
    started: datetime | None = None
    events: list[Event] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    taken_back: set[str] = field(default_factory=set)

    def take_back(self, ids: set[str]) -> None:
        """Let events be as if they had not happened."""
        self.taken_back |= ids
        self.events = [event for event in self.events if event.id not in ids]
        self.skipped["rewound"] += len(ids)

    def skip(self, what: str) -> None:
        """Count something that is not kept."""
        self.skipped[what] += 1


def moment(given: Any) -> datetime | None:
    """Read a time as tools write it: ISO 8601, or milliseconds since 1970; None where it is neither."""
    try:
        if isinstance(given, int | float) and not isinstance(given, bool):
            return datetime.fromtimestamp(given / 1000, UTC)
        at = datetime.fromisoformat(given) if isinstance(given, str) else None
    except (ValueError, OverflowError, OSError):
        return None
    return at.astimezone(UTC) if at else None
