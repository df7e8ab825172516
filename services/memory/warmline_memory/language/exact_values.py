"""Exact values in text of any script: identifiers, numbers, dates, times, addresses, paths, as keys to compare.

Two ways of writing one value share a key: `5 pm` and `17:00`, `1.200,50` and `1,200.5`, `2026-05-03` and `May 3rd`.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from warmline_memory.language.date_words import KNOWN, WORD
from warmline_memory.language.one_reading import read_once
from warmline_memory.language.unseen import normalized
from warmline_memory.language.words import word_set

Key = tuple[str, ...]

# A run of Latin letters and digits with signs inside, as identifiers, numbers, dates, paths and addresses are written
# in texts of every script. Its parts cannot overlap, so the time is linear.
RUN = re.compile(r"[#@/~.]{0,3}[A-Za-z0-9]+(?:[-./:_@#+,=~&?%*']+[A-Za-z0-9]+)*/?")
HALF_DAY = re.compile(
    r"\s?([ap])\.?\s?m\b|\s?(?:uhr|h|heures|часов)\b|\s?(?:[時时](?![間间])|[点點]|시(?!간))(?:\s?(?P<half>半|반))?",
    re.I,
)
CLOCK = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?(?::\d{2})?([ap])?m?", re.I)
ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th|er|e|º|ª|o|a)", re.I)
DATE = re.compile(r"(\d{1,4})[-./](\d{1,2})(?:[-./](\d{1,4}))?(?:T.*)?")
MEASURED = re.compile(r"(\d+(?:[.,]\d+)*)([a-z]{1,3})", re.I)
NUMBER = re.compile(r"\d+(?:[.,']\d+)*")
OTHER_DIGIT = re.compile(r"[^\D0-9]")
# Two words of these languages that mostly stand for something else in another one: English `once` is eleven in Spanish.
NO_NUMBER = word_set("once due sex")
FEWEST_LETTERS = 3
"""A shorter word is no number: `on` is ten in Turkish, and `to` two in Danish."""
# Currencies by their signs, codes and names, and units of time that ``dates.toml`` does not have, as agents write them.
CURRENCIES = {
    "$": "dollar dollars dólar dólares dollari доллар доллара долларов usd aud cad 美元 美金 ドル 달러 دولار",
    "€": "euro euros eur евро 欧元 ユーロ 유로 يورو", "£": "pound pounds pfund gbp 英镑",
    "¥": "yuan rmb cny yen jpy 元 块 円", "%": "percent prozent pourcent procent 百分",
}  # fmt: skip
MEASURES = {
    "second": "second seconds sekunde sekunden seconde secondes segundo segundos secondi секунд 秒 초 sekund sekundy "
    "saniye saniyede ثانية",
    "night": "night nights nacht nächte nächten nuit nuits noche noches notte notti noites ночи ночей 晚",
    "month": "month months monat monate monaten mois mes meses mesi mês месяц месяца месяцев 个月",
    "mg": "milligram milligrams milligramm milligrammes",
    "kg": "kilo kilos kilogram kilograms kilogramm",
    "km": "kilometer kilometers kilometre kilometres kilómetros",
    "gb": "gigabyte gigabytes",
    "mb": "megabyte megabytes",
    "year": "year years jahr jahre jahren année années ans año años anni anos год года лет 年",
}
SYMBOLS = "mg µg g kg ml l km cm mm gb mb kb tb ms kw kwh mph"
"""Units that are written alike in all languages."""


def _forms(kind: str) -> Iterator[tuple[str, int]]:
    """The forms of all languages of a list of words in ``dates.toml``, with their places in it."""
    for words in KNOWN.values():
        for place, forms in enumerate(words.entries.get(kind, ())):
            yield from ((form, place) for form in forms.split("|"))


MONTHS = {form: str(place + 1) for form, place in _forms("months")} | {"mar": "3", "jun": "6", "jul": "7"}
WEEKDAYS = {form: f"day {place + 1}" for form, place in _forms("weekdays")}
COUNTED = {
    word: str(number)
    for words in KNOWN.values()
    for word, number in words.numbers.items()
    if number > 1 and len(word) >= FEWEST_LETTERS and word not in NO_NUMBER
} | {"dozen": "12", "twenty": "20", "thirty": "30", "hundred": "100", "zwanzig": "20", "vingt": "20", "veinte": "20"}
UNITS = {
    **{form: ("minute", "hour", "day", "week")[place] for form, place in _forms("units")},
    **{word: sign for table in (CURRENCIES, MEASURES) for sign, words in table.items() for word in words.split()},
    **{word: word for word in (*SYMBOLS.split(), "%")},
}
CALENDAR = MONTHS.keys() | WEEKDAYS.keys()
UNSPACED = re.compile("|".join(sorted((day for day in WEEKDAYS if day > "\u2e7f"), key=len, reverse=True)))
"""Weekdays of scripts that write no blanks between words."""
UNIT = re.compile(r"[ -]?([^\W\d_]+|%)")
RANGE = re.compile(r"([1-9]\d{0,2})[-–]([1-9]\d{0,2})")
FILE = re.compile(r"\.[a-z][a-z0-9]{0,5}$", re.I)


@dataclass(frozen=True, slots=True)
class Exact:
    """A value as it was written, where it begins, and the keys of what it may mean."""

    text: str
    start: int
    keys: frozenset[Key]
    unit: str = ""
    """What a number counts, in one word for all languages: a currency's sign, `%`, `hour`, `kg`. Of a date the year."""

    def means(self, other: "Exact") -> bool:
        """Whether it states what another value does. A day that is told without its month may be of any month."""
        if self.unit and other.unit and self.unit != other.unit:
            return False
        if self.keys & other.keys:
            return True
        told = {key[-1] for key in other.keys if key[0] == "ordinal"}
        return bool(told & {key[-1] for key in self.keys if key[0] == "date"})

    @property
    def is_identifier(self) -> bool:
        """Whether it names one thing: it has digits and letters, or many digits, or is an address or a path."""
        return any(key[0] in ("id", "path") for key in self.keys)

    @property
    def is_technical(self) -> bool:
        """Whether it is the name of a file, a folder, a page or a part of a program: such as agents know without a
        record. A name with four digits in a row and no ending of a file may be somebody's number."""
        if self.kind != "path" or "@" in self.text:
            return False
        return bool(FILE.search(self.text)) or (not re.search(r"\d{4}", self.text) and not self.text.isupper())

    @property
    def kind(self) -> str:
        """The sort of it; two values of one sort can stand in each other's place."""
        kinds = {key[0] for key in self.keys}
        return next((kind for kind in ("path", "date", "ordinal", "time", "day", "id", "number") if kind in kinds), "")


