"""The toolbox: what a model calls is carried out, or is answered so that the model can correct it."""

import asyncio
import json
from typing import Any

import pytest

from tests.builders.live_sessions import a_session
from tests.conftest import Api
from warmline import AsyncToolbox, AsyncWarmline, Toolbox, Warmline
from warmline.tools import TOOLS, ToolAnswer, anthropic_tools, mcp_tools, openai_tools
from warmline_schemas.handoffs import HandoffState

SOMEBODY = "01978f6e-7c1a-7000-8000-000000000001"
BAD = {
    "remember": [{}, {"content": " "}, {"content": "x", "importance": 7}, {"content": "x", "session_id": "s"}],
    "recall": [{}, {"query": "x", "top_k": 0}, {"query": ["x"]}],
    "request_handoff": [{"to": "billing"}, {"to": "", "reason": "x"}, {"to": "b", "reason": "x", "urgency": "now"}],
    "accept_handoff": [{}, {"handoff_id": "the last one"}],
    "return_handoff": [{"handoff_id": SOMEBODY}, {"handoff_id": SOMEBODY, "instruction": "x", "token": 0}],
    "resolve": [{"note": "done"}, {"handoff_id": SOMEBODY, "note": ""}],
}


def told(answer: ToolAnswer) -> dict[str, Any]:
    assert not answer.is_error, answer.content
    found = json.loads(answer.content)
    assert isinstance(found, dict)
    return found


@pytest.mark.usefixtures("worker")
def test_a_model_keeps_hands_over_takes_over_and_resolves(client: Warmline) -> None:
    with a_session(client) as session:
        triage = Toolbox(client, session=session, review=False)
        told(triage.call("remember", {"content": "Order W1 was $94", "kind": "fact", "importance": 0.9}))
        assert "W1" in json.dumps(told(triage.call("recall", '{"query": "W1"}')))
        asked = {
            "to": "billing",
            "reason": "A refund",
            "goal": "Refund it",
            "urgency": "high",
            "account": "## Done\n- x",
        }
        handoff = told(triage.call("request_handoff", asked))["handoff_id"]
    client.handoffs.wait(handoff)
    billing = Toolbox(client, agent="billing", namespace="user-dave")
    started = told(billing.call("accept_handoff", {"handoff_id": handoff}))
    assert "$94" in started["prompt"]
    assert told(billing.call("resolve", {"handoff_id": handoff, "note": "Refunded"}))["state"] == "closed"


@pytest.mark.usefixtures("worker")
def test_work_is_given_back_with_the_token_alone(client: Warmline) -> None:
    with a_session(client) as session:
        handoff = session.hand_off(to="billing", reason="A refund")
    client.handoffs.wait(handoff.id)
    asked = {"handoff_id": str(handoff.id)}
    token = told(Toolbox(client, agent="billing", namespace="user-dave").call("accept_handoff", asked))["token"]
    another = Toolbox(client, agent="billing", namespace="user-dave")
    without = another.call("return_handoff", {**asked, "instruction": "Ask for the number"})
    assert without.is_error
    assert "accept it" in without.content
    back = told(another.call("return_handoff", {**asked, "instruction": "Ask for the number", "token": token}))
    assert back["to"] == session.agent


def test_a_model_only_asks_and_a_person_confirms(client: Warmline) -> None:
    with a_session(client) as session:
        asked = told(Toolbox(client, session=session).call("request_handoff", {"to": "billing", "reason": "A refund"}))
        assert "review" in asked["message"]
        assert client.handoffs.get(asked["handoff_id"]).state in {HandoffState.REQUESTED, HandoffState.DRAFTED}
        client.handoffs.cancel(asked["handoff_id"])


def test_a_call_repeated_under_its_id_is_carried_out_once(client: Warmline) -> None:
    with a_session(client) as session:
        tools = Toolbox(client, session=session, review=False)
        first, again = (tools.call("remember", {"content": "Once"}, call_id="call_1") for _ in range(2))
        assert told(first) == told(again)
        asked = {"to": "billing", "reason": "A refund"}
        assert told(tools.call("request_handoff", asked, call_id="call_2")) == told(
            tools.call("request_handoff", asked, call_id="call_2")
        )


