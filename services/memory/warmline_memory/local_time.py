"""Local time: which moment a time on a clock means, in a zone whose clocks change. Pure: it asks no clock.

Office hours and rotas are written in local time, and both follow one rule:

* A time that a change of the clock skips means the first moment after the gap.
* A time that comes twice means its first occurrence.

So moments never run backwards as days and times go on, what ends at a time ends at the very moment at which what begins
at that time begins, and a stretch has no more hours than its times say, except for those that the clock repeats within
it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MIDNIGHT = "24:00"
"""The end of a day, which is the beginning of the next one. ISO 8601 allows it; Python's ``time`` does not."""
DAY = timedelta(days=1)


@dataclass(frozen=True)
class ClockChange:
    """A change of the clocks: when, in UTC, and by how much; forward where that is more than nothing."""

    at: datetime
    by: timedelta


def clock_changes(zone: ZoneInfo, since: datetime, until: datetime) -> Iterator[ClockChange]:
    """The changes of a zone's clocks after one moment, and not after another."""
    before = since
    while before < until:
        after = min(before + DAY, until)
        by = _offset(after, zone) - _offset(before, zone)
        if by:
            yield ClockChange(_change(before.astimezone(UTC), after.astimezone(UTC), zone), by)
        before = after


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def moment_of(day: date, clock: str, zone: ZoneInfo) -> datetime:
    """The moment of a local time on a day, in UTC. ``clock`` is `HH:MM`, from `00:00` to `24:00`."""
    if clock == MIDNIGHT:
        day, clock = day + DAY, "00:00"
    local = datetime.combine(day, time.fromisoformat(clock))
    found = local.replace(tzinfo=zone).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == local:
        return found
    # The time is skipped. With the offset before the change it comes too late, with the one after it (fold 1) too
    # early: the change itself lies between the two (PEP 495).
    return _change(local.replace(tzinfo=zone, fold=1).astimezone(UTC), found, zone)


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first moment, to the second, at which the zone has the offset that it has at ``after``.

    ``zoneinfo`` does not say when a zone changes, so the change is searched for by halving: twelve steps for an hour.
    """
    offset = after.astimezone(zone).utcoffset()
    low, high = int(before.timestamp()), int(after.timestamp())
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == offset:
            high = middle
        else:
            low = middle
    return datetime.fromtimestamp(high, UTC)
