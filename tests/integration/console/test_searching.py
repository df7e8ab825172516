"""Finding cases in the console, closed ones too, and what can be undone."""

import re

import pytest

from tests.builders.console import Browser, signed_in, text_of
from tests.builders.handoffs import accept, read, waiting, written
from tests.builders.operators import an_operator
from tests.builders.requests import Json, get
from tests.builders.sessions import a_session
from tests.conftest import Api

pytestmark = pytest.mark.usefixtures("worker")

ASK = "Please refund the $100 that account ACC-4521 was overcharged"
PARCEL = "Where is my parcel ORD-777?"


def found(browser: Browser, words: str, which: str = "all") -> str:
    return browser.page(f"/search?q={words}&which={which}")


def link_to(handoff: Json) -> str:
    return f'href="/console/handoffs/{handoff["id"]}"'


def resolved(api: Api, ann: Browser, note: str = "Paid by hand") -> Json:
    handoff = waiting(api, a_session(api, ASK))
    token = accept(api, handoff)["claim"]["token"]
    ann.done(f"/handoffs/{handoff['id']}/resolve", token=token, note=note, unanswered="true")
    return dict(read(api, handoff))


@pytest.mark.parametrize("words", ["ACC-4521", "acc-45", "overcharged+refund", "user-dave"])
def test_a_case_is_found_by_its_customer_an_identifier_or_what_was_asked(api: Api, ann: Browser, words: str) -> None:
    handoff = waiting(api, a_session(api, ASK))
    assert link_to(handoff) in found(ann, words)


def test_every_word_must_stand_in_it(api: Api, ann: Browser) -> None:
    handoff = waiting(api, a_session(api, PARCEL))
    assert link_to(handoff) in found(ann, "parcel")
    assert "Nothing found" in text_of(found(ann, "parcel+ACC-4521"))


def test_closed_cases_are_listed_and_found_by_how_they_were_solved(api: Api, ann: Browser) -> None:
    closed, still_open = resolved(api, ann, "A voucher was sent"), waiting(api, a_session(api, PARCEL))
    page = found(ann, "", "closed")
    assert link_to(closed) in page
    assert link_to(still_open) not in page
    assert link_to(closed) in found(ann, "voucher")
    assert link_to(closed) not in found(ann, "", "open")


def test_signs_that_a_search_could_misread_are_letters_like_others(api: Api, ann: Browser) -> None:
    waiting(api, a_session(api, ASK))
    assert "Nothing found" in text_of(found(ann, "%25_%5C"))


def test_cases_of_foreign_queues_are_not_found(api: Api, ann: Browser) -> None:
    signed_in(api, "zoe", queues=["fraud"])
    handoff = waiting(api, a_session(api, ASK), to="queue:fraud")
    assert link_to(handoff) not in found(ann, "ACC-4521")


def test_a_case_is_found_by_what_was_said_in_it_and_the_words_are_quoted_where_they_stand(
    api: Api, ann: Browser
) -> None:
    session = a_session(api, "The little lamp of the router blinks purple", *["It still does"] * 12, ASK)
    handoff = waiting(api, session)
    page = found(ann, "lamp+PURPLE")
    assert link_to(handoff) in page
    assert "The little lamp of the router blinks purple" in text_of(page)
    said = ann.page(re.findall(r'href="/console(/conversations/[^"#]+)', page)[0])
    assert "The little lamp of the router blinks purple" in text_of(said)
    assert link_to(handoff) not in found(ann, "lamp+purple", "closed")
    assert "Nothing found" in text_of(found(ann, "purple+ORD-999"))


def test_capitals_of_any_script_are_found_by_small_letters_and_small_ones_by_capitals(api: Api, ann: Browser) -> None:
    handoff = waiting(api, a_session(api, "Ο ΔΡΟΜΟΣ είναι κλειστός, 100 % sure_thing", ASK))
    for words in ("δρομοσ", "ΔΡΟΜΟΣ", "κλειστός", "sure_thing", "100"):
        assert link_to(handoff) in found(ann, words)
    assert link_to(handoff) not in found(ann, "sureXthing")


