"""Moments: whether two ways of writing a date or a time mean the same."""

import re

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# `4 pm`, `16:00`, `4:00 p.m.`: it is matched from the beginning of what was found as a time, so it may be loose.
CLOCK = re.compile(r"(\d{1,2})(?::(\d{2}))?\s?([ap])?\.?(?:m\b)?", re.I)
ISO_DATE = re.compile(r"\d{4}-(\d{2})-(\d{2})")
MONTH_NAME = re.compile(rf"\b({'|'.join(MONTHS)})", re.I)


def minutes(time: str) -> int | None:
    """The minutes since midnight of a time such as `4 pm`, `16:00`, `4:00 p.m.`; `None` where it is none."""
    hit = CLOCK.match(time)
    if hit is None:
        return None
    hour = int(hit.group(1))
    if hit.group(3):
        hour = hour % 12 + 12 * (hit.group(3).lower() == "p")
    return hour * 60 + int(hit.group(2) or 0)


def same_date(one: str, other: str) -> bool:
    """Whether two dates fall on the same day of the month, and of the same month where both name one."""
    first, second = _month_and_day(one), _month_and_day(other)
    same_month = None in (first[0], second[0]) or first[0] == second[0]
    return first[1] is not None and first[1] == second[1] and same_month


def _month_and_day(date: str) -> tuple[int | None, int | None]:
    iso = ISO_DATE.search(date)
    if iso:
        return int(iso.group(1)), int(iso.group(2))
    named = MONTH_NAME.search(date)
    month = MONTHS.index(named.group(1).lower()) + 1 if named else None
    day = re.search(r"\d{1,2}", date)
    return month, int(day.group()) if day else None
