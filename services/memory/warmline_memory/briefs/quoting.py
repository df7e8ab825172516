"""Quoting: what was said, in its own words, with who said it; chosen by how much the receiver needs it."""

import operator
import re
from collections import deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from itertools import count as count_from, pairwise
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from warmline_memory import salience
from warmline_memory.briefs import settling
from warmline_memory.briefs.drafts import Draft
from warmline_memory.language import dates, phrases
from warmline_memory.language.detecting import language_of
from warmline_memory.language.statements import word_count as count
from warmline_memory.language.words import clip, squeezed
from warmline_memory.reading.calls import Changed
from warmline_memory.reading.record import Record, Said
from warmline_memory.salience import Speaker, Statement, Turn, Weights
from warmline_schemas.briefs import BriefLine, Origin, SectionName

FILLER = 0.5
"""From a half on, the model finds it likelier than not; the same bound holds for questions and answers."""
LEAST_KEPT = 0.05
"""A statement of less weight is never quoted, whatever room there is: nothing is lost without it."""
WISH = 0.4
"""A wish that is taken for none is lost, one too many is another quote of what is wanted: so the bound is lower."""
OPENING, UNWISHED = 3, 0.1
"""Of so many first statements one is taken for what is wanted where none is a wish; how much its weight counts then."""
CHANGES, REFUSED, WISH_AFTER = 0.5, 0.4, 0.2
"""How likely a statement changes a wish at least; how likely the agent's words before it say that it cannot be; and how
likely it then wishes or changes something."""
GOES_ON = ((0.1, 0.0, 0.3), (0.0, 0.3, 0.45))
"""A statement goes on with what was wished where it changes, wishes, and is like an earlier one by at least so much.
These and the bounds above: chosen on conversations whose changes are known, with other ones for a check."""
ALIKE = 0.35
"""How like an earlier wish a question is at least that asks for something else instead, after a refusal."""
NEAR, NEAREST = 12, 60
"""What goes on with an earlier statement follows within so many messages, and so many statements of the customer."""
OVERTAKEN, SETTLED, ANSWERED = 0.5, 0.05, 0.8
"""What is left of the weight of words between a wish and what it was changed to, of what a change settled, and of a
question that has an answer."""
THEN_WORDS = 12
"""So many words of what a wish was changed to stand beside it, where they stand nowhere else in its section."""
LATEST, FEELING = 4, 0.7
"""A mood is one of so many last statements of the customer. Its heading needs more certainty than a weight: at a half,
one of eight sentences shows no feeling (docs/salience.md)."""
SHORT_ANSWER, BARE_ANSWER = 6, 3
"""A reply of at most so many words that agrees or declines, or of so few whatever it says, is quoted with the question
before it: alone it says nothing."""
ANSWER = 0.4
"""How likely a reply agrees or declines at least."""
SAME_QUESTION = 0.88
"""Two questions or offers of one speaker that are at least so alike are one, asked again with other values."""
QUESTION_MARKS = ("?", "？", "؟")
QUESTION_WORDS, ASK_WORDS = 14, 45
TOLD, LENGTH = 0.2, 0.25
"""What a statement still weighs whose words are all told, and the power of its length by which its weight is divided;
chosen on recorded conversations."""
MOST_COMPARED = 120
"""So many of the heaviest statements are compared each time: time grows with their number for each that is taken."""
# What begins a heading or an item of a list, and what makes words bold. A single `*` or `_` can be a part of a name.
MARKS = re.compile(r"\A(?:#{1,6}\s+|[-*•+]\s+|\d{1,2}[.)]\s+(?=\*\*))+|\*\*|(?<!\w)__|__(?!\w)")
LINE_END, START = "\n", operator.attrgetter("start")
STEP = 1e-6
"""The lines of a thread stand together: each has its place so much behind the one before it."""
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


