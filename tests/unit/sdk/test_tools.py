"""The tool by which a model asks for a handoff: it only asks, and whatever a model writes is understood or refused."""

import json
from typing import Any

import pytest

from warmline.tools import (
    SessionHandoffRefused,
    SessionHandoffRequested,
    anthropic_tool,
    ask_for_handoff,
    openai_tool,
)

ASKED = {
    "reason": "The context is nearly full",
    "goal": "All 90 tests pass",
    "to": "coder",
    "account": "## Done\n- Fixed the parser",
}


@pytest.mark.parametrize("arguments", [ASKED, json.dumps(ASKED), json.dumps(ASKED).encode()])
def test_a_call_becomes_a_typed_request_and_nothing_else(arguments: Any) -> None:
    asked = ask_for_handoff(arguments)
    assert isinstance(asked, SessionHandoffRequested)
    assert (asked.type, asked.reason, asked.goal, asked.to, asked.account) == (
        "session-handoff-requested",
        *ASKED.values(),
    )


def test_goal_and_target_may_be_left_to_the_program() -> None:
    asked = ask_for_handoff({"reason": " Full ", "goal": None})
    assert isinstance(asked, SessionHandoffRequested)
    assert (asked.reason, asked.goal, asked.to) == ("Full", None, None)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ("", "no JSON object"),
        ('{"reason": "cut o', "no JSON object"),
        ("[]", "no JSON object"),
        (None, "no JSON object"),
        ('{"reason": "\ud800"}', "no JSON object"),
        ({}, "reason"),
        ({"reason": "   "}, "reason"),
        ({"reason": "x" * 2001}, "reason"),
        ({"reason": ["full"]}, "reason"),
        ({"reason": "full", "to": 7}, "to"),
        ({"reason": "full", "session_id": "0197"}, "session_id"),
    ],
)
def test_what_cannot_be_understood_is_refused_in_words_the_model_reads(arguments: Any, named: str) -> None:
    refused = ask_for_handoff(arguments)
    assert isinstance(refused, SessionHandoffRefused)
    assert named in refused.message
    assert "Call session-handoff again" in json.loads(refused.model_dump_json())["message"]


def test_both_forms_of_the_tool_describe_the_same_parameters() -> None:
    parameters = openai_tool()["function"]["parameters"]
    assert anthropic_tool()["input_schema"] == parameters
    assert (set(parameters["properties"]), parameters["required"]) == ({"reason", "goal", "to", "account"}, ["reason"])
    assert all(field["description"] for field in parameters["properties"].values())


def test_the_forms_are_fresh_and_plain_json() -> None:
    openai_tool()["function"]["parameters"]["required"].append("goal")
    assert openai_tool()["function"]["parameters"]["required"] == ["reason"]
    assert json.loads(json.dumps(anthropic_tool())) == anthropic_tool()
