"""What may not stand in a brief, a prompt or whatever else is made for a receiver: secrets, and personal data of the
classes that a tenant chose.

Two nets. The first needs one text only: shapes (card numbers, keys, tokens), and values that a secret's name goes with
(`my PIN is …`). The second reads a conversation: the answer to a question for a secret is a secret, and so is every
further mention of it. Personal data is found by the same two nets, and leaves a placeholder that says what it was.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from warmline_memory.language import spans, values as typed
from warmline_memory.language.one_reading import one_reading, read_once
from warmline_memory.language.values import ValueKind
from warmline_memory.language.words import STOP, content_words, sentences, word_set
from warmline_memory.redaction import personal, secrets as named
from warmline_memory.redaction.secrets import ANSWER_LABEL, CODE_LABEL, KEY, asked as secrets_asked, names_secret
from warmline_memory.source_memory import SourceMemory, merged
from warmline_schemas.memories import Role
from warmline_schemas.tenancy import PiiClass

__all__ = ["HIDDEN", "Given", "Secrets", "find", "names_secret", "scrub", "scrub_tree", "secrets_asked"]

HIDDEN = "[redacted]"

# Codes in a reply to a question for one. Times, amounts, parts of addresses and counts of people are no codes, although
# a question for a PIN stands before them.
BARE_CODE = re.compile(
    r"(?<![\w$€£:/.,-])\d{3,8}(?![\w:/%-]|[.,]\d)(?!\s*(?:people|guests|dollars|credits|am|pm)\b)", re.I
)
SPELLED_CODE = re.compile(rf"\b{named.DIGIT}(?:[\s,-]+{named.DIGIT}){{2,7}}\b", re.I)
# A reply that says that there is no answer: its words are not taken for the answer, or `forgot` would be hidden
# everywhere.
EVADES = re.compile(
    r"\b(?:don'?t|do not|can'?t|cannot|didn'?t|won'?t|not|forgot\w*|forget|no idea|never|unsure|why)\b", re.I
)
# A later try at a code that was asked for earlier: `I think it's 4711`.
RECALLED = re.compile(r"\b(?:remember\w*|recall\w*|either|try|think it|might be|could be|it's|it is|here)\b", re.I)
NUMBER_ASKED = re.compile(r"\b(?:number|how (?:many|much)|amount|zip|code|id|phone|time|date|birth)\b", re.I)
# The answer to a security question stands behind `it is`, `called` and the like (first), or before `was my` (second). A
# small word counts only at the end of the reply.
COPULA = re.compile(
    r"\b(?:it|that|this|name|she|he|her|his|think|called|named)(?:'s|\s+is|\s+was)?\s+(?:a |an "
    r"|the )?([A-Z][\w'-]*|\w[\w'-]*$)"
)
SUBJECT = re.compile(r"^\W*([A-Z][\w'-]+)\s+(?:was|is)\s+(?:my|the|her|his|our)\b")
# What comes before the secret itself: `Sure, it's …`.
LEAD_IN = re.compile(r"^(?:(?:sure|ok|okay|yes|well)\W+)?(?:(?:it|that)(?:'s| is| was)|my \w+ is)\W*", re.I)
FILLER = STOP | word_set("idk name sir hmm um uh well oh think guess believe called named was mother pet")


@dataclass(frozen=True, slots=True)
class Given:
    """That a secret was asked for, and whether it was given. It never says what the secret is."""

    label: str
    ids: tuple[UUID, ...]
    """The memories that ask for it and that give it."""
    answered: bool
    """Whether it was given; it may have been given without a question."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """What a conversation holds that is not shown: secrets, and the values of the classes of personal data to hide."""

    values: frozenset[str] = frozenset()
    given: tuple[Given, ...] = ()
    pii: frozenset[PiiClass] = frozenset()
    personal: frozenset[tuple[str, PiiClass]] = frozenset()


@one_reading()
def find(memories: Sequence[SourceMemory], pii: frozenset[PiiClass] = frozenset()) -> Secrets:
    """The secrets that a conversation holds, and its personal data of these classes; oldest memory first."""
    values: set[str] = set()
    given: dict[str, Given] = {}
    pending: dict[str, UUID] = {}
    question = ""
    for memory in memories:
        found = _secrets_of(memory, question, pending)
        values.update(value for some in found.values() for value in some)
        for label in found:
            ids: tuple[UUID, ...] = (pending.pop(label), memory.id) if label in pending else (memory.id,)
            before = given[label].ids if label in given and given[label].answered else ()
            given[label] = Given(label, merged(before, ids), answered=True)
        if memory.role is Role.AGENT and memory.action is None:
            question = memory.content
            asked = {label: memory.id for label in secrets_asked(question)}
            pending.update(asked)
            for label, asked_in in asked.items():
                given.setdefault(label, Given(label, (asked_in,), answered=False))
    about_persons = personal.find(memories, pii) if pii else frozenset()
    return Secrets(frozenset(values), tuple(given.values()), pii, about_persons)


def scrub(text: str, secrets: Secrets = Secrets(), label: str | None = None) -> str:
    """A text without secrets, `[redacted]` where one was; and without personal data of the classes that are hidden,
    with placeholders such as `[e-mail]`. `label` is the name that the text is the value of, where it has one."""
    found = _spans(text)
    if secrets.values:
        found += tuple(spans.of_values(HIDDEN, secrets.values, text))
    if found:
        text = spans.without(text, found, lambda _: HIDDEN)
    return personal.hide(text, secrets.pii, secrets.personal, label) if secrets.pii else text


def scrub_tree(tree: Any, secrets: Secrets = Secrets(), label: str | None = None) -> Any:
    """A JSON value without what `scrub` takes out of texts; values under a secret's name go whatever they are."""
    if isinstance(tree, str):
        return scrub(tree, secrets, label)
    if isinstance(tree, Mapping):
        return {
            key: HIDDEN if names_secret(str(key)) else scrub_tree(value, secrets, str(key))
            for key, value in tree.items()
        }
    if isinstance(tree, list | tuple):
        return [scrub_tree(item, secrets, label) for item in tree]
    if isinstance(tree, int) and not isinstance(tree, bool):
        shown = scrub(str(tree), secrets, label)
        return tree if shown == str(tree) else shown
    return tree


