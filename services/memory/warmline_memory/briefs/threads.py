"""Threads: which statements go on with an earlier wish of the customer, and which of them change it."""

import operator
import re
from bisect import bisect_left
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from itertools import count, takewhile

from warmline_memory import salience
from warmline_memory.briefs import settling
from warmline_memory.briefs.spoken import ANSWER, FILLER, SHORT_NUMBER, WISH, Spoken
from warmline_memory.briefs.wording import ENGLISH
from warmline_memory.language import dates, exact_values, phrases
from warmline_memory.language.detecting import language_of
from warmline_memory.language.words import label_of
from warmline_memory.reading.calls import IDENTIFYING, ToolCall, stated
from warmline_memory.salience import Speaker

CHANGES, REFUSED, WISH_AFTER = 0.5, 0.4, 0.2
"""How likely a statement changes a wish at least; how likely the agent's words before it say that it cannot be; and how
likely it then wishes or changes something."""
NO_WISH = 0.02
"""A statement that is less likely a wish than this is none, and nothing changes it: it tells something."""
GOES_ON = ((0.1, 0.0, 0.3), (0.0, 0.3, 0.45))
"""A statement goes on with what was wished where it changes, wishes, and is like an earlier one by at least so much.
These and the bounds above were chosen on recorded conversations whose changes are known; none were set aside."""
ALIKE = 0.35
"""How like an earlier wish a question is at least that asks for something else instead, after a refusal."""
UNLIKE = 0.2
"""A change that is less like a wish than this is hardly one of it, but of what the agent proposed."""
OTHER_VALUE = 0.3
"""What states another value of the same kind is so much likelier to be what a statement changes."""
NEAR, NEAREST = 12, 60
"""What goes on with an earlier statement follows within so many messages, and so many statements of the customer."""
LIKE_AFTER = 0.25
"""How like what was refused a statement is at least that is needed, and wishes nothing in its words."""
LIKE_WISH = 0.45
"""How like an earlier statement a wish is at least that changes it by another value alone."""
ASKS, ASKS_AGAIN = 0.8, 0.1
"""How surely a question asks for something that a wish lacks: `Anything else?` is likelier small talk than this."""
MOST_ARGUMENTS = 40
"""So many arguments of tools after a statement are looked for in it."""
# The words of the briefs' languages for "also" and "one more", and "and" where it opens a statement. They say that
# another value is of another thing: the model does not tell `and a manicure on Tuesday` from `then on Tuesday`. Another
# day or time is no other thing, and what only sounds like such a word (`too early`, the Japanese `demo`) counts not.
ADDS = re.compile(
    r"\A[¿¡]?(?:and|und|et|y|e|ed|en(?= (?:ik|dan|voor))|oraz|ve|и|और)\s"
    r"|\b(?:also|as well|in addition|additionally|too[.!]?\Z|(?:another|one more)(?! (?:day|date|time)))\b"
    r"|\b(?:auch|außerdem|zusätzlich|zudem|noch eine?[nmrs]?)\b"
    r"|\b(?:aussi|également|en plus|une? autre(?! (?:jour|date|heure)))\b"
    r"|\b(?:también|además|otr[oa](?! (?:día|fecha|hora)))\b"
    r"|\b(?:também|além disso|mais uma?|outr[oa](?! (?:dia|data|hora)))\b"
    r"|\b(?:anche|inoltre|un altro(?! giorno)|un['’]altra(?! (?:data|ora)))\b"
    r"|\b(?:ook|bovendien|daarnaast|nog een)\b"
    r"|\b(?:też|także|również|dodatkowo|jeszcze jed\w+)\b"
    r"|\b(?:ayrıca|bir de|bir tane daha)\b"
    r"|\b(?:также|тоже|кроме того|ещ[её] од\w+)\b"
    r"|أيض|كذلك|بالإضافة|(?<!\S)भी(?!\S)|साथ ही"
    r"|\Aあと|それから|ついでに|もう一|ほかに|(?<!で)も(?:予約|お願い|頼)|또한|추가로|그리고|하나 더|도 (?:예약|부탁)"
    r"|[还也](?:要|想|需)|另外|再(?:订|来|加|要)",
    re.I,
)
DATE, ARGUMENT, NAMED_BY = "date", ": ", "name behind "
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
LETTERS = re.compile(r"[^\W\d_]+|[^\s\w]")
SORTS = {"date": DATE, "ordinal": DATE, "day": DATE, "time": "time"}
"""The sorts of exact values that can stand in each other's place."""

