"""Dates: what `tomorrow`, `el martes` or `5月3日` means, where it was said at a known time in a known zone.

Precision goes before recall: what can be read in two ways is no date. `next Friday` is one only where the first Friday
after today is also that of next week; a bare weekday only in a sentence that speaks of what will be; `at 9` gives no
time where it can be morning or evening. The words of each language are in `dates.toml`.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from warmline_memory.language.date_words import KNOWN, TRIGGERS, UNSPACED, WORD, DateWords
from warmline_memory.language.detecting import language_of

Moment = tuple[int, int, date | datetime]
"""Where an expression begins and ends in a text, and what it means."""

HANGUL, KANA = re.compile(r"[\uac00-\ud7af]"), re.compile(r"[\u3040-\u30ff]")
EAST_ASIAN_SCRIPT = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
SENTENCE_END = re.compile(r"[!?](?=\s)|(?<!\d)\.(?=\s)|[。！？\n।؟]")
GAP = re.compile(r"[\s,の的]{0,3}")
# A number or a date behind a weekday is its full date: `Friday, 13 March`, `viernes 13`, `Freitag, den 13.`, `Friday,
# March 6`.
DAY_BEHIND = re.compile(r"[\s,(]{0,3}(?:(?:the|den|dem|de|el|le|il|o)\s)?(?P<day>\d)?")
# Some type the ending of a number apart: `June 6 th 2018`.
YEAR_BEHIND = re.compile(r"(?: ?(?:st|nd|rd|th|er)\b)?(?:,? |,? de |,? del )?\d{4}(?![\d:])")
YEAR_BEFORE = re.compile(r"\d{4}(?:年|년|[-./])\s?$")
DAY, DAYS_A_WEEK = timedelta(days=1), 7
NEAR = timedelta(days=120)
"""A day of a month without its year is the nearest one; half a year away both are as likely, and nobody says which."""
MOST = 200
"""How many moments of a kind are looked at in a sentence, and of all kinds in a text: what has more is no message."""
BESIDE = 48
"""How many characters a time of day takes, such as `por la mañana, a las 9`, beside its date."""
FORWARD = ("in", "on", "by", "coming", "next", "next_week")
"""What speaks of the future, and of none where its sentence tells of the past."""
KINDS = ("days", "either", *FORWARD, "last", "last_week", "since", "ago", "dated")


def resolved(text: str, said_at: datetime, zone: tzinfo, language: str | None = None) -> list[Moment]:
    """The relative and incomplete moments in a text with the dates that they mean, in the order of the text.

    `said_at` is when it was said, with its offset; `zone` is the zone of who said it. `language` is a BCP 47 tag; where
    it is unknown, the text tells it, or else all languages that have a word of it must agree. A date is a `date`;
    one with a clear time of day, and `in 20 minutes`, a `datetime` in `zone`.
    Raises `ValueError` where `said_at` has no offset.
    """
    if said_at.tzinfo is None:
        raise ValueError("said_at: give it an offset from UTC")
    likely = _likely(text, language)
    if not likely:
        return []
    now = said_at.astimezone(zone)
    readings = [list(islice(_read(text, now, KNOWN[one]), MOST)) for one in likely]
    return list(_agreed(readings[0], readings[1:]))


def coming_weekdays(text: str, today: date) -> list[date]:
    """The next days of the weekdays that a text names, in any language that it may be in, whatever it says of them."""
    found = []
    for words in (KNOWN[one] for one in _likely(text, None)):
        named = {_small(hit.group()) for hit in _hits("weekdays", text, words)}
        there = [index for index, forms in enumerate(words.entries["weekdays"]) if named & set(forms.split("|"))]
        found += [today + ((index - today.weekday()) % DAYS_A_WEEK) * DAY for index in there]
    return found


def _agreed(moments: Iterable[Moment], others: Sequence[Sequence[Moment]]) -> Iterator[Moment]:
    """The moments that all readings have on the same day, each as the reading says it that takes in most words."""
    for moment in moments:
        same = [[one for one in other if _is_same(one, moment)] for other in others]
        if all(same):
            yield max([moment, *(one for found in same for one in found)], key=lambda one: one[1] - one[0])


def _is_same(one: Moment, other: Moment) -> bool:
    days = [moment.date() if isinstance(moment, datetime) else moment for moment in (one[2], other[2])]
    return one[0] < other[1] and other[0] < one[1] and days[0] == days[1]


def zone_of(*names: object) -> tzinfo:
    """The first of some values that is the name of a known time zone, else UTC: the session's, then the tenant's."""
    for name in filter(None, names):
        try:
            return ZoneInfo(str(name))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return UTC


def _likely(text: str, language: str | None) -> list[str]:
    """The languages with whose words of moments a text is read: its own, or else all that have such a word in it."""
    words = [_small(word) for word in WORD.findall(text)]
    hits = {one for word in words for one in TRIGGERS.get(word, ())}
    if EAST_ASIAN_SCRIPT.search(text):
        # Hangul is Korean, kana Japanese, and Han without either Chinese.
        script = "ko" if HANGUL.search(text) else "ja" if KANA.search(text) else "zh"
        return [script] if UNSPACED[script].search(text) else sorted(hits)
    # Of two words the detector says little.
    heard = language or (language_of(text) if hits and len(words) > 2 else None)
    own = (heard or "").partition("-")[0].lower()
    return [own] * (own in hits) if own in KNOWN else sorted(hits)


def _small(said: str) -> str:
    """Small letters, one for each large one: ``lower`` alone makes two signs of the Turkish ``İ``."""
    return said.replace("İ", "i").lower()


def _read(text: str, now: datetime, words: DateWords) -> Iterator[Moment]:
    start = 0
    for end in [*(hit.end() for hit in SENTENCE_END.finditer(text)), len(text)]:
        for begins, ends, meant in _said(text[start:end], now, words):
            yield start + begins, start + ends, meant
        start = end


def _said(sentence: str, now: datetime, words: DateWords) -> Iterator[Moment]:
    """The moments of a sentence: of those that share words the first and longest, with a time that stands beside it."""
    done = 0
    moments = sorted(_dates(sentence, now, words), key=lambda one: (one[0], -one[1]))
    begun = {begins for begins, *_ in moments}
    for moment in moments:
        if moment[0] >= done:
            timed = _with_clock(sentence, moment, now, words)
            done = timed[1]
            # A weekday is yielded although a number stands behind it: that may be a time.
            if timed is not moment or not _is_full_date(sentence, moment, words, begun):
                yield timed


def _is_full_date(sentence: str, moment: Moment, words: DateWords, begun: Collection[int]) -> bool:
    """Whether a moment is the weekday of the number behind it, or of another moment that begins there."""
    weekday = words.pattern("weekdays")
    begins, ends, _ = moment
    behind = DAY_BEHIND.match(sentence, ends)
    is_weekday = weekday and weekday.search(sentence, begins, ends)
    return bool(is_weekday and behind and (behind["day"] or behind.end() in begun))


def _dates(sentence: str, now: datetime, words: DateWords) -> Iterator[Moment]:
    """The dates of a sentence; several of them may be of the same words."""
    blocked = bytearray(len(sentence))
    for hit in _hits("blocked", sentence, words):
        blocked[slice(*hit.span())] = b"x" * (hit.end() - hit.start())
    past, ahead = (any(_hits(name, sentence, words)) for name in ("past", "ahead"))
    for kind in KINDS:
        if (past and kind in FORWARD) or (kind == "on" and not ahead):
            continue
        for hit in islice(_hits(kind, sentence, words), MOST):
            meant = _meaning(kind, hit, now, words, past=past, ahead=ahead)
            if meant and not any(blocked[slice(*hit.span())]):
                yield hit.start(), hit.end(), meant


def _hits(kind: str, sentence: str, words: DateWords) -> Iterable[re.Match[str]]:
    pattern = words.pattern(kind)
    return pattern.finditer(sentence) if pattern else ()


def _meaning(
    kind: str, hit: re.Match[str], now: datetime, words: DateWords, *, past: bool, ahead: bool
) -> date | datetime | None:
    said = " ".join(_small(hit.group()).split())
    if kind == "days":
        return now.date() + int(words.entries[kind][said]) * DAY
    if kind == "either":
        # Hindi has one word for tomorrow and yesterday: the tense of the sentence tells which.
        days = int(words.entries[kind][said])
        return None if past == ahead else now.date() + (days if ahead else -days) * DAY
    if kind in ("in", "ago"):
        return _counted(hit, now, words, 1 if kind == "in" else -1)
    if kind == "dated":
        return _dated(hit, now.date(), words, past=past)
    return _weekday(kind, _index(hit, "d") or 0, now.date())


def _weekday(kind: str, there: int, today: date) -> date | None:
    """The day that a weekday means, 0 to 6; None where two are meant as likely."""
    monday = today - today.weekday() * DAY
    if kind in ("next_week", "last_week"):
        return monday + (there + (DAYS_A_WEEK if kind == "next_week" else -DAYS_A_WEEK)) * DAY
    ahead = (there - today.weekday()) % DAYS_A_WEEK
    # A weekday that is also today's can be today or a week away; `next Friday` in the same week is said of both.
    if not ahead or (kind == "next" and there > today.weekday()):
        return None
    return today + (ahead - DAYS_A_WEEK if kind in ("last", "since") else ahead) * DAY


def _counted(hit: re.Match[str], now: datetime, words: DateWords, sign: int) -> date | datetime | None:
    number, unit = _number(_part(hit, "n"), words), _index(hit, "u")
    if number is None or unit is None:
        return None
    length = sign * number * (timedelta(minutes=1), timedelta(hours=1), DAY, DAYS_A_WEEK * DAY)[unit]
    # Elapsed time is counted in UTC: in a zone an hour may be missing or come twice.
    return (now.astimezone(UTC) + length).astimezone(now.tzinfo) if unit < 2 else now.date() + length


def _dated(hit: re.Match[str], today: date, words: DateWords, *, past: bool) -> date | None:
    """A day of a month in the year in which it is nearest, where that is on the side of now that the tense says."""
    name, index = _part(hit, "m"), _index(hit, "m")
    # `may` and `march` are verbs, unless they are written with a capital.
    if name in words.entries.get("capital", "").split() and not hit.group().endswith(("st", "nd", "rd", "th")):
        return None
    if YEAR_BEHIND.match(hit.string, hit.end()) or YEAR_BEFORE.search(
        hit.string[max(0, hit.start() - 8) : hit.start()]
    ):
        return None
    month = int(_part(hit, "month")) if index is None else index + 1
    days = [_day(today.year + years, month, int(_part(hit, "day"))) for years in (-1, 0, 1)]
    near = [day for day in days if day and abs(day - today) <= NEAR]
    return near[0] if len(near) == 1 and (near[0] < today) == past else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _clocks(sentence: str, begins: int, ends: int, words: DateWords) -> Iterator[tuple[int, int, time]]:
    """The times of day that can be read in one way: with morning or evening, from 13 on, or of a 24-hour clock."""
    pattern = words.pattern("clock")
    for hit in pattern.finditer(sentence, max(0, begins - BESIDE), ends + BESIDE) if pattern else ():
        hour, minute = _number(hit["h"], words), int(hit["m1"] or hit["m2"] or (30 if hit["half"] else 0))
        morning, evening = bool(hit["am1"] or hit["am2"]), bool(hit["pm1"] or hit["pm2"])
        if hour is None or hour > 23 or (morning and hour > 11) or (evening and hour == 12):
            continue
        of_24_hours = hour > 12 or hit["h"].startswith("0") or (words.entries.get("exact", True) and words.is_spaced)
        is_clock = hit["m1"] or hit["unit"] or (hit["at"] and hour > 12)
        if morning or evening or (of_24_hours and is_clock):
            yield hit.start(), hit.end(), time(hour + 12 if evening and hour < 12 else hour, minute)


def _with_clock(sentence: str, moment: Moment, now: datetime, words: DateWords) -> Moment:
    """A date with the time that is said directly before or behind it, if any."""
    begins, ends, day = moment
    if isinstance(day, datetime):
        return moment
    for first, last, clock in _clocks(sentence, begins, ends, words):
        between = sentence[ends:first] if first >= ends else sentence[last:begins] if last <= begins else "?"
        if GAP.fullmatch(between):
            return min(begins, first), max(ends, last), datetime.combine(day, clock, now.tzinfo)
    return moment


def _number(said: str, words: DateWords) -> int | None:
    return int(said) if said.isdecimal() else words.numbers.get(_small(said))


def _part(hit: re.Match[str], name: str) -> str:
    """What stands for a part of a form, such as the number of `in 2 days`."""
    found = (text for group, text in hit.groupdict().items() if text and group.rstrip("_0123456789") == name)
    return next(found, "")


def _index(hit: re.Match[str], name: str) -> int | None:
    """Which of several words stands for a part of a form: of the weekdays, the months or the units."""
    found = (group for group, text in hit.groupdict().items() if text and group.rstrip("_0123456789") == name)
    return next((int(group.rpartition("_")[2]) for group in found), None)
