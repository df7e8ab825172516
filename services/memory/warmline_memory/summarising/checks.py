"""Checks: whether the memories that a proposed line cites really say what it says.

Nothing here trusts the model: a line whose words, values or claims are not in its memories is dropped.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from warmline_memory.language import meanings, wording
from warmline_memory.language.values import Value, ValueKind
from warmline_memory.language.wording import Assertion
from warmline_memory.language.words import STOP, contains, content_words, count, word_set
from warmline_memory.redaction import scrubbing
from warmline_memory.summarising.evidence import CitedMemories, Evidence, bound, lead, words
from warmline_memory.summarising.timelines import Timeline
from warmline_schemas.briefs import SectionName
from warmline_schemas.memories import Outcome, Role

MOST_WORDS = 40
"""A line's length at most: half again as long as the longest sentence that the rules quote."""
# A label is one to three words by the prompt; one more is let pass.
MOST_LABEL_WORDS = 4
SUPPORT = 0.6
"""The part of a line's own words that its memories must hold; `docs/summariser.md` tells how it was chosen."""
# The share of a line's stems at which another line counts as saying the same. The rules drop repeats at the same share
# (reading/statements).
SAME = 0.85


class Fault(StrEnum):
    """Why a proposed line was dropped."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    OTHER_SECTION = "other_section"
    NO_MEMORY = "no_memory"
    UNKNOWN_MEMORY = "unknown_memory"
    SECRET = "secret"  # noqa: S105 (a reason, not a password)
    NOT_A_QUOTE = "not_a_quote"
    UNKNOWN_VALUE = "unknown_value"
    UNKNOWN_NAME = "unknown_name"
    SUPERSEDED = "superseded"
    UNSUPPORTED = "unsupported"
    NEGATION = "negation"
    OUTCOME = "outcome"
    TOLD_ALREADY = "told_already"
    NO_ROOM = "no_room"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A line that a model proposes; `cited` are the short ids that it was shown memories by."""

    section: str
    label: str
    text: str
    cited: tuple[str, ...]

    @property
    def statement(self) -> str:
        """What it says, label and text."""
        return f"{self.label}: {self.text}" if self.label else self.text


@dataclass(frozen=True)
class Checker:
    """What lines are checked against: the memories that were shown, by short id, and what is known of the session."""

    shown: Mapping[str, Evidence]
    sections: Collection[SectionName]
    secrets: scrubbing.Secrets
    timeline: Timeline

    def fault(self, proposal: Proposal) -> Fault | None:
        """The first fault of a line, or `None` where its memories say what it says."""
        return self._of_form(proposal) or self._of_proof(proposal, self.cited_by(proposal))

    def ids(self, proposal: Proposal) -> tuple[UUID, ...]:
        """The memories that a line cites."""
        return tuple(self.shown[short].id for short in dict.fromkeys(proposal.cited))

    def cited_by(self, proposal: Proposal) -> CitedMemories:
        """What the memories that a line cites state; those that were never shown state nothing."""
        return CitedMemories([self.shown[short] for short in dict.fromkeys(proposal.cited) if short in self.shown])

    def _of_form(self, proposal: Proposal) -> Fault | None:
        if not content_words(proposal.text):
            return Fault.EMPTY
        if count(proposal.text) > MOST_WORDS or count(proposal.label) > MOST_LABEL_WORDS:
            return Fault.TOO_LONG
        if proposal.section not in self.sections:
            return Fault.OTHER_SECTION
        if not proposal.cited:
            return Fault.NO_MEMORY
        if not self.shown.keys() >= set(proposal.cited):
            return Fault.UNKNOWN_MEMORY
        held = scrubbing.scrub(proposal.statement, self.secrets) != proposal.statement
        return Fault.SECRET if held or scrubbing.HIDDEN in proposal.statement else None

    def _of_proof(self, proposal: Proposal, cited: CitedMemories) -> Fault | None:
        if proposal.section == SectionName.ASK:
            return None if is_quote(proposal.text, cited) and not proposal.label else Fault.NOT_A_QUOTE
        statement = meanings.plain(proposal.statement)
        latest = max(one.place for one in cited.evidence)
        faults = {
            Fault.UNKNOWN_VALUE: invents_a_value(statement, cited),
            Fault.UNKNOWN_NAME: invents_a_name(statement, cited),
            Fault.SUPERSEDED: self.timeline.is_outdated(statement, latest),
            Fault.UNSUPPORTED: not is_supported(statement, cited),
            Fault.NEGATION: turns_round(statement, cited),
            Fault.OUTCOME: misstates_an_outcome(statement, cited, list(self.shown.values())),
        }
        return next((fault for fault, found in faults.items() if found), None)


