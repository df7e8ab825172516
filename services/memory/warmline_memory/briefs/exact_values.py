"""Exact values in text of any script: identifiers, numbers, dates, times, addresses, paths, as keys to compare.

Two ways of writing one value share a key: `5 pm` and `17:00`, `1.200,50` and `1,200.5`, `2026-05-03` and `May 3rd`.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

Key = tuple[str, ...]

# A run of Latin letters and digits with signs inside, as identifiers, numbers, dates, paths and addresses are written
# in texts of every script. Its parts cannot overlap, so the time is linear.
RUN = re.compile(r"[#@/~.]{0,3}[A-Za-z0-9]+(?:[-./:_@#+,=~&?%*']+[A-Za-z0-9]+)*/?")
HALF_DAY = re.compile(r"\s?([ap])\.?\s?m\b|\s?(?:uhr|h|heures|часов)\b", re.I)
CLOCK = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?(?::\d{2})?([ap])?m?", re.I)
ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th|er|e|º|ª|o|a)", re.I)
DATE = re.compile(r"(\d{1,4})[-./](\d{1,2})(?:[-./](\d{1,4}))?(?:T.*)?")
MEASURED = re.compile(r"(\d+(?:[.,]\d+)*)([a-z]{1,3})", re.I)
NUMBER = re.compile(r"\d+(?:[.,']\d+)*")
# The months of seven languages by the letters that tell them apart (Unicode CLDR, Gregorian calendar, wide names).
MONTHS = {
    word: str(number)
    for number, words in enumerate(
        (
            "january januar janvier enero gennaio janeiro januari jan",
            "february februar février febrero febbraio fevereiro februari feb",
            "march märz mars marzo março maart mar",
            "april avril abril aprile apr",
            "may mai mayo maggio maio mei",
            "june juni juin junio giugno junho jun",
            "july juli juillet julio luglio julho jul",
            "august août agosto augustus aug",
            "september septembre septiembre settembre setembro sept sep",
            "october oktober octobre octubre ottobre outubro oct okt",
            "november novembre noviembre novembro nov",
            "december dezember décembre diciembre dicembre dezembro dec dez",
        ),
        1,
    )
    for word in words.split()
}
# The weekdays of the same languages, from the same source.
WEEKDAYS = {
    word: f"day {number}"
    for number, words in enumerate(
        (
            "monday montag lundi lunes lunedì maandag понедельник 周一 星期一 月曜日",
            "tuesday dienstag mardi martes martedì dinsdag вторник 周二 星期二 火曜日",
            "wednesday mittwoch mercredi miércoles mercoledì woensdag среда 周三 星期三 水曜日",
            "thursday donnerstag jeudi jueves giovedì donderdag четверг 周四 星期四 木曜日",
            "friday freitag vendredi viernes venerdì vrijdag пятница 周五 星期五 金曜日",
            "saturday samstag samedi sábado sabato zaterdag суббота 周六 星期六 土曜日",
            "sunday sonntag dimanche domingo domenica zondag воскресенье 周日 星期日 日曜日",
        ),
        1,
    )
    for word in words.split()
}
# `One` is left out, since it is mostly a pronoun.
COUNTED = {
    word: str(number)
    for number, words in (
        (2, "two zwei deux dos due dois twee"), (3, "three drei trois tres tre três drie"),
        (4, "four vier quatre cuatro quattro quatro"), (5, "five fünf cinq cinco cinque vijf"),
        (6, "six sechs seis sei zes"), (7, "seven sieben sept siete sette sete zeven"),
        (8, "eight acht huit ocho otto oito"), (9, "nine neun neuf nueve nove negen"),
        (10, "ten zehn dix diez dieci dez tien"), (11, "eleven elf onze once undici"),
        (12, "twelve dozen zwölf douze doce dodici doze twaalf"), (20, "twenty zwanzig vingt veinte venti vinte"),
        (30, "thirty dreißig trente treinta"), (100, "hundred hundert cent cien"),
    )
    for word in words.split()
}  # fmt: skip
CALENDAR = MONTHS.keys() | WEEKDAYS.keys()
WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Exact:
    """A value as it was written, where it begins, and the keys of what it may mean."""

    text: str
    start: int
    keys: frozenset[Key]
    unit: str = ""
    """The sign of a currency or of per cent beside a number."""

    def means(self, other: "Exact") -> bool:
        """Whether it means what another value does. A day without its month means that day of any month."""
        if self.unit and other.unit and self.unit != other.unit:
            return False
        if self.keys & other.keys:
            return True
        days = [{key[-1] for key in one.keys if key[0] in ("date", "ordinal")} for one in (self, other)]
        open_day = any(key[0] == "ordinal" for one in (self, other) for key in one.keys)
        return open_day and bool(days[0] & days[1])

    @property
    def is_identifier(self) -> bool:
        """Whether it names one thing: it has digits and letters, or many digits, or is an address or a path."""
        return any(key[0] in ("id", "path") for key in self.keys)

    @property
    def kind(self) -> str:
        """The sort of it; two values of one sort can stand in each other's place."""
        kinds = {key[0] for key in self.keys}
        return next((kind for kind in ("path", "date", "ordinal", "time", "day", "id", "number") if kind in kinds), "")


def plain(text: str) -> str:
    """A text in one way of writing: compatible forms joined, and the digits of all scripts as 0 to 9."""
    text = unicodedata.normalize("NFKC", text)
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)


def find(text: str) -> list[Exact]:
    """The exact values of a text that is already ``plain``, in order."""
    found = []
    for hit in RUN.finditer(text):
        value = hit.group().rstrip("'")
        if any(map(str.isdigit, value)) or re.search(r"@\w+\.|/\w|\w/|^\.\w|\w\.\w\w|_", value):
            keys = frozenset(_keys(value, text, hit.end()))
            found.append(Exact(value, hit.start(), keys, _unit(text, hit.start(), hit.end())))
    for hit in WORD.finditer(text):
        word = hit.group().casefold()
        if word in WEEKDAYS:
            found.append(Exact(hit.group(), hit.start(), frozenset({("day", WEEKDAYS[word])})))
        elif word in COUNTED:
            found.append(Exact(hit.group(), hit.start(), frozenset({("number", COUNTED[word])})))
    return sorted(found, key=lambda value: value.start)


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
    hour, minute = int(clock.group(1)), int(clock.group(2) or 0)
    sign = (clock.group(3) or (half.group(1) if half else "") or "").lower()
    if hour > 24 or minute > 59:
        return []
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
    elif third or "/" in value or value.count(".") == 1:
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


def _unit(text: str, start: int, end: int) -> str:
    near = text[max(0, start - 1) : start].strip() + text[end : end + 2].strip()
    return next((sign for sign in near if sign == "%" or unicodedata.category(sign) == "Sc"), "")
