"""Rotas: who is on and who comes next, and the sheets that the worker makes by them."""

import time
from collections.abc import Callable

import pytest

from tests.builders.shifts import INES, TOMASZ, a_rota, do, events, held, made, read, take, written
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
