"""The queue and the handoff page: what they show, to whom, and that nothing in them is more than text."""

import re
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.builders.console import Markup, signed_in, text_of
from tests.builders.handoffs import accepted, act, claim, waiting
from tests.builders.hostile_texts import HOSTILE
from tests.builders.memories import remember
from tests.builders.operators import an_operator
from tests.builders.queues import a_queue
from tests.builders.requests import post
from tests.builders.sessions import a_session
from tests.builders.waits import eventually
from tests.builders.whole_words import says
from tests.conftest import Api, TenantKey
from warmline_api.console.desk import lists

pytestmark = pytest.mark.usefixtures("worker")

ASK = "Please refund the $100 that account ACC-4521 was overcharged"
OFFERED, LATE, URGENT = (
    f"Please refund the {amount} of my {which} invoice"
    for which, amount in (("first", "$10"), ("second", "$20"), ("third", "$30"))
)


def test_what_waits_in_ones_queue_is_shown_with_its_ask_its_reason_and_why_it_is_ones_own(api: Api) -> None:
    waiting(api, a_session(api, ASK), reason_code="complex_billing_dispute", urgency="high", skills=["refunds"])

    shown = text_of(signed_in(api, skills=["refunds"]).page("/"))

    assert all(part in shown for part in ("user-dave", ASK, "Complex billing dispute", "high", "Yours: queue billing"))
    assert "Yours: queue billing, skill refunds" in shown
    assert "For you 1" in shown


def test_what_one_cannot_take_is_under_all_and_not_under_for_you(api: Api) -> None:
    waiting(api, skills=["spanish"])
    browser = signed_in(api)

    assert "Nothing waits for you" in text_of(browser.page("/"))
    assert "user-dave" in text_of(browser.page("/?to=all"))


def test_nothing_of_another_tenant_is_shown(
    api: Api, new_tenant: Callable[[], TenantKey], client_of: Callable[[TenantKey], Api]
) -> None:
    handoff = waiting(api)
    stranger = signed_in(client_of(new_tenant()))

    assert "user-dave" not in stranger.page("/?to=all")
    assert stranger.get(f"/handoffs/{handoff['id']}").status_code == 404
    assert stranger.submit(f"/handoffs/{handoff['id']}/claim").status_code == 404


def test_the_next_broken_promise_comes_first_and_then_what_is_more_urgent(api: Api) -> None:
    a_queue(api, "billing", promises={"accept_seconds": 3_600})
    a_queue(api, "fraud", promises={"accept_seconds": 60})
    for name, to in (("later", "queue:billing"), ("sooner", "queue:fraud")):
        waiting(api, a_session(api, f"Please send it {name}"), to=to)

    page = signed_in(api, queues=["billing", "fraud"]).page("/")

    assert page.index("Please send it sooner") < page.index("Please send it later")


def test_what_is_late_comes_before_an_offer(api: Api) -> None:
    ann = signed_in(api, queues=["billing", "fraud"])
    act(api, waiting(api, a_session(api, OFFERED)), "offer", to="human:ann", seconds=600)
    a_queue(api, "fraud", promises={"accept_seconds": 1})
    waiting(api, a_session(api, LATE), to="queue:fraud", urgency="low")

    page = eventually(lambda: ann.page("/"), lambda page: page.index(LATE) < page.index(OFFERED))

    assert "offered to you" in page


def test_an_offer_comes_before_everything_that_is_not_late(api: Api) -> None:
    ann = signed_in(api, queues=["billing", "fraud"])
    a_queue(api, "fraud", promises={"accept_seconds": 60})
    waiting(api, a_session(api, URGENT), to="queue:fraud", urgency="critical")
    offered = waiting(api, a_session(api, OFFERED))
    act(api, offered, "offer", to="human:ann", seconds=600)

    page = ann.page("/")

    assert page.index(OFFERED) < page.index(URGENT)
    assert "offered to you" in page


def test_a_list_tells_a_page_at_a_time(api: Api) -> None:
    browser = signed_in(api)

    assert "Nothing waits here" in text_of(browser.page("/?to=queue:billing&page=2"))


