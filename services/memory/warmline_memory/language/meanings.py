"""What a value means, however it is written, so that `$1,000` equals `1000 USD` and `5 pm` equals `17:00`."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from warmline_memory.language.numerals import in_digits
from warmline_memory.language.unseen import normalized
from warmline_memory.language.values import Value, ValueKind, find
from warmline_memory.language.words import squeezed, word_set


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of something. `unit` is a currency, a measure, any noun, or empty; `per` is what it is a rate of."""

    amount: Decimal
    unit: str = ""
    per: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar, as far as it is given."""

    day: int
    month: int | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day in minutes since midnight. Where it is not `certain`, it may be morning or evening."""

    minutes: int
    certain: bool


Meaning = Quantity | Day | Clock | str
"""A text stands for itself: an identifier, an address, a name."""

CURRENCIES = {
    "$": "usd", "dollars": "usd", "dollar": "usd", "bucks": "usd", "usd": "usd",
    "€": "eur", "euros": "eur", "euro": "eur", "eur": "eur",
    "£": "gbp", "pounds": "gbp", "pound": "gbp", "gbp": "gbp",
    "credits": "credits", "cents": "cents",
}  # fmt: skip
MEASURES = {
    "second": "second", "seconds": "second", "sec": "second", "s": "second", "ms": "ms",
    "minute": "minute", "minutes": "minute", "min": "minute", "mins": "minute",
    "hour": "hour", "hours": "hour", "hr": "hour", "hrs": "hour", "h": "hour",
    "day": "day", "days": "day", "d": "day", "week": "week", "weeks": "week",
    "month": "month", "months": "month", "mo": "month", "year": "year", "years": "year", "yr": "year",
    "night": "night", "nights": "night", "percent": "%", "%": "%",
    "km": "km", "mile": "mile", "miles": "mile", "kg": "kg", "gb": "gb", "mb": "mb",
}  # fmt: skip
COUNTED = frozenset({ValueKind.MONEY, ValueKind.FIGURE, ValueKind.NUMBER})
WRITTEN_OUT = frozenset(ValueKind) - {
    ValueKind.MONEY,
    ValueKind.NUMBER,
    ValueKind.TIME,
    ValueKind.PHONE,
    ValueKind.PATH,
}
"""Sorts of values that also mean what is written, sign by sign."""
FIXED = frozenset({*CURRENCIES.values(), *MEASURES.values()})
"""Units that never stand for each other; two other nouns, such as guests and people, may count the same."""
# A number with a leading zero is an identifier or a time, not an amount.
AMOUNT = re.compile(r"(?<!\d)(?!0\d)\d[\d,]*(?:\.\d+)?")
SCALE = {"k": 1000}
# The unit of a rate stands behind `/` or `per`, at the end of its value: `$5/day`.
RATE = re.compile(r"(?:/|\bper\b)\s?(\w+)\s*$", re.I)
FOLLOWING = re.compile(r"[ -]{0,2}([A-Za-z%]+)")
# Words that may follow a number and are no unit of it: in `5 of them` nothing is counted in `of`.
BETWEEN = word_set("and or of to at on in for with per is was the a an but by from pm am")
# Tools return moments in one word; people say day and time apart. Seconds and zones are dropped, for nobody says them.
ISO_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?(?:Z\b|[+-]\d{2}:?\d{2}\b)?")
CURRENCY_FIRST = re.compile(r"\b(USD|EUR|GBP)\s?(\d[\d,]*(?:\.\d+)?)", re.I)
# Half-days may follow with or without full stops. Without one, an hour up to twelve may be either.
TIME = re.compile(r"(\d{1,2})(?::(\d{2}))?\s?(?:([ap])\.?m\b|(o'clock)|in the (morning|afternoon|evening))?", re.I)
DECIMAL = re.compile(r"\d+\.\d+")
"""Looks like a day and a month, and mostly is a rating or a version."""
NAMED_TIMES = {"noon": 720, "midnight": 0}
# The first three letters of a word decide. `marching` passes for March: that can back a month of a line, never add
# one.
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH_WORD = re.compile(rf"\b({'|'.join(MONTHS)})[a-z]*", re.I)


