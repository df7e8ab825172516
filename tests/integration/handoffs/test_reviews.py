"""Reviewing a brief before anything ends: read, edit, renew, confirm or cancel, and every race between those."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.builders.drafts import a_cited_line, an_edit, drafted, lines_of
from tests.builders.handoffs import written
from tests.builders.memories import remember
from tests.builders.requests import get, post, refusal
from tests.builders.sessions import a_session
from tests.builders.whole_words import says
from tests.conftest import Api, TenantKey

pytestmark = pytest.mark.usefixtures("worker")


def test_a_draft_ends_nothing_and_is_no_memory_yet(api: Api) -> None:
    session = a_session(api)
    handoff = drafted(api, session)
    assert (handoff["review"], handoff["draft_revision"], handoff["ready_at"]) == (True, 1, None)
    assert get(api, f"sessions/{session}")["state"] == "open"
    assert get(api, "memories", kind="handoff")["items"] == []
    assert remember(api, session, "Going on as before")


def test_a_draft_says_what_was_kept_since_it_was_cut(api: Api) -> None:
    session = a_session(api)
    handoff = drafted(api, session)
    late = [remember(api, session, f"One more thing: number {number}")["id"] for number in range(25)]
    draft = get(api, f"handoffs/{handoff['id']}/draft")
    assert (draft["since_count"], [one["id"] for one in draft["since_the_brief"]]) == (25, late[:20])


def test_confirming_hands_on_exactly_the_draft(api: Api) -> None:
    session = a_session(api)
    handoff = drafted(api, session)
    edited = post(api, f"handoffs/{handoff['id']}/edit", an_edit(1, "Refund $100 by Friday"))
    confirmed = post(api, f"handoffs/{handoff['id']}/confirm", {"revision": 2})
    warm = post(api, f"handoffs/{handoff['id']}/accept", {"agent": "billing"}, 201)
    assert (confirmed["state"], get(api, f"sessions/{session}")["ended_reason"]) == ("ready", "handoff")
    assert warm["brief"] == edited["brief"]
    assert warm["memories"][0]["content"] == edited["brief"]["text"]
    assert "Refund $100 by Friday" in warm["prompt"]


def test_what_came_after_the_draft_reaches_the_target_beside_it(api: Api) -> None:
    session = a_session(api)
    handoff = drafted(api, session)
    late = remember(api, session, "My new card ends in 4242")["id"]
    post(api, f"handoffs/{handoff['id']}/confirm", {"revision": 1})
    warm = post(api, f"handoffs/{handoff['id']}/accept", {"agent": "billing"}, 201)
    assert [one["id"] for one in warm["since_the_brief"]] == [late]


def test_cancelling_a_draft_leaves_everything_untouched(api: Api) -> None:
    session = a_session(api)
    before = get(api, f"sessions/{session}")
    handoff = drafted(api, session)
    assert post(api, f"handoffs/{handoff['id']}/cancel")["state"] == "cancelled"
    assert get(api, f"sessions/{session}") == before
    assert get(api, "memories", kind="handoff")["items"] == []
    assert drafted(api, session)["draft_revision"] == 1


def test_a_draft_cannot_be_accepted_or_claimed_before_it_is_confirmed(api: Api) -> None:
    handoff = drafted(api, a_session(api))
    for verb in ("accept", "claim"):
        problem = refusal(api, f"handoffs/{handoff['id']}/{verb}", {"agent": "billing"})
        assert (problem["type"], "waits for somebody to confirm" in problem["detail"]) == ("handoff-state", True)


def test_a_session_with_a_draft_cannot_be_handed_off_again(api: Api) -> None:
    session = a_session(api)
    drafted(api, session)
    ask = {"session_id": session, "to": "x", "reason": "y"}
    assert refusal(api, "handoffs", ask)["type"] == "handoff-in-progress"


def test_an_edited_line_keeps_its_evidence_and_is_marked(api: Api) -> None:
    handoff = drafted(api, a_session(api))
    draft = get(api, f"handoffs/{handoff['id']}/draft")
    section, line = a_cited_line(draft)
    ask = an_edit(1, "What the reviewer says", section=section, memory_ids=line["memory_ids"])
    edited = post(api, f"handoffs/{handoff['id']}/edit", ask)
    only = lines_of(edited["brief"], section)
    assert [(one["text"], one["memory_ids"], one["edited"]) for one in only] == [
        ("What the reviewer says", line["memory_ids"], True)
    ]
    assert edited["brief"]["text"].count("What the reviewer says") == 1
    assert edited["brief"]["words"] == len(edited["brief"]["text"].split())


def test_what_is_given_back_as_it_was_read_is_not_marked(api: Api) -> None:
    handoff = drafted(api, a_session(api))
    brief = get(api, f"handoffs/{handoff['id']}/draft")["brief"]
    fields = ("text", "label", "memory_ids", "outcome", "owner", "due")
    sections = [
        {"name": part["name"], "lines": [{name: line[name] for name in fields} for line in part["lines"]]}
        for part in brief["sections"]
    ]
    same = post(api, f"handoffs/{handoff['id']}/edit", {"revision": 1, "sections": sections})
    assert (same["brief"]["sections"], same["brief"]["text"]) == (brief["sections"], brief["text"])


def test_an_edit_may_cite_only_memories_of_its_chain(api: Api) -> None:
    handoff = drafted(api, a_session(api))
    elsewhere = remember(api, a_session(api), "Of another case")["id"]
    ask = an_edit(1, "Proven elsewhere", memory_ids=[elsewhere])
    assert refusal(api, f"handoffs/{handoff['id']}/edit", ask, 404)["type"] == "not-found"
    assert get(api, f"handoffs/{handoff['id']}/draft")["revision"] == 1


def test_secrets_are_scrubbed_from_edits_too(api: Api) -> None:
    session = a_session(api)
    post(api, "memories", {"session_id": session, "content": "What is your PIN?", "role": "agent"}, 201)
    remember(api, session, "It is 8842")
    handoff = drafted(api, session)
    ask = {**an_edit(1, "His PIN is 8842", "Charge card 4111 1111 1111 1111", owner="8842"), "headline": "Use 8842"}
    brief = post(api, f"handoffs/{handoff['id']}/edit", ask)["brief"]
    assert not any(says(brief, secret) for secret in ("8842", "4111 1111"))
    assert brief["text"].count("[redacted]") >= 3


def test_an_edit_from_an_old_revision_is_refused_with_the_mend(api: Api) -> None:
    handoff = drafted(api, a_session(api))
    post(api, f"handoffs/{handoff['id']}/edit", an_edit(1, "First"))
    for verb, ask in (("edit", an_edit(1, "Second")), ("confirm", {"revision": 1}), ("renew", {"revision": 1})):
        problem = refusal(api, f"handoffs/{handoff['id']}/{verb}", ask)
        assert (problem["type"], "at revision 2, not 1" in problem["detail"]) == ("draft-changed", True)


def test_renewing_tells_what_was_kept_since_and_keeps_edits_with_their_evidence(api: Api) -> None:
    session = a_session(api)
    handoff = drafted(api, session)
    section, line = a_cited_line(get(api, f"handoffs/{handoff['id']}/draft"))
    changed = {"text": "In the reviewer's words", "label": line["label"], "memory_ids": line["memory_ids"]}
    ask = {"revision": 1, "sections": [{"name": section, "lines": [changed]}]}
    post(api, f"handoffs/{handoff['id']}/edit", ask)
    remember(api, session, "My order number is ORD-7788, please send it again")
    assert post(api, f"handoffs/{handoff['id']}/renew", {"revision": 2}, 202)["state"] == "requested"
    renewed = written(api, handoff, "drafted")
    kept = [one for one in lines_of(renewed["brief"], section) if one["edited"]]
    assert [(one["text"], one["memory_ids"]) for one in kept] == [(changed["text"], changed["memory_ids"])]
    assert "ORD-7788" in renewed["brief"]["text"]
    assert renewed["draft_revision"] == 3
    assert get(api, f"handoffs/{handoff['id']}/draft")["since_count"] == 0


def test_renewing_loses_edits_only_when_asked(api: Api) -> None:
    handoff = drafted(api, a_session(api))
    first = handoff["brief"]["text"]
    post(api, f"handoffs/{handoff['id']}/edit", an_edit(1, "Of the reviewer's own"))
    post(api, f"handoffs/{handoff['id']}/renew", {"revision": 2, "keep_edits": False}, 202)
    assert written(api, handoff, "drafted")["brief"]["text"] == first


def test_a_line_of_the_reviewers_own_survives_renewing(api: Api) -> None:
    handoff = drafted(api, a_session(api))
    ask = {**an_edit(1, "Call him before noon"), "headline": "Dave is right, and knows it"}
    post(api, f"handoffs/{handoff['id']}/edit", ask)
    post(api, f"handoffs/{handoff['id']}/renew", {"revision": 2}, 202)
    brief = written(api, handoff, "drafted")["brief"]
    assert "Call him before noon" in [line["text"] for line in lines_of(brief, "next_steps")]
    assert (brief["headline"]["text"], brief["headline"]["edited"]) == ("Dave is right, and knows it", True)


def test_forgetting_what_a_draft_cites_takes_it_out_and_makes_another_revision(api: Api) -> None:
    session = a_session(api, "My account is ACC-4521", "My order ORD-7788 never came")
    doomed = get(api, "memories", session_id=session)["items"][0]["id"]
    handoff = drafted(api, session)
    key = {"Idempotency-Key": handoff["id"]}
    ask = an_edit(1, "Find ORD-7788", memory_ids=[doomed])
    post(api, f"handoffs/{handoff['id']}/edit", ask, **key)
    assert api.http.delete(f"/v1/memories/{doomed}").status_code == 204
    draft = get(api, f"handoffs/{handoff['id']}/draft")
    again = api.http.post(f"/v1/handoffs/{handoff['id']}/edit", json=ask, headers=key)
    assert "ORD-7788" not in str(draft)
    assert (again.status_code, "Idempotent-Replay" in again.headers) == (409, False)
    assert refusal(api, f"handoffs/{handoff['id']}/confirm", {"revision": 2})["type"] == "draft-changed"
    assert post(api, f"handoffs/{handoff['id']}/confirm", {"revision": 3})["state"] == "ready"


def test_what_is_forgotten_while_others_edit_and_confirm_stands_nowhere(api: Api) -> None:
    for number in range(8):
        session = a_session(api, "My account is ACC-4521", f"My order ORD-77{number} never came")
        doomed = get(api, "memories", session_id=session)["items"][0]["id"]
        path = f"/v1/handoffs/{drafted(api, session)['id']}"
        ask = an_edit(1, f"Find ORD-77{number}", memory_ids=[doomed])
        with ThreadPoolExecutor(3) as pool:
            pool.submit(api.http.post, f"{path}/edit", json=ask)
            pool.submit(api.http.post, f"{path}/confirm", json={"revision": 1})
            assert pool.submit(api.http.delete, f"/v1/memories/{doomed}").result().status_code == 204
        left = api.http.get(path).text + api.http.get("/v1/memories", params={"session_id": session}).text
        assert f"ORD-77{number}" not in left


def test_a_session_that_its_agent_ended_meanwhile_is_still_handed_on(api: Api) -> None:
    session = a_session(api)
    handoff = drafted(api, session)
    post(api, f"sessions/{session}/end")
    late = refusal(api, "memories", {"session_id": session, "content": "Too late"})
    assert f"Confirm and accept handoff {handoff['id']}" in late["detail"]
    post(api, f"handoffs/{handoff['id']}/confirm", {"revision": 1})
    assert post(api, f"handoffs/{handoff['id']}/accept", {"agent": "billing"}, 201)["session"]["owns_conversation"]


def test_a_rollback_calls_a_draft_off(api: Api) -> None:
    first = drafted(api, a_session(api))
    post(api, f"handoffs/{first['id']}/confirm", {"revision": 1})
    second = post(api, f"handoffs/{first['id']}/accept", {"agent": "billing"}, 201)["session"]["id"]
    draft = drafted(api, second)
    post(api, f"handoffs/{first['id']}/accept", {"agent": "billing", "mode": "rollback"}, 201)
    assert get(api, f"handoffs/{draft['id']}")["state"] == "cancelled"


def test_an_idempotency_key_confirms_once_and_answers_again(api: Api) -> None:
    handoff = drafted(api, a_session(api))
    ask, key = {"revision": 1}, {"Idempotency-Key": "confirm-once"}
    first = post(api, f"handoffs/{handoff['id']}/confirm", ask, **key)
    assert post(api, f"handoffs/{handoff['id']}/confirm", ask, **key) == first
    assert refusal(api, f"handoffs/{handoff['id']}/confirm", ask)["type"] == "handoff-state"
    assert len(get(api, "memories", kind="handoff")["items"]) == 1


def test_what_is_confirmed_and_cancelled_at_once_is_cancelled_whole_whichever_came_first(api: Api) -> None:
    # What was just confirmed can still be called off; what was called off cannot be confirmed.
    for _ in range(20):
        session = a_session(api)
        handoff = drafted(api, session)
        path = f"/v1/handoffs/{handoff['id']}"
        with ThreadPoolExecutor(2) as pool:
            confirmed = pool.submit(api.http.post, f"{path}/confirm", json={"revision": 1})
            cancelled = pool.submit(api.http.post, f"{path}/cancel", json={})
            codes = (confirmed.result().status_code, cancelled.result().status_code)
        outcome = (codes, get(api, f"handoffs/{handoff['id']}")["state"], get(api, f"sessions/{session}")["state"])
        assert outcome in (((200, 200), "cancelled", "open"), ((409, 200), "cancelled", "open"))
        assert get(api, "memories", kind="handoff")["items"] == []


def test_of_many_who_edit_and_confirm_one_revision_exactly_one_wins(api: Api) -> None:
    for _ in range(5):
        handoff = drafted(api, a_session(api))
        asks = [("edit", an_edit(1, f"Number {number}")) for number in range(4)] + [("confirm", {"revision": 1})] * 4
        with ThreadPoolExecutor(8) as pool:
            posts = [pool.submit(api.http.post, f"/v1/handoffs/{handoff['id']}/{verb}", json=ask) for verb, ask in asks]
            codes = sorted(done.result().status_code for done in posts)
        assert codes == [200] + [409] * 7


def test_a_stranger_can_neither_read_nor_change_a_draft(
    api: Api, new_tenant: Callable[[], TenantKey], client_of: Callable[[TenantKey], Api]
) -> None:
    handoff = drafted(api, a_session(api))
    stranger = client_of(new_tenant())
    assert stranger.http.get(f"/v1/handoffs/{handoff['id']}/draft").status_code == 404
    for verb, ask in (("edit", an_edit(1, "x")), ("confirm", {"revision": 1}), ("renew", {"revision": 1})):
        assert refusal(stranger, f"handoffs/{handoff['id']}/{verb}", ask, 404)["type"] == "not-found"
    assert get(api, f"handoffs/{handoff['id']}/draft")["revision"] == 1


def test_only_a_drafted_handoff_has_a_draft(api: Api) -> None:
    session = a_session(api)
    ask = {"session_id": session, "to": "billing", "reason": "Disputed overcharge"}
    handoff = written(api, post(api, "handoffs", ask, 202), "ready")
    assert api.http.get(f"/v1/handoffs/{handoff['id']}/draft").status_code == 409
    assert refusal(api, f"handoffs/{handoff['id']}/confirm", {"revision": 1})["type"] == "handoff-state"
