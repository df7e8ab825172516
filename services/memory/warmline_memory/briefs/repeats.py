"""Repeats: questions of a receiver for what the brief says already."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from warmline_memory.briefs.complements import VALUES
from warmline_memory.briefs.given import ITEM
from warmline_memory.language.one_reading import one_reading
from warmline_memory.language.values import ValueKind, find
from warmline_memory.language.words import content_words, sentences
from warmline_memory.reading import questions
from warmline_memory.reading.facts import GENERIC
from warmline_schemas.briefs import Brief, SectionName

ASKED_BY_KIND = {"email": ValueKind.EMAIL, "e-mail": ValueKind.EMAIL, "phone": ValueKind.PHONE}
"""Words of a question that a value answers by its sort, whatever its label."""
# `Could you give me your account number?` looks like an offer, and asks for a value.
FOR_VALUE = re.compile(
    r"\b(?:can|could|may|might|would|will) (?:you|i|we) (?:please |kindly |just |also )*"
    r"(?:have|give|tell|provide|share|know|ask)\b",
    re.I,
)
"""A request for a value in the form of an offer."""


@dataclass(frozen=True, slots=True)
class Repeats:
    """How many questions for a value were asked, and how many of them the brief answers."""

    questions: int
    repeated: int


@one_reading()
def count(said: Iterable[str], brief: Brief) -> Repeats:
    """Count in what a receiver said the questions for a value, and those for a value that the brief holds.

    A question counts where its grammar says what it asks for; offers, confirmations and courtesies do not. It is
    repeated where a line of the brief's values, or of what not to ask again, has its label: the same words without
    `number`, `id` and the like, or a label of more words with the same last one (`amount` and `refund amount`).
    """
    asked = [label for text in said for label in _asked(text)]
    lines = [(line.label, line.text) for one in brief.sections if one.name in VALUES for line in one.lines]
    held = [_matter(label) for label, _ in lines if label]
    held += [_matter(item) for item in _not_to_ask(brief)]
    kinds = {value.kind for _, text in lines for value in find(text)}
    return Repeats(len(asked), sum(_is_held(label, held, kinds) for label in asked))


def _asked(text: str) -> Iterable[str]:
    """What the questions of a text ask for."""
    for sentence in sentences(text):
        label = questions.label(sentence) if _is_for_value(sentence) else None
        if label is not None:
            yield label


def _is_for_value(sentence: str) -> bool:
    if not questions.asks(sentence) or questions.is_courtesy(sentence):
        return False
    other = questions.offers(sentence) or questions.wants_yes_or_no(sentence)
    return not other or FOR_VALUE.search(sentence) is not None


def _not_to_ask(brief: Brief) -> Iterable[str]:
    for section in brief.sections:
        if section.name is SectionName.DO_NOT_ASK:
            for line in section.lines:
                yield from (hit.group(1) for item in line.text.split(", ") if (hit := ITEM.match(item)))


def _matter(label: str) -> tuple[str, ...]:
    """The words of a label that tell it from others: `order` of `order number`; all of them where none does."""
    words = tuple(content_words(label))
    return tuple(word for word in words if word not in GENERIC) or words


def _is_held(label: str, held: Iterable[tuple[str, ...]], kinds: Collection[ValueKind]) -> bool:
    asked = _matter(label)
    if any(ASKED_BY_KIND.get(word) in kinds for word in asked):
        return True
    return any(_is_same(asked, one) for one in held if one)


def _is_same(asked: tuple[str, ...], held: tuple[str, ...]) -> bool:
    nested = set(asked) <= set(held) or set(held) <= set(asked)
    return bool(asked) and nested and asked[-1] == held[-1]