def plain(text: str) -> str:
    """A text as values are looked for in it: one Unicode form, no invisible signs, numbers in digits, moments apart."""
    shown = "".join(char for char in normalized("NFKC", text) if unicodedata.category(char) != "Cf")
    shown = ISO_MOMENT.sub(r"\1 \2", CURRENCY_FIRST.sub(r"\2 \1", shown))
    return in_digits(shown)


def values(text: str) -> Iterable[tuple[Value, frozenset[Meaning]]]:
    """The values of a text that was made `plain`, each with all that it can mean."""
    for value in find(text):
        yield value, frozenset(_read(value, text))


def months(text: str) -> set[int]:
    """The months that a text names by word."""
    return {MONTHS.index(hit.lower()[:3]) + 1 for hit in MONTH_WORD.findall(text)}


def _read(value: Value, text: str) -> Iterable[Meaning]:
    if value.kind in COUNTED or value.text.isdigit() or DECIMAL.fullmatch(value.text):
        yield from _quantities(value, text)
    elif value.kind is ValueKind.DATE:
        yield from _days(value.text)
    elif value.kind is ValueKind.TIME:
        yield from _clocks(value.text)
    elif value.kind is ValueKind.PHONE:
        yield re.sub(r"\D", "", value.text)[-10:]
    elif value.kind is ValueKind.PATH:
        yield value.text.strip("`").rstrip("/.").lower()
    if value.kind in WRITTEN_OUT or value.text.startswith("0"):
        yield squeezed(value.text).strip("#")


def _quantities(value: Value, text: str) -> Iterable[Meaning]:
    hit = AMOUNT.search(value.text)
    amount = _decimal(hit.group()) if hit else None
    if hit is None or amount is None or (value.kind is ValueKind.FIGURE and "/" in value.text):
        return
    rate = RATE.search(value.text)
    around = value.text[: hit.start()].strip() or value.text[hit.end() :].strip(" -")
    per = MEASURES.get(rate.group(1).lower(), rate.group(1).lower()) if rate else ""
    if rate and around.startswith(("/", "per")):
        around = ""
    if around.lower() in SCALE:
        amount, around = amount * SCALE[around.lower()], ""
    yield Quantity(amount, _unit(around.lower()) or _unit_after(value, text), per)


def _unit(word: str) -> str:
    return CURRENCIES.get(word) or MEASURES.get(word, "")


def _unit_after(value: Value, text: str) -> str:
    if unicodedata.category(text[value.start - 1 : value.start] or " ") == "Sc":
        return _unit(text[value.start - 1]) or text[value.start - 1]
    hit = FOLLOWING.match(text, value.end)
    word = hit.group(1).lower() if hit else ""
    return _unit(word) or (word if word not in BETWEEN else "")


def _days(text: str) -> Iterable[Meaning]:
    numbers = [int(digits) for digits in re.findall(r"\d+", text)]
    month = next(iter(months(text)), None)
    if re.match(r"\d{4}-", text):
        yield Day(numbers[2], numbers[1], numbers[0])
    elif month is not None or len(numbers) == 1:
        year = next((number for number in numbers if number > 31), None)
        yield Day(numbers[0], month, year)
    else:
        year = _full_year(numbers[2]) if len(numbers) > 2 else None
        yield from (Day(day, month, year) for month, day in (numbers[:2], numbers[1::-1]) if month <= 12)


def _full_year(year: int) -> int:
    return year + 2000 if year < 100 else year


def _clocks(text: str) -> Iterable[Meaning]:
    if text.lower() in NAMED_TIMES:
        yield Clock(NAMED_TIMES[text.lower()], certain=True)
        return
    hit = TIME.match(text)
    if hit is None:
        yield squeezed(text)
        return
    hour, minute = int(hit.group(1)), int(hit.group(2) or 0)
    half = (hit.group(3) or hit.group(5) or "").lower()
    if half:
        yield Clock((hour % 12 + 12 * (half not in ("a", "morning"))) * 60 + minute, certain=True)
        return
    yield Clock(hour * 60 + minute, certain=hour > 12 or hour == 0 or text.startswith("0"))


def _decimal(digits: str) -> Decimal | None:
    try:
        return Decimal(digits.replace(",", "")).normalize()
    except InvalidOperation:
        return None