Values = Mapping[str, frozenset[tuple[str, ...]]]
"""What a statement states of each kind of value, as keys to compare: days, times, arguments of a tool."""


def threaded(spoken: Sequence[Spoken], calls: Sequence[ToolCall]) -> list[Spoken]:
    """The statements with the threads of what the customer wishes: one goes on with the earlier one that is most like
    it, and where it is like none, a wish begins a thread."""
    threads = _Threads(spoken, calls)
    for place in range(len(spoken)):
        threads.read(place)
    return threads.found


def days_of_month(one: Spoken) -> frozenset[int]:
    """The days of a month that a statement gives in numbers."""
    values = exact_values.find(exact_values.plain(one.statement.text))
    keys = [key[-1] for value in values if SORTS.get(value.kind) == DATE for key in value.keys]
    return frozenset(int(key) for key in keys if key.isdecimal())


def _begins(one: Spoken) -> bool:
    """Whether a statement wishes for something; `Could you also book a train?` does, and sounds like a question."""
    return one.weights.wish >= WISH or (one.weights.wish >= WISH_AFTER and ADDS.search(one.plain) is not None)


def _is_wished(one: Spoken) -> bool:
    """Whether a statement may wish for something, or for something else, so that it can be changed."""
    return one.changes or one.weights.wish >= NO_WISH


@dataclass(frozen=True, slots=True)
class _Link:
    """How a statement hangs together with an earlier one: how like it is, and of what it states another value."""

    at: int
    likeness: float
    kinds: frozenset[str]


