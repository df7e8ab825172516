"""Narrowing: by what a place of the record says less than its words do, or says it of another day.

`Some of the pipes were replaced` is not that the pipes were, less than two weeks are not two, and Friday next week is
not Friday. An account that leaves such a word out says more than the record.
"""

from collections.abc import Iterable

from warmline_memory.briefs.accounts import closed_classes
from warmline_memory.briefs.accounts.polarity import LETTERS
from warmline_memory.briefs.accounts.tokens import ARTICLE, Token, is_same_word, tokens
from warmline_memory.language import exact_values
from warmline_memory.language.date_words import KNOWN

NEAR = 3
"""So many words behind such a word belong to it: `some of the old pipes`."""
BESIDE = 2
KINDS = ("next_week", "last_week", "next", "last")
"""The forms of ``dates.toml`` by which a weekday is not the coming one."""
WEEKS = frozenset(word for word, unit in exact_values.UNITS.items() if unit == "week")
LONGEST_END = 2


def says_less(record: str, clause: str, found: Iterable[Token]) -> bool:
    """Whether a clause leaves out that something holds for a part, or for less or more than a number, of the words that
    it has from a clause of the record."""
    told = set(_words(clause))
    if set(closed_classes.UNSPACED_PARTS.findall(record)) - set(closed_classes.UNSPACED_PARTS.findall(clause)):
        return True
    words = _words(record)
    narrow = [place for place, word in enumerate(words) if word in closed_classes.PARTS - told]
    return any(one.is_in(tokens(" ".join(words[place + 1 : place + 1 + NEAR]))) for place in narrow for one in found)


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
