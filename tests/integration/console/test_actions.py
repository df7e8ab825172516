"""What an operator does with a handoff: through plain forms, fenced by the token that the page was written with."""

import re

import pytest

from tests.builders.console import Browser, signed_in, text_of
from tests.builders.handoffs import act, claim, read, waiting
from tests.builders.memories import remember
from tests.builders.operators import an_operator
from tests.builders.queues import a_queue
from tests.builders.requests import Json
from tests.builders.sessions import a_session, session_of
from tests.conftest import Api

pytestmark = pytest.mark.usefixtures("worker")

ASK = "Please refund the $100 that account ACC-4521 was overcharged"


def of(handoff: Json, verb: str = "") -> str:
    return f"/handoffs/{handoff['id']}" + (f"/{verb}" if verb else "")


def held(api: Api, ann: Browser, **changes: object) -> tuple[Json, int]:
    """A handoff that Ann claimed in the console, and her token."""
    handoff = waiting(api, a_session(api, ASK), **changes)
    ann.done(of(handoff, "claim"))
    return handoff, token_of(api, ann, handoff)


def taken(api: Api, ann: Browser, **changes: object) -> tuple[Json, int]:
    """A handoff that Ann accepted in the console, and her token."""
    handoff, token = held(api, ann, **changes)
    ann.done(of(handoff, "accept"), token=token)
    return read(api, handoff), token


def token_of(api: Api, ann: Browser, handoff: Json) -> int:
    page = ann.page(of(handoff))
    return int(page.partition('name="token" value="')[2].partition('"')[0])


def test_claiming_holds_it_for_as_long_as_the_queue_says(api: Api, ann: Browser) -> None:
    a_queue(api, lease_seconds=600)
    handoff = waiting(api)

    page = ann.done(of(handoff, "claim"))

    assert "Reserved for you" in text_of(page)
    assert (read(api, handoff)["state"], read(api, handoff)["holder"]) == ("claimed", "human:ann")
    assert 'data-heartbeat="600"' in page


def test_keeping_prolongs_the_hold_with_and_without_javascript(api: Api, ann: Browser) -> None:
    handoff, token = held(api, ann)
    first = read(api, handoff)["lease_until"]

    assert "still reserved for you" in ann.done(of(handoff, "keep"), token=token)
    assert ann.submit(of(handoff, "keep"), token=token, quiet=1).status_code == 204
    assert read(api, handoff)["lease_until"] > first


def test_a_second_page_of_the_same_person_keeps_the_hold_of_the_first(api: Api, ann: Browser) -> None:
    handoff, token = held(api, ann)
    assert "Reserved for you" in text_of(ann.done(of(handoff, "claim")))
    assert token_of(api, ann, handoff) == token


def test_a_page_of_a_hold_that_was_lost_changes_nothing(api: Api, ann: Browser) -> None:
    handoff, token = held(api, ann)
    act(api, handoff, "release", token=token)
    claim(api, handoff, "human:bob")

    assert "out of date" in ann.refused(of(handoff, "accept"), token=token)
    assert ann.submit(of(handoff, "keep"), token=token, quiet=1).status_code == 409
    assert read(api, handoff)["holder"] == "human:bob"


def test_accepting_stays_on_the_page_which_has_the_conversation_and_a_reply_box(api: Api, ann: Browser) -> None:
    handoff = waiting(api, a_session(api, ASK))

    page = ann.done(of(handoff, "accept"))

    session = read(api, handoff)["target_session_id"]
    assert session_of(api, session)["agent"] == "human:ann"
    assert f'action="/console/handoffs/{handoff["id"]}/say"' in page
    assert "You are now answering this customer." in text_of(page)


def test_a_read_back_that_differs_is_shown_beside_the_brief_and_can_be_confirmed(api: Api, ann: Browser) -> None:
    handoff = waiting(api, a_session(api, ASK))
    said = "Refund $900 to account ACC-4521"

    page = ann.refused(of(handoff, "accept"), read_back=said)

    assert "$900" in text_of(page)
    assert "You said The brief has" in text_of(page)
    assert re.search(r"\$100 Customer \d\d:\d\d : Please refund the \$100 .+ Message 1", text_of(page))
    assert f">{said}</textarea>" in page
    assert read(api, handoff)["state"] == "ready"
    ann.done(of(handoff, "accept"), read_back=said, confirm_read_back="true")
    assert read(api, handoff)["read_back"]["contradictions"]


