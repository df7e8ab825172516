"""Which texts of customers are a rating, and nothing else."""

import pytest

from warmline_memory.briefs.phrases import CATALOGUE, phrase
from warmline_memory.channels.ratings import score_of


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("4", 4),
        (" 5! ", 5),
        ("3/5", 3),
        ("1 / 5.", 1),
        ("\u0664", 4),
        ("\uff12", 2),
        ("\u2b50" * 5, 5),
        ("\u2605\u2605", 2),
    ],
)
def test_a_bare_number_from_one_to_five_is_a_rating(text: str, score: int) -> None:
    assert score_of(text) == score


@pytest.mark.parametrize(
    "text", ["", "0", "6", "10", "2 of my parcels are missing", "5 stars", "4?", "-3", "\u2b50" * 6]
)
def test_everything_else_is_none(text: str) -> None:
    assert score_of(text) is None


def test_every_language_asks_for_a_number_from_one_to_five_in_its_own_words() -> None:
    asked = {language: phrase("rating", "asks", language) for language in CATALOGUE}
    assert len(set(asked.values())) == len(CATALOGUE)
    assert all("1" in one and "5" in one for one in asked.values())