def is_quote(text: str, cited: CitedMemories) -> bool:
    """Whether a text stands word for word among what the customer said."""
    said = " ".join(
        " ".join(str(one.shown.get("content", "")).split()) for one in cited.evidence if one.role is Role.USER
    )
    return contains(_straight(said), _straight(text).strip(" \"'.…"))


def invents_a_value(statement: str, cited: CitedMemories) -> bool:
    """Whether a line states an identifier, amount, date, time, number or address that its memories do not, states one
    more often than they do (`from 11 to 11 March` for 10 and 11), or behind words that lead to another one there, or
    that make another bound of it."""
    found = [(value, said) for value, said in meanings.values(statement) if value.kind is not ValueKind.NAME]
    for value, said in found:
        again = sum(any(meanings.backs(one, own) for one in other for own in said) for _, other in found)
        if cited.times(said) < max(1, again) or _is_misplaced(lead(value, statement), said, cited):
            return True
    rest = _without((value for value, _ in found), statement)
    if not all(contains(cited.text, token) for token in re.findall(r"\S*\d\S*", rest)):
        return True
    named = {word for word in words(statement) if word in MONTHS - {"may", "march"}}
    return not meanings.months(" ".join(named)) <= cited.months


def invents_a_name(statement: str, cited: CitedMemories) -> bool:
    """Whether a line has a word that its memories do not, and that may name somebody or something: in capitals, behind
    `named` or the like, or of no form that ordinary words of a report have."""
    exact = (value for value, _ in meanings.values(statement) if value.kind is not ValueKind.NAME)
    text = _without(exact, statement)
    called = {word for hit in NAMING.finditer(text) for word in words(hit.group(1))}
    capital = {word for hit in CAPITAL.finditer(text) for word in words(hit.group())}
    strange = {word for word in words(text) if not ORDINARY.search(word)}
    return any(not _is_known(word, cited) for word in called | capital | strange)


def is_supported(statement: str, cited: CitedMemories) -> bool:
    """Whether the memories hold enough of a line's own words."""
    own = wording.stems(statement)
    held = {one for one in own if one in cited.stems or cited.times(frozenset({one}))}
    numbers = {one for one in own if any(map(str.isdigit, one))}
    return len(held | numbers) >= SUPPORT * len(own) and bool(own)


def turns_round(statement: str, cited: CitedMemories) -> bool:
    """Whether a clause denies what its memories affirm, or affirms what they deny, be it in one word: `unverified`."""
    if any(wording.opposites(one) & cited.stems for one in wording.stems(statement) - cited.stems):
        return True
    return any(_is_turned(clause, cited) for clause in wording.clauses(statement))


def misstates_an_outcome(statement: str, cited: CitedMemories, session: Sequence[Evidence]) -> bool:
    """Whether a line says that something was brought about which no cited action and no cited words say, or which the
    session's latest action of that sort contradicts."""
    return any(not _agrees(one, cited, session) for one in wording.assertions(statement))


