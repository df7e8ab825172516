"""Verifying: whether the record of a chain says what an agent or a language model says of it.

Nothing here trusts the writer. A statement is taken apart into clauses; a clause is supported where its exact values
stand in passages that are about the same, its words or their meaning do, somebody said it who can, and nothing newer
says otherwise. In doubt a statement is unsupported, and told as its writer's word.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from uuid import UUID

import numpy as np

from warmline_memory.briefs import exact_values, stances
from warmline_memory.briefs.evidence import Passage, Record, stems
from warmline_memory.briefs.exact_values import Exact
from warmline_memory.salience import Vectors, vectors
from warmline_schemas.accounts import AccountEntry
from warmline_schemas.briefs import SectionName, Support
from warmline_schemas.memories import Outcome

# Words that deny, of the languages that briefs are tested in: those with the feature Polarity=Neg in the treebanks of
# Universal Dependencies. A closed class in every language.
DENIALS = frozenset(
    [
        "no",
        "not",
        "never",
        "none",
        "nothing",
        "nobody",
        "cannot",
        "neither",
        "nor",
        "without",
        "nicht",
        "kein",
        "keine",
        "keinen",
        "keiner",
        "nie",
        "niemals",
        "nichts",
        "ohne",
        "pas",
        "ne",
        "jamais",
        "rien",
        "aucun",
        "aucune",
        "sans",
        "nunca",
        "nada",
        "ningún",
        "ninguna",
        "sin",
        "non",
        "mai",
        "niente",
        "nessun",
        "nessuno",
        "senza",
        "não",
        "nem",
        "nenhum",
        "sem",
        "niet",
        "geen",
        "nooit",
        "zonder",
        "не",
        "нет",
        "ни",
        "никогда",
        "без",
        "değil",
        "yok",
        "hiç",
        "لا",
        "لم",
        "لن",
        "ليس",
        "دون",
        "नहीं",
        "मत",
        "tidak",
        "bukan",
        "inte",
        "ikke",
        "aldrig",
        "nie",
        "bez",
    ]
)
DENIAL = re.compile(
    r"n['’]t\b|[不没沒未無无]|ない|ません|なかっ|않|못|없|\bun(?:able|paid|verified|resolved|available)\b"
)
REFUSALS = frozenset(["declin", "refus", "rejec", "denie", "faile", "unabl", "impos"])
"""English verbs of refusing, by their first five letters: agents mostly write that somebody declined something."""
ANSWER = re.compile(r"(?:^|(?<=[,;.!?]))\s*(?:oh )?(?:no|nope|nein|non|нет|não)\s*(?=[,;.!?]|$)")
SENTENCE_END = re.compile(r"[;。；!！]\s*|(?<=[?？])\s*|\.\s+(?=\S)")
TOKEN = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af]|[^\W_]+(?:['’][^\W\d_]+)?")
CLAUSE_END = re.compile(r"[;。；!?？！]\s*|[,，、:：]\s+(?=\S+\s+\S)|\.\s+(?=\S)|\s[–—-]\s|[，、]")


class _Examples:
    """Sentences of a catalogue, and what they mean."""

    def __init__(self, *texts: str) -> None:
        self._texts = texts

    @cached_property
    def meanings(self) -> Vectors:
        """Their embeddings, made when they are first needed."""
        return vectors(self._texts)


# What an account reports in, rather than what it reports: whoever speaks, and that they did. By the first five letters.
REPORTING = frozenset(
    [
        "the",
        "and",
        "that",
        "custo",
        "user",
        "agent",
        "clien",
        "said",
        "says",
        "told",
        "wrote",
        "asked",
        "asks",
        "their",
        "they",
        "them",
        "from",
        "i'm",
        "i've",
        "i",
        "me",
        "my",
        "you",
        "your",
        "we",
        "our",
        "us",
        "am",
        "is",
        "are",
        "was",
        "has",
        "have",
    ]
)
REPORTS = _Examples(
    "The customer said", "The customer wrote", "The agent said that", "We told the customer", "From the customer",
    "The user asks", "The customer", "We asked the customer", "Customer", "Agent", "Note",
)  # fmt: skip
RUNS = _Examples(
    "All tests pass", "The test suite is green", "Tests fail", "The tests were successful", "The build succeeded"
)
ALIKE = 0.68
"""The cosine from which a clause is taken for one of these, in whatever language it is written."""
JOINED = re.compile(r"\s(?:and|but|und|aber|et|mais|y|pero|e|ma|mas|en|maar|och|i|а|и|но|ve|ama|و)\s", re.I)
FEWEST_WORDS = 3
WISHES = {
    SectionName.ASK, SectionName.OPEN_QUESTIONS, SectionName.NEXT_STEPS, SectionName.IF_THEN,
    SectionName.EXPECTED_OUTCOME, SectionName.RULES,
}  # fmt: skip
"""Sections that tell what shall be or is asked. What stands there claims no deed and no promise."""
SURE, LIKELY, CLAIMED = 0.9, 0.5, 0.35
"""From CLAIMED on a clause is held to what it may claim, from LIKELY on a passage is taken to say it."""
# Chosen on bench/accounts, of which half of the conversations were set aside.
SAME, NEAR, FAR = 0.62, 0.42, 0.25
"""Cosines between a clause and a passage: says the same; says the same if half of the words are there; is about it."""
MOST_AGAINST = 240
MOST_SENTENCES, MOST_VALUES = 12, 40
"""An entry of more sentences or values than this is no statement, and not looked at."""


@dataclass(frozen=True)
class Verdict:
    """What the record says of an entry."""

    support: Support
    memory_ids: tuple[UUID, ...] = ()
    """The memories that say it, or for a contradicted entry those that say otherwise."""
    against: str | None = None
    """For a contradicted entry: what the record says, in its own words."""
    invented: tuple[str, ...] = ()
    """Identifiers that stand nowhere in the record. An entry with any is left out of a brief: they are never told."""


@dataclass(frozen=True)
class _Found:
    """What was found of one clause: the passages that say it, or the one that says otherwise."""

    support: Support
    passages: tuple[Passage, ...] = ()


UNKNOWN = _Found(Support.UNSUPPORTED)


def verify(entry: AccountEntry, record: Record) -> Verdict:
    """Check an entry against the record of its chain."""
    text = exact_values.plain(f"{entry.label}: {entry.text}" if entry.label else entry.text)
    due = exact_values.plain(f"; {entry.due}") if entry.due else ""
    values = exact_values.find(text + due)
    sentences = _sentences(text + due)
    if len(sentences) > MOST_SENTENCES or len(values) > MOST_VALUES:
        return Verdict(Support.UNSUPPORTED)
    invented = tuple(value.text for value in values if value.is_identifier and not _is_in(value, record))
    if invented or not record.passages:
        return Verdict(Support.UNSUPPORTED, invented=invented)
    found = [one for sentence in sentences for one in _checked(sentence, entry, record)]
    against = next((one for one in found if one.support is Support.CONTRADICTED), None)
    if against is not None:
        said = against.passages[0]
        return Verdict(Support.CONTRADICTED, (said.memory.id,), _clipped(said))
    if not found or any(one.support is Support.UNSUPPORTED for one in found):
        return Verdict(Support.UNSUPPORTED)
    ids = dict.fromkeys(passage.memory.id for one in found for passage in one.passages)
    return Verdict(Support.SUPPORTED, tuple(ids))


def _checked(sentence: str, entry: AccountEntry, record: Record) -> list[_Found]:
    """What the record says of a sentence: as a whole where it repeats somebody's words, and else clause by clause."""
    said = _quoted(sentence, entry, record)
    if said is not None:
        return [_Found(Support.SUPPORTED, (said,))]
    clauses = [_Clause(clause, entry, record) for clause in _clauses(sentence)]
    return [clause.checked() for clause in clauses if len(clauses) == 1 or not clause.only_reports]


