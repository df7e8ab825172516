"""Hearing: what was said, statement by statement, with what each one does and what became of it later."""

import operator
import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count as count_from
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from warmline_memory import salience
from warmline_memory.briefs import settling
from warmline_memory.language import phrases
from warmline_memory.language.statements import word_count as count
from warmline_memory.language.words import clip, squeezed
from warmline_memory.reading.calls import Changed
from warmline_memory.reading.record import Record, Said
from warmline_memory.salience import Speaker, Statement, Turn, Weights

FILLER = 0.5
"""From a half on, the model finds it likelier than not; the same bound holds for questions and answers."""
LEAST_KEPT = 0.05
"""A statement of less weight is never quoted, whatever room there is: nothing is lost without it."""
WISH = 0.4
"""A wish that is taken for none is lost, one too many is another quote of what is wanted: so the bound is lower."""
CHANGES, REFUSED, WISH_AFTER = 0.5, 0.4, 0.2
"""How likely a statement changes a wish at least; how likely the agent's words before it say that it cannot be; and how
likely it then wishes or changes something."""
GOES_ON = ((0.1, 0.0, 0.3), (0.0, 0.3, 0.45))
"""A statement goes on with what was wished where it changes, wishes, and is like an earlier one by at least so much.
These and the bounds above were chosen on recorded conversations whose changes are known; none were set aside."""
ALIKE = 0.35
"""How like an earlier wish a question is at least that asks for something else instead, after a refusal."""
NEAR, NEAREST = 12, 60
"""What goes on with an earlier statement follows within so many messages, and so many statements of the customer."""
SHORT_ANSWER, BARE_ANSWER = 6, 3
"""A reply of at most so many words that agrees or declines, or of so few whatever it says, is quoted with the question
before it: alone it says nothing."""
ANSWER = 0.4
"""How likely a reply agrees or declines at least."""
SAME_QUESTION = 0.88
"""Two questions or offers of one speaker that are at least so alike are one, asked again with other values."""
QUESTION_MARKS = ("?", "？", "؟")
QUESTION_WORDS = 14
"""So many words of a question stand beside its answer."""
# What begins a heading or an item of a list, and what makes words bold. A single `*` or `_` can be a part of a name.
MARKS = re.compile(r"\A(?:#{1,6}\s+|[-*•+]\s+|\d{1,2}[.)]\s+(?=\*\*))+|\*\*|(?<!\w)__|__(?!\w)")
DECIMAL = re.compile(r"\d+\.\d+")
SHORT_NUMBER = re.compile(r"\d{1,2}")
"""A number that stands in many texts by chance: `2` counts as `guests: 2` where the text speaks of guests."""
WORD, STEM = re.compile(r"[^\W_]{4,}|\d+"), 5


