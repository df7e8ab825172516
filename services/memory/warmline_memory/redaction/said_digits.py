"""Digits as people write and say them: in groups, with signs between them, and in the words of fifteen languages."""

import re
from collections.abc import Iterator, Mapping

from warmline_memory.language import phrases
from warmline_memory.language.one_reading import read_once
from warmline_memory.redaction.naming import LANGUAGES, alternatives, parts

GROUPED = re.compile(r"(?<![\w])\d+(?:[ .,_/·-]{1,3}\d+){0,24}(?!\w)")
"""Digits in groups; bounded, so that a list of numbers costs no more than its length."""


DIGIT_OF: Mapping[str, str] = {
    word: str(digit)
    for entries in LANGUAGES.values()
    for digit, words in enumerate(entries["digits"].split())
    for word in words.split("|")
}


def _runs() -> str:
    """Three number words in a row, of one language: two are a count or an address as often as a code."""
    runs = []
    for entries in LANGUAGES.values():
        word = f"(?:{alternatives([*'|'.join(entries['digits'].split()).split('|'), *parts(entries.get('tens', ''))])})"
        if entries.get("compact"):
            runs.append(rf"(?:{word}[\s,、・-]?){{3,24}}")
        else:
            runs.append(
                rf"(?<!\w)(?:{word}|\d)(?:(?:\s?[,.-]\s?|\s(?:and\s|und\s|y\s|et\s|e\s)?)(?:{word}|\d)){{2,24}}(?!\w)"
            )
    return "|".join(runs)


SPOKEN = re.compile(_runs())
WORD = re.compile(alternatives(DIGIT_OF) + r"|\d")


@read_once
def spoken(folded: str) -> tuple[tuple[int, int], ...]:
    """Where three number words or more stand in a row, in a folded text."""
    return tuple(
        (hit.start(), hit.start() + len(hit.group().rstrip(" ,-")))
        for hit in SPOKEN.finditer(folded)
        if not hit.group().replace(" ", "").isdecimal()
    )


def digits_of(said: str) -> str:
    """The digits that a text says, in figures or in words."""
    return "".join(DIGIT_OF.get(one, one) for one in WORD.findall(phrases.folded(said)))


def again(text: str, known: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Where a text says known digits once more, whatever their grouping. `known` are runs of 4 digits or more."""
    for run in GROUPED.finditer(text):
        groups = [(run.start() + one.start(), run.start() + one.end()) for one in re.finditer(r"\d+", run.group())]
        for first in range(len(groups)):
            joined = ""
            for start, end in groups[first : first + 20]:
                joined += text[start:end]
                if joined in known:
                    yield groups[first][0], end
    folded = phrases.folded(text)
    for start, end in spoken(folded):
        told = digits_of(folded[start:end])
        if any(one in told for one in known):
            yield start, end
