"""Answers: the words of a reply that answer a question."""

import re
from collections.abc import Sequence

from warmline_memory.briefs import questions, redaction
from warmline_memory.briefs.values import ValueKind, find
from warmline_memory.briefs.words import STOP, clip, count, sentences

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

MAX_WORDS = 25
YES_NO_WORDS = 10
SHORT_WORDS = 6
WHOLE_WORDS = 16


def answer_to(label: str, reply: str, *, yes_or_no: bool = False) -> str:
    """What a reply answers to a question with this label; empty where it does not answer. `yes` and `no` are kept where
    the question wants one."""
    if yes_or_no and count(reply) <= YES_NO_WORDS and not (reply.rstrip().endswith("?") or questions.evades(reply)):
        return " ".join(reply.split()).rstrip(".!")
    expected = next((kinds for pattern, kinds in EXPECTED if pattern.search(label)), ())
    typed = _typed(reply, expected)
    if typed or questions.evades(reply) or redaction.HIDDEN in reply or not reply.strip():
        return typed
    if count(reply) <= SHORT_WORDS and not reply.rstrip().endswith("?"):
        return questions.answer(reply)
    parts = sentences(reply)
    if expected or any(part.endswith("?") for part in parts):
        first = questions.answer(parts[0])
        return first if count(first) <= 3 and not first.endswith("?") else ""
    return _free(reply, parts)


def _typed(reply: str, expected: Sequence[ValueKind]) -> str:
    """The first value in a reply of a sort that is expected, the likeliest sort first."""
    if not reply.strip():
        return ""
    if ValueKind.NAME in expected and (name := _first_clause(reply)):
        return name
    values = find(reply)
    return next((value.text for kind in expected for value in values if value.kind is kind), "")


def _first_clause(reply: str) -> str:
    """The beginning of a reply where it is at most three words and none of them common: `Angela, and I …`."""
    clause = questions.answer(re.split(r"[,;!?]|\s-\s", questions.without_lead_in(sentences(reply)[0]))[0])
    words = clause.split()
    return clause if 1 <= len(words) <= 3 and not any(word.lower() in STOP for word in words) else ""


def _free(reply: str, parts: list[str]) -> str:
    """A free answer: all of it where it is short, else its sentences from the first that holds a value."""
    telling = [part for part in parts if find(part)]
    if count(reply) <= (MAX_WORDS if not telling or telling[0] is parts[0] else WHOLE_WORDS):
        return questions.without_lead_in(reply)
    return clip(questions.without_lead_in(telling[0] if telling else parts[0]), MAX_WORDS)
