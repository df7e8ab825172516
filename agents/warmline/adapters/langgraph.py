"""LangGraph (``langgraph``): warm start, recording, handing over, and people who pause a graph.

work = WarmlineGraph(client, agent="triage", namespace="user-dave")
graph.add_node("model", work.node(call_model))
graph.add_node("tools", ToolNode([lookup, work.tool()], handle_tool_errors=True))
answer = await app.ainvoke({"messages": [HumanMessage("I was charged $94")]}, config)
if "__interrupt__" in answer:  # a person has the conversation
    answer = await app.ainvoke(work.resume(), config)
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Annotated, Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import BaseTool, InjectedToolCallId, StructuredTool
from langgraph.prebuilt import InjectedState
from langgraph.types import Command, interrupt

from warmline.adapters.engagement import Engagement, is_over, is_people
from warmline.adapters.handing_over import ACCOUNT, DESCRIPTION, GOAL, NAME, REASON, TO, URGENCY, HowUrgent, handed_over
from warmline.asynchronous.client import AsyncWarmline

State = Mapping[str, Any]
Node = Callable[[dict[str, Any]], Awaitable[Mapping[str, Any]]]


class WarmlineGraph:
    """What a graph needs for one agent in one namespace. The graph's state has ``messages``, and it runs by
    ``ainvoke`` or ``astream``."""

    def __init__(self, client: AsyncWarmline, *, agent: str, namespace: str) -> None:
        self.engagement = Engagement(client, agent=agent, namespace=namespace)

    def node(self, call_model: Node) -> Node:
        """The node that calls the model: it reads the warm start first, and what is said is recorded.

        Where the conversation went to another agent, the model is not called, so that two never answer.
        """

        async def with_warm_start(state: dict[str, Any]) -> Mapping[str, Any]:
            messages: list[BaseMessage] = state["messages"]
            await self.engagement.record_conversation(_recordable(messages))
            warm_start = await self.engagement.warm_start()
            if self.engagement.handoff is not None:
                return {"messages": [AIMessage(handed_over(self.engagement.handoff))]}
            known = [SystemMessage(warm_start)] if warm_start else []
            update = await call_model({**state, "messages": [*known, *messages]})
            await self.engagement.record_conversation(_recordable([*messages, *_listed(update["messages"])]))
            return update

        return with_warm_start

    def tool(self) -> BaseTool:
        """The tool with which the model hands over. A person as its target pauses the graph by an interrupt."""

        async def hand_over(
            tool_call_id: Annotated[str, InjectedToolCallId],
            state: Annotated[dict[str, Any], InjectedState],
            to: Annotated[str, TO],
            reason: Annotated[str, REASON],
            goal: Annotated[str | None, GOAL] = None,
            urgency: Annotated[HowUrgent | None, URGENCY] = None,
            account: Annotated[str | None, ACCOUNT] = None,
        ) -> str:
            # After an interrupt all of this runs again, and so do the calls beside it: they have the same handoff.
            first = _first_beside(state["messages"], tool_call_id)
            handoff = await self.engagement.hand_off(
                first, to=to, reason=reason, goal=goal, urgency=urgency, account=account
            )
            if not is_people(handoff.to) or first != tool_call_id:
                return handed_over(handoff)
            if not is_over(handoff):
                interrupt({"handoff": str(handoff.id), "to": handoff.to})
            return await self.engagement.what_they_did(handoff)

        return StructuredTool.from_function(coroutine=hand_over, name=NAME, description=DESCRIPTION)

    def resume(self) -> Command[Any]:
        """What goes on with a paused graph: it waits until the person is done, and reads what they said and did."""
        return Command(resume=True)


def _first_beside(messages: Iterable[BaseMessage], call_id: str) -> str:
    """The first call to hand over in the message of the model that has a call."""
    for message in messages:
        calls = [str(call["id"]) for call in getattr(message, "tool_calls", []) if call["name"] == NAME]
        if call_id in calls:
            return calls[0]
    return call_id


def _listed(messages: BaseMessage | Iterable[BaseMessage]) -> list[BaseMessage]:
    return [messages] if isinstance(messages, BaseMessage) else list(messages)


def _recordable(messages: Iterable[BaseMessage]) -> list[dict[str, Any]]:
    """Messages and finished calls as the platform takes them, without the calls of the tool to hand over."""
    listed = list(messages)
    finished = {message.tool_call_id for message in listed if isinstance(message, ToolMessage)}
    return [recorded for message in listed for recorded in _recorded(message, finished)]


def _recorded(message: BaseMessage, finished: set[str]) -> list[dict[str, Any]]:
    match message:
        case HumanMessage():
            return _said("user", message)
        case AIMessage():
            calls = [
                {"type": "function_call", "call_id": call["id"], "name": call["name"], "arguments": call["args"]}
                for call in message.tool_calls
                if call["name"] != NAME and call["id"] in finished
            ]
            return [*_said("assistant", message), *calls]
        case ToolMessage() if message.name != NAME:
            failed = {"outcome": "failed"} if message.status == "error" else {}
            result = {"type": "function_call_output", "call_id": message.tool_call_id, "output": message.text}
            return [{**result, **failed}]
    return []


def _said(role: str, message: BaseMessage) -> list[dict[str, Any]]:
    return [{"role": role, "content": message.text}] if message.text else []
