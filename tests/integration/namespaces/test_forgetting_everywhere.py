"""Forgetting leaves nothing: not in answers that are kept, nor in what people wrote beside a brief."""

from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from tests.builders.databases import tables_that_hold
from tests.conftest import Api, TenantKey
from tests.integration.namespaces.test_forgetting import a_marker, forget
from warmline_api.app import create_app
from warmline_local.servers import EmbeddedPostgres
from warmline_memory.settings import Settings

OF_NO_NAMESPACE = {
    "/v1/operators",
    "/v1/operators/{name}/heartbeat",
    "/v1/webhooks",
    "/v1/webhooks/{webhook_id}/rotate",
    "/v1/webhooks/{webhook_id}/ping",
    "/v1/webhooks/{webhook_id}/replay",
    "/v1/deliveries/{delivery_id}/replay",
    "/v1/keys",
    "/v1/rotas/{name}/changes",
    "/v1/keys/{key_id}/revoke",
    "/v1/keys/{key_id}/rotate",
    "/v1/chains/{chain_id}/typing",
}
"""What these answer is about people, their duty, keys and addresses. Deliveries are shown without the facts of their
events, and that somebody is typing is answered with nothing and kept nowhere."""


def fields(document: dict[str, Any], shape: Any, seen: frozenset[str] = frozenset()) -> set[str]:
    """The names of all fields that an answer of that shape can have, at any depth."""
    if isinstance(shape, list):
        return {name for one in shape for name in fields(document, one, seen)}
    if not isinstance(shape, dict):
        return set()
    if "$ref" in shape:
        reference = str(shape["$ref"])
        _, components, kind, name = reference.split("/")
        return set() if reference in seen else fields(document, document[components][kind][name], seen | {reference})
    return set(shape.get("properties", ())) | fields(document, list(shape.values()), seen)


def test_every_answer_that_is_kept_says_which_namespace_it_is_about(settings: Settings) -> None:
    api = create_app(settings).openapi()
    assert api["components"]["parameters"]["Key"]["name"] == "Idempotency-Key"
    silent = set()
    for path, methods in api["paths"].items():
        route = methods.get("post", {})
        if {"$ref": "#/components/parameters/Key"} in route.get("parameters", ()):
            answers = [answer for code, answer in route["responses"].items() if code.startswith("2")]
            if not {"namespace", "handoff_id", "chain_id"} & fields(api, answers):
                silent.add(path)
    assert silent == OF_NO_NAMESPACE


def post(api: Api, path: str, **ask: Any) -> dict[str, Any]:
    """Ask for something under an Idempotency-Key, so that the answer is kept."""
    answer = api.http.post(f"/v1{path}", json=ask, headers={"Idempotency-Key": uuid4().hex})
    assert answer.is_success, answer.text
    return dict(answer.json())


def kept_answers(postgres: EmbeddedPostgres, tenant: TenantKey) -> list[list[str]]:
    """The namespaces of the answers that are kept for a tenant, in the order of their requests."""
    asked = "SELECT namespaces FROM idempotent_answers WHERE tenant_id = %s ORDER BY created_at"
    with psycopg.connect(postgres.url) as connection:
        return [sorted(row[0]) for row in connection.execute(asked, [tenant.tenant_id])]


def test_the_answer_to_a_batch_is_about_all_of_its_namespaces(
    api: Api, postgres: EmbeddedPostgres, tenant: TenantKey
) -> None:
    post(api, "/memories/batch", memories=[{"namespace": one, "content": "x"} for one in ("b", "a", "b")])
    assert kept_answers(postgres, tenant) == [["a", "b"]]
    assert api.http.delete("/v1/namespaces/b").is_success
    assert kept_answers(postgres, tenant) == []
    assert api.http.get("/v1/memories", params={"namespace": "a"}).json()["items"]


def test_an_answer_without_memories_is_about_the_namespace_that_was_asked_for(
    api: Api, postgres: EmbeddedPostgres, tenant: TenantKey
) -> None:
    post(api, "/recall", namespace="empty", query="anything")
    assert kept_answers(postgres, tenant) == [["empty"]]


