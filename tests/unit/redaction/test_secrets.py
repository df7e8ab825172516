"""What may not be shown: a hundred texts with secrets, a hundred that only look like it, and conversations."""

import json

import pytest

from tests.builders.briefs import a_brief, a_memory, agent, call, numbered, slot, user
from tests.unit.redaction.secret_texts import HARMLESS, HEX, MIX, SECRETS
from warmline_memory.language import phrases
from warmline_memory.redaction import scrubbing
from warmline_memory.redaction.naming import CUES, NAMES
from warmline_memory.redaction.tokens import is_card
from warmline_schemas.memories import Action, Role
from warmline_schemas.tenancy import PiiClass


@pytest.mark.parametrize(("text", "secret"), [row for rows in SECRETS.values() for row in rows])
def test_a_secret_that_one_text_gives_away_is_hidden(text: str, secret: str) -> None:
    assert secret not in scrubbing.scrub(text)
    assert scrubbing.HIDDEN in scrubbing.scrub(text)


@pytest.mark.parametrize("text", [text for texts in HARMLESS.values() for text in texts])
def test_what_looks_like_a_secret_and_is_none_stays(text: str) -> None:
    assert scrubbing.scrub(text) == text


@pytest.mark.parametrize(("text", "secret"), [row for rows in SECRETS.values() for row in rows])
def test_what_one_text_gives_away_is_hidden_in_a_whole_brief(text: str, secret: str) -> None:
    brief = a_brief(user(f"Please help me. {text}"), agent("I will."), reason="needs help")
    # The number of a brief's words and its examples of what to remember may hold two digits of a secret.
    told = brief.model_dump_json(exclude={"words", "quality"})
    assert json.dumps(secret)[1:-1] not in told


PRINTED = "\n".join(f"src/importer/part_{number}.py: read 12 rows, none is left" for number in range(80))
"""What a program prints: each line with a long word, and no word for a secret."""


@pytest.mark.parametrize(("text", "secret"), [row for rows in SECRETS.values() for row in rows])
def test_what_one_text_gives_away_is_hidden_in_the_middle_of_what_a_program_printed(text: str, secret: str) -> None:
    shown = scrubbing.scrub(f"{PRINTED}\n\n{text}\n\n{PRINTED}")
    assert secret not in shown.replace(PRINTED, "")


@pytest.mark.parametrize("size", [0, 3, 9])
def test_what_a_secret_of_kubernetes_holds_is_hidden_however_short_it_is_and_far_from_its_kind(size: int) -> None:
    notes = "".join(f"    note {number}: a team\n" for number in range(size))
    file = f"kind: Secret\nmetadata:\n  labels:\n{notes}data:\n  site: aGVsbG8gd28x\n"
    for text in (file, f"{PRINTED}\n{'ok. ' * 200}\n{file}"):
        assert "aGVsbG8gd28x" not in scrubbing.scrub(text)


def test_a_short_password_in_a_file_of_settings_is_hidden() -> None:
    line = '<add key="Password" value="blue cows" />'
    assert "blue cows" not in scrubbing.scrub(line)
    assert "blue cows" not in scrubbing.scrub(f"{PRINTED}\n{'ok. ' * 200}\n{line}")


@pytest.mark.parametrize(
    "text",
    [*(text for rows in SECRETS.values() for text, _ in rows), *(text for row in HARMLESS.values() for text in row)],
)
def test_the_quick_pattern_for_latin_letters_finds_what_the_whole_one_finds(text: str) -> None:
    folded = phrases.folded(text)
    for words in (NAMES, CUES):
        found, quickly = (
            [(hit.lastgroup, hit.span()) for hit in pattern.finditer(folded)]
            for pattern in (words.pattern, words.for_text(folded))
        )
        assert quickly == found


def test_two_words_that_are_all_that_is_typed_are_a_name_and_its_password() -> None:
    assert scrubbing.scrub("wifi_password kartoffel") == "wifi_password [redacted]"


