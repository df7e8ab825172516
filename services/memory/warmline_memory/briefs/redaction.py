"""Secrets: what may never stand in a brief, a prompt or an export.

Two nets. The first needs one text only: card numbers (Luhn, ISO/IEC 7812-1), keys and tokens by their published shapes,
and values that follow a secret's name (`my PIN is …`). The second reads a conversation: the answer to a question for a
secret is a secret, and so is every further mention of it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from warmline_memory.briefs import values as typed
from warmline_memory.briefs.sources import SourceMemory, merged
from warmline_memory.briefs.values import ValueKind
from warmline_memory.briefs.words import STOP, content_words, label_of, sentences, word_set
from warmline_schemas.memories import Role

HIDDEN = "[redacted]"

CODE_NAME = (
    r"pins?(?:\s?(?:code|number))?|cvv2?|cvc2?|card security code|ssn|social security number"
    r"|one[- ]time (?:code|passcode|password)|otp|verification code|2fa code|passcode"
)
WORD_NAME = (
    r"passwords?|passphrase|passwd|pwd|secret(?: (?:key|word|phrase))?|api[ _-]?keys?|(?:access"
    r"|auth|bearer|session|refresh) token|private key|client secret|credentials?"
)
ANSWER_NAME = (
    r"maiden name|mother'?s name|security (?:answer|question|word|phrase)s?|secret (?:question"
    r"|answer)|memorable (?:word|name|date|place)"
    r"|(?:childhood|first|favou?rite|1st) (?:pet|school|teacher|car|job|street|concert|friend|nickname|movie|book)"
    r"|(?:pet|teacher|school|street|friend|nickname)\b[^.?!]{0,30}\b(?:as a (?:child|kid)"
    r"|grew up|growing up|childhood|first)"
    r"|(?:city|town|hospital) (?:were you|you were) born|best friend's name|pet's name"
    r"|name of (?:the|your) (?:first )?(?:pet|dog|cat)\b"
)
SAID_OF_SECRETS = (
    r"(?:not|no|an?|the|be|too|still|now|required|needed|wrong|right|incorrect|correct|invalid"
    r"|valid|expired|missing|lost"
    r"|stolen|forgotten|reset|changed|unknown|empty|set|stored|kept|safe|working|given|redacted|\[redacted)\b"
)
NAME_PIECE = re.compile(
    r"pin|cv[vc]|code|ssn|social|otp|pass|pwd|secret|key|token|credential|maiden|mother|secur|memorable|first|1st"
    r"|favo|child|kid|gr[eo]w|born|friend|pet|dog|cat"
)
"""Of every secret's name above at least one piece, in lower case."""
CODE = re.compile(rf"\b(?:{CODE_NAME})\b", re.I)
PASS = re.compile(rf"\b(?:{WORD_NAME})\b", re.I)
ANSWER = re.compile(rf"\b(?:{ANSWER_NAME})", re.I)
SECRET_KEY = re.compile(
    r"\b(?:pin|pin code|pin number|cvv2?|cvc2?|ssn|otp|passcode|pass word|passwords?|passphrase|passwd|pwd|secret|"
    r"secret key|client secret|api key|apikey|private key|(?:access |auth |bearer |session "
    r"|refresh )?token|credentials?|"
    r"authorization|security (?:answer|word|code)|secret answer|(?:mother s "
    r"|mothers )?maiden name|card number)(?: \d+)?\b"
)
SHAPES = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)"
    r"|\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"
    r"|\b(?:sk|pk|rk|dk|ak|whsec|shpat|hf|npm|glpat|pypi|gh[pousr]|github_pat|xox[abprs])[-_][\w-]{12,}"
    r"|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bAIza[\w-]{35}|\b\d{3}-\d{2}-\d{4}\b"
    r"|(?<=Bearer )[\w.~+/-]{12,}=*|(?<=Basic )[\w+/]{12,}=*|(?<=://)[^\s:/@]+:[^\s/@]+(?=@)",
    re.S,
)
CARD = re.compile(r"(?<![\w-])\d(?:[ -]?\d){12,18}(?![\w-])")
LINK = (
    r"(?:\s+(?:number|code|is|was|are|it's|its|it|of|to|as|now|should be|might be|would be"
    r"|either|probably|think)|\s*[:=?]|\s+-)*\s*[\"'“‘]?"
)
NAMED_CODE = re.compile(
    rf"\b(?:{CODE_NAME})\b{LINK}(\d[\d -]{{1,8}}\d)(?:\s*(?:or|and|,)\s*(\d{{3,8}}))?(?![\d-])", re.I
)
NAMED_WORD = re.compile(
    rf"\b(?:{WORD_NAME})(?:\s+(?:to|for|of)(?:\s+\w+){{1,4}}?\s+(?:is|was)|\s+(?:is|was|to|as)"
    rf"|\s*[:=])\s*[\"'“‘`]?(?!{SAID_OF_SECRETS})([^\s\"'”’`,;]*[^\s\"'”’`,;.!?])",
    re.I,
)
NAMED_ANSWER = re.compile(
    rf"\b(?:{ANSWER_NAME})(?:\s+(?:is|was)|\s*[:=])\s*(?:(?:called"
    rf"|named)\s+)?[\"'“‘]?([A-Za-z][\w'-]*(?: [A-Z][\w'-]*)*)",
    re.I,
)
BARE_CODE = re.compile(
    r"(?<![\w$€£:/.,-])\d{3,8}(?![\w:/%-]|[.,]\d)(?!\s*(?:people|guests|dollars|credits|am|pm)\b)", re.I
)
EVADES = re.compile(
    r"\b(?:don'?t|do not|can'?t|cannot|didn'?t|won'?t|not|forgot\w*|forget|no idea|never|unsure|why)\b", re.I
)
RECALLED = re.compile(r"\b(?:remember\w*|recall\w*|either|try|think it|might be|could be|it's|it is|here)\b", re.I)
NUMBER_ASKED = re.compile(r"\b(?:number|how (?:many|much)|amount|zip|code|id|phone|time|date|birth)\b", re.I)
COPULA = re.compile(
    r"\b(?:it|that|this|name|she|he|her|his|think|called|named)(?:'s|\s+is|\s+was)?\s+(?:a |an "
    r"|the )?([A-Z][\w'-]*|\w[\w'-]*$)"
)
SUBJECT = re.compile(r"^\W*([A-Z][\w'-]+)\s+(?:was|is)\s+(?:my|the|her|his|our)\b")
FILLER = STOP | word_set("idk name sir hmm um uh well oh think guess believe called named was mother pet")