MONTHS = word_set("january february march april may june july august september october november december")
# What stands behind these words is a name even in small letters: `from leeds`, `named bob`. Models write names in small
# letters where the customer did.
NAMING = re.compile(
    r"\b(?:named|called|nicknamed|(?:name|code|id|number|reference|password|user ?name|city|street|town|hotel|airport"
    r"|restaurant|account|plan|model)(?: is| was|:| =)|from|near|via|into|at|in)\s+[\"'“‘]?([\w'’-]+)",
    re.I,
)
ORDINARY = re.compile(
    r"^(?:re|un|in|im|dis|non|over|pre)?[a-z]{2,}(?:ing|ed|ly|[st]ion|[st]ions|ment|ments|[ai]ble|ive|ives|al|als|ance|ence"
    r"|ity|ities|ness|ous|ful|ize|izes|ise|ises|ate|ates|ify|ifies)$"
)
"""Words that are built from others, as those of a report mostly are and names are not."""
# Any word with a capital may be a name. Those that open a sentence are known words or stand in the memories, so they
# need no exception.
CAPITAL = re.compile(r"\b[A-Z][\w'’-]*")
PLAIN = STOP | word_set(
    """
    order progress case person advance particular addition general error time touch contact detail details full part
    response return regards regard total writing least first last need turn which whom back
    """
)
"""Words behind `in`, `at` or `from` that name nothing."""


def _is_misplaced(before: str, said: frozenset[meanings.Meaning], cited: CitedMemories) -> bool:
    limit = bound(before)
    return cited.contradicts(before, said) or (limit != "" and limit not in cited.bounds(said))


def _without(found: Iterable[Value], text: str) -> str:
    """A text with blanks in place of some of its values."""
    left = list(text)
    for value in found:
        left[value.start : value.end] = " " * (value.end - value.start)
    return "".join(left)


def _is_known(word: str, cited: CitedMemories) -> bool:
    if word in cited.words or word in PLAIN or wording.stem(word) in wording.REPORTED:
        return True
    dated = word in MONTHS and meanings.months(word) <= cited.months
    return dated or wording.stem(word) in cited.stems


def _is_turned(clause: wording.Clause, cited: CitedMemories) -> bool:
    shared = [(len(clause.stems & held.stems), held.denies) for held in cited.clauses]
    most = max((number for number, _ in shared), default=0)
    alike = [denies for number, denies in shared if number and number >= most / 2]
    return bool(alike) and clause.denies not in alike


def _agrees(said: Assertion, cited: CitedMemories, session: Sequence[Evidence]) -> bool:
    latest = [one for one in session if said.verb in _verbs(one)][-1:]
    if latest and latest[0].deed and latest[0].deed.outcome is _opposite(said.denied):
        return False
    acted = [one for one in cited.evidence if _concerns(one, said.verb)]
    if any(one.deed and one.deed.outcome in _outcomes(said.denied) for one in acted):
        return True
    return not acted and (said in cited.assertions or (said.denied and said.verb in cited.stems))


def _concerns(one: Evidence, verb: str) -> bool:
    return one.deed is not None and (verb in _verbs(one) or verb in GENERAL)


def _verbs(one: Evidence) -> frozenset[str]:
    return wording.stems(one.deed.spoken) if one.deed and one.deed.changes else frozenset()


def _opposite(denies: bool) -> Outcome:
    return Outcome.CONFIRMED if denies else Outcome.FAILED


def _outcomes(denies: bool) -> Iterable[Outcome]:
    """The outcomes of actions that a statement can rest on: of one that denies, and of one that affirms."""
    return (Outcome.FAILED, Outcome.REQUESTED) if denies else (Outcome.CONFIRMED,)


GENERAL = frozenset({wording.SUCCESS, *map(wording.stem, wording.DONE)})
"""Stems that say of any deed that it was done."""


def _straight(text: str) -> str:
    return " ".join(text.translate(str.maketrans("“”‘’", "\"\"''")).split())


def is_said(statement: str, lines: Iterable[str]) -> bool:
    """Whether one of some lines has nearly all the words of a line."""
    own = wording.stems(statement)
    return any(len(own & wording.stems(line)) >= SAME * len(own) for line in lines)
