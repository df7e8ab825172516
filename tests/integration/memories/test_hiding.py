"""Secrets over HTTP: hidden in recalls and warm starts, and for good in what is kept where the tenant wants it so."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.builders.handoffs import accept, waiting
from tests.builders.waits import eventually
from tests.builders.whole_words import says
from tests.conftest import Api
from warmline_memory.memories import long_texts

CARD = "4111 1111 1111 1111"
LONG = f"{'The lamp was sent. ' * 2_000} Paid with {CARD}"


def keep(api: Api, *memories: dict[str, Any]) -> list[dict[str, Any]]:
    batch = [{"namespace": "user-dave", **memory} for memory in memories]
    answer = api.http.post("/v1/memories/batch", json={"memories": batch}).raise_for_status()
    kept: list[dict[str, Any]] = answer.json()["memories"]
    return kept


def prefer(api: Api, **changes: Any) -> None:
    api.http.patch("/v1/preferences", json=changes).raise_for_status()


def recalled(api: Api, query: str) -> list[str]:
    asked = {"namespace": "user-dave", "query": query}
    answer = api.http.post("/v1/recall", json=asked).raise_for_status().json()
    return [one["memory"]["content"] for one in answer["results"]]


def a_session(api: Api, *turns: tuple[str, str]) -> str:
    started = api.http.post("/v1/sessions", json={"namespace": "user-dave", "agent": "bot"}).json()
    keep(api, *({"session_id": started["id"], "role": role, "content": said} for role, said in turns))
    return str(started["id"])


def test_a_recall_hides_secrets_and_the_memory_keeps_them(api: Api) -> None:
    kept = keep(api, {"content": f"Charge the card {CARD} for the lamp"})[0]
    assert recalled(api, "lamp") == ["Charge the card [redacted] for the lamp"]
    assert CARD in api.http.get(f"/v1/memories/{kept['id']}").json()["content"]


def test_long_memories_are_looked_through_one_recall_after_the_other_and_short_ones_wait_for_none(api: Api) -> None:
    keep(api, {"content": LONG})
    keep(api, {"content": f"The shade was paid with {CARD}", "metadata": {"short": True}})
    asked = {"namespace": "user-dave", "query": "paid", "metadata": {"short": True}}
    with ThreadPoolExecutor(1) as beside:
        with long_texts.TURN:
            long = beside.submit(recalled, api, "lamp")
            short = api.http.post("/v1/recall", json=asked).json()["results"]
            assert [one["memory"]["content"] for one in short] == ["The shade was paid with [redacted]"]
            assert not long.done()
        assert CARD not in str(long.result())


def test_the_transaction_of_a_recall_is_over_before_its_long_memories_are_looked_through(api: Api) -> None:
    kept = keep(api, {"content": LONG})[0]
    asked = {"namespace": "user-dave", "query": "lamp", "reinforce": True}
    with ThreadPoolExecutor(1) as beside:
        with long_texts.TURN:
            recalls = beside.submit(api.http.post, "/v1/recall", json=asked)
            eventually(lambda: api.http.get(f"/v1/memories/{kept['id']}").json()["times_recalled"], seconds=60)
            assert not recalls.done()
        assert CARD not in recalls.result().text


def test_a_recall_that_is_repeated_is_answered_as_before_without_secrets(api: Api) -> None:
    keep(api, {"content": f"Charge the card {CARD} for the lamp"})
    asked = {"namespace": "user-dave", "query": "lamp"}
    answers = [api.http.post("/v1/recall", json=asked, headers={"Idempotency-Key": "once"}) for _ in range(2)]
    assert [CARD in one.text for one in answers] == [False, False]
    assert answers[0].json() == answers[1].json()


def test_a_recall_reads_the_question_that_a_bare_reply_answers(api: Api) -> None:
    a_session(api, ("agent", "What is your PIN?"), ("user", "sure, 5521 then"))
    assert not [said for said in recalled(api, "sure then") if "5521" in said]


def test_a_tenant_may_want_recalls_as_they_were_said(api: Api) -> None:
    prefer(api, hide_secrets_in_recall=False)
    keep(api, {"content": f"Charge the card {CARD} for the lamp"})
    assert recalled(api, "lamp") == [f"Charge the card {CARD} for the lamp"]


@pytest.mark.usefixtures("worker")
def test_a_warm_start_hides_secrets_in_every_part_of_it(api: Api) -> None:
    session = a_session(api, ("user", "The lamp is broken"))
    handoff = waiting(api, session, to="ann", reason="my password is tulip77", goal="use the pin 8830")
    keep(api, {"content": f"The lamp was paid with {CARD}"})
    started = accept(api, handoff, "ann")
    assert f"The lamp was paid with {CARD}" not in str(started["memories"])
    assert not [secret for secret in (CARD, "tulip77", "8830") if says(started, secret)]


def test_what_was_captured_from_a_transcript_is_kept_without_its_secrets(api: Api) -> None:
    turns = [
        {"role": "agent", "content": "And the password?", "metadata": {"captured": True}},
        {"role": "user", "content": "marmalade-9", "metadata": {"captured": True, "note": "password is marmalade-9"}},
    ]
    kept = keep(api, *turns)[1]
    stored = api.http.get(f"/v1/memories/{kept['id']}").text
    assert "marmalade" not in stored
    assert "[redacted]" in stored


def test_what_was_kept_on_purpose_is_kept_as_it_was_said(api: Api) -> None:
    assert keep(api, {"content": f"use {CARD}"})[0]["content"] == f"use {CARD}"


def test_a_tenant_may_want_no_secret_kept_at_all(api: Api) -> None:
    prefer(api, secrets_at_write="always")
    action = {"name": "log_in", "arguments": {"password": "tulip77"}, "result": "tulip77 works"}
    kept = keep(api, {"content": f"use {CARD}"}, {"action": action, "slot": {"name": "pin", "value": "4713"}})
    assert not [secret for secret in (CARD, "tulip77", "4713") if says(kept, secret)]


def test_a_tenant_may_want_transcripts_as_they_were_said(api: Api) -> None:
    prefer(api, secrets_at_write="never")
    kept = keep(api, {"content": f"use {CARD}", "metadata": {"captured": True}})
    assert kept[0]["content"] == f"use {CARD}"
