"""The page on which a case is worked: conversation and reply box, brief and actions together, before and after it is
taken over."""

import pytest

from tests.builders.console import Browser, text_of
from tests.builders.form_fields import fields_of
from tests.builders.handoffs import accept, act, read, waiting, written
from tests.builders.memories import remember
from tests.builders.operators import an_operator
from tests.builders.queues import a_queue
from tests.builders.requests import Json, get, post
from tests.builders.sessions import a_session, started
from tests.conftest import Api

pytestmark = pytest.mark.usefixtures("worker")

ASK = "Please refund the $100 that account ACC-4521 was overcharged"
TOMORROW = "2099-01-02T08:00:00+00:00"


def of(handoff: Json, verb: str = "") -> str:
    return f"/handoffs/{handoff['id']}" + (f"/{verb}" if verb else "")


def taken(api: Api, ann: Browser, *contents: str) -> Json:
    handoff = waiting(api, a_session(api, *(contents or (ASK,))))
    ann.done(of(handoff, "accept"))
    return dict(read(api, handoff))


def said_in(api: Api, handoff: Json) -> list[Json]:
    return list(get(api, "memories", session_id=handoff["target_session_id"])["items"])


def many_turns(api: Api, session: str, count: int) -> list[str]:
    asks = [{"session_id": session, "content": f"turn number {n}", "role": "user"} for n in range(count)]
    return [one["id"] for one in post(api, "memories/batch", {"memories": asks}, 201)["memories"]]


def test_it_is_the_same_page_before_and_after_with_brief_conversation_and_actions(api: Api, ann: Browser) -> None:
    handoff = waiting(api, a_session(api, ASK))
    before = ann.page(of(handoff))
    after = ann.done(of(handoff, "accept"))
    for page in (before, after):
        assert all(part in page for part in ('aria-label="Brief"', 'aria-label="Conversation"', 'id="actions"'))
    assert before.index('aria-label="Brief"') < before.index('aria-label="Conversation"')
    assert after.index('aria-label="Conversation"') < after.index('aria-label="Brief"')


def test_the_title_of_page_and_tab_is_the_customer(api: Api, ann: Browser) -> None:
    handoff = taken(api, ann)
    page = ann.page(of(handoff))
    assert f"<title>{handoff['namespace']} · Warmline</title>" in page
    assert f"<title>{handoff['namespace']} · Warmline</title>" in ann.page(
        f"/conversations/{handoff['source_session_id']}"
    )


def test_a_reply_is_sent_from_it_and_stands_in_its_conversation(api: Api, ann: Browser) -> None:
    handoff = taken(api, ann)
    page = ann.done(of(handoff, "say"), text="We refund the $100 today.", **{"as": "reply"})
    assert "We refund the $100 today." in text_of(page)
    assert [(one["role"], one["agent"]) for one in said_in(api, handoff)[:1]] == [("agent", "human:ann")]


def test_a_reply_that_is_refused_stays_in_its_field(api: Api, ann: Browser) -> None:
    handoff = waiting(api, a_session(api, ASK))
    accept(api, handoff, "human:bob")
    page = ann.refused(of(handoff, "say"), text="I was faster", **{"as": "reply"})
    assert fields_of(page, f"/console{of(handoff, 'say')}")["text"] == "I was faster"


def test_where_there_is_no_customer_nothing_speaks_of_one(api: Api, ann: Browser) -> None:
    session = str(started(api)["id"])
    remember(api, session, "The queue of payments is full", role="agent")
    handoff = waiting(api, session)
    assert "It is yours now." in text_of(ann.done(of(handoff, "accept")))
    page = ann.done(of(handoff, "say"), text="Restarted the consumer.", **{"as": "reply"})
    assert "Written down." in text_of(page)
    assert "customer's channel" not in page


def test_the_address_of_the_conversation_leads_to_it(api: Api, ann: Browser) -> None:
    handoff = taken(api, ann)
    memory = said_in(api, {"target_session_id": handoff["source_session_id"]})[0]["id"]
    answer = ann.http.get(f"/console/conversations/{handoff['target_session_id']}?at={memory}")
    assert answer.headers["location"] == f"/console{of(handoff)}?at={memory}"


def test_what_branched_off_keeps_a_page_of_its_own(api: Api, ann: Browser) -> None:
    handoff = taken(api, ann)
    branch = act(api, handoff, "accept", 201, agent="human:ann", mode="branch")["session"]["id"]
    assert ann.http.get(f"/console/conversations/{branch}").status_code == 200


def test_a_long_conversation_begins_at_its_end_and_what_was_earlier_is_a_link_away(api: Api, ann: Browser) -> None:
    handoff = taken(api, ann)
    ids = many_turns(api, handoff["target_session_id"], 200)
    page = ann.page(of(handoff))
    assert f'id="m-{ids[-1]}"' in page
    assert f'id="m-{ids[100]}"' not in page
    first = next(one for one in ids if f'id="m-{one}"' in page)
    earlier = ann.page(f"{of(handoff)}?before={first}")
    assert f'href="/console{of(handoff)}?before={first}"' in page
    assert f'id="m-{ids[ids.index(first) - 1]}"' in earlier


