"""Local time: which moment a time on the clock means, in zones whose clocks change in different ways."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from warmline_memory.local_time import clock_changes, moment_of

BERLIN, NEW_YORK, KOLKATA = "Europe/Berlin", "America/New_York", "Asia/Kolkata"
LORD_HOWE, CAIRO = "Australia/Lord_Howe", "Africa/Cairo"
"""Lord Howe changes its clocks by half an hour; Cairo changes them at midnight."""
ZONES = (BERLIN, NEW_YORK, KOLKATA, LORD_HOWE, CAIRO)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def of(day: str, clock: str, zone: str) -> datetime:
    return moment_of(date.fromisoformat(day), clock, ZoneInfo(zone))


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        (BERLIN, "2026-06-01T06:30"),
        (NEW_YORK, "2026-06-01T12:30"),
        (KOLKATA, "2026-06-01T03:00"),
        (LORD_HOWE, "2026-05-31T22:00"),
        (CAIRO, "2026-06-01T05:30"),
    ],
)
def test_an_ordinary_time_is_the_one_on_the_clock(zone: str, expected: str) -> None:
    assert of("2026-06-01", "08:30", zone) == utc(expected)


@pytest.mark.parametrize(
    ("zone", "day", "clocks", "change"),
    [
        (BERLIN, "2026-03-29", ("02:00", "02:30", "02:59", "03:00"), "2026-03-29T01:00"),
        (NEW_YORK, "2026-03-08", ("02:00", "02:30", "02:59", "03:00"), "2026-03-08T07:00"),
        (LORD_HOWE, "2026-10-04", ("02:00", "02:15", "02:29", "02:30"), "2026-10-03T15:30"),
        (CAIRO, "2026-04-24", ("00:00", "00:30", "00:59", "01:00"), "2026-04-23T22:00"),
        (CAIRO, "2026-04-23", ("24:00",), "2026-04-23T22:00"),
    ],
)
def test_a_time_that_is_skipped_means_the_first_moment_after_the_gap(
    zone: str, day: str, clocks: tuple[str, ...], change: str
) -> None:
    assert {of(day, clock, zone) for clock in clocks} == {utc(change)}


@pytest.mark.parametrize(
    ("zone", "day", "clock", "first"),
    [
        (BERLIN, "2026-10-25", "02:30", "2026-10-25T00:30"),
        (NEW_YORK, "2026-11-01", "01:30", "2026-11-01T05:30"),
        (LORD_HOWE, "2026-04-05", "01:45", "2026-04-04T14:45"),
        (CAIRO, "2026-10-29", "23:30", "2026-10-29T20:30"),
    ],
)
def test_a_time_that_comes_twice_means_its_first_occurrence(zone: str, day: str, clock: str, first: str) -> None:
    assert of(day, clock, zone) == utc(first)


def test_midnight_after_a_repeated_hour_is_the_end_of_the_long_day() -> None:
    assert of("2026-10-29", "24:00", CAIRO) - of("2026-10-29", "00:00", CAIRO) == timedelta(hours=25)


def test_a_day_that_a_zone_leaves_out_means_the_first_moment_of_the_next_one() -> None:
    assert of("2011-12-30", "15:00", "Pacific/Apia") == of("2011-12-31", "00:00", "Pacific/Apia")


def test_without_a_change_of_the_clock_a_day_has_24_hours_all_year() -> None:
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
    lengths = {moment_of(day, "24:00", ZoneInfo(KOLKATA)) - moment_of(day, "00:00", ZoneInfo(KOLKATA)) for day in days}
    assert lengths == {timedelta(hours=24)}


clocks = st.tuples(st.integers(0, 23), st.sampled_from([0, 15, 30, 45])).map(lambda one: f"{one[0]:02}:{one[1]:02}")
days = st.dates(date(2025, 1, 1), date(2027, 12, 31))


@given(days, clocks, clocks, st.sampled_from(ZONES))
def test_moments_never_decrease_as_local_time_grows(day: date, one: str, other: str, zone: str) -> None:
    first, second = sorted((one, other))
    assert moment_of(day, first, ZoneInfo(zone)) <= moment_of(day, second, ZoneInfo(zone))


@given(days, clocks, st.sampled_from(ZONES))
def test_a_moment_shows_the_time_that_it_was_made_of_unless_that_is_skipped(day: date, clock: str, zone: str) -> None:
    found = moment_of(day, clock, ZoneInfo(zone)).astimezone(ZoneInfo(zone))
    assert (found.date(), f"{found:%H:%M}") >= (day, clock)


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        (BERLIN, [("2026-03-29T01:00", 60), ("2026-10-25T01:00", -60)]),
        (NEW_YORK, [("2026-03-08T07:00", 60), ("2026-11-01T06:00", -60)]),
        (KOLKATA, []),
        (LORD_HOWE, [("2026-04-04T15:00", -30), ("2026-10-03T15:30", 30)]),
    ],
)
def test_the_changes_of_the_clocks_of_a_year(zone: str, expected: list[tuple[str, int]]) -> None:
    found = clock_changes(ZoneInfo(zone), utc("2026-01-01T12:00"), utc("2026-12-31T12:00"))
    assert [(one.at, one.by) for one in found] == [(utc(at), timedelta(minutes=by)) for at, by in expected]


def test_a_change_at_the_beginning_is_not_within_and_one_at_the_end_is() -> None:
    change = utc("2026-03-29T01:00")
    hour, zone = timedelta(hours=1), ZoneInfo(BERLIN)
    assert [one.at for one in clock_changes(zone, change, change + hour)] == []
    assert [one.at for one in clock_changes(zone, change - hour, change)] == [change]
