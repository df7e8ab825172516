"""What the holder of a handoff asks its source, and what becomes of the answer."""

import pytest

from tests.builders.handoffs import ANN, accept, accepted, act, claim, read, refused, waiting
from tests.builders.requests import Json
from tests.builders.sessions import session_of
from tests.conftest import Api

pytestmark = pytest.mark.usefixtures("worker")


def ask(api: Api, handoff: Json, token: int, question: str = "Which invoice is it about?", **changes: object) -> Json:
    return act(api, handoff, "ask", 201, token=token, question=question, **changes)


def answer(api: Api, handoff: Json, said: str = "Invoice INV-2031", **changes: object) -> Json:
    return act(api, handoff, "answer", agent="tier1-bot", answer=said, **changes)


def inquiries(api: Api, handoff: Json) -> list[Json]:
    return list(api.http.get(f"/v1/handoffs/{handoff['id']}/inquiries").json()["items"])


def test_an_answer_reaches_whoever_accepts_though_the_source_has_ended(api: Api) -> None:
    handoff = waiting(api)
    token = claim(api, handoff)
    ask(api, handoff, token)
    answer(api, handoff)
    warm = accept(api, handoff, token=token)
    assert session_of(api, handoff["source_session_id"])["state"] == "ended"
    assert [one["kind"] for one in warm["since_the_brief"]] == ["answer"]
    assert "INV-2031" in warm["prompt"]


def test_a_claim_does_not_lapse_while_an_answer_is_awaited(api: Api) -> None:
    handoff = waiting(api)
    token = claim(api, handoff, lease_seconds=5)
    due = ask(api, handoff, token, wait_seconds=900)["due_at"]
    assert read(api, handoff)["lease_until"] > due
    act(api, handoff, "heartbeat", token=token, lease_seconds=5)
    assert read(api, handoff)["lease_until"] > due
    answer(api, handoff)
    answered = read(api, handoff)
    assert (answered["inquiry_due_at"], answered["lease_until"] < due) == (None, True)


def test_inquiries_are_listed_with_their_answers_and_are_answered_in_order(api: Api) -> None:
    handoff, token = accepted(api)
    first, second = ask(api, handoff, token), ask(api, handoff, token, "Since when?")
    answer(api, handoff)
    assert read(api, handoff)["inquiry_due_at"] is not None
    assert [one["answer"] for one in inquiries(api, handoff)] == ["Invoice INV-2031", None]
    answer(api, handoff, "Since May", inquiry_id=second["id"])
    assert (first["asked_by"], inquiries(api, handoff)[1]["answer"]) == (ANN, "Since May")
    assert read(api, handoff)["inquiry_due_at"] is None


def test_what_nobody_asked_cannot_be_answered(api: Api) -> None:
    assert refused(api, waiting(api), "answer", agent="tier1-bot", answer="42") == "handoff-state"


def test_forgetting_the_memory_of_an_answer_forgets_the_answer(api: Api) -> None:
    handoff = waiting(api)
    asked = ask(api, handoff, claim(api, handoff))
    answer(api, handoff)
    api.http.delete(f"/v1/memories/{asked['id']}").raise_for_status()
    assert "INV-2031" not in str(inquiries(api, handoff))


def test_forgetting_the_memory_of_a_resolution_forgets_the_note(api: Api) -> None:
    handoff, token = accepted(api)
    act(api, handoff, "resolve", token=token, note="Refunded to card 4242")
    api.http.delete(f"/v1/memories/{handoff['id']}").raise_for_status()
    assert read(api, handoff)["resolution"] is None
