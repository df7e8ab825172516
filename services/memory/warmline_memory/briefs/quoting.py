"""Quoting: which statements a brief quotes, by how much the receiver needs them, and as which lines."""

import operator
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo
from itertools import pairwise

from warmline_memory import salience
from warmline_memory.briefs import hearing, mentions, threads
from warmline_memory.briefs.drafts import Draft
from warmline_memory.briefs.spoken import ANSWER, BARE_ANSWER, FILLER, Spoken, stems_of, without_marks
from warmline_memory.language import dates
from warmline_memory.language.detecting import language_of
from warmline_memory.language.statements import goes_on
from warmline_memory.language.words import clip, clip_inside
from warmline_memory.reading.notes import section_of
from warmline_memory.reading.record import PERSON, Record
from warmline_memory.salience import Speaker, Statement
from warmline_schemas.briefs import BriefLine, Origin, SectionName

OPENING, UNWISHED = 3, 0.1
"""Of so many first statements one is taken for what is wanted where none is a wish; how much its weight counts then."""
STILL_OPEN = 0.3
"""What the customer said about a wish of an earlier session weighs so much at least while that is open."""
WISHES_ON = 0.2
"""How likely a statement wishes at least that is the last wish of its thread."""
TELLING = 0.1
"""A wish of less weight says nothing alone, and what stands beside it in its message has more."""
CARRIED = 0.3
"""What was said in an earlier session without an open wish outlasts it where it weighs so much at least."""
OVERTAKEN, SETTLED, ANSWERED = 0.5, 0.05, 0.8
"""What is left of the weight of words between a wish and what it was changed to, of what a change settled, and of a
question that has an answer."""
THEN_WORDS = 12
"""So many words of what a wish was changed to stand beside it, where they stand nowhere else in its section."""
REFUSED_WORDS = 6
"""So many words of the agent's refusal stand beside a wish that was changed to nothing else."""
LATEST, FEELING = 4, 0.7
"""A mood is one of so many last statements of the customer. Its heading needs more certainty than a weight: at a half,
one of eight sentences shows no feeling (docs/salience.md)."""
ASK_WORDS, BESIDE = 30, 0.2
"""The quotes of what is wanted have about so many words, and what stands there beside the wishes weighs so much at
least: other quotes tell more in as many words."""
TOLD, LENGTH = 0.2, 0.35
"""What a statement still weighs whose words are all told, and the power of its length by which its weight is divided;
chosen on recorded and written conversations."""
MOST_COMPARED = 120
"""So many of the heaviest statements are compared each time: time grows with their number for each that is taken."""
# How a sentence begins that says what to do if something happens, in the languages that briefs are written in. Among
# people who hand over to each other it is an instruction; a customer's "if" is seldom one, so it is not read there.
CONDITIONS = (
    *("if ", "wenn ", "si ", "s'il ", "indien ", "jeśli ", "если ", "eğer "),
    *("अगर ", "यदि ", "إذا ", "如果", "若", "もし", "만약"),
)
CONDITIONS_IN = {"se ": ("it", "pt"), "caso ": ("pt",), "falls ": ("de",), "als ": ("nl",)}
"""Those that begin other sentences elsewhere ("Se reinició el servidor", "Falls in latency"), with their languages."""
HEADED = (
    SectionName.DECIDED,
    SectionName.IF_THEN,
    SectionName.PROMISED,
    SectionName.NEXT_STEPS,
    SectionName.RULES,
    SectionName.OPEN_QUESTIONS,
)
"""The sections that people name before a colon: `Decision: …`, `Next: …`."""
MENTIONED_IN = {mentions.NAMED: SectionName.IDENTIFIERS, mentions.TRIED: SectionName.FAILED}
"""Where it stands who the customer is, and what was tried in vain."""
LINE_END, CUT, START = "\n", "…", operator.attrgetter("start")
STEP = 1e-6
"""The lines of a thread stand together: each has its place so much behind the one before it."""


