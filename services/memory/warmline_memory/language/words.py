"""Words and labels: the plain mechanics of text."""

import re
from itertools import islice

from warmline_memory.language import phrases, statements
from warmline_memory.language.one_reading import read_once

# The words of an identifier, in whichever of the usual forms: `reservation_id`, `StartTime`, `HTTPStatus`, `line-2`.
LABEL_PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9'_-]*")
LEAST_SIGNS = 4


def word_set(text: str) -> frozenset[str]:
    """The words of a text as a set: how word classes are written down in this package."""
    return frozenset(text.split())


STOP = word_set(
    """
    a about above after again all also am an and any are as at be because been before being below between both but
    by can cannot could did do does doing done down during each else even ever every few for from further get give
    go going got had has have having he hello help her here hers hey hi him his how i i'd i'll i'm i've if in into
    is it it's its just know let let's like make many may me might more most much must my need no nor not now of off
    ok okay on once one only or other our out over own please really right same shall she should so some still such
    sure tell than thank thanks that that's the their them then there these they this those through to too under
    until up us very want was we well were what what's when where which while who whom whose why will with would
    yeah yes yet you your yours
    """
)


@read_once
def label_of(name: str) -> str:
    """The words of an identifier such as `StartTime` or `reservation_id`, in lower case: `start time`."""
    return " ".join(LABEL_PART.findall(name)).lower() or name.lower()


def clip(text: str, words: int) -> str:
    """The first `words` words, as `statements.word_count` counts them, with an ellipsis where something was left out;
    white space becomes single blanks."""
    plain = " ".join(text.split())
    first = list(islice(statements.WORD.finditer(plain), words + 1))
    return plain if len(first) <= words else plain[: first[words - 1].end()].rstrip(",;:-–，；：、") + "…"


def clip_inside(text: str, words: int) -> str:
    """The first and the last words, so many together, with an ellipsis between them where something was left out: what
    a sentence is about stands where it begins, and what is particular in it often where it ends."""
    plain = " ".join(text.split())
    found = list(statements.WORD.finditer(plain))
    if len(found) <= words:
        return plain
    first, last = found[(words + 1) // 2 - 1], found[-(words // 2)]
    return f"{plain[: first.end()].rstrip(',;:-–，；：、')} … {plain[last.start() :].lstrip()}"


def content_words(text: str) -> list[str]:
    """The words that carry meaning, in lower case, in order."""
    return list(_content_words(text))


@read_once
def _content_words(text: str) -> tuple[str, ...]:
    return tuple(word for word in (found.lower() for found in WORD.findall(text)) if word not in STOP)


def is_long(value: str) -> bool:
    """Whether a value hardly stands in a text by chance: one of four signs or more, a Chinese character, a kana and a
    Korean syllable being as good as two."""
    return len(value) + sum(char > "\u2e7f" for char in value[:LEAST_SIGNS]) >= LEAST_SIGNS


@read_once
def squeezed(value: str) -> str:
    """A value for comparison: lower case, without blanks and punctuation, so that `9 pm` equals `9PM`."""
    return re.sub(r"[\s.,'\"-]+", "", value).lower()


def contains(text: str, value: str) -> bool:
    """Whether a text states a value as a word or phrase of its own, whatever the case."""
    squeezed_text, wanted = " ".join(text.lower().split()), " ".join(value.lower().split())
    return phrases.holds(squeezed_text, wanted)
