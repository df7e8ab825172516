"""Repeats: questions of a receiver for what the brief says already."""

from collections.abc import Iterable
from dataclasses import dataclass

from warmline_memory import salience
from warmline_memory.briefs.drafts import VALUES
from warmline_memory.language.one_reading import one_reading
from warmline_memory.language.words import content_words
from warmline_memory.salience import Speaker, Turn, Weights
from warmline_schemas.briefs import Brief
from warmline_schemas.memories import Role

QUESTION, OFFER = 0.5, 0.6
"""From these weights on, what an agent says is a question, and an offer. A question for a value in the form of an offer
(`Could you tell me …?`) weighs about a half as one."""
MARKS = ("?", "？", "؟")
ALIKE = 0.6
"""Two questions that are alike to this degree ask for the same."""
GENERIC = frozenset({"name", "id", "type", "code", "number", "title", "status"})
"""Words of a label that do not say which value it is."""


@dataclass(frozen=True, slots=True)
class Repeats:
    """How many questions were asked, and how many of them the brief answers."""

    questions: int
    repeated: int


@one_reading()
def count(said: Iterable[str], brief: Brief) -> Repeats:
    """Count in what a receiver said the questions, and those that the brief answers.

    A question is repeated where it has a word of the label of a value that the brief states, or of a quote of the
    customer that gives a value, or where the brief quotes the answer to one like it. Offers, courtesies, and questions
    that give a value to be confirmed are none.
    """
    heard = salience.weigh([Turn(Speaker.AGENT, text) for text in said])
    asked = [one.text for one, weights in heard if _is_question(one.text, weights)]
    known = _words_of_values(brief)
    answered = [line.reply_to for section in brief.sections for line in section.lines if line.reply_to]
    alike = salience.vectors(asked) @ salience.vectors(answered).T if asked and answered else None
    repeated = [
        not known.isdisjoint(content_words(question)) or (alike is not None and alike[place].max() >= ALIKE)
        for place, question in enumerate(asked)
    ]
    return Repeats(len(asked), sum(repeated))


def _is_question(text: str, weights: Weights) -> bool:
    asks = weights.question >= QUESTION or text.rstrip().endswith(MARKS)
    return asks and weights.filler < QUESTION and weights.offer < OFFER and not any(map(str.isdigit, text))


def _words_of_values(brief: Brief) -> set[str]:
    """The words that say which values a brief holds: those of labels, and of what the customer said with a value."""
    lines = [(section.name, line) for section in brief.sections for line in section.lines]
    labels = [line.label for name, line in lines if name in VALUES and line.label]
    quotes = [line.text for _, line in lines if line.speaker == Role.USER and any(map(str.isdigit, line.text))]
    return {word for text in (*labels, *quotes) for word in content_words(text)} - GENERIC
