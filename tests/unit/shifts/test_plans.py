"""What a rota means over some weeks: its shifts, gaps, several people at once, and changes of the clocks."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

from warmline_memory.shifts import plans
from warmline_schemas.queues import Weekday
from warmline_schemas.shifts import WriteRota

EVERY_DAY = [day.value for day in Weekday]
MONDAY = date(2026, 3, 2)


def an_entry(operator: str, starts: str, ends: str, **changes: Any) -> dict[str, Any]:
    return {"operator": operator, "days": EVERY_DAY, "starts": starts, "ends": ends, **changes}


def a_rota(*entries: dict[str, Any], zone: str = "Europe/Berlin", **changes: Any) -> WriteRota:
    return WriteRota.model_validate({"zone": zone, "entries": entries, **changes})


def day_and_night() -> WriteRota:
    return a_rota(an_entry("ines", "08:00", "20:00"), an_entry("tomasz", "20:00", "08:00"))


def test_every_moment_of_the_weeks_is_in_one_span() -> None:
    spans = plans.plan(day_and_night(), MONDAY, 4).spans
    assert all(one.ends == other.starts for one, other in pairwise(spans))
    # What runs at the beginning is shown from where it began, and what runs at the end to its end.
    assert spans[0].starts == datetime(2026, 3, 1, 19, tzinfo=UTC)
    assert spans[-1].ends == datetime(2026, 3, 30, 6, tzinfo=UTC)


def test_a_gap_has_nobody_and_an_overlap_several() -> None:
    rota = a_rota(an_entry("ines", "08:00", "16:00"), an_entry("omar", "14:00", "20:00"), zone="UTC")
    spans = plans.plan(rota, MONDAY, 1).spans
    whole_day = [(one.operators, one.hours) for one in spans if one.starts.day == 2]
    assert whole_day == [(("ines",), 6), (("ines", "omar"), 2), (("omar",), 4), ((), 12)]
    assert [one.nobody for one in spans if one.starts.day == 2] == [False, False, False, True]
    assert sum(one.at_once for one in spans) == 7


def test_the_night_in_which_the_clocks_go_forward_is_marked_and_an_hour_shorter() -> None:
    plan = plans.plan(day_and_night(), date(2026, 3, 23), 2)
    (change,) = plan.changes
    assert (change.at, change.by) == (datetime(2026, 3, 29, 1, tzinfo=UTC), timedelta(hours=1))
    assert [(one.operators, one.hours) for one in plan.spans if one.change] == [(("tomasz",), 11)]


def test_the_next_change_of_the_clocks_is_known_where_none_falls_into_the_plan() -> None:
    plan = plans.plan(day_and_night(), date(2026, 4, 6), 4)
    assert plan.changes == []
    assert plan.next_change is not None
    assert (plan.next_change.at, plan.next_change.by) == (datetime(2026, 10, 25, 1, tzinfo=UTC), timedelta(hours=-1))
    assert plans.plan(a_rota(zone="UTC"), MONDAY, 1).next_change is None


def test_weeks_begin_on_mondays_in_the_zone_of_the_rota() -> None:
    weeks = plans.plan(day_and_night(), date(2026, 3, 4), 2).weeks
    assert [week.monday for week in weeks] == [date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 16)]


def test_a_rota_without_anybody_is_one_gap() -> None:
    (span,) = plans.plan(a_rota(), MONDAY, 1).spans
    assert (span.nobody, span.hours) == (True, 7 * 24)


def test_whoever_is_always_on_is_shown_within_the_plan() -> None:
    (span,) = plans.plan(a_rota(an_entry("ines", "00:00", "24:00"), zone="UTC"), MONDAY, 1).spans
    assert (span.operators, span.hours) == (("ines",), 7 * 24)


def test_shifts_that_can_be_chosen_are_those_that_are_not_over_and_the_gaps() -> None:
    rota = a_rota(an_entry("ines", "08:00", "16:00"), zone="UTC")
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    found = [(one.operators, one.starts.day) for one in plans.shifts_within(rota, now, 1)]
    assert found[:3] == [(("ines",), 2), ((), 2), (("ines",), 3)]
    assert len(found) == 15
