"""Rota forms: what a rota says can be written in rows, and is read back as it was."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from warmline_api.console.shell import MalformedForm
from warmline_api.console.shifts import rota_forms
from warmline_memory.shifts import duty
from warmline_schemas.queues import Weekday
from warmline_schemas.shifts import RotaEntry, WriteRota

TODAY = date(2026, 3, 4)
PEOPLE = {"ines", "tomasz", "mei", "omar"}
EVERY_DAY = [day.value for day in Weekday]
WORKDAYS = EVERY_DAY[:5]
WHOLE = WriteRota.model_validate(
    {
        "title": "Payments on call",
        "queue": "payments",
        "zone": "Europe/Berlin",
        "entries": [
            {"operator": "ines", "days": WORKDAYS, "starts": "08:00", "ends": "20:00"},
            {"operator": "omar", "days": WORKDAYS, "starts": "08:00", "ends": "20:00"},
            *(
                {
                    "operator": name,
                    "days": EVERY_DAY,
                    "starts": "20:00",
                    "ends": "08:00",
                    "every_weeks": 3,
                    "in_week_of": f"2026-03-{day:02}",
                }
                for name, day in (("tomasz", 2), ("mei", 9), ("ines", 16))
            ),
        ],
        "swaps": [{"operator": "mei", "starts": "2026-03-02T08:00:00Z", "ends": "2026-03-02T20:00:00Z"}],
        "sheet_minutes": 30,
        "overdue_minutes": 10,
    }
)


def posted(rota: WriteRota, **changes: str) -> dict[str, Any]:
    """The fields of a rota's form as a browser sends them."""
    return as_posted(rota_forms.write(rota, TODAY)) | changes


def as_posted(fields: dict[str, Any]) -> dict[str, Any]:
    rows = fields.pop("rows")
    sent = {name: str(value) for name, value in fields.items()}
    for number, row in enumerate(rows):
        at = f"shift-{number}"
        sent |= {f"{at}-starts": row.starts, f"{at}-ends": row.ends, f"{at}-turn": row.turn, f"{at}-since": row.since}
        sent |= {f"{at}-{day}": "on" for day in row.days}
        sent |= {f"{at}-person-{place}": person for place, person in enumerate(row.people)}
    return sent


def read(form: dict[str, Any], kept: WriteRota = WriteRota()) -> WriteRota:  # noqa: B008 (it is frozen)
    return rota_forms.read(form, PEOPLE, kept)


def faults(form: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(MalformedForm) as refused:
        read(form)
    return dict(refused.value.facts["fields"])


def test_a_rota_is_read_back_as_it_was_written() -> None:
    assert read(posted(WHOLE), WHOLE) == WHOLE


def test_people_who_are_on_together_and_people_in_turn_are_a_row_each() -> None:
    rows = rota_forms.rows_of(WHOLE.entries, TODAY)
    assert [(row.people, row.turn) for row in rows] == [
        (["ines", "omar"], "together"),
        (["tomasz", "mei", "ines"], "weekly"),
    ]
    assert rows[1].since == "2026-03-02"


def test_a_week_without_anybody_is_a_place_in_the_turn() -> None:
    entry = RotaEntry.model_validate({**WHOLE.entries[2].model_dump(), "every_weeks": 2})
    (row,) = rota_forms.rows_of([entry], TODAY)
    assert row.people == ["tomasz", rota_forms.NOBODY]
    again = read(posted(WriteRota(entries=[entry])))
    assert again.entries == [entry]


def test_midnight_is_shown_as_a_browser_knows_it_and_means_the_same() -> None:
    until = WriteRota.model_validate(
        {"entries": [{"operator": "ines", "days": EVERY_DAY, "starts": "16:00", "ends": "24:00"}]}
    )
    again = read(posted(until))
    assert again.entries[0].ends == "00:00"
    moment = datetime(2026, 3, 2, 18, tzinfo=UTC)
    assert duty.on(again, moment) == duty.on(until, moment)


def test_a_fault_stands_at_its_field() -> None:
    form = posted(WHOLE, **{"shift-0-starts": "8 o'clock", "shift-1-person-1": "nobody-known", "zone": "Berlin"})
    assert set(faults(form)) == {"shift-0-starts", "shift-1-person-1", "zone"}


def test_a_shift_needs_days_people_and_the_week_of_its_turn() -> None:
    form = posted(WHOLE, **{"shift-1-since": "soon"})
    for day in EVERY_DAY:
        form.pop(f"shift-0-{day}", None)
    form |= {"shift-0-person-0": "", "shift-0-person-1": ""}
    assert set(faults(form)) == {"shift-0-days", "shift-0-person-0", "shift-1-since"}


def test_a_shift_in_which_nothing_is_said_is_left_out() -> None:
    empty = {"shift-2-starts": "", "shift-2-ends": "", "shift-2-turn": "together", "shift-2-person-0": ""}
    assert read(posted(WHOLE) | empty, WHOLE) == WHOLE


def test_buttons_add_and_remove_rows_and_keep_what_was_typed() -> None:
    form = posted(WHOLE, **{"shift-0-starts": "07:30", "title": "Mine"})
    more = rota_forms.typed(form | {"verb": "add-shift"}, TODAY)
    assert (len(more["rows"]), more["rows"][0].starts, more["title"]) == (3, "07:30", "Mine")
    assert more["rows"][2].days == EVERY_DAY
    fewer = rota_forms.typed(form | {"verb": "remove-0"}, TODAY)
    assert [row.starts for row in fewer["rows"]] == ["20:00"]
    people = rota_forms.typed(form | {"verb": "people-1"}, TODAY)["rows"][1].people
    assert people[:3] == ["tomasz", "mei", "ines"]
    assert set(people[3:]) == {""}


@pytest.mark.parametrize("verb", ["remove-99", "people-99", "remove-x", "drop-0", ""])
def test_a_button_that_there_is_not_changes_nothing(verb: str) -> None:
    rows = rota_forms.typed(posted(WHOLE) | {"verb": verb}, TODAY)["rows"]
    assert [row.chosen for row in rows] == [["ines", "omar"], ["tomasz", "mei", "ines"]]


def entries() -> st.SearchStrategy[list[RotaEntry]]:
    clock = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from([0, 15, 30]))
    return st.lists(
        st.builds(
            RotaEntry,
            operator=st.sampled_from(sorted(PEOPLE)),
            days=st.lists(st.sampled_from(list(Weekday)), min_size=1, max_size=7, unique=True),
            starts=clock,
            ends=clock,
            every_weeks=st.integers(1, 4),
            in_week_of=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
        ),
        max_size=6,
    )


@settings(max_examples=60, deadline=None)
@given(entries())
def test_whatever_a_rota_says_its_form_means_the_same_duty(found: list[RotaEntry]) -> None:
    rota = WriteRota(entries=found)
    again = read(posted(rota))
    for week in range(4):
        moment = datetime(2026, 3, 2, 9, tzinfo=UTC) + timedelta(weeks=week)
        assert [one.operator for one in duty.on(again, moment)] == [one.operator for one in duty.on(rota, moment)]


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(posted(WHOLE))), st.text(max_size=40), max_size=12))
def test_nothing_that_is_typed_breaks_the_form(changes: dict[str, str]) -> None:
    form = posted(WHOLE) | changes
    rota_forms.typed(form, TODAY)
    with suppress(MalformedForm):
        read(form)
