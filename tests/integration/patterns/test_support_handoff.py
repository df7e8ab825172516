"""The session-handoff pattern for support: a bot gathers a billing dispute, a specialist goes on with all of it."""

import pytest

from tests.builders.live_sessions import Kept, a_session
from tests.builders.patterns import a_call, a_note, a_slot, hand_over, missing, text_of
from warmline import Warmline
from warmline.takeover import Takeover
from warmline_schemas.briefs import SectionName

NOTES = (
    a_note("issue", "Dave was charged $299 although his plan costs $199/mo", importance=0.9),
    a_note("context", "Customer since 2024", importance=0.8),
    a_slot("account_id", "ACC-4521", importance=0.8),
    a_note("note", "Customer tone: frustrated but polite"),
)
TALK = (
    {"role": "user", "content": "My last invoice shows $299, but my plan is $199/mo. That is really frustrating."},
    {"role": "agent", "content": "I am sorry to hear that. May I have your account ID, please?"},
    {"role": "user", "content": "It's ACC-4521, and I have been a customer since 2024."},
    a_call("look_up_plan", {"price": "$199/mo"}, account_id="ACC-4521"),
    a_call("look_up_invoice", {"amount": "$299"}, account_id="ACC-4521"),
    {"role": "user", "content": "Please give me a refund or an explanation, and please do it today, it is urgent."},
)
DISPUTE = ("$299", "$199/mo")
ACCOUNT = ("ACC-4521", "since 2024")
SENTIMENT = ("frustrated but polite",)


def escalate(client: Warmline, *kept: Kept, goal: str | None = None) -> Takeover:
    session = a_session(client, *kept, agent="tier1-bot", namespace="user-dave")
    return hand_over(
        client, session, to="billing-specialist", reason="A $100 overcharge on the last invoice", goal=goal
    )


@pytest.mark.usefixtures("worker")
def test_the_specialist_knows_what_the_bot_noted(client: Warmline) -> None:
    warm = escalate(client, *NOTES, goal="Refund it or explain it")
    assert (
        missing(warm.brief.text, [*DISPUTE, *ACCOUNT, *SENTIMENT, "$100 overcharge", "Refund it or explain it"]) == []
    )
    assert missing(warm.prompt, [*DISPUTE, *ACCOUNT, *SENTIMENT, "$100 overcharge", "Refund it or explain it"]) == []


@pytest.mark.usefixtures("worker")
def test_the_specialist_knows_what_was_said_where_nobody_took_notes(client: Warmline) -> None:
    brief = escalate(client, *TALK).brief
    assert missing(text_of(brief, SectionName.ASK), ["refund", "explanation"]) == []
    assert missing(text_of(brief, SectionName.IDENTIFIERS), ["account id: ACC-4521"]) == []
    assert missing(brief.text, [*DISPUTE, *ACCOUNT, "$100 overcharge", "urgent"]) == []
    assert missing(text_of(brief, SectionName.MOOD), ["That is really frustrating."]) == []


@pytest.mark.usefixtures("worker")
def test_the_handoff_surfaces_first_whatever_else_is_known_of_the_customer(client: Warmline) -> None:
    others = [{"namespace": "user-dave", "content": f"Order {n} was delivered", "importance": 1.0} for n in range(30)]
    client.memories.remember_many(others)
    warm = escalate(client, *NOTES)
    assert warm.memories[0].handoff_id == warm.handoff.id
    assert warm.memories[0].importance == 1.0


@pytest.mark.usefixtures("worker")
def test_a_router_hands_the_specialist_the_reason_and_the_context(client: Warmline) -> None:
    warm = escalate(client, *NOTES)
    assert warm.brief.text.startswith("tier1-bot → billing-specialist: A $100 overcharge on the last invoice")
    assert warm.session.agent == "billing-specialist"
    assert (len(warm.chain.sessions), len(warm.chain.handoffs)) == (2, 1)
