"""Signing a sheet: every item is asked to go over once, to somebody who comes."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from tests.builders.handoffs import accept, act, read as read_handoff, waiting
from tests.builders.sessions import session_of
from tests.builders.shifts import (
    INES,
    MEI,
    TOMASZ,
    a_rota,
    do,
    held,
    made,
    read,
    refused,
    signed,
    states,
    take,
    written,
)
from tests.conftest import Api, TenantKey
from warmline_memory import shifts
from warmline_memory.storage.database import Database
from warmline_schemas.shifts import SignSheet

pytestmark = pytest.mark.usefixtures("worker")


def test_signing_asks_for_a_warm_handoff_and_the_outgoing_stays_the_owner(api: Api) -> None:
    mine = held(api)
    sheet = signed(api)
    (item,) = sheet["items"]
    passed = read_handoff(api, {"id": item["passed_id"]})
    assert (passed["mode"], passed["to"], passed["brief"]["template"]) == ("warm", TOMASZ, "shift")
    assert (item["state"], item["red"], sheet["state"], sheet["red"]) == ("waiting", True, "signed", 1)
    assert session_of(api, mine["target_session_id"])["owns_conversation"]


def test_signing_twice_asks_for_nothing_twice_and_adds_what_came_since(api: Api) -> None:
    a_rota(api)
    held(api)
    sheet = written(api, do(api, made(api, rota="nights"), "sign", 202, agent=INES))
    before = sheet["items"][0]["passed_id"]
    late = held(api)
    (new,) = [item for item in read(api, sheet)["items"] if item["handoff_id"] == late["id"]]
    assert (new["state"], new["red"]) == ("open", True)
    again = written(api, do(api, sheet, "sign", 202, agent=INES))
    assert states(again) == ["waiting", "waiting"]
    assert before in [item["passed_id"] for item in again["items"]]


def test_a_signature_that_is_cut_off_has_asked_for_nothing(api: Api, tenant: TenantKey, database: Database) -> None:
    held(api)
    held(api)
    sheet = made(api)
    ask = SignSheet.model_validate({"agent": INES, "to": TOMASZ})
    with pytest.raises(KeyboardInterrupt), database.transaction(tenant_id=tenant.tenant_id) as db:
        shifts.sign(db, UUID(sheet["id"]), ask)
        raise KeyboardInterrupt
    after = read(api, sheet)
    assert (after["state"], states(after)) == ("drafted", ["open", "open"])
    assert states(signed(api)) == ["waiting", "waiting"]


def test_two_who_sign_at_once_ask_for_each_item_once(api: Api) -> None:
    for _ in range(3):
        held(api)
    sheet = made(api)
    with ThreadPoolExecutor(4) as pool:
        for _ in pool.map(lambda _: do(api, sheet, "sign", 202, agent=INES, to=TOMASZ), range(4)):
            pass
    under_way = api.http.get("/v1/handoffs", params={"to": TOMASZ}).json()["items"]
    assert len(under_way) == 3


def test_what_is_on_its_way_already_is_not_asked_for_again(api: Api) -> None:
    warm = accept(api, waiting(api), INES)
    onward = act(
        api, warm["handoff"], "transfer", token=warm["claim"]["token"], to="queue:fraud", reason="Lima", warm=True
    )
    sheet = signed(api)
    (item,) = sheet["items"]
    assert (item["passed_id"], item["red"]) == (onward["id"], True)
    accept(api, onward, MEI)
    assert states(read(api, sheet)) == ["passed_on"]


def test_two_who_come_are_named_and_items_go_to_either(api: Api) -> None:
    a_rota(api, incoming=("tomasz", "mei"))
    first, second = held(api), held(api)
    sheet = made(api, rota="nights")
    answer = refused(api, sheet, "sign", agent=INES)
    assert (answer["type"], MEI in answer["detail"], TOMASZ in answer["detail"]) == ("person-needed", True, True)
    assign = [{"handoff_id": first["id"], "to": MEI}, {"handoff_id": second["id"], "to": TOMASZ}]
    sheet = do(api, sheet, "sign", 202, agent=INES, assign=assign)
    assert {item["handoff_id"]: item["to"] for item in sheet["items"]} == {first["id"]: MEI, second["id"]: TOMASZ}
    assert sorted(sheet["incoming"]) == [MEI, TOMASZ]


def test_where_nobody_comes_the_sheet_waits_for_a_name(api: Api) -> None:
    a_rota(api, incoming=())
    held(api)
    sheet = made(api, rota="nights")
    assert sheet["incoming"] == []
    assert refused(api, sheet, "sign", agent=INES)["type"] == "person-needed"
    assert read(api, sheet)["state"] == "drafted"
    assert do(api, sheet, "sign", 202, agent=INES, to=MEI)["incoming"] == [MEI]


def test_nobody_hands_over_to_themselves(api: Api) -> None:
    held(api)
    assert refused(api, made(api), "sign", agent=INES, to=INES)["type"] == "person-needed"


def test_a_shift_with_nothing_open_is_signed_and_acknowledged_all_the_same(api: Api) -> None:
    sheet = made(api)
    assert refused(api, sheet, "acknowledge", agent=TOMASZ)["type"] == "sheet-state"
    sheet = do(api, sheet, "sign", 202, agent=INES, to=TOMASZ)
    assert (sheet["items"], sheet["state"], sheet["completeness"]) == ([], "signed", None)
    assert do(api, sheet, "acknowledge", agent=TOMASZ)["state"] == "taken_over"
    assert refused(api, sheet, "sign", agent=INES)["type"] == "sheet-state"


def test_a_shift_change_is_one_again_after_many(api: Api) -> None:
    held(api)
    first = signed(api)
    take(api, first, first["items"][0])
    sheet = made(api, outgoing=TOMASZ)
    sheet = written(api, do(api, sheet, "sign", 202, agent=TOMASZ, to=MEI))
    passed = read_handoff(api, {"id": sheet["items"][0]["passed_id"]})
    assert passed["reason"] == "Shift change: Disputed overcharge"
    assert take(api, sheet, sheet["items"][0], by=MEI)["state"] == "taken_over"


def test_a_reason_code_that_was_given_up_keeps_no_shift_from_ending(api: Api) -> None:
    api.http.patch("/v1/preferences", json={"reason_codes": ["lost_parcel"]}).raise_for_status()
    held(api, reason_code="lost_parcel")
    api.http.patch("/v1/preferences", json={"reason_codes": []}).raise_for_status()
    (item,) = signed(api)["items"]
    assert read_handoff(api, {"id": item["passed_id"]})["reason_code"] == "other"


def test_an_item_that_is_not_on_a_sheet_is_not_found(api: Api) -> None:
    held(api)
    sheet, other = signed(api), waiting(api)
    ask = {"agent": TOMASZ, "read_back": "Mine."}
    path = f"/v1/shifts/{sheet['id']}/items/{other['id']}/acknowledge"
    assert api.http.post(path, json=ask).status_code == 404
    sign = {"agent": INES, "to": TOMASZ, "assign": [{"handoff_id": other["id"], "to": MEI}]}
    assert api.http.post(f"/v1/shifts/{sheet['id']}/sign", json=sign).status_code == 404
