"""A whole shift change over HTTP, with the worker that writes the briefs: signed, read back, taken over."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from tests.conftest import Api, TenantKey
from tests.integration.desk_builders import Json, accept, act, claim, post, session_of, waiting
from tests.integration.desk_builders import read as read_handoff
from tests.integration.shift_builders import (
    INES,
    MEI,
    TOMASZ,
    a_rota,
    do,
    events,
    held,
    lines,
    made,
    read,
    refused,
    signed,
    states,
    take,
    written,
)
from warmline_memory import handing_over, shift_ends
from warmline_memory.database import Database
from warmline_schemas.shifts import SignSheet

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
    assert "4711" not in str(made(api))


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


def test_signing_asks_for_a_warm_handoff_and_the_outgoing_stays_the_owner(api: Api) -> None:
    mine = held(api)
    sheet = signed(api)
    (item,) = sheet["items"]
    passed = read_handoff(api, {"id": item["passed_id"]})
    assert (passed["mode"], passed["to"], passed["brief"]["template"]) == ("warm", TOMASZ, "shift")
    assert (item["state"], item["red"], sheet["state"], sheet["red"]) == ("waiting", True, "signed", 1)
    assert session_of(api, mine["target_session_id"])["owns_conversation"]


def test_a_whole_shift_change_goes_item_by_item(api: Api) -> None:
    a_rota(api)
    mine = [held(api, "If the refund fails, call the duty manager."), held(api)]
    sheet = written(api, do(api, made(api, rota="nights"), "sign", 202, agent=INES))
    assert sheet["incoming"] == [TOMASZ]
    after_one = take(api, sheet, sheet["items"][0])
    assert (states(after_one), after_one["red"], after_one["state"]) == (["acknowledged", "waiting"], 1, "signed")
    after_all = take(api, sheet, sheet["items"][1])
    assert (after_all["state"], after_all["red"], after_all["completeness"]) == ("taken_over", 0, 1.0)
    assert not any(session_of(api, one["target_session_id"])["owns_conversation"] for one in mine)
    assert [session_of(api, item["session_id"])["agent"] for item in after_all["items"]] == [TOMASZ, TOMASZ]
    told = ["shift.due", "shift.signed", "shift.item_acknowledged", "shift.item_acknowledged", "shift.taken_over"]
    assert [event["type"] for event in events(api)] == told


def test_the_read_back_is_the_fifth_part(api: Api) -> None:
    held(api)
    sheet = signed(api)
    (before,) = sheet["items"]
    (after,) = take(api, sheet, before, read_back="A refund is owed.")["items"]
    assert (before["completeness"], after["completeness"]) == (0.8, 1.0)
    assert lines(after, "synthesis") == ["A refund is owed."]


def test_a_read_back_that_contradicts_the_brief_must_be_confirmed(api: Api) -> None:
    held(api)
    sheet = signed(api)
    (item,) = sheet["items"]
    wrong = {"agent": TOMASZ, "read_back": "ACC-9999 was charged $750."}
    verb = f"items/{item['handoff_id']}/acknowledge"
    answer = refused(api, sheet, verb, **wrong)
    assert (answer["kind"], bool(answer["contradictions"])) == ("read-back-contradicts", True)
    assert states(read(api, sheet)) == ["waiting"]
    assert states(do(api, sheet, verb, **wrong, confirm_read_back=True)) == ["acknowledged"]


def test_acknowledging_twice_changes_nothing(api: Api) -> None:
    held(api)
    sheet = signed(api)
    first = take(api, sheet, sheet["items"][0])
    assert take(api, sheet, sheet["items"][0]) == first
    assert [event["type"] for event in events(api)].count("shift.taken_over") == 1


def test_what_is_not_read_back_stays_with_the_outgoing(api: Api) -> None:
    mine, _ = held(api), held(api)
    sheet = signed(api)
    theirs = next(item for item in sheet["items"] if item["handoff_id"] != mine["id"])
    take(api, sheet, theirs)
    owner = api.http.get(f"/v1/chains/{mine['chain_id']}/owner", params={"agent": INES}).json()
    assert (owner["agent"], owner["may_reply"]) == (INES, True)


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


def test_a_declined_item_stays_with_the_reason_and_can_go_to_somebody_else(api: Api) -> None:
    mine = held(api)
    sheet = signed(api)
    do(api, sheet, f"items/{mine['id']}/decline", agent=TOMASZ, reason="No access to payments")
    after = read(api, sheet)
    (item,) = after["items"]
    assert (item["state"], item["red"], item["note"], after["state"]) == (
        "declined",
        True,
        "No access to payments",
        "signed",
    )
    assert session_of(api, mine["target_session_id"])["state"] == "open"
    again = written(api, do(api, sheet, "sign", 202, agent=INES, to=MEI))
    assert take(api, again, again["items"][0], by=MEI)["state"] == "taken_over"


def test_whoever_goes_can_take_an_item_back_and_resolve_it(api: Api) -> None:
    warm = accept(api, waiting(api), INES)
    sheet = signed(api)
    taken_back = do(api, sheet, f"items/{warm['handoff']['id']}/decline", agent=INES, reason="I can close it")
    assert states(taken_back) == ["declined"]
    act(api, warm["handoff"], "resolve", token=warm["claim"]["token"], note="Refunded.")
    (item,) = read(api, sheet)["items"]
    assert (item["state"], item["red"], item["note"]) == ("settled", False, "Refunded.")
    assert do(api, sheet, "acknowledge", agent=TOMASZ)["state"] == "taken_over"


def test_what_is_closed_before_it_is_read_back_is_taken_over_by_nobody(
    api: Api, tenant: TenantKey, database: Database
) -> None:
    mine = held(api)
    sheet = signed(api)
    post(api, f"sessions/{mine['target_session_id']}/end")
    verb = f"items/{mine['id']}/acknowledge"
    assert refused(api, sheet, verb, agent=TOMASZ, read_back="I take it.")["kind"] == "sheet-state"
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        shift_ends.follow(db, UUID(sheet["id"]))
    (item,) = read(api, sheet)["items"]
    assert (item["state"], item["passed_state"]) == ("settled", "cancelled")


def test_what_is_accepted_elsewhere_is_acknowledged_all_the_same(
    api: Api, tenant: TenantKey, database: Database
) -> None:
    held(api)
    sheet = signed(api)
    accept(api, {"id": sheet["items"][0]["passed_id"]}, TOMASZ, read_back="A refund is owed.")
    assert states(read(api, sheet)) == ["acknowledged"]
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        shift_ends.follow(db, UUID(sheet["id"]))
    assert read(api, sheet)["state"] == "taken_over"


def test_a_signature_that_is_cut_off_has_asked_for_nothing(api: Api, tenant: TenantKey, database: Database) -> None:
    held(api)
    held(api)
    sheet = made(api)
    ask = SignSheet.model_validate({"agent": INES, "to": TOMASZ})
    with pytest.raises(KeyboardInterrupt), database.transaction(tenant_id=tenant.tenant_id) as db:
        handing_over.sign(db, UUID(sheet["id"]), ask)
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


def test_an_incoming_person_who_vanishes_leaves_the_rest_with_the_outgoing(api: Api) -> None:
    mine = [held(api), held(api), held(api)]
    sheet = signed(api)
    take(api, sheet, sheet["items"][0])
    after = read(api, sheet)
    assert (states(after), after["red"]) == (["acknowledged", "waiting", "waiting"], 2)
    owners = [session_of(api, one["target_session_id"])["owns_conversation"] for one in mine]
    assert owners.count(True) == 2
    for item in after["items"][1:]:
        after = take(api, sheet, item, by=MEI)
    assert after["state"] == "taken_over"


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
    assert (answer["kind"], MEI in answer["detail"], TOMASZ in answer["detail"]) == ("person-needed", True, True)
    assign = [{"handoff_id": first["id"], "to": MEI}, {"handoff_id": second["id"], "to": TOMASZ}]
    sheet = do(api, sheet, "sign", 202, agent=INES, assign=assign)
    assert {item["handoff_id"]: item["to"] for item in sheet["items"]} == {first["id"]: MEI, second["id"]: TOMASZ}
    assert sorted(sheet["incoming"]) == [MEI, TOMASZ]


def test_where_nobody_comes_the_sheet_waits_for_a_name(api: Api) -> None:
    a_rota(api, incoming=())
    held(api)
    sheet = made(api, rota="nights")
    assert sheet["incoming"] == []
    assert refused(api, sheet, "sign", agent=INES)["kind"] == "person-needed"
    assert read(api, sheet)["state"] == "drafted"
    assert do(api, sheet, "sign", 202, agent=INES, to=MEI)["incoming"] == [MEI]


def test_nobody_hands_over_to_themselves(api: Api) -> None:
    held(api)
    assert refused(api, made(api), "sign", agent=INES, to=INES)["kind"] == "person-needed"


def test_a_shift_with_nothing_open_is_signed_and_acknowledged_all_the_same(api: Api) -> None:
    sheet = made(api)
    assert refused(api, sheet, "acknowledge", agent=TOMASZ)["kind"] == "sheet-state"
    sheet = do(api, sheet, "sign", 202, agent=INES, to=TOMASZ)
    assert (sheet["items"], sheet["state"], sheet["completeness"]) == ([], "signed", None)
    assert do(api, sheet, "acknowledge", agent=TOMASZ)["state"] == "taken_over"
    assert refused(api, sheet, "sign", agent=INES)["kind"] == "sheet-state"


def test_another_may_take_an_item_over_in_place_of_the_one_it_was_signed_to(api: Api) -> None:
    held(api)
    sheet = signed(api)
    (item,) = take(api, sheet, sheet["items"][0], by=MEI)["items"]
    assert (item["state"], item["taken_over_by"]) == ("acknowledged", MEI)


def test_an_item_that_was_claimed_first_is_acknowledged_with_that_claim(api: Api) -> None:
    held(api)
    sheet = signed(api)
    claim(api, {"id": sheet["items"][0]["passed_id"]}, TOMASZ)
    assert take(api, sheet, sheet["items"][0])["state"] == "taken_over"


def test_promises_and_levels_go_on_with_the_next_shift(api: Api) -> None:
    api.http.put("/v1/queues/billing", json={"promises": {"resolve_seconds": 7200}}).raise_for_status()
    mine = held(api)
    sheet = signed(api)
    (item,) = take(api, sheet, sheet["items"][0])["items"]
    passed = read_handoff(api, {"id": item["passed_id"]})
    assert passed["resolve_due_at"] == read_handoff(api, mine)["resolve_due_at"] is not None


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


def test_an_item_that_is_not_on_a_sheet_is_not_found(api: Api) -> None:
    held(api)
    sheet, other = signed(api), waiting(api)
    ask = {"agent": TOMASZ, "read_back": "Mine."}
    path = f"/v1/shifts/{sheet['id']}/items/{other['id']}/acknowledge"
    assert api.http.post(path, json=ask).status_code == 404
    sign = {"agent": INES, "to": TOMASZ, "assign": [{"handoff_id": other["id"], "to": MEI}]}
    assert api.http.post(f"/v1/shifts/{sheet['id']}/sign", json=sign).status_code == 404


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
    assert api.http.get("/v1/rotas").json()["rotas"] == [rota]


def eventually(api: Api, found: Callable[[], list[Json]]) -> list[Json]:
    """What the worker's clock makes within ten seconds."""
    deadline = time.monotonic() + 10
    while not (made := found()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return made


def test_the_worker_makes_the_sheet_before_the_shift_ends_once(api: Api) -> None:
    held(api)
    a_rota(api, ends_in=10, sheet_minutes=15)
    (sheet,) = eventually(api, lambda: api.http.get("/v1/shifts").json()["items"])
    assert (sheet["outgoing"], sheet["incoming"], sheet["state"]) == (INES, [TOMASZ], "drafted")
    a_rota(api, ends_in=10, sheet_minutes=15)
    assert made(api, rota="nights", outgoing=INES)["id"] == sheet["id"]


def test_a_sheet_that_nobody_took_over_in_time_is_told_once(api: Api) -> None:
    held(api)
    a_rota(api, ends_in=0.03, overdue_minutes=0, sheet_minutes=1)
    late = eventually(api, lambda: [one for one in events(api) if one["facts"].get("overdue")])
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
    assert stranger.get("/v1/shifts").json()["items"] == stranger.get("/v1/rotas").json()["rotas"] == []