@dataclass(frozen=True, slots=True)
class Given:
    """That a secret was asked for or told, never the secret itself."""

    label: str
    ids: tuple[UUID, ...]
    told: bool


@dataclass(frozen=True, slots=True)
class Secrets:
    """The secrets of a conversation."""

    values: frozenset[str] = frozenset()
    given: tuple[Given, ...] = ()


def find(memories: Sequence[SourceMemory]) -> Secrets:
    """The secrets that a conversation holds, oldest memory first."""
    values: set[str] = set()
    given: dict[str, Given] = {}
    pending: dict[str, UUID] = {}
    question = ""
    for memory in memories:
        told = _told_in(memory, question, pending)
        values.update(value for found in told.values() for value in found)
        for label in told:
            ids = (pending.pop(label), memory.id) if label in pending else (memory.id,)
            before = given[label].ids if label in given and given[label].told else ()
            given[label] = Given(label, merged(before, ids), told=True)
        if memory.role is Role.AGENT and memory.action is None:
            question = memory.content
            asked = {label: memory.id for label in secrets_asked(question)}
            pending.update(asked)
            for label, asked_in in asked.items():
                given.setdefault(label, Given(label, (asked_in,), told=False))
    return Secrets(frozenset(values), tuple(given.values()))


def scrub(text: str, secrets: Secrets = Secrets()) -> str:
    """A text without secrets; `[redacted]` stands where one was."""
    text = SHAPES.sub(HIDDEN, text)
    text = CARD.sub(lambda hit: HIDDEN if _is_card(hit.group()) else hit.group(), text)
    for named in (NAMED_CODE, NAMED_WORD, NAMED_ANSWER) if _may_name(text) else ():
        text = named.sub(_without_groups, text)
    return _any_of(secrets.values).sub(HIDDEN, text) if secrets.values else text


def scrub_tree(tree: Any, secrets: Secrets = Secrets()) -> Any:
    """A JSON value without secrets: values under a secret's name go, all strings are scrubbed."""
    if isinstance(tree, Mapping):
        return {key: HIDDEN if names_secret(str(key)) else scrub_tree(value, secrets) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        return [scrub_tree(item, secrets) for item in tree]
    if isinstance(tree, str):
        return scrub(tree, secrets)
    if isinstance(tree, int) and not isinstance(tree, bool) and (str(tree) in secrets.values or _is_card(str(tree))):
        return HIDDEN
    return tree


def names_secret(name: str) -> bool:
    """Whether a slot or argument of this name holds a secret."""
    return SECRET_KEY.search(label_of(name)) is not None


@lru_cache(maxsize=64)
def _any_of(values: frozenset[str]) -> re.Pattern[str]:
    longest_first = sorted(values, key=lambda value: (-len(value), value))
    return re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(map(re.escape, longest_first))})(?![A-Za-z0-9])", re.I)


