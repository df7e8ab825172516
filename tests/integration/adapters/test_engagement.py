"""What all adapters share: waking up, recording, handing over once, coming back."""

from collections.abc import AsyncIterator
from typing import Any

import anyio
import pytest

from tests.integration.adapters import scenario
from tests.integration.adapters.conftest import Play
from warmline import AsyncWarmline
from warmline.adapters.engagement import Engagement
from warmline_schemas.handoffs import Handoff, HandoffMode, HandoffState

NAMESPACE = "user-dave"
WHY = {"reason": "Too hard"}


def test_parallel_calls_hand_over_once(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        triage = Engagement(client, agent="triage", namespace=NAMESPACE)
        made: list[Handoff] = []

        async def hand_off(call_id: str, to: str) -> None:
            made.append(await triage.hand_off(call_id, to=to, **WHY))

        async with anyio.create_task_group() as group:
            for number, to in enumerate(["billing", "human:ana", "billing"]):
                group.start_soon(hand_off, f"call-{number}", to)
        assert len({handoff.id for handoff in made}) == 1
        assert len(await scenario.handoffs_in(client, NAMESPACE)) == 1

    play(story)


def test_a_brief_that_is_written_while_the_receiver_wakes_up_is_not_missed(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(client: AsyncWarmline) -> None:
        there = await Engagement(client, agent="triage", namespace=NAMESPACE).hand_off("call-1", to="billing", **WHY)
        as_it_was = client.handoffs.list

        async def slow(**wanted: Any) -> AsyncIterator[Handoff]:
            """A platform whose worker writes the brief after it was asked for written ones."""
            if wanted.get("state") != HandoffState.READY:
                await client.handoffs.wait(there.id)
                async for handoff in as_it_was(**wanted):
                    yield handoff

        monkeypatch.setattr(client.handoffs, "list", slow)
        assert "Too hard" in await Engagement(client, agent="billing", namespace=NAMESPACE).warm_start()

    play(story)


def test_a_call_that_another_process_repeats_after_the_person_is_done_has_the_same_handoff(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        before = Engagement(client, agent="triage", namespace=NAMESPACE)
        handoff = await before.hand_off("call-1", to="human:ana", **WHY)
        waiting = Engagement(client, agent="triage", namespace=NAMESPACE)
        assert (await waiting.hand_off("call-1", to="human:ana", **WHY)).id == handoff.id
        await scenario.person_resolves(client, NAMESPACE)
        after = Engagement(client, agent="triage", namespace=NAMESPACE)
        again = await after.hand_off("call-1", to="human:ana", **WHY)
        assert again.id == handoff.id
        assert scenario.DEED in await after.what_they_did(again)
        assert len(await scenario.handoffs_in(client, NAMESPACE)) == 1

    play(story)


def test_an_agent_that_handed_over_is_told_to_say_no_more_also_in_another_process(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        await Engagement(client, agent="triage", namespace=NAMESPACE).hand_off("call-1", to="billing", **WHY)
        again = Engagement(client, agent="triage", namespace=NAMESPACE)
        assert "Do not answer for them" in await again.warm_start()

    play(story)


def test_an_agent_that_handed_over_has_the_conversation_again_when_it_comes_back(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        triage = Engagement(client, agent="triage", namespace=NAMESPACE)
        there = await triage.hand_off("call-1", to="billing", **WHY)
        async with client.accept(there.id, agent="billing") as taken:
            assert "Do not answer for them" in await triage.warm_start()
            await taken.give_back(scenario.INSTRUCTION)
        assert scenario.INSTRUCTION in await triage.warm_start()
        assert triage.handoff is None

    play(story)


def test_an_agent_knows_who_has_the_conversation_also_where_others_passed_it_on(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        triage = Engagement(client, agent="triage", namespace=NAMESPACE)
        there = await triage.hand_off("call-1", to="billing", **WHY)
        await client.handoffs.wait(there.id)
        billing = Engagement(client, agent="billing", namespace=NAMESPACE)
        onward = await billing.hand_off("call-2", to="human:ana", **WHY)
        await client.handoffs.wait(onward.id)
        await client.accept(onward.id, agent="human:ana")
        for agent in (triage, Engagement(client, agent="triage", namespace=NAMESPACE)):
            assert "human:ana" in await agent.warm_start()

    play(story)


def test_what_a_customer_says_until_a_person_accepts_is_kept_at_once_and_new_since_the_brief(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        triage = Engagement(client, agent="triage", namespace=NAMESPACE)
        handoff = await triage.hand_off("call-1", to="human:ana", **WHY)
        await client.handoffs.wait(handoff.id)
        said = [{"role": "user", "content": "Anybody there?"}]
        await triage.record_conversation(said)
        assert await spoken(client) == ["Anybody there?"]
        taken = await client.accept(handoff.id, agent="human:ana")
        assert [memory.content for memory in taken.since_the_brief] == ["Anybody there?"]
        said += [{"role": "assistant", "content": "Ana has it."}, {"role": "user", "content": "Is it done?"}]
        await triage.record_conversation(said)
        assert await spoken(client) == ["Anybody there?", "Is it done?"]

    play(story)


def test_what_a_customer_says_meanwhile_is_kept_where_the_conversation_is(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        triage = Engagement(client, agent="triage", namespace=NAMESPACE)
        handoff = await triage.hand_off("call-1", to="human:ana", mode=HandoffMode.COLD, **WHY)
        await client.handoffs.wait(handoff.id)
        said = [{"role": "user", "content": "Anybody there?"}]
        await triage.record_conversation(said)
        assert await spoken(client) == [], "nobody has it yet"
        taken = await client.accept(handoff.id, agent="human:ana")
        said += [{"role": "assistant", "content": "Ana has it."}, {"role": "user", "content": "Is it done?"}]
        await triage.record_conversation(said)
        assert await spoken(client) == ["Anybody there?", "Is it done?"]
        kept = [memory.session_id async for memory in client.memories.list(namespace=NAMESPACE, kind="message")]
        assert set(kept) == {taken.session.id}

    play(story)


def test_the_brief_of_a_case_that_is_over_wakes_nobody(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        handoff = await Engagement(client, agent="triage", namespace=NAMESPACE).hand_off("call-1", to="billing", **WHY)
        billing = Engagement(client, agent="billing", namespace=NAMESPACE)
        assert WHY["reason"] in await billing.warm_start()
        again = Engagement(client, agent="billing", namespace=NAMESPACE)
        assert f"{WHY['reason']}\n</warmline-brief-" in await again.warm_start()
        assert billing.takeover is not None
        await billing.takeover.resolve("Refunded")
        assert await Engagement(client, agent="billing", namespace=NAMESPACE).warm_start() == ""
        assert (await client.handoffs.get(handoff.id)).state == "closed"

    play(story)


def test_agents_that_pass_a_case_to_and_fro_end_with_people(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        await client.revise_preferences(hop_budget=3, people_target="human:ana")
        agents, to = ["triage", "billing"], "billing"
        for hop in range(6):
            me, other = agents[hop % 2], agents[(hop + 1) % 2]
            engagement = Engagement(client, agent=me, namespace=NAMESPACE)
            to = (await engagement.hand_off(f"call-{hop}", to=other, **WHY)).to
            if to == "human:ana":
                break
            await client.handoffs.wait((await scenario.handoffs_in(client, NAMESPACE))[-1].id)
        assert to == "human:ana"

    play(story)


def test_an_agent_works_on_where_the_platform_cannot_be_reached() -> None:
    async def story() -> None:
        async with AsyncWarmline("http://127.0.0.1:9", "wl_none", max_retries=0) as client:
            alone = Engagement(client, agent="triage", namespace=NAMESPACE)
            assert await alone.warm_start() == ""
            await alone.record_conversation([{"role": "user", "content": "Hello?"}])

    anyio.run(story)


def test_what_could_not_be_recorded_is_recorded_with_what_comes_next(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        said = [{"role": "user", "content": "Hello"}, {"role": "user", "content": "$94"}]
        async with AsyncWarmline("http://127.0.0.1:9", "wl_none", max_retries=0) as unreachable:
            triage = Engagement(unreachable, agent="triage", namespace=NAMESPACE)
            await triage.record_conversation(said[:1])
            triage.client = client
            await triage.record_conversation(said)
        assert await spoken(client) == ["Hello", "$94"]

    play(story)


def test_a_conversation_longer_than_a_request_may_be_is_recorded_whole(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        said = [{"role": "user", "content": f"Line {number}"} for number in range(1001)]
        await Engagement(client, agent="triage", namespace=NAMESPACE).record_conversation(said)
        assert await spoken(client) == [message["content"] for message in said]

    play(story)


def test_a_conversation_that_is_given_whole_in_part_or_again_is_recorded_once(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        said = [{"role": "user", "content": text} for text in ("Hello", "yes", "yes", "$94")]
        engagement = Engagement(client, agent="triage", namespace=NAMESPACE)
        await engagement.record_conversation(said[:2])
        await engagement.record_conversation(said)
        await engagement.record_conversation([*said[2:], {"role": "assistant", "content": "Thanks"}])
        restarted = Engagement(client, agent="triage", namespace=NAMESPACE)
        await restarted.record_conversation(said)
        assert await spoken(client) == ["Hello", "yes", "yes", "$94", "Thanks"]

    play(story)


async def spoken(client: AsyncWarmline) -> list[str]:
    """What was said in the namespace, oldest first."""
    kept = [memory.content async for memory in client.memories.list(namespace=NAMESPACE, kind="message")]
    return kept[::-1]
