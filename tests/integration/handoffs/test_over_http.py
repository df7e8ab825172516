"""The life of a handoff over HTTP, with a real worker."""

import time
from typing import Any

import pytest

from tests.builders import handoffs
from tests.builders.handoffs import requested, waiting
from tests.builders.memories import a_memory, remember
from tests.builders.requests import Json, post, refusal
from tests.builders.sessions import a_session
from tests.conftest import Api

pytestmark = pytest.mark.usefixtures("worker")

SPECIALIST = "billing-specialist"


def ready(api: Api, session: str, to: str = SPECIALIST, **changes: Any) -> Json:
    return waiting(api, session, to=to, **changes)


def accept(api: Api, handoff: Json, agent: str = SPECIALIST, **changes: Any) -> Json:
    return handoffs.accept(api, handoff, agent, **changes)


def state(api: Api, kind: str, one: str) -> str:
    return api.http.get(f"/v1/{kind}/{one}").json()["state"]


def test_a_handoff_ends_the_source_and_remembers_its_brief_once(api: Api) -> None:
    session = a_session(api)
    handoff = ready(api, session)
    briefs = api.http.get("/v1/memories", params={"session_id": session, "kind": "handoff"}).json()["items"]
    assert state(api, "sessions", session) == "ended"
    assert [(one["importance"], one["handoff_id"], one["content"]) for one in briefs] == [
        (1.0, handoff["id"], handoff["brief"]["text"])
    ]


def test_every_line_of_a_brief_cites_memories_of_the_session(api: Api) -> None:
    session = a_session(api, "Hello", "My invoice INV-77 shows $299", "I pay $199 a month", "Please refund me")
    kept = {one["id"] for one in api.http.get("/v1/memories", params={"session_id": session}).json()["items"]}
    brief = ready(api, session)["brief"]
    lines = [line for section in brief["sections"] for line in section["lines"]]
    assert lines
    assert all(line["memory_ids"] and set(line["memory_ids"]) <= kept for line in lines)


def test_the_target_wakes_up_with_brief_memories_chain_and_one_fenced_text(api: Api) -> None:
    session = a_session(api)
    handoff = ready(api, session)
    warm = accept(api, handoff, token_budget=1000)
    assert warm["brief"] == handoff["brief"]
    assert warm["memories"][0]["handoff_id"] == handoff["id"]
    assert [one["agent"] for one in warm["chain"]["sessions"]] == ["tier1-bot", "billing-specialist"]
    assert "ACC-4521" in warm["prompt"]
    assert warm["prompt_tokens"] <= 1000


def test_the_new_session_owns_the_chain_and_its_end_closes_the_handoff(api: Api) -> None:
    session = a_session(api)
    handoff = ready(api, session)
    new = accept(api, handoff)["session"]
    assert (new["chain_id"], new["owns_conversation"], new["handoff_id"]) == (session, True, handoff["id"])
    assert state(api, "handoffs", handoff["id"]) == "accepted"
    post(api, f"sessions/{new['id']}/end")
    assert state(api, "handoffs", handoff["id"]) == "closed"


def test_writing_to_the_source_afterwards_names_the_current_session(api: Api) -> None:
    session = a_session(api)
    handoff = ready(api, session)
    waiting = api.http.post("/v1/memories", json={"session_id": session, "content": "x"}).json()
    new = accept(api, handoff)["session"]["id"]
    taken_over = api.http.post("/v1/memories", json={"session_id": session, "content": "x"}).json()
    assert waiting["waiting_handoff_id"] == handoff["id"]
    assert taken_over["current_session_id"] == new


def test_in_warm_mode_the_source_stays_open_until_the_target_accepts(api: Api) -> None:
    session = a_session(api)
    handoff = ready(api, session, mode="warm")
    late = remember(api, session, "One more thing: the card ends in 4242")
    assert state(api, "sessions", session) == "open"
    warm = accept(api, handoff)
    assert [one["id"] for one in warm["since_the_brief"]] == [late["id"]]
    assert state(api, "sessions", session) == "ended"


def test_a_handoff_can_be_accepted_once_and_branched_from_after_that(api: Api) -> None:
    handoff = ready(api, a_session(api))
    first = accept(api, handoff)["session"]
    assert refusal(api, f"handoffs/{handoff['id']}/accept", {"agent": "other"})["type"] == "handoff-accepted"
    branch = accept(api, handoff, agent="explorer", mode="branch")["session"]
    assert (branch["chain_id"], branch["owns_conversation"]) == (first["chain_id"], False)
    assert state(api, "sessions", first["id"]) == "open"