class _Threads:
    def __init__(self, spoken: Sequence[Spoken], calls: Sequence[ToolCall]) -> None:
        self.found = list(spoken)
        self._stated = _Stated(calls)
        self._made = [call.position for call in calls if settling.is_made(call)]
        self._theirs: deque[int] = deque(maxlen=NEAREST)
        self._threads = count()
        self._refusal: Spoken | None = None
        self._asked: list[int] = []
        self._heard: list[Spoken] = []
        theirs = (one.statement.text for one in spoken if one.said.speaker is Speaker.CUSTOMER)
        self._is_read = (language_of(" ".join(theirs)) or ENGLISH) in salience.LEARNED

    def read(self, place: int) -> None:
        """Find the thread of the statement at a place; those before it were read."""
        one = self.found[place]
        if one.said.speaker is not Speaker.CUSTOMER:
            self._hear(place, one)
            return
        link = self._link(one)
        # Where the model does not know the language only values tell what belongs together.
        link = link if link and (self._is_read or link.kinds) else None
        changes = link is not None and self._changes(place, link)
        link = (self._corrected(place, link) or self._proposal(one, link) or link) if link and changes else link
        # What answers a question, or is wanted besides, is no other word for what was wished.
        is_like = link is not None and (changes or self._goes_on(one, link))
        if not is_like:
            link = self._offer(one) or self._answered(place) or self._in_message(place)
        if link:
            # What a message says further has to do with the values of earlier ones where it went on with a wish.
            in_message = self.found[link.at].statement.turn == one.statement.turn
            if is_like or not in_message or _is_wished(self.found[link.at]):
                link = self._replaced(one, link)
            before = self.found[link.at].weights
            is_wished = max(before.wish, before.change) >= WISH_AFTER
            # What answers a question says more of the wish, and nothing else than it.
            is_more = self._is_asked(one.statement.turn - 1) and not changes and not one.is_question
            is_like_before = is_like and is_wished and not is_more and not ADDS.search(one.plain)
            self.found[place] = one = replace(one, is_like_before=is_like_before)
            self._join(place, link, changes=changes or bool(link.kinds))
        elif _begins(one) or (not self._theirs and not one.is_filler):
            # What opens the conversation is what is wanted, in whatever words.
            self.found[place] = replace(one, thread=next(self._threads))
        self._theirs.append(place)
        self._refusal = self._refusal if one.is_filler else None

    def _corrected(self, place: int, link: _Link) -> _Link | None:
        """The words before this statement in its message, where they answered a question and it corrects them: `In four
        years. Well, rather in five.`"""
        one, before = self.found[place], self.found[place - 1]
        if self._refusal or link.kinds or link.likeness >= UNLIKE or before.statement.turn != one.statement.turn:
            return None
        answers = not before.is_filler and self._is_asked(one.statement.turn - 1)
        return _Link(place - 1, 0.0, frozenset()) if place > 0 and answers else None

    def _proposal(self, one: Spoken, link: _Link) -> _Link | None:
        """The offer before this statement, where it changes that rather than anything that was wished."""
        turn = one.statement.turn - 1
        is_of_wish = self._refusal is not None and _is_wished(self.found[link.at])
        if is_of_wish or link.kinds or link.likeness >= UNLIKE:
            return None
        offers = [at for at in self._asked if self.found[at].weights.offer >= FILLER]
        here = [at for at in offers if self.found[at].statement.turn == turn]
        alike = [(float(self.found[at].meaning @ one.meaning), at) for at in here]
        likeness, at = max(alike, default=(0.0, -1))
        return _Link(at, likeness, frozenset()) if likeness > link.likeness else None

    def _goes_on(self, one: Spoken, link: _Link) -> bool:
        signs = (one.weights.change, one.weights.wish, link.likeness)
        adds = one.weights.change >= CHANGES
        return adds or any(all(map(operator.ge, signs, bounds)) for bounds in GOES_ON)

    def _in_message(self, place: int) -> _Link | None:
        """The statement before this one in its message, where this one tells more of what that one wishes."""
        one, before = self.found[place], self.found[place - 1]
        tells = one.weights.wish < WISH and one.weights.question < FILLER and not one.is_filler
        is_there = place > 0 and before.statement.turn == one.statement.turn and before.thread >= 0
        return _Link(place - 1, 0.0, frozenset()) if tells and is_there else None

    def _replaced(self, one: Spoken, link: _Link) -> _Link:
        """The newest statement of the thread that states another value of a kind, if any does and nothing was carried
        out since."""
        thread = self.found[link.at].thread
        for at in reversed(self._theirs if thread >= 0 and not link.kinds else ()):
            earlier = self.found[at]
            if one.statement.turn - earlier.statement.turn > NEAR or self._is_made_between(earlier, one):
                break
            others = self._others(one, earlier)
            if others and earlier.thread == thread and earlier.statement.turn < one.statement.turn:
                return replace(link, at=at, kinds=others)
        return link

    def _is_made_between(self, earlier: Spoken, later: Spoken) -> bool:
        """Whether something was carried out between two statements."""
        return bisect_left(self._made, earlier.said.position) < bisect_left(self._made, later.said.position)

    def _hear(self, place: int, one: Spoken) -> None:
        """Keep what of the agent's words the customer's next ones may answer."""
        # Who proposes something else says that what was wished cannot be had.
        refuses = one.weights.refusal >= REFUSED or one.weights.change >= CHANGES
        if refuses:
            self._decline(one)
        self._refusal = one if refuses else self._refusal if one.weights.filler < FILLER else None
        if not self._heard or self._heard[0].statement.turn < one.statement.turn:
            self._asked, self._heard = [], []
        self._heard.append(one)
        if one.is_question:
            self._asked.append(place)

    def _decline(self, refusal: Spoken) -> None:
        """Put the agent's refusal beside the wishes that it answers; what they are changed to later takes its place."""
        for at in reversed(self._theirs):
            wished = self.found[at]
            if wished.statement.turn != refusal.statement.turn - 1:
                return
            if (
                wished.is_worded
                and wished.then is None
                and max(wished.weights.wish, wished.weights.change) >= WISH_AFTER
            ):
                self.found[at] = replace(wished, then=refusal)

    def _offer(self, one: Spoken) -> _Link | None:
        """The offer or the request for a confirmation before this statement, where it states another value."""
        for at in self._asked:
            kinds = self._others(one, self.found[at])
            if kinds and self.found[at].statement.turn == one.statement.turn - 1:
                return _Link(at, 0.0, kinds)
        return None

    def _answered(self, place: int) -> _Link | None:
        """The wish that the agent asked about before this statement, where it answers that."""
        one = self.found[place]
        at, turn = self._wished_before(one.statement.turn), one.statement.turn
        if at < 0 or one.is_filler or self._is_made_between(self.found[at], one):
            return None
        wished = self.found[at]
        asked = [self.found[other] for other in self._asked if self.found[other].statement.turn == turn - 1]
        likeness = max((float(question.meaning @ wished.meaning) for question in asked), default=0.0)
        tells = one.weights.wish < WISH and one.weights.question < FILLER
        # `I would like one in Bergen` answers `Which city?`, though it is a wish in its words.
        is_answer = asked and (tells or likeness >= LIKE_WISH or self._is_asked(turn - 1))
        return _Link(at, likeness, frozenset()) if is_answer or self._makes_particular(place, wished) else None

    def _wished_before(self, turn: int) -> int:
        """The place of the last wish in the message before the one of this turn, where that one has just begun; or
        -1."""
        if not self._theirs or self.found[self._theirs[-1]].statement.turn != turn - 2:
            return -1
        message = takewhile(lambda at: self.found[at].statement.turn == turn - 2, reversed(self._theirs))
        return next((at for at in message if self.found[at].thread >= 0), -1)

    def _makes_particular(self, place: int, wished: Spoken) -> bool:
        """Whether a statement says the first particulars of a wish, which the agent took up with none of its own: `I
        need a place to stay` – `Sure, let me know which city` – `It is for two people in Bergen`."""
        one = self.found[place]
        if self._refusal or wished.weights.wish < WISH or not self._stated.by(one) or ADDS.search(one.plain):
            return False
        before = (self.found[at] for at in range(place - 1, -1, -1))
        exchange = takewhile(lambda other: other.statement.turn >= wished.statement.turn, before)
        return not any(map(self._stated.by, exchange))

    def _is_asked(self, turn: int) -> bool:
        """Whether the agent asked for something in this message, other than whether that was all."""
        asked = [self.found[place] for place in self._asked if self.found[place].statement.turn == turn]
        return any(one.weights.question >= ASKS and one.weights.filler < ASKS_AGAIN for one in asked)

    def _link(self, one: Spoken) -> _Link | None:
        """The earlier statement of the customer that this one goes on with if any. What was carried out in between is
        another errand, and who has the work now goes on with what was wished of the one before."""
        best, weight = None, 0.0
        for at in self._theirs:
            earlier = self.found[at]
            is_near = 0 < one.statement.turn - earlier.statement.turn <= NEAR
            if is_near and self._is_live(earlier, one) and not self._is_made_between(earlier, one):
                likeness = float(one.meaning @ earlier.meaning)
                others = self._others(one, earlier)
                known = float(self._refusal.meaning @ earlier.meaning) if self._refusal else 0.0
                total = likeness + known + (OTHER_VALUE if others else 0.0)
                if best is None or total > weight:
                    best, weight = _Link(at, likeness, others), total
        return best

    def _is_live(self, earlier: Spoken, one: Spoken) -> bool:
        """Whether an earlier statement is one of a wish, or says something to whom this one is said."""
        return earlier.thread >= 0 or (not earlier.is_filler and earlier.said.memory.agent == one.said.memory.agent)

    def _others(self, one: Spoken, earlier: Spoken) -> frozenset[str]:
        """The kinds of which both state values, no value is stated by both, and this one does not add to the others."""
        these, those = self._stated.by(one), self._stated.by(earlier)
        found = frozenset(kind for kind in these.keys() & those.keys() if not these[kind] & those[kind])
        # Two names behind the same word, `from Anaheim` and `from Sacramento`, take each other's place where a tool
        # was called with the later one.
        used = frozenset[tuple[str, ...]]().union(*(keys for kind, keys in these.items() if ARGUMENT in kind))
        found = frozenset(kind for kind in found if not kind.startswith(NAMED_BY) or these[kind] & used)
        return frozenset() if found and ADDS.search(one.plain) else found

    def _changes(self, place: int, link: _Link) -> bool:
        one = self.found[place]
        weights = one.weights
        # In words such as `also` another thing is wanted, not the same otherwise.
        if weights.change >= CHANGES and ADDS.search(one.plain) is None and self._can_change(one, link):
            return True
        if self._refusal and self._can_change(one, link):
            # "And its phone number?" after a refusal asks for something else; what it asks instead is like the wish.
            instead = weights.question < FILLER or link.likeness >= ALIKE
            return instead and (
                max(weights.wish, weights.change) >= WISH_AFTER
                or (weights.keep >= FILLER and link.likeness >= LIKE_AFTER)
                or link.likeness >= LIKE_WISH
            )
        # A tool that took both values says that they are of a kind.
        wishes = weights.wish >= WISH and (link.likeness >= LIKE_WISH or any(ARGUMENT in kind for kind in link.kinds))
        return bool(link.kinds) and (
            wishes or self._declines(place, link) or self._offer(one) is not None or self._is_chosen(one, link)
        )

    def _can_change(self, one: Spoken, link: _Link) -> bool:
        """Whether there is something that this statement may change: a wish or words like it, another value, or an
        offer right before it. `Two, but they are locked in` only sounds like a change of what was told before."""
        earlier = self.found[link.at]
        is_like_it = not earlier.asked and earlier.is_worded and link.likeness >= LIKE_WISH
        return _is_wished(earlier) or is_like_it or bool(link.kinds) or self._proposal(one, link) is not None

    def _is_chosen(self, one: Spoken, link: _Link) -> bool:
        """Whether a statement takes one of the values that the agent's message before it has beside the one that was
        wished: `Seven is taken, half past six or eight would be free.`"""
        new, old = self._stated.by(one), self._stated.by(self.found[link.at])
        told = [self._stated.by(other) for other in self._heard if other.statement.turn == one.statement.turn - 1]
        return any(
            all(any(said.get(kind, frozenset()) & values[kind] for said in told) for values in (new, old))
            for kind in link.kinds
        )

    def _declines(self, place: int, link: _Link) -> bool:
        """Whether the customer declines what the agent said, in this statement or before it in its message, and that
        was of such values: `No thanks. The concert on the 20th is off` declines no day."""
        turn = self.found[place].statement.turn
        message = takewhile(lambda one: one.statement.turn == turn, reversed(self.found[: place + 1]))
        told = [self._stated.by(other) for other in self._heard if other.statement.turn == turn - 1]
        is_of_them = any(kind in said for kind in link.kinds for said in told)
        return is_of_them and any(one.weights.refusal >= ANSWER for one in message)

    def _join(self, place: int, link: _Link, *, changes: bool) -> None:
        one, earlier = self.found[place], self.found[link.at]
        thread = earlier.thread if earlier.thread >= 0 else next(self._threads)
        self.found[link.at] = replace(earlier, thread=thread, then=one if changes else earlier.then)
        self.found[place] = replace(one, thread=thread, changes=changes)
        if changes:
            self._overtake(place, link, thread)
            self._refuse(place, link, thread)
            for at in self._theirs:
                before = self.found[at]
                if before.thread == thread and before.changes and before.then is None and before is not one:
                    self.found[at] = replace(before, then=self.found[place])

    def _refuse(self, place: int, link: _Link, thread: int) -> None:
        """Give the thread to all wishes of a message that was refused: the next one takes the place of them all."""
        turn = self.found[link.at].statement.turn
        for at in self._theirs if self._refusal else ():
            refused = self.found[at]
            if refused.statement.turn == turn and max(refused.weights.wish, refused.weights.change) >= WISH_AFTER:
                self.found[at] = replace(refused, thread=thread, then=self.found[place])

    def _overtake(self, place: int, link: _Link, thread: int) -> None:
        """Mark what the agent said to a wish that is changed here. What refused it, or repeated the value that is
        replaced, belongs to the thread."""
        one, old = self.found[place], self._stated.by(self.found[link.at])
        refused = self._refusal.statement.turn if self._refusal else -1
        last = self._made[: bisect_left(self._made, self.found[place].said.position)]
        for at in range(place - 1, -1, -1):
            agents = self.found[at]
            if one.statement.turn - agents.statement.turn > NEAR or (last and agents.said.position < last[-1]):
                return
            if agents.said.speaker is Speaker.AGENT and agents.then is None:
                there = self._stated.by(agents)
                past = any(there.get(kind, set()) & old[kind] for kind in link.kinds)
                if past or agents.statement.turn == refused:
                    self.found[at] = replace(agents, is_overtaken=True, thread=thread, then=one)
                elif at > link.at:
                    self.found[at] = replace(agents, is_overtaken=True)


