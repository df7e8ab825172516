"""The examples of the page about adapters, run as they are written, with models that follow a script."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from a2a.client import ClientConfig, create_client
from langchain_core.messages import AIMessage
from langchain_core.tools import tool
from langgraph.graph import MessagesState
from langgraph.store.base import BaseStore

from agents import function_tool
from tests.conftest import Api
from tests.integration.adapters import (
    scenario,
    test_a2a as a2a,
    test_agent_framework as agent_framework,
    test_google_adk as google_adk,
    test_langgraph as langgraph,
    test_openai_agents as openai_agents,
    test_pydantic_ai as pydantic_ai,
    test_strands as strands,
)
from warmline import AsyncWarmline

PAGE = (Path(__file__).parents[3] / "docs" / "adapters.md").read_text()
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE, re.S)
ANSWER = "Your refund takes three days."
TURNS: list[Any] = [[("lookup", {"order": "W1"})], [("hand_over", scenario.TO_A_PERSON)], ANSWER]
MOST_LINES = 5

Answer = Callable[[str, Any, list[Any]], Awaitable[str]]


def example_of(framework: str) -> str:
    return next(example for example in EXAMPLES if f"warmline.adapters.{framework} " in example)


def answer_of(framework: str) -> Answer:
    names: dict[str, Any] = {}
    exec(example_of(framework), names)
    answer: Answer = names["answer"]
    return answer


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize(
    ("framework", "model", "tools"),
    [
        ("openai_agents", openai_agents.Script(*TURNS), [function_tool(scenario.lookup)]),
        ("langgraph", langgraph.Script(*TURNS).call, [tool(scenario.lookup)]),
        ("pydantic_ai", pydantic_ai.script(*TURNS)[0], [scenario.lookup]),
        ("google_adk", google_adk.Script(*TURNS), [scenario.lookup]),
        ("agent_framework", agent_framework.Script(*TURNS), [scenario.lookup]),
        ("strands", strands.Script(*TURNS), [strands.tool(scenario.lookup)]),
    ],
)
def test_an_example_runs_waits_for_a_person_and_answers(
    api: Api, monkeypatch: pytest.MonkeyPatch, framework: str, model: Any, tools: list[Any]
) -> None:
    monkeypatch.setenv("WARMLINE_URL", api.url)
    monkeypatch.setenv("WARMLINE_API_KEY", api.key)
    answers: list[str] = []

    async def customer() -> None:
        answers.append(await answer_of(framework)(scenario.CUSTOMER, model, tools))

    async def person() -> None:
        async with AsyncWarmline() as client:
            await scenario.person_gives_back(client, "user-dave")

    async def story() -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(customer)
            group.start_soon(person)

    anyio.run(story)
    assert answers == [ANSWER]


def test_the_example_of_a_store_keeps_what_its_graph_puts_there(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARMLINE_URL", api.url)
    monkeypatch.setenv("WARMLINE_API_KEY", api.key)

    async def node(state: MessagesState, *, store: BaseStore) -> dict[str, Any]:
        await store.aput(("preferences",), "drink", {"text": state["messages"][-1].text})
        (found,) = await store.asearch((), query="tea")
        return {"messages": [AIMessage(found.value["text"])]}

    run: Any = answer_of("langgraph_store")
    assert asyncio.run(run("Green tea", node)) == "Green tea"


@pytest.mark.usefixtures("worker")
def test_the_examples_of_a2a_hand_a_task_to_a_person_and_a_handoff_to_a_server(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARMLINE_URL", api.url)
    monkeypatch.setenv("WARMLINE_API_KEY", api.key)
    served: dict[str, Any] = {}
    called: dict[str, Any] = {}
    exec(next(example for example in EXAMPLES if "WarmlineExecutor" in example), served)
    exec(next(example for example in EXAMPLES if "RemoteAgent" in example), called)

    async def story() -> None:
        async with AsyncWarmline() as client, anyio.create_task_group() as group:
            app = served["serve"](client, a2a.CARD)
            there = httpx.AsyncClient(transport=httpx.ASGITransport(app), timeout=120)
            called["create_client"] = lambda url: create_client(url, ClientConfig(httpx_client=there))
            handoff = await a2a.handed_to_billing(client, namespace="user-eve")
            group.start_soon(scenario.person_resolves, client, "user-dave")
            await called["work_for_billing"]("http://there.test")
            deed = await client.handoffs.wait_for_person(handoff.id)
            assert deed.state == "resolved"
            assert scenario.DEED in deed.text

    asyncio.run(story())


@pytest.mark.parametrize(
    "framework",
    [
        "openai_agents",
        "langgraph",
        "langgraph_store",
        "pydantic_ai",
        "google_adk",
        "agent_framework",
        "strands",
        "a2a",
    ],
)
def test_an_adapter_takes_at_most_five_lines_of_its_users_code(framework: str) -> None:
    lines = [line for line in example_of(framework).splitlines() if not line.lstrip().startswith(("from", "import"))]
    assert len([line for line in lines if "Warmline" in line or re.search(r"\bwork\b", line)]) <= MOST_LINES
