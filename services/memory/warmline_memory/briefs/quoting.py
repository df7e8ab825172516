"""Quoting: which statements a brief quotes, by how much the receiver needs them, and as which lines."""

import operator
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from itertools import pairwise

from warmline_memory import salience
from warmline_memory.briefs.drafts import Draft
from warmline_memory.briefs.hearing import QUESTION_WORDS
from warmline_memory.briefs.spoken import FILLER, Spoken, stems_of, without_marks
from warmline_memory.language import dates
from warmline_memory.language.detecting import language_of
from warmline_memory.language.words import clip
from warmline_memory.salience import Speaker
from warmline_schemas.briefs import BriefLine, Origin, SectionName

OPENING, UNWISHED = 3, 0.1
"""Of so many first statements one is taken for what is wanted where none is a wish; how much its weight counts then."""
OVERTAKEN, SETTLED, ANSWERED = 0.5, 0.05, 0.8
"""What is left of the weight of words between a wish and what it was changed to, of what a change settled, and of a
question that has an answer."""
THEN_WORDS = 12
"""So many words of what a wish was changed to stand beside it, where they stand nowhere else in its section."""
LATEST, FEELING = 4, 0.7
"""A mood is one of so many last statements of the customer. Its heading needs more certainty than a weight: at a half,
one of eight sentences shows no feeling (docs/salience.md)."""
ASK_WORDS = 45
"""The quotes of what is wanted have about so many words."""
TOLD, LENGTH = 0.2, 0.25
"""What a statement still weighs whose words are all told, and the power of its length by which its weight is divided;
chosen on recorded conversations."""
MOST_COMPARED = 120
"""So many of the heaviest statements are compared each time: time grows with their number for each that is taken."""
LINE_END, START = "\n", operator.attrgetter("start")
STEP = 1e-6
"""The lines of a thread stand together: each has its place so much behind the one before it."""


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
    live = [one for one in theirs if not one.is_settled or one in wishes]
    last = [one for one in live if one.thread == wishes[-1].thread]
    # The latest wish, the opening one with the last word on it, then the other words on what is spoken of now.
    first = [one for one in live if one.thread == wishes[0].thread]
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