@pytest.mark.usefixtures("worker")
def test_a_claim_is_about_the_namespace_of_its_handoff(api: Api, postgres: EmbeddedPostgres, tenant: TenantKey) -> None:
    handoff = a_ready_handoff(api, "user-ada", "My name is Ada")
    claim = post(api, f"/handoffs/{handoff}/claim", agent="human:ann", lease_seconds=60)
    post(api, f"/handoffs/{handoff}/heartbeat", token=claim["token"])
    assert kept_answers(postgres, tenant)[-2:] == [["user-ada"], ["user-ada"]]


@pytest.mark.usefixtures("worker")
def test_a_message_and_a_reply_are_about_the_namespace_of_their_chain(
    api: Api, postgres: EmbeddedPostgres, tenant: TenantKey
) -> None:
    session = post(api, "/sessions", namespace="user-ada", agent="bot")["id"]
    post(api, f"/chains/{session}/messages", content="My name is Ada", external_id="chat-1")
    handoff = post(api, "/handoffs", session_id=session, to="queue:billing", reason="Too hard")["id"]
    api.http.get(f"/v1/handoffs/{handoff}", params={"wait": 20})
    token = post(api, f"/handoffs/{handoff}/accept", agent="human:ann")["claim"]["token"]
    reply = post(api, f"/handoffs/{handoff}/reply", token=token, content="Hello Ada")
    post(api, f"/chains/{session}/messages/{reply['id']}/delivery", state="sent")
    post(api, f"/chains/{session}/give-back", agent="human:ann")
    assert [set(one) for one in kept_answers(postgres, tenant)] == [{"user-ada"}] * 7
    assert api.http.delete("/v1/namespaces/user-ada").is_success
    assert kept_answers(postgres, tenant) == []


def test_what_metadata_calls_a_handoff_does_no_harm(api: Api, postgres: EmbeddedPostgres, tenant: TenantKey) -> None:
    odd = {"handoff_id": "none", "namespace": 7, "deep": [{"handoff_id": {}}]}
    post(api, "/memories", namespace="user-ada", content="x", metadata=odd)
    assert kept_answers(postgres, tenant) == [["user-ada"]]


def a_ready_handoff(api: Api, namespace: str, *said: str, **fields: Any) -> str:
    """A handoff with its brief, from a session in which a customer said this."""
    session = post(api, "/sessions", namespace=namespace, agent="bot")["id"]
    for content in said:
        post(api, "/memories", session_id=session, content=content, role="user")
    handoff = post(api, "/handoffs", session_id=session, to="queue:billing", reason="Too hard", **fields)["id"]
    settled = api.http.get(f"/v1/handoffs/{handoff}", params={"wait": 20}).json()["state"]
    assert settled in {"ready", "drafted"}
    return str(handoff)


def a_case_of_everything(api: Api, namespace: str, marker: str) -> list[str]:
    """A marker in as many places as a namespace has. Answers with the ids of the memories that say it."""
    address = f"Please send the refund for order {marker} to my bank"
    a_ready_handoff(api, namespace, address, review=True)
    handoff = a_ready_handoff(api, namespace, address, f"My order is {marker}", "I am in a hurry")
    post(api, "/webhooks", url="http://127.0.0.1:9/", types=["brief.flagged", "handoff.info_requested"])
    held = post(api, f"/handoffs/{handoff}/claim", agent="human:ann", lease_seconds=600)["token"]
    brief = api.http.get(f"/v1/handoffs/{handoff}").json()["brief"]
    section, line = next(
        (one["name"], line["text"]) for one in brief["sections"] for line in one["lines"] if marker in line["text"]
    )
    flag = {"by": "human:ann", "verdict": "wrong"}
    post(api, f"/handoffs/{handoff}/flags", **flag, section=section, line=line)
    post(api, f"/handoffs/{handoff}/flags", by="human:ann", verdict="missing", should_be=f"Refund of {marker}")
    post(api, f"/handoffs/{handoff}/ask", token=held, question=f"Is {marker} the right order?")
    post(api, "/recall", namespace=namespace, query="Which order?")
    post(api, f"/handoffs/{handoff}/accept", agent="human:ann", token=held, read_back=f"A refund for order {marker}")
    post(api, "/shifts", outgoing="human:ann")
    memories = api.http.get("/v1/memories", params={"namespace": namespace}).json()["items"]
    return [one["id"] for one in memories if marker in one["content"] and one["kind"] != "handoff"]