@read_once
def _spans(text: str) -> tuple[spans.Span, ...]:
    """Where one text alone gives secrets away; most texts are asked twice, when they are looked through and shown."""
    return tuple(named.spans(text))


def _secrets_of(memory: SourceMemory, question: str, pending: Mapping[str, UUID]) -> dict[str, set[str]]:
    """The secrets that a memory holds, by the label of the secret."""
    found: dict[str, set[str]] = {}
    for span in _spans(memory.content):
        found.setdefault(span.label, set()).add(span.of(memory.content))
    if memory.slot:
        secret = _leaves({memory.slot.name: memory.slot.value})
        found.setdefault(named.label(memory.slot.name), set()).update(secret)
    if memory.action:
        found.setdefault(KEY, set()).update(_leaves(memory.action.arguments), _leaves(memory.action.result))
    if memory.role is Role.USER:
        for label, answers in _answers(memory.content, question, pending).items():
            found.setdefault(label, set()).update(answers)
    return {label: {value.strip() for value in some if len(value.strip()) > 1} for label, some in found.items() if some}


def _answers(reply: str, question: str, pending: Mapping[str, UUID]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    asked = secrets_asked(question)
    other_number = NUMBER_ASKED.search(question) is not None and CODE_LABEL not in asked
    if CODE_LABEL in pending and (CODE_LABEL in asked or (named.CODE.search(reply) or RECALLED.search(reply))):
        codes = {*BARE_CODE.findall(reply), *SPELLED_CODE.findall(reply)}
        found[CODE_LABEL] = {code for code in codes if len(code) <= 6 or not other_number}
    if KEY in asked and len(reply.split()) <= 5 and not EVADES.search(reply):
        found[KEY] = {LEAD_IN.sub("", reply).strip(" .!\"'“”")}
    if ANSWER_LABEL in asked:
        found[ANSWER_LABEL] = _answer_words(reply)
    return found


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


def _leaves(tree: Any) -> Iterable[str]:
    """The values under secrets' names, and what the strings of a JSON value tell by themselves."""
    if isinstance(tree, str):
        yield from (span.of(tree) for span in _spans(tree))
    elif isinstance(tree, Mapping):
        for key, value in tree.items():
            if names_secret(str(key)) and isinstance(value, str | int) and not isinstance(value, bool):
                yield str(value)
            else:
                yield from _leaves(value)
    elif isinstance(tree, list | tuple):
        for item in tree:
            yield from _leaves(item)