class _Stated:
    """The values that statements state, each statement read once."""

    def __init__(self, calls: Sequence[ToolCall]) -> None:
        given = [
            (call.position, f"{call.name}{ARGUMENT}{name}", phrases.folded(value))
            for call in calls
            for name, value in stated(call.arguments)
            if not IDENTIFYING.search(label_of(name)) and not SHORT_NUMBER.fullmatch(value)
        ]
        self._places = [position for position, _, _ in given]
        self._given = given
        self._read: dict[int, Values] = {}

    def by(self, one: Spoken) -> Values:
        key = id(one.statement)
        if key not in self._read:
            self._read[key] = self._values(one)
        return self._read[key]

    def _values(self, one: Spoken) -> Values:
        found: dict[str, set[tuple[str, ...]]] = {}
        for kind, key in (*_exact(one), *_names(one.statement.text), *self._arguments(one)):
            found.setdefault(kind, set()).add(key)
        return {kind: frozenset(keys) for kind, keys in found.items()}

    def _arguments(self, one: Spoken) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Values that tools were called with about when they were said."""
        said = phrases.folded(one.statement.text)
        start = bisect_left(self._places, one.said.position - NEAR)
        for position, kind, value in self._given[start : start + MOST_ARGUMENTS]:
            if position > one.said.position + NEAR:
                return
            if value in said and phrases.holds(said, value):
                yield kind, (value,)


def _exact(one: Spoken) -> Iterator[tuple[str, tuple[str, ...]]]:
    text = exact_values.plain(one.statement.text)
    # A birthday takes the place of no other day.
    is_long_ago = any(int(year) < one.said.memory.event_time.year - 1 for year in YEAR.findall(text))
    for value in exact_values.find(text):
        # Two counts or amounts of one unit are mostly of different things: a price of a room, and one of a meal.
        kind = SORTS.get(value.kind, "")
        kind = "" if kind == DATE and is_long_ago else kind
        for key in value.keys if kind else ():
            yield kind, key[-1:] if kind == DATE else key
    for _, _, day in dates.resolved(text, one.said.memory.event_time, UTC) if not is_long_ago else ():
        yield DATE, (str(day.day),)


def _names(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The names of a text, each with the word before it, in any script that has capitals."""
    before: str = ""
    name: list[str] = []
    for word in [*LETTERS.findall(text), ""]:
        if word[:1].isupper():
            name.append(word)
            continue
        if before and name:
            yield NAMED_BY + before, (phrases.folded(" ".join(name)),)
        before, name = word if word.islower() else "", []