def plain(text: str) -> str:
    """A text in one way of writing: compatible forms joined, and the digits of all scripts as 0 to 9."""
    text = normalized("NFKC", text)
    if text.isascii():
        return text
    return OTHER_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit.group())), text)


@read_once
def find(text: str) -> list[Exact]:
    """The exact values of a text that is already ``plain``, in order."""
    found = []
    for hit in RUN.finditer(text):
        value = hit.group().rstrip("'")
        if ends := _range(value):
            unit = _unit(text, hit.start(), hit.end())
            found += [Exact(end, hit.start(), frozenset({("number", end)}), unit) for end in ends]
        elif any(map(str.isdigit, value)) or re.search(r"@\w+\.|/\w|\w/|^\.\w|\w\.\w\w|_", value):
            keys = frozenset(_keys(value, text, hit.end()))
            counts = keys and all(key[0] in ("number", "id", "ordinal") for key in keys)
            unit = _unit(text, hit.start(), hit.end()) if counts else _year(value)
            found.append(Exact(value, hit.start(), keys, unit))
    for hit in (*WORD.finditer(text), *UNSPACED.finditer(text)):
        word = hit.group().casefold()
        if word in WEEKDAYS:
            found.append(Exact(hit.group(), hit.start(), frozenset({("day", WEEKDAYS[word])})))
        elif word in COUNTED:
            unit = _unit(text, hit.start(), hit.end())
            found.append(Exact(hit.group(), hit.start(), frozenset({("number", COUNTED[word])}), unit))
    return sorted(found, key=lambda value: value.start)


def _range(value: str) -> tuple[str, ...]:
    """The two numbers of a range such as `3-5`. `12-4` is the name of something."""
    hit = RANGE.fullmatch(value)
    return hit.groups() if hit and int(hit.group(1)) < int(hit.group(2)) else ()


def _keys(value: str, text: str, end: int) -> list[Key]:
    """What a value may mean; `text` holds it, up to `end`."""
    bare = re.sub(r"[^a-z0-9]", "", value.casefold())
    if re.search(r"[@/~]|^\.|_", value) or (re.search(r"\w\.[a-z]{1,4}$", value, re.I) and not value[0].isdigit()):
        dates = _dates(value)
        return [("path", value.casefold().rstrip("/")), *(dates or [("id", bare)])]
    return _times(value, text, end) or _days(value, text, end) or _counts(value, bare)


def _counts(value: str, bare: str) -> list[Key]:
    """A number, a date in digits, a measure such as `30x`, or an identifier."""
    dates = _dates(value)
    if NUMBER.fullmatch(value) and not (dates and value.count(".") == 2):
        long = [("id", bare)] if value.isdigit() and len(bare) >= 5 else []
        return [*(("number", number) for number in sorted(_numbers(value))), *dates, *long]
    measured = MEASURED.fullmatch(value)
    if measured:
        numbers: list[Key] = [("number", number) for number in sorted(_numbers(measured.group(1)))]
        return [*numbers, ("id", bare)] if len(bare) > 5 else numbers
    if dates:
        return dates
    return [("path", value.casefold())] if bare.isalpha() else [("id", bare)]


