"""Personal data: what a conversation tells of it, and texts without it.

It is found by its shape or name in any text, by the name of a field, and as the answer to a question; and then
wherever it is said again.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from warmline_memory.language import values as typed
from warmline_memory.language.spans import of_values, without
from warmline_memory.language.values import ValueKind
from warmline_memory.language.words import STOP, content_words, label_of, word_set
from warmline_memory.redaction.personal_shapes import BIRTH, EMAIL, NAMES, PERSON, is_ip, spans
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.memories import Role
from warmline_schemas.preferences import PiiClass

LABELS = {
    PiiClass.EMAIL: "e-mail",
    PiiClass.PHONE: "phone",
    PiiClass.ADDRESS: "address",
    PiiClass.BIRTH_DATE: "birth date",
    PiiClass.IBAN: "IBAN",
    PiiClass.NATIONAL_ID: "national id",
    PiiClass.IP_ADDRESS: "IP address",
    PiiClass.PERSON_NAME: "name",
}
"""What a class is called in a brief; in brackets it is the placeholder."""

SAID = {kind: re.compile(rf"\b(?:{name})\b", re.I) for kind, name in NAMES.items()}
FIELD = {kind: re.compile(rf"(?:.* )?(?:{name})(?: \d+)?", re.I) for kind, name in NAMES.items()}
ANY_DATE = re.compile(BIRTH, re.I)
NUMBERED = re.compile(r"(?<![\w.])\+?(?=[\w() .-]*\d)[A-Za-z0-9(][\w() -]{3,20}[A-Za-z0-9]")
LEAD_IN = re.compile(
    r"^(?:(?:sure|ok|okay|yes|yeah|well|hi|hello|of course|certainly)\W+)*(?:(?:it|that|this)(?:'s| is| was)|i am|i'm"
    r"|my (?:\w+ ){1,3}is)?\W*",
    re.I,
)
TITLES = word_set("dr mr mrs ms miss van von de der da la bin al sir madam")
LEAST_DIGITS, MOST_ADDRESS_WORDS = 4, 15


Known = frozenset[tuple[str, PiiClass]]
"""Values, and the class of each."""


def told(memories: Sequence[SourceMemory], classes: frozenset[PiiClass]) -> Known:
    """What memories tell of these classes by shape, under a name, or as the answer to a question; oldest first."""
    values: set[tuple[str, PiiClass]] = set()
    question = ""
    for memory in memories:
        found = set(_leaves(memory.content, "", classes))
        if memory.slot:
            found.update(_leaves(memory.slot.value, memory.slot.name, classes))
        if memory.action:
            found.update(_leaves(memory.action.arguments, "", classes), _leaves(memory.action.result, "", classes))
        if memory.role is Role.USER:
            found.update(_answered(memory.content, question, classes))
        values.update((again, kind) for value, kind in found for again in _as_said_again(value, kind))
        if memory.role is Role.AGENT and memory.action is None:
            question = memory.content
    return frozenset(values)


def hide(text: str, classes: frozenset[PiiClass], known: Known, label: str | None) -> str:
    """A text with a placeholder for each piece of personal data: by shape, by name, and where it was told elsewhere."""
    if label is not None and (kind := named(label, classes)) is not None and _fits(kind, text):
        return placeholder(kind)
    found = list(spans(text, classes))
    for kind in classes:
        found.extend(of_values(kind, [value for value, of in known if of is kind], text))
    return without(text, found, lambda span: placeholder(PiiClass(span.label))) if found else text


def placeholder(kind: PiiClass) -> str:
    """What stands where a value of a class was."""
    return f"[{LABELS[kind]}]"


def named(name: str, classes: Iterable[PiiClass]) -> PiiClass | None:
    """The class of these whose values a slot, an argument or a line of this name holds."""
    words = label_of(name)
    return next((kind for kind in sorted(classes) if FIELD[kind].fullmatch(words)), None)


def _leaves(tree: Any, name: str, classes: frozenset[PiiClass]) -> Iterator[tuple[str, PiiClass]]:
    """The values under a class's name in a JSON value, and what its strings tell by themselves."""
    if isinstance(tree, Mapping):
        for key, value in tree.items():
            yield from _leaves(value, str(key), classes)
    elif isinstance(tree, list | tuple):
        for item in tree:
            yield from _leaves(item, name, classes)
    elif isinstance(tree, str | int) and not isinstance(tree, bool):
        kind = named(name, classes)
        if kind is not None and _fits(kind, str(tree)):
            yield str(tree), kind
        else:
            yield from ((span.of(str(tree)), PiiClass(span.label)) for span in spans(str(tree), classes))


def _answered(reply: str, question: str, classes: frozenset[PiiClass]) -> Iterator[tuple[str, PiiClass]]:
    """What answers a question for a class."""
    for kind in sorted(classes):
        if SAID[kind].search(question):
            yield from ((value, kind) for value in _answers(kind, reply))


def _answers(kind: PiiClass, reply: str) -> list[str]:
    said = LEAD_IN.sub("", reply).strip(" .!?\"'“”")
    if kind is PiiClass.PERSON_NAME:
        names = [value.text for value in typed.find(reply) if value.kind is ValueKind.NAME]
        return names or [said] * (len(content_words(said)) == len(said.split()) <= 3)
    if kind is PiiClass.ADDRESS:
        return [said] if re.search(r"\d", said) and len(said.split()) <= MOST_ADDRESS_WORDS else []
    if kind is PiiClass.BIRTH_DATE:
        return [hit.group() for hit in ANY_DATE.finditer(reply)]
    if kind in (PiiClass.PHONE, PiiClass.NATIONAL_ID):
        return [hit.group() for hit in NUMBERED.finditer(reply) if len(re.findall(r"\d", hit.group())) >= LEAST_DIGITS]
    return []


def _fits(kind: PiiClass, value: str) -> bool:
    """Whether the value of a field can be of the class that the field's name says."""
    if kind is PiiClass.PERSON_NAME:
        return re.fullmatch(rf"{PERSON}|[A-Za-z][\w'’-]+", value.strip()) is not None
    if kind is PiiClass.EMAIL:
        return EMAIL.search(value) is not None
    if kind is PiiClass.IP_ADDRESS:
        return is_ip(value.strip())
    return re.search(r"\d", value) is not None and len(value.split()) <= MOST_ADDRESS_WORDS


def _as_said_again(value: str, kind: PiiClass) -> set[str]:
    """How a value may be said once more: a name by its parts, a number without its punctuation."""
    again = {value.strip()}
    if kind is PiiClass.PERSON_NAME:
        again.update(word for word in re.findall(r"[^\W\d_][\w'’-]+", value) if word.lower() not in TITLES | STOP)
    if kind in (PiiClass.PHONE, PiiClass.IBAN, PiiClass.NATIONAL_ID):
        again.add(re.sub(r"[^\w+]", "", value))
    return {one for one in again if len(one) > 2}
