"""Phrases: where a text holds certain words as words of their own.

The search is a plain one. A pattern would do the same, but Python remembers the last 512 patterns that it compiled, and
what is looked for here are customers' words, the secrets among them.
"""

from collections.abc import Callable, Iterator

ALIKE = str.maketrans("ıſςµ", "isσμ")
"""Small letters that stand for the same capital as others: patterns without regard to case take them for each other."""
LETTERS_AND_DIGITS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


def folded(text: str) -> str:
    """A text without regard to case, each sign in the place where it was: ``lower`` alone makes two signs of ``İ``."""
    if text.isascii():
        return text.lower()
    return text.replace("İ", "i").lower().translate(ALIKE)


def goes_on(sign: str) -> bool:
    """Whether a word goes on with this sign: a small letter of the English alphabet, or a digit. `acc_4521` holds the
    word `4521`, and `acc4521` does not."""
    return sign in LETTERS_AND_DIGITS


def goes_on_in_any_script(sign: str) -> bool:
    """Whether a word goes on with this sign: a letter or a digit of any script, or an underscore, as ``\\w`` has it."""
    return sign.isalnum() or sign == "_"


def places(text: str, phrase: str, inside_a_word: Callable[[str], bool] = goes_on) -> Iterator[int]:
    """The places at which a phrase begins in a text, as a word or words of its own.

    Signs are compared as they are: give both ``folded`` for a search without regard to case.
    """
    start = text.find(phrase)
    while start >= 0:
        end = start + len(phrase)
        if not inside_a_word(text[start - 1 : start]) and not inside_a_word(text[end : end + 1]):
            yield start
        start = text.find(phrase, start + 1)


def holds(text: str, phrase: str, inside_a_word: Callable[[str], bool] = goes_on) -> bool:
    """Whether a text holds a phrase as a word or words of its own."""
    return next(places(text, phrase, inside_a_word), None) is not None