def _days(value: str, text: str, end: int) -> list[Key]:
    """A day of a month, whose name stands beside it, or an ordinal."""
    ordinal = ORDINAL.fullmatch(value)
    day = ordinal.group(1) if ordinal else value if value.isdigit() and len(value) <= 2 else None
    if day is None:
        return []
    month = _month_beside(text, end - len(value), end)
    if month:
        return [("date", month, str(int(day)))]
    return [("ordinal" if ordinal else "number", str(int(day)))]


def _times(value: str, text: str, end: int) -> list[Key]:
    """A time of day in minutes; one that may be before or after noon is both."""
    clock, half = CLOCK.fullmatch(value), HALF_DAY.match(text, end)
    if clock is None or not (half or clock.group(3) or re.search(r"[:h]", value, re.I)):
        return []
    hour, minute = int(clock.group(1)), int(clock.group(2) or (half and half["half"] and 30) or 0)
    sign = (clock.group(3) or (half.group(1) if half else "") or "").lower()
    if hour > 24 or minute > 59:
        # Minutes and seconds, or no time at all: it means what is written in the same way.
        return [("time", value)] if ":" in value else []
    if sign:
        return [("time", str((hour % 12 + 12 * (sign == "p")) * 60 + minute))]
    return [("time", str(hour * 60 + minute)), *([("time", str((hour + 12) * 60 + minute))] if 0 < hour < 12 else [])]


def _dates(value: str) -> list[Key]:
    hit = DATE.fullmatch(value)
    if hit is None:
        return []
    first, second, third = (int(part) if part else None for part in hit.groups())
    if first and first > 31 and third:
        pairs: list[tuple[int | None, int | None]] = [(second, third)]
    elif third or "/" in value or re.fullmatch(r"\d\d\.\d\d", value):
        pairs = [(first, second), (second, first)]
    else:
        return []
    return [("date", str(month), str(day)) for month, day in pairs if month and day and month <= 12 and day <= 31]


def _month_beside(text: str, start: int, end: int) -> str | None:
    """The month that a day's number stands beside: `May 3rd`, `3. Mai`, `3 de mayo`, `5月3日`."""
    eastern = re.search(r"(\d{1,2})\s?[月월]\s?$", text[max(0, start - 6) : start])
    if eastern:
        return str(int(eastern.group(1)))
    before = WORD.findall(text[max(0, start - 14) : start])[-1:]
    after = WORD.findall(text[end : end + 20])[:2]
    near = [*before, *(after[:1] if after[:1] not in (["of"], ["de"]) else after[1:])]
    return next((MONTHS[word.casefold()] for word in near if word.casefold() in MONTHS), None)


def _numbers(value: str) -> set[str]:
    """A number as it may be meant: signs between digits part thousands, or the last of them decimals."""
    bare = value.replace("'", "")
    readings = {re.sub(r"[.,]", "", bare)} if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", bare) else set()
    whole, _, part = bare.replace(",", ".").rpartition(".")
    readings.add(f"{whole.replace('.', '')}.{part}" if whole else part)
    if "," in bare and not readings - {bare}:
        readings.add(bare.replace(",", ""))
    found = set()
    for reading in readings:
        try:
            found.add(f"{Decimal(reading).normalize():f}")
        except InvalidOperation:
            continue
    return found


def _year(value: str) -> str:
    """The year of a date in digits."""
    hit = DATE.fullmatch(value)
    return next((part for part in hit.groups() if part and len(part) == 4), "") if hit else ""


def _unit(text: str, start: int, end: int) -> str:
    """The unit of a number: a sign or a code beside it, or the word behind it, and both of two currencies."""
    beside, behind = _sign(text, start, end), _word_behind(text, start, end)
    return f"{beside} {behind}" if beside and beside != behind and behind in CURRENCIES else beside or behind


def _sign(text: str, start: int, end: int) -> str:
    """The sign or the code of a currency beside a number, or `%`."""
    for near in (text[max(0, start - 1) : start], text[end : end + 1]):
        if near == "%" or (near and unicodedata.category(near) == "Sc"):
            return "¥" if near == "￥" else near
    before = text[max(0, start - 4) : start].strip().casefold()
    if UNITS.get(before[-3:]) in CURRENCIES or before[-1:] in CURRENCIES:
        return UNITS.get(before[-3:]) or before[-1:]
    return ""


def _word_behind(text: str, start: int, end: int) -> str:
    """The unit that a word behind a number names, or one that is written together with it."""
    behind, inside = UNIT.match(text, end), MEASURED.fullmatch(text[start:end])
    word = (inside.group(2) if inside else behind.group(1) if behind else "").casefold()
    if word > "\u2e7f":
        return next((UNITS[word[:size]] for size in (3, 2, 1) if word[:size] in UNITS), "")
    return UNITS.get(word, "")


def units_of(words: Iterable[str]) -> set[str]:
    """The units that some words name."""
    return {UNITS[word] for word in words if word in UNITS}
