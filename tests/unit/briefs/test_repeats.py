"""Repeats: which questions of a receiver count, and which of them the brief answers."""

import pytest

from tests.builders.briefs import a_brief, agent, slot, user
from warmline_memory.briefs.repeats import count

BRIEF = a_brief(
    user("I was charged $299."),
    agent("On which day were you charged?"),
    user("last Monday"),
    slot("account_id", "ACC-4521"),
    slot("invoice", "INV-2031"),
    slot("email", "dave@example.com"),
    slot("phone_number", "415-555-0142"),
    slot("refund_amount", "$100"),
    agent("I verified your account."),
)


@pytest.mark.parametrize(
    "question",
    [
        "Can I have your account number?",
        "Which invoice is it about?",
        "Could you tell me the amount?",
        "What is your email address?",
        "May I have your phone number, please?",
        "Hi Dave, I am Ann. What is your account id?",
    ],
)
def test_asking_for_what_the_brief_holds_is_a_repeat(question: str) -> None:
    asked = count([question], BRIEF)
    assert (asked.questions, asked.repeated) == (1, 1)


@pytest.mark.parametrize("question", ["What is your shoe size?", "How old is your car?"])
def test_asking_for_something_else_is_none(question: str) -> None:
    asked = count([question], BRIEF)
    assert (asked.questions, asked.repeated) == (1, 0)


@pytest.mark.parametrize(
    "words",
    [
        "Shall I send it to you?",
        "Would you like a refund?",
        "Is there anything else?",
        "I have refunded $100.",
        "Is it still ACC-4521?",
        "",
    ],
)
def test_offers_courtesies_confirmations_and_statements_are_no_questions_for_a_value(words: str) -> None:
    assert count([words], BRIEF).questions == 0


def test_every_question_of_every_message_counts() -> None:
    asked = count(["What is your account id? And your shoe size?", "Which invoice is it?"], BRIEF)
    assert (asked.questions, asked.repeated) == (3, 2)
