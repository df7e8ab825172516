"""The adapter for Pydantic AI, with the real framework and models that follow a script."""

import json
from collections.abc import AsyncIterator
from typing import Any

from pydantic_ai import Agent, DeferredToolRequests
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart, ToolReturnPart
from pydantic_ai.models.function import AgentInfo, DeltaToolCall, DeltaToolCalls, FunctionModel

from tests.integration.adapters import scenario
from tests.integration.adapters.conftest import Play
from warmline import AsyncWarmline
from warmline.adapters.pydantic_ai import WarmlineCapability

ANSWER = "Your refund takes three days."

Read = tuple[str, list[ModelMessage]]
"""Instructions and messages of one request."""


def script(
    *turns: str | list[tuple[str, dict[str, Any]]],
) -> tuple[FunctionModel, list[tuple[str, list[ModelMessage]]]]:
    """A model that says or calls one thing after the other, and what it read: instructions and messages."""
    read: list[Read] = []
    left = list(turns)

    def answer(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        read.append((info.instructions or "", list(messages)))
        turn = left.pop(0)
        calls = [] if isinstance(turn, str) else [ToolCallPart(name, arguments) for name, arguments in turn]
        return ModelResponse(parts=calls or [TextPart(str(turn))])

    return FunctionModel(answer), read


def streaming(*turns: str | list[tuple[str, dict[str, Any]]]) -> FunctionModel:
    """A model that says or calls one thing after the other, word by word."""
    left = list(turns)

    async def answer(_messages: list[ModelMessage], _info: AgentInfo) -> AsyncIterator[str | DeltaToolCalls]:
        turn = left.pop(0)
        if isinstance(turn, str):
            for word in turn.split(" "):
                yield word if turn.startswith(word) else f" {word}"
        else:
            yield {place: DeltaToolCall(name, json.dumps(asked)) for place, (name, asked) in enumerate(turn)}

    return FunctionModel(stream_function=answer)


def test_the_receiver_knows_the_order_a_person_wakes_the_run_and_all_of_it_is_recorded(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        work = WarmlineCapability(client, agent="triage", namespace="user-dave")
        model, _ = script([("lookup", {"order": "W1"})], [("hand_over", scenario.TO_BILLING)])
        triage = Agent(model, tools=[scenario.lookup], capabilities=[work], output_type=[str, DeferredToolRequests])
        await work.engagement.record_call("boom-1", "print_label", {"order": "W1"}, scenario.BOOM, failed=True)
        ended = await triage.run(scenario.CUSTOMER)
        assert (await work.resume(triage, ended)) is ended, "billing has it: the agent says nothing more"

        work = WarmlineCapability(client, agent="billing", namespace="user-dave")
        model, read = script([("hand_over", scenario.TO_A_PERSON)], ANSWER)
        billing = Agent(model, capabilities=[work], output_type=[str, DeferredToolRequests])
        paused = await billing.run("Go on.")
        scenario.check_what_billing_knows(read[0][0])
        await scenario.person_gives_back(client, "user-dave")
        assert (await work.resume(billing, paused)).output == ANSWER
        deed = next(part for part in read[1][1][-1].parts if isinstance(part, ToolReturnPart)).content
        assert scenario.DEED in deed
        assert scenario.INSTRUCTION in deed
        await scenario.check_what_was_recorded(client, "user-dave", ANSWER)

    play(story)


def test_parallel_calls_make_one_handoff_also_for_the_process_that_resumes(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        twice = [("hand_over", scenario.TO_A_PERSON), ("hand_over", {"to": "billing", "reason": "Or them"})]
        model, read = script(twice, ANSWER)
        work = WarmlineCapability(client, agent="triage", namespace="user-dave")
        paused = await Agent(model, capabilities=[work], output_type=[str, DeferredToolRequests]).run(scenario.CUSTOMER)
        await scenario.person_resolves(client, "user-dave")
        work = WarmlineCapability(client, agent="triage", namespace="user-dave")
        triage = Agent(model, capabilities=[work], output_type=[str, DeferredToolRequests])
        assert (await work.resume(triage, paused)).output == ANSWER
        assert scenario.DEED in str(read[1][1])
        assert len(await scenario.handoffs_in(client, "user-dave")) == 1

    play(story)


def test_a_reroute_to_people_by_the_hop_budget_pauses_the_run(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        await scenario.no_hops_are_left(client, "user-dave")
        work = WarmlineCapability(client, agent="triage", namespace="user-dave")
        model, read = script([("hand_over", scenario.TO_BILLING)], ANSWER)
        triage = Agent(model, capabilities=[work], output_type=[str, DeferredToolRequests])
        paused = await triage.run(scenario.CUSTOMER)
        await scenario.person_resolves(client, "user-dave")
        assert (await work.resume(triage, paused)).output == ANSWER
        assert scenario.DEED in str(read[1][1])

    play(story)


def test_a_streamed_run_is_recorded_once_and_whole(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        work = WarmlineCapability(client, agent="triage", namespace="user-dave")
        model = streaming([("lookup", {"order": "W1"})], ANSWER)
        triage = Agent(model, tools=[scenario.lookup], capabilities=[work], output_type=[str, DeferredToolRequests])
        async with triage.run_stream(scenario.CUSTOMER) as run:
            assert "".join([text async for text in run.stream_text(delta=True)]) == ANSWER
        spoken = [memory.content async for memory in client.memories.list(namespace="user-dave", kind="message")]
        assert spoken == [ANSWER, scenario.CUSTOMER]
        done = [memory.action async for memory in client.memories.list(namespace="user-dave", kind="action")]
        assert [action.name for action in done if action] == ["lookup"]

    play(story)
