"""Narrowing: by what a place of the record says less than its words do, or says it of another day.

`Some of the pipes were replaced` is not that the pipes were, less than two weeks are not two, and Friday next week is
not Friday. An account that leaves such a word out says more than the record.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from warmline_memory.briefs.accounts import closed_classes
from warmline_memory.briefs.accounts.polarity import LETTERS, denies
from warmline_memory.briefs.accounts.tokens import ARTICLE, Token, is_same_word, tokens
from warmline_memory.language import exact_values
from warmline_memory.language.date_words import KNOWN
from warmline_memory.language.detecting import language_of

NEAR = 3
"""So many words behind such a word belong to it, without articles and prepositions: `some of the old pipes`."""
BESIDE = 2
"""So many words before and behind a word for a week may say which week it is: `in the week after next`."""
KINDS = ("next_week", "last_week", "next", "last")
"""The forms of ``dates.toml`` by which a weekday is not the coming one."""
WEEKS = frozenset(word for word, unit in exact_values.UNITS.items() if unit == "week")
LONGEST_END = 2
"""A word for a week has at most so many letters of ending: `weeks`, `Wochen`; `weekend` is another word."""


def says_less(record: str, clause: str, found: Iterable[Token]) -> bool:
    """Whether a clause leaves out that something holds for a part, or for less or more than a number, of the words that
    it has from a clause of the record."""
    told = set(_words(clause))
    if set(closed_classes.UNSPACED_PARTS.findall(record)) - set(closed_classes.UNSPACED_PARTS.findall(clause)):
        return True
    words = re.findall(r"\w+", record.casefold())
    narrow = [place for place, word in enumerate(words) if word in closed_classes.PARTS - told]
    narrow += [place for place in range(len(words)) if _is_share(words[place : place + 2]) and words[place] not in told]
    behind = [tokens(" ".join(_next(words[place + 1 :]))) for place in narrow]
    return any(not near or any(one.is_in(near) for one in found) for near in behind)


def _is_share(words: Sequence[str]) -> bool:
    """Whether two words begin a share: `two of` the five, `one of` them."""
    number, *rest = words
    is_number = number.isdecimal() or number in exact_values.COUNTED or number in closed_classes.SINGLE
    return is_number and any(one in closed_classes.OF for one in rest)


def _next(words: Iterable[str]) -> Iterator[str]:
    small = closed_classes.PREPOSITIONS | closed_classes.FUNCTION
    return islice((word for word in words if word not in small), NEAR)


def is_told_whole(record: str, clause: str, message: str) -> bool:
    """Whether a clause tells a clause of a message word for word, if nobody knows of its language what says less."""
    if (language_of(message) or "en").partition("-")[0] in closed_classes.COVERED:
        return True
    wanted, told = _words(record), _words(clause)
    return any(told[place : place + len(wanted)] == wanted for place in range(len(told)))


def denies_another(record: str, clause: str) -> bool:
    """Whether a clause denies something, and a clause of the record does not, or denies another part of what it says:
    `the one is moved, the other not`."""
    about = tokens(clause)
    return denies(clause) and not any(_speaks_of(part, about) for part in record.split(",") if denies(part))


def _speaks_of(part: str, about: Sequence[Token]) -> bool:
    own = tokens(part)
    return not own or any(one.is_in(about) for one in own)


def is_of_another_day(record: str, clause: str) -> bool:
    """Whether both tell a weekday, and only one of them that it is in the next week or was in the last one, or each
    another week."""
    ours, theirs = ({one for one in exact_values.WEEKDAYS if one in set(_words(text))} for text in (clause, record))
    unspaced = [set(exact_values.UNSPACED.findall(text)) for text in (clause, record)]
    if not (ours & theirs or unspaced[0] & unspaced[1]):
        return False
    if _kinds(clause) != _kinds(record) or _ends_with_a_limit(clause) != _ends_with_a_limit(record):
        return True
    mine, other = _beside_weeks(clause), _beside_weeks(record)
    if mine is None or other is None:
        return mine is not other
    return bool(mine or other) and not any(is_same_word(one, two) for one in mine for two in other)


def _kinds(text: str) -> set[str]:
    return {kind for kind in KINDS for words in KNOWN.values() if (form := words.pattern(kind)) and form.search(text)}


def _ends_with_a_limit(text: str) -> bool:
    """Whether a day is one before or after another: `the Friday after`."""
    return bool(closed_classes.LIMITS & set(_words(text)[-1:]))


def _beside_weeks(text: str) -> set[str] | None:
    """The words beside the word for a week that may say which one it is; None where there is no week."""
    words = _words(text)
    places = [place for place, word in enumerate(words) if _is_week(word)]
    small = closed_classes.PREPOSITIONS | closed_classes.ARTICLES | exact_values.CALENDAR
    near = (word for place in places for word in words[max(0, place - BESIDE) : place + 1 + BESIDE])
    return {word for word in near if word not in small and not _is_week(word)} if places else None


def _is_week(word: str) -> bool:
    bare = ARTICLE.sub("", word)
    return any(is_same_word(bare, one) and abs(len(bare) - len(one)) <= LONGEST_END for one in WEEKS)


def _words(text: str) -> list[str]:
    return [word.casefold() for word in LETTERS.findall(text)]
