"""A value that was set right in words, in many languages; and values that only look so."""

import time
from pathlib import Path

import pytest

from warmline_memory.recall.ranking import sets_right

PAIRS = [
    line.split("\t")
    for line in Path(__file__).with_name("slips.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
]


def test_what_is_taken_for_a_correction_is_one() -> None:
    taken = [meant for _, meant, earlier, later in PAIRS if sets_right(later, earlier)]
    assert taken.count("yes") / len(taken) >= 0.95


def test_most_corrections_of_the_kind_are_found_in_every_language() -> None:
    meant = [(language, sets_right(later, earlier)) for language, said, earlier, later in PAIRS if said == "yes"]
    assert sum(found for _, found in meant) / len(meant) >= 0.75
    assert {language for language, _ in meant} == {language for language, found in meant if found}


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("My number is 555-0101", "My number is 555-0101"),
        ("My number is 555-0101", "No"),
        ("My number is 555-0101", "No, it's ABC"),
        ("Lines 12 and 14", "Lines 21 and 41"),
        ("", ""),
    ],
)
def test_without_one_value_in_place_of_one_nothing_is_set_right(earlier: str, later: str) -> None:
    assert not sets_right(later, earlier)


@pytest.mark.parametrize("text", ["1 " * 50_000, "(1(1(" * 20_000, "a" * 100_000, "a-" * 50_000, "no " * 33_000])
def test_long_texts_take_no_time(text: str) -> None:
    started = time.process_time()
    sets_right(text, text[::-1])
    assert time.process_time() - started < 1