def test_what_was_said_in_a_case_of_a_foreign_queue_is_not_found(api: Api, ann: Browser) -> None:
    signed_in(api, "zoe", queues=["fraud"])
    handoff = waiting(api, a_session(api, "The little lamp blinks purple", ASK), to="queue:fraud")
    assert link_to(handoff) not in found(ann, "purple")


def test_nobody_finds_out_a_secret_by_looking_for_it(api: Api, ann: Browser) -> None:
    said = a_session(api, "I wrote to you about the purple lamp", "My PIN is 83521, my password is Wombat77zebra")
    handoff = waiting(api, said)
    assert link_to(handoff) in found(ann, "purple")
    for secret in ("83521", "Wombat77zebra"):
        assert "Nothing found" in text_of(found(ann, secret))


def test_resolving_what_nobody_answered_asks_first_and_changes_nothing(api: Api, ann: Browser) -> None:
    handoff = waiting(api, a_session(api, ASK))
    token = accept(api, handoff)["claim"]["token"]
    address = f"/handoffs/{handoff['id']}"
    page = ann.refused(f"{address}/resolve", token=token, note="Paid")
    assert "has not had an answer yet" in text_of(page)
    assert "Resolve without a reply" in page
    assert read(api, handoff)["state"] == "accepted"
    ann.done(f"{address}/say", text="It is paid.", **{"as": "reply"})
    ann.done(f"{address}/resolve", token=token, note="Paid")
    assert read(api, handoff)["closed_as"] == "resolved"


def test_resolving_asks_too_where_the_customer_wrote_to_an_earlier_agent_of_the_chain(api: Api, ann: Browser) -> None:
    first = waiting(api, a_session(api, ASK), to="refund-bot")
    handoff = waiting(api, accept(api, first, "refund-bot")["session"]["id"])
    token = accept(api, handoff)["claim"]["token"]
    page = ann.refused(f"/handoffs/{handoff['id']}/resolve", token=token, note="Paid")
    assert "has not had an answer yet" in text_of(page)


def test_whoever_has_just_resolved_a_case_can_open_it_again_at_once(api: Api, ann: Browser) -> None:
    handoff = waiting(api, a_session(api, ASK))
    token = accept(api, handoff)["claim"]["token"]
    page = ann.done(f"/handoffs/{handoff['id']}/resolve", token=token, note="Done", unanswered="true")
    assert "You have just resolved the case of user-dave . Reopen" in text_of(page)
    assert f'action="/console/handoffs/{handoff["id"]}/reopen"' in page
    assert "You have just resolved" not in text_of(signed_in(api, "bob").page(f"/mine?resolved={handoff['id']}"))
    assert "You have just resolved" not in text_of(ann.page(f"/mine?resolved={waiting(api)['id']}"))


def test_what_was_resolved_is_reopened_for_whoever_asks(api: Api, ann: Browser) -> None:
    handoff = resolved(api, ann)
    page = ann.done(f"/handoffs/{handoff['id']}/reopen")
    assert "Reopened for you" in text_of(page)
    again = get(api, "handoffs", session_id=handoff["target_session_id"])["items"][0]
    assert written(api, again)["to"] == "human:ann"
    assert "nothing was changed" in text_of(ann.refused(f"/handoffs/{again['id']}/reopen"))


def test_advice_that_nobody_gives_yet_is_called_off(api: Api, ann: Browser) -> None:
    an_operator(api, "bob", presence=None, display_name="Bob Ray")
    handoff = waiting(api, a_session(api, ASK))
    token = accept(api, handoff)["claim"]["token"]
    ann.done(f"/handoffs/{handoff['id']}/consult", token=token, to="Bob Ray", reason="Is this covered?")
    asked = get(api, "handoffs", session_id=read(api, handoff)["target_session_id"])["items"][0]
    page = ann.done(f"/handoffs/{asked['id']}/call-off")
    assert "Called off." in text_of(page)
    assert "Advice from" not in text_of(page)
    assert read(api, handoff)["state"] == "accepted"
