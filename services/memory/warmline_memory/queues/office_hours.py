"""Office hours: when a queue is open, and how much of a time counts. Pure: it asks no database and no clock.

Moments come and go with their offset. What a local time means when the clocks change is said by ``local_time``.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from warmline_memory.local_time import DAY, moment_of
from warmline_schemas.queues import OfficeHours, Weekday

WEEKDAYS = tuple(Weekday)
HORIZON = timedelta(days=3_653)
"""No clock runs for longer than ten years; hours that do not open in so long never open."""

Span = tuple[datetime, datetime]


def is_open(hours: OfficeHours | None, at: datetime) -> bool:
    """Whether a moment is within office hours; without any it always is."""
    return hours is None or opens_at(hours, at) == at


def opens_at(hours: OfficeHours | None, at: datetime) -> datetime | None:
    """The moment itself where that is open, else when it next opens; None where that never happens."""
    if hours is None:
        return at
    return next((opens for opens, _ in _spans(hours, at)), None)


def after(hours: OfficeHours | None, start: datetime, seconds: float) -> datetime:
    """When so many seconds of office hours have gone by since a moment; at the latest at the end of the horizon."""
    left = timedelta(seconds=seconds)
    if hours is None:
        return start + left
    for opens, closes in _spans(hours, start):
        if left <= closes - opens:
            return opens + left
        left -= closes - opens
    return start + HORIZON


def between(hours: OfficeHours | None, start: datetime, end: datetime) -> float:
    """How many seconds of office hours lie between two moments; 0 where the end is not later."""
    if hours is None:
        return max(0.0, (end - start).total_seconds())
    total = timedelta()
    for opens, closes in _spans(hours, start):
        if opens >= end:
            break
        total += min(closes, end) - opens
    return total.total_seconds()


def _spans(hours: OfficeHours, start: datetime) -> Iterator[Span]:
    """The open stretches after a moment, in order, none overlapping another, within the horizon."""
    zone = ZoneInfo(hours.zone)
    weekly = {day: _weekly(hours, day) for day in Weekday}
    closed = frozenset(hours.closed_on)
    day, last = start.astimezone(zone).date() - DAY, (start + HORIZON).astimezone(zone).date()
    # The hours of a day may overlap: what lies before ``done`` was given out already. The day before is looked at as
    # well, in case its last hours end after midnight because the clock was put back then.
    done = start
    while day <= last:
        if day not in closed:
            for opens, closes in weekly[WEEKDAYS[day.weekday()]]:
                begins, ends = max(moment_of(day, opens, zone), done), moment_of(day, closes, zone)
                if begins < ends:
                    yield (begins, ends)
                    done = ends
        day += DAY


def _weekly(hours: OfficeHours, day: Weekday) -> list[tuple[str, str]]:
    return sorted((one.opens, one.closes) for one in hours.days if one.day is day)
