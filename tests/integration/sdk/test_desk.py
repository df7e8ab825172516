"""The desk through the SDK and its commands."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.builders.live_sessions import a_session
from tests.builders.sessions import OVERCHARGE
from tests.conftest import Run
from warmline import HandoffClaimed, NothingHeld, ReadBackContradicts, StaleToken, Warmline
from warmline_schemas.handoffs import Handoff

pytestmark = pytest.mark.usefixtures("worker")

ANN, BOB = "human:ann", "human:bob"


def waiting(client: Warmline, mode: str = "cold") -> Handoff:
    handoff = client.handoffs.request(
        a_session(client, {"content": OVERCHARGE, "role": "user"}).id,
        to="queue:billing",
        reason="Disputed overcharge",
        mode=mode,
        urgency="high",
    )
    return client.handoffs.wait(handoff.id)


def test_a_takeover_knows_its_token_and_resolves_the_handoff(client: Warmline) -> None:
    handoff = waiting(client)
    claim = client.handoffs.claim(handoff.id, agent=ANN)
    with client.accept(handoff.id, agent=ANN, token=claim.token) as warm:
        warm.snooze(datetime.now(UTC) + timedelta(hours=1))
        warm.snooze(None)
        resolved = warm.resolve("Refunded $100")
    assert (warm.token, resolved.closed_as, resolved.resolution) == (claim.token, "resolved", "Refunded $100")


def test_a_session_that_sends_its_work_on_is_not_ended_by_its_block(client: Warmline) -> None:
    with client.accept(waiting(client).id, agent=ANN) as warm:
        onward = warm.transfer(to="queue:fraud", reason="Looks like fraud", warm=True)
    assert warm.session.refresh().state == "open"
    client.accept(onward.id, agent=BOB)
    assert client.handoffs.get(warm.handoff.id).closed_as == "transferred"


def test_work_is_given_back_with_an_instruction(client: Warmline) -> None:
    with client.accept(waiting(client).id, agent=ANN) as warm:
        back = warm.give_back("Ask for the order number")
    assert "Ask for the order number" in client.accept(back.id, agent="tier1-bot").prompt


def test_a_question_is_answered_and_listed(client: Warmline) -> None:
    warm = client.accept(waiting(client).id, agent=ANN)
    asked = warm.ask("Which invoice?", wait_seconds=60)
    client.handoffs.answer(warm.handoff.id, "INV-2031", agent="tier1-bot", inquiry_id=asked.id)
    assert [one.answer for one in client.handoffs.inquiries(warm.handoff.id)] == ["INV-2031"]


def test_what_the_desk_refuses_has_an_exception_of_its_own(client: Warmline) -> None:
    handoff = waiting(client)
    token = client.handoffs.claim(handoff.id, agent=ANN).token
    with pytest.raises(HandoffClaimed):
        client.handoffs.claim(handoff.id, agent=BOB)
    with pytest.raises(ReadBackContradicts) as contradicting:
        client.accept(handoff.id, agent=ANN, token=token, read_back="ACC-9999 was charged")
    client.handoffs.release(handoff.id, token=token, reason="Lunch")
    with pytest.raises(StaleToken):
        client.handoffs.heartbeat(handoff.id, token=token)
    assert contradicting.value.facts["contradictions"][0]["said"] == "ACC-9999"


def test_a_branch_holds_nothing_that_it_could_resolve(client: Warmline) -> None:
    handoff = waiting(client)
    client.accept(handoff.id, agent=ANN)
    branch = client.accept(handoff.id, agent=BOB, mode="branch")
    with pytest.raises(NothingHeld):
        branch.resolve("Refunded")


def test_a_bot_asks_whether_it_may_reply(client: Warmline) -> None:
    handoff = waiting(client, mode="warm")
    assert client.chains.owner(handoff.chain_id, session_id=handoff.source_session_id).may_reply
    client.accept(handoff.id, agent=ANN)
    assert not client.chains.owner(handoff.chain_id, agent="tier1-bot").may_reply


def test_a_handoff_is_worked_from_the_command_line(client: Warmline, run: Run) -> None:
    handoff = waiting(client)
    token = json.loads(run("handoff", "claim", handoff.id, "--agent", ANN, "--json"))["token"]
    run("handoff", "heartbeat", handoff.id, "--token", token, "--lease", 300)
    run("handoff", "ask", handoff.id, "Which invoice?", "--token", token)
    assert "INV-2031" in run("handoff", "answer", handoff.id, "INV-2031", "--agent", "tier1-bot")
    assert "INV-2031" in run("handoff", "accept", handoff.id, "--agent", ANN, "--token", token)
    assert f"owner\t{ANN}" in run("chain", "owner", handoff.chain_id).replace("      ", "\t")
    resolved = json.loads(run("handoff", "resolve", handoff.id, "Refunded", "--token", token, "--json"))
    assert resolved["closed_as"] == "resolved"


def test_a_waiting_handoff_is_offered_declined_and_sent_elsewhere_from_the_command_line(
    client: Warmline, run: Run
) -> None:
    handoff = waiting(client)
    assert ANN in run("handoff", "offer", handoff.id, "--to", ANN)
    run("handoff", "decline", handoff.id, "--agent", ANN)
    run("handoff", "claim", handoff.id, "--agent", BOB)
    moved = json.loads(
        run("handoff", "transfer", handoff.id, "--token", 1, "--to", "queue:fraud", "--reason", "Fraud", "--json")
    )
    assert (moved["state"], moved["to"]) == ("ready", "queue:fraud")
