"""Microsoft's Agent Framework (``agent-framework-core``): warm start, recording, handing over, people who pause a run.

work = WarmlineProvider(client, agent="triage", namespace="user-dave")
triage = Agent(client=model, instructions="You triage.", tools=[lookup], context_providers=[work])
session = triage.create_session()
response = await triage.run("I was charged $94", session=session)
response = await work.resume(triage, response, session)  # waits, if a person has the conversation
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Any

from agent_framework import (
    Agent,
    AgentResponse,
    AgentSession,
    ChatContext,
    ChatMiddleware,
    ChatResponse,
    ChatResponseUpdate,
    Content,
    ContextProvider,
    FunctionInvocationContext,
    FunctionMiddleware,
    FunctionTool,
    Message,
    MiddlewareException,
    ResponseStream,
    SessionContext,
    SupportsAgentRun,
)
from agent_framework.exceptions import UserInputRequiredException
from pydantic import ValidationError

from warmline.adapters.engagement import Engagement, is_people
from warmline.adapters.handing_over import DESCRIPTION, NAME, HandOver, handed_over, refused, schema
from warmline.asynchronous.client import AsyncWarmline
from warmline_schemas.handoffs import Handoff

PAUSES = (MiddlewareException, UserInputRequiredException)
"""What is raised through a call of a tool without being a failure of it."""
Next = Callable[[], Awaitable[None]]


class WarmlineProvider(ContextProvider):
    """The context provider of one agent in one namespace.

    The framework leaves the call to hand over, and those beside it, to whoever runs the agent: ``resume`` answers it.
    """

    def __init__(self, client: AsyncWarmline, *, agent: str, namespace: str) -> None:
        super().__init__("warmline")
        self.engagement = Engagement(client, agent=agent, namespace=namespace)

    async def before_run(
        self, *, agent: SupportsAgentRun, session: AgentSession, context: SessionContext, state: dict[str, Any]
    ) -> None:
        """Give the run the warm start, the tool to hand over, and what records it."""
        if warm_start := await self.engagement.warm_start():
            context.extend_instructions(self.source_id, warm_start)
        tool = FunctionTool(name=NAME, description=DESCRIPTION, func=None, input_model=schema())
        context.extend_tools(self.source_id, [tool])
        context.extend_middleware(self.source_id, [_BeforeTheModel(self.engagement), _AroundTools(self.engagement)])

    async def after_run(
        self, *, agent: SupportsAgentRun, session: AgentSession, context: SessionContext, state: dict[str, Any]
    ) -> None:
        """Record the answer, and hand over where the model called for it."""
        messages = context.response.messages if context.response else []
        if self.engagement.handoff is None:
            await self.engagement.record_conversation(_recordable(messages))
        await self._hand_over(_calls_in(messages))

    async def resume(
        self, agent: Agent[Any], response: AgentResponse[Any], session: AgentSession
    ) -> AgentResponse[Any]:
        """Where a run handed over to people, wait until they are done, and go on with what they said and did.

        Where it handed over to an agent, the answer says so, and the model is not called. Where it did not hand over,
        the answer is ``response``. It can be cancelled, and called again.
        """
        calls = _calls_in(response.messages)
        if not calls:
            return response
        answers = {call.call_id: _refusal(call) for call in calls}
        made = await self._hand_over(calls)
        if made is not None:
            deciding, handoff = made
            answers = {call_id: answer or handed_over(handoff) for call_id, answer in answers.items()}
            answers[deciding.call_id] = await self._outcome_of(handoff)
        results = [Content.from_function_result(str(call_id), result=answer) for call_id, answer in answers.items()]
        return await agent.run([Message("tool", results)], session=session)

    async def _hand_over(self, calls: list[Content]) -> tuple[Content, Handoff] | None:
        """Hand over by the first valid call, which decides for those beside it."""
        for call in calls:
            if _refusal(call) is None:
                asked = HandOver.model_validate(call.parse_arguments())
                return call, await self.engagement.hand_off(str(call.call_id), **asked.model_dump())
        return None

    async def _outcome_of(self, handoff: Handoff) -> str:
        return await self.engagement.what_they_did(handoff) if is_people(handoff.to) else handed_over(handoff)


class _BeforeTheModel(ChatMiddleware):
    def __init__(self, engagement: Engagement) -> None:
        self._engagement = engagement

    async def process(self, context: ChatContext, call_next: Next) -> None:
        """Record what the model is about to read. While somebody else has the conversation, answer without it."""
        await self._engagement.record_conversation(_recordable(context.messages))
        if self._engagement.handoff is None:
            await call_next()
            return
        said = handed_over(self._engagement.handoff)
        context.result = _streamed(said) if context.stream else ChatResponse(messages=[Message("assistant", [said])])


class _AroundTools(FunctionMiddleware):
    def __init__(self, engagement: Engagement) -> None:
        self._engagement = engagement

    async def process(self, context: FunctionInvocationContext, call_next: Next) -> None:
        """Record a call that failed, with its error, which the model does not read."""
        try:
            await call_next()
        except Exception as error:
            if not isinstance(error, PAUSES):
                said, arguments = f"{type(error).__name__}: {error}", dict(context.arguments)
                call_id = str(context.metadata["call_id"])
                await self._engagement.record_call(call_id, context.function.name, arguments, said, failed=True)
            raise


def _streamed(text: str) -> ResponseStream[ChatResponseUpdate, ChatResponse]:
    async def updates() -> AsyncIterator[ChatResponseUpdate]:
        yield ChatResponseUpdate(role="assistant", contents=[Content.from_text(text)])

    return ResponseStream(updates(), finalizer=ChatResponse.from_updates)


def _refusal(call: Content) -> str | None:
    try:
        HandOver.model_validate(call.parse_arguments())
    except ValidationError as error:
        return refused(error)
    return None


def _calls_in(messages: Iterable[Message]) -> list[Content]:
    """The calls of the tool to hand over that have no answer yet."""
    contents = [content for message in messages for content in message.contents]
    answered = {content.call_id for content in contents if content.type == "function_result"}
    calls = [content for content in contents if content.type == "function_call" and content.name == NAME]
    return [call for call in calls if call.call_id not in answered]


def _recordable(messages: Iterable[Message]) -> list[dict[str, Any]]:
    """Messages and finished calls as the platform takes them, without the calls of the tool to hand over."""
    listed = list(messages)
    contents = [content for message in listed for content in message.contents]
    ours = {content.call_id for content in contents if content.type == "function_call" and content.name == NAME}
    finished = {content.call_id for content in contents if content.type == "function_result"} - ours
    return [recorded for message in listed for recorded in _recorded(message, finished)]


def _recorded(message: Message, finished: set[str | None]) -> list[dict[str, Any]]:
    said: list[dict[str, Any]] = []
    if message.role in ("user", "assistant") and message.text:
        said.append({"role": str(message.role), "content": message.text})
    for content in message.contents:
        if content.call_id not in finished:
            continue
        if content.type == "function_call":
            arguments = content.parse_arguments() or {}
            said.append(
                {"type": "function_call", "call_id": content.call_id, "name": content.name, "arguments": arguments}
            )
        elif content.type == "function_result":
            failed = {"outcome": "failed"} if content.exception else {}
            result = {"type": "function_call_output", "call_id": content.call_id, "output": content.result}
            said.append({**result, **failed})
    return said