def test_a_rollback_starts_again_from_an_earlier_brief(api: Api) -> None:
    first = ready(api, a_session(api))
    specialist = accept(api, first)["session"]
    remember(api, specialist["id"], "Tried the wrong fix")
    second = ready(api, specialist["id"], to="human:operator-7")
    again = accept(api, first, mode="rollback")
    assert again["brief"] == first["brief"]
    assert again["session"]["owns_conversation"]
    assert state(api, "handoffs", second["id"]) == "cancelled"
    owner = api.http.get(f"/v1/sessions/{specialist['id']}/chain").json()["owner"]
    assert owner["id"] == again["session"]["id"]


def test_a_second_request_for_the_same_session_is_refused(api: Api) -> None:
    session = a_session(api)
    ready(api, session, mode="warm")
    refused = refusal(api, "handoffs", {"session_id": session, "to": "x", "reason": "y"})
    assert refused["type"] == "handoff-in-progress"


def test_a_refused_second_request_is_told_where_the_first_one_goes_and_what_to_do(api: Api) -> None:
    session = a_session(api)
    first = ready(api, session, mode="warm")
    detail = refusal(api, "handoffs", {"session_id": session, "to": "x", "reason": "y"})["detail"]
    assert first["to"] in detail
    assert first["id"] in detail
    assert "cancel it" in detail


def test_a_session_asks_a_few_others_at_once_and_not_any_number(api: Api) -> None:
    ask = {"session_id": a_session(api), "to": "tax-expert", "reason": "A question of VAT", "mode": "consult"}
    asked = [post(api, "handoffs", ask, 202) for _ in range(10)]
    refused = refusal(api, "handoffs", ask)
    assert (refused["type"], "10 others" in refused["detail"]) == ("handoff-in-progress", True)
    post(api, f"handoffs/{asked[0]['id']}/cancel", {})
    post(api, "handoffs", ask, 202)


def test_cancelling_leaves_the_source_as_it_was(api: Api) -> None:
    session = a_session(api)
    handoff = ready(api, session, mode="warm")
    cancelled = post(api, f"handoffs/{handoff['id']}/cancel", {"reason": "The customer solved it"})
    assert (cancelled["state"], cancelled["problem"]) == ("cancelled", "The customer solved it")
    assert state(api, "sessions", session) == "open"
    assert api.http.get("/v1/memories", params={"kind": "handoff"}).json()["items"] == []
    assert ready(api, session)["state"] == "ready"


def test_a_cold_handoff_that_nobody_has_accepted_is_cancelled_and_its_source_session_is_open_again(api: Api) -> None:
    session = a_session(api)
    handoff = ready(api, session)
    assert state(api, "sessions", session) == "ended"
    post(api, f"handoffs/{handoff['id']}/claim", {"agent": "human:ann"})
    assert post(api, f"handoffs/{handoff['id']}/cancel", {})["state"] == "cancelled"
    assert state(api, "sessions", session) == "open"
    assert refusal(api, f"handoffs/{handoff['id']}/accept", {"agent": "human:ann"})["type"] == "handoff-state"
    again = ready(api, session)
    post(api, f"handoffs/{again['id']}/accept", {"agent": "human:ann"}, 201)
    assert refusal(api, f"handoffs/{again['id']}/cancel")["type"] == "handoff-state"
    assert state(api, "sessions", session) == "ended"


def test_a_cancelled_handoff_opens_no_session_that_its_client_has_ended(api: Api) -> None:
    session = a_session(api)
    handoff = ready(api, session, mode="warm")
    post(api, f"sessions/{session}/end", {})
    post(api, f"handoffs/{handoff['id']}/cancel", {})
    assert state(api, "sessions", session) == "ended"


def test_only_a_failed_handoff_can_be_retried(api: Api) -> None:
    handoff = ready(api, a_session(api))
    assert refusal(api, f"handoffs/{handoff['id']}/retry")["type"] == "handoff-state"


def test_a_claim_keeps_others_out_until_it_lapses(api: Api) -> None:
    handoff = ready(api, a_session(api))
    mine = post(api, f"handoffs/{handoff['id']}/claim", {"agent": "human:ann", "lease_seconds": 5})
    again = post(api, f"handoffs/{handoff['id']}/claim", {"agent": "human:ann", "lease_seconds": 5, "token": 1})
    assert (mine["token"], again["token"]) == (1, 1)
    assert refusal(api, f"handoffs/{handoff['id']}/accept", {"agent": "human:bob"})["type"] == "handoff-claimed"
    assert api.http.get(f"/v1/handoffs/{handoff['id']}").json()["holder"] == "human:ann"
    deadline = time.monotonic() + 60
    while state(api, "handoffs", handoff["id"]) != "ready":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert post(api, f"handoffs/{handoff['id']}/claim", {"agent": "human:bob"})["token"] == 2


def test_a_session_that_remembered_nothing_can_be_handed_off(api: Api) -> None:
    session = post(api, "sessions", {"namespace": "user-dave", "agent": "tier1-bot"}, 201)["id"]
    brief = ready(api, session, reason="The customer wants a person")["brief"]
    assert "The customer wants a person" in brief["text"]


