"""Who is on by a rota: recurring hours, swaps, gaps, and nights in which clocks change."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st
from pydantic import ValidationError

from warmline_memory.shifts import duty
from warmline_schemas.queues import Weekday
from warmline_schemas.shifts import Shift, WriteRota

EVERY_DAY = [day.value for day in Weekday]
BERLIN, ZONES = "Europe/Berlin", ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")
MONDAY = datetime(2026, 3, 2, 12, tzinfo=UTC)


def an_entry(operator: str = "ines", starts: str = "08:00", ends: str = "16:00", **changes: Any) -> dict[str, Any]:
    return {"operator": operator, "days": EVERY_DAY, "starts": starts, "ends": ends, **changes}


def a_swap(operator: str, starts: str, ends: str, **changes: Any) -> dict[str, Any]:
    return {"operator": operator, "starts": starts, "ends": ends, **changes}


def a_rota(*entries: dict[str, Any], **changes: Any) -> WriteRota:
    return WriteRota.model_validate({"zone": "UTC", "entries": entries or [an_entry()], **changes})


def day_and_night(**changes: Any) -> WriteRota:
    return a_rota(an_entry("ines", "08:00", "20:00"), an_entry("tomasz", "20:00", "08:00"), **changes)


def names(shifts: list[Shift]) -> list[str]:
    return [shift.operator for shift in shifts]


def at(hour: int, minute: int = 0, day: int = 2) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def test_whoever_is_on_is_on_from_the_first_moment_to_before_the_last() -> None:
    rota = a_rota()
    moments = (at(7, 59), at(8), at(15, 59), at(16))
    assert [names(duty.on(rota, moment)) for moment in moments] == [[], ["ines"], ["ines"], []]


def test_a_night_shift_goes_on_over_midnight() -> None:
    (shift,) = duty.on(day_and_night(), at(3))
    assert (shift.operator, shift.starts, shift.ends) == ("tomasz", at(20, day=1), at(8))


def test_an_entry_holds_only_on_its_days() -> None:
    rota = a_rota(an_entry(days=["tuesday"]))
    assert (names(duty.on(rota, at(9))), names(duty.on(rota, at(9, day=3)))) == ([], ["ines"])


def test_an_entry_of_every_second_week_rests_in_the_others() -> None:
    rota = a_rota(an_entry(every_weeks=2, in_week_of="2026-03-05"))
    weeks = [names(duty.on(rota, at(9) + timedelta(weeks=week))) for week in range(-2, 3)]
    assert weeks == [["ines"], [], ["ines"], [], ["ines"]]


def test_hours_that_adjoin_are_one_shift() -> None:
    rota = a_rota(an_entry("ines", "08:00", "12:00"), an_entry("ines", "12:00", "24:00"))
    (shift,) = duty.on(rota, at(9))
    assert (shift.starts, shift.ends) == (at(8), at(0, day=3))


def test_a_shift_without_an_end_has_none() -> None:
    rota = a_rota(an_entry("ines", "00:00", "24:00"))
    (shift,) = duty.on(rota, at(9))
    assert (shift.starts, shift.ends, duty.next_sheet_at(rota, at(9))) == (None, None, None)


def test_a_swap_takes_one_persons_place_and_no_others() -> None:
    swap = a_swap("mei", "2026-03-02T10:00Z", "2026-03-02T12:00Z", instead_of="ines")
    rota = a_rota(an_entry("ines"), an_entry("omar"), swaps=[swap])
    found = [names(duty.on(rota, at(hour))) for hour in (9, 11, 13)]
    assert found == [["ines", "omar"], ["omar", "mei"], ["omar", "ines"]]


def test_a_swap_that_names_nobody_takes_everybodys_place() -> None:
    rota = a_rota(an_entry("ines"), an_entry("omar"), swaps=[a_swap("mei", "2026-03-02T10:00Z", "2026-03-02T12:00Z")])
    assert names(duty.on(rota, at(11))) == ["mei"]


def test_of_two_swaps_at_one_time_the_later_in_the_list_holds() -> None:
    hours = ("2026-03-02T10:00Z", "2026-03-02T12:00Z")
    rota = a_rota(an_entry("ines"), swaps=[a_swap("mei", *hours), a_swap("omar", *hours)])
    assert names(duty.on(rota, at(11))) == ["omar"]


def test_a_swap_fills_a_gap() -> None:
    rota = a_rota(swaps=[a_swap("mei", "2026-03-02T16:00Z", "2026-03-02T20:00Z")])
    assert (names(duty.on(rota, at(17))), duty.incoming(rota, "ines", at(16))) == (["mei"], ["mei"])


def test_next_are_all_who_start_first() -> None:
    rota = a_rota(an_entry("ines"), an_entry("omar"), an_entry("mei", "09:00", "17:00"))
    assert names(duty.following(rota, at(20, day=1))) == ["ines", "omar"]


def test_after_the_last_planned_shift_nobody_is_next() -> None:
    rota = WriteRota.model_validate({"swaps": [a_swap("mei", "2026-03-02T10:00Z", "2026-03-02T12:00Z")]})
    assert (names(duty.following(rota, at(9))), duty.following(rota, at(13))) == (["mei"], [])


def test_whoever_came_last_takes_over_not_whoever_was_there_all_day() -> None:
    rota = a_rota(an_entry("ines"), an_entry("lead", "08:00", "20:00"), an_entry("tomasz", "15:30", "23:30"))
    assert duty.incoming(rota, "ines", at(16)) == ["tomasz"]


def test_whoever_stays_takes_over_where_nobody_comes() -> None:
    rota = a_rota(an_entry("ines"), an_entry("lead", "08:00", "20:00"))
    assert duty.incoming(rota, "ines", at(16)) == ["lead"]


def test_two_who_come_at_one_time_both_take_over() -> None:
    rota = a_rota(an_entry("ines"), an_entry("omar", "16:00", "24:00"), an_entry("mei", "16:00", "20:00"))
    assert duty.incoming(rota, "ines", at(16)) == ["mei", "omar"]


def test_in_a_gap_nobody_takes_over() -> None:
    assert duty.incoming(a_rota(), "ines", at(16)) == []


def test_sheets_are_made_before_the_end_and_once() -> None:
    rota = day_and_night(sheet_minutes=15)
    due = duty.next_sheet_at(rota, at(12))
    assert due == at(19, 45)
    assert names(duty.ending(rota, due - timedelta(microseconds=1), due)) == ["ines"]
    assert duty.ending(rota, due, due + timedelta(hours=1)) == []


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 28), 11.0), (date(2026, 10, 24), 13.0)])
def test_a_night_in_which_the_clock_changes_is_shorter_or_longer(day: date, hours: float) -> None:
    rota = day_and_night(zone=BERLIN)
    (shift,) = duty.on(rota, datetime(day.year, day.month, day.day, 23, tzinfo=ZoneInfo(BERLIN)))
    assert shift.starts is not None
    assert shift.ends is not None
    assert (shift.ends - shift.starts) / timedelta(hours=1) == hours


clocks = st.tuples(st.integers(0, 23), st.sampled_from([0, 15, 30, 45])).map(lambda one: f"{one[0]:02}:{one[1]:02}")
days = st.dates(date(2025, 1, 1), date(2027, 12, 31))
moments = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))


@settings(deadline=None)
@given(st.lists(clocks, min_size=2, max_size=5, unique=True), moments, st.sampled_from(ZONES))
def test_shifts_that_cover_the_day_leave_no_gap_and_never_overlap(
    starts: list[str], moment: datetime, zone: str
) -> None:
    hours = list(zip(sorted(starts), [*sorted(starts)[1:], sorted(starts)[0]], strict=True))
    rota = a_rota(*(an_entry(f"p{place}", *pair) for place, pair in enumerate(hours)), zone=zone)
    (shift,) = duty.on(rota, moment)
    assert shift.ends is not None
    assert duty.incoming(rota, shift.operator, shift.ends) == names(duty.following(rota, moment))
    assert [one.starts for one in duty.following(rota, moment)] == [shift.ends]


@settings(deadline=None)
@given(moments, st.integers(1, 72), st.sampled_from(ZONES))
def test_looking_in_steps_makes_every_sheet_once(moment: datetime, hours: int, zone: str) -> None:
    rota, step = day_and_night(zone=zone), timedelta(hours=hours)
    in_steps = [
        one for place in range(4) for one in duty.ending(rota, moment + place * step, moment + (place + 1) * step)
    ]
    assert in_steps == duty.ending(rota, moment, moment + 4 * step)


@pytest.mark.parametrize(
    "wrong",
    [
        {"entries": [an_entry(starts="24:00")]},
        {"entries": [an_entry(starts="8:00")]},
        {"entries": [an_entry(days=[])]},
        {"entries": [an_entry(every_weeks=2)]},
        {"zone": "Middle-earth/Shire"},
        {"swaps": [a_swap("mei", "2026-03-02T10:00Z", "2026-03-02T10:00Z")]},
        {"swaps": [a_swap("mei", "2026-03-02T10:00", "2026-03-02T12:00")]},
    ],
)
def test_a_rota_that_cannot_be_placed_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        WriteRota.model_validate(wrong)


def away(operator: str, starts: str, ends: str, **changes: Any) -> dict[str, Any]:
    return {"operator": operator, "starts": starts, "ends": ends, **changes}


THREE = (
    an_entry("ines", "06:00", "14:00"),
    an_entry("omar", "14:00", "22:00"),
    an_entry("mei", "22:00", "06:00"),
    an_entry("lena", "06:00", "14:00", days=["sunday"]),
)


def test_whoever_is_away_is_replaced_by_the_next_of_the_order_who_is_free() -> None:
    rota = a_rota(*THREE, absences=[away("ines", "2026-03-02T00:00Z", "2026-03-03T00:00Z")])
    # Omar and Mei have the hours right after and before; Lena is free, and nobody has two shifts without a break.
    assert [names(duty.on(rota, at(9, day=day))) for day in (2, 3)] == [["lena"], ["ines"]]


def test_who_has_hours_right_before_or_after_stands_in_where_nobody_else_is_free() -> None:
    rota = a_rota(*THREE[:3], absences=[away("ines", "2026-03-02T00:00Z", "2026-03-03T00:00Z")])
    assert names(duty.on(rota, at(9))) == ["omar"]


def test_nobody_stands_in_where_that_is_said_or_where_nobody_is_free() -> None:
    gone = [away("ines", "2026-03-02T00:00Z", "2026-03-03T00:00Z", replaced=False)]
    assert duty.on(a_rota(*THREE, absences=gone), at(9)) == []
    all_gone = [away(name, "2026-03-01T00:00Z", "2026-03-04T00:00Z") for name in ("ines", "omar", "mei", "lena")]
    assert duty.on(a_rota(*THREE, absences=all_gone), at(9)) == []


def test_only_the_hours_of_an_absence_change() -> None:
    gap = away("ines", "2026-03-02T08:00Z", "2026-03-02T10:00Z", replaced=False)
    rota = a_rota(an_entry("ines", "06:00", "14:00"), absences=[gap])
    assert [names(duty.on(rota, at(hour))) for hour in (7, 9, 11)] == [["ines"], [], ["ines"]]


def test_who_is_away_is_away_from_a_swap_too_and_a_swap_for_them_holds() -> None:
    gone = [away("omar", "2026-03-02T00:00Z", "2026-03-03T00:00Z", replaced=False)]
    covers = [a_swap("omar", "2026-03-02T06:00Z", "2026-03-02T14:00Z", instead_of="ines")]
    assert duty.on(a_rota(*THREE[:3], swaps=covers, absences=gone), at(9)) == []
    covered = [a_swap("mei", "2026-03-02T14:00Z", "2026-03-02T22:00Z", instead_of="omar")]
    assert names(duty.on(a_rota(*THREE[:3], swaps=covered, absences=gone), at(15))) == ["mei"]


def test_a_week_goes_to_one_stand_in_as_a_whole() -> None:
    turn = [
        an_entry(name, "08:00", "08:00", every_weeks=3, in_week_of=f"2026-03-{day:02}")
        for name, day in (("ines", 2), ("omar", 9), ("mei", 16))
    ]
    rota = a_rota(*turn, absences=[away("ines", "2026-03-01T00:00Z", "2026-03-10T00:00Z")])
    days = [names(duty.on(rota, at(12, day=day))) for day in range(2, 9)]
    assert days == [["omar"]] * 7


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["ines", "omar", "mei"]), st.integers(0, 200), st.integers(1, 60))))
def test_who_is_away_is_never_on_and_nobody_is_on_twice(absences: list[tuple[str, int, int]]) -> None:
    begins = datetime(2026, 3, 1, tzinfo=UTC)
    gone = [
        away(name, (begins + timedelta(hours=start)).isoformat(), (begins + timedelta(hours=start + hours)).isoformat())
        for name, start, hours in absences
    ]
    rota = a_rota(*THREE[:3], absences=gone)
    for hour in range(0, 240, 5):
        moment = begins + timedelta(hours=hour, minutes=30)
        on = names(duty.on(rota, moment))
        assert len(on) == len(set(on)) <= 1
        assert not {one.operator for one in rota.absences if one.starts <= moment < one.ends} & set(on)
