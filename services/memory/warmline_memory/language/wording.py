"""What a clause says, in whatever form: the stems of its words, what it denies, and what it says was done."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from warmline_memory.language import terms
from warmline_memory.language.one_reading import read_once
from warmline_memory.language.verbs import CHANGES
from warmline_memory.language.words import word_set

REPORTING = word_set(
    """
    customer caller client user agent bot assistant representative colleague staff someone somebody person human ask
    want need request wish like say tell mention state report explain note inform indicate give provide dispute
    complain insist urge worry wonder seek believe think feel understand require support assist assistance help
    claim acknowledge inquire clarify describe show appear seem remain involve include relate wait await continue
    proceed run try attempt use make take regard concern conversation session handoff detail information case matter
    situation system process option form lack able possible available aware unsure unclear relevant current
    currently previous previously original originally further additional additionally also however therefore thus
    despite whether although though while due accord within beyond among toward around along via per upon rather
    instead several multiple various different another away together yet again soon later nothing something anything
    everything none nobody everybody anyone everyone since
    """
)
"""Words of whoever reports a conversation: they name nothing, promise nothing, and say nothing of their own."""
PASTS = """
    bought:buy paid:pay sent:send gave:give given:give ran:run left:leave lost:lose told:tell went:go gone:go made:make
    took:take taken:take found:find spent:spend kept:keep met:meet flew:fly flown:fly stole:steal stolen:steal
    broke:break broken:break drove:drive said:say sold:sell built:build wrote:write written:write put:put set:set
    reset:reset withdrew:withdraw withdrawn:withdraw began:begin begun:begin chose:choose chosen:choose held:hold
    thought:think felt:feel spoke:speak spoken:speak got:get
    """
IRREGULAR = dict(pair.split(":") for pair in PASTS.split())
ALIKE = (
    "refund reimburse", "purchase buy order", "phone telephone cell mobile", "email mail", "price cost fee",
    "begin start", "finish end", "person people guest party", "schedule book reserve reservation booking appointment",
    "change modify update switch", "trip travel journey ride", "wrong incorrect", "urgent quick fast asap soon",
    "flight plane fly", "movie film", "child kid", "doctor physician dr", "cancel terminate", "photo picture",
    "search look find", "company business firm", "colleague coworker", "rent hire", "reply answer respond",
    "problem trouble", "address location place", "contact reach call",
)  # fmt: skip
"""Words that say the same in a conversation of this sort, a group each."""
# Denial is looked for per clause. A word that is wrongly taken for one makes a line of a model be dropped, one that is
# missed lets it turn a statement round: so the list is long.
DENIES = re.compile(
    r"\b(?:not|no|never|none|nothing|nobody|neither|nor|without|cannot|unable|instead of|rather than|\w+n['’]t"
    r"|dont|doesnt|didnt|cant|couldnt|wont|wouldnt|isnt|wasnt|havent|hasnt"
    r"|fail(?:s|ed|ure|ing)?|refus\w+|den(?:y|ied|ies)|declin\w+|reject\w+|lack\w*|missing|unavailable|unsuccessful\w*"
    r"|invalid|impossible|error)\b",
    re.I,
)
# Questions and courtesies that have the form of a denial and deny nothing: `couldn't you`, `no problem`.
POLITE = re.compile(
    r"\b(?:can|could|would|won|will|do|did|is|are|does)n['’]?t (?:you|i|we|it|that|there)\b|\bwhy not\b"
    r"|\bno (?:problem|worries)\b|\bwhy do(?:es)?n['’]?t\b|\bnot only\b",
    re.I,
)
# A clause ends at punctuation that no digit follows (`1.5` goes on), at a bracket or an arrow, and at words that join
# two statements of which only one may be denied.
CLAUSE_END = re.compile(
    r"[.;:!?\n,()→]+(?!\d)|\s+(?=(?:instead of|rather than|without)\b)"
    r"|\b(?:but|however|although|though|whereas|because|which|while)\b",
    re.I,
)
AND = re.compile(r"\b(?:and|so|then|that)\b", re.I)
DONE = word_set(
    "complete confirm approve process resolve fix finish accept settle succeed credit honor waive grant agree fulfill "
    "fulfil cover win activate disburse release authorize authorise clear correct deliver dispatch reimburse deposit"
)
"""Verbs beside those of tools whose past says that something was brought about."""
# Phrases that say of a deed that it was done, or that it was not, without naming it.
OUTRIGHT = re.compile(
    r"\b(?:successful(?:ly)?|went through|gone through|all set|taken care of|sorted out|in place|is (?:now )?complete"
    r"|is done|was done|has been done|on (?:its|the) way)\b",
    re.I,
)
FELL_THROUGH = re.compile(
    r"\b(?:failed|unsuccessful(?:ly)?|(?:was|were|been|got) (?:declined|rejected|denied|refused)|fell through"
    r"|(?:did not|didn['’]t|does not|doesn['’]t|could not|couldn['’]t) (?:work|succeed|go through|be done))\b",
    re.I,
)
# What is wished, due or possible was not brought about yet, although its verb has the form of the past: `should be
# refunded`.
ASKED_FOR = re.compile(
    r"\b(?:wants?|wanted|ask(?:s|ed|ing)?|requests?|requested|needs?|needed|would like|hopes?|wish(?:es)?|prefers?|"
    r"expects?|demands?|to be|to have|to get|be|should|must|can|could|may|might|will|would|awaiting|pending|not yet)\b",
    re.I,
)
PAST = re.compile(
    r"\b(?:was|were|had been|previous(?:ly)?|earlier|original(?:ly)?|initial(?:ly)?|no longer|instead of|rather than"
    r"|changed? from|formerly|used to|at first|first|before|old|tried|attempted|failed)\b",
    re.I,
)
"""Words that tell something as past."""
SUPPOSED = re.compile(r"\b(?:if|when|once|until|unless|before|whether|after)\b", re.I)
# The words right before a verb in the past decide: `was refunded` happened, `to be refunded` waits.
HAPPENED = re.compile(r"\b(?:was|were|has|have|had|got|is|are|been)\b(?:\s+\w+ly|\s+been|\s+already|\s+now)*\s*$", re.I)
WAITING = re.compile(r"\b(?:to|should|must|will|would|can|could|may|might)\s+(?:have\s+been|be|have)\s*$", re.I)
WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")
# Syllables that turn a word into its opposite: `unverified`.
UNLIKE = ("un", "in", "im", "dis", "non")
SUCCESS = "success"


@dataclass(frozen=True, slots=True)
class Clause:
    """What a clause says: its stems without those of reporting, and whether it denies it."""

    text: str
    stems: frozenset[str]
    denies: bool


@read_once
def stem(word: str) -> str:
    """A word's stem, the same for words that say the same."""
    found = terms.read(IRREGULAR.get(word.lower(), word))
    return _ALIKE.get(found[0], found[0]) if found else ""


