"""Deep results: what a tool brought may be nested as deep as the API takes it, and as text as deep as it likes; it
never keeps a handoff from its target."""

import json
from typing import Any

import pytest

from tests.builders.handoffs import accept, waiting
from tests.builders.memories import remember
from tests.builders.requests import post
from tests.builders.sessions import a_session
from tests.conftest import Api
from warmline_schemas.wire import MAX_DEPTH

pytestmark = pytest.mark.usefixtures("worker")

CALL = {"name": "look_up_tree", "arguments": {"order": "ORD-7788"}, "outcome": "confirmed"}


def nested(depth: int) -> Any:
    """Objects and lists in each other, so many deep."""
    result: Any = {"total": "$299"}
    for level in range(1, depth):
        result = [result] if level % 2 else {"part": result}
    return result


@pytest.mark.parametrize(
    "result",
    [nested(MAX_DEPTH), '{"part": [' * 450 + "1" + "]}" * 450, "[" * 90_000, '{"a":' * 15_000 + "1" + "}" * 15_000],
    ids=["an object", "a deep text", "an endless list", "a text deeper than Python reads"],
)
def test_a_deeply_nested_result_does_not_fail_a_handoff(api: Api, result: Any) -> None:
    session = a_session(api, "Where is my order ORD-7788?")
    remember(api, session, "look_up_tree", role="tool", kind="action", action={**CALL, "result": result})
    handoff = waiting(api, session)
    assert "ORD-7788" in handoff["brief"]["text"]
    assert accept(api, handoff)["prompt"]


@pytest.mark.parametrize("result", [nested(MAX_DEPTH + 1), nested(MAX_DEPTH + 21), nested(450)])
def test_a_result_nested_deeper_is_refused_in_words_and_taken_as_text(api: Api, result: Any) -> None:
    session = a_session(api, "Where is my order ORD-7788?")
    ask = {"session_id": session, "content": "look_up_tree", "role": "tool", "kind": "action"}
    refused = post(api, "memories", {**ask, "action": {**CALL, "result": result}}, 422)
    assert refused["type"] == "urn:warmline:problem:invalid-request"
    [error] = refused["errors"]
    assert error["field"] == "body.action.result"
    assert error["message"].startswith(f"has objects or lists in each other over {MAX_DEPTH} deep; ")
    assert "send it as text" in error["message"]
    remember(api, session, "look_up_tree", role="tool", kind="action", action={**CALL, "result": json.dumps(result)})
    assert accept(api, waiting(api, session))["prompt"]


@pytest.mark.parametrize("depth", [MAX_DEPTH, 90, 140])
def test_a_deep_call_in_a_transcript_is_cut_and_kept_once(api: Api, depth: int) -> None:
    session = a_session(api, "Where is my order ORD-7788?")
    use = {"type": "tool_use", "id": "call-1", "name": "look_up_tree", "input": {"tree": nested(depth)}}
    ask = {"messages": [{"role": "assistant", "content": [use]}]}
    states = [post(api, f"sessions/{session}/messages", ask, 201)["messages"][0]["state"] for _ in range(2)]
    assert states == ["created", "repeated"]
    assert accept(api, waiting(api, session))["prompt"]
