"""The play of the demo: a billing dispute goes from a bot to a specialist to a person, through the SDK."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from warmline import LiveSession, Takeover, Warmline
from warmline_schemas.memories import Memory, Outcome, Role

NAMESPACE = "user-dave"


@dataclass(frozen=True)
class Hop:
    """One handoff: what the source kept, what the target woke up with, and what else it would have known."""

    source: str
    kept: Sequence[Memory]
    start: Takeover
    first_words: str
    """What the customer says to the target first: all that it would have known without a handoff."""


def play(client: Warmline) -> Iterator[Hop]:
    """Play the dispute, a hop at a time."""
    bot = client.session(agent="tier1-bot", namespace=NAMESPACE, metadata={"channel": "chat"})
    ask_the_bot(bot)
    handoff = bot.hand_off(
        to="billing-specialist",
        reason="Refunds over $50 need a billing specialist",
        goal="Refund $100 to ACC-4521, or explain the charge, today",
    )
    taken = client.accept(handoff.id, agent="billing-specialist", top_k=5, token_budget=1200)
    yield Hop(bot.agent, kept_in(client, bot), taken, "Hello? I was just explaining this to your bot.")

    specialist = taken.session
    ask_the_specialist(specialist)
    handoff = specialist.hand_off(
        to="human:operator-7",
        reason="The customer asks for a person",
        goal="Confirm that priority support is off before the March invoice",
        mode="warm",
    )
    client.handoffs.wait(handoff.id)
    say(specialist, Role.USER, "One more thing: please send the confirmation to dave@example.com, not by post.")
    taken = client.accept(handoff.id, agent="human:operator-7", top_k=5, token_budget=1200)
    yield Hop(specialist.agent, kept_in(client, specialist), taken, "Are you a person? Finally.")

    person = taken.session
    say(person, Role.AGENT, "I am, Dave. Priority support is off, and the confirmation is on its way to your inbox.")
    person.end()


def ask_the_bot(bot: LiveSession) -> None:
    """The bot finds the overcharge, and may not refund it."""
    say(bot, Role.USER, "Hi. I was charged $299 this month, but my plan is $199. Please refund the difference.")
    say(bot, Role.AGENT, "I am sorry about that. May I have your account ID and your PIN?")
    say(bot, Role.USER, "My account is ACC-4521, and the PIN is 4471.")
    bot.remember_action(
        "get_account",
        {"account_id": "ACC-4521"},
        {"name": "Dave Miller", "customer_since": 2024, "plan": "$199/mo"},
        Outcome.CONFIRMED,
    )
    bot.remember_action(
        "get_invoice",
        {"account_id": "ACC-4521", "month": "2026-02"},
        {"invoice_id": "INV-2031", "total": "$299", "lines": [{"plan": "$199"}, {"priority support": "$100"}]},
        Outcome.CONFIRMED,
    )
    say(bot, Role.AGENT, "I see it: invoice INV-2031 is $299, and your plan is $199/mo.")
    say(bot, Role.USER, "I never ordered priority support. This is really frustrating, but thank you for looking.")
    bot.remember_action(
        "issue_refund",
        {"invoice_id": "INV-2031", "amount": "$100"},
        {"error": "refunds over $50 need a billing specialist"},
        Outcome.FAILED,
    )


def ask_the_specialist(specialist: LiveSession) -> None:
    """The specialist requests the refund and promises a date; the customer wants a person."""
    say(specialist, Role.AGENT, "I see you were discussing INV-2031 with our assistant; you need not repeat anything.")
    specialist.remember_action(
        "request_refund", {"invoice_id": "INV-2031", "amount": "$100"}, {"status": "pending"}, Outcome.REQUESTED
    )
    specialist.remember_action(
        "cancel_addon", {"addon": "priority support"}, {"status": "cancelled"}, Outcome.CONFIRMED
    )
    say(specialist, Role.AGENT, "I have requested the refund of $100. We will confirm it by Friday, March 6.")
    say(specialist, Role.USER, "Can a person confirm that I will not be charged for priority support in March?")


def say(session: LiveSession, role: Role, text: str) -> None:
    """Keep what somebody said."""
    session.remember(text, role=role)


def kept_in(client: Warmline, session: LiveSession) -> list[Memory]:
    """What a session kept, oldest first, but for its brief."""
    kept = client.memories.list(session_id=session.id)
    return [memory for memory in kept if memory.handoff_id is None][::-1]