def stems(text: str) -> frozenset[str]:
    """The stems of a text without those of reporting and of building sentences."""
    found = (stem(word) for word in terms_of(text))
    return frozenset(one for one in found if one and one not in REPORTED)


def opposites(one: str) -> set[str]:
    """The stems that say the opposite of one by a syllable before them, or without theirs."""
    return {f"{no}{one}" for no in UNLIKE} | {one.removeprefix(no) for no in UNLIKE if one.startswith(no)}


def terms_of(text: str) -> Iterable[str]:
    """The words of a text, identifiers and words of any script among them."""
    for word in WORD.sub(lambda hit: IRREGULAR.get(hit.group().lower(), hit.group()), text).split():
        yield from terms.read(word)


def clauses(text: str) -> list[Clause]:
    """The clauses of a text that say something."""
    found = []
    for part in filter(str.strip, CLAUSE_END.split(text)):
        said = stems(part)
        denied = bool(DENIES.search(POLITE.sub("", part)))
        if said or denied:
            found.append(Clause(part.strip(), said, denied))
    return found


@dataclass(frozen=True, slots=True)
class Assertion:
    """That something was brought about, by the stem of its verb, or that it was not."""

    verb: str
    denied: bool


def assertions(text: str) -> set[Assertion]:
    """What a text says was brought about, or was not; what is only asked for, planned or supposed is not among them.

    The verb is `success` for phrases that name no deed, such as `it went through`.
    """
    found: set[Assertion] = set()
    for clause in CLAUSE_END.split(text):
        for part in AND.split(clause):
            denied = bool(DENIES.search(POLITE.sub("", part)))
            found.update(Assertion(verb, denied) for verb in _brought_about(part))
            if OUTRIGHT.search(part) and not SUPPOSED.search(part) and not ASKED_FOR.search(part):
                found.add(Assertion(SUCCESS, denied))
            if FELL_THROUGH.search(part) and not SUPPOSED.search(part):
                found.add(Assertion(SUCCESS, True))
    return found


def _brought_about(part: str) -> Iterable[str]:
    for hit in WORD.finditer(part):
        word = hit.group().lower()
        if not (word.endswith("ed") or word in IRREGULAR) or stem(word) not in _BRINGING_ABOUT:
            continue
        before = part[: hit.start()]
        if SUPPOSED.search(before) or WAITING.search(before):
            continue
        if HAPPENED.search(before) or not ASKED_FOR.search(before):
            yield stem(word)


_ALIKE = {term: terms.read(group)[0] for group in ALIKE for term in terms.read(group)}
REPORTED = frozenset(map(stem, REPORTING))
"""The stems of reporting."""
_BRINGING_ABOUT = frozenset(map(stem, CHANGES | DONE)) - REPORTED - {"", stem("request")}