def test_a_queue_can_ask_for_a_read_back(api: Api, ann: Browser) -> None:
    a_queue(api, read_back_required=True)
    handoff = waiting(api, a_session(api, ASK))

    assert "Say in one sentence" in ann.refused(of(handoff, "accept"))
    ann.done(of(handoff, "accept"), read_back="Refund the $100 of ACC-4521")
    assert read(api, handoff)["state"] == "accepted"


def test_declining_an_offer_keeps_it_for_others(api: Api, ann: Browser) -> None:
    handoff = waiting(api)
    act(api, handoff, "offer", to="human:ann", seconds=600)

    assert "Declined" in ann.done(of(handoff, "decline"))
    assert read(api, handoff)["offered_to"] is None


def test_releasing_gives_it_back_to_the_queue(api: Api, ann: Browser) -> None:
    handoff, token = held(api, ann)
    ann.done(of(handoff, "release"), token=token)

    assert (read(api, handoff)["state"], read(api, handoff)["level"]) == ("ready", 1)


def test_a_lead_offers_it_to_a_colleague_and_an_operator_may_not(api: Api, ann: Browser) -> None:
    handoff = waiting(api)
    lead = signed_in(api, "lee", role="lead")

    assert "takes the role lead" in ann.refused(of(handoff, "offer"), 403, to="human:ann")
    lead.done(of(handoff, "offer"), to="human:ann")
    assert read(api, handoff)["offered_to"] == "human:ann"


def test_an_operator_does_not_take_what_others_work_and_a_lead_does(api: Api, ann: Browser) -> None:
    handoff = waiting(api, skills=["spanish"])
    lead = signed_in(api, "lee", role="lead")

    assert "needs the skill spanish" in ann.refused(of(handoff, "claim"), 403)
    lead.done(of(handoff, "claim"))
    assert read(api, handoff)["holder"] == "human:lee"


def test_asking_the_source_waits_and_the_answer_is_shown(api: Api, ann: Browser) -> None:
    handoff, token = held(api, ann)
    ann.done(of(handoff, "ask"), token=token, question="Which invoice is it about?")
    act(api, handoff, "answer", agent="tier1-bot", answer="Invoice INV-2031")

    shown = text_of(ann.page(of(handoff)))

    assert "Which invoice is it about?" in shown
    assert "Invoice INV-2031" in shown


def test_an_empty_field_is_named_and_what_was_typed_stays(api: Api, ann: Browser) -> None:
    handoff, token = held(api, ann)

    page = ann.refused(of(handoff, "transfer"), 422, token=token, to="queue:fraud", reason="")

    assert "Reason: Fill this in." in text_of(page)
    assert 'value="queue:fraud"' in page


def test_transferring_a_claimed_one_sends_the_same_brief_on(api: Api, ann: Browser) -> None:
    handoff, token = held(api, ann)
    ann.done(of(handoff, "transfer"), token=token, to="queue:fraud", reason="The card was used in Lima")

    assert (read(api, handoff)["state"], read(api, handoff)["to"]) == ("ready", "queue:fraud")


def test_transferring_an_accepted_one_makes_a_handoff_from_its_session(api: Api, ann: Browser) -> None:
    handoff, token = taken(api, ann)
    ann.done(of(handoff, "transfer"), token=token, to="queue:fraud", reason="The card was used in Lima")

    onward = api.http.get("/v1/handoffs", params={"session_id": handoff["target_session_id"]}).json()["items"]
    assert [one["to"] for one in onward] == ["queue:fraud"]


def test_returning_tells_the_source_what_to_do(api: Api, ann: Browser) -> None:
    handoff, token = taken(api, ann)

    assert "Returned to tier1-bot" in ann.done(of(handoff, "return"), token=token, instruction="Ask for the order")
    onward = api.http.get("/v1/handoffs", params={"session_id": handoff["target_session_id"]}).json()["items"]
    assert onward[0]["returns_id"] == handoff["id"]


