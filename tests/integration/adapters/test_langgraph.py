"""The adapter for LangGraph, with the real framework and models that follow a script."""

from collections.abc import Mapping
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.prebuilt import ToolNode, tools_condition

from tests.integration.adapters import scenario
from tests.integration.adapters.conftest import Play
from warmline import AsyncWarmline
from warmline.adapters.langgraph import WarmlineGraph

ANSWER = "Your refund takes three days."
CONFIG: Any = {"configurable": {"thread_id": "dave"}}


class Script:
    """A model that says or calls one thing after the other, and keeps what it read."""

    def __init__(self, *turns: str | list[tuple[str, dict[str, Any]]]) -> None:
        self.turns = list(turns)
        self.read: list[list[BaseMessage]] = []

    async def call(self, state: dict[str, Any]) -> Mapping[str, Any]:
        self.read.append(state["messages"])
        turn = self.turns.pop(0)
        if isinstance(turn, str):
            return {"messages": [AIMessage(turn)]}
        calls = [{"name": name, "args": args, "id": f"{id(self)}-{len(self.turns)}-{name}"} for name, args in turn]
        return {"messages": [AIMessage("", tool_calls=calls)]}


def a_graph(
    work: WarmlineGraph, model: Script, *tools: Any, saver: InMemorySaver | None = None
) -> CompiledStateGraph[Any, Any, Any, Any]:
    graph = StateGraph(MessagesState)
    graph.add_node("model", work.node(model.call))
    graph.add_node("tools", ToolNode([*tools, work.tool()], handle_tool_errors=True))
    graph.add_edge(START, "model")
    graph.add_conditional_edges("model", tools_condition)
    graph.add_edge("tools", "model")
    return graph.compile(checkpointer=saver or InMemorySaver())


def test_the_receiver_knows_the_order_a_person_wakes_the_graph_and_all_of_it_is_recorded(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        work = WarmlineGraph(client, agent="triage", namespace="user-dave")
        model = Script(
            [("lookup", {"order": "W1"}), ("print_label", {"order": "W1"})], [("hand_over", scenario.TO_BILLING)]
        )
        triage = a_graph(work, model, tool(scenario.lookup), tool(scenario.print_label))
        answer = await triage.ainvoke({"messages": [HumanMessage(scenario.CUSTOMER)]}, CONFIG)
        assert "billing has this conversation now" in answer["messages"][-1].text
        assert model.turns == []

        work = WarmlineGraph(client, agent="billing", namespace="user-dave")
        model = Script([("hand_over", scenario.TO_A_PERSON)], ANSWER)
        billing = a_graph(work, model)
        paused = await billing.ainvoke({"messages": [HumanMessage("Go on.")]}, CONFIG)
        scenario.check_what_billing_knows(model.read[0][0].text)
        assert paused["__interrupt__"][0].value["to"] == "human:ana"
        await scenario.person_gives_back(client, "user-dave")
        answer = await billing.ainvoke(work.resume(), CONFIG)
        assert answer["messages"][-1].text == ANSWER
        deed = next(message for message in model.read[1] if isinstance(message, ToolMessage)).text
        assert scenario.DEED in deed
        assert scenario.INSTRUCTION in deed
        assert len(await scenario.handoffs_in(client, "user-dave")) == 3, "to billing, to Ana, and back"
        await scenario.check_what_was_recorded(client, "user-dave", ANSWER)

    play(story)


def test_parallel_calls_make_one_handoff_also_for_the_process_that_resumes(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        twice = [("hand_over", scenario.TO_A_PERSON), ("hand_over", {"to": "billing", "reason": "Or them"})]
        model, saver = Script(twice, ANSWER), InMemorySaver()
        paused = a_graph(WarmlineGraph(client, agent="triage", namespace="user-dave"), model, saver=saver)
        await paused.ainvoke({"messages": [HumanMessage(scenario.CUSTOMER)]}, CONFIG)
        await scenario.person_resolves(client, "user-dave")
        work = WarmlineGraph(client, agent="triage", namespace="user-dave")
        answer = await a_graph(work, model, saver=saver).ainvoke(work.resume(), CONFIG)
        assert answer["messages"][-1].text == ANSWER
        assert scenario.DEED in str(model.read[1])
        assert len(await scenario.handoffs_in(client, "user-dave")) == 1

    play(story)


def test_a_reroute_to_people_by_the_hop_budget_pauses_the_graph(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        await scenario.no_hops_are_left(client, "user-dave")
        work = WarmlineGraph(client, agent="triage", namespace="user-dave")
        model = Script([("hand_over", scenario.TO_BILLING)], ANSWER)
        triage = a_graph(work, model)
        paused = await triage.ainvoke({"messages": [HumanMessage(scenario.CUSTOMER)]}, CONFIG)
        assert paused["__interrupt__"][0].value["to"] == "human:ana"
        await scenario.person_resolves(client, "user-dave")
        answer = await triage.ainvoke(work.resume(), CONFIG)
        assert answer["messages"][-1].text == ANSWER
        assert scenario.DEED in str(model.read[1])

    play(story)
