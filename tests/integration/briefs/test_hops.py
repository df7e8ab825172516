"""Hops: what the next one is told of the sessions before, and what of those beside nobody tells."""

import json
from typing import Any

import pytest

from tests.builders.handoffs import accept, read, waiting
from tests.builders.memories import a_memory, remember
from tests.builders.requests import Json
from tests.builders.sessions import a_session
from tests.conftest import Api

pytestmark = pytest.mark.usefixtures("worker")

ANA = "human:ana"
OUTAGE = "My internet has been down since yesterday, please repair it."
REPAIRED = "I swapped your router for a new one and opened the ticket NET-7781."
NEW_WISH = "It works again. Now I want to change my plan to Fiber 500."
SOFA, ZEBRA, PLATINUM, CORRECTED = "SOFA-991", "ZEBRA-4411", "platinum-77", "CALL-5550"
PLAN: dict[str, Any] = {"slot": {"name": "plan", "value": "basic-12"}, "content": "plan is basic-12", "role": None}


def passed_on(api: Api, session: str, to: str, **changes: Any) -> Json:
    """The warm start of whoever a session was handed to."""
    return accept(api, waiting(api, session, to=to, reason="It is their turn", **changes), agent=to)


def section(brief: Json, *names: str) -> list[Json]:
    return [line for one in brief["sections"] if one["name"] in names for line in one["lines"]]


def brought_back(api: Api) -> Json:
    """A bot's warm start after a person helped, whom the customer told a further wish."""
    session = a_session(api, OUTAGE, namespace="user-eve")
    helped = passed_on(api, session, ANA)["session"]["id"]
    remember(api, helped, REPAIRED, role="agent")
    remember(api, helped, NEW_WISH)
    return passed_on(api, helped, "billing-bot")


def wished(brief: Json) -> str:
    return " ".join(line["text"] for line in section(brief, "ask"))


def deeds(brief: Json) -> set[tuple[str, str]]:
    """Who speaks in the lines that tell of the repair."""
    return {(line["origin"], line["speaker"]) for line in section(brief, "said", "also_said", "done", "promised")
            if "NET-7781" in line["text"]}  # fmt: skip


def test_what_a_person_did_is_told_as_theirs_and_the_open_wish_is_the_ask(api: Api) -> None:
    start = brought_back(api)
    assert deeds(start["brief"]) == {("quote", ANA)}
    assert f"ana: “{REPAIRED}" in start["prompt"]
    assert "Fiber 500" in wished(start["brief"])
    assert "down since yesterday" not in wished(start["brief"])


def test_after_three_hops_the_open_wish_is_still_the_ask(api: Api) -> None:
    back = brought_back(api)["session"]["id"]
    remember(api, back, "Thank you for waiting. Our sales team can do that.", role="agent")
    brief = passed_on(api, back, "sales-bot")["brief"]
    assert "Fiber 500" in wished(brief)
    assert deeds(brief) == {("quote", ANA)}
    assert read(api, {"id": brief_handoff(api)})["hop"] == 3


def brief_handoff(api: Api) -> str:
    return str(api.http.get("/v1/handoffs").json()["items"][0]["id"])


def rolled_back(api: Api) -> Json:
    """What the receiver after a rollback wakes up with; two sessions beside its line kept important things."""
    old = a_memory(api, "Dave wants calls on 555-0101", kind="fact", importance=0.9)
    session = a_session(api)
    remember(api, session, **PLAN)
    first = waiting(api, session, to="billing")
    for agent, mode, kept in (("billing", "continue", SOFA), ("explorer", "branch", ZEBRA)):
        beside = accept(api, first, agent=agent, mode=mode)["session"]["id"]
        remember(api, beside, f"Please deliver the order {kept} today", importance=1.0)
        remember(api, beside, f"The customer must never be sent {kept}", kind="rule", role=None, importance=1.0)
        remember(api, beside, f"plan is {PLATINUM}", role=None, slot={"name": "plan", "value": PLATINUM})
        remember(api, beside, f"He wants {CORRECTED}", kind="fact", role=None, supersedes=[old["id"]])
    again = accept(api, first, agent="billing-again", mode="rollback")["session"]["id"]
    remember(api, again, "I only want the $100 back, please.")
    return passed_on(api, again, "desk", goal="Refund $100")


def test_lines_beside_and_before_a_rollback_are_nowhere_in_the_warm_start(api: Api) -> None:
    start = rolled_back(api)
    for part in ("brief", "memories", "since_the_brief", "prompt", "opening"):
        shown = json.dumps(start[part])
        assert [one for one in (SOFA, ZEBRA, PLATINUM, CORRECTED) if one in shown] == [], part


def test_after_a_rollback_the_line_itself_is_told(api: Api) -> None:
    start = rolled_back(api)
    assert "basic-12" in start["brief"]["text"]
    assert "I only want the $100 back" in start["brief"]["text"]