def test_of_parallel_requests_one_is_made_and_the_others_say_why_not(api: Api) -> None:
    async def work() -> list[ToolAnswer]:
        async with AsyncWarmline(api.url, api.key) as client:
            session = await client.session(agent="triage", namespace="user-dave")
            tools = AsyncToolbox(client, session=session, review=False)
            asked = {"to": "billing", "reason": "A refund"}
            return await asyncio.gather(*(tools.call("request_handoff", asked, call_id=str(n)) for n in range(4)))

    answers = asyncio.run(work())
    refused = [answer.content for answer in answers if answer.is_error]
    assert len(refused) == 3
    assert all("already" in why for why in refused)


def test_an_agent_without_a_session_goes_on_in_its_newest_open_one(client: Warmline) -> None:
    first = told(Toolbox(client, agent="coder", namespace="shop").call("remember", {"content": "Fixed the parser"}))
    again = told(Toolbox(client, agent="coder", namespace="shop").call("remember", {"content": "Wrote its tests"}))
    assert first["session_id"] == again["session_id"]


@pytest.mark.parametrize(("name", "arguments"), [(name, one) for name, many in BAD.items() for one in many])
def test_wrong_arguments_are_answered_with_what_would_be_right(client: Warmline, name: str, arguments: Any) -> None:
    answer = Toolbox(client, agent="coder", namespace="shop").call(name, arguments)
    assert answer.is_error
    assert answer.content.startswith(f"{name} was not called: ")
    assert "Call it again" in answer.content


@pytest.mark.parametrize("arguments", ["", "[]", '{"content": "cut o', b"\xff", None])
def test_what_is_no_json_object_is_answered_too(client: Warmline, arguments: Any) -> None:
    answer = Toolbox(client, agent="coder", namespace="shop").call("remember", arguments)
    assert answer.is_error
    assert "no JSON object" in answer.content


def test_an_unknown_tool_and_an_unknown_handoff_are_answered(client: Warmline) -> None:
    tools = Toolbox(client, agent="coder", namespace="shop")
    assert "call one of remember, recall" in tools.call("forget", {}).content
    assert tools.call("accept_handoff", {"handoff_id": SOMEBODY}).content.startswith("accept_handoff did not work: ")
    assert tools.call("resolve", {"handoff_id": SOMEBODY, "note": "x", "token": 1}).is_error


def test_a_toolbox_knows_where_it_works(client: Warmline) -> None:
    with pytest.raises(TypeError, match="a session, or an agent and a namespace"):
        Toolbox(client, agent="coder")


def test_strict_schemas_require_everything_and_say_what_can_be_null() -> None:
    for tool in openai_tools():
        parameters = tool["function"]["parameters"]
        assert tool["function"]["strict"] is True
        assert parameters["required"] == list(parameters["properties"])
        assert parameters["additionalProperties"] is False
    urgency = openai_tools()[2]["function"]["parameters"]["properties"]["urgency"]
    assert (urgency["type"], urgency["enum"]) == (["string", "null"], ["low", "normal", "high", "critical", None])


def test_the_three_forms_name_the_same_tools_and_describe_every_argument() -> None:
    names = list(TOOLS)
    assert [tool["function"]["name"] for tool in openai_tools()] == names
    assert [tool["name"] for tool in anthropic_tools()] == [tool["name"] for tool in mcp_tools()] == names
    shown = [field for tool in anthropic_tools() for field in tool["input_schema"]["properties"].values()]
    assert all(field["description"] and set(field) <= {"type", "description", "enum"} for field in shown)
    json.dumps([openai_tools(), anthropic_tools(), mcp_tools()])


def test_what_was_kept_on_another_branch_of_the_code_is_recalled_where_the_model_asks_for_it(client: Warmline) -> None:
    one, other = (
        Toolbox(client, agent=f"on-{name}", namespace="code/dates", branch=lambda name=name: name)
        for name in ("main", "zones")
    )
    told(other.call("remember", {"content": "pytz is pinned", "kind": "fact"}))
    told(one.call("remember", {"content": "The tests need tox", "kind": "fact"}))
    assert "pytz" not in json.dumps(told(one.call("recall", {"query": "pytz"})))
    found = told(one.call("recall", {"query": "pytz", "other_branches": True}))["memories"][0]
    assert (found["content"], found["agent"], found["branch"]) == ("pytz is pinned", "on-zones", "zones")
