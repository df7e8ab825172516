"""Quoting: what was said, in its own words, with who said it; chosen by how much the receiver needs it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cache
from itertools import pairwise
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from warmline_memory import salience
from warmline_memory.briefs.drafts import Draft
from warmline_memory.language import dates
from warmline_memory.language.detecting import language_of
from warmline_memory.language.statements import word_count as count
from warmline_memory.language.words import clip, squeezed
from warmline_memory.reading.record import Record, Said
from warmline_memory.salience import Speaker, Statement, Turn, Weights
from warmline_schemas.briefs import BriefLine, Origin, SectionName

FILLER = 0.5
"""From a half on, the model finds it likelier than not; the same bound holds for wishes, questions and refusals."""
LEAST_KEPT = 0.05
"""A statement of less weight is never quoted, whatever room there is: nothing is lost without it."""
WISH = 0.5
OPENING = 3
"""Of so many first statements the heaviest is taken for what is wanted, where none is a wish."""
SAME_TOPIC = 0.4
"""Wishes less alike than this are of two topics. By judgement, on conversations that were printed and read."""
# What people say who change a wish. Our own sentences, of several trades; the encoder carries them to other languages.
CHANGING = (
    "How about the other one instead?",
    "What about one that serves something else?",
    "Sorry, make that the tenth.",
    "Actually, I need it for six people.",
    "Could you find a different one in another town?",
    "Let's try another day then.",
    "I changed my mind, take the blue one.",
    "Can you check for Tuesday instead?",
    "That was wrong, the number is another one.",
    "Not that one, the other.",
    "I meant Friday.",
)
CHANGES, REFUSED = 0.5, 0.5
"""How like an example a change of a wish is at least, and how likely the agent's words before it are a refusal."""
ROW_WORDS, NEAR = 80, 6
"""An exchange that stands in one row has about so many words, and its quotes are at most so many messages apart."""
FEELING = 0.7
"""A heading needs more certainty than a weight: at a half, one of eight sentences shows none (docs/salience.md)."""
SHORT_ANSWER = 6
"""A reply of at most this many words is quoted with the question before it: alone it says nothing."""
QUESTION_WORDS, ASK_WORDS = 14, 45
TOLD, LENGTH = 0.4, 0.25
"""What a statement still weighs whose words are all told, and the power of its length by which its weight is divided;
chosen on recorded conversations."""
MOST_COMPARED = 120
"""So many of the heaviest statements are compared each time: time grows with their number for each that is taken."""
WORD, STEM = re.compile(r"[^\W_]{4,}|\d+"), 5


@dataclass(frozen=True, slots=True, eq=False)
class Spoken:
    """A statement with its weights, and the message that it is a part of. `topic` counts the things that the customer
    has spoken of so far; `changes` is whether it changes what was wished before; `asked` is the question that it
    answers."""

    said: Said
    statement: Statement
    weights: Weights
    topic: int = 0
    changes: bool = False
    asked: str = ""
    asked_in: UUID | None = None
    """The memory that asks it."""

    @property
    def words(self) -> int:
        """How many words it takes in a brief."""
        return count(self.statement.text) + (count(self.asked) + 1 if self.asked else 0)

    @property
    def is_filler(self) -> bool:
        """Whether nothing is lost without it."""
        return not self.asked and (
            self.weights.keep < LEAST_KEPT or (self.weights.filler >= FILLER and self.weights.keep < 1 - FILLER)
        )

    @property
    def is_wish(self) -> bool:
        """Whether the customer asks for something in words that stand for themselves."""
        wishes = self.changes or (self.weights.wish >= WISH and not self.asked)
        return self.said.speaker is Speaker.CUSTOMER and wishes


def heard(record: Record, goal: str) -> list[Spoken]:
    """Every statement that was made, in order, with its weights; of words that were said again only the last time."""
    turns = [Turn(said.speaker, said.text) for said in record.said]
    weighed = salience.weigh(turns, record.used, goal)
    asked, topics = _questions(record.said, weighed), _topics(record.said, weighed)
    spoken = [
        Spoken(record.said[one.turn], one, weights, topic, change, *asked.get((one.turn, one.start), ("", None)))
        for (one, weights), (topic, change) in zip(weighed, topics, strict=True)
    ]
    latest = {(one.said.by, squeezed(one.statement.text)): place for place, one in enumerate(spoken)}
    return [one for place, one in enumerate(spoken) if latest[one.said.by, squeezed(one.statement.text)] == place]


