"""Imports: an iCalendar file (RFC 5545) as shifts, each of an operator. All of it is taken, or nothing. Pure.

Whose an event is stands in what our own calendars say, else in its attendees, else in its summary, in this order.
"""

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from warmline_memory.errors import NoCalendar, UnknownInCalendar
from warmline_memory.local_time import moment_of
from warmline_schemas.shifts import PlannedShift

if TYPE_CHECKING:
    from icalendar import Calendar

PAST, AHEAD = timedelta(days=35), timedelta(days=180)
"""Calendars are read, and written, for this time before and after now."""
OPERATOR = "X-WARMLINE-OPERATOR"
"""Whose shift an event of our own calendars is, by the operator's name."""
MOST_EVENTS = 2_000
MOST_RECURRING = 100
"""A calendar has at most so many events, and so many that come again; what a rota is made of has fewer."""
MOST_SHIFTS = 1_000
MOST_NAMES = 20
"""At most so many names that nobody has are told."""
SECONDS = 10.0
"""Reading a calendar takes no longer than about this."""
RULES = {
    "DAILY": {"FREQ", "UNTIL", "COUNT", "INTERVAL", "BYDAY", "WKST"},
    "WEEKLY": {"FREQ", "UNTIL", "COUNT", "INTERVAL", "BYDAY", "WKST"},
    "MONTHLY": {"FREQ", "UNTIL", "COUNT", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYSETPOS", "BYMONTH", "WKST"},
    "YEARLY": {"FREQ", "UNTIL", "COUNT", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYSETPOS", "BYMONTH", "WKST"},
}
"""How events may come again. Shifts need no more, and a rule of seconds, or one that no day ever meets, would take a
computer hours to follow."""
Event = Any
"""An event as the library has it: what its properties are depends on their names."""
WORD = re.compile(r"[\w@.+-]+")


@dataclass(frozen=True)
class Whose:
    """Who the people of a calendar are: operators by what they may be called there, in small letters."""

    by_name: Mapping[str, str]

    @classmethod
    def of(cls, operators: Mapping[str, str], given: Mapping[str, str]) -> "Whose":
        """By operators' names with their display names, and by what was said of further names, which goes first."""
        named = {_folded(name): name for name in operators}
        named |= {_folded(shown): name for name, shown in operators.items() if shown}
        return cls(named | {_folded(name): operator for name, operator in given.items()})

    def called(self, name: str) -> str | None:
        """The operator of a name, an address, or the part of it before the @."""
        folded = _folded(name.removeprefix("mailto:").removeprefix("MAILTO:"))
        return self.by_name.get(folded) or self.by_name.get(folded.partition("@")[0])

    def named_in(self, text: str) -> list[str]:
        """The operators whose names stand in a text as whole words, the longest names first, each once."""
        left, found = f" {' '.join(WORD.findall(_folded(text)))} ", list[str]()
        for name in sorted(self.by_name, key=len, reverse=True):
            words = f" {' '.join(WORD.findall(name))} "
            if words.strip() and words in left:
                left = left.replace(words, "  ")
                found.append(self.by_name[name])
        return list(dict.fromkeys(found))


def read(content: str, whose: Whose, zone: str, now: datetime) -> list[PlannedShift]:
    """The shifts of a calendar around a moment. Times without a zone are in ``zone``; a day is all of it there.

    Raises ``NoCalendar`` for what cannot be read, and ``UnknownInCalendar``, which names those whom it did not find.
    """
    events = _events(_calendar(content), now)
    unknown: dict[str, None] = {}
    shifts: list[PlannedShift] = []
    for event in events:
        found, missing = _people(event, whose)
        unknown |= dict.fromkeys(missing)
        starts, ends = (_moment(event[name].dt, ZoneInfo(zone)) for name in ("DTSTART", "DTEND"))
        if starts < ends:
            shifts += [PlannedShift(operator=one, starts=starts, ends=ends) for one in found]
    if unknown:
        named = ", ".join(f"“{one}”" for one in list(unknown)[:MOST_NAMES])
        raise UnknownInCalendar(names=named + (", and others" if len(unknown) > MOST_NAMES else ""))
    if len(shifts) > MOST_SHIFTS:
        raise NoCalendar(why=f"It has {len(shifts)} shifts within half a year; {MOST_SHIFTS} are the most.")
    return sorted(shifts, key=lambda one: (one.starts, one.operator))


def _calendar(content: str) -> "Calendar":
    # Loaded here: a platform that reads no calendar is 4 MB smaller without it.
    from icalendar import Calendar

    try:
        calendar = Calendar.from_ical(content)
    # Whatever a parser makes of a file that is none: it raises errors of its own, and of what it is made of.
    except Exception as error:
        raise NoCalendar(why="It is no iCalendar file: one begins with BEGIN:VCALENDAR.") from error
    if not isinstance(calendar, Calendar):
        raise NoCalendar(why="It is no iCalendar file: one begins with BEGIN:VCALENDAR.")
    return calendar


def _events(calendar: "Calendar", now: datetime) -> list[Event]:
    """The events around a moment, those that come again each time, without those that were called off."""
    given: list[Event] = calendar.walk("VEVENT")
    recurring = [event for event in given if "RRULE" in event]
    if len(given) > MOST_EVENTS or len(recurring) > MOST_RECURRING:
        raise NoCalendar(why=f"It has more than {MOST_EVENTS} events, or {MOST_RECURRING} that come again.")
    for event in recurring:
        _check_rule(event)
    try:
        found = list(_within(calendar, now))
    except NoCalendar:
        raise
    except Exception as error:
        raise NoCalendar(why="An event of it has no time that can be read.") from error
    return [event for event in found if str(event.get("STATUS", "")).upper() != "CANCELLED"]


def _within(calendar: "Calendar", now: datetime) -> Iterator[Event]:
    import recurring_ical_events

    until = time.monotonic() + SECONDS
    for count, event in enumerate(recurring_ical_events.of(calendar).between(now - PAST, now + AHEAD)):
        if count >= MOST_EVENTS or time.monotonic() > until:
            raise NoCalendar(
                why=f"It has more than {MOST_EVENTS} events within half a year, or takes too long to read."
            )
        yield event


def _check_rule(event: Event) -> None:
    rules = event["RRULE"]
    for rule in rules if isinstance(rules, list) else [rules]:
        often = str((rule.get("FREQ") or [""])[0]).upper()
        if often not in RULES or set(map(str.upper, rule)) - RULES[often]:
            raise NoCalendar(
                why=f"“{_said(event)}” comes again by a rule that no shift needs. Write it by days or weeks."
            )


def _people(event: Event, whose: Whose) -> tuple[list[str], list[str]]:
    """Whose an event is, and the names of those who are no operators."""
    if OPERATOR in event:
        return _sorted_out([str(event[OPERATOR])], whose)
    attendees = event.get("ATTENDEE", [])
    if attendees:
        several = attendees if isinstance(attendees, list) else [attendees]
        found = [whose.called(str(one)) or whose.called(str(one.params.get("CN", ""))) for one in several]
        named = [str(one.params.get("CN", "")) or str(one).removeprefix("mailto:") for one in several]
        missing = [name for name, operator in zip(named, found, strict=True) if operator is None]
        return [one for one in found if one is not None], missing
    said = _said(event)
    exact = whose.called(said)
    people = [exact] if exact else whose.named_in(said)
    return people, [] if people else [said]


def _sorted_out(names: Sequence[str], whose: Whose) -> tuple[list[str], list[str]]:
    found = {name: whose.called(name) for name in names}
    return [one for one in found.values() if one], [name for name, one in found.items() if one is None]


def _said(event: Event) -> str:
    return " ".join(str(event.get("SUMMARY", "")).split())[:80] or "an event without a title"


def _moment(at: Any, zone: ZoneInfo) -> datetime:
    if isinstance(at, datetime):
        local: datetime = at if at.tzinfo else at.replace(tzinfo=zone)
        return local.astimezone(UTC)
    day: date = at
    return moment_of(day, "00:00", zone)


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
