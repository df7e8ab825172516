"""Clauses: what the record says of one clause of an account.

A clause is supported where a passage says it in its words or by its meaning, states all of its exact values with their
units in the same relation, denies what it denies, and is of somebody who can say so; and where nothing newer says
otherwise.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from warmline_memory.briefs.accounts import polarity, stances
from warmline_memory.briefs.accounts.evidence import RUN_FAILED, RUN_PASSED, Passage, Record, asks
from warmline_memory.briefs.accounts.places import Wanted, together
from warmline_memory.briefs.accounts.polarity import (
    REPORTING,
    clauses_of,
    denials,
    denials_in,
    denies,
    stems,
)
from warmline_memory.language import exact_values, phrases
from warmline_memory.language.exact_values import Exact
from warmline_memory.language.words import word_set
from warmline_memory.salience import Vectors, vectors
from warmline_schemas.accounts import AccountEntry
from warmline_schemas.briefs import SectionName, Support
from warmline_schemas.memories import Outcome

# Who an account's writer is to itself: the agent, and `we` in the languages that briefs are tested in. `I` may be left
# over from a customer's words.
OURS = word_set("we we've we'll agent wir nous nosotros noi nós wij vi мы biz نحن हम")


# Who says it, in the way in which English accounts mostly begin: that somebody said something claims no deed.
REPORTED_BY = re.compile(
    r"^\W*(?:the )?(?:agent|customer|user|we|they|he|she)(?: was| were)? (?:said|says|told|wrote)"
    r"(?: the customer| them)?(?: that|:|,)?\s",
    re.I,
)


class _Examples:
    """Sentences that what is alike in meaning is known by, in whatever language it is written."""

    def __init__(self, *texts: str) -> None:
        self._texts = texts

    @cached_property
    def _meanings(self) -> Vectors:
        return vectors(self._texts)

    def likeness(self, meaning: Vectors) -> float:
        """The cosine of the nearest of them."""
        return float((self._meanings @ meaning).max())


REPORTS = _Examples(
    "The customer said", "The customer wrote", "The agent said that", "We told the customer", "From the customer",
    "The user asks", "The customer", "We asked the customer", "Customer", "Agent", "Note",
)  # fmt: skip
RUNS = _Examples(
    "All tests pass", "The test suite is green", "Tests fail", "The tests were successful", "The build succeeded"
)
WISHES = {
    SectionName.ASK, SectionName.OPEN_QUESTIONS, SectionName.NEXT_STEPS, SectionName.IF_THEN,
    SectionName.EXPECTED_OUTCOME, SectionName.RULES,
}  # fmt: skip
"""Sections that tell what shall be or is asked. What stands there claims no deed and no promise."""
# The numbers below were chosen on bench/accounts, of which half of the conversations were set aside.
ALIKE, REPORTED = 0.68, 0.8
SURE, LIKELY, CLAIMED, LEAST_CLAIM = 0.9, 0.5, 0.35, 0.2
"""From CLAIMED on a clause is held to what it may claim, from LIKELY on a passage is taken to say it."""
SAME, NEAR, FAR = 0.62, 0.42, 0.25
"""Cosines between a clause and a passage: says the same; says the same if half of the words are there; is about it."""
ABOUT = 0.15
"""Passages whose scores differ by less are about as near."""
BESIDE = 2
"""So many turns before and behind a passage belong to its exchange."""
MOST_REPORTING_WORDS = 6


@dataclass(frozen=True)
class Found:
    """What was found of one clause: the passages that say it, or the one that says otherwise."""

    support: Support
    passages: tuple[Passage, ...] = ()
    is_near: bool = False
    """Of a clause that is not supported: whether these passages speak of the same, which proves nothing."""


UNKNOWN = Found(Support.UNSUPPORTED)


def is_in(value: Exact, record: Record) -> bool:
    bare = re.sub(r"[\W_]", "", value.text.casefold())
    return bool(value.keys & record.keys) or (len(bare) >= 4 and record.has_written(bare))


def is_of_us(text: str) -> bool:
    return bool(OURS & set(text.casefold().removeprefix("the ").split()[:1]))


def _cannot_say(passage: Passage, text: str) -> bool:
    """Whether a customer said a passage, and a text tells what our side did, or as done what the customer only wishes:
    both are worded alike, `refund it` and `refunded it`."""
    if passage.is_ours:
        return False
    about = stems(text)
    part = max(clauses_of(passage.text), key=lambda clause: len(stems(clause) & about), default="")
    theirs, ours = stances.of(vectors([part, text]))
    told_as_done = ours[stances.DONE] >= max(LEAST_CLAIM, theirs[stances.DONE])
    by_us = is_of_us(text)
    more = theirs[stances.WISH] - ours[stances.WISH]
    wishes = theirs[stances.WISH] >= LIKELY or more >= LEAST_CLAIM / 2
    return bool((told_as_done and more >= LEAST_CLAIM) or (by_us and wishes))


class Subject:
    """What a whole sentence names: a clause of it is not about anything else."""

    def __init__(self, sentence: str, about: str, record: Record) -> None:
        # `User` is a word of reporting, unless there is a tool such as `get_user_details`.
        self.sentence = sentence
        self.stems = stems(f"{about} {sentence}") - (REPORTING - record.stems_of_tools)
        self.values = exact_values.find(sentence)
        self._rows = record.rows
        self._named = self.stems & record.stems_of_rows

    def is_of_another(self, said: Passage) -> bool:
        """Whether the sentence names a record of a result, and what somebody said without naming it (`their number is
        …`) has the values of another one."""
        if self._named <= said.stems:
            return False
        values = [value for value in self.values if is_held(value, self._rows)]
        rows = [row for row in self._rows if self._named <= row.stems]
        return bool(values) and not any(all(is_held(value, [row]) for value in values) for row in rows)

    def is_of_another_row(self, passages: tuple[Passage, ...]) -> bool:
        """Whether the sentence names a whole value of a record of a result, and those that are to support it have it
        not: `Blue Harbour Inn` is not `Harbour Inn`, though all words of the one are in the other."""
        rows = [one for one in passages if one.is_row]
        own = {field for row in rows for field in _fields_of(row)}
        named = [field for field in own if phrases.holds(self._plain, field)]
        strange = self._whole_values - own
        return bool(rows) and any(not any(phrases.holds(mine, other) for mine in named) for other in strange)

    @cached_property
    def _plain(self) -> str:
        return " ".join(self.sentence.casefold().split())

    @cached_property
    def _whole_values(self) -> frozenset[str]:
        """The values of records, of words alone, that the sentence has."""
        held = {field for row in self._rows for field in _fields_of(row)}
        return frozenset(field for field in held if phrases.holds(self._plain, field))


class Clause:
    """One clause, the passages that are about it, and how near these are."""

    def __init__(self, text: str, entry: AccountEntry, record: Record, subject: "Subject") -> None:
        self.text, self.entry, self.record, self.subject = text, entry, record, subject
        self.near: tuple[Passage, ...] = ()
        self.values = exact_values.find(text)
        self.keys = frozenset(key for value in self.values for key in value.keys)
        self.stems = frozenset(stem for stem in stems(text) - REPORTING if not denies(stem))
        numbers = record.near(self.stems, self.keys, entry.turns)
        self.passages = [record.passages[number] for number in numbers]
        self.meaning = vectors([text])[0]
        self.cosines = record.meanings(numbers) @ self.meaning
        self.stances = record.stances(numbers)
        self.claims = stances.of(self.meaning[None])[0]
        self.denies = denies(text)
        self.is_of_a_flag = bool(re.search(r"\b(?:true|false)\b", text, re.I))
        self.shared = np.array([len(self.stems & one.stems) / max(1, len(self.stems)) for one in self.passages])
        same = [len(self.keys & one.keys) / max(1, len(self.values)) for one in self.passages]
        cited = [0.05 * (one.memory.id in set(entry.turns)) for one in self.passages]
        self.scores = self.cosines + 0.5 * self.shared + 0.3 * np.array(same) + np.array(cited)
        self.order: list[int] = np.argsort(-self.scores, kind="stable").tolist()
        self.is_of_runs = RUNS.likeness(self.meaning) >= ALIKE

    @property
    def only_reports(self) -> bool:
        """Whether the clause says no more than that somebody speaks."""
        if self.values or (self.denies and self.entry.section is not SectionName.FAILED):
            return False
        # English says it with words of reporting alone; in other languages it means what one of the examples does.
        is_english = any(word[:5] in REPORTING for word in self.text.casefold().split())
        is_short = len(self.text.split()) <= MOST_REPORTING_WORDS and not self.denies
        return not self.stems or (is_short and not is_english and REPORTS.likeness(self.meaning) >= REPORTED)

    def checked(self) -> Found:
        """What the record says of the clause."""
        found = self._checked()
        if self.near and found.support is not Support.SUPPORTED:
            return Found(Support.UNSUPPORTED, self.near, is_near=True)
        return found

    def _checked(self) -> Found:
        against = self._outdated() or self._other_value()
        if against is not None:
            return Found(Support.CONTRADICTED, (against,))
        if not all(map(self._is_stated, self.values)) or self._has_unknown_name() or self._is_turned_round():
            return UNKNOWN
        for number in () if self._is_told_as_outcome else self.order:
            if self._is_read_from(number) and (found := self._supported(number)) is not UNKNOWN:
                return found
        failed = self._claims_failure()
        if failed or self._claims_deed():
            found = self._deed(stances.FAILED if failed else stances.DONE)
            if self._is_told_as_outcome or not failed or found is not UNKNOWN:
                return found
        return self._said()

    # What the clause claims.

    @property
    def _is_told_as_outcome(self) -> bool:
        return self.entry.section in (SectionName.DONE, SectionName.FAILED) or self.entry.outcome is not None

    def _claims(self, stance: int, least: float) -> bool:
        # `Smoking allowed: False` is a value and no failure.
        return self.entry.section not in WISHES and not self.is_of_a_flag and bool(self.claims[stance] >= least)

    def _claims_failure(self) -> bool:
        if self.entry.section is SectionName.FAILED or self.entry.outcome is Outcome.FAILED:
            return True
        if RUN_PASSED.search(self.text) and not RUN_FAILED.search(self.text):
            return False
        return self._claims(stances.FAILED, SURE if self.entry.section is SectionName.DONE else LIKELY)

    def _claims_deed(self) -> bool:
        told = self.entry.section is SectionName.DONE or self.entry.outcome is Outcome.CONFIRMED
        least = LEAST_CLAIM if is_of_us(self.text) else CLAIMED
        return told or (self.is_of_runs and not self._claims(stances.FAILED, 0.2)) or self._claims(stances.DONE, least)

    def _claims_promise(self) -> bool:
        return self.entry.section is SectionName.PROMISED or self._claims(stances.PROMISE, LIKELY)

    # Its exact values and names.

    def _holders(self, value: Exact) -> list[int]:
        """The passages that state a value in its unit, the nearest first."""
        numbers = [number for number in self.order if any(one.means(value) for one in self.passages[number].values)]
        if not numbers and value.is_identifier and is_in(value, self.record):
            return self.order[:1]
        return numbers

    def _is_stated(self, value: Exact) -> bool:
        """Whether a passage states a value. A unit that none has beside it must at least be one that the record speaks
        of, and no passage may have another one beside it."""
        holders = self._holders(value)
        if not value.unit:
            return bool(holders)
        beside = {one.unit for number in holders for one in self.passages[number].values if one.means(value)}
        others = {one.unit for passage in self.passages for one in passage.values if one.keys & value.keys and one.unit}
        return value.unit in beside or (bool(beside) and not others and value.unit in self.record.units)

    def _outdated(self) -> Passage | None:
        """The passage that replaced a value of the clause, which is told as if it still held."""
        return next((self.record.outdated[key] for key in self.keys if key in self.record.outdated), None)

    def _other_value(self) -> Passage | None:
        """The passage that states another value in the place of one of the clause's."""
        for value in self.values:
            holders = self._holders(value)
            least = self.scores[holders[0]] + 0.55 if holders else 0.0
            for number in self.order[:3]:
                held = [one for one in self.passages[number].values if one.kind == value.kind]
                others = any(not any(one.means(mine) for mine in self.values) for one in held)
                same = self.cosines[number] >= SAME and self.shared[number] >= 0.4
                if others and same and self.scores[number] > least and number not in holders:
                    return self.passages[number]
        return None

    def _has_unknown_name(self) -> bool:
        """Whether the clause has a name that stands nowhere in the record: a word that begins with a capital inside of
        a sentence, in a text where few words do."""
        if self.is_of_runs:
            return False
        words = re.findall(r"[^\W\d_]+", self.text)
        # Whether months and weekdays are right is asked of them as values.
        inner = [word for word in words[1:] if word[0].isupper() and word.casefold() not in exact_values.CALENDAR]
        known = self.record.words
        strange = any(not {word.casefold(), word.casefold().rstrip("s")} & known for word in inner)
        return strange and len(inner) <= 0.5 * len(words)

    # Who says it.

    def _deed(self, wanted: int) -> Found:
        """A deed or a failure: the newest call about the same thing decides, and else the newest word of our side."""
        call, word = self._newest(self._calls_about()), self._newest(self._words_about())
        for number in self.order[:3]:
            repeated = self._is_repeated_by(number) and not self._denied_by(number) and self._can_tell_a_deed(number)
            found = self._supported(number) if repeated and (call is None or self._ends(call) == wanted) else UNKNOWN
            if found is not UNKNOWN:
                return found
        if call is not None and self._ends(call) == wanted:
            thought = (
                wanted == stances.DONE and not self.denies and denials_in(self.passages[call].text, self.stems) == 1
            )
            return UNKNOWN if thought else self._supported(call)
        if (
            word is not None
            and self._ends(word) == wanted
            and not (self._is_repeated_by(word) and self._denied_by(word))
        ):
            # A call that ended otherwise, and somebody's word that it is done: who knows.
            return self._supported(word) if call is None else UNKNOWN
        if call is None or (wanted == stances.FAILED and self._was_found_by(call)):
            return UNKNOWN
        return Found(Support.CONTRADICTED, (self.passages[call],))

    def _was_found_by(self, number: int) -> bool:
        """Whether a call gave back half of the clause's words: that a lookup went well does not deny what it found."""
        found = self.passages[number].text.partition(": ")[2] if self.passages[number].is_row else ""
        return 2 * len(self.stems & stems(found)) >= max(1, len(self.stems))

    def _newest(self, about: Iterable[int]) -> int | None:
        """The newest of the passages that are about as near as the nearest, and tell how something ended."""
        ended = [number for number in about if self._ends(number) is not None]
        near = [number for number in ended if self.scores[number] >= self.scores[ended[0]] - ABOUT]
        return max(near, key=lambda number: self.passages[number].place, default=None)

    def _calls_about(self) -> Iterable[int]:
        for number in self.order:
            if self.passages[number].action is None:
                continue
            cosine, shared = self.cosines[number], self.shared[number]
            about = cosine >= NEAR or (cosine >= 0.33 and shared >= 0.4) or (cosine >= 0.15 and shared >= 0.65)
            if self.passages[number].is_a_run if self.is_of_runs else about:
                yield number

    def _words_about(self) -> Iterable[int]:
        """What somebody who can tell it said of how something ended."""
        for number in self.order:
            passage = self.passages[number]
            near = (
                (self.cosines[number] >= SAME or self.shared[number] >= (0.2 if self.cosines[number] >= NEAR else 0.5))
                if passage.is_ours
                else self.cosines[number] >= SAME
            )
            if passage.action is None and near and self._can_tell_a_deed(number):
                parts = stances.of(vectors(clauses_of(passage.text)))[:, [stances.DONE, stances.FAILED]]
                ended = self.stances[number][[stances.DONE, stances.FAILED]]
                if ended.max() >= CLAIMED or parts.max(initial=0.0) >= LIKELY or passage.memory.kind == "done":
                    yield number

    def _can_tell_a_deed(self, number: int) -> bool:
        """Whether who says a passage knows what was done: our side of all, customers of what they did themselves."""
        passage = self.passages[number]
        return passage.is_ours or not (self._is_told_as_outcome or _cannot_say(passage, self.text))

    def _ends(self, number: int) -> int | None:
        """Whether a passage tells of success or of failure."""
        passage = self.passages[number]
        if passage.action is not None:
            ends = {Outcome.CONFIRMED: stances.DONE, Outcome.FAILED: stances.FAILED}
            return ends.get(passage.outcome or Outcome.UNKNOWN)
        failed, done = self.stances[number][stances.FAILED], self.stances[number][stances.DONE]
        return stances.FAILED if failed > done or denies(passage.text) else stances.DONE

    def _said(self) -> Found:
        """Anything else: somebody says it who can, and nobody denies it later."""
        saying = [number for number in self.order[:8] if self._is_said_by(number)]
        for number in saying:
            if self._denied_by(number):
                if self._is_denial_sure(number):
                    return Found(Support.CONTRADICTED, (self.passages[number],))
                continue
            later = [one for one in saying if self.passages[one].place > self.passages[number].place]
            if any(self._denied_by(one) and self.scores[one] >= self.scores[number] - ABOUT for one in later):
                continue
            if (found := self._supported(number)) is not UNKNOWN:
                return found
        return UNKNOWN

    def _is_said_by(self, number: int) -> bool:
        passage = self.passages[number]
        if self.entry.section not in WISHES and _cannot_say(passage, self.text):
            return False
        if self.entry.section is SectionName.NEXT_STEPS and not self._is_to_come(number):
            return False
        if self._is_repeated_by(number):
            return passage.is_ours or self.entry.section is not SectionName.PROMISED
        promises = passage.memory.kind == "promise" or self.stances[number][stances.PROMISE] >= CLAIMED
        return self._says(number) and (not self._claims_promise() or (passage.is_ours and bool(promises)))

    def _is_to_come(self, number: int) -> bool:
        """Whether somebody wishes or promises what a passage says; a next step that nobody did is its writer's idea."""
        return bool(self.stances[number][[stances.WISH, stances.PROMISE]].max() >= CLAIMED)

    def _is_read_from(self, number: int) -> bool:
        """Whether one record of a result states all that the clause does. Little words such as `for` may be its own."""
        row = self.passages[number]
        words = {stem for stem in self.stems if len(stem) > 3 or stem in self.record.stems_of_rows}
        if not row.is_row or len(words) + len(self.values) < 2 or not words <= row.stems:
            return False
        fields = [part for part in row.text.split("; ") if 2 * len(stems(part) & self.stems) >= len(stems(part))]
        same = max(map(denials, fields), default=0) == denials(self.text)
        return same and all(is_held(value, [row]) for value in self.values)

    def _says(self, number: int) -> bool:
        cosine, shared = self.cosines[number], self.shared[number]
        holds = bool(self.values) and all(value.keys & self.passages[number].keys for value in self.values)
        return bool(
            cosine >= SAME
            or (shared >= 0.8 and len(self.stems) > 1)
            or (cosine >= NEAR and shared >= 0.3)
            or (holds and (shared >= 0.4 or (cosine >= FAR and not self._claims_promise())))
        )

    def _is_repeated_by(self, number: int) -> bool:
        """Whether a passage says it word for word, as a statement where the clause is one."""
        # One word alone, such as `PIN`, does not say what is said of it, unless it is all that is said, or opens it.
        passage = self.passages[number]
        opens = stems(passage.text.split()[0]) == self.stems or passage.stems - REPORTING == self.stems
        least = SAME if len(self.stems) < 2 and not opens else -1.0
        same = (self.shared[number] >= 0.9 and self.cosines[number] >= least) or self.cosines[number] >= 0.85
        return bool(same) and (asks(self.text) or not self.passages[number].asks)

    def _denied_by(self, number: int) -> bool:
        return denials_in(self.passages[number].text, stems(self.text)) != denials(self.text)

    def _is_denial_sure(self, number: int) -> bool:
        """Whether a passage that denies a clause is so near to it that it says otherwise."""
        near = self.cosines[number] >= SAME and self.shared[number] >= 0.6
        return bool(near) and self.entry.section not in WISHES and not self.passages[number].asks

    # Whether it is the same relation.

    def _supported(self, number: int) -> Found:
        """Supported by a passage, and by those of its exchange with the values that it does not state."""
        numbers = [number]
        for value in self.values:
            holders = [one for one in self._holders(value) if one in numbers or self._belongs(one, numbers, value)]
            if not holders:
                return UNKNOWN
            if not set(holders) & set(numbers):
                numbers.append(holders[0])
        passages = tuple(self.passages[one] for one in numbers)
        if self._is_of_another(passages) or self._is_denied_elsewhere(passages):
            return UNKNOWN
        others = (self.passages[one] for one in self.order if one not in numbers)
        other = self._is_of_an_older_run(passages) or self.subject.is_of_another_row(passages)
        held = None if other else together(self._wanted, passages[0], [*passages[1:], *others])
        if held is None:
            self.near = self.near or passages
            return UNKNOWN
        return Found(Support.SUPPORTED, held)

    def _is_of_an_older_run(self, passages: tuple[Passage, ...]) -> bool:
        """Whether it tells what a call came to that was made again since and came to something else."""
        over = self.record.repeated | (frozenset() if self._is_told_as_outcome else self.record.replaced)
        if any(one.action is not None and one.place in over for one in passages):
            return True
        figures = [value for value in self.values if value.kind == "number"]
        newest = self.record.newest_run if self.is_of_runs else []
        return bool(newest) and not all(is_held(value, newest) for value in figures)

    @property
    def _wanted(self) -> Wanted:
        is_deed = self._claims_deed()
        tells_end = is_deed or self._is_told_as_outcome or self._claims_failure()
        says_done = is_deed and not self._claims_failure() and self.entry.section not in WISHES
        claims = stances.of(vectors([REPORTED_BY.sub("", self.text, count=1)]))[0] if says_done else self.claims
        done = float(claims[stances.DONE]) if says_done else 0.0
        return Wanted(
            self.text,
            self.subject.sentence,
            tells_end,
            done,
            self.entry.section is SectionName.DONE,
            self._claims_promise(),
            self.entry.section in WISHES,
        )

    def _belongs(self, number: int, to: list[int], value: Exact) -> bool:
        """Whether a passage may add a value to what others say: it is said beside them, or is about the same. Two
        records of one result are two things, and what one call was given or gave is not true of another: but a list may
        name what several calls of one tool were about."""
        one, first = self.passages[number], self.passages[to[0]]
        beside = abs(one.place - first.place) <= BESIDE
        if one.action is None:
            if first.action is not None and self._is_told_as_outcome:
                return beside and one.is_ours
            return beside or bool(self.cosines[number] >= 0.33 or self.shared[number] >= 0.3)
        others = [other for other in map(self.passages.__getitem__, to) if other.action is not None]
        lists = any(mine.kind == value.kind and mine.keys & first.keys for mine in self.values)
        return all(
            not (one.is_row and other.is_row) if one.place == other.place else lists and _is_same_tool(one, other)
            for other in others
        )

    def _is_of_another(self, passages: tuple[Passage, ...]) -> bool:
        """Whether the sentence names what another call, or another record of a result, is of, and not those that are to
        support it, or that state its values."""
        said = [one for one in passages if not one.action]
        called = [one for one in passages if one.action and not one.is_row]
        if called and (self.subject.stems - _stems_of(called)) & self.record.stems_of_calls:
            return True
        if any((self.subject.stems - row.stems) & self.record.stems_of_rows for row in passages if row.is_row):
            return True
        named = self.subject.stems & self.record.stems_of_rows
        if called and self._is_other_in_rows(named - _stems_of(called)):
            return True
        rows = [one for one in self.record.rows if named <= one.stems]
        of_it = [one for one in said if named <= one.stems]
        values = [one for one in self.subject.values if self._is_in_rows(one) and not is_held(one, [*of_it, *called])]
        return bool(values) and not any(all(is_held(value, [row]) for value in values) for row in rows)

    def _is_other_in_rows(self, named: frozenset[str]) -> bool:
        """Whether the records of results that are of something state other values of the same sort than the clause."""
        rows = [one for one in self.record.rows if named and named <= one.stems]
        held = [value for row in rows for value in exact_values.find(row.text)]
        kinds = {value.kind for value in held}
        return any(value.kind in kinds and not any(one.means(value) for one in held) for value in self.values)

    def _is_in_rows(self, value: Exact) -> bool:
        return is_held(value, (self.passages[one] for one in self._holders(value) if self.passages[one].is_row))

    def _is_denied_elsewhere(self, passages: tuple[Passage, ...]) -> bool:
        """Whether a word of the clause stands elsewhere alone, and is denied there."""
        there = frozenset[str]().union(*(passage.stems for passage in passages))
        for stem in self.stems - there:
            others = [number for number in self.order if stem in self.passages[number].stems]
            if others and (denials_in(self.passages[others[0]].text, frozenset([stem])) == 1) != self.denies:
                return True
        return False

    def _is_turned_round(self) -> bool:
        """Whether one of the nearest passages has two words of the clause behind each other's prepositions."""
        nearest = [self.passages[number].text for number in self.order[:3]]
        return any(polarity.is_turned_round(self.text, text) for text in nearest)


def _fields_of(row: Passage) -> frozenset[str]:
    """The values of words that a record of a result has, and what was asked for."""
    parts = (part.rpartition(": ")[2] for part in f"{row.text}; {row.call}".split("; "))
    plain = (" ".join(part.casefold().split()) for part in parts)
    return frozenset(part for part in plain if re.search(r"[^\W\d_]{3}", part) and part not in ("true", "false"))


def _stems_of(passages: Iterable[Passage]) -> frozenset[str]:
    return frozenset[str]().union(*(passage.stems for passage in passages))


def is_held(value: Exact, passages: Iterable[Passage]) -> bool:
    return any(one.means(value) for passage in passages for one in passage.values)


def _is_same_tool(one: Passage, other: Passage) -> bool:
    same = one.action and other.action and one.action.name == other.action.name and one.outcome is other.outcome
    return bool(same) and not one.is_row and not other.is_row
