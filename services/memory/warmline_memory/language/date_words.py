"""Date words: the words of moments of each language, out of `dates.toml`, as patterns and for look-up."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

EAST_ASIAN = ("ja", "ko", "zh")
# Vowel signs of Arabic and of the scripts of India: they belong to words, and `\w` holds none of them.
SIGNS = r"\u0900-\u0dff\u064b-\u065f"
WORD = re.compile(rf"[^\W\d_](?:[^\W\d_]|[{SIGNS}])*")
BEFORE, AFTER = rf"(?<![\w{SIGNS}])", rf"(?![\w{SIGNS}])"
SLOT = re.compile(r"\{(d|n|u|day|month|day_month)\}")


@dataclass(frozen=True, slots=True)
class DateWords:
    """The words of one language. Its patterns are compiled when they are needed first."""

    entries: Mapping[str, Any]
    numbers: Mapping[str, int]
    patterns: dict[str, re.Pattern[str] | None] = field(default_factory=dict)

    @property
    def is_spaced(self) -> bool:
        """Whether there are blanks between words."""
        return bool(self.entries.get("spaced", True))

    def pattern(self, kind: str) -> re.Pattern[str] | None:
        """The pattern of a kind of moments; None where the language has none."""
        if kind not in self.patterns:
            form = self._written(kind)
            self.patterns[kind] = re.compile(form, re.IGNORECASE) if form else None
        return self.patterns[kind]

    def _written(self, kind: str) -> str | None:
        if kind == "clock":
            return self._clock()
        entry = self.entries.get(kind)
        if not entry or kind in ("past", "ahead"):
            return entry or None
        if isinstance(entry, Mapping):
            entry = "|".join(sorted(entry, key=len, reverse=True))
        if isinstance(entry, list):
            entry = "|".join(entry)
        places = iter(range(100))
        filled = SLOT.sub(lambda slot: self._slot(slot.group(1), next(places)), entry)
        return f"{BEFORE}(?:{filled}){AFTER}" if self.is_spaced else f"(?:{filled})"

    def _slot(self, name: str, place: int) -> str:
        """A part of a form. A pattern may hold it several times, so its groups are numbered by their places."""
        if name == "d":
            return self._choice("weekdays", f"d{place}")
        if name == "u":
            return self._choice("units", f"u{place}")
        if name == "n":
            return f"(?P<n{place}>{self._number()})"
        if name == "month":
            return self._choice("months", f"m{place}")
        day = rf"(?P<day{place}>0?[1-9]|[12]\d|3[01])(?!\d)"
        month = rf"(?<!\d)(?P<month{place}>0?[1-9]|1[0-2])[月월] ?"
        return rf"(?<!\d){day}" if name == "day" else month + day

    def _choice(self, name: str, group: str) -> str:
        return "(?:" + "|".join(f"(?P<{group}_{index}>{one})" for index, one in enumerate(self.entries[name])) + ")"

    def _number(self) -> str:
        words = sorted(self.numbers, key=len, reverse=True)
        return "|".join([r"(?<![\d.,:])\d{1,3}(?![\d.,:]?\d)", *words])

    def _clock(self) -> str | None:
        if "am" not in self.entries:
            return None
        unit, at = self.entries.get("unit", "(?!)"), self.entries.get("at", "(?!)")
        halves = [rf"(?:(?P<am{n}>{self.entries['am']})|(?P<pm{n}>{self.entries['pm']}))" for n in (1, 2)]
        minute = rf"(?: ?(?P<unit>{unit})(?:(?P<half>半|반)| ?(?P<m2>[0-5]\d)(?!\d))?|[:.h：](?P<m1>[0-5]\d)(?!\d))?"
        hour = rf"(?P<h>(?<![\d.,:])\d{{1,2}}(?!\d)|{'|'.join(sorted(self.numbers, key=len, reverse=True)) or '(?!)'})"
        form = rf"(?:{halves[0]}[ ,]{{0,2}})?(?:(?P<at>{at}) )?{hour}{minute}(?: ?{halves[1]})?"
        return f"{BEFORE}{form}{AFTER}" if self.is_spaced else form


def _words(entries: Mapping[str, Any]) -> DateWords:
    numbers = dict(pair.split("=") for pair in entries.get("numbers", "").split())
    return DateWords(entries, {word: int(number) for word, number in numbers.items()})


def _phrases(entries: Mapping[str, Any]) -> Iterator[str]:
    """What a text must hold one of to hold a moment."""
    yield from entries.get("days", {})
    yield from entries.get("either", {})
    for forms in (*entries.get("weekdays", []), *entries.get("months", []), *entries.get("units", [])):
        yield from forms.split("|")


KNOWN: Mapping[str, DateWords] = {
    language: _words(entries)
    for language, entries in tomllib.loads((files(__package__) / "dates.toml").read_text("utf-8")).items()
}

# By the longest word of each phrase: most texts hold none of them, and are done with after one look-up a word.
TRIGGERS: dict[str, set[str]] = {}
for _language, _known in KNOWN.items():
    if _known.is_spaced:
        for _phrase in _phrases(_known.entries):
            TRIGGERS.setdefault(max(WORD.findall(_phrase.lower()), key=len), set()).add(_language)

UNSPACED: Mapping[str, re.Pattern[str]] = {
    language: re.compile("|".join([*map(re.escape, _phrases(KNOWN[language].entries)), "[月월]"]))
    for language in EAST_ASIAN
}
