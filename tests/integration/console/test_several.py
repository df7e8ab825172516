"""Several at once: what is ticked is snoozed, transferred, resolved, or offered by a lead, each by itself."""

import pytest

from tests.builders.console import Browser, signed_in, text_of
from tests.builders.handoffs import claim, events_of, read, waiting
from tests.builders.operators import an_operator
from tests.builders.requests import Json, get
from tests.builders.sessions import a_session
from tests.conftest import Api

pytestmark = pytest.mark.usefixtures("worker")

TOMORROW = "2099-01-02T08:00:00+00:00"


def taken(api: Api, browser: Browser, *namespaces: str) -> list[Json]:
    """Cases of these customers, all of them the operator's, each with a first reply."""
    cases = [waiting(api, a_session(api, namespace=namespace)) for namespace in namespaces]
    for case in cases:
        browser.done(f"/handoffs/{case['id']}/accept")
        browser.done(f"/handoffs/{case['id']}/say", text="I am on it.", **{"as": "reply"})
    return cases


def ticked(*cases: Json) -> dict[str, str]:
    return {f"ticked-{case['id']}": "on" for case in cases}


def test_those_that_are_ticked_are_snoozed_and_the_others_stay(api: Api, ann: Browser) -> None:
    first, second, third = taken(api, ann, "anna", "bo", "cai")
    page = ann.done("/mine", verb="snooze", until=TOMORROW, **ticked(first, second))
    assert "2 snoozed." in text_of(page)
    assert [read(api, case)["snoozed_until"] is not None for case in (first, second, third)] == [True, True, False]


def test_they_are_transferred_to_a_queue_with_the_reason(api: Api, ann: Browser) -> None:
    cases = taken(api, ann, "anna", "bo")
    ann.done("/mine", verb="transfer", to="fraud", reason="Both look like card testing", **ticked(*cases))
    passed = [one for one in get(api, "handoffs")["items"] if one["to"] == "queue:fraud"]
    assert {one["chain_id"] for one in passed} == {case["chain_id"] for case in cases}
    assert {one["reason"] for one in passed} == {"Both look like card testing"}


def test_they_are_resolved_with_one_note(api: Api, ann: Browser) -> None:
    cases = taken(api, ann, "anna", "bo")
    ann.done("/mine", verb="resolve", note="The outage is over", **ticked(*cases))
    assert [read(api, case)["resolution"] for case in cases] == ["The outage is over"] * 2


def test_one_that_cannot_be_done_is_named_with_why_and_keeps_no_other_from_it(api: Api, ann: Browser) -> None:
    (answered,) = taken(api, ann, "anna")
    unanswered = waiting(api, a_session(api, namespace="bo"))
    ann.done(f"/handoffs/{unanswered['id']}/accept")
    page = ann.refused("/mine", verb="resolve", note="Done", **ticked(answered, unanswered))
    assert "1 of 2 resolved. bo: The customer has not had an answer yet." in text_of(page)
    assert read(api, answered)["state"] == "resolved" or read(api, answered)["closed_as"] == "resolved"
    assert read(api, unanswered)["state"] == "accepted"


def test_what_is_missing_in_the_form_is_told_and_what_was_typed_and_ticked_stays(api: Api, ann: Browser) -> None:
    first, second = taken(api, ann, "anna", "bo")
    page = ann.refused("/mine", verb="transfer", to="nobody-here", reason="They asked for it", **ticked(first))
    assert "0 of 1 transferred. anna: Nobody is called nobody-here." in text_of(page)
    assert 'value="They asked for it"' in page
    assert f'name="ticked-{first["id"]}" checked' in page
    assert f'name="ticked-{second["id"]}" checked' not in page


def test_where_nothing_is_ticked_nothing_is_done(api: Api, ann: Browser) -> None:
    taken(api, ann, "anna", "bo")
    assert "Nothing was selected" in text_of(ann.done("/mine", verb="resolve", note="Done"))


def test_a_colleagues_case_is_not_touched_even_by_a_lead(api: Api, ann: Browser) -> None:
    (case,) = taken(api, ann, "anna")
    lead = signed_in(api, "lea", role="lead")
    page = lead.refused("/mine", verb="resolve", note="Done", **ticked(case))
    assert "ann has this." in text_of(page)
    assert read(api, case)["state"] == "accepted"


def test_one_case_alone_has_no_form_for_several(api: Api, ann: Browser) -> None:
    taken(api, ann, "anna")
    assert "Several at once" not in ann.page("/mine")


def test_a_lead_offers_what_is_ticked_among_what_waits_to_one_colleague(api: Api) -> None:
    an_operator(api, "bob")
    lead = signed_in(api, "lea", role="lead")
    first, second, third = (waiting(api, a_session(api, namespace=name)) for name in ("anna", "bo", "cai"))
    assert '<option value="bob">available, 0 of ' in lead.page("/?to=all")
    page = lead.done("/offers?to=all&sort=newest", colleague="bob", **ticked(first, second))
    assert "2 offered." in text_of(page)
    assert 'value="newest" selected' in page
    assert [read(api, case)["offered_to"] for case in (first, second, third)] == ["human:bob", "human:bob", None]
    assert [event["actor"] for event in events_of(api, first, "offered")] == ["human:lea"]


def test_what_a_lead_cannot_offer_is_named_with_why_and_what_was_typed_and_ticked_stays(api: Api) -> None:
    an_operator(api, "bob")
    lead = signed_in(api, "lea", role="lead")
    taken_meanwhile, *free = (waiting(api, a_session(api, namespace=name)) for name in ("anna", "bo", "cai"))
    claim(api, taken_meanwhile, "human:bob")
    page = lead.refused("/offers?to=all", colleague="bob", **ticked(taken_meanwhile, free[0]))
    assert "1 of 2 offered. anna: bob took this a moment ago" in text_of(page)
    assert 'name="colleague" list="receivers" required maxlength="200" value="bob"' in page
    assert f'name="ticked-{free[0]["id"]}" checked' in page
    assert [read(api, case)["offered_to"] for case in free] == ["human:bob", None]


def test_a_lead_of_other_queues_offers_none_of_them_and_whoever_is_no_lead_has_no_form(api: Api, ann: Browser) -> None:
    an_operator(api, "bob")
    cases = [waiting(api, a_session(api, namespace=name)) for name in ("anna", "bo")]
    assert "Several at once" not in ann.page("/?to=all")
    assert ann.submit("/offers?to=all", colleague="bob", **ticked(*cases)).status_code == 403
    lee = signed_in(api, "lee", role="lead", queues=["fraud"])
    assert lee.submit("/offers?to=all", colleague="bob", **ticked(*cases)).status_code in {403, 404, 409}
    assert [read(api, case)["offered_to"] for case in cases] == [None, None]
