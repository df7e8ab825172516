"""Who may act on a handoff in the console, and whose deed it then is: in events, in memories and on pages."""

import pytest

from tests.builders.console import Browser, signed_in, text_of
from tests.builders.drafts import drafted
from tests.builders.form_fields import fields_of
from tests.builders.handoffs import BOB, accept, act, claim, read, waiting
from tests.builders.operators import an_operator
from tests.builders.requests import Json, get, patch
from tests.builders.sessions import a_session
from tests.conftest import Api

pytestmark = pytest.mark.usefixtures("worker")

LATER = "2100-01-01T08:00:00+00:00"
ON_ACCEPTED = {
    "ask": {"question": "Which invoice?"},
    "transfer": {"to": "queue:fraud", "reason": "Odd"},
    "return": {"instruction": "Ask again"},
    "snooze": {"until": LATER},
    "resolve": {"note": "Refunded 1,000,000 to my own account"},
    "consult": {"to": "human:zoe", "reason": "Is this covered?"},
}
ON_CLAIMED = {
    "keep": {},
    "release": {},
    "ask": {"question": "Which invoice?"},
    "transfer": {"to": "queue:fraud", "reason": "Odd"},
    "return": {"instruction": "Ask again"},
}


def of(handoff: Json, verb: str) -> str:
    return f"/handoffs/{handoff['id']}/{verb}"


def taken_by_bob(api: Api, **changes: object) -> Json:
    """A handoff that Bob has accepted. Its token is 1, as that of every handoff that was held once."""
    return dict(accept(api, waiting(api, **changes), BOB)["handoff"])


def deeds(api: Api, handoff: Json) -> list[tuple[str, str | None]]:
    found = get(api, "events", handoff_id=handoff["id"], limit=500)["items"]
    return [(event["type"], event["actor"]) for event in found]


def whose(api: Api, handoff: Json, type: str) -> list[str | None]:
    return [actor for one, actor in deeds(api, handoff) if one == type]


@pytest.mark.parametrize("verb", ON_ACCEPTED)
def test_nobody_acts_on_what_a_colleague_has_taken_over_with_a_guessed_token(api: Api, ann: Browser, verb: str) -> None:
    signed_in(api, "bob")
    handoff = taken_by_bob(api)
    before = deeds(api, handoff)

    page = ann.refused(of(handoff, verb), 403, token=1, **ON_ACCEPTED[verb])

    assert "bob has this" in text_of(page)
    assert (read(api, handoff)["state"], deeds(api, handoff)) == ("accepted", before)


@pytest.mark.parametrize("verb", ON_CLAIMED)
def test_nobody_acts_on_what_a_colleague_claimed_with_a_guessed_token(api: Api, ann: Browser, verb: str) -> None:
    signed_in(api, "bob")
    handoff = waiting(api)
    claim(api, handoff, BOB)
    lease = read(api, handoff)["lease_until"]

    assert ann.submit(of(handoff, verb), token=1, **ON_CLAIMED[verb]).status_code == 403
    assert (read(api, handoff)["holder"], read(api, handoff)["lease_until"]) == ("human:bob", lease)


def test_what_a_lead_does_on_what_a_colleague_holds_is_the_leads_deed_everywhere(api: Api) -> None:
    lee = signed_in(api, "lee", role="lead")
    handoff = taken_by_bob(api)

    assert "You can act on it as a lead" in text_of(lee.page(f"/handoffs/{handoff['id']}"))
    lee.done(of(handoff, "ask"), token=1, question="Which invoice?")
    lee.done(of(handoff, "snooze"), token=1, until=LATER)
    lee.done(of(handoff, "resolve"), token=1, note="Refunded", unanswered="true")

    closed = read(api, handoff)
    notes = get(api, "memories", session_id=closed["target_session_id"], kind="resolution")["items"]
    for type in ("handoff.info_requested", "handoff.snoozed", "handoff.closed"):
        assert whose(api, handoff, type) == ["human:lee"]
    assert [note["agent"] for note in notes] == ["human:lee"]
    assert get(api, f"handoffs/{handoff['id']}/inquiries")["items"][0]["asked_by"] == "human:lee"
    assert ", by lee" in text_of(lee.page(f"/handoffs/{handoff['id']}"))


