"""Secrets never reach a brief."""

import json

import pytest

from tests.builders.briefs import a_brief, agent, call, numbered, slot, user
from tests.builders.whole_words import says
from warmline_memory.briefs import Leg
from warmline_memory.redaction import scrubbing

KEY = "sk-live_" + "a1B2c3D4e5F6g7H8"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("my card is 4111 1111 1111 1111, expires 12/27", "1111"),
        ("card 5500-0000-0000-0004", "0004"),
        ("My PIN is 0042, thanks", "0042"),
        ("it is either pin 7402 or 3941", "3941"),
        ("the CVV: 123", "123"),
        ("My password is hunter2.", "hunter2"),
        ("the password to my account is letmein", "letmein"),
        (f"use {KEY} for it", KEY),
        ("API_KEY=abcd1234efgh", "abcd1234efgh"),
        ("Authorization: Bearer abcdefghijklmnopqrstu", "abcdefghijklmnopqrstu"),
        ("postgresql://bob:s3cret@db/x", "s3cret"),
        ("My mother's maiden name is Cooper", "Cooper"),
        ("My first pet was called Rex", "Rex"),
        ("SSN 123-45-6789", "6789"),
        ("the one-time code is 553 201", "201"),
    ],
)
def test_a_secret_that_names_itself_is_hidden(text: str, secret: str) -> None:
    assert secret not in scrubbing.scrub(text)
    assert scrubbing.HIDDEN in scrubbing.scrub(text)


@pytest.mark.parametrize(
    "text",
    [
        "Order 4111111111111112 is late",
        "account 9931939443153",
        "password is required",
        "API key generation endpoint working",
        "pinned 1234 posts",
        "Use JWT for tokens",
        "the access code is 93103",
    ],
)
def test_what_only_looks_like_a_secret_stays(text: str) -> None:
    assert scrubbing.scrub(text) == text


@pytest.mark.parametrize(
    ("question", "reply", "secret"),
    [
        ("And your PIN as well, please.", "7719", "7719"),
        ("What is your PIN?", "I kind of forgot it. It's either 7402 or 3941", "3941"),
        ("What was your mother's maiden name?", "Sanders", "Sanders"),
        ("What was your mother's maiden name?", "It was Copper, rest her soul", "Copper"),
        ("And the name of the pet you had as a child?", "Charlie was my cat", "Charlie"),
        ("And the name of the pet you had as a child?", "I think I used Skippy or maybe Buddy", "Skippy"),
        ("Please tell me your password.", "opensesame", "opensesame"),
        ("Which city were you born in?", "Leeds", "Leeds"),
    ],
)
def test_the_answer_to_a_question_for_a_secret_is_a_secret(question: str, reply: str, secret: str) -> None:
    brief = a_brief(user("I lost my card"), agent(question), user(reply), agent("Thank you. Anything else?"))
    assert secret.lower() not in brief.model_dump_json().lower()
    assert "[redacted]" in brief.text


def test_a_pin_that_comes_late_is_still_hidden() -> None:
    brief = a_brief(
        agent("Your PIN, please?"),
        user("I forgot that"),
        agent("Could you provide your date of birth?"),
        user("Wait, I remembered. It was 0314, try it"),
    )
    assert not says(brief.model_dump_json(), "0314")


def test_a_secret_is_hidden_wherever_else_it_was_said() -> None:
    brief = a_brief(agent("What is your PIN?"), user("7719"), call("log_in", {"ok": True}, code="7719", user="eve_1"))
    assert not says(brief.model_dump_json(), "7719")
    assert brief.actions[0].arguments == {"code": scrubbing.HIDDEN, "user": "eve_1"}


def test_arguments_slots_and_results_with_secret_names_are_hidden() -> None:
    memories = [
        slot("pin", "8830"),
        call("sign_in", {"session_token": "tok77qq"}, password="pa55", SecurityAnswer1="Rex"),
    ]
    told = a_brief(*memories, user("My pin again: 8830")).model_dump_json()
    assert not any(says(told, secret) for secret in ("8830", "tok77qq", "pa55", "Rex"))


def test_a_secret_in_the_reason_or_the_goal_is_hidden() -> None:
    brief = a_brief(user("Help me"), reason="Customer's PIN is 4471", goal="Use password hunter2: password is hunter2")
    assert "4471" not in brief.text
    assert "is hunter2" not in brief.text


def test_a_number_given_for_another_question_is_no_pin() -> None:
    brief = a_brief(
        agent("Your PIN, please?"), user("I forgot"), agent("What is your account number?"), user("It's 351531510")
    )
    assert "351531510" in brief.text


def test_what_an_earlier_session_said_is_hidden_once_it_is_known_to_be_secret() -> None:
    first = numbered([user("My dog is called Rex and I need a vet")], first=100)
    told = (agent("What was the name of your first pet?"), user("Rex"))
    assert "Rex" in a_brief(user("Any news?"), before=[Leg("tier1-bot", first)]).text
    assert "Rex" not in a_brief(*told, before=[Leg("tier1-bot", first)]).model_dump_json()


def test_a_secret_of_an_earlier_session_is_hidden_in_a_later_one() -> None:
    first = numbered([agent("What is your PIN?"), user("7719")], first=100)
    told = (user("It is about my card again"), call("log_in", {"ok": True}, code="7719"), agent("With 7719, yes?"))
    assert not says(a_brief(*told, before=[Leg("tier1-bot", first)]).model_dump_json(), "7719")


def test_a_secret_in_an_account_is_hidden() -> None:
    account = "## Done\n- Logged in with PIN 7719\n## Next\n- call back, password is hunter2"
    brief = a_brief(agent("What is your PIN?"), user("7719"), account=account)
    assert not any(says(brief.model_dump_json(), secret) for secret in ("7719", "hunter2"))


def test_trees_keep_their_shape() -> None:
    secrets = scrubbing.find(numbered([agent("Your PIN?"), user("7719")]))
    tree = {"a": [7719, {"pin": 1, "b": "it is 7719"}], "c": True}
    assert json.loads(json.dumps(scrubbing.scrub_tree(tree, secrets))) == {
        "a": [scrubbing.HIDDEN, {"pin": scrubbing.HIDDEN, "b": f"it is {scrubbing.HIDDEN}"}],
        "c": True,
    }
