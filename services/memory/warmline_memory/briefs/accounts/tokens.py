"""Tokens: the words, names and values of a text as the record and an account are compared by them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from warmline_memory.briefs.accounts import closed_classes
from warmline_memory.briefs.accounts.polarity import DENIAL, DENIALS, LETTERS, REPORTING
from warmline_memory.language import exact_values
from warmline_memory.language.exact_values import Exact
from warmline_memory.language.one_reading import read_once
from warmline_memory.language.stems import stem
from warmline_memory.language.words import word_set

WORD = re.compile(rf"{LETTERS.pattern}(?:['’]{LETTERS.pattern})?")
UNSPACED = re.compile(r"[\u30a0-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
ARTICLE = re.compile(r"^[وف]?(?:[بلك]?ال|لل)(?=..)")
"""What Arabic writes together with a noun: `and`, `in`, `the`."""
HALVES = word_set("am pm uhr h")
"""What stands behind a time of day."""
ENDS = word_set("s es ed d en e te er ing t n m r ي ه ها ك نا هم ة")
ENDS_OF_VERBS = word_set("o a e i ó é í á ou as es os an en on ar er ir aron ieron ado ada ido ida")
"""By which forms of a short word differ; those of Romance verbs change the last vowel."""
SAME_START, LONGEST_END, FEWEST = 5, 5, 2
BINDING = 2
"""A number of so many digits binds two places that state it; smaller ones are everywhere."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a part of one in a script without blanks, or an exact value; and the prepositions right before it."""

    text: str
    value: Exact | None = None
    before: frozenset[str] = frozenset()
    is_name: bool = False
    is_denied: bool = False
    count: str = ""
    """What stands right before it: the number, or `1` for a word that may be one."""

    @property
    def binds(self) -> bool:
        """Whether two places that state it speak of one thing: an identifier, or a number that is not everywhere."""
        value = self.value
        return value is not None and (value.is_identifier or sum(map(str.isdigit, self.text)) >= BINDING)

    @property
    def keeps_order(self) -> bool:
        """Whether it may be what something else is said of."""
        return self.value is not None or self.is_name or self.text.upper() == self.text

    def is_in(self, others: Iterable["Token"]) -> bool:
        return any(self.says(other) for other in others)

    def says(self, other: "Token") -> bool:
        """Whether another token is the same word or states the same value."""
        if self.value or other.value:
            return bool(self.value and other.value and other.value.means(self.value))
        return self.text == other.text if self.is_name and other.is_name else is_same_word(self.text, other.text)


def is_same_word(one: str, other: str) -> bool:
    """Whether two words are forms of one: they begin alike, and one is not much longer than the other."""
    if one == other or stem(one) == stem(other) != "":
        return True
    short, long = sorted((one, other), key=len)
    start = next((place for place, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if start < FEWEST or short > "\u2e7f":
        return False
    ends = {short[start:], long[start:]} - {""}
    if ends <= ENDS or (start >= SAME_START - 1 and ends <= ENDS_OF_VERBS):
        return True
    return start >= SAME_START and len(long) - start <= LONGEST_END


@read_once
def tokens(text: str) -> tuple[Token, ...]:
    """The words and values of a text that is ``plain``, in their order, without those of closed classes."""
    return tuple(_tokens(text))


def _tokens(text: str) -> Iterator[Token]:
    before: set[str] = set()
    is_denied, last, count = False, None, ""
    for word, value in _hits(text):
        plain = word.casefold().replace("’", "'").removesuffix("'s")
        if value is None and plain in closed_classes.PREPOSITIONS:
            before.add(plain)
        elif value is None and (plain in DENIALS or plain.endswith("n't")):
            is_denied = True
        elif value is not None or not _is_filler(plain, last):
            for part, denied in [(plain, False)] if value else _parts(plain):
                yield Token(part, value, frozenset(before), word[0].isupper(), is_denied or denied, count)
                before, is_denied = set(), False
        last = value
        count = word if value and value.kind == "number" else "1" if plain in closed_classes.SINGLE else ""


def _hits(text: str) -> Iterator[tuple[str, Exact | None]]:
    """The words and the values of a text, in their order; the words inside of a value are its own."""
    values = exact_values.find(text)
    place = 0
    for value in values:
        yield from ((word, None) for word in WORD.findall(text[place : value.start]))
        yield value.text, value
        place = max(place, value.start + len(value.text))
    yield from ((word, None) for word in WORD.findall(text[place:]))


def _is_filler(word: str, after: Exact | None) -> bool:
    """Whether a word says nothing here: of a closed class, or the unit or month of the value that it stands behind."""
    if word in closed_classes.FUNCTION or word in closed_classes.ROLES or word[:5] in REPORTING:
        return True
    if word in exact_values.CALENDAR or (after is not None and word in HALVES | exact_values.UNITS.keys()):
        return True
    return len(word) < FEWEST and word < "\u2e80"


def _parts(word: str) -> Iterator[tuple[str, bool]]:
    """A word; of scripts without blanks pairs of signs, without the endings that Japanese writes in Hiragana. Each with
    whether what stands before it denies."""
    if word < "\u2e80":
        yield ARTICLE.sub("", word), False
        return
    plain = closed_classes.CUSTOMER.sub(" ", closed_classes.UNSPACED_WISH.sub(r" \1 ", word))
    for number, piece in enumerate(DENIAL.split(plain)):
        runs = (run for run in UNSPACED.findall(piece) if run not in REPORTING)
        pairs = (run[place : place + 2] for run in runs for place in range(max(1, len(run) - 1)))
        yield from ((pair, number > 0 and first == 0) for first, pair in enumerate(pairs))