@pytest.mark.parametrize(
    ("question", "reply", "secret"),
    [
        ("What is your PIN?", "one two three four", "two three"),
        ("What is your PIN?", "sure, it's seven seven one nine", "seven seven"),
        ("Please tell me your password.", "it's opensesame", "opensesame"),
        ("And the password?", "My password is 'tulip'", "tulip"),
    ],
)
def test_an_answer_is_hidden_however_it_is_said(question: str, reply: str, secret: str) -> None:
    told = a_brief(user("I lost my card"), agent(question), user(reply), agent(f"You said {reply}, thanks."))
    assert secret not in told.model_dump_json()


def test_a_key_inside_a_json_string_of_a_result_is_hidden() -> None:
    result = json.dumps({"body": json.dumps({"api_key": "k9f8s7d6", "plan": "basic"})})
    told = a_brief(call("read_settings", result, account="ACC-1"), user("Is k9f8s7d6 still good?"))
    assert "k9f8s7d6" not in told.model_dump_json()


def test_a_token_in_a_slot_or_an_argument_of_any_name_is_hidden() -> None:
    memories = [slot("note", f"use glpat-{MIX[:20]}"), call("run", command=f"export TOKEN={HEX}")]
    told = a_brief(*memories, user("Please go on")).model_dump_json()
    assert not any(secret in told for secret in (MIX[:20], HEX))


def test_a_number_in_a_result_is_hidden_where_it_is_a_card() -> None:
    assert scrubbing.scrub_tree({"paid_with": 4111111111111111, "order": 4111111111111112}) == {
        "paid_with": scrubbing.HIDDEN,
        "order": 4111111111111112,
    }


@pytest.mark.parametrize(
    ("number", "card"),
    [
        ("4111 1111 1111 1111", True),
        ("378282246310005", True),
        ("6200000000000005", True),
        ("356938035643809", False),
        ("9999999999999995", False),
        ("4111111111111112", False),
    ],
)
def test_a_card_has_an_issuers_first_digits_its_length_and_a_right_sum(number: str, card: bool) -> None:
    assert is_card(number) is card


def test_a_password_that_was_told_is_hidden_where_it_is_said_again() -> None:
    action = Action(name="log_in", arguments={"who": "eve", "with": "tulip77"})
    memories = [user("my password is tulip77"), a_memory("", role=Role.TOOL, kind="action", action=action)]
    secrets = scrubbing.find(numbered(memories))
    assert scrubbing.scrub("She typed tulip77.", secrets) == f"She typed {scrubbing.HIDDEN}."


@pytest.mark.parametrize("text", [text for rows in SECRETS.values() for text, _ in rows])
def test_hiding_twice_hides_no_more(text: str) -> None:
    once = scrubbing.scrub(text)
    assert scrubbing.scrub(once) == once


def test_what_a_brief_says_of_secrets_is_no_secret() -> None:
    told = [agent("Your PIN and your password?"), user("4711, tulip77"), agent("Your first pet?"), user("Rex")]
    brief = a_brief(*told)
    assert scrubbing.HIDDEN in brief.text
    assert scrubbing.scrub(brief.text) == brief.text
    assert scrubbing.find(numbered([user(brief.text)])).values == frozenset()


@pytest.mark.parametrize(
    "again", ["a-", "1.2.", "sk-", "Ab ", "pin ", "curl ", "-----BEGIN PRIVATE KEY-----", "one two "]
)
def test_a_long_text_is_looked_through_to_its_end(again: str) -> None:
    """Should the work grow with the square of the length, no test has time for it."""
    text = f"my PIN, my password and my first pet: {again * (200_000 // len(again))}\nCard 4111 1111 1111 1111"
    assert "4111 1111" not in scrubbing.scrub(text, scrubbing.find([], frozenset(PiiClass)))


def test_a_number_that_was_asked_for_beside_a_pin_is_shown_where_the_reply_says_which_is_which() -> None:
    reply = user("My account is ACC-4521, and the PIN is 9942.")
    told = a_brief(user("I was overcharged"), agent("May I have your account ID and your PIN?"), reply)
    assert ("ACC-4521" in told.model_dump_json(), "9942" in told.model_dump_json()) == (True, False)
