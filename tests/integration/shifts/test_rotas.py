"""Rotas: who is on and who comes next, and the sheets that the worker makes by them."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.builders.requests import post, refusal
from tests.builders.shifts import INES, TOMASZ, a_rota, do, events, every_day, held, made, read, take, written
from tests.builders.waits import eventually
from tests.conftest import Api, TenantKey

pytestmark = pytest.mark.usefixtures("worker")


def test_who_is_on_and_who_is_next_over_http(api: Api) -> None:
    a_rota(api)
    found = api.http.get("/v1/rotas/nights/on").json()
    assert ([one["operator"] for one in found["now"]], [one["operator"] for one in found["next"]]) == (
        ["ines"],
        ["tomasz"],
    )
    assert api.http.delete("/v1/rotas/nights").status_code == 204
    assert api.http.get("/v1/rotas/nights/on").status_code == 404


def test_a_rota_is_read_as_it_was_written(api: Api) -> None:
    rota = a_rota(api, title="Nights", zone="Europe/Berlin")
    assert api.http.get("/v1/rotas/nights").json() == rota
    assert api.http.get("/v1/rotas").json()["items"] == [rota]


def test_the_worker_makes_the_sheet_before_the_shift_ends_once(api: Api) -> None:
    held(api)
    a_rota(api, ends_in=10, sheet_minutes=15)
    (sheet,) = eventually(lambda: api.http.get("/v1/shifts").json()["items"], bool)
    assert (sheet["outgoing"], sheet["incoming"], sheet["state"]) == (INES, [TOMASZ], "drafted")
    a_rota(api, ends_in=10, sheet_minutes=15)
    assert made(api, rota="nights", outgoing=INES)["id"] == sheet["id"]


def test_a_sheet_that_nobody_took_over_in_time_is_told_once(api: Api) -> None:
    held(api)
    a_rota(api, ends_in=0.03, overdue_minutes=0, sheet_minutes=1)
    late = eventually(lambda: [one for one in events(api) if one["facts"].get("overdue")], bool)
    time.sleep(1.5)
    assert [one["type"] for one in events(api)] == ["shift.due", "shift.due"]
    assert (late[0]["facts"]["outgoing"], late[0]["facts"]["items"]) == (INES, 1)
    (sheet,) = api.http.get("/v1/shifts").json()["items"]
    assert (sheet["state"], sheet["overdue"]) == ("drafted", True)
    do(api, sheet, "sign", 202, agent=INES)
    sheet = written(api, read(api, sheet))
    assert not take(api, sheet, sheet["items"][0])["overdue"]


def test_another_tenants_rotas_and_sheets_are_not_found(
    api: Api, new_tenant: Callable[[], TenantKey], client_of: Callable[[TenantKey], Api]
) -> None:
    a_rota(api)
    path, stranger = f"/v1/shifts/{made(api)['id']}", client_of(new_tenant()).http
    sign = stranger.post(f"{path}/sign", json={"agent": INES, "to": TOMASZ})
    acknowledge = stranger.post(f"{path}/acknowledge", json={"agent": TOMASZ})
    read_all = [stranger.get(one) for one in (path, "/v1/rotas/nights", "/v1/rotas/nights/on")]
    assert {answer.status_code for answer in (sign, acknowledge, *read_all)} == {404}
    assert stranger.get("/v1/shifts").json()["items"] == stranger.get("/v1/rotas").json()["items"] == []


def soon(hours: float) -> str:
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat()


def a_cover(**changes: Any) -> dict[str, Any]:
    return {"operator": "mei", "instead_of": "ines", "starts": soon(-1), "ends": soon(1), **changes}


def on_now(api: Api) -> list[str]:
    return [one["operator"] for one in api.http.get("/v1/rotas/nights/on").json()["now"]]


def test_somebody_covers_and_the_audit_says_who_did_that(api: Api) -> None:
    api.http.put("/v1/rotas/nights", json={"entries": [every_day("ines", "00:00", "24:00")]}).raise_for_status()
    changed = post(api, "rotas/nights/changes", {"swaps": [a_cover()]})
    assert ([one["operator"] for one in changed["swaps"]], on_now(api)) == (["mei"], ["mei"])
    (entry,) = api.http.get("/v1/audit", params={"verb": "cover-shift"}).json()["items"]
    assert (entry["details"]["operator"], entry["details"]["instead_of"]) == ("mei", "ines")
    assert entry["actor"]["name"] == api.http.get("/v1/whoami").json()["key"]


def test_somebody_is_away_and_the_next_of_the_order_stands_in_or_nobody(api: Api) -> None:
    nights = [every_day("ines", "00:00", "24:00"), {**every_day("tomasz", "00:00", "00:01"), "days": ["monday"]}]
    api.http.put("/v1/rotas/nights", json={"entries": nights}).raise_for_status()
    gone = {"operator": "ines", "starts": soon(-1), "ends": soon(1)}
    post(api, "rotas/nights/changes", {"absences": [gone]})
    assert on_now(api) == ["tomasz"]
    api.http.put("/v1/rotas/nights", json={"entries": nights}).raise_for_status()
    post(api, "rotas/nights/changes", {"absences": [{**gone, "replaced": False}]})
    assert on_now(api) == []


def test_of_changes_that_come_at_once_none_is_lost(api: Api) -> None:
    api.http.put("/v1/rotas/nights", json={}).raise_for_status()
    with ThreadPoolExecutor(4) as several:
        asked = [a_cover(operator=f"ann-{number}", instead_of=None) for number in range(8)]
        list(several.map(lambda swap: post(api, "rotas/nights/changes", {"swaps": [swap]}), asked))
    assert len(api.http.get("/v1/rotas/nights").json()["swaps"]) == 8


def test_what_ended_long_ago_is_dropped_when_more_comes_and_too_much_is_refused(api: Api) -> None:
    old = a_cover(starts=soon(-24 * 400), ends=soon(-24 * 399))
    api.http.put("/v1/rotas/nights", json={"swaps": [old]}).raise_for_status()
    assert len(post(api, "rotas/nights/changes", {"swaps": [a_cover()]})["swaps"]) == 1
    many = [a_cover() for _ in range(400)]
    api.http.put("/v1/rotas/nights", json={"swaps": many}).raise_for_status()
    assert "400 swaps or absences" in refusal(api, "rotas/nights/changes", {"swaps": [a_cover()]}, 422)["detail"]


def test_a_change_of_a_rota_that_there_is_not_is_not_found(api: Api) -> None:
    assert api.http.post("/v1/rotas/unheard/changes", json={"swaps": [a_cover()]}).status_code == 404