def a_place_of_free_words(api: Api, namespace: str, marker: str) -> tuple[str, list[str]]:
    """A handoff whose reason, goal and events have a marker that a customer said; the ids of what the customer said."""
    words = {"reason": f"Refund of order {marker}", "goal": f"Pay back {marker}"}
    session = post(api, "/sessions", namespace=namespace, agent="bot")["id"]
    post(api, "/memories", session_id=session, content=f"My order is {marker}", role="user")
    handoff = post(api, "/handoffs", session_id=session, to="queue:billing", **words)["id"]
    assert api.http.get(f"/v1/handoffs/{handoff}", params={"wait": 20}).json()["state"] == "ready"
    held = post(api, f"/handoffs/{handoff}/claim", agent="human:ann", lease_seconds=600)["token"]
    post(api, f"/handoffs/{handoff}/release", token=held, reason=f"I do not know what {marker} is")
    memories = api.http.get("/v1/memories", params={"namespace": namespace}).json()["items"]
    return handoff, [one["id"] for one in memories if one["kind"] != "handoff"]


@pytest.mark.usefixtures("worker")
def test_free_words_of_a_handoff_that_repeat_a_forgotten_memory_go_with_it(
    api: Api, postgres: EmbeddedPostgres
) -> None:
    marker = a_marker()
    handoff, told = a_place_of_free_words(api, "user-ada", marker)
    assert {"handoffs", "events"} <= set(tables_that_hold(postgres, marker))
    for memory in told:
        assert api.http.delete(f"/v1/memories/{memory}").is_success
    assert tables_that_hold(postgres, marker) == []
    left = api.http.get(f"/v1/handoffs/{handoff}").json()
    assert (left["state"], left["reason"], left["goal"]) == ("ready", "(what was said here was forgotten)", None)
    assert left["brief"]["text"].splitlines()[0].endswith("(what was said here was forgotten)")


@pytest.mark.usefixtures("worker")
def test_free_words_that_repeat_nothing_stay(api: Api) -> None:
    session = post(api, "/sessions", namespace="user-ada", agent="bot")["id"]
    memory = post(api, "/memories", session_id=session, content="I moved to 12 Elm Road in Zwolle", role="user")["id"]
    handoff = post(api, "/handoffs", session_id=session, to="queue:billing", reason="Disputed charge", goal="Refund")[
        "id"
    ]
    assert api.http.get(f"/v1/handoffs/{handoff}", params={"wait": 20}).json()["state"] == "ready"
    assert api.http.delete(f"/v1/memories/{memory}").is_success
    left = api.http.get(f"/v1/handoffs/{handoff}").json()
    assert (left["reason"], left["goal"]) == ("Disputed charge", "Refund")


def test_what_a_receiver_of_webhooks_answered_goes_where_it_repeats_what_is_forgotten(
    api: Api, postgres: EmbeddedPostgres, tenant: TenantKey
) -> None:
    marker = a_marker()
    post(api, "/webhooks", url="http://127.0.0.1:9/", types=["session.started"])
    session = post(api, "/sessions", namespace="user-ada", agent="bot")["id"]
    memory = post(api, "/memories", session_id=session, content=f"My order is {marker}", role="user")["id"]
    answered = """
        INSERT INTO delivery_attempts (tenant_id, id, delivery_id, milliseconds, status, answer)
        SELECT tenant_id, gen_random_uuid(), id, 1, 500, %s FROM deliveries WHERE tenant_id = %s"""
    with psycopg.connect(postgres.url) as connection:
        assert connection.execute(answered, [f"No such order: {marker}", tenant.tenant_id]).rowcount == 1
    assert api.http.delete(f"/v1/memories/{memory}").is_success
    assert tables_that_hold(postgres, marker) == []


