"""Duty: who is on duty by a rota, and when. Pure: it asks no database and no clock.

A rota is written in local time, and ``local_time`` says which moments that means. So a shift ends at the very moment at
which the next one starts, also in a night in which the clocks change.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from warmline_memory.local_time import DAY, moment_of
from warmline_schemas.queues import Weekday
from warmline_schemas.shifts import Absence, PlannedShift, RotaEntry, Shift, Swap, WriteRota

HORIZON = timedelta(days=15)
"""Hours of one person that adjoin are one shift. Its beginning and its end are looked for at most this far away."""
LOOK_AHEAD = (timedelta(days=8), timedelta(days=64), timedelta(days=400))
"""The next shift is looked for this far ahead, in turn: most rotas have one within a week, and none repeats after more
than a year."""
WEEK = timedelta(weeks=1)
WEEKDAYS = tuple(Weekday)


@dataclass(frozen=True)
class Stretch:
    """Hours of one person without a break; both moments are in UTC."""

    operator: str
    starts: datetime
    ends: datetime


def on(rota: WriteRota, moment: datetime) -> list[Shift]:
    """The shifts that run at a moment: more than one where entries overlap, none in a gap."""
    found = (one for one in stretches(rota, moment, moment) if one.starts <= moment < one.ends)
    return [_shown(one, moment, moment) for one in found]


def following(rota: WriteRota, moment: datetime) -> list[Shift]:
    """The shifts that start first after a moment; several where they start at the same time."""
    for ahead in LOOK_AHEAD:
        until = moment + ahead
        later = [one for one in stretches(rota, moment, until) if moment < one.starts <= until]
        if later:
            first = min(one.starts for one in later)
            return [_shown(one, moment, until) for one in later if one.starts == first]
    return []


def incoming(rota: WriteRota, outgoing: str, ends: datetime) -> list[str]:
    """Who takes over when a person's shift ends: of the others who are on then, those whose shifts started last."""
    there = [one for one in on(rota, ends) if one.operator != outgoing]
    # A shift without a known start began before the horizon.
    came = [one.starts or ends - HORIZON for one in there]
    return [one.operator for one, since in zip(there, came, strict=True) if since == max(came)]


def ending(rota: WriteRota, after: datetime, until: datetime) -> list[Shift]:
    """The shifts whose sheets are to be made after one moment, and not after another."""
    lead = timedelta(minutes=rota.sheet_minutes)
    since, to = after + lead, until + lead
    found = [one for one in stretches(rota, since, to) if since < one.ends <= to]
    return [shift for shift in (_shown(one, since, to) for one in found) if shift.ends is not None]


def next_sheet_at(rota: WriteRota, after: datetime) -> datetime | None:
    """When the next sheet is to be made, or None where no shift ever ends."""
    lead = timedelta(minutes=rota.sheet_minutes)
    for ahead in LOOK_AHEAD:
        ends = [shift.ends for shift in ending(rota, after, after + ahead) if shift.ends is not None]
        if ends:
            return min(ends) - lead
    return None


def stretches(rota: WriteRota, since: datetime, until: datetime) -> list[Stretch]:
    """The stretches of all people around a time, adjoining ones joined, in the order in which they start.

    Beyond ``HORIZON`` less a day before and after that time they are cut off, or missing.
    """
    # Swaps are laid over the weekly hours one after the other, so of two at one time the later in the list holds. Then
    # come those who are away.
    planned = list(_weekly(rota.entries, ZoneInfo(rota.zone), since - HORIZON, until + HORIZON))
    planned += _fixed(rota.shifts, since - HORIZON, until + HORIZON)
    for swap in rota.swaps:
        planned = _swapped(planned, swap)
    # Who is away is away from what they took over from others, too. Adjoining hours go to one person as a whole.
    people = [*(entry.operator for entry in rota.entries), *(shift.operator for shift in rota.shifts)]
    order = list(dict.fromkeys(people))
    for absence in rota.absences:
        if absence.starts < until + HORIZON and absence.ends > since - HORIZON:
            planned = _without(list(_joined(planned)), absence, order, rota.absences)
    return sorted(_joined(planned), key=lambda one: (one.starts, one.operator))


