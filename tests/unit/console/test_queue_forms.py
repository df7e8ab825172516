"""Queue forms: every field of a queue can be written in a form, and is read back as it was."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from warmline_api.console.settings import durations, queue_forms
from warmline_api.console.shell import MalformedForm
from warmline_schemas.queues import Queue, WriteQueue

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=300) | st.text("0123456789:.-, apmhd٣", max_size=200)
WHOLE = WriteQueue.model_validate(
    {
        "title": "Billing",
        "promises": {"accept_seconds": 300, "first_reply_seconds": 90, "resolve_seconds": 14_400},
        "levels": [{"wait_seconds": 600}, {"wait_seconds": 900, "to": "queue:supervisors"}],
        "assigning": "offer",
        "offer_seconds": 30,
        "lease_seconds": 600,
        "stalled_seconds": 5_400,
        "nobody_there": "callback",
        "read_back_required": True,
        "office_hours": {
            "zone": "Europe/Berlin",
            "days": [
                {"day": "monday", "opens": "08:00", "closes": "12:00"},
                {"day": "monday", "opens": "13:00", "closes": "18:00"},
                {"day": "sunday", "opens": "20:00", "closes": "24:00"},
            ],
            "closed_on": ["2026-12-25"],
        },
    }
)


def posted(ask: WriteQueue, **changes: str) -> dict[str, Any]:
    fields = queue_forms.write(Queue(**ask.model_dump(), name="billing", written=True))
    levels, days = fields.pop("levels"), fields.pop("days")
    for number, (wait, to) in enumerate(levels):
        fields |= {f"level-{number}-wait": wait, f"level-{number}-to": to}
    fields |= {f"day-{day}": hours for day, hours in days}
    if not fields.pop("read_back_required"):
        return {**fields, **changes}
    return {**fields, "read_back_required": "on", **changes}


@pytest.mark.parametrize("ask", [WHOLE, WriteQueue()])
def test_a_queue_is_read_back_as_it_was_written(ask: WriteQueue) -> None:
    assert queue_forms.read(posted(ask)) == ask


def test_no_promise_is_a_field_left_empty() -> None:
    assert queue_forms.read(posted(WHOLE, accept_seconds="")).promises.accept_seconds is None


def test_a_queue_without_hours_is_always_staffed() -> None:
    closed = {f"day-{day}": "" for day in ("monday", "sunday")}
    assert queue_forms.read(posted(WHOLE, **closed)).office_hours is None


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("accept_seconds", "soon", "Accept seconds: Enter a duration, e.g. 15 min"),
        ("day-monday", "all day", "Day monday: Enter hours, e.g."),
        ("zone", "Mars/Olympus", "no time zone"),
        ("closed_on", "Christmas", "Closed on"),
        ("level-1-wait", "", "Level 2 wait: Fill this in"),
        ("day-monday", "18:00-08:00", "must be later than opens"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(field: str, typed: str, told: str) -> None:
    with pytest.raises(MalformedForm, match=told):
        queue_forms.read(posted(WHOLE, **{field: typed}))


def test_what_was_typed_is_shown_again() -> None:
    fields = queue_forms.typed(posted(WHOLE, accept_seconds="soon"))
    assert (fields["accept_seconds"], fields["levels"][1]) == ("soon", ("15 min", "queue:supervisors"))


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("15", 900), ("15 min", 900), ("45 s", 45), ("1h30m", 5_400), (" 2 H ", 7_200), ("1 d 1 s", 86_401), ("", None)],
)
def test_lengths_of_time_are_read_as_people_write_them(written: str, seconds: int | None) -> None:
    assert durations.read(written) == seconds


@pytest.mark.parametrize("written", ["soon", "1.5 h", "-3", "5 parsecs", "1 h x"])
def test_what_is_no_length_of_time_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="Enter a duration"):
        durations.read(written)


@pytest.mark.parametrize("seconds", [1, 59, 60, 3_599, 5_400, 86_400, 90_061])
def test_a_length_of_time_is_shown_exactly(seconds: int) -> None:
    assert durations.read(durations.shown(seconds)) == seconds


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_any_text_in_a_form_is_read_or_refused_in_the_way_that_forms_are(text: str) -> None:
    with suppress(MalformedForm):
        queue_forms.read({"title": text, "level-0-wait": text, "lease": text, "day-monday": text, "zone": text})
    with suppress(ValueError):
        durations.read(text)
