"""Timelines: a chain's own time. What is played within a second counts as an hour of weeks ago."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True)
class Anchor:
    """What happened at ``real`` happens at ``shown`` in the story."""

    real: datetime
    shown: datetime


@dataclass
class Timeline:
    """The time that passes in a chain while it is played. It never goes back, and never passes ``until``."""

    now: datetime
    until: datetime
    anchors: list[Anchor] = field(default_factory=list)

    def wait(self, seconds: float) -> datetime:
        """Let time pass in the story, and note that what is done next is done then."""
        self.now = min(self.now + timedelta(seconds=seconds), self.until)
        self.anchors.append(Anchor(datetime.now(UTC), self.now))
        return self.now
