"""Typed values in text: amounts, dates, times, identifiers, addresses, names, figures, commands and paths.

Patterns are of general English and of general notation. A value is always a piece of the text as it was written.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from warmline_memory.language.one_reading import read_once
from warmline_memory.language.words import STOP


class ValueKind(StrEnum):
    """What sort of value it is; two values of one sort can replace each other."""

    EMAIL = "email"
    PHONE = "phone"
    MONEY = "money"
    DATE = "date"
    WEEKDAY = "weekday"
    TIME = "time"
    PATH = "path"
    IDENTIFIER = "identifier"
    FIGURE = "figure"
    NUMBER = "number"
    NAME = "name"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Value:
    """A value and where in its text it stands."""

    kind: ValueKind
    text: str
    start: int
    end: int


# Values are found by one pattern of all sorts, tried in this order at each place: an e-mail address before a path, a
# date before an identifier, words with capitals last. docs/briefs.md says on which recorded conversations briefs are
# measured. Alternatives are bounded ({1,64}) or cannot overlap, so that time grows linearly with a text.
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
DAY = r"\d{1,2}(?:st|nd|rd|th)"
PATTERNS = {
    ValueKind.EMAIL: r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]+\.[\w.-]*\w",
    ValueKind.PATH: r"`[^`\n]+`|https?://\S*[\w/]"
    r"|(?<![\w/.-])(?=[\w./-]{0,80}[A-Za-z])(?:\.{0,2}/)?[\w.-]+(?:/[\w.-]+)+/?(?=[\s,;:)]|\.?$"
    r"|\.\s)|(?<![\w-])[\w-]{1,80}\.(?:py|js|ts|tsx|md|json|ya?ml|toml|sql|sh|go|rs|java|html|css)\b"
    r"|(?<![\w.])v?(?!\d{1,2}\.\d{1,2}\.\d{2,4}\b)\d{1,4}(?:\.\d{1,4}){2,}(?:-[\w.]*\w)?\b",
    ValueKind.MONEY: r"[$€£]\s?\d[\d,]*(?:\.\d+)?(?:\s?(?:/|per )\s?\w+)?|\b\d[\d,]{0,24}(?:\.\d+)?\s?(?:dollars|euros"
    r"|pounds|usd|eur|gbp|credits|cents|bucks)\b",
    ValueKind.DATE: rf"\b\d{{4}}-\d{{2}}-\d{{2}}\b|\b[0-3]?\d[/.][0-3]?\d(?:[/.]\d{{2,4}})?\b"
    rf"|\b{MONTH}\.?\s+(?:{DAY}|\d{{1,2}})\b(?:,?\s+\d{{4}})?"
    rf"|\b(?:{DAY}(?:\s+of)?|\d{{1,2}})\s+{MONTH}\b(?:,?\s+\d{{4}}\b)?|\b{DAY}\b(?!\s+(?:and|&)\s+[a-z]|\s+(?:street|st|avenue|ave|floor"
    rf"|time|grade|question|wheel)\b)",
    ValueKind.WEEKDAY: r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:(?:the )?day after tomorrow|next week"
    r"|today|tomorrow|tonight|weekend)\b",
    ValueKind.TIME: r"\b\d{1,2}(?::\d{2})?\s?(?:[ap]\.m\.|[ap]m\b|o'clock)|\b\d{1,2}:\d{2}\b|\b(?:noon"
    r"|midnight)\b|\b(?:quarter|half|five|ten|twenty) (?:past|to) \w+(?: in the (?:morning"
    r"|afternoon|evening))?|\b\d{1,2} in the (?:morning|afternoon|evening)",
    ValueKind.PHONE: r"\+\d[\d ()-]{7,}\d|\b\(?\d{3}\)?[ -]\d{3}[ -]\d{4}\b",
    ValueKind.FIGURE: r"\b\d+(?:\.\d+)?\s?%|\b\d+/\d+(?=\s+[a-z])",
    ValueKind.IDENTIFIER: rf"#\w*\d\w*|\b(?!{DAY}\b)(?=[\w-]{{0,40}}\d)(?=[\w-]{{0,40}}[A-Za-z])"
    r"[A-Za-z0-9]+(?:[_-][A-Za-z0-9]+)*\b"
    r"|\b(?=[\d-]{0,40}\d{5})\d+(?:-\d+)+\b|\b\d{4}(?: \d{4}){2,4}\b|\b\d{5,}\b",
    ValueKind.NUMBER: r"(?<![\w.,])\d{1,4}(?:[.,]\d+)?(?![\w])",
    ValueKind.NAME: r"\b(?:Dr|Mr|Mrs|Ms)\.\s[A-Z]\w+|\b\d{1,3}(?:st|nd|rd|th) (?:and|&) [A-Z]\w+"
    r"|\b[A-Z][A-Za-z'’-]*\b(?:\s+(?:(?:of|and|the)\s+)?(?!I\b)[A-Z][A-Za-z'’-]*\b(?!-?\d))*",
}
BEGINS = r"(?=[\w#$€£+`(./-])(?:\b|(?=\W))"
"""Where a value can begin: most places of a text are passed over at once."""
VALUE = re.compile(
    BEGINS
    + "(?:"
    + "|".join(
        f"(?P<{kind}>{pattern if kind is ValueKind.NAME else f'(?i:{pattern})'})" for kind, pattern in PATTERNS.items()
    )
    + ")"
)
# Digits and letters that count something, such as `30x` and `5k`, or are ordinary words, such as `3-star`.
ORDINARY_MIX = re.compile(
    r"\d+(?:st|nd|rd|th|am|pm|k|m|x|h|d|ms|gb|mb|kg|km|s|min|mins|hrs?|/mo)|covid-?\d+|\d+-[a-z]+(?:-[a-z]+)*", re.I
)
# Words in capitals that are no names.
ABBREVIATIONS = frozenset({"id", "ids", "pin", "ok", "dob", "asap", "faq", "api"})
# `Ahh`, `Hmm` and `Haha` open sentences of a chat with a capital.
SOUND = re.compile(r"(?:a+h+|o+h+|h+m+|ha)+", re.I)


# Words of no content before a name: `It's Angela` is the name Angela. `the` stays, for it may belong to a name.
OPENING = re.compile(
    rf"(?:(?:{'|'.join(map(re.escape, sorted(STOP - {'the'}, key=len, reverse=True)))})\s+)+(?=[A-Z])", re.I
)


@read_once
def find(text: str) -> tuple[Value, ...]:
    """The values of a text in order, never overlapping. A word that is capital only as the first of its sentence is no
    name."""
    found = [
        Value(ValueKind(hit.lastgroup or "text"), hit.group(), hit.start(), hit.end()) for hit in VALUE.finditer(text)
    ]
    return tuple(value for value in map(_settled, found) if _meant(value, text))


@read_once
def kind_of(value: str) -> ValueKind:
    """The sort of a value that stands alone; `text` where it is none of the sorts."""
    hit = VALUE.fullmatch(value.strip())
    if hit is None or not hit.lastgroup:
        return ValueKind.TEXT
    return _settled(Value(ValueKind(hit.lastgroup), value, 0, len(value))).kind


def _settled(value: Value) -> Value:
    """A mix of digits and letters such as `30x` is a number, not an identifier; `It's Angela` is the name `Angela`."""
    if value.kind is ValueKind.NAME:
        opening = OPENING.match(value.text)
        cut = opening.end() if opening else 0
        return Value(ValueKind.NAME, value.text[cut:], value.start + cut, value.end)
    if value.kind is ValueKind.IDENTIFIER and ORDINARY_MIX.fullmatch(value.text):
        return Value(ValueKind.NUMBER, value.text, value.start, value.end)
    return value


def _meant(value: Value, text: str) -> bool:
    if value.kind is not ValueKind.NAME:
        return True
    first, *rest = value.text.split()
    if first.lower() in ABBREVIATIONS:
        return False
    if rest:
        return not all(word.lower() in STOP for word in [first, *rest])
    opens = not text[: value.start].strip(" \"'“(") or text[: value.start].rstrip(" \"'“(")[-1] in ".!?:\n"
    return not opens and first.lower().replace("’", "'") not in STOP and not SOUND.fullmatch(first)