def test_a_session_ended_by_its_agent_meanwhile_is_still_handed_off(api: Api) -> None:
    session = a_session(api)
    handoff = requested(api, session, to=SPECIALIST)
    post(api, f"sessions/{session}/end")
    answer = api.http.get(f"/v1/handoffs/{handoff['id']}", params={"wait": 20}).json()
    assert answer["state"] == "ready"


def test_what_an_earlier_brief_told_reaches_the_third_in_the_chain(api: Api) -> None:
    specialist = accept(api, ready(api, a_session(api)))["session"]["id"]
    remember(api, specialist, "Checked the invoice: the extra $100 is a setup fee")
    warm = accept(api, ready(api, specialist, to="human:operator-7"), agent="human:operator-7")
    assert warm["handoff"]["hop"] == 2
    assert "ACC-4521" in warm["prompt"]
    assert "setup fee" in warm["prompt"]


def test_every_line_of_a_second_brief_cites_memories_of_its_chain(api: Api) -> None:
    first = a_session(api)
    specialist = accept(api, ready(api, first, goal="Refund $100 today"))["session"]["id"]
    brief = ready(api, specialist, to="human:operator-7")["brief"]
    kept = {one["id"] for one in api.http.get("/v1/memories", params={"chain_id": first}).json()["items"]}
    lines = [line for section in brief["sections"] for line in section["lines"]]
    assert "ACC-4521" in brief["text"]
    assert all(line["memory_ids"] and set(line["memory_ids"]) <= kept for line in lines)


def test_ten_thousand_other_memories_do_not_push_the_brief_out(api: Api) -> None:
    session = a_session(api)
    for _ in range(10):
        noise = [{"namespace": "user-dave", "content": "handoff summary billing", "importance": 1.0}] * 1000
        post(api, "memories/batch", {"memories": noise}, 201)
    handoff = ready(api, session)
    warm = accept(api, handoff)
    assert warm["memories"][0]["handoff_id"] == handoff["id"]
    assert warm["prompt"].index("ACC-4521") < warm["prompt"].find("handoff summary billing") % len(warm["prompt"])


def test_a_brief_is_rendered_as_markdown_and_text(api: Api) -> None:
    handoff = ready(api, a_session(api))
    path = f"/v1/handoffs/{handoff['id']}/brief"
    markdown = api.http.get(path, params={"format": "markdown"})
    assert markdown.headers["content-type"].startswith("text/markdown")
    assert markdown.text.startswith("# ")
    assert api.http.get(path, params={"format": "text"}).text == handoff["brief"]["text"]
    assert api.http.get(path).json() == handoff["brief"]


def test_handoffs_are_listed_by_target_and_state(api: Api) -> None:
    handoff = ready(api, a_session(api), to="queue:billing")
    ready(api, a_session(api))
    listed = api.http.get("/v1/handoffs", params={"to": "queue:billing", "state": "ready"}).json()["items"]
    assert [one["id"] for one in listed] == [handoff["id"]]
    assert "brief" not in listed[0]


def test_a_warm_start_brings_what_was_corrected_after_its_correction_or_not_at_all(api: Api) -> None:
    old = a_memory(api, "Dave wants calls on 555-0101", kind="fact", importance=0.95)
    new = a_memory(api, "He wants e-mail", kind="fact", importance=0.1, supersedes=[old["id"]])
    handoff = ready(api, a_session(api))
    start = {"token_budget": 1000}
    told = [one["id"] for one in accept(api, handoff, top_k=20, **start)["memories"]]
    assert told.index(new["id"]) < told.index(old["id"])
    few = accept(api, handoff, agent="explorer", mode="branch", top_k=2, **start)["memories"]
    assert [one["id"] for one in few][1:] == [new["id"]]


def test_the_target_is_told_what_to_do_and_what_to_say_first(api: Api) -> None:
    session = a_session(api, "Mir wurde diesen Monat zweimal etwas abgebucht")
    start = accept(api, ready(api, session, goal="Refund what was charged twice"))
    assert start["opening"].startswith("Ich sehe, dass Sie wegen „Mir wurde diesen Monat zweimal")
    first = start["prompt"].splitlines()
    assert first[0] == "You are billing-specialist."
    assert first[1].startswith("tier1-bot handed this work to you because: “")
    assert first[2] == "Your goal: “Refund what was charged twice”"


def test_a_long_memory_stands_whole_in_the_prompt_where_the_budget_has_room(api: Api) -> None:
    long = "This happened on the way to the customer. " * 60
    a_memory(api, long, importance=0.9)
    handoff = ready(api, a_session(api))
    assert long.strip() in accept(api, handoff, token_budget=4000)["prompt"]