def _sentences(text: str) -> list[str]:
    return [part.strip() for part in SENTENCE_END.split(text) if re.search(r"\w", part)]


def _quoted(sentence: str, entry: AccountEntry, record: Record) -> Passage | None:
    """The first passage of the memory whose words a sentence repeats in their order, but for who speaks of whom."""
    if entry.section in (SectionName.DONE, SectionName.FAILED, SectionName.PROMISED) or entry.outcome is not None:
        return None
    words = _told_words(sentence)
    if len(words) < FEWEST_WORDS:
        return None
    mine = stems(sentence) - REPORTING
    for passage in record.likely(mine):
        said = record.said_in(passage)
        held = _told_words(said)[:400]
        blocks = SequenceMatcher(None, words, held, autojunk=False).get_matching_blocks()[:-1]
        inside = {place for block in blocks for place in range(block.b, block.b + block.size)}
        matched = {place for block in blocks for place in range(block.a, block.a + block.size)}
        if not matched:
            continue
        left = [word for place, word in enumerate(words) if place not in matched]
        between = [held[place] for place in range(max(0, min(inside) - 2), max(inside)) if place not in inside]
        asks = re.search(r"[?？؟]", said) and not re.search(r"[?？؟]", sentence)
        other = any(len(word) > 3 or word > "\u2e7f" or word not in record.words for word in left)
        turned = _denies(sentence) != _denies_in(record.nearest(passage, mine), mine)
        turned = turned or any(_denies(word) or re.search(r"\d", word) for word in left + between)
        if len(left) <= 0.1 * len(words) and len(between) <= 0.5 * len(words) and not (asks or other or turned):
            return passage
    return None


