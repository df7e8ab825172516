"""Numbers in words: `twenty-five hundred` and `a dozen` in digits, so that they can be compared."""

import re
from decimal import Decimal

from warmline_memory.language.phrases import folded

# English only; docs/decisions/0016 says why no library reads them.
UNDER_TWENTY = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen
    """
TENS_IN_WORDS = "twenty thirty forty fifty sixty seventy eighty ninety"
FROM_THIRD = """
    third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth
    seventeenth eighteenth nineteenth twentieth
    """
SMALL = {word: number for number, word in enumerate(UNDER_TWENTY.split())}
TENS = {word: 10 * number for number, word in enumerate(TENS_IN_WORDS.split(), 2)}
SCALES = {"dozen": 12, "hundred": 100, "thousand": 1_000, "grand": 1_000, "million": 1_000_000, "billion": 10**9}
ORDINALS = {word: number for number, word in enumerate(FROM_THIRD.split(), 3)} | {"thirtieth": 30}
BESIDE_MONTH = {"first": 1, "second": 2}
"""Words that are ordinals of a day only beside a month or behind tens."""
NUMBER = "|".join([*SMALL, *TENS, *SCALES])
# Number words in a row, with blanks, hyphens or `and` between them: `twenty-five hundred`. Digits count only before a
# scale (`1.5 million`), and `a` too (`a hundred`). A word that only begins like a number, such as `tenant`, is none.
RUN = re.compile(
    rf"(?<!\w)(?:a\s+(?={'|'.join(SCALES)}))?"
    rf"(?:(?:{NUMBER}|\d[\d,]*(?:\.\d+)?(?=\s+(?:{'|'.join(SCALES)})\b))(?:[\s-]+(?:and\s+(?={NUMBER}))?|(?![\w-])))+",
    re.I,
)
MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.?"
)
DAY = "|".join([*ORDINALS, *BESIDE_MONTH])
# `first` and `second` say an order or a time far more often than a day, so they need a month beside them or tens before
# them.
ORDINAL = re.compile(rf"\b(?:(twenty|thirty)[\s-]+({DAY})|({'|'.join(ORDINALS)}))\b", re.I)
DAY_OF_MONTH = re.compile(rf"\b({DAY})(?=\s+(?:of\s+)?{MONTH}\b)|(?<=\b)({MONTH}\s+(?:the\s+)?)({DAY})\b", re.I)

WORDS = frozenset({*SMALL, *TENS, *SCALES, *ORDINALS, *BESIDE_MONTH})
LETTERS = re.compile(r"[a-z]+")
"""Every number in words holds one of ``WORDS``. Of the turns of recorded conversations nineteen in twenty hold none,
and to see that takes a thirtieth of the time that the patterns take."""


def in_digits(text: str) -> str:
    """A text with its numbers in digits. `one` alone stays: it mostly stands for something else."""
    if WORDS.isdisjoint(LETTERS.findall(folded(text))):
        return text
    return RUN.sub(_number, DAY_OF_MONTH.sub(_day, ORDINAL.sub(_ordinal, text)))


def _ordinal(hit: re.Match[str]) -> str:
    tens = TENS[hit.group(1).lower()] if hit.group(1) else 0
    word = (hit.group(2) or hit.group(3)).lower()
    return _with_ending(tens + (ORDINALS | BESIDE_MONTH)[word])


def _day(hit: re.Match[str]) -> str:
    word = (hit.group(1) or hit.group(3)).lower()
    return f"{hit.group(2) or ''}{_with_ending((ORDINALS | BESIDE_MONTH)[word])}"


def _with_ending(number: int) -> str:
    ending = "th" if 10 < number % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _number(hit: re.Match[str]) -> str:
    said = hit.group()
    behind = said[len(said.rstrip(" -\n\t")) :]
    words = [word for word in re.split(r"[\s-]+", said.lower()) if word not in ("a", "and", "")]
    if words == ["one"]:
        return said
    if len(words) > 1 and all(SMALL.get(word, 10) < 10 for word in words):
        return "".join(str(SMALL[word]) for word in words) + behind
    return f"{_sum(words):f}" + behind


def _sum(words: list[str]) -> Decimal:
    total = part = Decimal(0)
    for word in words:
        if SCALES.get(word, 0) > 100:
            total, part = total + (part or Decimal(1)) * SCALES[word], Decimal(0)
        elif word in SCALES:
            part = (part or Decimal(1)) * SCALES[word]
        else:
            part += Decimal(SMALL.get(word) or TENS.get(word) or word.replace(",", "").replace("zero", "0"))
    return (total + part).normalize()
