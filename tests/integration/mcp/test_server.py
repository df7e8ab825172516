"""The MCP server by the client of the official SDK, over stdio and HTTP, in both eras of the protocol."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import httpx2
import pytest
from mcp import Client, MCPError, StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult, ElicitResult

from tests.conftest import Api
from tests.integration.mcp.conftest import environment
from warmline import Warmline

ERAS = ["legacy", "2026-07-28"]
DOORS = ["stdio", "http"]
SOMEBODY = "01978f6e-7c1a-7000-8000-000000000001"
TOOLS = ["remember", "recall", "request_handoff", "accept_handoff", "return_handoff", "resolve", "review_handoff"]
BAD: dict[str, list[dict[str, Any]]] = {
    "remember": [{}, {"content": " "}, {"content": "x", "importance": 7}, {"content": "x", "session_id": "mine"}],
    "recall": [{}, {"query": "x", "top_k": 0}, {"query": ["x"]}],
    "request_handoff": [{"to": "billing"}, {"to": "", "reason": "x"}, {"to": "b", "reason": "x", "urgency": "now"}],
    "accept_handoff": [{}, {"handoff_id": "the last one"}, {"handoff_id": SOMEBODY}],
    "return_handoff": [{"handoff_id": SOMEBODY}, {"handoff_id": SOMEBODY, "instruction": "x"}],
    "resolve": [{"note": "done"}, {"handoff_id": SOMEBODY, "note": "x", "token": 1}],
    "review_handoff": [{}, {"handoff_id": SOMEBODY}],
    "forget_everything": [{}],
}


LONG = "x" * 200_000
RIGHT: dict[str, dict[str, Any]] = {
    "remember": {"content": "x"},
    "recall": {"query": "x"},
    "request_handoff": {"to": "billing", "reason": "x"},
    "accept_handoff": {"handoff_id": SOMEBODY},
    "return_handoff": {"handoff_id": SOMEBODY, "instruction": "x"},
    "resolve": {"handoff_id": SOMEBODY, "note": "x"},
    "review_handoff": {"handoff_id": SOMEBODY},
}
"""What each tool needs."""


Connect = Callable[..., Any]


@pytest.fixture(params=[(door, era) for door in DOORS for era in ERAS], ids="-".join)
def connect(request: pytest.FixtureRequest, api: Api) -> Connect:
    """Connects a client through one of the doors, in one of the eras."""
    door, era = request.param
    url = request.getfixturevalue("mcp_url") if door == "http" else ""

    @asynccontextmanager
    async def client(agent: str = "mcp", **options: Any) -> AsyncIterator[Client]:
        if door == "http":
            headers = {"Authorization": f"Bearer {api.key}", "X-Warmline-Agent": agent}
            async with (
                httpx2.AsyncClient(headers=headers, timeout=60) as http,
                Client(streamable_http_client(url, http_client=http), mode=era, **options) as one,
            ):
                yield one
        else:
            command = StdioServerParameters(
                command=sys.executable,
                args=["-c", "from warmline.cli import main; main()", "mcp"],
                env=environment(api, WARMLINE_AGENT=agent),
            )
            async with Client(stdio_client(command), mode=era, **options) as one:
                yield one

    return client


def told(answer: CallToolResult) -> dict[str, Any]:
    assert not answer.is_error, answer.content
    assert answer.structured_content is not None
    return answer.structured_content


def words(answer: CallToolResult) -> str:
    return " ".join(getattr(part, "text", "") for part in answer.content)


def run(work: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(work(), 150))


def test_wrong_arguments_of_every_tool_are_answered_as_errors(connect: Connect) -> None:
    async def work() -> None:
        async with connect() as client:
            tools = (await client.list_tools()).tools
            assert sorted(tool.name for tool in tools) == sorted(TOOLS)
            assert all(tool.input_schema["additionalProperties"] is False for tool in tools)
            for name, many in BAD.items():
                for arguments in many:
                    answer = await client.call_tool(name, arguments)
                    assert answer.is_error, (name, arguments)
                    assert words(answer).strip()
                    assert "Traceback" not in words(answer)
            assert told(await client.call_tool("recall", {"query": "still there"})) == {"memories": []}

    run(work)


def wrong_arguments(name: str, fields: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """For each fault that arguments of a tool can have: the field that is wrong, and all arguments."""
    right = RIGHT[name]
    yield from ((field, {other: one for other, one in right.items() if other != field}) for field in right)
    for value in ([["x"]], LONG):
        yield from ((field, {**right, field: value}) for field in fields)
    yield "colour", {**right, "colour": "red"}


def test_every_fault_of_arguments_is_a_sentence_that_names_the_field_and_what_to_do(connect: Connect) -> None:
    async def work() -> None:
        async with connect() as client:
            for tool in (await client.list_tools()).tools:
                for field, arguments in wrong_arguments(tool.name, list(tool.input_schema["properties"])):
                    said = words(await client.call_tool(tool.name, arguments))
                    assert said.startswith(f"{tool.name} was not called: {field}: "), (tool.name, field, said[:500])
                    assert f"Call it again with a JSON object that has {', '.join(RIGHT[tool.name])}" in said
                    assert len(said) < 1000
                    assert not {"pydantic", "validation error", "Arguments"} & set(said.split())
                    assert "https://" not in said

    run(work)


@pytest.mark.usefixtures("worker")
def test_work_is_kept_handed_over_reviewed_taken_over_and_resolved(connect: Connect, client: Warmline) -> None:
    asked: list[str] = []

    async def confirm(_: Any, question: Any) -> ElicitResult:
        asked.append(question.message)
        return ElicitResult(action="accept", content={"decision": "confirm"})

    async def work() -> None:
        async with connect("triage", elicitation_callback=confirm) as triage:
            kept = told(await triage.call_tool("remember", {"content": "Order W1 was $94", "importance": 0.9}))
            assert "W1" in json.dumps(told(await triage.call_tool("recall", {"query": "W1"})))
            request = {"to": "billing", "reason": "A refund", "goal": "Refund it", "account": "## Next\n- Refund $94"}
            handoff = told(await triage.call_tool("request_handoff", {**request, "session_id": kept["session_id"]}))
            review = told(await triage.call_tool("review_handoff", {"handoff_id": handoff["handoff_id"]}))
            assert review["state"] == "ready"
            assert "$94" in asked[-1]
            brief = await triage.read_resource(f"warmline://handoffs/{handoff['handoff_id']}/brief")
            assert "$94" in brief.contents[0].text
            chain = client.handoffs.get(handoff["handoff_id"]).chain_id
            tree = await triage.read_resource(f"warmline://chains/{chain}")
            assert handoff["handoff_id"] in tree.contents[0].text
        async with connect("billing") as billing:
            started = told(await billing.call_tool("accept_handoff", {"handoff_id": handoff["handoff_id"]}))
            assert "$94" in started["prompt"]
            done = {"handoff_id": handoff["handoff_id"], "note": "Refunded", "token": started["token"]}
            assert told(await billing.call_tool("resolve", done))["state"] == "closed"

    run(work)


@pytest.mark.usefixtures("worker")
def test_a_client_that_cannot_ask_is_shown_the_console(connect: Connect, api: Api) -> None:
    async def work() -> None:
        async with connect() as client:
            handoff = told(await client.call_tool("request_handoff", {"to": "billing", "reason": "A refund"}))
            page = f"{api.url}/console/drafts/{handoff['handoff_id']}"
            assert handoff["review"] == page
            review = told(await client.call_tool("review_handoff", {"handoff_id": handoff["handoff_id"]}))
            assert review["review"] == page
            assert review["state"] in {"requested", "drafted"}

    run(work)


@pytest.mark.usefixtures("worker")
def test_a_person_who_says_no_decides_nothing(connect: Connect, client: Warmline) -> None:
    async def decline(_: Any, __: Any) -> ElicitResult:
        return ElicitResult(action="decline")

    async def work() -> None:
        async with connect(elicitation_callback=decline) as one:
            handoff = told(await one.call_tool("request_handoff", {"to": "billing", "reason": "A refund"}))
            review = told(await one.call_tool("review_handoff", {"handoff_id": handoff["handoff_id"]}))
            assert review["state"] == "drafted"
            assert client.handoffs.get(handoff["handoff_id"]).state == "drafted"

    run(work)


def test_prompts_say_what_to_call_and_unknown_resources_are_refused(connect: Connect) -> None:
    async def work() -> None:
        async with connect() as client:
            handoff = await client.get_prompt("handoff", {"to": "human:ana"})
            resume = await client.get_prompt("resume", {"handoff_id": SOMEBODY})
            assert "request_handoff" in handoff.messages[0].content.text
            assert "accept_handoff" in resume.messages[0].content.text
            for uri in (f"warmline://handoffs/{SOMEBODY}/brief", "warmline://chains/mine"):
                with pytest.raises(MCPError):
                    await client.read_resource(uri)

    run(work)


@pytest.mark.parametrize("authorization", [None, "Bearer wk_nobody", "Basic eDp5", "Bearer"])
def test_a_request_without_a_key_of_the_platform_is_refused(mcp_url: str, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = httpx.post(mcp_url, headers=headers, json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_a_request_to_another_name_is_refused(mcp_url: str, api: Api) -> None:
    headers = {"Authorization": f"Bearer {api.key}", "Host": "evil.example"}
    assert httpx.post(mcp_url, headers=headers, json={}).status_code == 421


def test_two_keys_at_one_server_see_what_is_their_own(
    mcp_url: str, api: Api, client_of: Callable[..., Api], new_tenant: Callable[[], Any]
) -> None:
    async def of(key: str, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        async with (
            httpx2.AsyncClient(headers={"Authorization": f"Bearer {key}"}, timeout=60) as http,
            Client(streamable_http_client(mcp_url, http_client=http)) as client,
        ):
            return told(await client.call_tool(name, arguments))

    async def work() -> None:
        await of(api.key, "remember", {"content": "Order W1 was $94"})
        assert "W1" in json.dumps(await of(api.key, "recall", {"query": "W1"}))
        assert await of(client_of(new_tenant()).key, "recall", {"query": "W1"}) == {"memories": []}

    run(work)
