"""Ownership: who spoke for a chain, as bars of one strip of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from warmline_memory.sessions import Ownership

WIDTH = 1000.0
"""The strip's width, in units of its drawing."""
LEAST = 4.0
"""The least width of a bar. A bar that was owned for a minute of a week would otherwise not be seen."""
TONES = 4


@dataclass(frozen=True)
class Span:
    """An owner's bar: where it begins and how wide it is, and which of the tones is that agent's."""

    owner: Ownership
    x: float
    width: float
    tone: int
    seconds: float


def spans_of(owners: Sequence[Ownership], now: datetime | None = None) -> list[Span]:
    """The bars of a strip that begins with the first owner, and ends with the last one or now."""
    if not owners:
        return []
    now = now or datetime.now(UTC)
    start = owners[0].since
    end = max(owner.until or now for owner in owners)
    scale = WIDTH / max((end - start).total_seconds(), 1.0)
    tones = {agent: place % TONES for place, agent in enumerate(dict.fromkeys(owner.agent for owner in owners))}
    found = []
    for owner in owners:
        seconds = ((owner.until or now) - owner.since).total_seconds()
        width = max(seconds * scale, LEAST)
        # A widened bar at the end would stand out of the strip, so it is moved to the left.
        x = min((owner.since - start).total_seconds() * scale, WIDTH - width)
        found.append(Span(owner, round(x, 1), round(width, 1), tones[owner.agent], seconds))
    return found
