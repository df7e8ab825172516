"""Phrases are found in a text as words of their own, by plain search, where a pattern would find them."""

import re

import pytest
from hypothesis import given, strategies

from warmline_memory.language.phrases import folded, goes_on_in_any_script, holds, places
from warmline_memory.language.spans import of_values, without

TEXTS = strategies.text("aAbB1 -_éÉß.İıſKσςΣ", max_size=30)
PHRASES = strategies.text("aAbB1 -_éÉß.İıſKσςΣ", min_size=1, max_size=5)


@given(TEXTS, PHRASES)
def test_plain_search_finds_what_a_pattern_without_regard_to_case_finds(text: str, phrase: str) -> None:
    pattern = re.compile(rf"(?<![A-Za-z0-9])(?={re.escape(phrase)}(?![A-Za-z0-9]))", re.I)
    assert list(places(folded(text), folded(phrase))) == [hit.start() for hit in pattern.finditer(text)]


@given(TEXTS, PHRASES)
def test_plain_search_finds_what_a_pattern_of_whole_words_of_any_script_finds(text: str, phrase: str) -> None:
    pattern = re.compile(rf"(?<!\w)(?={re.escape(phrase)}(?!\w))")
    assert list(places(text, phrase, goes_on_in_any_script)) == [hit.start() for hit in pattern.finditer(text)]


@given(TEXTS)
def test_folding_moves_no_sign(text: str) -> None:
    assert len(folded(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "phrase", "found"),
    [
        ("pin 4711.", "4711", True),
        ("pin 47110", "4711", False),
        ("acc_4711", "4711", True),
        ("acc4711", "4711", False),
        ("at the old mill house", "old mill", True),
    ],
)
def test_a_phrase_stands_as_words_of_its_own(text: str, phrase: str, found: bool) -> None:
    assert holds(text, phrase) is found


def test_of_two_values_that_overlap_nothing_is_left() -> None:
    text = "She said blue harbour lane."
    spans = of_values("secret", ["Blue Harbour", "harbour lane"], text)
    assert without(text, spans, lambda _: "[redacted]") == "She said [redacted]."