@dataclass(frozen=True, slots=True, eq=False)
class Spoken:
    """A statement with its weights and its meaning (512 numbers), and the message that it is a part of.

    `asked` is the question that it answers, and `asked_in` the memory that asks it. `since` are values in it that tools
    were called with, and later with others. `thread` is the wish of the customer that it goes on with, counted, or -1;
    `then` is what changed it later, and `changes` whether it changes what was wished before. `is_overtaken` is whether
    it answers a wish that was changed, `is_settled` whether a change that was made answers it, and `is_answered`
    whether it is a question that the other side went on from. `answer` are the few words of its message that agree or
    decline, which go with it.
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
    is_overtaken: bool = False
    is_settled: bool = False
    is_answered: bool = False
    answer: Statement | None = None

    @property
    def plain(self) -> str:
        """Its words as they are quoted: without the marks of Markdown that lay them out."""
        return without_marks(self.statement.text)

    @property
    def words(self) -> int:
        """How many words it takes in a brief."""
        added = count(self.asked) + 1 if self.asked else 0
        added += count(self.answer.text) if self.answer else 0
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
        return max(self.weights.rule, self.weights.promise, self.weights.urgency) >= FILLER

    @property
    def is_answer(self) -> bool:
        """Whether it agrees or declines in a few words, on which the rest of its message hangs."""
        return max(self.weights.consent, self.weights.refusal) >= ANSWER and count(self.statement.text) <= SHORT_ANSWER

    @property
    def is_question(self) -> bool:
        """Whether it asks or offers something."""
        return max(self.weights.question, self.weights.offer) >= FILLER or self.statement.text.endswith(QUESTION_MARKS)

    @property
    def is_wish(self) -> bool:
        """Whether the customer asks for something in words that stand for themselves."""
        wishes = self.changes or (self.weights.wish >= WISH and not self.asked)
        return self.said.speaker is Speaker.CUSTOMER and wishes


def without_marks(text: str) -> str:
    """A text without what lays it out in Markdown."""
    return MARKS.sub("", text).strip()


def heard(record: Record, goal: str) -> list[Spoken]:
    """Every statement that was made, in order, with its weights; of what was said or asked again only the last time."""
    turns = [Turn(said.speaker, said.text) for said in record.said]
    weighed = salience.weigh(turns, record.used, goal)
    meanings = salience.vectors([one.text for one, _ in weighed])
    asked, replaced = _questions(record.said, weighed), _Replaced(record.changed)
    spoken: list[Spoken] = []
    for (one, weights), meaning in zip(weighed, meanings, strict=True):
        said = record.said[one.turn]
        question, asked_in = asked.get((one.turn, one.start), ("", None))
        since = replaced.since(one.text, said.position)
        spoken.append(Spoken(said, one, weights, meaning, question, asked_in, since))
    latest = {(one.said.by, squeezed(one.statement.text)): place for place, one in enumerate(spoken)}
    once = [one for place, one in enumerate(spoken) if latest[one.said.by, squeezed(one.statement.text)] == place]
    again = _asked_again(once)
    threaded = _threaded([one for place, one in enumerate(once) if place not in again])
    over = settling.settled([(one.said, one.statement.text, one.meaning) for one in threaded], record.calls)
    answers = {one.statement.turn: one.statement for one in spoken if one.is_answer}
    return [
        replace(
            one,
            is_settled=is_over and not one.outlasts,
            is_answered=_is_answered(one, record.said),
            answer=None if one.is_answer else answers.get(one.statement.turn),
        )
        for one, is_over in zip(threaded, over, strict=True)
    ]


def _is_answered(one: Spoken, said: Sequence[Said]) -> bool:
    """Whether it only asks, and the other side spoke next: the answer says what the question did."""
    after = one.statement.turn + 1
    asks = one.weights.question >= FILLER and one.thread < 0 and not one.asked
    return asks and after < len(said) and said[after].by != one.said.by


def _threaded(spoken: Sequence[Spoken]) -> list[Spoken]:
    """The statements with the threads of what the customer wishes: one goes on with the earlier one that is most like
    it, and where it is like none, a wish begins a thread."""
    found = list(spoken)
    theirs: deque[int] = deque(maxlen=NEAREST)
    threads, refused = count_from(), False
    for place, one in enumerate(spoken):
        if one.said.speaker is not Speaker.CUSTOMER:
            refused = one.weights.refusal >= REFUSED or (refused and one.weights.filler < FILLER)
            continue
        near = [at for at in theirs if 0 < one.statement.turn - found[at].statement.turn <= NEAR]
        likeness, at = max(((float(one.meaning @ found[at].meaning), at) for at in near), default=(0.0, -1))
        after = refused and max(one.weights.wish, one.weights.change) >= WISH_AFTER
        # "And its phone number?" after a refusal asks for something else; what it asks instead is like the wish.
        after = after and (one.weights.question < FILLER or likeness >= ALIKE)
        changes = one.weights.change >= CHANGES or after
        signs = (one.weights.change, one.weights.wish, likeness)
        goes_on = any(all(map(operator.ge, signs, bounds)) for bounds in GOES_ON)
        if near and (changes or goes_on):
            thread = found[at].thread if found[at].thread >= 0 else next(threads)
            found[at] = replace(found[at], thread=thread, then=one if changes else found[at].then)
            found[place] = replace(one, thread=thread, changes=changes)
            for between in range(at + 1, place) if changes else ():
                found[between] = replace(found[between], is_overtaken=found[between].said.speaker is Speaker.AGENT)
        elif one.weights.wish >= WISH:
            found[place] = replace(one, thread=next(threads))
        theirs.append(place)
        refused = False
    return found


class _Replaced:
    """The values that tools were called with, and later with others; each is made ready once, for all statements."""

    def __init__(self, changed: Sequence[Changed]) -> None:
        self._changed = [(one, _as_said(one.old), _as_said(one.new)) for one in changed]

    def since(self, text: str, position: int) -> tuple[Changed, ...]:
        """Which changes that came after a text replaced a value that stands in it."""
        said = phrases.folded(text)
        return tuple(
            one
            for one, old, new in self._changed
            # Most values stand in no text: the search for a word of its own comes last.
            if one.position > position and old in said and phrases.holds(said, old) and not phrases.holds(said, new)
            if not SHORT_NUMBER.fullmatch(old) or stems_of(one.name) & stems_of(text)
        )


def _as_said(value: str) -> str:
    """A value as people say it: programs write `4.10` for 4.1."""
    return phrases.folded(value.rstrip("0").rstrip(".") if DECIMAL.fullmatch(value) else value)


def _asked_again(spoken: Sequence[Spoken]) -> set[int]:
    """The places of an agent's questions and offers that were made again later with other values."""
    places = [place for place, one in enumerate(spoken) if one.said.speaker is Speaker.AGENT and one.is_question]
    if len(places) < 2:
        return set()
    meanings = np.stack([spoken[place].meaning for place in places])
    turns = np.array([spoken[place].statement.turn for place in places])
    again = (meanings @ meanings.T >= SAME_QUESTION) & (turns[:, None] < turns)
    return {places[at] for at in np.flatnonzero(again.any(axis=1))}


def _questions(
    said: Sequence[Said], weighed: Sequence[tuple[Statement, Weights]]
) -> dict[tuple[int, int], tuple[str, UUID]]:
    """For each reply that says nothing alone and opens its message, the last question of the message before it, and
    whose it is."""
    last_question: dict[int, str] = {}
    first: dict[int, tuple[Statement, Weights]] = {}
    for statement, weights in weighed:
        if weights.question >= 0.5 or statement.text.endswith(QUESTION_MARKS):
            last_question[statement.turn] = clip(without_marks(statement.text), QUESTION_WORDS)
        first.setdefault(statement.turn, (statement, weights))
    return {
        (turn, statement.start): (last_question[turn - 1], said[turn - 1].memory.id)
        for turn, (statement, weights) in first.items()
        if turn - 1 in last_question and said[turn - 1].by != said[turn].by and _is_bare(said[turn].text, weights)
    }


def _is_bare(reply: str, weights: Weights) -> bool:
    words = count(reply)
    return words <= BARE_ANSWER or (words <= SHORT_ANSWER and max(weights.consent, weights.refusal) >= ANSWER)


def stems_of(text: str) -> frozenset[str]:
    """The words of a text by which it can be told that another one says the same: numbers, and longer words by how
    they begin."""
    return frozenset(word[:STEM] for word in WORD.findall(text.casefold()))
