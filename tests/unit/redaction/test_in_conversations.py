"""Secrets in small conversations: those of the benchmark, and how far what was found reaches."""

import pytest

from bench.secrets import __main__ as measured
from tests.builders.briefs import agent, numbered, user
from warmline_memory.redaction import scrubbing

NOT_FOUND = "locker|de|60"
"""Nothing names this code, asks for it, or says what it opens with it: docs/redaction.md says so."""
HARMLESS = [case for part in measured.PARTS for case in measured._cases(f"{part}-harmless")]
SECRET = [case for part in measured.PARTS for case in measured._cases(part) if case.name != NOT_FOUND]


@pytest.mark.parametrize("case", SECRET, ids=lambda case: case.name)
def test_no_piece_of_a_secret_is_left_anywhere(case: measured.Case) -> None:
    assert measured._leaks(case) == []


@pytest.mark.parametrize("case", HARMLESS, ids=lambda case: case.name)
def test_nothing_is_hidden_in_a_harmless_conversation(case: measured.Case) -> None:
    assert not [text for text in measured._shown(case) if scrubbing.HIDDEN in text]


def test_a_password_that_is_an_ordinary_word_blanks_no_other_talk_of_it() -> None:
    said = [user("my wifi password is summer"), agent("Thanks."), user("ok"), agent("So?"), user("I fly this summer")]
    secrets = scrubbing.find(numbered(said))
    assert scrubbing.scrub("I fly this summer", secrets) == "I fly this summer"
    assert "summer" not in scrubbing.scrub("log in with summer", secrets)
    assert scrubbing.scrub_tree({"with": "summer"}, secrets) == {"with": scrubbing.HIDDEN}


def test_digits_are_hidden_in_any_grouping_and_in_words() -> None:
    secrets = scrubbing.find(numbered([agent("Your PIN?"), user("4713")]))
    for again in ("4713", "4 7 1 3", "47-13", "four seven one three", "vier sieben eins drei"):
        assert again not in scrubbing.scrub(f"so {again} then", secrets)
    assert scrubbing.scrub("order 14713 of 4712", secrets) == "order 14713 of 4712"
