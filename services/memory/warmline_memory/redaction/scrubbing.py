"""What may not stand in a brief, a prompt or whatever else is made for a receiver: secrets, and personal data of the
classes that a tenant chose.

Two nets. The first needs one text only: forms (card numbers, keys, tokens), and values that a secret's name goes with
(`my PIN is …`). The second reads a conversation: the answer to a question for a secret is a secret, and so is every
further mention of it. Personal data is found by the same two nets, and leaves a placeholder that says what it was.

A secret that is an ordinary word (`summer`) is not hidden wherever the word stands, but where it was given, in the two
turns after that, in quotation marks, behind words such as `with`, and where it is all that a text or a field says.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from warmline_memory.language import phrases, spans
from warmline_memory.language.one_reading import one_reading, read_once
from warmline_memory.redaction import personal, replies, said_digits, secrets as named
from warmline_memory.redaction.forms import read
from warmline_memory.redaction.naming import LEAD, NAMES, QUESTION, STOP, asked
from warmline_memory.redaction.secrets import LABELS, names_secret
from warmline_memory.redaction.tokens import CARD_NUMBER, KEY
from warmline_memory.source_memory import SourceMemory, merged
from warmline_schemas.memories import Role
from warmline_schemas.tenancy import PiiClass

FORMS = read("scrubbing")

__all__ = ["HIDDEN", "Given", "Secrets", "find", "names_secret", "scrub", "scrub_tree", "secrets_asked"]

HIDDEN = named.SHOWN
LEAST_DIGITS = 4
"""Fewer digits are not hidden everywhere, but only near to where they were given: they are counts as often."""
NEAR_TURNS, PENDING_TURNS, MOST_NEAR = 2, 6, 20
WORDS_AROUND = re.compile(r"(?:\S+\s+){0,2}\S*$"), re.compile(r"\S*(?:\s+\S+){0,2}")
# Where an ordinary word is a secret again: in quotation marks, or behind a word of entering and telling.
USED = r"(?:[\"'“‘`«:=]\s?|\b(?:with|typed?|typing|entered?|use|used|using|try|tried|mit|con|avec|com|usa|met)\s+)"
READ_BACK = re.compile(r"[^\W\d_]+")
SINGLY = re.compile(r"\d(?:[ .-]+\d){1,7}")
"""Digits that are read out one by one."""
PIECE = re.compile(r"(?<![\w.,$€£#/-])\d(?:[ .-]{0,2}\d){0,7}(?![\w%€£]|[.,:/]\d)")
CARD_SPOKEN_OF = re.compile(FORMS["card_spoken_of"])
CARD_LIKE = re.compile(FORMS["card_like"])
OTHER_LONG = re.compile(FORMS["other_long"])


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
    """Hidden wherever they stand."""
    digits: frozenset[str] = frozenset()
    """Hidden in any grouping, in figures and in words."""
    plain: frozenset[str] = frozenset()
    """Ordinary words: hidden where they are used as a secret."""
    passages: frozenset[tuple[str, int, int]] = frozenset()
    """Pieces of texts, and from where to where they hold a secret that is hidden in that surrounding only."""
    given: tuple[Given, ...] = ()
    pii: frozenset[PiiClass] = frozenset()
    personal: frozenset[tuple[str, PiiClass]] = frozenset()


@dataclass(slots=True)
class _Search:
    """What was found so far, and what is open."""

    values: set[str] = field(default_factory=set)
    plain: set[str] = field(default_factory=set)
    passages: set[tuple[str, int, int]] = field(default_factory=set)
    given: dict[str, Given] = field(default_factory=dict)
    pending: dict[str, tuple[UUID, int]] = field(default_factory=dict)
    near: list[tuple[str, int]] = field(default_factory=list)
    """Values that are hidden near to where they were given, and until which turn."""
    partial: str = ""
    """The digits of a code that is read out in pieces."""
    partial_until: int = -1


@one_reading()
def find(memories: Sequence[SourceMemory], pii: frozenset[PiiClass] = frozenset()) -> Secrets:
    """The secrets that a conversation holds, and its personal data of these classes; oldest memory first."""
    search = _Search()
    question: dict[Role | None, str] = {}
    about_card = any(CARD_SPOKEN_OF.search(phrases.folded(memory.content)) for memory in memories)
    for turn, memory in enumerate(memories):
        asking = next(
            (question[role] for role in (Role.AGENT, Role.USER) if role is not memory.role and role in question), ""
        )
        found = list(_secrets_of(memory, asking, search, turn, cards=about_card))
        for label, value in found:
            _keep(search, label, value, memory, turn)
        search.near = [(value, until) for value, until in search.near if until >= turn][-MOST_NEAR:]
        for value, _ in search.near:
            search.passages.update(_passages(value, memory.content))
        if memory.role in (Role.AGENT, Role.USER) and memory.action is None:
            is_question = memory.role is Role.AGENT or QUESTION.search(memory.content)
            question = {memory.role: memory.content} if is_question else {}
            for family in asked(memory.content) if is_question else ():
                search.pending[family] = (memory.id, turn)
                if memory.role is Role.AGENT:
                    search.given.setdefault(LABELS[family], Given(LABELS[family], (memory.id,), answered=False))
    digits = frozenset(re.sub(r"\D", "", value) for value in search.values if not re.search(r"[^\W\d]", value))
    spelled = {said_digits.digits_of(value) for value in search.values if not re.search(r"\d", value) and " " in value}
    known = frozenset(one for one in digits | spelled if len(one) >= LEAST_DIGITS)
    about_persons = personal.find(memories, pii) if pii else frozenset()
    return Secrets(
        frozenset(search.values),
        known,
        frozenset(search.plain),
        frozenset(search.passages),
        tuple(search.given.values()),
        pii,
        about_persons,
    )


def secrets_asked(question: str) -> list[str]:
    """The labels of the secrets that a question asks for."""
    return [LABELS[family] for family in asked(question)]


def scrub(text: str, secrets: Secrets = Secrets(), label: str | None = None) -> str:
    """A text without secrets, `[redacted]` where one was; and without personal data of the classes that are hidden,
    with placeholders such as `[e-mail]`. `label` is the name that the text is the value of, where it has one."""
    found = [*_spans(text), *_known(text, secrets)]
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


def _known(text: str, secrets: Secrets) -> Iterator[spans.Span]:
    """Where secrets that are known from elsewhere stand in a text."""
    if secrets.values:
        yield from spans.of_values(HIDDEN, secrets.values, text)
    if secrets.digits:
        yield from (spans.Span(HIDDEN, *place) for place in said_digits.again(text, secrets.digits))
    if not (secrets.passages or secrets.plain):
        return
    folded = phrases.folded(text)
    for piece, start, end in secrets.passages:
        yield from (spans.Span(HIDDEN, at + start, at + end) for at in phrases.places(folded, piece, str.isalnum))
    for word in secrets.plain:
        for at in phrases.places(folded, word, phrases.goes_on_in_any_script):
            if folded.strip(" .,!?\"'") == word or re.search(USED + "$", folded[max(0, at - 16) : at]):
                yield spans.Span(HIDDEN, at, at + len(word))


def _keep(search: _Search, label: str, value: str, memory: SourceMemory, turn: int) -> None:
    """Remember a secret, in the way that its form allows: everywhere, or only near by."""
    value = value.strip()
    folded = phrases.folded(value)
    if not folded or STOP.fullmatch(folded) or NAMES.fullmatch(folded):
        return
    ids = (search.pending.pop(family)[0], memory.id) if (family := _family(label)) in search.pending else (memory.id,)
    before = search.given[label].ids if label in search.given and search.given[label].answered else ()
    search.given[label] = Given(label, merged(before, ids), answered=True)
    digits = re.sub(r"\D", "", value) if not re.search(r"[^\W\d]", value) else ""
    lone = value.isalpha() and (label != named.ANSWER_LABEL or value == folded)
    if (digits and len(digits) < LEAST_DIGITS) or len(value) < 3 or lone:
        search.near.append((folded, turn + NEAR_TURNS))
        if lone:
            search.plain.add(folded)
    else:
        search.values.add(value)
    if digits and label == named.CODE_LABEL and (len(digits) < LEAST_DIGITS or SINGLY.fullmatch(value)):
        joined = search.partial + digits if search.partial_until >= turn else digits
        if LEAST_DIGITS <= len(joined) <= 12 and joined != digits:
            search.values.add(joined)
        search.partial, search.partial_until = joined, turn + 3


def _family(label: str) -> str:
    return next(family for family, called in LABELS.items() if called == label)


def _passages(value: str, text: str) -> Iterator[tuple[str, int, int]]:
    """The places of a value in a text, each with the words around it."""
    folded = phrases.folded(text)
    for at in phrases.places(folded, value, phrases.goes_on_in_any_script):
        end = at + len(value)
        before = WORDS_AROUND[0].search(folded, max(0, at - 60), at)
        after = WORDS_AROUND[1].match(folded, end, end + 60)
        start = before.start() if before else at
        yield folded[start : after.end() if after else end], at - start, end - start


def _secrets_of(
    memory: SourceMemory, question: str, search: _Search, turn: int, *, cards: bool
) -> Iterator[tuple[str, str]]:
    """The secrets that a memory holds, with the label of each."""
    for span in _spans(memory.content):
        yield span.label, span.of(memory.content)
    yield from ((CARD_NUMBER, number) for number in _cards(memory.content, cards))
    if memory.slot:
        yield from ((named.label(memory.slot.name), one) for one in _leaves({memory.slot.name: memory.slot.value}))
    if memory.action:
        yield from ((KEY, one) for one in (*_leaves(memory.action.arguments), *_leaves(memory.action.result)))
    yield from ((KEY, one) for one in _leaves(memory.metadata))
    if memory.role in (Role.USER, Role.AGENT):
        pending = {
            family: turn - asked_at
            for family, (_, asked_at) in search.pending.items()
            if turn - asked_at <= PENDING_TURNS
        }
        told = {span.label for span in _spans(memory.content)}
        by_name = [family for family, label in LABELS.items() if label in told]
        yield from (
            (LABELS[family], one) for family, one in replies.answers(memory.content, question, pending, by_name)
        )
        if search.partial_until >= turn and len(READ_BACK.findall(memory.content)) <= 9:
            yield from ((named.CODE_LABEL, hit.group()) for hit in PIECE.finditer(memory.content))


def _cards(text: str, about_card: bool) -> Iterator[str]:
    for hit in CARD_LIKE.finditer(text):
        before = text[max(0, hit.start() - 40) : hit.start()]
        named_so = READ_BACK.findall(phrases.folded(before))[-1:]
        unnamed = not named_so or STOP.fullmatch(named_so[0]) or LEAD.fullmatch(named_so[0])
        if unnamed or (about_card and not OTHER_LONG.search(before)):
            yield hit.group(1)


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