def test_mine_tells_apart_what_is_in_work_held_asked_and_set_aside(api: Api) -> None:
    handoff, token = accepted(api)
    act(api, handoff, "snooze", token=token, until="2100-01-01T00:00:00Z")
    claim(api, waiting(api))

    shown = text_of(signed_in(api).page("/mine"))

    assert "Reserved, not yet taken over 1" in shown
    assert "Snoozed 1" in shown
    assert "In work" not in shown


def test_presence_is_switched_in_the_header(api: Api) -> None:
    browser = signed_in(api)

    assert "You are available" in browser.done("/presence", presence="available", next="/console/")
    assert api.http.get("/v1/operators/ann").json()["presence"] == "available"


def test_the_handoff_page_shows_the_brief_with_a_link_to_the_memory_behind_every_line(api: Api) -> None:
    session = a_session(api, ASK)
    memory = remember(api, session, "The invoice is INV-77, and I verified my identity already")
    handoff = waiting(api, session, goal="Refund $100")

    page = signed_in(api).page(f"/handoffs/{handoff['id']}")

    assert f'href="/console/handoffs/{handoff["id"]}?at={memory["id"]}#m-{memory["id"]}"' in page
    assert all(part in text_of(page) for part in (ASK, "INV-77", "Refund $100", "tier1-bot → to queue billing"))


def test_the_handoff_page_shows_outcomes_as_words(api: Api) -> None:
    session = a_session(api, ASK)
    action = {"name": "refund", "arguments": {"amount": 100}, "result": {"error": "limit"}, "outcome": "failed"}
    post(api, "memories", {"session_id": session, "kind": "action", "action": action}, 201)

    page = signed_in(api).page(f"/handoffs/{waiting(api, session)['id']}")

    assert 'badge badge--failed"><svg' in page
    assert "failed refund" in text_of(page)


def test_what_was_kept_since_the_brief_is_on_top(api: Api) -> None:
    session = a_session(api, ASK)
    handoff = waiting(api, session, mode="warm")
    remember(api, session, "One more thing: cancel my plan, too")

    shown = text_of(signed_in(api).page(f"/handoffs/{handoff['id']}"))

    assert "1 new since the brief" in shown
    assert "cancel my plan" in shown


def test_what_was_kept_since_the_brief_shows_no_secret(api: Api) -> None:
    session = a_session(api, ASK)
    remember(api, session, "May I have your PIN?", role="agent")
    handoff = waiting(api, session, mode="warm")
    remember(api, session, "It is 4471, and my plan is Basic")

    shown = text_of(signed_in(api).page(f"/handoffs/{handoff['id']}"))

    assert "my plan is Basic" in shown
    assert not says(shown, "4471")


def test_the_history_says_who_did_what(api: Api) -> None:
    handoff = waiting(api)
    claim(api, handoff, "human:bob")

    shown = text_of(signed_in(api).page(f"/handoffs/{handoff['id']}"))

    assert "bob reserved it" in shown
    assert "bob has reserved it" in shown


def test_what_the_source_is_to_tell_of_a_wait_stands_as_that_and_in_the_operators_time(api: Api) -> None:
    """Nobody knows whether the customer heard of it."""
    ann = signed_in(api, zone="Asia/Kolkata")
    handoff = waiting(api, a_session(api, ASK))
    at = datetime.fromisoformat(handoff["notice"]["at"]).astimezone(ZoneInfo("Asia/Kolkata"))

    shown = text_of(ann.page(f"/handoffs/{handoff['id']}"))

    assert f"tier1-bot was told {at:%H:%M} , to tell the customer: “{handoff['notice']['message']}”" in shown


def test_no_text_of_a_customer_becomes_more_than_text(api: Api) -> None:
    browser = signed_in(api)
    odd = [waiting(api, a_session(api, said), reason=said[:2_000].strip()) for said in HOSTILE if "<" in said]
    dangerous = {"script", "style", "iframe", "img", "base", "meta", "link", "object"}
    plain = ["img", *["link"] * 3, *["meta"] * 3, "script"]

    for path in ("/?to=all", *(f"/handoffs/{one['id']}" for one in odd)):
        found = Markup(browser.page(path)).found
        assert sorted(tag for tag, _ in found if tag in dangerous) == plain, path
        assert not [names for _, names in found if any(name.startswith("on") or name == "style" for name in names)]


