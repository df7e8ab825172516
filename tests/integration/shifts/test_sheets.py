"""What stands on the sheet of a shift change, and which sheet it is."""

import pytest

from tests.builders.handoffs import accept, waiting
from tests.builders.operators import an_operator
from tests.builders.requests import put
from tests.builders.sessions import a_session
from tests.builders.shifts import INES, MEI, TOMASZ, a_rota, do, held, lines, made, read, signed
from tests.builders.whole_words import says
from tests.conftest import Api

pytestmark = pytest.mark.usefixtures("worker")


def test_a_sheet_has_what_its_person_holds_in_five_parts(api: Api) -> None:
    held(api, "I asked finance to refund $100.", urgency="high")
    (item,) = made(api)["items"]
    assert [part["name"] for part in item["parts"]] == ["severity", "summary", "actions", "contingencies", "synthesis"]
    assert lines(item, "severity")[0].startswith("high, level 1")
    assert "I asked finance to refund $100." in lines(item, "summary")
    assert (item["state"], item["red"], item["since_count"]) == ("open", False, 1)


def test_a_sheet_shows_no_secret_that_came_since_the_brief(api: Api) -> None:
    held(api, "What is your PIN?", "My PIN is 4711, thanks.", "So I typed 4711.")
    assert not says(made(api), "4711")


def test_what_others_hold_is_on_nobodys_sheet(api: Api) -> None:
    held(api, by=MEI)
    assert made(api)["items"] == []


def test_the_most_pressing_item_comes_first(api: Api) -> None:
    low, critical = held(api, urgency="low"), held(api, urgency="critical")
    assert [item["handoff_id"] for item in made(api)["items"]] == [critical["id"], low["id"]]


def test_what_waits_in_the_rotas_queue_is_to_be_known(api: Api) -> None:
    a_rota(api)
    waits = waiting(api)
    sheet = made(api, rota="nights")
    assert ([item["handoff_id"] for item in sheet["aware"]], sheet["aware_count"]) == ([waits["id"]], 1)
    sheet = do(api, sheet, "sign", 202, agent=INES)
    accept(api, waits, MEI)
    assert [item["taken_over_by"] for item in read(api, sheet)["aware"]] == [MEI]


def test_what_is_critical_and_only_waits_comes_first_whatever_was_promised_before(api: Api) -> None:
    put(api, "queues/billing", {"promises": {"accept_seconds": 300}})
    a_rota(api)
    normal, critical = waiting(api), waiting(api, urgency="critical")
    sheet = made(api, rota="nights")
    for stands in (sheet, do(api, sheet, "sign", 202, agent=INES)):
        assert [item["handoff_id"] for item in stands["aware"]] == [critical["id"], normal["id"]]


def test_headlines_name_people_and_queues_as_people_call_them(api: Api) -> None:
    an_operator(api, "ines", display_name="Ines Weber")
    put(api, "queues/billing", {"title": "Bills and refunds"})
    a_rota(api)
    held(api)
    session = a_session(api, agent=INES, namespace="user-eve")
    waiting(api, session, reason="End of my shift")
    sheet = made(api, rota="nights", outgoing=INES)
    assert [item["headline"] for item in sheet["aware"]] == ["Ines Weber: End of my shift"]
    summary = next(part for part in sheet["items"][0]["parts"] if part["name"] == "summary")
    assert summary["lines"][0]["label"] == "tier1-bot → Bills and refunds"


def test_making_a_sheet_twice_makes_one(api: Api) -> None:
    a_rota(api)
    assert made(api, rota="nights")["id"] == made(api, rota="nights")["id"]


def test_after_a_sheet_was_taken_over_more_work_gets_another(api: Api) -> None:
    a_rota(api)
    sheet = do(api, made(api, rota="nights"), "sign", 202, agent=INES)
    do(api, sheet, "acknowledge", agent=TOMASZ)
    held(api)
    another = made(api, rota="nights", outgoing=INES)
    assert (another["id"] != sheet["id"], len(another["items"])) == (True, 1)


def test_who_goes_is_whoever_is_on_and_must_be_named_where_nobody_is(api: Api) -> None:
    a_rota(api)
    assert made(api, rota="nights")["outgoing"] == INES
    api.http.put("/v1/rotas/empty", json={}).raise_for_status()
    for ask in ({}, {"rota": "empty"}):
        answer = api.http.post("/v1/shifts", json=ask)
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:warmline:problem:person-needed")


def test_sheets_are_listed_newest_first_by_person_and_rota(api: Api) -> None:
    a_rota(api)
    one, two = made(api, rota="nights"), made(api, outgoing=MEI)
    listed = api.http.get("/v1/shifts").json()["items"]
    assert [sheet["id"] for sheet in listed] == [two["id"], one["id"]]
    assert [sheet["id"] for sheet in api.http.get("/v1/shifts?rota=nights").json()["items"]] == [one["id"]]
    assert [sheet["id"] for sheet in api.http.get(f"/v1/shifts?outgoing={MEI}").json()["items"]] == [two["id"]]


def test_forgetting_a_namespace_takes_its_items_off_every_sheet(api: Api) -> None:
    held(api, "The zqmarker is at the door.")
    assert "zqmarker" in str(made(api))
    sheet = signed(api)
    api.http.delete("/v1/namespaces/user-dave").raise_for_status()
    after = read(api, sheet)
    assert (after["items"], "zqmarker" in str(after)) == ([], False)
    assert do(api, sheet, "acknowledge", agent=TOMASZ)["state"] == "taken_over"


def test_a_sheet_is_read_as_markdown_in_which_nothing_said_is_markup(api: Api) -> None:
    held(api, "# Look [here](http://evil.example) <b>now</b>")
    sheet = signed(api)
    answer = api.http.get(f"/v1/shifts/{sheet['id']}", params={"format": "markdown"})
    assert answer.headers["content-type"].startswith("text/markdown")
    assert "# Shift change: human:ines to human:tomasz" in answer.text
    assert "UNACKNOWLEDGED: 1, still with human:ines" in answer.text
    assert "\\[here\\](http\\:" in answer.text
    assert "<b>" not in answer.text
