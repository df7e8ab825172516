"""The adapter for Google's ADK, with the real framework and models that follow a script."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest
from google.adk.agents import Agent
from google.adk.agents.run_config import RunConfig, StreamingMode
from google.adk.apps import App
from google.adk.events import Event
from google.adk.models.base_llm import BaseLlm
from google.adk.models.llm_request import LlmRequest
from google.adk.models.llm_response import LlmResponse
from google.adk.runners import InMemoryRunner
from google.genai.types import Content, FunctionCall, Part, UserContent
from pydantic import PrivateAttr

from tests.integration.adapters import scenario
from tests.integration.adapters.conftest import Play
from warmline import AsyncWarmline
from warmline.adapters.google_adk import WarmlinePlugin

ANSWER = "Your refund takes three days."
Turn = str | list[tuple[str, dict[str, Any]]]


class Script(BaseLlm):
    """A model that says or calls one thing after the other, and keeps what it read."""

    _turns: list[Turn] = PrivateAttr(default_factory=list)
    _read: list[tuple[str, str]] = PrivateAttr(default_factory=list)

    def __init__(self, *turns: Turn) -> None:
        super().__init__(model="script")
        self._turns = list(turns)

    @property
    def left(self) -> list[Turn]:
        return self._turns

    def instructions(self, request: int) -> str:
        return self._read[request][0]

    def contents(self, request: int) -> str:
        return self._read[request][1]

    async def generate_content_async(
        self, llm_request: LlmRequest, stream: bool = False
    ) -> AsyncGenerator[LlmResponse, None]:
        self._read.append((str(llm_request.config.system_instruction), str(llm_request.contents)))
        turn = self._turns.pop(0)
        if stream and isinstance(turn, str):
            for word in turn.split():
                yield LlmResponse(content=Content(role="model", parts=[Part(text=word)]), partial=True)
        number = len(self._turns)
        parts = (
            [Part(text=turn)]
            if isinstance(turn, str)
            else [
                Part(function_call=FunctionCall(id=f"{id(self)}-{number}-{place}", name=name, args=arguments))
                for place, (name, arguments) in enumerate(turn)
            ]
        )
        yield LlmResponse(content=Content(role="model", parts=parts))


class Customer:
    """Somebody who writes to an agent in one session of the framework's."""

    def __init__(self, work: WarmlinePlugin, model: Script, *tools: Any) -> None:
        self.work = work
        agent = Agent(name="it", model=model, instruction="You help.", tools=[*tools, work.tool()])
        self.runner = InMemoryRunner(app=App(name="shop", root_agent=agent, plugins=[work]))
        self.runner.auto_create_session = True

    async def says(self, message: str, mode: StreamingMode = StreamingMode.NONE) -> list[Event]:
        run = self.runner.run_async(
            user_id="dave",
            session_id="s",
            new_message=UserContent(message),
            run_config=RunConfig(streaming_mode=mode),
        )
        return [event async for event in run]

    async def resumes(self) -> list[Event]:
        return [event async for event in self.work.resume(self.runner, user_id="dave", session_id="s")]


def words(events: list[Event]) -> str:
    return "".join(part.text or "" for part in (events[-1].content or Content()).parts or [])


def a_plugin(client: AsyncWarmline, agent: str) -> WarmlinePlugin:
    return WarmlinePlugin(client, agent=agent, namespace="user-dave")


def test_the_receiver_knows_the_order_a_person_wakes_the_run_and_all_of_it_is_recorded(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        model = Script([("lookup", {"order": "W1"})], [("print_label", {"order": "W1"})])
        broken = Customer(a_plugin(client, "triage"), model, scenario.lookup, scenario.print_label)
        with pytest.raises(RuntimeError, match=scenario.BOOM):
            await broken.says(scenario.CUSTOMER)
        model = Script([("hand_over", scenario.TO_BILLING)])
        triage = Customer(a_plugin(client, "triage"), model)
        assert "billing has this conversation now" in words(await triage.says(scenario.CUSTOMER))

        model = Script([("hand_over", scenario.TO_A_PERSON)], ANSWER)
        billing = Customer(a_plugin(client, "billing"), model)
        paused = await billing.says("Go on.")
        scenario.check_what_billing_knows(model.instructions(0))
        assert paused[-1].long_running_tool_ids
        await scenario.person_gives_back(client, "user-dave")
        assert words(await billing.resumes()) == ANSWER
        assert scenario.DEED in model.contents(1)
        assert scenario.INSTRUCTION in model.contents(1)
        assert await billing.resumes() == [], "nothing waits any more"
        assert len(await scenario.handoffs_in(client, "user-dave")) == 3, "to billing, to Ana, and back"
        await scenario.check_what_was_recorded(client, "user-dave", ANSWER)

    play(story)


def test_parallel_calls_make_one_handoff_and_the_model_is_not_asked_before_the_person_is_done(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        twice = [("hand_over", scenario.TO_A_PERSON), ("hand_over", {"to": "billing", "reason": "Or them"})]
        model = Script([("lookup", {"order": "W1"}), *twice, ("hand_over", {"to": "human:ana"})], ANSWER)
        work = a_plugin(client, "triage")
        triage = Customer(work, model, scenario.lookup)
        assert "human:ana has this conversation now" in words(await triage.says(scenario.CUSTOMER))
        assert "human:ana has this conversation now" in words(await triage.says("Anybody there?"))
        assert len(model.left) == 1
        assert len(await scenario.handoffs_in(client, "user-dave")) == 1
        await scenario.person_resolves(client, "user-dave")
        assert words(await triage.resumes()) == ANSWER
        assert scenario.FOUND in model.contents(1)
        assert "Nothing was handed over (reason" in model.contents(1)

    play(story)


def test_a_reroute_to_people_by_the_hop_budget_pauses_the_run(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        await scenario.no_hops_are_left(client, "user-dave")
        model = Script([("hand_over", scenario.TO_BILLING)], ANSWER)
        triage = Customer(a_plugin(client, "triage"), model)
        await triage.says(scenario.CUSTOMER)
        assert len(model.left) == 1, "the model was not asked before the person was done"
        await scenario.person_resolves(client, "user-dave")
        assert words(await triage.resumes()) == ANSWER
        assert scenario.DEED in model.contents(1)

    play(story)


def test_a_streamed_answer_is_recorded_once_and_whole(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        model = Script([("lookup", {"order": "W1"})], ANSWER)
        triage = Customer(a_plugin(client, "triage"), model, scenario.lookup)
        events = await triage.says(scenario.CUSTOMER, StreamingMode.SSE)
        assert any(event.partial for event in events)
        spoken = [memory.content async for memory in client.memories.list(namespace="user-dave", kind="message")]
        assert spoken == [ANSWER, scenario.CUSTOMER]
        done = [memory.action async for memory in client.memories.list(namespace="user-dave", kind="action")]
        assert [action.name for action in done if action] == ["lookup"]

    play(story)


def test_a_call_of_a_tool_that_does_not_exist_is_recorded_as_failed(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        triage = Customer(a_plugin(client, "triage"), Script([("refund", {"order": "W1"})], ANSWER))
        await triage.says(scenario.CUSTOMER)
        done = [memory.action async for memory in client.memories.list(namespace="user-dave", kind="action")]
        assert [(action.name, action.outcome) for action in done if action] == [("refund", "failed")]

    play(story)
