"""Google's Agent Development Kit (``google-adk``): warm start, recording, handing over, and people who pause a run.

work = WarmlinePlugin(client, agent="triage", namespace="user-dave")
triage = Agent(name="triage", model=model, tools=[lookup, work.tool()])
runner = InMemoryRunner(app=App(name="shop", root_agent=triage, plugins=[work]))
...  # runner.run_async, as ever
events = work.resume(runner, user_id="dave", session_id=session.id)  # waits, if a person has the conversation
"""

from collections.abc import AsyncIterator, Iterable
from typing import Any

from google.adk.agents.callback_context import CallbackContext
from google.adk.agents.invocation_context import InvocationContext
from google.adk.events import Event
from google.adk.models.llm_request import LlmRequest
from google.adk.models.llm_response import LlmResponse
from google.adk.plugins import BasePlugin
from google.adk.runners import Runner
from google.adk.tools.base_tool import BaseTool
from google.adk.tools.tool_context import ToolContext
from google.genai.types import Content, FunctionCall, FunctionDeclaration, FunctionResponse, Part
from pydantic import ValidationError

from warmline.adapters.engagement import Engagement, is_from, is_over, is_people
from warmline.adapters.handing_over import DESCRIPTION, NAME, HandOver, handed_over, refused, schema
from warmline.asynchronous.client import AsyncWarmline

QUESTIONS = "adk_request_"
"""How the names of calls begin by which the framework asks the user something: they are no deeds of the agent."""


class WarmlinePlugin(BasePlugin):
    """The plugin of a runner, whose agents are one agent of Warmline's in one namespace."""

    def __init__(self, client: AsyncWarmline, *, agent: str, namespace: str) -> None:
        super().__init__("warmline")
        self.engagement = Engagement(client, agent=agent, namespace=namespace)

    def tool(self) -> BaseTool:
        """The tool with which the model hands over. A person as its target pauses the run, as a long-running call."""
        return _HandingOver(self.engagement)

    async def resume(self, runner: Runner, *, user_id: str, session_id: str) -> AsyncIterator[Event]:
        """Wait until the person who has the conversation is done, and go on with what they said and did.

        The answer are the events of the run that goes on; none where no person has it. It can be cancelled, and called
        again.
        """
        session = await runner.session_service.get_session(
            app_name=runner.app_name, user_id=user_id, session_id=session_id
        )
        deeds = [await self._deed(call) for call in _waiting(session.events if session else [])]
        if deeds:
            done = Content(role="user", parts=deeds)
            async for event in runner.run_async(user_id=user_id, session_id=session_id, new_message=done):
                yield event

    async def before_model_callback(
        self, *, callback_context: CallbackContext, llm_request: LlmRequest
    ) -> LlmResponse | None:
        """Record what was said and done, and give the model the warm start.

        Where somebody else has the conversation, the model is not called, so that two never answer.
        """
        await self.engagement.record_conversation(_recordable(callback_context.session.events))
        warm_start = await self.engagement.warm_start()
        if self.engagement.handoff is not None:
            return LlmResponse(content=Content(role="model", parts=[Part(text=handed_over(self.engagement.handoff))]))
        if warm_start:
            llm_request.append_instructions([warm_start])
        return None

    async def after_run_callback(self, *, invocation_context: InvocationContext) -> None:
        """Record the answer."""
        if self.engagement.handoff is None:
            await self.engagement.record_conversation(_recordable(invocation_context.session.events))

    async def on_tool_error_callback(
        self, *, tool: BaseTool, tool_args: dict[str, Any], tool_context: ToolContext, error: Exception
    ) -> None:
        """Record a call that failed, which ends the run unless another plugin answers for it."""
        if tool.name != NAME and isinstance(error, Exception):  # what was cancelled may have happened or not
            said = f"{type(error).__name__}: {error}"
            call_id = str(tool_context.function_call_id)
            await self.engagement.record_call(call_id, tool.name, tool_args, said, failed=True)

    async def _deed(self, call: FunctionCall) -> Part:
        asked = HandOver.model_validate(call.args)
        handoff = await self.engagement.hand_off(str(call.id), **asked.model_dump())
        deed = {"result": await self.engagement.what_they_did(handoff)}
        return Part(function_response=FunctionResponse(id=call.id, name=NAME, response=deed))


class _HandingOver(BaseTool):
    def __init__(self, engagement: Engagement) -> None:
        super().__init__(name=NAME, description=DESCRIPTION, is_long_running=True)
        self._engagement = engagement

    def _get_declaration(self) -> FunctionDeclaration:
        return FunctionDeclaration(name=NAME, description=DESCRIPTION, parameters_json_schema=schema())

    async def run_async(self, *, args: dict[str, Any], tool_context: ToolContext) -> dict[str, str] | None:
        """Hand over. The call is answered by ``resume`` where a person has the conversation now."""
        # What was said with the call is part of what the receiver must know.
        await self._engagement.record_conversation(_recordable(tool_context.session.events))
        try:
            asked = HandOver.model_validate(args)
        except ValidationError as error:
            return {"error": refused(error)}
        handoff = await self._engagement.hand_off(str(tool_context.function_call_id), **asked.model_dump())
        if not is_people(handoff.to) or not is_from(handoff, str(tool_context.function_call_id)):
            return {"result": handed_over(handoff)}
        if is_over(handoff):
            return {"result": await self._engagement.what_they_did(handoff)}
        return None


def _waiting(events: Iterable[Event]) -> list[FunctionCall]:
    """The calls of the tool to hand over that have no answer yet."""
    listed = list(events)
    answered = {answer.id for event in listed for answer in event.get_function_responses()}
    calls = [call for event in listed for call in event.get_function_calls()]
    return [call for call in calls if call.name == NAME and call.id not in answered]


def _recordable(events: Iterable[Event]) -> list[dict[str, Any]]:
    """Events as messages and finished calls, without what streams in parts, and without calls to hand over."""
    listed = [event for event in events if not event.partial]
    finished = {answer.id for event in listed for answer in event.get_function_responses()}
    return [message for event in listed for message in [*_said(event), *_done(event, finished)]]


def _said(event: Event) -> list[dict[str, Any]]:
    parts = (event.content and event.content.parts) or []
    text = "\n".join(part.text for part in parts if part.text and not part.thought)
    return [{"role": "user" if event.author == "user" else "assistant", "content": text}] if text else []


def _done(event: Event, finished: set[str | None]) -> list[dict[str, Any]]:
    calls = [
        {"type": "function_call", "call_id": call.id, "name": call.name, "arguments": call.args or {}}
        for call in event.get_function_calls()
        if call.id in finished and _is_a_deed(call)
    ]
    results = [_result(answer) for answer in event.get_function_responses() if _is_a_deed(answer)]
    return [*calls, *results]


def _is_a_deed(part: FunctionCall | FunctionResponse) -> bool:
    return part.name != NAME and not str(part.name).startswith(QUESTIONS)


def _result(answer: FunctionResponse) -> dict[str, Any]:
    # The framework answers in this form for a tool that it does not have, and for arguments that are missing.
    failed = {"outcome": "failed"} if set(answer.response or {}) == {"error"} else {}
    return {"type": "function_call_output", "call_id": answer.id, "output": answer.response, **failed}
