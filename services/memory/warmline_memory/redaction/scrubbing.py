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
from warmline_memory.redaction import personal, secret_names, secret_shapes
from warmline_memory.redaction.secret_names import ANSWER_LABEL, CODE_LABEL, asked as secrets_asked, names_secret
from warmline_memory.redaction.secret_shapes import KEY
from warmline_memory.source_memory import SourceMemory, merged
from warmline_schemas.memories import Role
from warmline_schemas.preferences import PiiClass

__all__ = ["HIDDEN", "Given", "Secrets", "find", "names_secret", "scrub", "scrub_tree", "secrets_asked"]

HIDDEN = "[redacted]"

BARE_CODE = re.compile(
    r"(?<![\w$€£:/.,-])\d{3,8}(?![\w:/%-]|[.,]\d)(?!\s*(?:people|guests|dollars|credits|am|pm)\b)", re.I
)
SPELLED_CODE = re.compile(rf"\b{secret_names.DIGIT}(?:[\s,-]+{secret_names.DIGIT}){{2,7}}\b", re.I)
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
LEAD_IN = re.compile(r"^(?:(?:sure|ok|okay|yes|well)\W+)?(?:(?:it|that)(?:'s| is| was)|my \w+ is)\W*", re.I)
FILLER = STOP | word_set("idk name sir hmm um uh well oh think guess believe called named was mother pet")


@dataclass(frozen=True, slots=True)
class Given:
    """That something was asked for or told that is not shown, never what it is."""

    label: str
    ids: tuple[UUID, ...]
    told: bool


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
        told = _told_in(memory, question, pending)
        values.update(value for found in told.values() for value in found)
        for label in told:
            ids: tuple[UUID, ...] = (pending.pop(label), memory.id) if label in pending else (memory.id,)
            before = given[label].ids if label in given and given[label].told else ()
            given[label] = Given(label, merged(before, ids), told=True)
        if memory.role is Role.AGENT and memory.action is None:
            question = memory.content
            asked = {label: memory.id for label in secrets_asked(question)}
            pending.update(asked)
            for label, asked_in in asked.items():
                given.setdefault(label, Given(label, (asked_in,), told=False))
    told_of = personal.told(memories, pii) if pii else frozenset()
    return Secrets(frozenset(values), tuple(given.values()), pii, told_of)


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
    return (*secret_shapes.spans(text), *secret_names.spans(text))


def _told_in(memory: SourceMemory, question: str, pending: Mapping[str, UUID]) -> dict[str, set[str]]:
    """The secrets that a memory tells, by the label of the secret."""
    told: dict[str, set[str]] = {}
    for span in _spans(memory.content):
        told.setdefault(span.label, set()).add(span.of(memory.content))
    if memory.slot:
        secret = _leaves({memory.slot.name: memory.slot.value})
        told.setdefault(secret_names.label(memory.slot.name), set()).update(secret)
    if memory.action:
        told.setdefault(KEY, set()).update(_leaves(memory.action.arguments), _leaves(memory.action.result))
    if memory.role is Role.USER:
        for label, found in _answers(memory.content, question, pending).items():
            told.setdefault(label, set()).update(found)
    return {
        label: {value.strip() for value in found if len(value.strip()) > 1} for label, found in told.items() if found
    }


def _answers(reply: str, question: str, pending: Mapping[str, UUID]) -> dict[str, set[str]]:
    told: dict[str, set[str]] = {}
    asked = secrets_asked(question)
    other_number = NUMBER_ASKED.search(question) is not None and CODE_LABEL not in asked
    if CODE_LABEL in pending and (CODE_LABEL in asked or (secret_names.CODE.search(reply) or RECALLED.search(reply))):
        codes = {*BARE_CODE.findall(reply), *SPELLED_CODE.findall(reply)}
        told[CODE_LABEL] = {code for code in codes if len(code) <= 6 or not other_number}
    if KEY in asked and len(reply.split()) <= 5 and not EVADES.search(reply):
        told[KEY] = {LEAD_IN.sub("", reply).strip(" .!\"'“”")}
    if ANSWER_LABEL in asked:
        told[ANSWER_LABEL] = _answer_words(reply)
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
