"""Pydantic AI (``pydantic-ai-slim``): warm start, recording, handing over, and people who pause a run.

work = WarmlineCapability(client, agent="triage", namespace="user-dave")
triage = Agent(model, tools=[lookup], capabilities=[work], output_type=[str, DeferredToolRequests])
result = await triage.run("I was charged $94")
if isinstance(result.output, DeferredToolRequests):  # somebody else has the conversation
    result = await work.resume(triage, result)
"""

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import Field
from pydantic_ai import Agent, AgentRunResult, CallDeferred, DeferredToolRequests, DeferredToolResults, RunContext
from pydantic_ai.capabilities import AbstractCapability
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart, UserPromptPart
from pydantic_ai.models import ModelRequestContext
from pydantic_ai.tools import ToolDefinition
from pydantic_ai.toolsets import FunctionToolset

from warmline.adapters.engagement import Engagement, is_from, is_people
from warmline.adapters.handing_over import ACCOUNT, DESCRIPTION, GOAL, NAME, REASON, TO, URGENCY, HowUrgent, handed_over
from warmline.asynchronous.client import AsyncWarmline


class WarmlineCapability(AbstractCapability[Any]):
    """The capability of one agent in one namespace. The agent's ``output_type`` must allow ``DeferredToolRequests``:
    a run ends with them where it handed the conversation over."""

    def __init__(self, client: AsyncWarmline, *, agent: str, namespace: str) -> None:
        self.engagement = Engagement(client, agent=agent, namespace=namespace)

    def get_instructions(self) -> Any:
        """Read the warm start anew for every request, whatever became of the history."""

        async def warm_start(_context: RunContext[Any]) -> str:
            return await self.engagement.warm_start()

        return warm_start

    def get_toolset(self) -> FunctionToolset[Any]:
        """The tool with which the model hands over."""
        tools: FunctionToolset[Any] = FunctionToolset()
        tools.add_function(self._hand_over, name=NAME, description=DESCRIPTION)
        return tools

    async def resume(self, agent: Agent[Any, Any], ended: AgentRunResult[Any]) -> AgentRunResult[Any]:
        """Wait until the person who has the conversation is done, and go on with what they said and did.

        It can be cancelled, and called again. Where the conversation went to another agent, the run does not go on:
        ``ended`` is returned.
        """
        requests = ended.output
        if not isinstance(requests, DeferredToolRequests):
            return ended
        done = DeferredToolResults()
        for call in requests.calls:
            if call.tool_name != NAME:
                return ended
            handoff = await self.engagement.hand_off(call.tool_call_id, **call.args_as_dict())
            if not is_people(handoff.to):
                return ended
            done.calls[call.tool_call_id] = await self.engagement.what_they_did(handoff)
        return await agent.run(message_history=ended.all_messages(), deferred_tool_results=done)

    async def before_model_request(
        self, ctx: RunContext[Any], request_context: ModelRequestContext
    ) -> ModelRequestContext:
        """Record what the model is about to read."""
        await self.engagement.record_conversation(_recordable(request_context.messages))
        return request_context

    async def after_run(self, ctx: RunContext[Any], *, result: AgentRunResult[Any]) -> AgentRunResult[Any]:
        """Record the agent's answer."""
        await self.engagement.record_conversation(_recordable(result.all_messages()))
        return result

    async def after_tool_execute(
        self, ctx: RunContext[Any], *, call: ToolCallPart, tool_def: ToolDefinition, args: Any, result: Any
    ) -> Any:
        """Record a call of a tool."""
        if call.tool_name != NAME:
            await self.engagement.record_call(call.tool_call_id, call.tool_name, call.args_as_dict(), result)
        return result

    async def on_tool_execute_error(
        self, ctx: RunContext[Any], *, call: ToolCallPart, tool_def: ToolDefinition, args: Any, error: Exception
    ) -> Any:
        """Record a call of a tool that failed. A call that waits has not failed."""
        if call.tool_name != NAME and not isinstance(error, CallDeferred):
            said = f"{type(error).__name__}: {error}"
            await self.engagement.record_call(call.tool_call_id, call.tool_name, call.args_as_dict(), said, failed=True)
        raise error

    async def _hand_over(
        self,
        ctx: RunContext[Any],
        to: Annotated[str, Field(description=TO)],
        reason: Annotated[str, Field(description=REASON)],
        goal: Annotated[str | None, Field(description=GOAL)] = None,
        urgency: Annotated[HowUrgent | None, Field(description=URGENCY)] = None,
        account: Annotated[str | None, Field(description=ACCOUNT)] = None,
    ) -> str:
        handoff = await self.engagement.hand_off(
            str(ctx.tool_call_id), to=to, reason=reason, goal=goal, urgency=urgency, account=account
        )
        if not is_from(handoff, str(ctx.tool_call_id)):
            return handed_over(handoff)
        raise CallDeferred(metadata={"handoff": str(handoff.id), "to": handoff.to, "note": handed_over(handoff)})


def _recordable(messages: Iterable[ModelMessage]) -> list[dict[str, Any]]:
    """What was said, without instructions and calls."""
    said = []
    for message in messages:
        role = "assistant" if isinstance(message, ModelResponse) else "user"
        for part in message.parts:
            match part:
                case TextPart(content=text) if text:
                    said.append({"role": role, "content": text})
                case UserPromptPart(content=str(text)):
                    said.append({"role": role, "content": text})
                case UserPromptPart(content=parts):
                    texts = [one if isinstance(one, str) else getattr(one, "content", None) for one in parts]
                    words = "\n".join(one for one in texts if isinstance(one, str))
                    said.append({"role": role, "content": words})
    return [message for message in said if message["content"]]
