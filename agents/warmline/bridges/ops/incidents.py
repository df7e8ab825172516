"""The port of a source of incidents: what it tells a bridge, and what it does for one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol


class Status(StrEnum):
    """How an incident stands at its source."""

    TRIGGERED = "triggered"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


@dataclass(frozen=True)
class Detail:
    """Something that a source says once, by its own id of it."""

    id: str
    text: str


@dataclass(frozen=True)
class Incident:
    """What a source says of an incident, as it was at one moment."""

    id: str
    at: float
    """When it was so, in seconds since 1970: of two that come out of order the later one counts."""
    status: Status | None
    """None where the source said nothing of that."""
    title: str = ""
    service: str = ""
    urgency: str = "normal"
    queue: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    """Typed values by their names, of which the newest holds."""
    details: Sequence[Detail] = ()
    by: str | None = None
    """Who did it, by the source's id of them; None where nobody did."""
    handle: Mapping[str, Any] = field(default_factory=dict)
    """What the source needs to be told something of it."""


class Source(Protocol):
    """A source of incidents. What it is asked may raise ``Later`` and ``Refused``."""

    name: str
    """Its name, behind which ids of incidents are unique."""
    called: str
    """What people call it."""
    knows_who_has_it: bool
    """Whether it keeps that somebody acknowledged an incident, and says so."""

    def heard(self, body: Mapping[str, Any]) -> Iterator[Incident]:
        """Read what the source sent."""

    def acknowledge(self, incident: str, handle: Mapping[str, Any], who: str) -> str | None:
        """Let the source know that somebody has an incident. Return what it needs to be told the end, if anything."""

    def resolve(self, incident: str, acknowledged: str | None, who: str, note: str) -> None:
        """Let the source know that an incident is over."""
