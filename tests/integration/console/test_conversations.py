"""The conversation of a chain in the console: what was said, proof per anchor, and the reply of whoever owns it."""

import re
from collections.abc import Callable
from html import escape
from uuid import uuid4

import pytest

from tests.builders.console import Browser, Markup, signed_in, text_of
from tests.builders.form_fields import fields_of
from tests.builders.handoffs import act, waiting
from tests.builders.hostile_texts import HOSTILE
from tests.builders.memories import remember
from tests.builders.requests import Json, post
from tests.builders.sessions import a_session
from tests.builders.whole_words import says
from tests.conftest import Api, TenantKey

pytestmark = pytest.mark.usefixtures("worker")


@pytest.fixture
def ann(api: Api) -> Browser:
    """A lead: the sessions of these tests were handed to no queue, and so are no operator's to see."""
    return signed_in(api, role="lead")


ASK = "Please refund the $100 that account ACC-4521 was overcharged"


def taken_over(api: Api, *contents: str, agent: str = "human:ann") -> str:
    """The session in which somebody took a conversation over."""
    handoff = waiting(api, a_session(api, *(contents or (ASK,))))
    return str(act(api, handoff, "accept", 201, agent=agent)["session"]["id"])


def of(session: str) -> str:
    return f"/conversations/{session}"


def batch(api: Api, session: str, count: int) -> list[str]:
    asks = [{"session_id": session, "content": f"turn number {n}", "role": "user"} for n in range(count)]
    return [one["id"] for one in post(api, "memories/batch", {"memories": asks}, 201)["memories"]]


def memories_of(api: Api, session: str) -> list[Json]:
    return list(api.http.get("/v1/memories", params={"session_id": session}).json()["items"])


def test_it_reads_from_the_chains_first_words_to_the_session_that_is_open(api: Api, ann: Browser) -> None:
    session = taken_over(api)
    remember(api, session, "Thank you, Ann")
    shown = text_of("<main" + ann.page(of(session)).partition('id="thread"')[2])
    places = [shown.index(said) for said in ("tier1-bot began", ASK, "Brief of the handoff", "took over", "Thank you")]
    assert places == sorted(places)


def test_every_turn_can_be_linked_to(api: Api, ann: Browser) -> None:
    session = a_session(api, "first")
    ids = [one["id"] for one in memories_of(api, session)]
    page = ann.page(of(session))
    assert [f'id="m-{one}"' in page for one in ids] == [True]


def test_a_branch_shows_its_own_line_and_not_its_sisters(api: Api, ann: Browser) -> None:
    handoff = waiting(api)
    for agent, said in (("human:ann", "what Ann said"), ("human:bob", "what Bob said")):
        mode = "continue" if agent == "human:ann" else "branch"
        session = act(api, handoff, "accept", 201, agent=agent, mode=mode)["session"]["id"]
        remember(api, session, said)
    assert "what Bob said" in ann.page(of(session))
    assert "what Ann said" not in ann.page(of(session))


def test_actions_slots_and_superseded_values_are_shown_as_what_they_are(api: Api, ann: Browser) -> None:
    session = a_session(api, "hello")
    for value in ("$289", "$299"):
        remember(api, session, f"charged {value}", role=None, slot={"name": "amount", "value": value})
    action = {"name": "issue_refund", "arguments": {"amount": "$100"}, "result": {"ok": False}, "outcome": "failed"}
    post(api, "memories", {"session_id": session, "action": action, "role": "tool"}, 201)
    page = ann.page(of(session))
    assert '<s dir="auto">$289</s>' in page
    assert '<b dir="auto">$299</b>' in page
    assert "issue_refund failed amount $100" in text_of(page)


def test_secrets_are_hidden_from_operators_as_from_briefs(api: Api, ann: Browser) -> None:
    session = a_session(api, "My PIN is 4821", "I said 4821 already", "My card is 4111 1111 1111 1111")
    page = ann.page(of(session))
    assert "[redacted]" in page
    assert not any(says(page, secret) for secret in ("4821", "4111 1111"))