def asks(spoken: Sequence[Spoken], since: int) -> list[Spoken]:
    """What is wanted: the wish that opens the part of the conversation which begins at this place, and the wishes of
    its last topic.

    Where nobody states a wish, it is the one of the first statements that is nearest to one, or that counts most.
    """
    theirs = [one for one in spoken if one.said.speaker is Speaker.CUSTOMER and one.said.position >= since]
    wishes = [one for one in theirs if one.is_wish]
    wishes = [one for one in wishes if not one.is_settled] or wishes
    if not wishes:
        opening = [one for one in theirs if not one.is_filler and one.weights.filler < FILLER][:OPENING]
        return sorted(opening, key=lambda one: -max(one.weights.wish, one.weights.keep * UNWISHED))[:1]
    last = [one for one in theirs if one.thread == wishes[-1].thread]
    # The latest wish, the opening one with the last word on it, then the other words on what is spoken of now.
    first = [one for one in theirs if one.thread == wishes[0].thread]
    chosen = list(dict.fromkeys([wishes[-1], wishes[0], first[-1], *reversed(last)]))
    kept: list[Spoken] = []
    for one in chosen:
        if not kept or one.words <= ASK_WORDS - sum(other.words for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: (one.statement.turn, one.statement.start))


def ending(spoken: Sequence[Spoken]) -> list[Spoken]:
    """Where the conversation stands: the last words of the customer that say something, and of the agent after them."""
    telling = [one for one in spoken if not one.is_filler]
    theirs = [one for one in telling if one.said.speaker is Speaker.CUSTOMER][-1:]
    after = [one for one in telling if not theirs or one.statement.turn > theirs[0].statement.turn]
    return [*theirs, *sorted(after, key=lambda one: (one.is_question, one.weights.keep))[-1:]]


def sure(spoken: Sequence[Spoken]) -> Iterable[tuple[SectionName, Spoken]]:
    """The statements that stand under a heading of their own, for the model is nearly sure of them."""
    for one in spoken:
        if one.weights.rule >= salience.MIND_FROM and one.weights.question < FILLER:
            yield SectionName.RULES, one
        elif one.weights.promise >= salience.PROMISED_FROM and one.said.speaker is Speaker.AGENT:
            yield SectionName.PROMISED, one


def mood(spoken: Sequence[Spoken]) -> list[Spoken]:
    """The words of the customer that show a feeling, if it is among the last that they said: moods pass."""
    theirs = [one for one in spoken if one.said.speaker is Speaker.CUSTOMER]
    return [one for one in theirs[-LATEST:] if one.weights.feeling >= FEELING][-1:]


def chosen(
    spoken: Sequence[Spoken], room: int, known: Sequence[str] = (), first: Sequence[Spoken] = ()
) -> list[Spoken]:
    """The statements that the receiver needs most within so many words, in order.

    Each time the one is taken that weighs most, where what stands in lines or was taken already weighs less. What is
    ``first`` goes before all others.
    """
    told = {stem for line in known for stem in stems_of(line)}
    # Words and stems are counted once: a statement is compared anew for each one that is taken.
    order = sorted(spoken, key=lambda one: (one not in first, -one.weights.keep))
    waiting = [(one, stems_of(one.statement.text), one.words) for one in order]
    near, later = waiting[:MOST_COMPARED], waiting[MOST_COMPARED:]
    taken: list[Spoken] = []
    while near:
        best = max(range(len(near)), key=lambda place: (near[place][0] in first, _need(*near[place], told)))
        one, stems, words = near.pop(best)
        near += [later.pop(0)] if later else []
        # A message has its speaker, and within it a sign for what was left out or for the end of a line.
        needed = words + 1
        if needed <= room:
            room -= needed
            taken.append(one)
            told |= stems
            fitting = [other for other in (*near, *later) if other[2] <= room]
            near, later = fitting[:MOST_COMPARED], fitting[MOST_COMPARED:]
    return sorted(taken, key=lambda one: (one.statement.turn, one.statement.start))


