"""The adapter for Strands Agents, with the real framework and models that follow a script."""

import json
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path
from typing import Any

import anyio
from strands import Agent, tool
from strands.models import Model
from strands.session import FileSessionManager

from tests.integration.adapters import scenario
from tests.integration.adapters.conftest import Play
from warmline import AsyncWarmline
from warmline.adapters.strands import WarmlinePlugin

ANSWER = "Your refund takes three days."
Turn = str | list[tuple[str, dict[str, Any]]]


class Script(Model):
    """A model that says or calls one thing after the other, and keeps what it read."""

    def __init__(self, *turns: Turn) -> None:
        self.turns = list(turns)
        self.instructions: list[str] = []
        self.read: list[str] = []

    def update_config(self, **model_config: Any) -> None:
        raise NotImplementedError

    def get_config(self) -> dict[str, Any]:
        return {}

    def structured_output(self, *_: Any, **__: Any) -> AsyncGenerator[dict[str, Any], None]:
        raise NotImplementedError

    async def stream(self, messages: Any, *_: Any, **given: Any) -> AsyncIterator[Any]:
        self.instructions.append(str(given["system_prompt_content"]))
        self.read.append(str(messages))
        turn = self.turns.pop(0)
        yield {"messageStart": {"role": "assistant"}}
        if isinstance(turn, str):
            yield {"contentBlockStart": {"start": {}}}
            for word in turn.split(" "):
                yield {"contentBlockDelta": {"delta": {"text": word if turn.startswith(word) else f" {word}"}}}
            yield {"contentBlockStop": {}}
            yield {"messageStop": {"stopReason": "end_turn"}}
            return
        for place, (name, arguments) in enumerate(turn):
            call = {"toolUseId": f"{id(self)}-{len(self.turns)}-{place}", "name": name}
            yield {"contentBlockStart": {"start": {"toolUse": call}}}
            yield {"contentBlockDelta": {"delta": {"toolUse": {"input": json.dumps(arguments)}}}}
            yield {"contentBlockStop": {}}
        yield {"messageStop": {"stopReason": "tool_use"}}


def an_agent(work: WarmlinePlugin, model: Script, *tools: Any, **more: Any) -> Agent:
    return Agent(model=model, tools=[tool(one) for one in tools], plugins=[work], callback_handler=None, **more)


def a_plugin(client: AsyncWarmline, agent: str) -> WarmlinePlugin:
    return WarmlinePlugin(client, agent=agent, namespace="user-dave")


def test_the_receiver_knows_the_order_a_person_wakes_the_run_and_all_of_it_is_recorded(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        both = [("lookup", {"order": "W1"}), ("print_label", {"order": "W1"})]
        model = Script(both, [("hand_over", scenario.TO_BILLING)])
        triage = an_agent(a_plugin(client, "triage"), model, scenario.lookup, scenario.print_label)
        assert "billing has this conversation now" in str(await triage.invoke_async(scenario.CUSTOMER))
        assert model.turns == [], "the agent said nothing more after it had handed over"
        assert "billing has this conversation now" in str(await triage.invoke_async("Hello?"))

        work = a_plugin(client, "billing")
        model = Script([("hand_over", scenario.TO_A_PERSON)], ANSWER)
        billing = an_agent(work, model, system_prompt="You refund.")
        paused = await billing.invoke_async("Go on.")
        scenario.check_what_billing_knows(model.instructions[0])
        assert "You refund." in model.instructions[0]
        assert billing.system_prompt == "You refund.", "it is the agent's own, and a brief does not pile up there"
        assert paused.stop_reason == "interrupt"
        with anyio.move_on_after(0.5):
            await work.resume(billing, paused)
        await scenario.person_gives_back(client, "user-dave")
        resumed = await work.resume(billing, paused)
        assert str(resumed).strip() == ANSWER
        assert scenario.DEED in model.read[1]
        assert scenario.INSTRUCTION in model.read[1]
        assert await work.resume(billing, resumed) is resumed, "nothing waits any more"
        assert len(await scenario.handoffs_in(client, "user-dave")) == 3, "to billing, to Ana, and back"
        await scenario.check_what_was_recorded(client, "user-dave", ANSWER)

    play(story)


def test_parallel_calls_make_one_handoff_and_are_resumed_by_another_process(play: Play, tmp_path: Path) -> None:
    async def story(client: AsyncWarmline) -> None:
        twice = [("hand_over", scenario.TO_A_PERSON), ("hand_over", {"to": "billing", "reason": "Or them"})]
        model = Script([("lookup", {"order": "W1"}), *twice, ("hand_over", {"to": "human:ana"})], ANSWER)
        kept = {"agent_id": "triage", "session_manager": FileSessionManager("dave", storage_dir=str(tmp_path))}
        triage = an_agent(a_plugin(client, "triage"), model, scenario.lookup, **kept)
        paused = await triage.invoke_async(scenario.CUSTOMER)
        assert len(paused.interrupts or []) == 1
        assert len(await scenario.handoffs_in(client, "user-dave")) == 1
        await scenario.person_resolves(client, "user-dave")

        kept["session_manager"] = FileSessionManager("dave", storage_dir=str(tmp_path))
        work = a_plugin(client, "triage")
        resumed = await work.resume(an_agent(work, model, scenario.lookup, **kept), paused)
        assert str(resumed).strip() == ANSWER
        assert len(await scenario.handoffs_in(client, "user-dave")) == 1
        for known in (scenario.FOUND, scenario.DEED, "human:ana has this", "reason"):
            assert known in model.read[1]

    play(story)


def test_a_streamed_run_is_recorded_once_and_whole(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        triage = an_agent(a_plugin(client, "triage"), Script([("lookup", {"order": "W1"})], ANSWER), scenario.lookup)
        events = [event async for event in triage.stream_async(scenario.CUSTOMER)]
        assert "".join(event["data"] for event in events if "data" in event) == ANSWER
        spoken = [memory.content async for memory in client.memories.list(namespace="user-dave", kind="message")]
        assert spoken == [ANSWER, scenario.CUSTOMER]
        done = [memory.action async for memory in client.memories.list(namespace="user-dave", kind="action")]
        assert [action.name for action in done if action] == ["lookup"]

    play(story)


def test_a_reroute_to_people_by_the_hop_budget_pauses_the_run(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        await scenario.no_hops_are_left(client, "user-dave")
        work = a_plugin(client, "triage")
        model = Script([("hand_over", scenario.TO_BILLING)], ANSWER)
        triage = an_agent(work, model)
        paused = await triage.invoke_async(scenario.CUSTOMER)
        assert paused.stop_reason == "interrupt"
        await scenario.person_resolves(client, "user-dave")
        assert str(await work.resume(triage, paused)).strip() == ANSWER
        assert scenario.DEED in model.read[1]

    play(story)
