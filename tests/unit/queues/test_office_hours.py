"""Office hours: what counts of time, over zones, changes of the clock, closed days."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from warmline_memory.queues import office_hours
from warmline_schemas.queues import OfficeDay, OfficeHours, Weekday

BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"
ROUND_THE_CLOCK = [(day, "00:00", "24:00") for day in Weekday]
WORKDAYS = [(day, "08:00", "18:00") for day in list(Weekday)[:5]]
HOUR = 3600


def hours(days: list[tuple[Weekday, str, str]], zone: str = BERLIN, closed_on: list[date] | None = None) -> OfficeHours:
    spans = [OfficeDay(day=day, opens=opens, closes=closes) for day, opens, closes in days]
    return OfficeHours(zone=zone, days=spans, closed_on=closed_on or [])


def local(text: str, zone: str = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def test_without_office_hours_every_second_counts() -> None:
    start = local("2026-03-28T23:00")
    assert office_hours.is_open(None, start)
    assert office_hours.opens_at(None, start) == start
    assert office_hours.after(None, start, 90) == start + timedelta(seconds=90)


def test_a_queue_opens_in_its_own_zone() -> None:
    assert office_hours.opens_at(hours(WORKDAYS), local("2026-06-05T20:00")) == local("2026-06-08T08:00")
    assert office_hours.is_open(hours(WORKDAYS, NEW_YORK), local("2026-06-05T20:00"))


def test_closing_time_is_closed_and_opening_time_is_open() -> None:
    assert office_hours.is_open(hours(WORKDAYS), local("2026-06-05T08:00"))
    assert not office_hours.is_open(hours(WORKDAYS), local("2026-06-05T18:00"))


def test_what_is_not_used_up_on_friday_goes_on_on_monday() -> None:
    assert office_hours.after(hours(WORKDAYS), local("2026-06-05T17:30"), HOUR) == local("2026-06-08T08:30")


def test_a_promise_runs_out_at_closing_time_not_at_the_next_opening() -> None:
    assert office_hours.after(hours(WORKDAYS), local("2026-06-05T17:00"), HOUR) == local("2026-06-05T18:00")


def test_several_stretches_of_a_day_are_added_and_overlapping_ones_count_once() -> None:
    broken = hours([(Weekday.MONDAY, "08:00", "12:00"), (Weekday.MONDAY, "13:00", "15:00")])
    overlapping = hours([(Weekday.MONDAY, "08:00", "12:00"), (Weekday.MONDAY, "10:00", "15:00")])
    monday = local("2026-06-08T00:00"), local("2026-06-09T00:00")
    assert office_hours.between(broken, *monday) == 6 * HOUR
    assert office_hours.between(overlapping, *monday) == 7 * HOUR


def test_midnight_joins_two_days() -> None:
    night = hours([(Weekday.FRIDAY, "22:00", "24:00"), (Weekday.SATURDAY, "00:00", "06:00")])
    assert office_hours.after(night, local("2026-06-05T23:00"), 2 * HOUR) == local("2026-06-06T01:00")


def test_closed_days_do_not_count() -> None:
    holiday = hours(WORKDAYS, closed_on=[date(2026, 6, 8)])
    assert office_hours.opens_at(holiday, local("2026-06-05T18:00")) == local("2026-06-09T08:00")


@pytest.mark.parametrize(
    ("zone", "spring", "autumn"),
    [(BERLIN, date(2026, 3, 29), date(2026, 10, 25)), (NEW_YORK, date(2026, 3, 8), date(2026, 11, 1))],
)
def test_a_day_has_23_or_25_hours_where_the_clock_changes(zone: str, spring: date, autumn: date) -> None:
    always = hours(ROUND_THE_CLOCK, zone)
    for day, length in ((spring, 23), (autumn, 25)):
        midnight = local(f"{day}T00:00", zone), local(f"{day + timedelta(days=1)}T00:00", zone)
        assert office_hours.between(always, *midnight) == length * HOUR


def test_a_time_that_the_clock_jumps_over_is_the_moment_after_the_jump() -> None:
    early = hours([(Weekday.SUNDAY, "02:30", "04:00")])
    assert office_hours.opens_at(early, local("2026-03-29T00:00")) == local("2026-03-29T03:00")
    assert office_hours.between(early, local("2026-03-29T00:00"), local("2026-03-30T00:00")) == HOUR


def test_hours_that_close_at_a_time_that_comes_twice_close_at_the_first() -> None:
    early = hours([(Weekday.SUNDAY, "01:00", "02:30")])
    assert office_hours.between(early, local("2026-10-25T00:00"), local("2026-10-26T00:00")) == 1.5 * HOUR


def test_hours_that_never_open_end_the_search() -> None:
    start = datetime(2026, 6, 8, tzinfo=UTC)
    mondays = [date(2026, 6, 8) + timedelta(weeks=week) for week in range(400)]
    assert office_hours.opens_at(hours([(Weekday.MONDAY, "08:00", "09:00")], closed_on=mondays), start) is not None
    brief = hours([(Weekday.MONDAY, "08:00", "08:01")])
    assert office_hours.after(brief, start, 31_536_000) == start + office_hours.HORIZON


CLOCK = st.integers(0, 47).map(lambda half: f"{half // 2:02d}:{half % 2 * 30:02d}")
SPANS = st.tuples(st.sampled_from(list(Weekday)), CLOCK, CLOCK).filter(lambda span: span[1] < span[2])
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
HOURS = st.builds(
    hours, st.lists(SPANS, min_size=1, max_size=8), st.sampled_from([BERLIN, NEW_YORK]), st.lists(DAYS, max_size=5)
)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda moment: moment.replace(tzinfo=UTC))
SECONDS = st.integers(0, 5 * 24 * HOUR)
"""Twice the most takes hours that open for half an hour a week less than ten years, which is the horizon."""


@settings(deadline=None)
@given(HOURS, MOMENTS, SECONDS)
def test_what_is_added_is_what_lies_between(office: OfficeHours, start: datetime, seconds: int) -> None:
    assert office_hours.between(office, start, office_hours.after(office, start, seconds)) == seconds


@settings(deadline=None)
@given(HOURS, MOMENTS, SECONDS, SECONDS)
def test_adding_twice_is_adding_once(office: OfficeHours, start: datetime, first: int, second: int) -> None:
    stepwise = office_hours.after(office, office_hours.after(office, start, first), second)
    assert office_hours.between(office, start, stepwise) == first + second


@settings(deadline=None)
@given(HOURS, MOMENTS)
def test_a_queue_is_open_when_it_opens_and_closed_before(office: OfficeHours, moment: datetime) -> None:
    opens = office_hours.opens_at(office, moment)
    assert opens is not None
    assert office_hours.is_open(office, opens)
    assert office_hours.between(office, moment, opens) == 0


@settings(deadline=None)
@given(HOURS, MOMENTS)
def test_a_moment_is_open_as_the_local_clock_says(office: OfficeHours, moment: datetime) -> None:
    there = moment.astimezone(ZoneInfo(office.zone))
    clock, day = f"{there:%H:%M}", list(Weekday)[there.weekday()]
    said = any(one.day is day and one.opens <= clock < one.closes for one in office.days)
    twice = there.replace(fold=0).utcoffset() != there.replace(fold=1).utcoffset()
    assert twice or office_hours.is_open(office, moment) == (said and there.date() not in office.closed_on)
