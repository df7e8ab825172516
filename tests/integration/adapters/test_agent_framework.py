"""The adapter for Microsoft's Agent Framework, with the real framework and models that follow a script."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from agent_framework import (
    Agent,
    BaseChatClient,
    ChatMiddlewareLayer,
    ChatResponse,
    ChatResponseUpdate,
    Content,
    FunctionInvocationLayer,
    Message,
    ResponseStream,
)

from tests.integration.adapters import scenario
from tests.integration.adapters.conftest import Play
from warmline import AsyncWarmline
from warmline.adapters.agent_framework import WarmlineProvider

ANSWER = "Your refund takes three days."
Turn = str | list[tuple[str, dict[str, Any]]]


class Script(FunctionInvocationLayer[Any], ChatMiddlewareLayer[Any], BaseChatClient[Any]):
    """A model that says or calls one thing after the other, and keeps what it read."""

    def __init__(self, *turns: Turn) -> None:
        super().__init__()
        self.turns = list(turns)
        self.instructions: list[str] = []
        self.read: list[str] = []

    def _inner_get_response(
        self, *, messages: Sequence[Message], stream: bool, options: Mapping[str, Any], **_: Any
    ) -> Any:
        self.instructions.append(str(options.get("instructions")))
        self.read.append(str([message.to_dict() for message in messages]))
        turn = self.turns.pop(0)
        number = len(self.turns)
        contents = (
            [Content.from_text(turn)]
            if isinstance(turn, str)
            else [
                Content.from_function_call(f"{id(self)}-{number}-{place}", name, arguments=arguments)
                for place, (name, arguments) in enumerate(turn)
            ]
        )

        async def streamed() -> AsyncIterator[ChatResponseUpdate]:
            for content in contents:
                words = content.text.split(" ") if content.text else []
                parts = (
                    [Content.from_text(f"{word} ") for word in words[:-1]] + [Content.from_text(words[-1])]
                    if words
                    else [content]
                )
                for part in parts:
                    yield ChatResponseUpdate(role="assistant", contents=[part])

        async def whole() -> ChatResponse:
            return ChatResponse(messages=[Message("assistant", contents)])

        return ResponseStream(streamed(), finalizer=ChatResponse.from_updates) if stream else whole()


def an_agent(work: WarmlineProvider, model: Script, *tools: Any) -> Agent[Any]:
    return Agent(client=model, instructions="You help.", tools=list(tools), context_providers=[work])


def test_the_receiver_knows_the_order_a_person_wakes_the_run_and_all_of_it_is_recorded(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        work = WarmlineProvider(client, agent="triage", namespace="user-dave")
        model = Script(
            [("lookup", {"order": "W1"}), ("print_label", {"order": "W1"})], [("hand_over", scenario.TO_BILLING)]
        )
        triage = an_agent(work, model, scenario.lookup, scenario.print_label)
        session = triage.create_session()
        ended = await triage.run(scenario.CUSTOMER, session=session)
        assert "billing has this conversation now" in (await work.resume(triage, ended, session)).text

        work = WarmlineProvider(client, agent="billing", namespace="user-dave")
        model = Script([("hand_over", scenario.TO_A_PERSON)], ANSWER)
        billing = an_agent(work, model)
        session = billing.create_session()
        paused = await billing.run("Go on.", session=session)
        scenario.check_what_billing_knows(model.instructions[0])
        await scenario.person_gives_back(client, "user-dave")
        assert (await work.resume(billing, paused, session)).text == ANSWER
        assert scenario.DEED in model.read[1]
        assert scenario.INSTRUCTION in model.read[1]
        assert len(await scenario.handoffs_in(client, "user-dave")) == 3, "to billing, to Ana, and back"
        await scenario.check_what_was_recorded(client, "user-dave", ANSWER)
        done = [memory.action async for memory in client.memories.list(namespace="user-dave", kind="action")]
        assert any(action and scenario.BOOM in str(action.result) for action in done)

    play(story)


def test_parallel_calls_make_one_handoff_and_are_resumed_by_another_process(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        twice = [("hand_over", scenario.TO_A_PERSON), ("hand_over", {"to": "billing", "reason": "Or them"})]
        model = Script([("lookup", {"order": "W1"}), ("hand_over", {"to": "human:ana"}), *twice], ANSWER)
        work = WarmlineProvider(client, agent="triage", namespace="user-dave")
        triage = an_agent(work, model, scenario.lookup)
        session = triage.create_session()
        paused = await triage.run(scenario.CUSTOMER, session=session)
        other = triage.create_session()
        assert "human:ana has this conversation now" in (await triage.run("Anybody there?", session=other)).text
        await scenario.person_resolves(client, "user-dave")

        work = WarmlineProvider(client, agent="triage", namespace="user-dave")
        triage = an_agent(work, model, scenario.lookup)
        assert (await work.resume(triage, paused, session)).text == ANSWER
        assert len(await scenario.handoffs_in(client, "user-dave")) == 1
        for known in (scenario.FOUND, scenario.DEED, "Nothing was handed over (reason", "human:ana has this"):
            assert known in model.read[1]

    play(story)


def test_a_reroute_to_people_by_the_hop_budget_pauses_the_run(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        await scenario.no_hops_are_left(client, "user-dave")
        work = WarmlineProvider(client, agent="triage", namespace="user-dave")
        model = Script([("hand_over", scenario.TO_BILLING)], ANSWER)
        triage = an_agent(work, model)
        session = triage.create_session()
        paused = await triage.run(scenario.CUSTOMER, session=session)
        assert len(model.turns) == 1, "the model was not asked before the person was done"
        await scenario.person_resolves(client, "user-dave")
        assert (await work.resume(triage, paused, session)).text == ANSWER
        assert scenario.DEED in model.read[1]

    play(story)


def test_a_streamed_run_is_recorded_and_hands_over(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        model = Script([("lookup", {"order": "W1"})], ANSWER, [("hand_over", scenario.TO_BILLING)])
        work = WarmlineProvider(client, agent="triage", namespace="user-dave")
        triage = an_agent(work, model, scenario.lookup)
        session = triage.create_session()
        stream = triage.run(scenario.CUSTOMER, session=session, stream=True)
        assert "".join([update.text async for update in stream]) == ANSWER
        spoken = [memory.content async for memory in client.memories.list(namespace="user-dave", kind="message")]
        assert spoken == [ANSWER, scenario.CUSTOMER]
        done = [memory.action async for memory in client.memories.list(namespace="user-dave", kind="action")]
        assert [action.name for action in done if action] == ["lookup"]
        stream = triage.run("Where is it?", session=session, stream=True)
        assert [update.text async for update in stream if update.text] == []
        stream = triage.run("Hello?", session=triage.create_session(), stream=True)
        assert "billing has this conversation now" in "".join([update.text async for update in stream])
        assert len(await scenario.handoffs_in(client, "user-dave")) == 1

    play(story)