def asks(spoken: Sequence[Spoken], since: int) -> list[Spoken]:
    """What is wanted: the wish that opens the part of the conversation which begins at this place, and the wishes of
    its last topic.

    A question that ends the conversation is wanted in any words, for nobody has answered it. Where nobody states a
    wish, it is the one of the first statements that is nearest to one, or that counts most.
    """
    theirs = [one for one in spoken if one.said.speaker is Speaker.CUSTOMER and one.said.position >= since]
    wishes = [one for one in theirs if one.is_wish or _is_left_open(one, spoken[-1])]
    if _open(wishes):
        wishes = _open(wishes)
    elif earlier := _open(one for one in spoken if one.is_wish):
        theirs, wishes = [one for one in spoken if one.said.speaker is Speaker.CUSTOMER], earlier
    opening = [one for one in theirs if not one.is_filler and one.weights.filler < FILLER]
    # Who they are is told elsewhere, and is not what they want.
    opening = [one for one in opening if one.mentions != mentions.NAMED] or opening
    if not wishes or (_open(opening[:1]) and not _open(wishes)):
        # Where all that surely was a wish was carried out, what opened the conversation in other words is still one.
        opening = _open(opening) or opening
        # What goes on with the first words answers a question about them.
        begun = [
            one
            for at, one in enumerate(opening)
            if one.thread < 0 or one.thread not in {other.thread for other in opening[:at]}
        ]
        worded = [one for one in begun[:OPENING] if one.is_worded] or opening[:1]
        told = [one for one in worded if one.words > BARE_ANSWER] or worded
        return sorted(told, key=lambda one: -max(one.weights.wish, one.weights.keep * UNWISHED))[:1]
    ends = (wishes[-1], wishes[0])
    replied = set(_replied(spoken))
    live = [one for one in theirs if one in ends or not (one.is_settled or _is_of(one, replied)) or one in wishes]
    last, first = ([one for one in live if one is wish or 0 <= one.thread == wish.thread] for wish in ends)
    beside = [_beside(one, theirs) for one in ends]
    # Anger alone is no wish, and passes.
    is_first = bool(opening) and opening[0].said.position < wishes[0].said.position
    begun = [one for one in opening[:is_first] if not one.is_settled and not _is_of(one, replied)]
    begins = [one for one in begun if one.weights.feeling < FEELING]
    # The latest wish, the opening one with the last wish that goes on with it, then the other words on what is spoken
    # of now, and what the conversation began with.
    wished = [one for one in first if one.changes or one.weights.wish >= WISHES_ON] or first
    more = [wished[-1], *filter(None, beside), *begins[:1], *reversed(last), *begins]
    return _within([*ends, *(one for one in more if one.weights.keep >= BESIDE)])


def with_open(spoken: Sequence[Spoken], since: int, starts: Sequence[int], record: Record, goal: str) -> list[Spoken]:
    """The statements, those of earlier sessions in which open wishes came up with the weight that they have where only
    these sessions are read: they lie far back, and the model takes them for what was over long ago. What the customer
    said there counts in any case."""
    sessions = open_sessions(spoken, since, starts)
    if sessions <= {len(starts)}:
        return list(spoken)
    read = [place for place, one in enumerate(record.said) if bisect_right(starts, one.position) in sessions]
    weighed = hearing.weighed_alone(record, read, goal) if len(read) < len(record.said) else {}
    is_earlier = {one for one in spoken if bisect_right(starts, one.said.position) in sessions - {len(starts)}}
    return [_as_when_open(one, weighed) if one in is_earlier and not one.is_settled else one for one in spoken]


def open_sessions(spoken: Sequence[Spoken], since: int, starts: Sequence[int]) -> set[int]:
    """The sessions, counted, in which an open wish came up."""
    return {bisect_right(starts, one.said.position) for one in asks(spoken, since) if not one.is_settled}


def _as_when_open(one: Spoken, weighed: Mapping[tuple[int, int], float]) -> Spoken:
    """A statement of an earlier session in which an open wish came up, with its weight among those sessions."""
    is_theirs = one.said.speaker is Speaker.CUSTOMER and one.is_worded and one.weights.filler < FILLER
    least = STILL_OPEN if is_theirs and not one.is_answered else 0.0
    return one.needed(max(least, weighed.get((one.statement.turn, one.statement.start), 0.0)))


