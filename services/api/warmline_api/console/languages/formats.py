"""Formats: days, times and numbers as the language that is spoken writes them, by the Unicode CLDR.

All digits are those of Western Arabic, in Arabic too: order numbers and amounts in what customers wrote have them, and
one page should not have both. Clocks go to 24 in all languages, as the hours of a queue do.
"""

from collections.abc import Iterable
from datetime import date, datetime

from babel.dates import format_date, format_datetime, format_skeleton, get_day_names
from babel.numbers import format_decimal

from warmline_api.console.languages import choosing
from warmline_api.console.languages.catalogues import _

HOUR = "HH:mm"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def hour(at: datetime) -> str:
    """What a clock shows: `14:02`."""
    return format_datetime(at, HOUR, locale=choosing.locale())


def day(at: datetime, *, with_year: bool = False) -> str:
    """A day: `21 Nov`, `21 Nov 2026`."""
    return format_skeleton("yMMMd" if with_year else "MMMd", at, locale=choosing.locale())


def day_and_time(at: datetime, *, with_year: bool = False) -> str:
    """A day and what its clock shows: `21 Nov 14:02`."""
    return f"{day(at, with_year=with_year)} {hour(at)}"


def long_day(at: date) -> str:
    """A day: `2 March 2026`."""
    return format_date(at, "long", locale=choosing.locale())


def weekday_and_time(at: datetime) -> str:
    """A day of the week and of the month, and what its clock shows: `Mon 2 Mar 08:00`."""
    weekday = format_datetime(at, "EEE", locale=choosing.locale())
    return f"{weekday} {day_and_time(at)}"


def clock(at: datetime) -> str:
    """A day of the week and what its clock shows: `Sat 14:02`."""
    return format_datetime(at, f"EEE {HOUR}", locale=choosing.locale())


def full_time(at: datetime) -> str:
    """A time with all that is known of it: `Saturday, 21 November 2026, 14:02:11 CET`."""
    date = format_date(at, "full", locale=choosing.locale())
    return f"{date}, {format_datetime(at, 'HH:mm:ss', locale=choosing.locale())} {at.tzname()}"


def weekday(name: str) -> str:
    """A day of the week by its name in English: `Monday`."""
    names = get_day_names("wide", context="stand-alone", locale=choosing.locale())
    shown = str(names[WEEKDAYS.index(name)])
    return f"{shown[:1].upper()}{shown[1:]}"


def short_weekday(name: str) -> str:
    """A day of the week by its name in English, in short: `Mon`."""
    names = get_day_names("abbreviated", context="stand-alone", locale=choosing.locale())
    return str(names[WEEKDAYS.index(name)])


def decimal(number: float, places: int = 0) -> str:
    """A number with so many places after the point: `1,234`, `0.75`."""
    return format_decimal(number, f"#,##0.{'0' * places}" if places else "#,##0", locale=choosing.locale())


def list_of(names: Iterable[str]) -> str:
    """Names in a row: `billing, refunds`."""
    return _(", ").join(names)


def arrow() -> str:
    """What points from one name to the next, along the line."""
    return "←" if choosing.direction() == "rtl" else "→"
