"""The OpenAI Agents SDK (``openai-agents``): warm start, recording, handing over, and people who pause a run.

work = WarmlineHooks(client, agent="triage", namespace="user-dave")
triage = Agent(name="triage", **work.equip("You triage.", [lookup]))
result = await Runner.run(triage, "I was charged $94", hooks=work)
if result.interruptions:  # a person has the conversation
    result = await work.resume(triage, result)
"""

from collections.abc import Sequence
from typing import Any

from agents.tool_context import ToolContext
from pydantic import ValidationError

from agents import (
    Agent,
    FunctionTool,
    FunctionToolResult,
    RunContextWrapper,
    RunHooks,
    Runner,
    RunResult,
    RunResultStreaming,
    Tool,
    ToolsToFinalOutputResult,
)
from warmline.adapters.engagement import Engagement, is_from, is_over, is_people
from warmline.adapters.handing_over import DESCRIPTION, NAME, HandOver, handed_over, refused, schema
from warmline.asynchronous.client import AsyncWarmline

TEXTS = {"input_text", "output_text", "text"}
FAILED = "An error occurred while running the tool"
"""How the framework's text for a tool that raised an error begins. It says so in no other way."""


class WarmlineHooks(RunHooks[Any]):
    """The hooks of the runs of one agent in one namespace: pass it as ``hooks`` to ``Runner.run``."""

    def __init__(self, client: AsyncWarmline, *, agent: str, namespace: str) -> None:
        self.engagement = Engagement(client, agent=agent, namespace=namespace)

    def equip(self, instructions: str, tools: Sequence[Tool] = ()) -> dict[str, Any]:
        """The arguments of an ``Agent``: instructions with the warm start, and the tools with the one to hand over.

        A run ends where it handed the conversation over to another agent, so that two never answer.
        """

        async def with_warm_start(_context: RunContextWrapper[Any], _agent: Agent[Any]) -> str:
            return f"{instructions}\n\n{await self.engagement.warm_start()}".strip()

        return {
            "instructions": with_warm_start,
            "tools": [*tools, self._tool()],
            "tool_use_behavior": self._ends_where_handed_over,
        }

    async def resume(self, agent: Agent[Any], paused: RunResult | RunResultStreaming) -> RunResult:
        """Wait until the person who has the conversation is done, and go on with what they said and did.

        It can be cancelled, and called again.
        """
        state = paused.to_state()
        for asked in paused.interruptions:
            if getattr(asked.raw_item, "name", None) == NAME:
                state.approve(asked)
        return await Runner.run(agent, state, hooks=self)

    async def on_llm_start(
        self, context: RunContextWrapper[Any], agent: Agent[Any], system_prompt: str | None, input_items: list[Any]
    ) -> None:
        """Record what the model is about to read."""
        await self.engagement.record_conversation(_recordable(input_items))

    async def on_agent_end(self, context: RunContextWrapper[Any], agent: Agent[Any], output: Any) -> None:
        """Record the agent's answer."""
        if self.engagement.handoff is None:
            await self.engagement.record_conversation([{"role": "assistant", "content": str(output)}])

    def _tool(self) -> Tool:
        async def pauses(_context: RunContextWrapper[Any], arguments: dict[str, Any], call_id: str) -> bool:
            try:
                asked = HandOver.model_validate(arguments)
            except ValidationError:
                return False  # the tool says what is wrong
            handoff = await self.engagement.hand_off(call_id, **asked.model_dump())
            return is_people(handoff.to) and is_from(handoff, call_id) and not is_over(handoff)

        async def hand_over(context: ToolContext[Any], arguments: str) -> str:
            try:
                asked = HandOver.model_validate_json(arguments)
                handoff = await self.engagement.hand_off(context.tool_call_id, **asked.model_dump())
            except ValidationError as error:
                return refused(error)
            waits = is_people(handoff.to) and is_from(handoff, context.tool_call_id)
            return await self.engagement.what_they_did(handoff) if waits else handed_over(handoff)

        return FunctionTool(NAME, DESCRIPTION, schema(), hand_over, needs_approval=pauses)

    def _ends_where_handed_over(
        self, _context: RunContextWrapper[Any], results: list[FunctionToolResult]
    ) -> ToolsToFinalOutputResult:
        handoff = self.engagement.handoff
        if handoff is None or not any(result.tool.name == NAME for result in results):
            return ToolsToFinalOutputResult(is_final_output=False)
        return ToolsToFinalOutputResult(is_final_output=True, final_output=handed_over(handoff))


def _recordable(items: Sequence[Any]) -> list[dict[str, Any]]:
    """Input items as messages that the platform takes, without the calls of the tool to hand over."""
    ours = {item.get("call_id") for item in items if item.get("name") == NAME}
    return [message for item in items if item.get("call_id") not in ours for message in _as_message(item)]


def _as_message(item: Any) -> list[dict[str, Any]]:
    match item:
        case {"type": "function_call_output", "call_id": call_id, "output": output}:
            failed = {"outcome": "failed"} if str(output).startswith(FAILED) else {}
            return [{"type": "function_call_output", "call_id": call_id, "output": output, **failed}]
        case {"type": "function_call", "call_id": call_id, "name": name, "arguments": arguments}:
            return [{"type": "function_call", "call_id": call_id, "name": name, "arguments": arguments}]
        case {"role": role, "content": content}:
            # The ids of messages are left out: of models that are no OpenAI's, all have the same one.
            return [{"role": role, "content": _words_of(content)}]
    return []


def _words_of(content: Any) -> Any:
    """Parts of text as one text, so that a message is known again in whichever form it is given."""
    if isinstance(content, str) or any(part.get("type") not in TEXTS for part in content):
        return content
    return "\n".join(part["text"] for part in content)