def _open(wishes: Iterable[Spoken]) -> list[Spoken]:
    """The wishes that nothing settled."""
    return [one for one in wishes if not one.is_settled]


def _is_left_open(one: Spoken, last: Spoken) -> bool:
    """Whether it is a question in the message that ends the conversation."""
    return one.statement.turn == last.statement.turn and one.is_question and one.weights.filler < FILLER


def _replied(spoken: Sequence[Spoken]) -> Iterator[int]:
    """The messages that ask something and wish nothing, where the agent's next one tells something and the customer
    went on from there: what they wanted to know they know."""
    tells = {one.statement.turn for one in spoken if not one.is_question and not one.is_filler}
    refuses = {one.statement.turn for one in spoken if one.weights.refusal >= ANSWER}
    for one in spoken:
        turn = one.statement.turn
        goes_on = turn + 1 in tells and turn + 1 not in refuses and turn + 1 < spoken[-1].statement.turn
        if goes_on and one.weights.question >= FILLER and one.weights.wish < WISHES_ON and not one.changes:
            yield turn


def _is_of(one: Spoken, replied: Set[int]) -> bool:
    """Whether it is of a message that has its reply, and wishes nothing itself."""
    return one.statement.turn in replied and one.weights.wish < WISHES_ON and not one.changes


def _beside(wish: Spoken, theirs: Sequence[Spoken]) -> Spoken | None:
    """What its message says of a wish that says nothing alone: `Can you help me?` is about the words before it."""
    if wish.weights.keep >= TELLING:
        return None
    message = [one for one in theirs if one.statement.turn == wish.statement.turn and one is not wish]
    telling = [one for one in message if one.weights.keep >= TELLING and not one.is_settled]
    return max(telling, key=lambda one: one.weights.keep, default=None)


def outdone(spoken: Sequence[Spoken]) -> set[Spoken]:
    """What the customer wished before the wish of the same thread that was carried out: a quote of it would say
    otherwise than what was done."""
    last: dict[int, int] = {}
    for one in spoken:
        if one.is_settled and one.thread >= 0 and (one.changes or one.weights.wish >= WISHES_ON):
            last[one.thread] = one.statement.turn
    return {
        one
        for one in spoken
        if one.is_settled
        and one.said.speaker is Speaker.CUSTOMER
        and one.statement.turn < last.get(one.thread, 0)
        and not one.asked
    }


def without_carried(spoken: Sequence[Spoken], told: Collection[Spoken]) -> list[Spoken]:
    """Statements without the questions and offers that stand beside the replies to them, where all their words do."""
    quoted = (*spoken, *told, *(one.answer for one in (*spoken, *told) if one.answer))
    carried = {(one.asked_in, one.asked) for one in quoted if one.asked}
    return [one for one in spoken if (one.said.memory.id, one.plain) not in carried]


def _within(wanted: Sequence[Spoken]) -> list[Spoken]:
    """As many of the statements as there is room for what is wanted, those that come first first, in order."""
    kept: list[Spoken] = []
    for one in dict.fromkeys(wanted):
        if not kept or one.words <= ASK_WORDS - sum(other.words for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: (one.statement.turn, one.statement.start))


def passed(spoken: Sequence[Spoken], since: int, starts: Sequence[int]) -> set[Spoken]:
    """What was said in earlier sessions in which no open wish came up, and is over: what was carried out there stands
    among what was done, and little else outlasts the moment: `I will stay on the line.` What a person did stays."""
    sessions = open_sessions(spoken, since, starts) | {len(starts)}
    return {
        one
        for one in spoken
        if (one.is_settled or (one.weights.keep < CARRIED and not one.outlasts))
        and not one.said.by.startswith(PERSON)
        and bisect_right(starts, one.said.position) not in sessions
    }


