"""Calendars of rotas over HTTP: downloaded, and taken in whole or not at all."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from icalendar import Calendar

from tests.builders.operators import an_operator
from tests.builders.requests import Json, post, refusal
from tests.builders.shifts import a_calendar, every_day
from tests.conftest import Api, Run
from warmline import Warmline


def nights(api: Api) -> Json:
    """A rota by which Ines is on every night."""
    written = api.http.put("/v1/rotas/nights", json={"entries": [every_day("ines", "20:00", "08:00")]})
    return dict(written.raise_for_status().json())


def test_a_rota_is_downloaded_as_a_calendar(api: Api) -> None:
    nights(api)
    answer = api.http.get("/v1/rotas/nights/calendar")
    assert answer.headers["content-type"].startswith("text/calendar")
    assert len(Calendar.from_ical(answer.content).walk("VEVENT")) > 200


def test_a_calendar_is_taken_in_and_says_who_is_on(api: Api) -> None:
    an_operator(api, "ines", display_name="Ines Weber")
    an_operator(api, "mei", display_name="陈美")
    api.http.put("/v1/rotas/nights", json={}).raise_for_status()
    taken = post(api, "rotas/nights/changes", {"calendar": a_calendar("On call: Ines Weber", "陈美")})
    assert [shift["operator"] for shift in taken["shifts"]] == ["ines", "mei"]
    soon = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    now = api.http.get("/v1/rotas/nights/on", params={"at": soon}).json()["now"]
    assert [one["operator"] for one in now] == ["ines"]
    again = post(api, "rotas/nights/changes", {"calendar": a_calendar("mei")})
    assert [shift["operator"] for shift in again["shifts"]] == ["mei"]


def test_a_name_that_nobody_has_is_told_and_nothing_is_taken(api: Api) -> None:
    an_operator(api, "ines", display_name="Ines Weber")
    before = nights(api)
    ask = {"calendar": a_calendar("Ines Weber", "Bob Stone")}
    assert "“Bob Stone”" in refusal(api, "rotas/nights/changes", ask, 422)["detail"]
    assert api.http.get("/v1/rotas/nights").json() == before
    named = post(api, "rotas/nights/changes", {**ask, "people": {"Bob Stone": "bob"}})
    assert [shift["operator"] for shift in named["shifts"]] == ["ines", "bob"]
    assert "no iCalendar file" in refusal(api, "rotas/nights/changes", {"calendar": "hello"}, 422)["detail"]


def test_calendars_in_the_sdk_and_on_the_command_line(api: Api, client: Warmline, run: Run, tmp_path: Path) -> None:
    nights(api)
    assert client.rotas.calendar("nights").startswith("BEGIN:VCALENDAR")
    assert run("rotas", "calendar", "nights").startswith("BEGIN:VCALENDAR")
    file = tmp_path / "oncall.ics"
    file.write_text(a_calendar("Ines W."), newline="")
    taken = run("rotas", "take-calendar", "nights", file, "--person", "Ines W.=ines", "--json")
    assert '"shifts"' in taken
    assert [shift.operator for shift in client.rotas.get("nights").shifts] == ["ines"]
    assert client.rotas.take_calendar("nights", a_calendar("x"), people={"x": "mei"}).shifts[0].operator == "mei"