def _topics(said: Sequence[Said], weighed: Sequence[tuple[Statement, Weights]]) -> list[tuple[int, bool]]:
    """The number of the topic of each statement, and whether the statement changes what was wished before.

    A wish of the customer that is unlike all that was wished on the last topic begins a new one; a change does not.
    """
    theirs = [said[one.turn].speaker is Speaker.CUSTOMER for one, _ in weighed]
    meanings = salience.vectors([one.text for (one, _), is_theirs in zip(weighed, theirs, strict=True) if is_theirs])
    changes = iter((meanings @ _changes().T).max(axis=1) >= CHANGES if len(meanings) else ())
    read = iter(meanings)
    found: list[tuple[int, bool]] = []
    own: list[NDArray[np.float32]] = []
    topic, refused = 0, False
    for (_, weights), is_theirs in zip(weighed, theirs, strict=True):
        change = False
        if is_theirs:
            meaning, is_like_a_change = next(read), bool(next(changes))
            change = bool(own) and (is_like_a_change or (refused and weights.wish >= WISH))
            if weights.wish >= WISH or change:
                if own and not change and max(float(meaning @ other) for other in own) < SAME_TOPIC:
                    topic, own = topic + 1, []
                own.append(meaning)
        refused = not is_theirs and (weights.refusal >= REFUSED or (refused and weights.filler < FILLER))
        found.append((topic, change))
    return found


@cache
def _changes() -> NDArray[np.float32]:
    """The vectors of the examples, which hold nothing of a conversation: made once a process."""
    return salience.vectors(CHANGING)


def _questions(
    said: Sequence[Said], weighed: Sequence[tuple[Statement, Weights]]
) -> dict[tuple[int, int], tuple[str, UUID]]:
    """For each short reply that opens its message, the last question of the message before it, and whose it is."""
    last_question: dict[int, str] = {}
    first: dict[int, Statement] = {}
    for statement, weights in weighed:
        if weights.question >= 0.5 or statement.text.rstrip().endswith(("?", "？", "؟")):
            last_question[statement.turn] = statement.text
        first.setdefault(statement.turn, statement)
    return {
        (turn, statement.start): (clip(last_question[turn - 1], QUESTION_WORDS), said[turn - 1].memory.id)
        for turn, statement in first.items()
        if turn - 1 in last_question and said[turn - 1].by != said[turn].by and count(said[turn].text) <= SHORT_ANSWER
    }


def asks(spoken: Sequence[Spoken], since: int) -> list[Spoken]:
    """What is wanted: the wish that opens the part of the conversation which begins at this place, and the wishes of
    its last topic.

    Where nobody states a wish, the opening is what counts most of the first statements that are more than a greeting.
    """
    theirs = [one for one in spoken if one.said.speaker is Speaker.CUSTOMER and one.said.position >= since]
    wishes = [one for one in theirs if one.is_wish]
    if not wishes:
        opening = [one for one in theirs if not one.is_filler and not one.asked][:OPENING]
        return sorted(opening, key=lambda one: -one.weights.keep)[:1]
    last = [one for one in wishes if one.topic == wishes[-1].topic]
    # The opening wish with the last word on it, then the latest words on what is spoken of now.
    first = [one for one in wishes if one.topic == wishes[0].topic]
    chosen = list(dict.fromkeys([wishes[0], first[-1], *reversed(last)]))
    kept: list[Spoken] = []
    for one in chosen:
        if not kept or one.words <= ASK_WORDS - sum(other.words for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: (one.statement.turn, one.statement.start))


def sure(spoken: Sequence[Spoken]) -> Iterable[tuple[SectionName, Spoken]]:
    """The statements that stand under a heading of their own, for the model is nearly sure of them."""
    for one in spoken:
        if one.weights.rule >= salience.MIND_FROM and one.weights.question < FILLER:
            yield SectionName.RULES, one
        elif one.weights.promise >= salience.PROMISED_FROM and one.said.speaker is Speaker.AGENT:
            yield SectionName.PROMISED, one


