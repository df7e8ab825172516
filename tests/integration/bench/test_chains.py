"""The brief benchmark's chains, played through the real platform."""

from typing import Any

import pytest

from bench.briefs import chains, writing
from warmline import Warmline
from warmline.replay import Case, remember
from warmline_schemas.memories import Outcome
from warmline_schemas.sessions import SessionState


def a_case(account: str, **changes: Any) -> Case:
    events = [
        {"role": "user", "text": f"My account is {account} and I was charged $299"},
        {"role": "agent", "text": " "},
        {"role": "tool", "name": "refund", "arguments": {"amount": 100}, "result": '{"done": 1}', "status": "ok"},
    ]
    return Case.model_validate(
        {"id": account, "domain": "billing", "target": f"desk-{account}", "events": events, **changes}
    )


@pytest.mark.usefixtures("worker")
def test_a_chains_last_target_wakes_up_with_what_the_first_was_told(client: Warmline) -> None:
    chain = [a_case("ACC-4501"), a_case("ACC-4502"), a_case("ACC-4503")]
    (arrived,) = chains.travel(client, [chain], clients=1)
    assert "ACC-4501" in arrived.text
    assert "ACC-4503" in arrived.text


@pytest.mark.usefixtures("worker")
def test_a_chain_is_one_conversation_and_ends(client: Warmline) -> None:
    list(chains.travel(client, [[a_case("ACC-4501"), a_case("ACC-4502")]], clients=1))
    sessions = list(client.sessions.list())
    assert [session.agent for session in reversed(sessions)] == ["billing-agent", "desk-ACC-4501", "desk-ACC-4502"]
    assert {(session.chain_id, session.state) for session in sessions} == {(sessions[-1].id, SessionState.ENDED)}


def test_events_are_kept_in_their_order_without_what_says_nothing(client: Warmline) -> None:
    with client.session(agent="billing-agent", namespace="example") as session:
        for event in a_case("ACC-4501").events:
            remember(session, event)
        refund, said = client.memories.list(session_id=session.id)
    assert said.content == "My account is ACC-4501 and I was charged $299"
    assert refund.action is not None
    assert refund.action.outcome is Outcome.CONFIRMED


def test_the_writers_time_is_measured_on_as_many_events_as_were_asked(client: Warmline) -> None:
    times = writing.measure(client, [a_case("ACC-4501")], 100)
    assert times["p50_ms"] > 0
    assert times["cpu_p50_ms"] > 0
