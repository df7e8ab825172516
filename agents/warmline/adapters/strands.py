"""Strands Agents (``strands-agents``): warm start, recording, handing over, and people who pause a run.

work = WarmlinePlugin(client, agent="triage", namespace="user-dave")
triage = Agent(model=model, tools=[lookup], plugins=[work])
result = await triage.invoke_async("I was charged $94")
result = await work.resume(triage, result)  # waits, if a person has the conversation
"""

from collections.abc import Iterable
from typing import Any

from strands import Agent, ToolContext, tool
from strands.agent import AgentResult
from strands.hooks import AfterInvocationEvent, AfterToolCallEvent, AfterToolsEvent, BeforeModelCallEvent
from strands.middleware import InvokeModelContext, InvokeModelStage
from strands.plugins import Plugin
from strands.types.content import Message

from warmline.adapters.engagement import Engagement, is_from, is_over, is_people
from warmline.adapters.handing_over import DESCRIPTION, NAME, HowUrgent, handed_over, schema
from warmline.asynchronous.client import AsyncWarmline


class WarmlinePlugin(Plugin):
    """The plugin of one agent in one namespace. The agent runs by ``invoke_async`` or ``stream_async``."""

    name = "warmline"

    def __init__(self, client: AsyncWarmline, *, agent: str, namespace: str) -> None:
        super().__init__()
        self.engagement = Engagement(client, agent=agent, namespace=namespace)
        self._warm_start = ""

    def init_agent(self, agent: Agent) -> None:
        """Let every call of the model read the warm start; the agent's own prompt stays as it is. Record the rest."""
        agent.add_middleware(InvokeModelStage.Input, self._with_warm_start)
        agent.add_hook(self._before_the_model, BeforeModelCallEvent)
        agent.add_hook(self._after_a_tool, AfterToolCallEvent)
        agent.add_hook(self._after_all_tools, AfterToolsEvent)
        agent.add_hook(self._after_the_run, AfterInvocationEvent)

    async def resume(self, agent: Agent, result: AgentResult) -> AgentResult:
        """Wait until the person who has the conversation is done, and go on with what they said and did.

        Where no person has it, ``result`` is returned. It can be cancelled, and called again.
        """
        paused = [asked for asked in result.interrupts or [] if asked.name == NAME]
        if not paused:
            return result
        # The tool runs again, and waits itself: so it does where another process answers its interrupt.
        answers: list[Any] = [{"interruptResponse": {"interruptId": asked.id, "response": True}} for asked in paused]
        return await agent.invoke_async(answers)

    @tool(name=NAME, description=DESCRIPTION, inputSchema=schema(), context=True)
    async def hand_over(
        self,
        to: str,
        reason: str,
        tool_context: ToolContext,
        goal: str | None = None,
        urgency: HowUrgent | None = None,
        account: str | None = None,
    ) -> str:
        """Hand over. A person as the target pauses the run by an interrupt."""
        # What was said with the call is part of what the receiver must know.
        await self.engagement.record_conversation(_said(tool_context.agent.messages))
        call_id = tool_context.tool_use["toolUseId"]
        handoff = await self.engagement.hand_off(
            call_id, to=to, reason=reason, goal=goal, urgency=urgency, account=account
        )
        if not is_people(handoff.to) or not is_from(handoff, call_id):
            return handed_over(handoff)
        if not is_over(handoff):
            tool_context.interrupt(NAME, reason={"handoff": str(handoff.id), "to": handoff.to})
        return await self.engagement.what_they_did(handoff)

    async def _before_the_model(self, event: BeforeModelCallEvent) -> None:
        """Record what the model is about to read. While somebody else has the conversation, answer without it."""
        await self.engagement.record_conversation(_said(event.agent.messages))
        self._warm_start = await self.engagement.warm_start()
        if self.engagement.handoff is not None:
            event.cancel = handed_over(self.engagement.handoff)

    async def _after_a_tool(self, event: AfterToolCallEvent) -> None:
        """Record a call with its outcome. A call that another hook did not let happen is no deed."""
        asked, result = event.tool_use, event.result
        if asked["name"] != NAME and event.cancel_message is None:
            words = [part.get("text", part) for part in result["content"]]
            said = words[0] if len(words) == 1 else words
            failed = result["status"] == "error"
            await self.engagement.record_call(asked["toolUseId"], asked["name"], asked["input"], said, failed=failed)

    async def _after_all_tools(self, event: AfterToolsEvent) -> None:
        """End the run where the conversation was handed over, so that two never answer."""
        if self.engagement.handoff is not None:
            event.end_turn = handed_over(self.engagement.handoff)

    async def _after_the_run(self, event: AfterInvocationEvent) -> None:
        """Record the answer."""
        if self.engagement.handoff is None:
            await self.engagement.record_conversation(_said(event.agent.messages))

    def _with_warm_start(self, context: InvokeModelContext) -> InvokeModelContext:
        match context.system_prompt:
            case _ if not self._warm_start:
                return context
            case list(blocks):
                return context.replace(system_prompt=[*blocks, {"text": self._warm_start}])
            case text:
                return context.replace(system_prompt=f"{text or ''}\n\n{self._warm_start}".strip())


def _said(messages: Iterable[Message]) -> list[dict[str, Any]]:
    """What was said, without calls and their results."""
    texts = [
        (message["role"], "\n".join(part["text"] for part in message["content"] if part.get("text")))
        for message in messages
    ]
    return [{"role": role, "content": text} for role, text in texts if text]
