"""Clipping: a few words of a long text, in scripts with blanks between words and without."""

import pytest

from warmline_memory.language import words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Then the small one, please.", "Then the small one, please."),
        (
            "Would there be a quiet guesthouse with free parking somewhere in the west?",
            "Would there be … in the west?",
        ),
        ("Könnten Sie den Termin beim Zahnarzt doch lieber auf Freitag legen?", "Könnten Sie den … auf Freitag legen?"),
        ("那不限制人均消费，有什么餐馆可以吃到芥末烤翅的。", "那不限制人均 … 末烤翅的。"),
    ],
)
def test_what_is_left_out_of_a_long_text_is_its_middle(text: str, expected: str) -> None:
    assert words.clip_inside(text, 6) == expected


def test_white_space_becomes_single_blanks() -> None:
    assert words.clip_inside("  the  blue\none ", 6) == "the blue one"