def test_a_slot_that_says_what_its_text_says_stands_once(api: Api, ann: Browser) -> None:
    session = a_session(api, ASK)
    remember(api, session, "invoice: INV-4188", role=None, slot={"name": "invoice", "value": "INV-4188"})
    remember(api, session, "Paid with INV-5000 yesterday", role=None, slot={"name": "receipt", "value": "INV-5000"})
    page = "<main" + ann.page(of(waiting(api, session))).partition('id="thread"')[2].partition("</section>\n<")[0]
    shown = page.partition('class="say"')[0].partition('class="turn-brief"')[0]
    assert text_of(shown).count("INV-4188") == 1
    assert "Paid with INV-5000 yesterday" in text_of(page)


def test_what_a_tool_answered_is_folded(api: Api, ann: Browser) -> None:
    session = a_session(api, ASK)
    action = {"name": "refund", "arguments": {"amount": "$100"}, "result": {"ok": False}, "outcome": "failed"}
    post(api, "memories", {"session_id": session, "kind": "action", "action": action}, 201)
    page = ann.page(of(waiting(api, session)))
    folded = page.partition('<details class="turn-action"')[2].partition("</details>")[0]
    assert "$100" in folded
    assert "<summary" in folded


def test_the_cases_of_whoever_holds_it_are_beside_it_with_the_next_one_a_key_away(api: Api, ann: Browser) -> None:
    first, second = taken(api, ann), taken(api, ann, "Where is my parcel?")
    page = ann.page(of(first)) + ann.page(of(second))
    assert 'aria-label="My work"' in page
    assert f'href="/console{of(first)}" rel=' in page
    assert f'href="/console{of(second)}" rel=' in page


def test_other_cases_of_the_same_customer_are_listed(api: Api, ann: Browser) -> None:
    earlier = taken(api, ann)
    handoff = taken(api, ann, "It is broken again")
    card = ann.page(of(handoff)).partition('id="customer-card"')[2].partition("</section>")[0]
    assert f'href="/console{of(earlier)}"' in card
    assert f'href="/console{of(handoff)}"' not in card


def test_a_narrow_screen_begins_with_the_brief_and_then_with_the_conversation(api: Api, ann: Browser) -> None:
    handoff = waiting(api, a_session(api, ASK))
    assert 'data-show="brief"' in ann.page(of(handoff))
    assert 'data-show="conversation"' in ann.done(of(handoff, "accept"))
    assert 'data-show="actions"' in ann.page(f"{of(handoff)}?show=actions")
    assert 'data-show="actions"' in ann.refused(of(handoff, "resolve"), 422, token=1)


def test_after_an_action_a_narrow_screen_shows_the_part_it_was_done_in(api: Api, ann: Browser) -> None:
    free, own = waiting(api, a_session(api, ASK)), taken(api, ann)
    flagged = {"verdict": "missing", "section": "identifiers", "should_be": "Order 4711"}
    assert 'data-show="actions"' in ann.done(of(free, "claim"))
    assert 'data-show="brief"' in ann.done(of(own, "flag"), **flagged)
    assert 'data-show="actions"' in ann.done(of(own, "snooze"), token=token_of(ann, own), until=TOMORROW)


def test_targets_stop_when_a_case_is_returned_and_nothing_is_called_solved(api: Api, ann: Browser) -> None:
    a_queue(api, promises={"accept_seconds": 600, "first_reply_seconds": 600, "resolve_seconds": 6000})
    handoff = taken(api, ann)
    token = token_of(ann, handoff)
    ann.done(of(handoff, "return"), token=token, instruction="Ask for the order number")
    onward = get(api, "handoffs", session_id=handoff["target_session_id"])["items"][0]
    written(api, onward)
    card = text_of("<main" + ann.page(of(handoff)).partition('id="clocks"')[2].partition("</section>")[0])
    assert "solved stopped" in card
    assert "first reply stopped" in card
    assert "left" not in card
    assert "goes to people" in text_of(ann.page(of(onward)))


def test_what_was_asked_of_others_is_listed_until_it_is_done(api: Api, ann: Browser) -> None:
    an_operator(api, "bob", presence=None, display_name="Bob Ray")
    handoff = taken(api, ann)
    page = ann.done(of(handoff, "consult"), token=token_of(ann, handoff), to="Bob Ray", reason="Is this covered?")
    assert "Advice from Bob Ray" in text_of(page)


def token_of(ann: Browser, handoff: Json) -> int:
    return int(ann.page(of(handoff)).partition('name="token" value="')[2].partition('"')[0])
