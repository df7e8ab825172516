"""What the desk does when clocks run down: leases, offers, levels, promises, stalls, rests; each once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from tests.builders.handoffs import ANN, accept, act, claim, events_of, once, read, waiting
from tests.builders.memories import remember
from tests.builders.operators import an_operator
from tests.builders.queues import a_queue
from tests.builders.requests import Json, get
from tests.builders.sessions import a_session
from tests.builders.waits import eventually
from tests.conftest import Api, TenantKey
from warmline_memory import desk
from warmline_memory.storage.database import Database

pytestmark = pytest.mark.usefixtures("worker")

NOBODY = "mistyped-bot"
"""An agent that never comes."""
TWO_LEVELS = [{"wait_seconds": 600}, {"wait_seconds": 600}]


def rewind(database: Database, tenant: TenantKey, handoff: Json, *columns: str) -> None:
    """Let times of a handoff have been a good ten minutes ago."""
    passed = ", ".join(f"{column} = now() - interval '601 seconds'" for column in columns)
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        db.execute(text(f"UPDATE handoffs SET {passed} WHERE id = :id"), {"id": handoff["id"]})


def prefer(api: Api, **preferences: Any) -> None:
    api.http.patch("/v1/preferences", json=preferences).raise_for_status()


def wake(database: Database, tenant: TenantKey, handoff: Json) -> list[UUID]:
    """Wake a handoff; the handoffs that were requested by that, of which the worker is told."""
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        desk.wake(db, UUID(handoff["id"]))
    return db.nudged


def test_a_claim_that_runs_out_goes_back_one_level_up_with_its_history(api: Api) -> None:
    handoff = waiting(api)
    token = claim(api, handoff, lease_seconds=1)
    back = once(api, handoff, lambda found: found["state"] == "ready")
    assert (back["level"], back["holder"], back["lease_until"]) == (2, None, None)
    (lapsed,) = events_of(api, handoff, "lapsed")
    (escalated,) = events_of(api, handoff, "escalated")
    assert (lapsed["actor"], "token" in lapsed["facts"]) == (ANN, False)
    assert escalated["facts"]["why"] == "the claim of human:ann ran out"
    assert claim(api, handoff, "human:bob") == token + 1


def test_what_waits_for_too_long_at_a_level_goes_one_level_up(api: Api, tenant: TenantKey, database: Database) -> None:
    a_queue(api, levels=TWO_LEVELS)
    handoff = waiting(api)
    rewind(database, tenant, handoff, "ready_at", "alarm_at")
    assert once(api, handoff, lambda found: found["level"] == 2)["to"] == "queue:billing"
    (escalated,) = events_of(api, handoff, "escalated")
    assert (escalated["facts"]["from_level"], escalated["facts"]["why"]) == (1, "nobody took it over in time")


def test_a_level_that_names_another_target_sends_it_there(api: Api) -> None:
    a_queue(api, levels=[{"wait_seconds": 1, "to": "queue:leads"}])
    handoff = once(api, waiting(api), lambda found: found["to"] == "queue:leads")
    assert (handoff["level"], handoff["state"]) == (2, "ready")


def test_the_last_level_keeps_it_and_alarms_again(api: Api) -> None:
    a_queue(api, levels=[{"wait_seconds": 1}])
    handoff = waiting(api)
    eventually(lambda: {"told": len(events_of(api, handoff, "escalated"))}, lambda found: found["told"] >= 3)
    assert (read(api, handoff)["level"], read(api, handoff)["state"]) == (2, "ready")


def test_a_claim_without_acceptance_counts_as_not_done(api: Api, tenant: TenantKey, database: Database) -> None:
    a_queue(api, levels=TWO_LEVELS)
    handoff = waiting(api)
    claim(api, handoff, lease_seconds=3600)
    rewind(database, tenant, handoff, "ready_at", "alarm_at")
    wake(database, tenant, handoff)
    assert read(api, handoff)["state"] == "claimed"
    rewind(database, tenant, handoff, "claimed_at", "alarm_at")
    found = once(api, handoff, lambda found: found["level"] == 2)
    assert (found["state"], found["holder"]) == ("ready", None)


def test_a_broken_promise_is_told_once(api: Api) -> None:
    a_queue(api, promises={"accept_seconds": 1, "resolve_seconds": 2})
    handoff = waiting(api)
    eventually(lambda: {"told": len(events_of(api, handoff, "breached"))}, lambda found: found["told"] == 2)
    an_operator(api)
    once(api, handoff, lambda found: found["notice"] is None)
    assert [one["facts"]["promise"] for one in events_of(api, handoff, "breached")] == ["accept", "resolve"]


def test_a_first_reply_that_does_not_come_breaks_its_promise(api: Api) -> None:
    a_queue(api, promises={"first_reply_seconds": 1})
    warm = accept(api, waiting(api))
    assert warm["handoff"]["first_reply_due_at"] is not None
    remember(api, warm["session"]["id"], "Internal thought", role=None)
    eventually(lambda: {"told": events_of(api, warm["handoff"], "breached")}, lambda found: bool(found["told"]))
    assert read(api, warm["handoff"])["first_reply_at"] is None


def test_the_first_reply_is_noted_once(api: Api) -> None:
    warm = accept(api, waiting(api))
    remember(api, warm["session"]["id"], "The customer wrote again", role="user")
    assert read(api, warm["handoff"])["first_reply_at"] is None
    remember(api, warm["session"]["id"], "I have refunded $100", role="agent")
    first = read(api, warm["handoff"])["first_reply_at"]
    remember(api, warm["session"]["id"], "Anything else?", role="agent")
    assert first is not None
    assert read(api, warm["handoff"])["first_reply_at"] == first
    assert len(events_of(api, warm["handoff"], "first_reply")) == 1


def test_accepted_work_without_activity_goes_up_with_what_was_done(api: Api) -> None:
    a_queue(api, stalled_seconds=4, levels=[{"wait_seconds": 600, "to": "queue:leads"}])
    warm = accept(api, waiting(api, skills=["refunds"]))
    remember(api, warm["session"]["id"], "It is about invoice INV-2031", role="user")
    stalled = once(api, warm["handoff"], lambda found: found["state"] == "closed")
    assert stalled["closed_as"] == "escalated"
    chain = get(api, f"sessions/{warm['session']['id']}/chain")
    onward = next(one for one in chain["handoffs"] if one["source_session_id"] == warm["session"]["id"])
    assert (onward["to"], onward["level"]) == ("queue:leads", 2)
    assert chain["sessions"][-1]["ended_reason"] == "escalated"
    assert "INV-2031" in get(api, f"handoffs/{onward['id']}")["brief"]["text"]


def test_what_is_set_aside_does_not_stall(api: Api, tenant: TenantKey, database: Database) -> None:
    a_queue(api, stalled_seconds=3600)
    warm = accept(api, waiting(api))
    act(api, warm["handoff"], "snooze", token=warm["claim"]["token"], until="2100-01-01T00:00:00Z")
    a_queue(api, stalled_seconds=1)
    rewind(database, tenant, warm["handoff"], "alarm_at")
    wake(database, tenant, warm["handoff"])
    assert read(api, warm["handoff"])["state"] == "accepted"
    assert events_of(api, warm["handoff"], "stalled") == []


def test_what_was_set_aside_wakes(api: Api, tenant: TenantKey, database: Database) -> None:
    warm = accept(api, waiting(api))
    act(api, warm["handoff"], "snooze", token=warm["claim"]["token"], until="2100-01-01T00:00:00Z")
    rewind(database, tenant, warm["handoff"], "snoozed_until")
    once(api, warm["handoff"], lambda found: found["snoozed_until"] is None)
    assert len(events_of(api, warm["handoff"], "woken")) == 1


def test_a_question_that_nobody_answers_lets_the_lease_run_again(
    api: Api, tenant: TenantKey, database: Database
) -> None:
    handoff = waiting(api)
    token = claim(api, handoff)
    act(api, handoff, "ask", 201, token=token, question="Which invoice?", wait_seconds=600)
    rewind(database, tenant, handoff, "inquiry_due_at", "lease_until")
    found = once(api, handoff, lambda found: found["inquiry_due_at"] is None)
    assert (found["state"], found["holder"]) == ("claimed", ANN)
    assert len(events_of(api, handoff, "info_overdue")) == 1


def test_two_who_wake_at_once_do_everything_once(api: Api, tenant: TenantKey, database: Database) -> None:
    a_queue(api, promises={"accept_seconds": 600}, levels=TWO_LEVELS)
    handoff = waiting(api, a_session(api))
    claim(api, handoff, lease_seconds=3600)
    rewind(database, tenant, handoff, "lease_until", "accept_due_at", "alarm_at")

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda _: wake(database, tenant, handoff), range(4))) == [[], [], [], []]
    assert [len(events_of(api, handoff, told)) for told in ("breached", "lapsed", "escalated")] == [1, 1, 1]


def test_a_handoff_to_an_agent_that_never_comes_goes_to_people_with_the_reason(api: Api) -> None:
    prefer(api, agent_accept_seconds=1, people_target="queue:triage")
    handoff = once(api, waiting(api, to=NOBODY), lambda found: found["to"] == "queue:triage")
    assert (handoff["state"], handoff["redirected_from"]) == ("ready", NOBODY)
    (escalated,) = events_of(api, handoff, "escalated")
    assert escalated["facts"]["was"] == NOBODY
    assert escalated["facts"]["why"] == f"the agent {NOBODY} did not take it over in time"


@pytest.mark.parametrize(
    "clocks",
    [{"agent_accept_seconds": 0}, {"agent_accept_seconds": 1, "clocks_of_agents": {NOBODY: {"accept_seconds": 0}}}],
)
def test_an_agent_may_have_any_time_to_come(api: Api, tenant: TenantKey, database: Database, clocks: Json) -> None:
    prefer(api, **clocks)
    handoff = waiting(api, to=NOBODY)
    rewind(database, tenant, handoff, "ready_at", "alarm_at")
    wake(database, tenant, handoff)
    assert read(api, handoff)["to"] == NOBODY


def test_a_claim_of_an_agent_that_died_waits_for_its_other_processes_and_then_for_people(
    api: Api, tenant: TenantKey, database: Database
) -> None:
    prefer(api, agent_accept_seconds=600)
    handoff = waiting(api, to="tier2-bot")
    claim(api, handoff, "tier2-bot", lease_seconds=1)
    again = once(api, handoff, lambda found: found["state"] == "ready")
    assert (again["to"], again["level"]) == ("tier2-bot", 1)

    # Who prolongs its claim is at work, however long ago the handoff became ready.
    token = claim(api, handoff, "tier2-bot", lease_seconds=3600)
    rewind(database, tenant, handoff, "ready_at", "alarm_at")
    wake(database, tenant, handoff)
    assert (read(api, handoff)["state"], read(api, handoff)["to"]) == ("claimed", "tier2-bot")

    act(api, handoff, "release", token=token)
    assert once(api, handoff, lambda found: found["to"] == "queue:people")["state"] == "ready"


def test_what_an_agent_accepted_and_left_goes_to_people_with_what_it_did(api: Api) -> None:
    prefer(api, agent_stalled_seconds=5)
    warm = accept(api, waiting(api, to="tier2-bot"), "tier2-bot")
    remember(api, warm["session"]["id"], "It is about invoice INV-2031", role="user")
    left = once(api, warm["handoff"], lambda found: found["state"] == "closed")
    assert left["closed_as"] == "escalated"
    onward = get(api, f"sessions/{warm['session']['id']}/chain")["handoffs"][-1]
    brief = get(api, f"handoffs/{onward['id']}?wait=30")["brief"]
    assert (onward["to"], onward["source_agent"]) == ("queue:people", "tier2-bot")
    assert "tier2-bot took it over, and nothing has happened" in onward["reason"]
    assert "INV-2031" in brief["text"]


def test_what_an_agent_left_goes_to_people_also_where_it_may_have_any_time_to_come(
    api: Api, tenant: TenantKey, database: Database
) -> None:
    prefer(api, agent_accept_seconds=0, agent_stalled_seconds=600, people_target="queue:triage")
    warm = accept(api, waiting(api, to="tier2-bot"), "tier2-bot")
    rewind(database, tenant, warm["handoff"], "accepted_at", "alarm_at")
    wake(database, tenant, warm["handoff"])
    once(api, warm["handoff"], lambda found: found["state"] == "closed")
    onward = get(api, f"sessions/{warm['session']['id']}/chain")["handoffs"][-1]
    assert onward["to"] == "queue:triage"


@pytest.mark.parametrize("sign", ["heartbeat", "memory"])
def test_an_agent_that_shows_that_it_works_is_not_taken_for_dead(
    api: Api, tenant: TenantKey, database: Database, sign: str
) -> None:
    prefer(api, agent_stalled_seconds=600)
    warm = accept(api, waiting(api, to="tier2-bot"), "tier2-bot")
    if sign == "heartbeat":
        act(api, warm["handoff"], "heartbeat", token=warm["claim"]["token"])
    else:
        remember(api, warm["session"]["id"], "Still looking for the invoice")
    rewind(database, tenant, warm["handoff"], "accepted_at", "alarm_at")
    assert wake(database, tenant, warm["handoff"]) == []
    assert events_of(api, warm["handoff"], "stalled") == []


def test_a_person_who_took_an_agents_work_has_none_of_its_clocks(
    api: Api, tenant: TenantKey, database: Database
) -> None:
    prefer(api, agent_stalled_seconds=600)
    warm = accept(api, waiting(api, to="tier2-bot"), ANN)
    rewind(database, tenant, warm["handoff"], "accepted_at", "alarm_at")
    assert wake(database, tenant, warm["handoff"]) == []
