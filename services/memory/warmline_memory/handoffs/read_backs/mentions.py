"""Mentions: the values that a sentence states, what each means, and the words that it stands among. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from warmline_memory.language import meanings
from warmline_memory.language.meanings import Clock, Day, Meaning, Quantity
from warmline_memory.language.values import Value, ValueKind
from warmline_memory.language.words import squeezed, word_set
from warmline_schemas.handoffs import ContradictionKind

WEEKDAYS = word_set("monday tuesday wednesday thursday friday saturday sunday")
CURRENCIES = frozenset({"usd", "eur", "gbp", "cents"})
# Amounts as they are written on the continent, turned into the American way that values are read in: the sign behind, a
# comma for decimals, full stops for thousands, and `k`.
SIGN_BEHIND = re.compile(r"(?<![\w.,$€£])(\d[\d.,]*\d|\d)\s?([$€£])(?!\s?\d)")
COMMA_FOR_DECIMALS = re.compile(r"(?<![\w.,])(\d{1,3}(?:\.\d{3})*|\d+),(\d{1,2})(?![\d,]|\.\d)")
IN_THOUSANDS = re.compile(r"(?<=[$€£])(\d[\d,]*(?:\.\d+)?)\s?k\b", re.I)
POINTS_FOR_THOUSANDS = re.compile(r"(?<=[$€£])(\d{1,3}(?:\.\d{3})+)(?![\d.,])")
GROUPED = re.compile(r"(?<=\d)['’\u00a0\u202f](?=\d{3}(?!\d))")
"""Apostrophes and narrow blanks between groups of three digits."""
WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")
# A rank such as `2nd line` is no date, although it has the form of a day. It is one where a word that can be ranked
# follows.
RANK = re.compile(r"\d{1,2}(?:st|nd|rd|th)", re.I)
RANKED = re.compile(
    r"[ -](?:and (?:final|last) )?(?:lines?|level|tier|attempt|try|time|call|contact|e?-?mail|message|request|reminder"
    r"|complaint|transfer|handoff|agent|person|party|customer|caller|floor|row|class|grade|year|week|month|step|option"
    r"|question|item|order|invoice|payment|charge|refund|visit|appointment|one)\b",
    re.I,
)
# Letters right before a number belong to it: `PO 4521`.
ABBREVIATION = re.compile(r"\b([A-Z]{1,6})[ #:]{0,2}$")
SENTENCE_END = re.compile(r"[.!?;\n]\s")
COUNTED_BEFORE = re.compile(r"\d[\w.,:/-]*\W{1,2}[A-Za-z]+")
"""A number and what it counts: no word that belongs to the next number stands before its end."""
NEAR_CHARS = 80


@dataclass(frozen=True, slots=True)
class Mention:
    """A value as it stands in a sentence. `kind` is null for a plain number; `before` and `after` are the words beside
    it within its sentence, the nearest first."""

    kind: ContradictionKind | None
    text: str
    start: int
    end: int
    means: frozenset[Meaning]
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def number(self) -> Decimal | None:
        """Its amount, where it is a quantity."""
        return next((one.amount for one in self.means if isinstance(one, Quantity)), None)


def plain(text: str) -> str:
    """A text as values are looked for in it: numbers in digits, `99,95 €` as `€99.95`."""
    text = COMMA_FOR_DECIMALS.sub(lambda hit: f"{hit.group(1).replace('.', '')}.{hit.group(2)}", GROUPED.sub("", text))
    text = IN_THOUSANDS.sub(_thousands, SIGN_BEHIND.sub(r"\2\1", text))
    return meanings.plain(POINTS_FOR_THOUSANDS.sub(lambda hit: hit.group().replace(".", ""), text))


def read(text: str) -> Iterator[Mention]:
    """The mentions of a text that was made `plain`, in its order: amounts, identifiers, dates, times, addresses,
    numbers."""
    for value, stated in meanings.values(text):
        if value.kind in (ValueKind.NAME, ValueKind.PATH, ValueKind.TEXT) or _is_rank(value, text):
            continue
        kind = _kind(value, stated)
        if kind is None and not any(isinstance(one, Quantity) for one in stated):
            continue
        before, after = _beside(value, text)
        spelled = kind in (None, ContradictionKind.IDENTIFIER)
        means = stated | _in_letters(value, text) if spelled else stated
        yield Mention(kind, value.text.rstrip(","), value.start, value.end, means, before, after)


def agree(one: Mention, other: Mention) -> bool:
    """Whether two mentions can mean the same value, each as far as it is given: `27th` and `May 27`."""
    return any(_same(left, right) for left in one.means for right in other.means)


def _thousands(hit: re.Match[str]) -> str:
    return f"{Decimal(hit.group(1).replace(',', '')) * 1000:f}"


def _kind(value: Value, means: frozenset[Meaning]) -> ContradictionKind | None:
    if value.kind in (ValueKind.EMAIL, ValueKind.PHONE):
        return ContradictionKind.CONTACT
    if value.kind is ValueKind.WEEKDAY:
        return ContradictionKind.DATE if value.text.lower() in WEEKDAYS else None
    for meaning in means:
        if isinstance(meaning, Quantity):
            return _kind_of_quantity(value, meaning)
        if isinstance(meaning, Day | Clock):
            return ContradictionKind.DATE if isinstance(meaning, Day) else ContradictionKind.TIME
    return ContradictionKind.IDENTIFIER if value.kind is ValueKind.IDENTIFIER else None


def _kind_of_quantity(value: Value, meaning: Quantity) -> ContradictionKind | None:
    if meaning.unit in CURRENCIES:
        return ContradictionKind.AMOUNT
    counted = meaning.unit in meanings.FIXED
    return ContradictionKind.IDENTIFIER if value.kind is ValueKind.IDENTIFIER and not counted else None


def _beside(value: Value, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    before = SENTENCE_END.split(text[max(0, value.start - NEAR_CHARS) : value.start])[-1]
    before = COUNTED_BEFORE.split(before)[-1]
    after = SENTENCE_END.split(text[value.end : value.end + NEAR_CHARS])[0]
    return tuple(reversed(_words(before))), tuple(_words(after))


def _words(text: str) -> list[str]:
    return [word.lower() for word in WORD.findall(text)]


def _is_rank(value: Value, text: str) -> bool:
    """Whether an ordinal counts something rather than days: `the 2nd line`, `a 3rd attempt`."""
    hit = RANKED.match(text, value.end) if RANK.fullmatch(value.text) else None
    return hit is not None


def _in_letters(value: Value, text: str) -> frozenset[Meaning]:
    """A number behind a word in capitals is also both together: `INV 2031` is `INV-2031`."""
    hit = ABBREVIATION.search(text[max(0, value.start - 10) : value.start])
    return frozenset({squeezed(value.text).strip("#"), *([squeezed(hit.group(1) + value.text)] if hit else ())})


def _same(one: Meaning, other: Meaning) -> bool:
    match one, other:
        case Quantity(), Quantity():
            return _same_quantity(_in_units(one), _in_units(other))
        case Day(), Day():
            parts = ((one.day, other.day), (one.month, other.month), (one.year, other.year))
            return all(left is None or right is None or left == right for left, right in parts)
        case Day(), Quantity():
            return other.unit == "" and other.amount in (one.day, one.year)
        case Quantity(), Day():
            return _same(other, one)
        case Clock(), Clock():
            sure = one.certain and other.certain
            return one.minutes == other.minutes if sure else one.minutes % 720 == other.minutes % 720
    return one == other


def _in_units(quantity: Quantity) -> Quantity:
    return Quantity(quantity.amount / 100, "", quantity.per) if quantity.unit == "cents" else quantity


def _same_quantity(one: Quantity, other: Quantity) -> bool:
    if one.amount != other.amount or (one.per and other.per and one.per != other.per):
        return False
    loose = "" in (one.unit, other.unit) or not {one.unit, other.unit} & meanings.FIXED
    return loose or one.unit == other.unit