def test_personal_data_that_the_tenant_hides_is_hidden(api: Api, ann: Browser) -> None:
    api.http.patch("/v1/preferences", json={"pii": ["email"]}).raise_for_status()
    session = a_session(api, "Write to mia@example.com")
    memory = memories_of(api, session)[0]
    assert "mia@example.com" not in ann.page(of(session)) + ann.page(f"/memories/{memory['id']}")


def test_hostile_texts_are_text(api: Api, ann: Browser) -> None:
    session = a_session(api, "hello")
    plain = {tag for tag, _ in Markup(ann.page(of(session))).found}
    asks = [{"session_id": session, "content": text, "role": "user"} for text in HOSTILE]
    post(api, "memories/batch", {"memories": asks}, 201)
    page = ann.page(of(session))
    found = Markup(page).found
    assert {tag for tag, _ in found} <= plain | {"a"}
    assert not any(name.startswith("on") for _, names in found for name in names)
    assert "\u202e" not in page
    assert escape("<img src=x onerror=alert(1)>") in page


def test_addresses_are_links_that_open_beside_the_page_and_nothing_more(api: Api, ann: Browser) -> None:
    said = 'See https://shop.example/returns?step=2&lang=en, or (http://a.example/b). Not javascript:alert(1)//https://x"onclick=y'
    page = ann.page(of(a_session(api, said)))
    safe = 'target="_blank" rel="noopener noreferrer nofollow"'
    assert (
        f'<a href="https://shop.example/returns?step=2&amp;lang=en" {safe}>https://shop.example/returns?step=2&amp;lang=en</a>,'
        in page
    )
    assert f'(<a href="http://a.example/b" {safe}>http://a.example/b</a>).' in page
    assert f'javascript:alert(1)//<a href="https://x" {safe}>https://x</a>&#34;onclick=y' in page


def test_a_long_conversation_is_shown_a_page_at_a_time_and_nothing_is_left_out(api: Api, ann: Browser) -> None:
    session = a_session(api, "turn number 0")
    batch(api, session, 200)
    page, seen = ann.page(of(session)), ""
    for _ in range(3):
        seen += text_of(page)
        link = re.search(r'href="[^"]*[?]before=([^"]+)"', page)
        page = ann.page(f"{of(session)}?before={link[1]}") if link else ""
    assert all(f"turn number {n} " in seen for n in range(200))


def test_the_page_after_a_turn_begins_where_it_ends(api: Api, ann: Browser) -> None:
    session = a_session(api, "turn number 0")
    ids = batch(api, session, 200)
    page = ann.page(f"{of(session)}?after={ids[49]}")
    assert f'id="m-{ids[50]}"' in page
    assert f'id="m-{ids[49]}"' not in page


def test_a_memory_that_is_asked_for_is_marked_with_what_stands_around_it(api: Api, ann: Browser) -> None:
    session = a_session(api, "turn number 0")
    ids = batch(api, session, 200)
    page = ann.page(f"{of(session)}?at={ids[100]}")
    assert all(f'id="m-{ids[n]}"' in page for n in (70, 100, 130))
    assert text_of(page).count("you came for this") == 1


def test_a_memory_of_another_conversation_is_no_place_in_this_one(api: Api, ann: Browser) -> None:
    session, other = a_session(api, "hello"), a_session(api, "other")
    elsewhere = memories_of(api, other)[0]["id"]
    assert ann.get(f"{of(session)}?at={elsewhere}").status_code == 404


def test_a_memory_has_a_page_of_its_own_with_all_of_it(api: Api, ann: Browser) -> None:
    session = a_session(api, "word " * 2_000)
    memory = memories_of(api, session)[0]
    page = ann.page(f"/memories/{memory['id']}")
    assert page.count("word") >= 2_000
    assert f"/console/conversations/{session}?at={memory['id']}#m-{memory['id']}" in page