def ending(spoken: Sequence[Spoken], since: int, starts: Sequence[int]) -> list[Spoken]:
    """Where the conversation stands: the last words of the customer that say something, and of the agent after them,
    which count however little they weigh where they answer a question. Of earlier sessions those of an open wish can be
    the last ones: all else there was settled, or was true for a moment."""
    sessions = open_sessions(spoken, since, starts) | {len(starts)}
    telling = [one for one in spoken if not one.is_filler and bisect_right(starts, one.said.position) in sessions]
    theirs = [one for one in telling if one.said.speaker is Speaker.CUSTOMER][-1:]
    is_asked = any(one.is_question for one in theirs)
    heard = [one for one in spoken if one.weights.filler < FILLER] if is_asked else telling
    after = [one for one in heard if not theirs or one.statement.turn > theirs[0].statement.turn]
    return [*theirs, *sorted(after, key=lambda one: (one.is_question, one.weights.keep))[-1:]]


def sure(spoken: Sequence[Spoken]) -> Iterable[tuple[SectionName, Spoken]]:
    """The statements that stand under a heading of their own, for the model is nearly sure of them."""
    for one in spoken:
        if one.mentions in MENTIONED_IN:
            yield MENTIONED_IN[one.mentions], one
            continue
        if one.weights.rule >= salience.MIND_FROM and one.weights.question < FILLER:
            yield SectionName.RULES, one
        elif one.weights.promise >= salience.PROMISED_FROM and one.said.speaker is Speaker.AGENT:
            yield SectionName.PROMISED, one


def among_people(spoken: Sequence[Spoken]) -> Iterable[tuple[SectionName, Spoken]]:
    """What people who hand over to each other decide, owe and foresee: statements that say so by how they begin."""
    for one in spoken:
        if one.weights.question >= FILLER:
            continue
        label, is_labelled, _ = one.plain.partition(":")
        section = section_of(label) if is_labelled else None
        if section in HEADED:
            yield section, one
        elif says_what_to_do_if(one.plain):
            yield SectionName.IF_THEN, one


def says_what_to_do_if(text: str) -> bool:
    """Whether a statement begins with a condition: `If the pump trips, …`."""
    begins = text.casefold()
    return begins.startswith(CONDITIONS) or any(
        begins.startswith(word) and language_of(text) in languages for word, languages in CONDITIONS_IN.items()
    )


def mood(spoken: Sequence[Spoken]) -> list[Spoken]:
    """The words of the customer that show a feeling, if it is among the last that they said: moods pass."""
    theirs = [one for one in spoken if one.said.speaker is Speaker.CUSTOMER]
    return [one for one in theirs[-LATEST:] if one.weights.feeling >= FEELING][-1:]


@dataclass(frozen=True, slots=True)
class Choice:
    """What can be quoted: statements, of which some go before all others, and what answers those that were answered."""

    spoken: Sequence[Spoken]
    first: Sequence[Spoken] = ()
    answers: Mapping[Spoken, Spoken] = field(default_factory=dict)

    def without(self, taken: Collection[Spoken]) -> "Choice":
        """What is left where some are quoted already."""
        shown = quoted_with(taken)
        answers = {one: answer for one, answer in self.answers.items() if answer.statement not in shown}
        return Choice([one for one in self.spoken if one.statement not in shown], self.first, answers)


def quoted_with(taken: Iterable[Spoken]) -> set[Statement]:
    """What is quoted where these statements are: they, and the few words that go with them."""
    return {other.statement for one in taken for other in (one, one.answer) if other}