def test_people_queues_languages_and_causes_stand_by_their_titles_and_quotes_in_their_language(api: Api) -> None:
    a_queue(api, "billing", title="Billing desk")
    said = "Bitte erstatten Sie die 100 Euro, die von Konto ACC-4521 zu viel abgebucht wurden"
    session = a_session(api, said)
    given = {"language": "de", "urgency": "high", "mode": "warm"}
    waiting(api, session, reason_code="kb_search_unsuccessful_customer_requests_transfer", **given)

    page = signed_in(api, languages=["de"]).page("/")

    assert all(part in text_of(page) for part in ("No help article found", "bot still answering"))
    assert 'title="Yours: Billing desk, German"' in page
    assert f'<span dir="auto" lang="de">{said}</span>' in page


def test_the_history_is_sentences_without_times_for_machines_or_codes(api: Api) -> None:
    an_operator(api, "tom", display_name="Tom Baker", presence=None)
    handoff = waiting(api)
    act(api, handoff, "offer", to="human:tom", seconds=600)

    shown = text_of(signed_in(api).page(f"/handoffs/{handoff['id']}")).partition("History")[2]

    assert "offered to Tom Baker until" in shown
    assert not re.search(r"human:|T\d\d:\d\d:|\+00:00|_", shown)


def test_a_list_is_narrowed_by_urgency_and_language_and_says_where_nothing_is_of_that_kind(api: Api) -> None:
    waiting(api, a_session(api, namespace="anna"), urgency="high", language="de-AT")
    waiting(api, a_session(api, namespace="bertil"), urgency="low", language="sv")
    browser = signed_in(api)

    def named(address: str) -> set[str]:
        return {name for name in ("anna", "bertil") if name in text_of(browser.page(address))}

    assert named("/?urgency=&language=&sort=due") == {"anna", "bertil"}
    assert named("/?urgency=high") == {"anna"}
    assert named("/?to=all&language=sv") == {"bertil"}
    assert named("/?language=de") == {"anna"}
    assert "Nothing of that kind waits here" in text_of(browser.page("/?urgency=high&language=sv"))


def test_the_languages_to_choose_from_are_those_of_cases_that_the_operator_sees(api: Api) -> None:
    waiting(api, a_session(api, namespace="anna"), language="de-AT")
    waiting(api, a_session(api, namespace="bertil"), language="en")
    waiting(api, a_session(api, namespace="carla"), to="queue:fraud", language="sv")
    shown = text_of(signed_in(api, queues=["billing"]).page("/?to=all"))
    assert "German English" in shown
    assert "Swedish" not in shown


def test_a_list_begins_with_what_came_last_or_waits_longest_where_that_is_chosen(api: Api) -> None:
    for namespace in ("first", "second", "third"):
        waiting(api, a_session(api, namespace=namespace))
    browser = signed_in(api)

    def order(sort: str) -> list[str]:
        return re.findall(r'class="ticket-link"[^>]*>(\w+)<', browser.page(f"/?sort={sort}"))

    assert order("oldest") == ["first", "second", "third"]
    assert order("newest") == ["third", "second", "first"]


def test_further_pages_are_of_the_same_part_of_the_list(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warmline_memory.desk.lists.LIST_LIMIT", 1)
    for namespace in ("anna", "bertil"):
        waiting(api, a_session(api, namespace=namespace), urgency="high")
    page = signed_in(api).page("/?to=all&urgency=high&sort=newest")
    assert 'href="/console/?to=all&amp;urgency=high&amp;sort=newest&amp;page=2"' in page


def test_more_lists_than_a_menu_holds_are_a_field_to_choose_one_in(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("billing", "fraud"):
        a_queue(api, name)
        waiting(api, to=f"queue:{name}")
    browser = signed_in(api, queues=["billing", "fraud"])
    monkeypatch.setattr(lists, "MOST_TABS", 0)

    assert 'href="/console/?to=queue%3Afraud"' in browser.page("/?to=all")
    monkeypatch.setattr(lists, "MOST_IN_MENU", 1)
    page = browser.page("/?to=all")

    assert 'href="/console/?to=queue%3Afraud"' not in page
    # Of its name alone, so that a browser finds it by its first letters.
    assert '<optgroup label="Queues">' in page
    assert '<option value="queue:fraud">fraud (1)</option>' in page
    assert "2 more lists" in text_of(page)
