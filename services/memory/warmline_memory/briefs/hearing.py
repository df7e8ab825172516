"""Hearing: what was said, statement by statement, with what each one does and what became of it later."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from uuid import UUID

import numpy as np

from warmline_memory import salience
from warmline_memory.briefs import settling, threads
from warmline_memory.briefs.spoken import (
    ANSWER,
    BARE_ANSWER,
    FILLER,
    QUESTION_MARKS,
    SHORT_ANSWER,
    SHORT_NUMBER,
    Spoken,
    stems_of,
    without_marks,
)
from warmline_memory.language import exact_values, phrases
from warmline_memory.language.statements import word_count as count
from warmline_memory.language.words import clip, squeezed
from warmline_memory.reading.calls import Changed, ToolCall
from warmline_memory.reading.record import PERSON, Record, Said
from warmline_memory.salience import Speaker, Statement, Turn, Weights
from warmline_schemas.memories import Outcome

SAME_QUESTION = 0.88
"""Two questions or offers of one speaker that are at least so alike are one, asked again with other values."""
QUESTION_WORDS, OFFER_WORDS = 14, 24
"""So many words of a question stand beside its answer, and of an offer: of two things that are offered both must be
there."""
OFFERED = 0.2
"""How likely a statement without a question offers something at least, if a short reply after it is to answer it."""
DECIMAL = re.compile(r"\d+\.\d+")


@dataclass(frozen=True, slots=True)
class _Question:
    """What a reply answers: its words as they stand beside the reply, the memory that asks or offers it, and how much
    it is needed."""

    text: str = ""
    memory_id: UUID | None = None
    keep: float = 0.0


NOTHING_ASKED = _Question()


def heard(record: Record, goal: str) -> list[Spoken]:
    """Every statement that was made, in order, with its weights; of what was said or asked again only the last time."""
    turns = [Turn(said.speaker, said.text) for said in record.said]
    weighed = salience.weigh(turns, record.used, goal)
    meanings = salience.vectors([one.text for one, _ in weighed])
    asked, replaced = _replies(record.said, weighed), _Replaced([*record.changed, *chain(*record.amended.values())])
    spoken: list[Spoken] = []
    for (one, weights), meaning in zip(weighed, meanings, strict=True):
        said = record.said[one.turn]
        question = asked.get((one.turn, one.start), NOTHING_ASKED)
        since = replaced.since(one.text, said.position)
        reply = Spoken(said, one, weights, meaning, question.text, question.memory_id, since)
        # What was offered or asked counts no less once it is answered.
        spoken.append(reply.needed(question.keep))
    # `Yes` to another question is something else.
    words = [(one.said.by, squeezed(one.statement.text), squeezed(one.asked)) for one in spoken]
    latest = {said: place for place, said in enumerate(words)}
    once = [place for place, said in enumerate(words) if latest[said] == place]
    again = _asked_again([spoken[place] for place in once])
    kept = [place for at, place in enumerate(once) if at not in again]
    calls = _as_told(record.calls, spoken)
    threaded = threads.threaded([spoken[place] for place in kept], calls)
    # What led to a change may have been said again later: who asks for the same twice gets it twice.
    settled = settling.settled([(one.said, one.statement.text, one.meaning) for one in spoken], calls)
    over = _with_their_threads(threaded, [settled[place] for place in kept], calls)
    answers = _answers(spoken)
    return [
        replace(
            one,
            # What a person did or found is told to whoever comes next, whatever a tool did later.
            is_settled=is_over and not one.outlasts and not one.said.by.startswith(PERSON),
            is_answered=_is_answered(one, record.said),
            answer=_beside(one, answers.get(one.statement.turn)),
        )
        for one, is_over in zip(threaded, over, strict=True)
    ]


def _beside(one: Spoken, answer: Spoken | None) -> Spoken | None:
    """The few words that go with a statement, where they are not the statement itself."""
    return None if answer is None or answer.statement is one.statement else answer


def _answers(spoken: Sequence[Spoken]) -> dict[int, Spoken]:
    """By message the few words of it that agree or decline. Where it opens with a yes and then declines something
    else, or the other way round, those that open it: `Yes, please do! I don't want the other one.`"""
    last = {one.statement.turn: one for one in spoken if one.is_answer}
    for before, one in pairwise(spoken):
        turn = one.statement.turn
        is_reply = one.is_answer and before.is_question and before.statement.turn == turn - 1
        if is_reply and one.agrees != last[turn].agrees:
            last[turn] = one
    return last


def weighed_alone(record: Record, places: Sequence[int], goal: str) -> dict[tuple[int, int], float]:
    """How much the statements of some messages are needed where nothing else was said, each by its message's place and
    its own in it."""
    turns = [Turn(record.said[place].speaker, record.said[place].text) for place in places]
    weighed = salience.weigh(turns, record.used, goal)
    return {(places[one.turn], one.start): weights.keep for one, weights in weighed}


def _with_their_threads(spoken: Sequence[Spoken], over: Sequence[bool], calls: Sequence[ToolCall]) -> list[bool]:
    """Which statements are settled, with those of which the customer said more, or something else, that was settled by
    the next change, to the same agent: `for four on Saturday` where a table for six was booked. What went on with a
    settled one is settled too where it has no number. A longer number is of something else."""
    made = [call.position for call in calls if settling.is_made(call)]
    settled = list(over)
    errands: dict[tuple[int, int, str | None], list[int]] = {}
    for at, one in enumerate(spoken):
        if one.thread >= 0 and one.said.speaker is Speaker.CUSTOMER:
            errand = (one.thread, bisect_right(made, one.said.position), one.said.memory.agent)
            errands.setdefault(errand, []).append(at)
    for places in errands.values():
        numbers = {at: frozenset(settling.NUMBER.findall(spoken[at].statement.text)) for at in places}
        first = next((at for at in places if settled[at]), None)
        ends = [at for at in places if settled[at] or (first is not None and at > first and not numbers[at])]
        known = frozenset[str]().union(*(numbers[at] for at in ends))
        for at in places[: bisect_right(places, ends[-1]) if ends else 0]:
            settled[at] |= all(SHORT_NUMBER.fullmatch(number) or number in known for number in numbers[at])
    return settled


def _is_answered(one: Spoken, said: Sequence[Said]) -> bool:
    """Whether it only asks, and the other side spoke next: the answer says what the question did."""
    after = one.statement.turn + 1
    asks = one.weights.question >= FILLER and one.thread < 0 and not one.asked
    return asks and after < len(said) and said[after].by != one.said.by


def _as_told(calls: Sequence[ToolCall], spoken: Sequence[Spoken]) -> list[ToolCall]:
    """The calls, where a change whose result says nothing was made if the agent spoke next and did not say otherwise.

    Nobody asks for it again then; the brief still says that its outcome is unknown.
    """
    places = [one.said.position for one in spoken]
    return [replace(one, outcome=Outcome.CONFIRMED) if _is_told(one, spoken, places) else one for one in calls]


def _is_told(call: ToolCall, spoken: Sequence[Spoken], places: Sequence[int]) -> bool:
    after = bisect_right(places, call.position)
    if call.outcome is not Outcome.UNKNOWN or not call.changes or not call.result or after == len(places):
        return False
    message = [one for one in spoken[after:] if one.said is spoken[after].said]
    return message[0].said.speaker is Speaker.AGENT and all(one.weights.refusal < ANSWER for one in message)


class _Replaced:
    """The values that tools were called with, and later with others; each is made ready once, for all statements."""

    def __init__(self, changed: Sequence[Changed]) -> None:
        self._changed = [(one, _as_said(one.old), _as_said(one.new)) for one in changed]
        self._moments = [(_moments(one.old), _moments(one.new)) for one in changed]

    def since(self, text: str, position: int) -> tuple[Changed, ...]:
        """Which changes that came after a text replaced a value that stands in it."""
        said, moments = phrases.folded(text), _moments(text) if any(old for old, _ in self._moments) else frozenset()
        return tuple(
            one
            for (one, old, new), (then, now) in zip(self._changed, self._moments, strict=True)
            if one.position > position
            and (_states(said, old, new) or (then & moments and not now & moments))
            and (not SHORT_NUMBER.fullmatch(old) or stems_of(one.name) & stems_of(text))
        )


def _states(said: str, old: str, new: str) -> bool:
    # Most values stand in no text: the search for a word of its own comes last.
    return old in said and phrases.holds(said, old) and not phrases.holds(said, new)


def _moments(text: str) -> frozenset[exact_values.Key]:
    """The days and times of day that a text states, however they are written."""
    values = exact_values.find(exact_values.plain(text))
    return frozenset(key for value in values if value.kind in ("date", "time") for key in value.keys)


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


def _replies(said: Sequence[Said], weighed: Sequence[tuple[Statement, Weights]]) -> dict[tuple[int, int], _Question]:
    """For each reply that says nothing alone and opens its message what it answers: the last question of the message
    before it, or else the last offer without a question mark."""
    asked: dict[int, tuple[Statement, Weights]] = {}
    offered: dict[int, tuple[Statement, Weights]] = {}
    first: dict[int, tuple[Statement, Weights]] = {}
    for statement, weights in weighed:
        if weights.question >= FILLER or statement.text.endswith(QUESTION_MARKS):
            asked[statement.turn] = statement, weights
        elif weights.offer >= OFFERED:
            offered[statement.turn] = statement, weights
        first.setdefault(statement.turn, (statement, weights))
    found = {}
    for turn, (reply, weights) in first.items():
        is_reply = turn > 0 and said[turn - 1].by != said[turn].by and asked.get(turn, (None,))[0] is not reply
        if not is_reply or not _is_bare(reply.text, weights):
            continue
        question, needed = asked.get(turn - 1) or offered.get(turn - 1) or (None, weights)
        # What sounds like small talk answers a question where it is all that was said, and an offer in its own words.
        is_alone = turn - 1 in asked and squeezed(reply.text) == squeezed(said[turn].text)
        if question and (weights.filler < FILLER or is_alone or stems_of(reply.text) & stems_of(question.text)):
            most = OFFER_WORDS if needed.offer >= FILLER or turn - 1 not in asked else QUESTION_WORDS
            text = clip(without_marks(question.text), most)
            found[turn, reply.start] = _Question(text, said[turn - 1].memory.id, needed.keep)
    return found


def _is_bare(reply: str, weights: Weights) -> bool:
    words = count(reply)
    return words <= BARE_ANSWER or (words <= SHORT_ANSWER and max(weights.consent, weights.refusal) >= ANSWER)
