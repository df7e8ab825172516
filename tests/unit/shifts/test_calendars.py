"""Rotas as iCalendar files, and such files as shifts: attendees, titles, days, zones, repetition, bad ones."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings, strategies as st
from icalendar import Calendar

from warmline_memory.errors import NoCalendar, UnknownInCalendar
from warmline_memory.shifts import calendars, imports
from warmline_schemas.queues import Weekday
from warmline_schemas.shifts import PlannedShift, Rota

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
TENANT = UUID(int=7)
PEOPLE = {"ines": "Ines Weber", "tomasz": "Tomasz Nowak", "mei": "陈美", "omar": "Omar"}
WHOSE = imports.Whose.of(PEOPLE, {"Bereitschaft": "mei", "ines.w@example.com": "ines"})
NIGHT = "DTSTART:20260306T190000Z\nDTEND:20260307T070000Z"


def a_rota(**changes: Any) -> Rota:
    nights = {"days": list(Weekday), "starts": "20:00", "ends": "08:00"}
    entries = [{"operator": "ines", **nights}]
    return Rota.model_validate({"name": "nights", "zone": "Europe/Berlin", "entries": entries, **changes})


def a_file(*events: str, head: str = "") -> str:
    inner = "\n".join(f"BEGIN:VEVENT\nUID:{number}\n{event}\nEND:VEVENT" for number, event in enumerate(events))
    written = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//EN\n{head}{inner}\nEND:VCALENDAR\n"
    return written.replace("\n", "\r\n")


def read(*events: str, zone: str = "Europe/Berlin", head: str = "") -> list[PlannedShift]:
    return imports.read(a_file(*events, head=head), WHOSE, zone, NOW)


def of(*events: str) -> list[str]:
    return [shift.operator for shift in read(*events)]


def test_a_calendar_has_an_event_for_each_shift_under_the_same_id_each_time() -> None:
    one, later = (
        Calendar.from_ical(calendars.to_icalendar(a_rota(), {"human:ines": "Ines Weber"}, now, TENANT))
        for now in (NOW, NOW + timedelta(hours=3))
    )
    events = one.walk("VEVENT")
    assert {str(event["SUMMARY"]) for event in events} == {"Ines Weber: nights"}
    # Half a year ahead and five weeks back, and each night as long as it is, also over the change of the clocks.
    assert 210 <= len(events) <= 218
    hours = {(event["DTEND"].dt - event["DTSTART"].dt) / timedelta(hours=1) for event in events}
    assert hours == {11, 12}
    assert {event["UID"] for event in events} <= {event["UID"] for event in later.walk("VEVENT")} | {events[0]["UID"]}


def test_what_a_rota_says_is_taken_in_again_as_it_was() -> None:
    rota = a_rota(swaps=[{"operator": "tomasz", "starts": "2026-03-06T19:00Z", "ends": "2026-03-07T07:00Z"}])
    written = calendars.to_icalendar(rota, {}, NOW, TENANT).decode()
    taken = imports.read(written, WHOSE, "Europe/Berlin", NOW)
    again = a_rota(entries=[], shifts=[shift.model_dump() for shift in taken])
    assert calendars.to_icalendar(again, {}, NOW, TENANT).decode() == written


@pytest.mark.parametrize(
    ("event", "operators"),
    [
        (f"{NIGHT}\nATTENDEE;CN=Ines Weber:mailto:iw@example.com\nSUMMARY:On call", ["ines"]),
        (f"{NIGHT}\nATTENDEE:mailto:tomasz@example.com\nSUMMARY:Ines Weber", ["tomasz"]),
        (f"{NIGHT}\nATTENDEE:mailto:Ines.W@Example.com", ["ines"]),
        (f"{NIGHT}\nATTENDEE:mailto:tomasz@x.org\nATTENDEE:mailto:omar@x.org", ["omar", "tomasz"]),
        (f"{NIGHT}\nSUMMARY:ines", ["ines"]),
        (f"{NIGHT}\nSUMMARY:On call: TOMASZ  NOWAK (primary)", ["tomasz"]),
        (f"{NIGHT}\nSUMMARY:Ines Weber / Omar", ["ines", "omar"]),
        (f"{NIGHT}\nSUMMARY:陈美", ["mei"]),
        (f"{NIGHT}\nSUMMARY:Bereitschaft", ["mei"]),
        (f"{NIGHT}\nX-WARMLINE-OPERATOR:omar\nSUMMARY:Ines Weber", ["omar"]),
        (f"{NIGHT}\nSUMMARY:Tomasz\nSTATUS:CANCELLED", []),
    ],
)
def test_whose_an_event_is(event: str, operators: list[str]) -> None:
    assert of(event) == operators


def test_who_is_unknown_is_told_and_nothing_is_taken() -> None:
    with pytest.raises(UnknownInCalendar) as refused:
        read(f"{NIGHT}\nSUMMARY:Ines", f"{NIGHT}\nSUMMARY:Bob  Stone", f"{NIGHT}\nATTENDEE;CN=Zoe:mailto:z@example.com")
    assert refused.value.facts["names"] == "“Bob Stone”, “Zoe”"
    with pytest.raises(UnknownInCalendar, match="an event without a title"):
        read(NIGHT)


def test_a_name_within_a_word_is_nobodys() -> None:
    with pytest.raises(UnknownInCalendar):
        read(f"{NIGHT}\nSUMMARY:Business lines")


def test_a_day_is_all_of_it_in_the_zone_of_the_rota() -> None:
    (shift,) = read("DTSTART;VALUE=DATE:20260329\nDTEND;VALUE=DATE:20260330\nSUMMARY:Ines Weber")
    assert (shift.starts, shift.ends) == (
        datetime(2026, 3, 28, 23, tzinfo=UTC),
        datetime(2026, 3, 29, 22, tzinfo=UTC),
    )


def test_times_without_a_zone_are_local_and_those_with_one_are_there() -> None:
    floating = "DTSTART:20260306T200000\nDURATION:PT2H\nSUMMARY:Ines Weber"
    zoned = "DTSTART;TZID=America/New_York:20260306T200000\nDURATION:PT2H\nSUMMARY:Omar"
    starts = {shift.operator: shift.starts for shift in read(floating, zoned)}
    assert starts == {"ines": datetime(2026, 3, 6, 19, tzinfo=UTC), "omar": datetime(2026, 3, 7, 1, tzinfo=UTC)}


def test_what_comes_again_is_a_shift_each_time_but_for_what_was_moved_or_called_off() -> None:
    weekly = (
        "DTSTART;TZID=Europe/Berlin:20260302T080000\nDTEND;TZID=Europe/Berlin:20260302T160000\n"
        "RRULE:FREQ=WEEKLY;COUNT=6\nEXDATE;TZID=Europe/Berlin:20260309T080000\nSUMMARY:Ines Weber"
    )
    moved = (
        "UID:0\nRECURRENCE-ID;TZID=Europe/Berlin:20260316T080000\nDTSTART;TZID=Europe/Berlin:20260317T080000\n"
        "DTEND;TZID=Europe/Berlin:20260317T160000\nSUMMARY:Omar"
    )
    content = a_file(weekly).replace("END:VCALENDAR", f"BEGIN:VEVENT\r\n{moved}\r\nEND:VEVENT\r\nEND:VCALENDAR")
    found = imports.read(content.replace("\r\n", "\n").replace("\n", "\r\n"), WHOSE, "UTC", NOW)
    assert [(shift.operator, shift.starts.day, shift.starts.hour) for shift in found] == [
        ("ines", 2, 7),
        ("omar", 17, 7),
        ("ines", 23, 7),
        ("ines", 30, 6),
        ("ines", 6, 6),
    ]


def test_only_the_time_around_now_is_taken() -> None:
    old, far = (f"DTSTART:{year}0306T190000Z\nDTEND:{year}0307T070000Z\nSUMMARY:ines" for year in (2020, 2031))
    assert of(old, far) == []


@pytest.mark.parametrize(
    "content",
    [
        "",
        "hello",
        "BEGIN:VCALENDAR",
        "BEGIN:VEVENT\r\nEND:VEVENT\r\n",
        a_file("SUMMARY:ines"),
        a_file("DTSTART:yesterday\nDTEND:20260307T070000Z\nSUMMARY:ines"),
        a_file(f"{NIGHT}\nRRULE:FREQ=SECONDLY\nSUMMARY:ines"),
        a_file(f"{NIGHT}\nRRULE:FREQ=DAILY;BYHOUR=1,2,3\nSUMMARY:ines"),
        a_file(f"{NIGHT}\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30\nSUMMARY:ines"),
        a_file(f"{NIGHT}\nRRULE:FREQ=WEEKLY;BYMONTH=13\nSUMMARY:ines"),
    ],
)
def test_what_is_no_calendar_is_refused_in_words(content: str) -> None:
    with pytest.raises(NoCalendar) as refused:
        imports.read(content, WHOSE, "UTC", NOW)
    assert str(refused.value).startswith("The calendar cannot be taken. ")


def test_a_calendar_with_too_much_in_it_is_refused() -> None:
    with pytest.raises(NoCalendar, match="more than 2000 events"):
        read(*[f"{NIGHT}\nSUMMARY:ines"] * (imports.MOST_EVENTS + 1))
    with pytest.raises(NoCalendar, match="1000 are the most"):
        read(*[f"{NIGHT}\nSUMMARY:ines"] * (imports.MOST_SHIFTS + 1))


@settings(max_examples=100, deadline=None)
@given(st.text("BEGINVCALRTDSUM:;=\n\r0123456789TZines ", max_size=300))
def test_nothing_breaks_the_reading_of_a_calendar(text: str) -> None:
    for content in (text, a_file(f"{NIGHT}\n{text}")):
        try:
            imports.read(content, WHOSE, "UTC", NOW)
        except (NoCalendar, UnknownInCalendar):
            continue