def mood(spoken: Sequence[Spoken]) -> list[Spoken]:
    """The latest words of the customer that show a feeling."""
    felt = [one for one in spoken if one.said.speaker is Speaker.CUSTOMER and one.weights.feeling >= FEELING]
    return felt[-1:]


def chosen(spoken: Sequence[Spoken], room: int, known: Sequence[str] = ()) -> list[Spoken]:
    """The statements that the receiver needs most within so many words, in order.

    Each time the one is taken that weighs most, where what stands in lines or was taken already weighs less.
    """
    told = {stem for line in known for stem in stems_of(line)}
    # Words and stems are counted once: a statement is compared anew for each one that is taken.
    heaviest = sorted(spoken, key=lambda one: -one.weights.keep)
    waiting = [(one, stems_of(one.statement.text), one.words) for one in heaviest]
    near, later = waiting[:MOST_COMPARED], waiting[MOST_COMPARED:]
    taken: list[Spoken] = []
    turns: set[int] = set()
    while near:
        best = max(range(len(near)), key=lambda place: _need(*near[place], told))
        one, stems, words = near.pop(best)
        near += [later.pop(0)] if later else []
        needed = words + (1 if one.statement.turn not in turns else 0)
        if needed <= room:
            room -= needed
            taken.append(one)
            turns.add(one.statement.turn)
            told |= stems
            fitting = [other for other in (*near, *later) if other[2] <= room]
            near, later = fitting[:MOST_COMPARED], fitting[MOST_COMPARED:]
    return sorted(taken, key=lambda one: (one.statement.turn, one.statement.start))


def _need(one: Spoken, stems: frozenset[str], words: int, told: set[str]) -> float:
    """How much a statement is needed: its weight, less where its words stand elsewhere, and a little less the longer it
    is, for several short ones say more than a long one."""
    news = len(stems - told) / len(stems) if stems else 1.0
    return float(one.weights.keep * (TOLD + (1 - TOLD) * news) / max(words, 3) ** LENGTH)


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
    """Quotes as lines, a message each; what is left out within a message is marked, and those of one exchange go on."""
    turns: dict[int, list[Spoken]] = {}
    for one in chosen:
        turns.setdefault(one.statement.turn, []).append(one)
    messages = list(turns.values())
    joined = _joined(messages)
    return [
        _line(section, parts, goes_on=place in joined, with_question=not _is_quoted(parts[0].asked, messages[:place]))
        for place, parts in enumerate(messages)
    ]


def _joined(messages: Sequence[Sequence[Spoken]]) -> set[int]:
    """The places of the messages that go on with the row before them: from one wish to the next that changes it,
    so that a wish which was changed stands beside what it was changed to."""
    joined: set[int] = set()
    start: int | None = None
    for place, parts in enumerate(messages):
        if not any(one.is_wish for one in parts):
            continue
        if start is not None and any(one.changes for one in parts):
            between = messages[start : place + 1]
            near = parts[0].statement.turn - messages[start][-1].statement.turn <= NEAR
            words = sum(one.words for message in between for one in message)
            if near and words <= ROW_WORDS:
                joined.update(range(start + 1, place + 1))
        start = place
    return joined


def _is_quoted(question: str, messages: Sequence[Sequence[Spoken]]) -> bool:
    """Whether a question stands right before its answer already."""
    return bool(question and messages) and clip(messages[-1][-1].statement.text, QUESTION_WORDS) == question


def _line(section: SectionName, parts: Sequence[Spoken], *, goes_on: bool, with_question: bool) -> Draft:
    first = parts[0]
    text = first.statement.text
    for before, one in pairwise(parts):
        between = first.said.text[before.statement.end : one.statement.start]
        text += f" … {one.statement.text}" if between.strip() else f" {one.statement.text}"
    question = [first.asked_in] if first.asked_in and with_question else []
    line = BriefLine(
        text=" ".join(text.split()),
        memory_ids=[first.said.memory.id, *question],
        origin=Origin.QUOTE,
        speaker=first.said.by,
        said_at=first.said.memory.event_time,
        reply_to=first.asked if first.asked and with_question else None,
        continues=goes_on,
    )
    weight = max(one.weights.keep for one in parts)
    return Draft(section, line, weight, first.said.position)
