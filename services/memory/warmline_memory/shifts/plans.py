"""Plans: what a rota means over some weeks: who is on from when to when, when nobody is, and when several are at once.

Pure: it asks no database and no clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby, pairwise
from zoneinfo import ZoneInfo

from warmline_memory.local_time import ClockChange, clock_changes, moment_of
from warmline_memory.shifts import duty
from warmline_schemas.shifts import WriteRota

MOST_WEEKS = 12
"""A plan is of at most this many weeks."""
SEEN = duty.HORIZON - timedelta(days=1)
"""What begins earlier than this before a plan, or ends later than this after it, is cut off at the plan's own ends."""
CHANGES_WITHIN = timedelta(days=400)
"""The next change of the clocks is looked for this far ahead: where there are any, there are two a year."""


@dataclass(frozen=True)
class Span:
    """A time in which the same people are on, or nobody is. Both moments are in UTC."""

    starts: datetime
    ends: datetime
    operators: tuple[str, ...]
    change: ClockChange | None = None
    """The change of the clocks that falls into it."""

    @property
    def hours(self) -> float:
        """How long it really is, however the clocks change meanwhile."""
        return (self.ends - self.starts) / timedelta(hours=1)

    @property
    def nobody(self) -> bool:
        """Whether it is a gap."""
        return not self.operators

    @property
    def at_once(self) -> bool:
        """Whether several people are on."""
        return len(self.operators) > 1


@dataclass(frozen=True)
class Week:
    """What begins in one week of a plan, and in the first one also what runs already."""

    monday: date
    spans: Sequence[Span]


@dataclass(frozen=True)
class Plan:
    """A rota over some weeks, in its own zone."""

    first: date
    zone: str
    weeks: Sequence[Week]
    changes: Sequence[ClockChange]
    """The changes of the clocks within it."""
    next_change: ClockChange | None
    """The first change of the clocks that comes after it."""

    @property
    def spans(self) -> list[Span]:
        """All spans, in the order of time."""
        return [span for week in self.weeks for span in week.spans]


def plan(rota: WriteRota, first: date, weeks: int) -> Plan:
    """The plan of a rota for so many weeks from a day on."""
    zone = ZoneInfo(rota.zone)
    last = first + timedelta(weeks=min(weeks, MOST_WEEKS))
    since, until = moment_of(first, "00:00", zone), moment_of(last, "00:00", zone)
    changes = list(clock_changes(zone, since, until))
    spans = _spans(rota, since, until, changes)
    by_week = groupby(spans, lambda span: _monday(max(span.starts, since), zone))
    return Plan(
        first=first,
        zone=rota.zone,
        weeks=[Week(monday, list(found)) for monday, found in by_week],
        changes=changes,
        next_change=next(clock_changes(zone, until, until + CHANGES_WITHIN), None),
    )


def shifts_within(rota: WriteRota, now: datetime, weeks: int) -> list[Span]:
    """The shifts of single people that are not over and begin within so many weeks, and the gaps, in their order."""
    until = now + timedelta(weeks=weeks)
    found = [
        Span(one.starts, one.ends, (one.operator,))
        for one in duty.stretches(rota, now, until)
        if one.ends > now and one.starts < until and now - SEEN < one.starts and one.ends < until + SEEN
    ]
    gaps = [span for span in _spans(rota, now, until, []) if span.nobody and span.starts < until]
    return sorted([*found, *gaps], key=lambda span: (span.starts, span.operators))


def today(rota: WriteRota, now: datetime) -> date:
    """The day that it is in a rota's zone."""
    return now.astimezone(ZoneInfo(rota.zone)).date()


def _spans(rota: WriteRota, since: datetime, until: datetime, changes: Sequence[ClockChange]) -> list[Span]:
    found = duty.stretches(rota, since, until)
    edges = {edge for one in found for edge in (one.starts, one.ends) if since - SEEN < edge < until + SEEN}
    # What runs when the plan begins is shown from where it began, and what runs when it ends, to its end.
    lower = max((edge for edge in edges if edge <= since), default=since)
    upper = min((edge for edge in edges if edge >= until), default=until)
    within = sorted({lower, upper, *(edge for edge in edges if lower < edge < upper)})
    spans = []
    for starts, ends in pairwise(within):
        on = tuple(one.operator for one in found if one.starts <= starts and one.ends >= ends)
        change = next((one for one in changes if starts < one.at < ends), None)
        spans.append(Span(starts, ends, on, change))
    return spans


def _monday(moment: datetime, zone: ZoneInfo) -> date:
    day = moment.astimezone(UTC).astimezone(zone).date()
    return day - timedelta(days=day.weekday())