def test_forgetting_memories_answers_with_a_certificate_too(api: Api) -> None:
    memory = post(api, "/memories", namespace="user-ada", content="she likes tea")["id"]
    ask = {"namespace": "user-ada", "ids": [memory]}
    certificate = api.http.post("/v1/memories/forget", json=ask).json()["certificate"]
    (entry,) = api.http.get("/v1/audit", params={"verb": "forget"}).json()["items"]
    assert certificate["hash"] == entry["hash"]
    assert certificate["namespace"] == "user-ada"


PLACES = {"memories", "handoffs", "flags", "inquiries"}


@pytest.mark.usefixtures("worker")
def test_a_memory_that_is_forgotten_is_left_nowhere(api: Api, postgres: EmbeddedPostgres) -> None:
    marker = a_marker()
    told = a_case_of_everything(api, "user-ada", marker)
    assert set(tables_that_hold(postgres, marker)) >= PLACES
    for memory in told:
        assert api.http.delete(f"/v1/memories/{memory}").is_success
    assert tables_that_hold(postgres, marker) == []


@pytest.mark.usefixtures("worker")
def test_a_namespace_that_is_forgotten_is_left_nowhere(api: Api, postgres: EmbeddedPostgres) -> None:
    marker, namespace = a_marker(), f"user-{a_marker()}"
    a_case_of_everything(api, namespace, marker)
    assert api.http.delete(f"/v1/namespaces/{namespace}").is_success
    assert tables_that_hold(postgres, marker) == []
    assert tables_that_hold(postgres, namespace) == []


def test_a_namespace_that_was_copied_is_left_nowhere_either(api: Api, postgres: EmbeddedPostgres) -> None:
    namespace = f"user-{a_marker()}"
    post(api, "/memories", namespace=namespace, content="she likes tea")
    lines = api.http.get(f"/v1/namespaces/{namespace}/export").content
    assert api.http.post("/v1/namespaces/copied/import", content=lines).is_success
    assert api.http.delete(f"/v1/namespaces/{namespace}").is_success
    assert tables_that_hold(postgres, namespace) == []


@pytest.mark.usefixtures("worker")
def test_an_open_question_stays_without_its_words(api: Api) -> None:
    marker = a_marker()
    handoff = a_ready_handoff(api, "user-ada", f"My order is {marker}")
    held = post(api, f"/handoffs/{handoff}/claim", agent="human:ann", lease_seconds=600)["token"]
    post(api, f"/handoffs/{handoff}/ask", token=held, question=f"Is {marker} the right order?")
    post(api, f"/handoffs/{handoff}/ask", token=held, question="Which bank is it?")
    forget(api, namespace="user-ada", kinds=["message"])
    asked = api.http.get(f"/v1/handoffs/{handoff}/inquiries").json()
    questions = [one["question"] for one in asked["items"]]
    assert questions == ["(what was asked here was forgotten)", "Which bank is it?"]


def test_an_answer_that_names_what_was_forgotten_is_not_given_again(api: Api) -> None:
    def keep(content: str) -> httpx.Response:
        ask = {"namespace": "user-ada", "content": content}
        return api.http.post("/v1/memories", json=ask, headers={"Idempotency-Key": content})

    first, other = keep("she likes tea"), keep("she likes trains")
    assert api.http.delete(f"/v1/memories/{first.json()['id']}").is_success
    assert keep("she likes trains").json() == other.json()
    again = keep("she likes tea")
    assert "Idempotent-Replay" not in again.headers
    assert again.json()["id"] != first.json()["id"]
