"""Answers: the words of a reply that answer a question.

A value stands as it is; what is rather a sentence is quoted, so that nobody takes it for a value.
"""

import re
from collections.abc import Sequence

from warmline_memory.language.values import ValueKind, find
from warmline_memory.language.words import STOP, content_words, count, sentences, word_set
from warmline_memory.reading import questions
from warmline_memory.redaction import scrubbing

# Patterns are tried in order, and the first that fits decides: `date of birth` asks for a date although it could also
# be a number.
EXPECTED = (
    (re.compile(r"\b(?:time|when|hour)\b", re.I), (ValueKind.TIME, ValueKind.DATE, ValueKind.WEEKDAY)),
    (re.compile(r"\b(?:date|day|birth|birthday)\b", re.I), (ValueKind.DATE, ValueKind.WEEKDAY)),
    (re.compile(r"\be-?mail\b", re.I), (ValueKind.EMAIL,)),
    (re.compile(r"\b(?:phone|mobile)\b", re.I), (ValueKind.PHONE, ValueKind.IDENTIFIER)),
    (re.compile(r"\b(?:budget|price|amount|cost|much)\b", re.I), (ValueKind.MONEY, ValueKind.NUMBER)),
    (
        re.compile(r"\b(?:id|number|code|reference|account|confirmation)\b", re.I),
        (ValueKind.IDENTIFIER, ValueKind.NUMBER),
    ),
    (
        re.compile(r"\b(?:people|guests|many|adults|tickets|rooms|bedrooms|party size|seats)\b", re.I),
        (ValueKind.NUMBER,),
    ),
    (re.compile(r"\bname\b", re.I), (ValueKind.NAME,)),
)
"""The sorts of value that a question's label lets expect."""

# A reply is polar by how it begins, or by a denial among its first words: `I don't`. `Not` inside of a longer reply
# denies something else.
YES = re.compile(
    r"^\W*(?:yes|yeah|yep|yup|sure|of course|absolutely|definitely|correct|right|i (?:do|have|am|did))\b", re.I
)
NO = re.compile(r"^\W*(?:no|nope|nah|not)\b|^(?:\w+ ){0,3}(?:don't|do not|doesn't|haven't|didn't|won't|isn't)\b", re.I)
INDIFFERENT = re.compile(
    r"\b(?:doesn't|does not|don't|do not) (?:really )?(?:matter|care|mind)\b|\bno (?:particular |special )?preference"
    r"|\bup to you\b|\byou (?:choose|decide|pick)\b"
    r"|\b(?:whatever|whichever|any(?:thing|where|time|one)?) (?:is|works|will)\b",
    re.I,
)
NOW = re.compile(r"\b(?:right )?now\b|\basap\b|\bimmediately\b|\bright away\b|\bas soon as possible\b", re.I)
# `I mean` and `sorry` take something back only behind a word and before the new value. At the beginning of a reply, and
# before `for` or `but`, they are courtesy.
CORRECTION = re.compile(
    r"(?<=\w)\W+(?:no,? )?(?:sorry|i mean|i meant|correction)\b[,:]?\s+(?!for|about|i\b|but|to)", re.I
)
"""What takes back the words before it: `Monday, sorry, Tuesday`."""
NO_PREFERENCE = "no preference"
SPOKEN = word_set(
    "i i'm i'd i'll i've we we're we'd you he she they me us do does did don't doesn't can can't could need want let's"
)
"""Words of a sentence rather than of a value."""
# A value ends where a new statement begins: at `;`, a dash, or `and` and the like with a subject behind them.
CLAUSE_END = re.compile(
    r"[;!?]\s|\s[-–—]+\s|(?:,\s+|\s)(?:and|but|because|so) (?=(?:i|we|it|he|she|they|there|please|my|the)\b)"
    r"|,\s+(?=(?:i|we|it|he|she|they|there|please|my|that|this|but|because)\b)",
    re.I,
)
MAX_WORDS = 25
YES_NO_WORDS = 10
SHORT_WORDS = 6
NAME_WORDS = 3


def answer_to(label: str, reply: str, *, yes_or_no: bool = False) -> str:
    """What a reply answers to a question with this label; empty where it does not answer. `yes` and `no` are kept where
    the question wants one, and of alternatives (`walk/drive`) the one that is named."""
    corrected = CORRECTION.search(reply)
    if corrected:
        reply = reply[corrected.end() :]
    reply = _about(label, reply)
    chosen = [option for option in label.split("/") if set(content_words(option)) & set(content_words(reply))]
    if "/" in label and len(chosen) == 1:
        return chosen[0]
    if yes_or_no and (polar := _yes_or_no(label, reply)):
        return polar
    if INDIFFERENT.search(reply) and count(reply) <= YES_NO_WORDS:
        return NO_PREFERENCE
    expected = next((kinds for pattern, kinds in EXPECTED if pattern.search(label)), ())
    typed = _typed(reply, expected)
    if typed or questions.evades(reply) or scrubbing.HIDDEN in reply or not reply.strip():
        return typed
    return _free(reply, bool(expected) or yes_or_no)


def _about(label: str, reply: str) -> str:
    """A reply, from its first sentence that names what was asked for in two words or more; else all of it."""
    parts, words = sentences(reply), set(content_words(label))
    named = (place for place, part in enumerate(parts) if len(words) > 1 and words <= set(content_words(part)))
    return " ".join(parts[next(named, 0) :])


def _yes_or_no(label: str, reply: str) -> str:
    """`yes` or `no`, or the short reply that says it and more, in quotation marks; empty where a reply does neither."""
    if reply.rstrip().endswith("?") or questions.evades(reply) or count(reply) > YES_NO_WORDS:
        return ""
    polar = "no" if NO.search(reply) else "yes" if YES.search(reply) else ""
    more = set(content_words(reply)) - set(content_words(label)) - questions.PLEASANT
    return f"“{' '.join(reply.split())}”" if polar and more else polar


def _typed(reply: str, expected: Sequence[ValueKind]) -> str:
    """The first value in a reply of a sort that is expected, the likeliest sort first."""
    if not reply.strip():
        return ""
    if ValueKind.NAME in expected:
        clause = _first_clause(reply)
        if 1 <= count(clause) <= NAME_WORDS and not any(word.lower() in STOP for word in clause.split()):
            return clause
    now = NOW.search(reply) if ValueKind.TIME in expected else None
    values = find(reply)
    if now and not values:
        return now.group()
    return next((value.text for kind in expected for value in values if value.kind is kind), "")


def _first_clause(reply: str) -> str:
    """The beginning of a reply without its lead-in: of `It's Angela, and I …` the name."""
    first = sentences(questions.without_lead_in(reply))[:1]
    return questions.answer(CLAUSE_END.split(first[0])[0]) if first else ""


def _free(reply: str, is_narrow: bool) -> str:
    """A free answer: its first clause where that is a value, else the whole reply in quotation marks, unless it asks
    something itself. A narrow question takes no long answer."""
    clause = _first_clause(reply).rstrip("?")
    parts = sentences(reply)
    is_sentence = SPOKEN.intersection(clause.lower().replace("’", "'").split()) or questions.is_pleasant(clause)
    is_short = 1 <= count(clause) <= (NAME_WORDS if is_narrow else SHORT_WORDS)
    is_short = is_short and (not is_narrow or count(parts[0]) <= SHORT_WORDS)
    if is_short and not is_sentence and not parts[-1].endswith("?"):
        return clause
    if any(map(questions.asks, parts)) or not 1 <= count(reply) <= (SHORT_WORDS if is_narrow else MAX_WORDS):
        return ""
    return f"“{' '.join(reply.split())}”"