def _need(one: Spoken, stems: frozenset[str], words: int, told: set[str]) -> float:
    """How much a statement is needed: its weight, less where its words stand elsewhere, and a little less the longer it
    is, for several short ones say more than a long one."""
    news = len(stems - told) / len(stems) if stems else 1.0
    weight = one.weights.keep * (SETTLED if one.is_settled else OVERTAKEN if one.is_overtaken else 1.0)
    weight *= ANSWERED if one.is_answered else 1.0
    return float(weight * (TOLD + (1 - TOLD) * news) / max(words, 3) ** LENGTH)


def stems_of(text: str) -> frozenset[str]:
    """The words of a text by which it can be told that another one says the same: numbers, and longer words by how
    they begin."""
    return frozenset(word[:STEM] for word in WORD.findall(text.casefold()))


def in_full(line: BriefLine, zone: tzinfo) -> BriefLine:
    """A quote with its language, and with the dates that it means by words such as `tomorrow`."""
    if line.origin is not Origin.QUOTE or line.said_at is None:
        return line
    language = language_of(line.text)
    moments = dates.resolved(line.text, line.said_at, zone, language)
    days = dict.fromkeys(at.date() if isinstance(at, datetime) else at for _, _, at in moments)
    return line.model_copy(update={"language": language, "dates": list(days)})


def lines(section: SectionName, chosen: Sequence[Spoken]) -> list[Draft]:
    """Quotes as lines, a message each; what is left out within a message is marked. Those of one thread stand together,
    and one whose thread goes on elsewhere says how."""
    turns: dict[int, list[Spoken]] = {}
    for one in chosen:
        turns.setdefault(one.statement.turn, []).append(one)
    begun: dict[int, float] = {}
    drafts: list[Draft] = []
    messages = list(turns.values())
    said = {one.statement.text for one in chosen}
    for place, parts in enumerate(messages):
        thread = next((one.thread for one in reversed(parts) if one.thread >= 0), -1)
        draft = _line(section, parts, said, with_question=not _is_quoted(parts[0].asked, messages[:place]))
        if thread >= 0:
            begun[thread] = begun.get(thread, draft.place - STEP) + STEP
            draft = replace(draft, place=begun[thread], thread=thread)
        drafts.append(draft)
    return drafts


def _is_quoted(question: str, messages: Sequence[Sequence[Spoken]]) -> bool:
    """Whether a question stands right before its answer already."""
    return bool(question and messages) and clip(messages[-1][-1].plain, QUESTION_WORDS) == question


def _text(parts: Sequence[Spoken]) -> str:
    """The words of a message that are quoted; what was left out between them is marked, and so is the end of a line."""
    answers = [one.answer for one in parts if one.answer]
    statements = sorted({one.start: one for one in [*answers, *(one.statement for one in parts)]}.values(), key=START)
    text = without_marks(statements[0].text)
    for before, one in pairwise(statements):
        between = parts[0].said.text[before.end : one.start]
        text += f" {'…' if between.strip() else '/' if LINE_END in between else ''} {without_marks(one.text)}"
    return " ".join(text.split())


def _line(section: SectionName, parts: Sequence[Spoken], said: Collection[str], *, with_question: bool) -> Draft:
    first = parts[0]
    question = [first.asked_in] if first.asked_in and with_question else []
    since = [change for one in parts for change in one.since]
    then = [one.then for one in parts if one.then and one.then.statement.text not in said]
    later = [*(change.shown for change in since), *(f"→ “{clip(one.plain, THEN_WORDS)}”" for one in then)]
    # Whoever forgets what came later takes it out of this line too.
    beside = [*question, *(change.memory_id for change in since), *(one.said.memory.id for one in then)]
    line = BriefLine(
        text=_text(parts),
        memory_ids=list(dict.fromkeys([first.said.memory.id, *beside])),
        origin=Origin.QUOTE,
        speaker=first.said.by,
        said_at=first.said.memory.event_time,
        since=list(dict.fromkeys(later)),
        reply_to=first.asked if first.asked and with_question else None,
    )
    weight = max(one.weights.keep for one in parts)
    return Draft(section, line, weight, first.said.position)