def chosen(choice: Choice, room: int, known: Sequence[str] = ()) -> list[Spoken]:
    """The statements that the receiver needs most within so many words, in order.

    Each time the one is taken that weighs most, where what stands in lines or was taken already weighs less. A question
    that was answered comes with its answer or not at all: alone it seems to be open.
    """
    told = {stem for line in known for stem in stems_of(line)}
    first, answers = choice.first, choice.answers
    # Words and stems are counted once: a statement is compared anew for each one that is taken.
    order = sorted(choice.spoken, key=lambda one: (one not in first, -one.weights.keep))
    waiting = [(one, stems_of(one.statement.text), words) for one in order if (words := one.words) < room]
    near, later = waiting[:MOST_COMPARED], waiting[MOST_COMPARED:]
    taken: dict[Spoken, None] = {}
    while near:
        best = max(range(len(near)), key=lambda place: (near[place][0] in first, _need(*near[place], told)))
        one, stems, _ = near.pop(best)
        near += [later.pop(0)] if later else []
        both = [each for each in (one, answers.get(one)) if each and each not in taken]
        # A message has its speaker, and within it a sign for what was left out or for the end of a line.
        needed = sum(each.words + 1 for each in both)
        if needed <= room:
            room -= needed
            taken |= dict.fromkeys(both)
            told |= stems | stems_of(one.asked)
            fitting = [other for other in (*near, *later) if other[2] < room and other[0] not in taken]
            near, later = fitting[:MOST_COMPARED], fitting[MOST_COMPARED:]
    return sorted(taken, key=lambda one: (one.statement.turn, one.statement.start))


def answers(spoken: Sequence[Spoken]) -> dict[Spoken, Spoken]:
    """For each question that was answered what counts most of the message after it."""
    heaviest: dict[int, Spoken] = {}
    for one in spoken:
        before = heaviest.get(one.statement.turn)
        if before is None or one.weights.keep > before.weights.keep:
            heaviest[one.statement.turn] = one
    after = {one: heaviest.get(one.statement.turn + 1) for one in spoken if one.is_answered}
    return {one: answer for one, answer in after.items() if answer}