def test_whoever_owns_it_replies_and_the_channel_reads_the_reply(api: Api, ann: Browser) -> None:
    session = taken_over(api)
    page = ann.done(of(session) + "/say", text="We refund the $100 today.", **{"as": "reply"})
    said = memories_of(api, session)[0]
    assert "Saved. The customer's channel delivers it." in text_of(page)
    assert (said["content"], said["role"], said["kind"], said["agent"]) == (
        "We refund the $100 today.",
        "agent",
        "message",
        "human:ann",
    )


def test_a_reply_can_be_recalled(api: Api, ann: Browser) -> None:
    session = taken_over(api)
    ann.done(of(session) + "/say", text="The courier comes on Thursday.", **{"as": "reply"})
    found = post(api, "recall", {"namespace": "user-dave", "query": "when does the courier come?", "top_k": 1})
    assert found["results"][0]["memory"]["content"] == "The courier comes on Thursday."


def test_a_note_stays_inside(api: Api, ann: Browser) -> None:
    session = taken_over(api)
    ann.done(of(session) + "/say", text="He was friendly.", **{"as": "note"})
    assert [memories_of(api, session)[0][name] for name in ("kind", "role")] == ["note", None]


def test_the_same_form_sent_twice_says_it_once(api: Api, ann: Browser) -> None:
    session = taken_over(api)
    for _ in range(2):
        ann.done(of(session) + "/say", text="On my way.", once="abc", **{"as": "reply"})
    assert [one["content"] for one in memories_of(api, session)].count("On my way.") == 1


def test_words_that_were_changed_after_going_back_are_said_too(api: Api, ann: Browser) -> None:
    session = taken_over(api)
    for text in ("On my way.", "On my way now."):
        ann.done(of(session) + "/say", text=text, once="abc", **{"as": "reply"})
    assert memories_of(api, session)[0]["content"] == "On my way now."


def test_nobody_replies_in_a_colleagues_conversation_and_the_words_are_kept(api: Api, ann: Browser) -> None:
    session = taken_over(api, agent="human:bob")
    page = ann.refused(of(session) + "/say", text="I was faster", **{"as": "reply"})
    assert "bob is answering. You can leave an internal note." in text_of(page)
    assert fields_of(page, f"/console{of(session)}/say")["text"] == "I was faster"


def test_a_colleague_may_leave_a_note(api: Api, ann: Browser) -> None:
    session = taken_over(api, agent="human:bob")
    ann.done(of(session) + "/say", text="Mind his contract.", **{"as": "note"})
    assert memories_of(api, session)[0]["agent"] == "human:ann"


def test_an_ended_conversation_says_where_it_goes_on(api: Api, ann: Browser) -> None:
    session = a_session(api, ASK)
    current = act(api, waiting(api, session), "accept", 201, agent="human:bob")["session"]["id"]
    shown = ann.page(of(session))
    assert f'href="/console/conversations/{current}"' in shown
    assert "/say" not in shown
    assert current in ann.refused(of(session) + "/say", text="too late", **{"as": "reply"})


def test_nothing_is_sent_where_nothing_was_written(api: Api, ann: Browser) -> None:
    session = taken_over(api)
    assert "Nothing was written" in ann.refused(of(session) + "/say", 422, text="  ", **{"as": "reply"})


def test_another_tenants_conversation_is_not_there(
    api: Api, ann: Browser, new_tenant: Callable[[], TenantKey], client_of: Callable[[TenantKey], Api]
) -> None:
    stranger = client_of(new_tenant())
    session = a_session(stranger, "secret of a stranger")
    memory = memories_of(stranger, session)[0]["id"]
    paths = (of(session), f"/memories/{memory}", of(str(uuid4())))
    assert [ann.get(path).status_code for path in paths] == [404, 404, 404]
    assert "secret of a stranger" not in ann.refused(of(session) + "/say", 404, text="x", **{"as": "note"})


def test_names_on_a_page_hide_nothing_either(api: Api, ann: Browser) -> None:
    session = taken_over(api, agent="human:ann\u202e\u200b\U000e0041")
    page = ann.page(of(session))
    assert "ann" in text_of(page)
    assert not {"\u202e", "\u200b", "\U000e0041"} & set(str(page))