def _told_in(memory: SourceMemory, question: str, pending: Mapping[str, UUID]) -> dict[str, set[str]]:
    """The secrets that a memory tells, by the label of the secret."""
    named = memory.content if _may_name(memory.content) else ""
    told = {
        "PIN or code": _groups(NAMED_CODE, named),
        "password or key": _groups(NAMED_WORD, named) | set(SHAPES.findall(memory.content)),
        "security answer": _groups(NAMED_ANSWER, named),
        "card number": {hit for hit in CARD.findall(memory.content) if _is_card(hit)},
    }
    if memory.slot and names_secret(memory.slot.name):
        told[label_of(memory.slot.name)] = {memory.slot.value}
    if memory.action:
        told["password or key"] |= set(_secret_leaves(memory.action.arguments)) | set(
            _secret_leaves(memory.action.result)
        )
    if memory.role is Role.USER:
        for label, found in _answers(memory.content, question, pending).items():
            told.setdefault(label, set()).update(found)
    return {
        label: {value.strip() for value in found if len(value.strip()) > 1} for label, found in told.items() if found
    }


def _answers(reply: str, question: str, pending: Mapping[str, UUID]) -> dict[str, set[str]]:
    told: dict[str, set[str]] = {}
    asked = secrets_asked(question)
    other_number = NUMBER_ASKED.search(question) is not None and "PIN or code" not in asked
    if "PIN or code" in pending and ("PIN or code" in asked or (CODE.search(reply) or RECALLED.search(reply))):
        codes = set(BARE_CODE.findall(reply))
        told["PIN or code"] = {code for code in codes if len(code) <= 6 or not other_number}
    if "password or key" in asked and len(reply.split()) <= 3 and not EVADES.search(reply):
        told["password or key"] = {reply.strip(" .!\"'")}
    if "security answer" in asked:
        told["security answer"] = _answer_words(reply)
    return told


def _answer_words(reply: str) -> set[str]:
    """The words of a reply that answer a security question; none where the reply evades it."""
    found: set[str] = set()
    for sentence in sentences(reply):
        if sentence.endswith("?") or EVADES.search(sentence):
            continue
        meant = [word for word in content_words(sentence) if word not in FILLER]
        found.update(value.text.lower() for value in typed.find(sentence) if value.kind is ValueKind.NAME)
        if len(meant) <= 3:
            found.update(meant)
        for pattern in (COPULA, SUBJECT):
            found.update(hit.lower() for hit in pattern.findall(sentence) if hit.lower() not in FILLER)
    return found


def secrets_asked(question: str) -> list[str]:
    """The labels of the secrets that a question asks for."""
    if not _may_name(question):
        return []
    kinds = (("PIN or code", CODE), ("password or key", PASS), ("security answer", ANSWER))
    return [label for label, pattern in kinds if pattern.search(question)]


def _may_name(text: str) -> bool:
    """Whether a text holds a piece of some secret's name: a cheap look before the patterns that say which."""
    return NAME_PIECE.search(text.lower()) is not None


def _groups(pattern: re.Pattern[str], text: str) -> set[str]:
    return {group for hit in pattern.finditer(text) for group in hit.groups() if group and group.lower() not in STOP}


def _without_groups(hit: re.Match[str]) -> str:
    text = hit.group()
    for group in filter(None, hit.groups()):
        if group.lower() not in STOP and HIDDEN not in group:
            text = text.replace(group, HIDDEN)
    return text


def _secret_leaves(tree: Any) -> Iterable[str]:
    if isinstance(tree, Mapping):
        for key, value in tree.items():
            if names_secret(str(key)) and isinstance(value, str | int) and not isinstance(value, bool):
                yield str(value)
            else:
                yield from _secret_leaves(value)
    elif isinstance(tree, list | tuple):
        for item in tree:
            yield from _secret_leaves(item)


def _is_card(number: str) -> bool:
    """Whether digits can be a payment card's: an issuer's first digit 2-6 and a right Luhn sum."""
    digits = [int(digit) for digit in number if digit.isdigit()]
    if not 13 <= len(digits) <= 19 or digits[0] not in range(2, 7):
        return False
    doubled = [digit * 2 - 9 * (digit > 4) if place % 2 else digit for place, digit in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0