def _need(one: Spoken, stems: frozenset[str], words: int, told: set[str]) -> float:
    """How much a statement is needed: its weight, less where its words stand elsewhere, and a little less the longer it
    is, for several short ones say more than a long one."""
    news = len(stems - told) / len(stems) if stems else 1.0
    weight = one.weights.keep * (SETTLED if one.is_settled else OVERTAKEN if one.is_overtaken else 1.0)
    weight *= ANSWERED if one.is_answered else 1.0
    return float(weight * (TOLD + (1 - TOLD) * news) / max(words, 3) ** LENGTH)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The time zone in which `tomorrow` is read, and the days that nobody meant by such words."""

    zone: tzinfo
    not_meant: frozenset[date] = frozenset()

    def days(self, text: str, said_at: datetime, language: str | None) -> list[date]:
        """The days that a text means by words such as `tomorrow`."""
        moments = dates.resolved(text, said_at, self.zone, language)
        days = dict.fromkeys(at.date() if isinstance(at, datetime) else at for _, _, at in moments)
        return [day for day in days if day not in self.not_meant]


def calendar(spoken: Iterable[Spoken], zone: tzinfo) -> Calendar:
    """The calendar of a conversation. Who says `Saturday`, and then gives another day of the month for it, did not mean
    the next Saturday, nor does whoever says it later."""
    not_meant = set[date]()
    for one in spoken:
        theirs = [each for each in (one, one.then) if each and each.said.speaker is Speaker.CUSTOMER]
        given = threads.days_of_month(theirs[1]) if len(theirs) > 1 else frozenset[int]()
        if given and not threads.days_of_month(one):
            today = one.said.memory.event_time.astimezone(zone).date()
            not_meant.update(day for day in dates.coming_weekdays(one.plain, today) if day.day not in given)
    return Calendar(zone, frozenset(not_meant))


def in_full(line: BriefLine, calendar: Calendar) -> BriefLine:
    """A quote with its language, and with the dates that it means by words such as `tomorrow`."""
    if line.origin is not Origin.QUOTE or line.said_at is None:
        return line
    language = language_of(line.text)
    return line.model_copy(update={"language": language, "dates": calendar.days(line.text, line.said_at, language)})


def lines(section: SectionName, chosen: Sequence[Spoken]) -> list[Draft]:
    """Quotes as lines, a message each; what is left out within a message is marked. Those of one thread stand together,
    and one whose thread goes on elsewhere says how."""
    turns: dict[int, list[Spoken]] = {}
    for one in chosen:
        turns.setdefault(one.statement.turn, []).append(one)
    # The wish that was spoken of last is read last: what it overtook stands before it.
    begun = {one.thread: one.said.position - 0.5 for one in chosen} if section is SectionName.ASK else {}
    before: dict[int, Sequence[Spoken]] = {}
    drafts: list[Draft] = []
    messages = list(turns.values())
    said = {one.statement.text for one in chosen}
    for place, parts in enumerate(messages):
        thread = next((one.thread for one in reversed(parts) if one.thread >= 0), -1)
        draft = _line(section, parts, said, with_question=not _is_quoted(_opening(parts).asked, messages[:place]))
        if thread >= 0:
            goes_on = thread in begun and _goes_on(parts, before.get(thread, []))
            # What does not go on behind an arrow stands where it was said: an answer before its question misleads.
            at = begun.get(thread, draft.place - STEP) if goes_on or section is SectionName.ASK else draft.place - STEP
            begun[thread] = at + STEP
            draft = replace(draft, place=begun[thread], thread=thread, begins_row=not goes_on)
            before[thread] = parts
        drafts.append(draft)
    return drafts


def _goes_on(parts: Sequence[Spoken], before: Sequence[Spoken]) -> bool:
    """Whether a message stands behind an arrow after the one before it in its thread: the customer's words where they
    change what was wished or wish the like of it, and the agent's where they refuse it. What answers a question about
    it, or is wanted besides, has a row of its own."""
    if parts[0].said.speaker is Speaker.CUSTOMER:
        return any(one.changes or one.is_like_before for one in parts)
    return any(one.then for one in before)


def _opening(parts: Sequence[Spoken]) -> Spoken:
    """The statement with which the quoted words of a message begin, which may be the few that agree or decline."""
    return min((*parts, *(one.answer for one in parts if one.answer)), key=lambda one: one.statement.start)


def _is_quoted(question: str, messages: Sequence[Sequence[Spoken]]) -> bool:
    """Whether a question stands right before its answer already."""
    return bool(question and messages) and messages[-1][-1].plain.startswith(question.removesuffix(CUT))


def _text(parts: Sequence[Spoken]) -> str:
    """The words of a message that are quoted; what was left out between them is marked, and so is the end of a line,
    and a sentence that was cut."""
    answers = [one.answer.statement for one in parts if one.answer]
    statements = sorted({one.start: one for one in [*answers, *(one.statement for one in parts)]}.values(), key=START)
    said = parts[0].said.text
    text = without_marks(statements[0].text)
    for before, one in pairwise(statements):
        between = said[before.end : one.start]
        text += f" {CUT if between.strip() else '/' if LINE_END in between else ''} {without_marks(one.text)}"
    first, last = statements[0].start, statements[-1].end
    begins, ends = (CUT if goes_on(said[:at], said[at:]) else "" for at in (first, last))
    return f"{begins}{' '.join(text.split())}{ends}"


def _then(later: Spoken) -> str:
    """What became of a wish, in few words."""
    refuses = later.said.speaker is Speaker.AGENT
    shown = clip(later.plain, REFUSED_WORDS) if refuses else clip_inside(later.plain, THEN_WORDS)
    return f"→ “{shown}”"


def _line(section: SectionName, parts: Sequence[Spoken], said: Collection[str], *, with_question: bool) -> Draft:
    first, reply = parts[0], _opening(parts)
    question = [reply.asked_in] if reply.asked_in and with_question else []
    since = [change for one in parts for change in one.since]
    then = [one.then for one in parts if one.then and one.then.statement.text not in said]
    later = [*(change.shown for change in since), *map(_then, then)]
    # Whoever forgets what came later takes it out of this line too.
    beside = [*question, *(change.memory_id for change in since), *(one.said.memory.id for one in then)]
    line = BriefLine(
        text=_text(parts),
        memory_ids=list(dict.fromkeys([first.said.memory.id, *beside])),
        origin=Origin.QUOTE,
        speaker=first.said.by,
        said_at=first.said.memory.event_time,
        since=list(dict.fromkeys(later)),
        reply_to=reply.asked if reply.asked and with_question else None,
    )
    # Where room is short, what was settled gives way.
    weight = max(one.weights.keep * (SETTLED if one.is_settled else 1.0) for one in parts)
    return Draft(section, line, weight, first.said.position)
