"""Spoken: a statement with what it does, and what became of it later."""

import re
from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from warmline_memory.language import statements
from warmline_memory.language.statements import word_count as count
from warmline_memory.reading.calls import Changed
from warmline_memory.reading.record import Said
from warmline_memory.salience import Speaker, Statement, Weights

FILLER = 0.5
"""From a half on, the model finds it likelier than not; the same bound holds for questions and answers."""
LEAST_KEPT = 0.05
"""A statement of less weight is never quoted, whatever room there is: nothing is lost without it."""
WISH = 0.4
"""A wish that is taken for none is lost, one too many is another quote of what is wanted: so the bound is lower."""
SHORT_ANSWER, BARE_ANSWER = 6, 3
"""A reply of at most so many words that agrees or declines, or of so few whatever it says, is quoted with the question
before it: alone it says nothing."""
ANSWER = 0.4
"""How likely a reply agrees or declines at least."""
QUESTION_MARKS = ("?", "？", "؟")
LONGEST_END = 20
"""So many signs of a text say how it ends."""
# How a sentence ends that asks: with a mark, or in Japanese, Korean and Chinese with the word that asks, behind which
# the mark is often left out. か asks behind a verb, an adjective or です: 明らか and わずか only end in it, and `とか`
# lists examples. 니까 asks in 습니까 and 합니까, where a syllable that ends in ㅂ is before it; else it gives a reason.
_ENDS_IN_B = "".join(map(chr, range(0xAC11, 0xD7A4, 28)))
ASKING = re.compile(
    rf"(?:[?？؟]|(?:(?<=[すんうのるたい])か|(?<!니)까요?|(?<=[{_ENDS_IN_B}])니까|[인는은던]가요|(?:하|되|있|없)나요|[吗嗎呢])"
    r"[。．.]?)[\s\"'”’»)\]*_」』]*$"
)
# What begins a heading or an item of a list, and what makes words bold. A single `*` or `_` can be a part of a name.
MARKS = re.compile(r"\A(?:#{1,6}\s+|[-*•+]\s+|\d{1,2}[.)]\s+(?=\*\*))+|\*\*|(?<!\w)__|__(?!\w)")
SHORT_NUMBER = re.compile(r"\d{1,2}")
"""A number that stands in many texts by chance: `2` counts as `guests: 2` where the text speaks of guests, and links no
two statements."""
WORD, STEM = re.compile(r"[^\W_]{4,}|\d+"), 5


def is_question(text: str) -> bool:
    """Whether a text ends as a question does."""
    return ASKING.search(text[-LONGEST_END:]) is not None


@dataclass(frozen=True, slots=True, eq=False)
class Spoken:
    """A statement with its weights and its meaning (512 numbers), and the message that it is a part of.

    `asked` is the question that it answers, and `asked_in` the memory that asks it. `since` are values in it that tools
    were called with, and later with others. `thread` is the wish of the customer that it goes on with, counted, or -1;
    `then` is what changed it later, or else the agent's words that refuse it, and `changes` whether it changes what was
    wished before, and `is_like_before` whether it wishes the like of it in other words. `is_overtaken` is whether it
    answers a wish that was changed, `is_settled` whether a change that was made answers it, and `is_answered` whether
    it is a question that the other side went on from. `answer` are the few words of its message that agree or decline,
    which go with it. `mentions` is what it tells of, where that has a heading: `named` or `tried`.
    """

    said: Said
    statement: Statement
    weights: Weights
    meaning: NDArray[np.float32]
    asked: str = ""
    asked_in: UUID | None = None
    since: tuple[Changed, ...] = ()
    thread: int = -1
    then: "Spoken | None" = None
    changes: bool = False
    is_like_before: bool = False
    is_overtaken: bool = False
    is_settled: bool = False
    is_answered: bool = False
    answer: "Spoken | None" = None
    mentions: str = ""

    def needed(self, least: float) -> "Spoken":
        """The same with so much weight at least."""
        return replace(self, weights=replace(self.weights, keep=max(self.weights.keep, least)))

    @property
    def plain(self) -> str:
        """Its words as they are quoted: without the marks of Markdown that lay them out."""
        return without_marks(self.statement.text)

    @property
    def words(self) -> int:
        """How many words it takes in a brief."""
        added = count(self.asked) + 1 if self.asked else 0
        added += self.answer.words if self.answer else 0
        return count(self.statement.text) + added + sum(count(one.shown) for one in self.since)

    @property
    def is_filler(self) -> bool:
        """Whether nothing is lost without it."""
        return not self.asked and (
            self.weights.keep < LEAST_KEPT or (self.weights.filler >= FILLER and self.weights.keep < 1 - FILLER)
        )

    @property
    def outlasts(self) -> bool:
        """Whether it holds, or is owed, whatever was done meanwhile: an allergy, a promise, a danger."""
        owed = self.weights.promise if self.said.speaker is not Speaker.CUSTOMER else 0.0
        return max(self.weights.rule, owed, self.weights.urgency) >= FILLER

    @property
    def is_answer(self) -> bool:
        """Whether it agrees or declines in a few words, on which the rest of its message hangs."""
        return max(self.weights.consent, self.weights.refusal) >= ANSWER and count(self.statement.text) <= SHORT_ANSWER

    @property
    def agrees(self) -> bool:
        """Whether it agrees rather than declines."""
        return self.weights.consent > self.weights.refusal

    @property
    def is_question(self) -> bool:
        """Whether it asks or offers something."""
        return max(self.weights.question, self.weights.offer) >= FILLER or self.statement.text.endswith(QUESTION_MARKS)

    @property
    def is_wish(self) -> bool:
        """Whether the customer asks for something in words that stand for themselves."""
        # A number alone is a wish to the model, where only one side is heard.
        wishes = self.changes or (self.weights.wish >= WISH and not self.asked and self.is_worded)
        return self.said.speaker is Speaker.CUSTOMER and wishes

    @property
    def is_worded(self) -> bool:
        """Whether it has a word: `PL-88213-07.` and `5467` have none."""
        words = (word.group() for word in statements.WORD.finditer(self.plain))
        return any(any(map(str.isalpha, word)) and not any(map(str.isdigit, word)) for word in words)


def without_marks(text: str) -> str:
    """A text without what lays it out in Markdown."""
    return MARKS.sub("", text).strip()


def stems_of(text: str) -> frozenset[str]:
    """The words of a text by which it can be told that another one says the same: numbers, and longer words by how
    they begin."""
    return frozenset(word[:STEM] for word in WORD.findall(text.casefold()))
