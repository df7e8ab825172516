"""The story that every adapter plays: triage looks an order up and hands over, billing asks a person, and goes on.

The models are scripts: what is asked here is what they read, not what they would say.
"""

import anyio

from warmline import AsyncWarmline
from warmline_schemas.handoffs import Handoff, HandoffState

CUSTOMER = "I was charged $94 for order W1 and never got it. I want my money back."
FOUND = "order W1 total $94, not delivered"
BOOM = "the label printer is on fire"
ACCOUNT = "## Done\n- Looked order W1 up: $94, not delivered\n\n## Next steps\n- Refund $94 to the card"
TO_BILLING = {"to": "billing", "reason": "A refund over $50", "urgency": "high", "account": ACCOUNT}
TO_A_PERSON = {"to": "human:ana", "reason": "A refund over $90 needs a person"}
DEED = "I refunded $94 to your card, reference RF-7731"
INSTRUCTION = "Tell the customer that the refund takes three days"


def lookup(order: str) -> str:
    """Look an order up."""
    assert order == "W1"
    return FOUND


def print_label(order: str) -> str:
    """Print a label for a parcel that comes back."""
    raise RuntimeError(f"{order}: {BOOM}")


async def person_gives_back(client: AsyncWarmline, namespace: str) -> None:
    """Ana takes what waits for her, tells the customer that she refunded it, and gives the case back."""
    handoff = await waiting_for(client, namespace, "human:ana")
    async with client.accept(handoff.id, agent="human:ana") as taken:
        await taken.session.remember(DEED, role="agent")
        await taken.give_back(INSTRUCTION)


async def person_resolves(client: AsyncWarmline, namespace: str) -> None:
    """Ana takes what waits for her, and resolves it."""
    handoff = await waiting_for(client, namespace, "human:ana")
    async with client.accept(handoff.id, agent="human:ana") as taken:
        await taken.resolve(DEED)


async def no_hops_are_left(client: AsyncWarmline, namespace: str) -> None:
    """Triage has a conversation that has been handed over as often as its tenant allows: it goes to Ana next."""
    await client.revise_preferences(hop_budget=1, people_target="human:ana")
    async with client.session(agent="greeter", namespace=namespace) as greeter:
        handoff = await greeter.hand_off(to="triage", reason="Not mine")
    await client.handoffs.wait(handoff.id)


async def waiting_for(client: AsyncWarmline, namespace: str, to: str) -> Handoff:
    """The handoff to somebody whose brief is written."""
    with anyio.fail_after(60):
        while True:
            async for handoff in client.handoffs.list(namespace=namespace, to=to, state=HandoffState.READY):
                return handoff
            await anyio.sleep(0.1)


async def handoffs_in(client: AsyncWarmline, namespace: str) -> list[Handoff]:
    """All handoffs of a namespace, oldest first."""
    return [handoff async for handoff in client.handoffs.list(namespace=namespace)][::-1]


def check_what_billing_knows(instructions: str) -> None:
    """The order, the amount, both calls, and what triage says of its work."""
    for known in ("W1", "$94", "lookup", "print_label", "Refund $94 to the card"):
        assert known in instructions


async def check_what_was_recorded(client: AsyncWarmline, namespace: str, answer: str) -> None:
    """Everything once: the calls with outcomes, what the customer said, billing's answer, and what triage asked for."""
    asked = (await handoffs_in(client, namespace))[0]
    assert (asked.to, asked.reason, asked.urgency) == ("billing", TO_BILLING["reason"], "high")
    kept = [memory async for memory in client.memories.list(namespace=namespace, kind="action")]
    outcomes = sorted((memory.action.name, memory.action.outcome) for memory in kept if memory.action)
    assert [name for name, _ in outcomes] == ["lookup", "print_label"]
    assert outcomes[1][1] == "failed"
    spoken = [memory.content async for memory in client.memories.list(namespace=namespace, kind="message")]
    assert spoken.count(CUSTOMER) == 1
    assert spoken.count(answer) == 1