def _weekly(entries: Sequence[RotaEntry], zone: ZoneInfo, since: datetime, until: datetime) -> Iterator[Stretch]:
    # The first day is one earlier, because an entry may end on the day after it starts.
    day, last = since.astimezone(zone).date() - DAY, until.astimezone(zone).date()
    while day <= last:
        for entry in entries:
            if _holds(entry, day):
                over_night = entry.ends <= entry.starts
                starts = moment_of(day, entry.starts, zone)
                ends = moment_of(day + DAY if over_night else day, entry.ends, zone)
                # An entry can be empty: all of it may lie in the hour that a change of the clocks skips.
                if starts < ends:
                    yield Stretch(entry.operator, starts, ends)
        day += DAY


def _fixed(shifts: Sequence[PlannedShift], since: datetime, until: datetime) -> Iterator[Stretch]:
    return (
        Stretch(one.operator, one.starts.astimezone(UTC), one.ends.astimezone(UTC))
        for one in shifts
        if one.starts < until and one.ends > since
    )


def _holds(entry: RotaEntry, day: date) -> bool:
    if WEEKDAYS[day.weekday()] not in entry.days:
        return False
    return entry.in_week_of is None or (_monday(day) - _monday(entry.in_week_of)) // WEEK % entry.every_weeks == 0


def _monday(day: date) -> date:
    return day - day.weekday() * DAY


def _swapped(planned: Iterable[Stretch], swap: Swap) -> list[Stretch]:
    starts, ends = swap.starts.astimezone(UTC), swap.ends.astimezone(UTC)
    # What a swap covers is cut out of the other person's hours; what is left before and after it stays theirs.
    left = [Stretch(swap.operator, starts, ends)]
    for one in planned:
        if swap.instead_of not in (None, one.operator):
            left.append(one)
            continue
        if one.starts < starts:
            left.append(replace(one, ends=min(one.ends, starts)))
        if one.ends > ends:
            left.append(replace(one, starts=max(one.starts, ends)))
    return left


def _without(
    planned: Sequence[Stretch], absence: Absence, order: Sequence[str], absences: Sequence[Absence]
) -> list[Stretch]:
    """What is planned without somebody who is away; the next by the order who is free stands in."""
    starts, ends = absence.starts.astimezone(UTC), absence.ends.astimezone(UTC)
    left: list[Stretch] = []
    for one in planned:
        away = Stretch(one.operator, max(one.starts, starts), min(one.ends, ends))
        if one.operator != absence.operator or away.starts >= away.ends:
            left.append(one)
            continue
        if one.starts < starts:
            left.append(replace(one, ends=starts))
        if one.ends > ends:
            left.append(replace(one, starts=ends))
        stand_in = _stand_in(away, order, [*planned, *left], absences) if absence.replaced else None
        if stand_in is not None:
            left.append(replace(away, operator=stand_in))
    return left


def _stand_in(
    away: Stretch, order: Sequence[str], planned: Sequence[Stretch], absences: Sequence[Absence]
) -> str | None:
    """Who takes hours over: the next by the order, from the one who is away on, who is neither on nor away then.

    Who would have them right before or after hours of their own comes last: two shifts without a break are too many
    where there is a choice.
    """
    at = order.index(away.operator) if away.operator in order else -1
    others = [one for one in [*order[at + 1 :], *order[: max(at, 0)]] if one != away.operator]
    gone = {one.operator for one in absences if one.starts < away.ends and one.ends > away.starts}
    busy = {one.operator for one in planned if one.starts < away.ends and one.ends > away.starts}
    tired = {one.operator for one in planned if one.ends == away.starts or one.starts == away.ends}
    free = [one for one in others if one not in gone | busy]
    return next((one for one in free if one not in tired), next(iter(free), None))


def _joined(planned: Iterable[Stretch]) -> Iterator[Stretch]:
    current: Stretch | None = None
    for one in sorted(planned, key=lambda one: (one.operator, one.starts)):
        if current is not None and one.operator == current.operator and one.starts <= current.ends:
            current = replace(current, ends=max(current.ends, one.ends))
            continue
        if current is not None:
            yield current
        current = one
    if current is not None:
        yield current


def _shown(one: Stretch, since: datetime, until: datetime) -> Shift:
    """A stretch as a shift. Where it reaches the edge of what was looked at, its start or end is not known: None."""
    # One day less than the horizon: an entry that is cut off there could look like the end of a shift.
    edge = HORIZON - DAY
    return Shift(
        operator=one.operator,
        starts=None if one.starts <= since - edge else one.starts,
        ends=None if one.ends >= until + edge else one.ends,
    )
