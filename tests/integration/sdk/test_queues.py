"""Queues and operators through the SDK and the command line."""

import json
from pathlib import Path

import pytest

from tests.builders.handoffs import ANN
from tests.conftest import Run
from warmline import NotFound, Warmline
from warmline_schemas.operators import Presence
from warmline_schemas.queues import Assigning, NobodyThere

QUEUE = """
title = "Billing"
assigning = "offer"
nobody_there = "callback"

[promises]
accept_seconds = 300

[[levels]]
wait_seconds = 600
to = "queue:leads"

[office_hours]
zone = "Europe/Berlin"
days = [{ day = "monday", opens = "08:00", closes = "18:00" }]
"""


def a_waiting_handoff(client: Warmline) -> str:
    with client.session(agent="tier1-bot", namespace="user-dave") as session:
        session.remember("Charged $299, the plan is $199 a month", role="user")
        handoff = session.hand_off(to="queue:billing", reason="Disputes an overcharge")
    return str(client.handoffs.wait(handoff.id, timeout=30).id)


@pytest.mark.usefixtures("worker")
def test_an_operator_works_a_queue(client: Warmline) -> None:
    client.operators.create("ann", queues=["billing"], skills=["refunds"])
    assert client.operators.revise("human:ann", presence="available").presence is Presence.AVAILABLE
    waiting = a_waiting_handoff(client)
    assert [str(one.id) for one in client.queues.waiting("queue:billing", operator="ann")] == [waiting]
    assert client.queues.standing_of(waiting).position == 1
    claim = client.queues.claim_next("billing", agent=ANN)
    assert claim is not None
    assert str(claim.handoff_id) == waiting
    assert client.queues.claim_next("billing", agent=ANN) is None
    assert client.operators.get("ann").load == 1


def test_a_queue_that_is_gone_is_not_found(client: Warmline) -> None:
    client.queues.write("billing", nobody_there=NobodyThere.CALLBACK)
    assert [queue.name for queue in client.queues.list()] == ["billing"]
    client.queues.delete("billing")
    with pytest.raises(NotFound):
        client.queues.delete("billing")


def test_a_queue_is_set_up_by_a_file(client: Warmline, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "billing.toml"
    file.write_text(QUEUE)
    run("queues", "write", "billing", file)
    queue = client.queues.get("billing")
    assert (queue.title, queue.assigning, queue.levels[0].to) == ("Billing", Assigning.OFFER, "queue:leads")
    shown = run("queues", "show", "billing")
    assert "5 min" in shown
    assert "monday 08:00-18:00 (Europe/Berlin)" in shown
    assert "callback" in run("queues", "list")
    assert json.loads(run("queues", "standing", "billing", "--json"))["waiting"] == 0
    run("queues", "delete", "billing")
    assert not client.queues.get("billing").written


def test_operators_are_added_and_changed_by_commands(run: Run) -> None:
    run("operators", "create", "ann", "--queue", "billing", "--queue", "fraud", "--skill", "refunds", "--level", 2)
    run("operators", "revise", "ann", "--presence", "available", "--capacity", 3)
    assert "billing, fraud" in run("operators", "show", "ann")
    (listed,) = json.loads(run("operators", "list", "--json"))
    assert (listed["presence"], listed["capacity"], listed["level"]) == ("available", 3, 2)


def test_how_long_keys_are_valid_is_a_preference(run: Run) -> None:
    assert "valid for 7 days" in run("preferences", "--key-days", 7)
    assert json.loads(run("preferences", "--json"))["key_days"] == 7


def test_the_hop_budget_and_reason_codes_are_preferences(run: Run) -> None:
    changed = run("preferences", "--reason-code", "bad_weather", "--hop-budget", 5, "--people-target", "queue:triage")
    assert "bad_weather" in changed
    preferred = json.loads(run("preferences", "--json"))
    assert (preferred["hop_budget"], preferred["people_target"]) == (5, "queue:triage")
