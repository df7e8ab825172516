"""Reading a signed sheet back: items are taken over one by one, and what is not stays with whoever goes."""

from uuid import UUID

import pytest

from tests.builders.handoffs import accept, act, claim, read as read_handoff, waiting
from tests.builders.requests import post
from tests.builders.sessions import session_of
from tests.builders.shifts import (
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
from tests.conftest import Api, TenantKey
from warmline_memory.shifts import ending
from warmline_memory.storage.database import Database

pytestmark = pytest.mark.usefixtures("worker")


def test_a_whole_shift_change_goes_item_by_item(api: Api) -> None:
    a_rota(api)
    mine = [held(api, "If the refund fails, call the duty manager."), held(api)]
    sheet = written(api, do(api, made(api, rota="nights"), "sign", 202, agent=INES))
    assert sheet["incoming"] == [TOMASZ]
    after_one = take(api, sheet, sheet["items"][0])
    assert (states(after_one), after_one["red"], after_one["state"]) == (["acknowledged", "waiting"], 1, "signed")
    after_all = take(api, sheet, sheet["items"][1])
    assert (after_all["state"], after_all["red"], after_all["completeness"]) == ("taken_over", 0, 0.6)
    assert not any(session_of(api, one["target_session_id"])["owns_conversation"] for one in mine)
    assert [session_of(api, item["session_id"])["agent"] for item in after_all["items"]] == [TOMASZ, TOMASZ]
    told = ["shift.due", "shift.signed", "shift.item_acknowledged", "shift.item_acknowledged", "shift.taken_over"]
    assert [event["type"] for event in events(api)] == told


def test_the_read_back_is_the_fifth_part(api: Api) -> None:
    held(api)
    sheet = signed(api)
    (before,) = sheet["items"]
    (after,) = take(api, sheet, before, read_back="A refund is owed.")["items"]
    assert (before["completeness"], after["completeness"]) == (0.4, 0.6)
    assert lines(after, "synthesis") == ["A refund is owed."]


def test_a_read_back_that_contradicts_the_brief_must_be_confirmed(api: Api) -> None:
    held(api)
    sheet = signed(api)
    (item,) = sheet["items"]
    wrong = {"agent": TOMASZ, "read_back": "ACC-9999 was charged $750."}
    verb = f"items/{item['handoff_id']}/acknowledge"
    answer = refused(api, sheet, verb, **wrong)
    assert (answer["type"], bool(answer["contradictions"])) == ("read-back-contradicts", True)
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
    assert refused(api, sheet, verb, agent=TOMASZ, read_back="I take it.")["type"] == "sheet-state"
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        ending.follow(db, UUID(sheet["id"]))
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
        ending.follow(db, UUID(sheet["id"]))
    assert read(api, sheet)["state"] == "taken_over"


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