def test_snoozing_sets_it_aside_and_waking_brings_it_back(api: Api, ann: Browser) -> None:
    handoff, token = taken(api, ann)
    ann.done(of(handoff, "snooze"), token=token, until="2100-01-01T08:00:00+00:00")
    assert read(api, handoff)["snoozed_until"] is not None
    assert ", or until the customer writes" in text_of(ann.page(of(handoff)))

    ann.done(of(handoff, "snooze"), token=token)
    assert read(api, handoff)["snoozed_until"] is None


def test_a_case_is_snoozed_until_a_time_of_the_operators_own_zone(api: Api) -> None:
    ann = signed_in(api, zone="Asia/Tokyo")
    handoff, token = taken(api, ann)
    ann.done(of(handoff, "snooze"), token=token, at="2100-01-02T08:30")
    assert read(api, handoff)["snoozed_until"] == "2100-01-01T23:30:00Z"
    assert "Enter a day and a time." in ann.refused(of(handoff, "snooze"), 422, token=token, at="soon")


def test_resolving_closes_it_and_the_note_becomes_a_memory(api: Api, ann: Browser) -> None:
    handoff, token = taken(api, ann)
    ann.done(of(handoff, "resolve"), token=token, note="Refunded $100 by hand", unanswered="true")

    kept = api.http.get("/v1/memories", params={"session_id": handoff["target_session_id"]}).json()["items"]
    assert read(api, handoff)["closed_as"] == "resolved"
    assert "Refunded $100 by hand" in [memory["content"] for memory in kept]


def test_a_sum_that_the_brief_does_not_have_is_asked_about_before_a_case_is_resolved(api: Api, ann: Browser) -> None:
    handoff, token = taken(api, ann)
    resolve = of(handoff, "resolve")
    page = ann.refused(resolve, token=token, note="Refunded $149 in RF-991", unanswered="true")
    said = text_of(page)
    assert "Your note has an amount that the brief does not have" in said
    assert "$149" in said
    assert "RF-991" not in said.partition("The brief has")[2].partition("Resolve anyway")[0]
    assert read(api, handoff)["state"] == "accepted"
    assert "149" in text_of(ann.refused(resolve, token=token, note="Refunded 149", unanswered="true"))
    # What was confirmed before stays so.
    assert '<input type="hidden" name="unanswered" value="true">' in page
    ann.done(resolve, token=token, note="Refunded $149 in RF-991", unanswered="true", confirm_note="true")
    assert read(api, handoff)["closed_as"] == "resolved"


def test_consulting_asks_a_colleague_and_keeps_the_conversation(api: Api, ann: Browser) -> None:
    an_operator(api, "bob", presence=None)
    handoff, token = taken(api, ann)
    remember(api, handoff["target_session_id"], "The customer insists", role="agent")
    ann.done(of(handoff, "consult"), token=token, to="human:bob", reason="Is this covered?")

    asked = api.http.get("/v1/handoffs", params={"session_id": handoff["target_session_id"]}).json()["items"]
    assert [(one["to"], one["mode"]) for one in asked] == [("human:bob", "consult")]
    assert session_of(api, handoff["target_session_id"])["owns_conversation"]


def test_only_the_holder_consults(api: Api, ann: Browser) -> None:
    handoff, token = taken(api, ann)

    assert ann.submit(of(handoff, "consult"), token=token + 1, to="human:bob", reason="Hm").status_code == 409


def test_a_line_is_flagged_and_the_flag_taken_back(api: Api, ann: Browser) -> None:
    handoff = waiting(api, a_session(api, ASK))
    ann.done(of(handoff, "flag"), verdict="missing", section="identifiers", should_be="Order 4711")
    flags = api.http.get(f"/v1/handoffs/{handoff['id']}/flags").json()["items"]

    assert "should be Order 4711" in text_of(ann.page(of(handoff)))
    ann.done(of(handoff, "unflag"), flag_id=flags[0]["id"])
    assert "Order 4711" not in ann.page(of(handoff))


def test_colleagues_are_suggested_to_the_holder(api: Api, ann: Browser) -> None:
    an_operator(api, "bob", presence=None, display_name="Bob Ray")
    handoff, _ = held(api, ann)

    assert '<option value="Bob Ray">offline, 0 of' in ann.page(of(handoff))