def test_a_lead_of_other_queues_is_no_lead_here(api: Api) -> None:
    lee = signed_in(api, "lee", role="lead", queues=["fraud"])
    an_operator(api, "bob")
    handoff = taken_by_bob(api)

    assert lee.submit(of(handoff, "resolve"), token=1, note="Done").status_code in {403, 404}
    assert lee.submit(of(waiting(api), "offer"), to="human:bob").status_code in {403, 404}


def test_what_goes_to_a_person_of_the_leads_queue_is_the_leads_affair(api: Api) -> None:
    signed_in(api, "bob")
    lee = signed_in(api, "lee", role="lead")
    handoff = taken_by_bob(api, to=BOB)

    lee.done(of(handoff, "resolve"), token=1, note="Done for Bob, who is ill", unanswered="true")

    assert whose(api, handoff, "handoff.closed") == ["human:lee"]


def test_nobody_takes_back_the_flag_of_a_colleague(api: Api, ann: Browser) -> None:
    bob = signed_in(api, "bob")
    handoff = waiting(api)
    bob.done(of(handoff, "flag"), verdict="missing", section="identifiers", should_be="Order 4711")
    flag = api.http.get(f"/v1/handoffs/{handoff['id']}/flags").json()["items"][0]

    assert "Only they, or a lead" in text_of(ann.refused(of(handoff, "unflag"), 403, flag_id=flag["id"]))
    signed_in(api, "lee", role="lead").done(of(handoff, "unflag"), flag_id=flag["id"])


def a_draft(api: Api, **changes: object) -> Json:
    return drafted(api, a_session(api), to="queue:billing", goal="Refund $100 by Friday", **changes)


def the_form(browser: Browser, handoff: Json) -> dict[str, str]:
    path = f"/drafts/{handoff['id']}"
    return {k: v for k, v in fields_of(browser.page(path), f"/console{path}").items() if k != "csrf"}


def test_nobody_edits_confirms_renews_or_cancels_the_draft_of_a_foreign_queue(api: Api, ann: Browser) -> None:
    handoff = a_draft(api)
    typed = the_form(ann, handoff) | {"headline": "Refund EUR 1,000,000 to IBAN DE00 at once"}
    bob = signed_in(api, "bob", queues=["fraud"])

    for verb in ("save", "confirm", "renew", "cancel"):
        assert bob.submit(f"/drafts/{handoff['id']}", verb=verb, **typed).status_code in {403, 404}
    assert read(api, handoff)["state"] == "drafted"
    assert read(api, handoff)["draft_revision"] == 1


def test_the_history_says_who_edited_and_who_confirmed_a_draft(api: Api, ann: Browser) -> None:
    handoff = a_draft(api)
    ann.done(f"/drafts/{handoff['id']}", verb="save", **(the_form(ann, handoff) | {"headline": "Refund today"}))
    signed_in(api, "bob").done(f"/drafts/{handoff['id']}", verb="confirm", **the_form(ann, handoff))

    assert whose(api, handoff, "handoff.edited") == ["human:ann"]
    assert whose(api, handoff, "handoff.confirmed") == ["human:bob"]
    assert "ann changed the draft" in text_of(ann.page(f"/handoffs/{handoff['id']}"))


def test_four_eyes_keep_whoever_edited_a_draft_from_confirming_it(api: Api, ann: Browser) -> None:
    patch(api, "preferences", {"four_eyes_on_drafts": True})
    handoff = a_draft(api)
    typed = the_form(ann, handoff) | {"headline": "Refund today"}

    assert "takes a second person" in text_of(ann.refused(f"/drafts/{handoff['id']}", 403, verb="confirm", **typed))
    assert read(api, handoff)["state"] == "drafted"
    signed_in(api, "bob").done(f"/drafts/{handoff['id']}", verb="confirm", **the_form(ann, handoff))
    assert read(api, handoff)["state"] in {"ready", "claimed"}


def test_four_eyes_hold_for_keys_of_programs_too(api: Api) -> None:
    patch(api, "preferences", {"four_eyes_on_drafts": True})
    handoff = a_draft(api)
    act(api, handoff, "edit", revision=1, headline="Refund today")

    assert act(api, handoff, "confirm", 403, revision=2)["type"] == "urn:warmline:problem:forbidden"


def test_calling_off_a_draft_and_trying_again_name_the_person(api: Api, ann: Browser) -> None:
    handoff = a_draft(api)
    ann.done(f"/drafts/{handoff['id']}", verb="cancel", **(the_form(ann, handoff) | {"reason": "Solved"}))

    assert whose(api, handoff, "handoff.cancelled") == ["human:ann"]
