"""Clocks: office hours, and what counts of time in them. Pure: no database, no clock of its own.

Moments come and go with their offset. Local times become moments here: of a time that comes twice in a night the hours
open at the first and close at the second; one that the clock jumps over is the moment after the jump.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from warmline_schemas.queues import OfficeHours, Weekday

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
MIDNIGHT = "24:00"
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
    done = start
    while day <= last:
        if day not in closed:
            for opens, closes in weekly[WEEKDAYS[day.weekday()]]:
                begins, ends = max(_moment(day, opens, zone, 0), done), _moment(day, closes, zone, 1)
                if begins < ends:
                    yield (begins, ends)
                    done = ends
        day += DAY


def _weekly(hours: OfficeHours, day: Weekday) -> list[tuple[str, str]]:
    return sorted((one.opens, one.closes) for one in hours.days if one.day is day)


def _moment(day: date, clock: str, zone: ZoneInfo, fold: int) -> datetime:
    """A local time on a day, in UTC; ``fold`` 1 means the second of a time that comes twice."""
    if clock == MIDNIGHT:
        day, clock = day + DAY, "00:00"
    local = datetime.combine(day, time.fromisoformat(clock))
    while True:
        moment = local.replace(tzinfo=zone, fold=fold).astimezone(UTC)
        if moment.astimezone(zone).replace(tzinfo=None) == local:
            return moment
        local += MINUTE
