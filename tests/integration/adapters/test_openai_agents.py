"""The adapter for the OpenAI Agents SDK, with the real framework and models that follow a script."""

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

from openai.types.responses import (
    Response,
    ResponseCompletedEvent,
    ResponseFunctionToolCall,
    ResponseOutputMessage,
    ResponseOutputText,
)

from agents import Agent, Model, ModelResponse, Runner, Usage, function_tool, set_tracing_disabled
from tests.integration.adapters import scenario
from tests.integration.adapters.conftest import Play
from warmline import AsyncWarmline
from warmline.adapters.openai_agents import WarmlineHooks

set_tracing_disabled(True)

ANSWER = "Your refund takes three days."

LOOKUP = function_tool(scenario.lookup)
PRINT_LABEL = function_tool(scenario.print_label)


class Script(Model):
    """A model that says or calls one thing after the other, and keeps what it read."""

    def __init__(self, *turns: str | list[tuple[str, dict[str, Any]]]) -> None:
        self.turns = list(turns)
        self.instructions: list[str] = []
        self.read: list[Any] = []

    async def get_response(self, system_instructions: str | None, input: Any, *_: Any, **__: Any) -> ModelResponse:
        self.instructions.append(system_instructions or "")
        self.read.append(input)
        turn = self.turns.pop(0)
        output: list[Any] = [said(turn)] if isinstance(turn, str) else [called(*call) for call in turn]
        return ModelResponse(output=output, usage=Usage(), response_id=None)

    async def stream_response(
        self, system_instructions: str | None, input: Any, *_: Any, **__: Any
    ) -> AsyncIterator[Any]:
        whole = await self.get_response(system_instructions, input)
        response = Response(
            id="r",
            created_at=0,
            model="script",
            object="response",
            output=whole.output,
            parallel_tool_calls=True,
            tool_choice="auto",
            tools=[],
        )
        yield ResponseCompletedEvent(type="response.completed", response=response, sequence_number=0)


def said(text: str) -> ResponseOutputMessage:
    content = [ResponseOutputText(text=text, type="output_text", annotations=[])]
    return ResponseOutputMessage(
        id="__fake_id__", role="assistant", status="completed", type="message", content=content
    )


def called(name: str, arguments: dict[str, Any]) -> ResponseFunctionToolCall:
    return ResponseFunctionToolCall(
        type="function_call", name=name, call_id=f"call_{uuid4().hex}", arguments=json.dumps(arguments)
    )


def test_the_receiver_knows_the_order_a_person_wakes_the_run_and_all_of_it_is_recorded(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        work = WarmlineHooks(client, agent="triage", namespace="user-dave")
        model = Script(
            [("lookup", {"order": "W1"}), ("print_label", {"order": "W1"})], [("hand_over", scenario.TO_BILLING)]
        )
        triage = Agent(name="triage", model=model, **work.equip("You triage.", [LOOKUP, PRINT_LABEL]))
        result = await Runner.run(triage, scenario.CUSTOMER, hooks=work)
        assert "billing has this conversation now" in result.final_output
        assert model.turns == [], "the agent said nothing more after it had handed over"

        work = WarmlineHooks(client, agent="billing", namespace="user-dave")
        model = Script([("hand_over", scenario.TO_A_PERSON)], ANSWER)
        billing = Agent(name="billing", model=model, **work.equip("You refund."))
        paused = await Runner.run(billing, "Go on.", hooks=work)
        scenario.check_what_billing_knows(model.instructions[0])
        assert len(paused.interruptions) == 1

        await scenario.person_gives_back(client, "user-dave")
        result = await work.resume(billing, paused)
        assert result.final_output == ANSWER
        deed = model.read[1][-1]["output"]
        assert scenario.DEED in deed
        assert scenario.INSTRUCTION in deed
        assert scenario.DEED in model.instructions[1]

        await scenario.check_what_was_recorded(client, "user-dave", ANSWER)

    play(story)


def test_parallel_calls_make_one_handoff_also_for_the_process_that_resumes(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        twice = [("hand_over", scenario.TO_A_PERSON), ("hand_over", {"to": "billing", "reason": "Or them"})]
        model = Script([("lookup", {"order": "W1"}), *twice], ANSWER)
        work = WarmlineHooks(client, agent="triage", namespace="user-dave")
        triage = Agent(name="triage", model=model, **work.equip("You triage.", [LOOKUP]))
        paused = await Runner.run(triage, scenario.CUSTOMER, hooks=work)
        assert len(await scenario.handoffs_in(client, "user-dave")) == 1
        await scenario.person_resolves(client, "user-dave")

        work = WarmlineHooks(client, agent="triage", namespace="user-dave")
        triage = Agent(name="triage", model=model, **work.equip("You triage.", [LOOKUP]))
        assert (await work.resume(triage, paused)).final_output == ANSWER
        assert len(await scenario.handoffs_in(client, "user-dave")) == 1
        for known in (scenario.FOUND, scenario.DEED, "human:ana has this"):
            assert known in str(model.read[1])

    play(story)


def test_a_reroute_to_people_by_the_hop_budget_pauses_the_run(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        await scenario.no_hops_are_left(client, "user-dave")
        work = WarmlineHooks(client, agent="triage", namespace="user-dave")
        model = Script([("hand_over", scenario.TO_BILLING)], ANSWER)
        triage = Agent(name="triage", model=model, **work.equip("You triage."))
        paused = await Runner.run(triage, scenario.CUSTOMER, hooks=work)
        assert len(paused.interruptions) == 1
        await scenario.person_resolves(client, "user-dave")
        assert (await work.resume(triage, paused)).final_output == ANSWER
        assert scenario.DEED in str(model.read[1])

    play(story)


def test_a_streamed_run_is_recorded_once_hands_over_and_is_resumed(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        work = WarmlineHooks(client, agent="triage", namespace="user-dave")
        model = Script([("lookup", {"order": "W1"})], [("hand_over", scenario.TO_A_PERSON)], ANSWER)
        triage = Agent(name="triage", model=model, **work.equip("You triage.", [LOOKUP]))
        run = Runner.run_streamed(triage, scenario.CUSTOMER, hooks=work)
        assert [event async for event in run.stream_events()]
        await scenario.person_resolves(client, "user-dave")
        assert (await work.resume(triage, run)).final_output == ANSWER
        spoken = [memory.content async for memory in client.memories.list(namespace="user-dave", kind="message")]
        assert (spoken.count(scenario.CUSTOMER), spoken.count(ANSWER)) == (1, 1)
        done = [memory.action async for memory in client.memories.list(namespace="user-dave", kind="action")]
        assert [action.name for action in done if action] == ["lookup"]

    play(story)
