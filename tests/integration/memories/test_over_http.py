"""Memories over HTTP."""

from uuid import uuid4

import pytest

from tests.builders.memories import a_memory
from tests.builders.sessions import started
from tests.conftest import Api


def test_a_memory_comes_back_as_it_was_kept(api: Api) -> None:
    given = {
        "kind": "fact",
        "role": "user",
        "importance": 0.9,
        "slot": {"name": "account_id", "value": "ACC-4521"},
        "metadata": {"channel": "chat", "nested": {"a": [1, None]}},
        "event_time": "2026-03-01T10:00:00Z",
    }
    memory = a_memory(api, **given)
    assert {name: memory[name] for name in given} == given
    assert api.http.get(f"/v1/memories/{memory['id']}").json() == memory


def test_a_memory_of_a_session_takes_its_namespace_agent_and_chain(api: Api) -> None:
    session = started(api)["id"]
    memory = api.http.post("/v1/memories", json={"session_id": session, "content": "Hello"}).json()
    assert (memory["namespace"], memory["agent"], memory["chain_id"]) == ("user-dave", "tier1-bot", session)


def test_importance_is_estimated_where_it_is_left_out(api: Api) -> None:
    dispute, thanks = a_memory(api), a_memory(api, "Thanks, bye!")
    assert dispute["importance_estimated"]
    assert dispute["importance"] > thanks["importance"] + 0.3


def test_an_action_without_words_is_rendered_and_kept_whole(api: Api) -> None:
    action = {
        "name": "refund",
        "arguments": {"amount": 100},
        "result": {"status": "ok"},
        "outcome": "confirmed",
    }
    answer = api.http.post("/v1/memories", json={"namespace": "user-dave", "kind": "action", "action": action}).json()
    assert answer["content"] == 'refund(amount=100) → {"status": "ok"} [confirmed]'
    assert answer["action"] == action


def test_a_batch_keeps_its_order(api: Api) -> None:
    session = started(api)["id"]
    contents = [f"event number {number}" for number in range(100)]
    batch = [{"session_id": session, "content": content} for content in contents]
    kept = api.http.post("/v1/memories/batch", json={"memories": batch}).json()["memories"]
    listed = api.http.get("/v1/memories", params={"session_id": session, "limit": 500}).json()["items"]
    assert [one["content"] for one in kept] == contents
    assert [one["content"] for one in listed] == contents[::-1]


def test_a_batch_with_one_bad_memory_keeps_none(api: Api) -> None:
    batch = [{"namespace": "user-dave", "content": "good"}, {"session_id": str(uuid4()), "content": "nowhere"}]
    assert api.http.post("/v1/memories/batch", json={"memories": batch}).status_code == 404
    assert api.http.get("/v1/memories", params={"namespace": "user-dave"}).json()["items"] == []


def test_a_batch_of_more_than_a_thousand_is_refused(api: Api) -> None:
    batch = [{"namespace": "user-dave", "content": "x"}] * 1001
    assert api.http.post("/v1/memories/batch", json={"memories": batch}).status_code == 422


def test_writing_to_an_ended_session_says_where_to_go(api: Api) -> None:
    session = started(api)["id"]
    api.http.post(f"/v1/sessions/{session}/end")
    answer = api.http.post("/v1/memories", json={"session_id": session, "content": "too late"})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:warmline:problem:session-ended")
    assert "Start a new session" in answer.json()["detail"]


def test_a_session_of_another_namespace_is_refused(api: Api) -> None:
    ask = {"session_id": started(api)["id"], "namespace": "user-eve", "content": "x"}
    answer = api.http.post("/v1/memories", json=ask)
    assert answer.json()["type"] == "urn:warmline:problem:namespace-mismatch"


@pytest.mark.parametrize(
    ("ask", "field"),
    [
        ({"namespace": "user-dave"}, "content"),
        ({"content": "x"}, "namespace"),
        ({"namespace": "user-dave", "content": "x", "importance": 1.5}, "importance"),
        ({"namespace": "user-dave", "content": "x", "event_time": "2026-03-01T10:00:00"}, "event_time"),
        ({"namespace": "user dave", "content": "x"}, "namespace"),
        ({"namespace": "user-dave", "content": "x", "kind": "Über"}, "kind"),
        ({"namespace": "user-dave", "content": "x", "metadata": {"a": "x" * 65_536}}, "metadata"),
        ({"namespace": "user-dave", "action": {"name": "t", "result": "x" * 1_000_001}}, "action.result"),
    ],
)
def test_a_malformed_memory_names_its_field(api: Api, ask: dict[str, object], field: str) -> None:
    answer = api.http.post("/v1/memories", json=ask)
    assert answer.status_code == 422
    assert field in answer.json()["detail"]


@pytest.mark.parametrize("field", ["content", "metadata"])
def test_a_character_that_cannot_be_stored_is_a_malformed_request(api: Api, field: str) -> None:
    bad = {"content": "a\x00b"} if field == "content" else {"metadata": {"a": "\x00"}}
    answer = api.http.post("/v1/memories", json={"namespace": "user-dave", "content": "x", **bad})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:warmline:problem:invalid-request")


def test_a_number_that_is_no_json_is_a_malformed_request(api: Api) -> None:
    body = b'{"namespace": "user-dave", "content": "x", "metadata": {"a": NaN}}'
    answer = api.http.post("/v1/memories", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, "body.metadata" in answer.json()["detail"]) == (422, True)


def test_new_content_is_found_by_its_new_meaning(api: Api) -> None:
    memory = a_memory(api, "The cat sleeps on the sofa")
    revised = api.http.patch(f"/v1/memories/{memory['id']}", json={"content": "The invoice is overdue"}).json()
    found = api.http.post("/v1/recall", json={"namespace": "user-dave", "query": "unpaid bill"}).json()["results"][0]
    assert found["memory"]["id"] == revised["id"]
    assert found["parts"]["cosine"] > 0.3


def test_a_revision_changes_what_it_names_and_nothing_else(api: Api) -> None:
    memory = a_memory(api)
    revised = api.http.patch(f"/v1/memories/{memory['id']}", json={"importance": 0.2, "kind": "fact"}).json()
    assert revised == {**memory, "importance": 0.2, "importance_estimated": False, "kind": "fact"}


def test_an_empty_revision_is_refused(api: Api) -> None:
    assert api.http.patch(f"/v1/memories/{a_memory(api)['id']}", json={}).status_code == 422


def test_a_forgotten_memory_is_gone(api: Api) -> None:
    memory = a_memory(api)
    assert api.http.delete(f"/v1/memories/{memory['id']}").status_code == 204
    assert api.http.get(f"/v1/memories/{memory['id']}").status_code == 404
    assert api.http.delete(f"/v1/memories/{memory['id']}").status_code == 404