def _told_words(text: str) -> list[str]:
    """The words of a text without those of reporting; of scripts without blanks the signs. Forms of one word agree."""
    words = [word for word in TOKEN.findall(text.casefold()) if word[:5] not in REPORTING]
    return [word[:5].removesuffix("s") if word.isalpha() else word for word in words]


def _is_in(value: Exact, record: Record) -> bool:
    bare = re.sub(r"[\W_]", "", value.text.casefold())
    return any(key in record.with_key for key in value.keys) or (len(bare) >= 4 and bare in record.squeezed)


def _clauses(text: str) -> list[str]:
    """The clauses of a statement. A part of less than three words belongs to the one before it."""
    parts: list[str] = []
    for part in (part.strip() for long in CLAUSE_END.split(text) for part in JOINED.split(long)):
        if parts and (_is_short(part) or _is_short(parts[-1])):
            parts[-1] = f"{parts[-1]}, {part}"
        elif re.search(r"\w", part):
            parts.append(part)
    return parts


def _is_short(part: str) -> bool:
    return len(part.split()) < FEWEST_WORDS and (len(part) < 8 or part < "\u2e80")


class _Clause:
    """One clause, the passages that are about it, and how near these are."""

    def __init__(self, text: str, entry: AccountEntry, record: Record) -> None:
        self.text, self.entry, self.record = text, entry, record
        self.values = exact_values.find(text)
        self.keys = frozenset(key for value in self.values for key in value.keys)
        self.stems = frozenset(stem for stem in stems(text) - REPORTING if not _denies(stem))
        numbers = record.near(self.stems, self.keys, entry.turns)
        self.passages = [record.passages[number] for number in numbers]
        meaning = vectors([text])
        self.meaning = meaning[0]
        self.cosines = record.meanings(numbers) @ meaning[0]
        self.stances = record.stances(numbers)
        self.claims = stances.of(meaning)[0]
        shared = [len(self.stems & passage.stems) / max(1, len(self.stems)) for passage in self.passages]
        same = [len(self.keys & passage.keys) / max(1, len(self.values)) for passage in self.passages]
        cited = [0.05 * (passage.memory.id in set(entry.turns)) for passage in self.passages]
        self.shared = np.array(shared)
        self._denies = _denies(text)
        self.scores = self.cosines + 0.5 * self.shared + 0.3 * np.array(same) + np.array(cited)
        self.order: list[int] = np.argsort(-self.scores, kind="stable").tolist()

    @property
    def only_reports(self) -> bool:
        """Whether the clause says no more than that somebody speaks."""
        return not self.values and len(self.text.split()) <= 6 and _is_like(self.meaning, REPORTS)

    def checked(self) -> _Found:
        """What the record says of the clause."""
        against = self._outdated() or self._other_value()
        if against is not None:
            return _Found(Support.CONTRADICTED, (against,))
        if any(not self._holders(value) for value in self.values) or self._unknown_name():
            return UNKNOWN
        if self._is_deed or self._is_failure:
            found = self._deed()
            by_section = self.entry.section in (SectionName.DONE, SectionName.FAILED) or self.entry.outcome is not None
            if by_section or self._is_deed or found.support is not Support.UNSUPPORTED:
                return found
        return self._said()

    @property
    def _is_deed(self) -> bool:
        by_section = self.entry.section is SectionName.DONE or self.entry.outcome is Outcome.CONFIRMED
        of_tests = _is_like(self.meaning, RUNS) and not self._claims(stances.FAILED, 0.2)
        return (by_section or of_tests or self._claims(stances.DONE, CLAIMED)) and not self._is_failure

    @property
    def _is_failure(self) -> bool:
        if self.entry.section is SectionName.FAILED or self.entry.outcome is Outcome.FAILED:
            return True
        return self._claims(stances.FAILED, SURE if self.entry.section is SectionName.DONE else LIKELY)

    @property
    def _is_promise(self) -> bool:
        return self.entry.section is SectionName.PROMISED or self._claims(stances.PROMISE, LIKELY)

    def _claims(self, stance: int, least: float) -> bool:
        return self.entry.section not in WISHES and bool(self.claims[stance] >= least)

    def _holders(self, value: Exact) -> list[int]:
        """The passages that state a value with the same unit, the nearest first."""
        numbers = []
        for number in self.order:
            if any(held.means(value) for held in self.passages[number].values):
                numbers.append(number)
        if not numbers and value.is_identifier and _is_in(value, self.record):
            numbers = self.order[:1]
        return numbers

    def _outdated(self) -> Passage | None:
        """The passage that replaced a value of the clause, which is told as if it still held."""
        return next((self.record.outdated[key] for key in self.keys if key in self.record.outdated), None)

    def _other_value(self) -> Passage | None:
        """The passage that states another value in the place of one of the clause's."""
        for value in self.values:
            holders = self._holders(value)
            best = self.scores[holders[0]] if holders else 0.0
            for number in self.order[:3]:
                passage = self.passages[number]
                others = any(
                    held.kind == value.kind and not any(map(held.means, self.values)) for held in passage.values
                )
                better = bool(self.scores[number] > best + (0.55 if holders else 0.0))
                same = bool(self.cosines[number] >= SAME and self.shared[number] >= 0.4)
                if others and better and same and number not in holders:
                    return passage
        return None

    def _unknown_name(self) -> bool:
        """Whether the clause has a name that stands nowhere in the record: a word that begins with a capital inside of
        a sentence, in a text where few words do."""
        words = re.findall(r"[^\W\d_]+", self.text)
        # Whether months and weekdays are right is asked of them as values.
        if _is_like(self.meaning, RUNS):
            return False
        inner = [word for word in words[1:] if word[0].isupper() and word.casefold() not in exact_values.CALENDAR]
        if len(inner) > 0.5 * len(words):
            return False
        known = self.record.words
        return any(word.casefold() not in known and word.casefold().rstrip("s") not in known for word in inner)

    def _deed(self) -> _Found:
        """A deed or a failure: the newest call about the same thing decides, and else the newest word of our side."""
        wanted = stances.FAILED if self._is_failure else stances.DONE
        call, word = self._newest(self._is_about_call), self._newest(self._tells_of_a_deed)
        for number in self.order[:3]:
            by_section = self.entry.section in (SectionName.DONE, SectionName.FAILED)
            can_say = self.passages[number].is_ours or not by_section
            if (call is None or self._ends(call) == wanted) and can_say and self._repeats(number):
                return self._with_values([number])
        if call is not None and self._ends(call) == wanted:
            return self._with_values([call])
        if word is not None and self._ends(word) == wanted:
            # A call that ended otherwise, and somebody's word that it is done: who knows.
            return self._with_values([word]) if call is None else UNKNOWN
        return UNKNOWN if call is None else _Found(Support.CONTRADICTED, (self.passages[call],))

    def _newest(self, is_about: Callable[[int], bool]) -> int | None:
        """The newest of the passages about the clause that are about as near as the nearest."""
        about = [number for number in self.order if is_about(number) and self._ends(number) is not None]
        near = [number for number in about if self.scores[number] >= self.scores[about[0]] - 0.15]
        return max(near, key=lambda number: self.passages[number].place) if near else None

    def _is_about_call(self, number: int) -> bool:
        passage = self.passages[number]
        if passage.action is None:
            return False
        if _is_like(self.meaning, RUNS):
            return passage.is_a_run
        cosine, shared = self.cosines[number], self.shared[number]
        return bool(cosine >= NEAR or (cosine >= 0.33 and shared >= 0.4) or (cosine >= 0.15 and shared >= 0.65))

    def _tells_of_a_deed(self, number: int) -> bool:
        passage = self.passages[number]
        if passage.action is not None:
            return False
        near = self.cosines[number] >= NEAR or self.shared[number] >= 0.5
        # What a customer asks for is worded as what was done: `refund the order`, `refunded the order`.
        of_theirs = self.entry.section is not SectionName.DONE and self.cosines[number] >= SAME
        if not near or not (passage.is_ours or of_theirs):
            return False
        said = stances.of(vectors(_clauses(passage.text)))[:, [stances.DONE, stances.FAILED]]
        ended = self.stances[number][[stances.DONE, stances.FAILED]].max() >= CLAIMED or said.max() >= LIKELY
        return bool(ended or passage.memory.kind == "done")

    def _repeats(self, number: int) -> bool:
        """Whether a passage says it word for word, as a statement where the clause is one."""
        passage = self.passages[number]
        asks = passage.text.rstrip("”\"' ").endswith(("?", "？", "؟")) and not self.text.endswith(("?", "？", "؟"))
        same = self.shared[number] >= 0.9 or self.cosines[number] >= 0.85
        return bool(same and not asks and self._denies == _denies_in(passage, self.stems))

    def _ends(self, number: int) -> int | None:
        """Whether a passage tells of success or of failure."""
        passage = self.passages[number]
        if passage.action is not None:
            ends = {Outcome.CONFIRMED: stances.DONE, Outcome.FAILED: stances.FAILED}
            return ends.get(passage.outcome or Outcome.UNKNOWN)
        failed, done = self.stances[number][stances.FAILED], self.stances[number][stances.DONE]
        return stances.FAILED if failed > done or _denies(passage.text) else stances.DONE

    def _said(self) -> _Found:
        """Anything else: somebody says it who can, and does not deny it."""
        for number in self.order[:8]:
            passage = self.passages[number]
            if self._repeats(number) and (self.entry.section is not SectionName.PROMISED or passage.is_ours):
                return self._with_values([number])
            if self._is_promise and not (passage.is_ours and self._promises(number)):
                continue
            if not self._says(number):
                continue
            if self._denies != _denies_in(passage, self.stems):
                is_said = self.entry.section not in WISHES and not passage.text.endswith(("?", "？", "؟"))
                if is_said and self.cosines[number] >= SAME and self.shared[number] >= 0.6:
                    return _Found(Support.CONTRADICTED, (passage,))
                continue
            return self._with_values([number])
        return UNKNOWN

    def _promises(self, number: int) -> bool:
        passage = self.passages[number]
        return passage.memory.kind == "promise" or bool(self.stances[number][stances.PROMISE] >= CLAIMED)

    def _says(self, number: int) -> bool:
        cosine, shared = self.cosines[number], self.shared[number]
        if cosine >= SAME or shared >= 0.8:
            return True
        if cosine >= NEAR and shared >= 0.3:
            return True
        holds = bool(self.values) and all(value.keys & self.passages[number].keys for value in self.values)
        return bool(holds and (cosine >= FAR or shared >= 0.4))

    def _with_values(self, numbers: list[int]) -> _Found:
        """Supported by these passages, and by ones beside or about them that state the values that these do not. A word
        that the record has elsewhere, and denies there, supports nothing."""
        for value in self.values:
            holders = [number for number in self._holders(value) if number in numbers or self._belongs(number, numbers)]
            if not holders:
                return UNKNOWN
            if not set(holders) & set(numbers):
                numbers.append(holders[0])
        there = frozenset[str]().union(*(self.passages[number].stems for number in numbers))
        for stem in self.stems - there:
            others = [number for number in self.order if stem in self.passages[number].stems]
            if others and _denies_in(self.passages[others[0]], frozenset([stem])) != self._denies:
                return UNKNOWN
        return _Found(Support.SUPPORTED, tuple(self.passages[number] for number in numbers))

    def _belongs(self, number: int, numbers: list[int]) -> bool:
        """Whether a passage is said within two turns of the others, or is about the same."""
        beside = any(abs(self.passages[number].place - self.passages[one].place) <= 2 for one in numbers)
        return bool(beside or self.cosines[number] >= 0.33 or self.shared[number] >= 0.3)


def _denies(text: str) -> bool:
    """Whether a text denies something, an odd number of times. A `no` that only answers denies nothing."""
    text = ANSWER.sub(" ", text.casefold())
    words = re.findall(r"[^\W\d_]+", text)
    return (sum(word in DENIALS or word[:5] in REFUSALS for word in words) + len(DENIAL.findall(text))) % 2 == 1


def _denies_in(passage: Passage, about: frozenset[str]) -> bool:
    """Whether the clause of a passage that is most about something denies it."""
    return _denies(max(_clauses(passage.text) or [""], key=lambda clause: len(stems(clause) & about)))


def _is_like(meaning: Vectors, examples: _Examples) -> bool:
    return bool((examples.meanings @ meaning).max() >= ALIKE)


def _clipped(passage: Passage) -> str:
    outcome = f" ({passage.outcome.value})" if passage.outcome else ""
    text = passage.text if len(passage.text) <= MOST_AGAINST else passage.text[:MOST_AGAINST].rsplit(" ", 1)[0] + "…"
    return text + outcome
