"""What may not stand in a brief, a prompt or whatever else is made for a receiver: secrets, and personal data of the
classes that a tenant chose.

Two nets. The first needs one text only: forms (card numbers, keys, tokens), and values that a secret's name goes with
(`my PIN is …`). The second reads a conversation: the answer to a question for a secret is a secret, and so is every
further mention of it. Personal data is found by the same two nets, and leaves a placeholder that says what it was.

A secret that is an ordinary word (`summer`) is not hidden wherever the word stands, but where it was given, in the two
turns after that, in quotation marks, behind words such as `with`, and where it is all that a text or a field says.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from warmline_memory.language import phrases, spans
from warmline_memory.language.one_reading import one_reading, read_once
from warmline_memory.language.trees import leaves
from warmline_memory.language.unseen import as_read
from warmline_memory.redaction import personal, replies, said_digits, secrets as named
from warmline_memory.redaction.forms import read
from warmline_memory.redaction.naming import LEAD, NAMES, STOP, asked
from warmline_memory.redaction.secrets import names_secret
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.memories import Role
from warmline_schemas.tenancy import PiiClass

__all__ = ["HIDDEN", "Secrets", "find", "hide", "names_secret", "scrub", "scrub_tree"]

FORMS = read("scrubbing")
HIDDEN = named.SHOWN
LEAST_DIGITS = 4
"""Fewer digits are not hidden everywhere, but only near to where they were given: they are counts as often."""
LEAST_OF_CARD = 12
NEAR_TURNS, PIECE_TURNS, PENDING_TURNS, MOST_NEAR = 2, 3, 6, 20


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
    pii: frozenset[PiiClass] = frozenset()
    personal: frozenset[tuple[str, PiiClass]] = frozenset()


@dataclass(slots=True)
class _Search:
    """What was found so far, and what is open."""

    cards: bool
    """Whether the conversation is about a card."""
    values: set[str] = field(default_factory=set)
    plain: set[str] = field(default_factory=set)
    passages: set[tuple[str, int, int]] = field(default_factory=set)
    question: tuple[Role, str] | None = None
    """What was asked last, and by whom."""
    pending: dict[str, int] = field(default_factory=dict)
    """The families that were asked for and not given, and in which turn."""
    near: list[tuple[str, int]] = field(default_factory=list)
    """Values that are hidden near to where they were given, and until which turn."""
    partial: tuple[str, int] = ("", -1)
    """The digits of a code that is read out in pieces, and until which turn it goes on."""

    def read(self, memory: SourceMemory, turn: int) -> None:
        """Find the secrets of one memory, and what it asks for."""
        for family, value in list(self._given(memory, turn)):
            self._keep(family, value.strip(), turn)
        self.near = [(value, until) for value, until in self.near if until >= turn][-MOST_NEAR:]
        for value, _ in self.near:
            self.passages.update(_passages(value, memory.content))
        if memory.role in (Role.AGENT, Role.USER) and memory.action is None:
            asks = memory.role is Role.AGENT or re.search(r"[?？؟]", memory.content)
            self.question = (memory.role, memory.content) if asks else None
            self.pending.update(dict.fromkeys(asked(memory.content) if asks else (), turn))

    def _given(self, memory: SourceMemory, turn: int) -> Iterator[tuple[str, str]]:
        """The family and the value of each secret that a memory holds."""
        own = list(_spans(memory.content))
        yield from ((span.label, span.of(memory.content)) for span in own)
        yield from (("card", number) for number in _cards(memory.content, about_card=self.cards))
        if memory.slot:
            slot = {memory.slot.name: memory.slot.value}
            yield from ((named.family_of(memory.slot.name), one) for one in _leaves(slot))
        deed = [memory.action.arguments, memory.action.result] if memory.action else []
        yield from (("word", one) for one in _leaves([*deed, memory.metadata]))
        if memory.role in (Role.USER, Role.AGENT):
            question = self.question[1] if self.question and self.question[0] is not memory.role else ""
            open_ones = {family: turn - at for family, at in self.pending.items() if turn - at <= PENDING_TURNS}
            yield from replies.answers(memory.content, question, open_ones, {span.label for span in own})
            yield from (("word", one) for one in self._again(memory.content))
            if self.partial[1] >= turn and len(re.findall(r"[^\W\d_]+", memory.content)) <= 9:
                yield from (("code", hit.group()) for hit in FORMS["piece"].finditer(memory.content))

    def _again(self, text: str) -> Iterator[str]:
        """What begins like a password that was given and has nearly its length: it is corrected, or was mistyped."""
        words = [word.strip(" .,;:!?\"'") for word in text.split()] if self.values else []
        # Few words begin as a password does. A list of numbers gives thousands: each word is looked up among them.
        lengths: dict[str, set[int]] = {}
        for known in self.values:
            lengths.setdefault(known[:4], set()).add(len(known))
        for word in (word for word in words if word[:4] in lengths):
            near = range(len(word) - 2, len(word) + 3)
            if not lengths[word[:4]].isdisjoint(near) and named.is_made_up(phrases.folded(word)):
                yield word

    def _keep(self, family: str, value: str, turn: int) -> None:
        """Remember a secret, in the way that its form allows: everywhere, or only near by."""
        folded = phrases.folded(value)
        if not folded or STOP.fullmatch(folded) or NAMES.pattern.fullmatch(folded):
            return
        digits = _digits(value)
        if family == "card" and len(digits) < LEAST_OF_CARD:
            self.pending[family] = turn  # the rest of it may follow
        else:
            self.pending.pop(family, None)
        lone = value.isalpha() and (family != "answer" or value == folded)
        if (digits and len(digits) < LEAST_DIGITS) or len(value) < 3 or lone:
            self.near.append((folded, turn + NEAR_TURNS))
            self.plain.update([folded] if lone else [])
        else:
            self.values.add(value)
        if digits and family == "code" and (len(digits) < LEAST_DIGITS or FORMS["singly"].fullmatch(value)):
            before, until = self.partial
            joined = before + digits if until >= turn else digits
            if LEAST_DIGITS <= len(joined) <= 12 and joined != digits:
                self.values.add(joined)
            self.partial = joined, turn + PIECE_TURNS


@one_reading()
def find(memories: Sequence[SourceMemory], pii: frozenset[PiiClass] = frozenset()) -> Secrets:
    """The secrets that a conversation holds, and its personal data of these classes; oldest memory first."""
    memories = [replace(memory, content=as_read(memory.content).text) for memory in memories]
    search = _Search(any(FORMS["card_spoken_of"].search(phrases.folded(memory.content)) for memory in memories))
    for turn, memory in enumerate(memories):
        search.read(memory, turn)
    spelled = (said_digits.digits_of(value) for value in search.values if " " in value and not re.search(r"\d", value))
    return Secrets(
        frozenset(search.values),
        frozenset(one for one in (*map(_digits, search.values), *spelled) if len(one) >= LEAST_DIGITS),
        frozenset(search.plain),
        frozenset(search.passages),
        pii,
        personal.find(memories, pii) if pii else frozenset(),
    )


def scrub(text: str, secrets: Secrets = Secrets(), label: str | None = None) -> str:
    """A text without secrets, `[redacted]` where one was; and without personal data of the classes that are hidden,
    with placeholders such as `[e-mail]`. `label` is the name that the text is the value of, where it has one."""
    # Whatever is hidden between two digits, or written in wide ones: it is found as it is read.
    read = as_read(text)
    found = [*_spans(read.text), *_known(read.text, secrets)]
    if found:
        text = spans.without(text, map(read.back, found), lambda _: HIDDEN)
    return personal.hide(text, secrets.pii, secrets.personal, label) if secrets.pii else text


def scrub_tree(tree: Any, secrets: Secrets = Secrets(), label: str | None = None) -> Any:
    """A JSON value without what `scrub` takes out of texts; values under a secret's name go whatever they are."""
    if isinstance(tree, str):
        return scrub(tree, secrets, label)
    if isinstance(tree, Mapping):
        return {
            key: HIDDEN if names_secret(as_read(str(key)).text) else scrub_tree(value, secrets, str(key))
            for key, value in tree.items()
        }
    if isinstance(tree, list | tuple):
        return [scrub_tree(item, secrets, label) for item in tree]
    if isinstance(tree, int) and not isinstance(tree, bool):
        shown = scrub(str(tree), secrets, label)
        return tree if shown == str(tree) else shown
    return tree


@one_reading()
def hide(memories: Sequence[SourceMemory], trees: Sequence[Any]) -> list[Any]:
    """JSON values without the secrets of these memories, which are the oldest first."""
    secrets = find(memories)
    return [scrub_tree(tree, secrets) for tree in trees]


@read_once
@one_reading()
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
            if folded.strip(" .,!?\"'") == word or FORMS["used"].search(folded, max(0, at - 16), at):
                yield spans.Span(HIDDEN, at, at + len(word))


def _digits(value: str) -> str:
    """The digits of a value that has no letters."""
    return "" if re.search(r"[^\W\d]", value) else re.sub(r"\D", "", value)


def _passages(value: str, text: str) -> Iterator[tuple[str, int, int]]:
    """The places of a value in a text, each with the words around it."""
    folded = phrases.folded(text)
    for at in phrases.places(folded, value, phrases.goes_on_in_any_script):
        end = at + len(value)
        before = FORMS["words_before"].search(folded, max(0, at - 60), at)
        after = FORMS["words_behind"].match(folded, end, end + 60)
        start = before.start() if before else at
        yield folded[start : after.end() if after else end], at - start, end - start


def _cards(text: str, *, about_card: bool) -> Iterator[str]:
    for hit in FORMS["card_like"].finditer(text):
        before = text[max(0, hit.start() - 40) : hit.start()]
        word = re.findall(r"[^\W\d_]+", phrases.folded(before))[-1:]
        unnamed = not word or STOP.fullmatch(word[0]) or LEAD.fullmatch(word[0])
        if unnamed or (about_card and not FORMS["other_long"].search(before)):
            yield hit.group(1)


def _leaves(tree: Any) -> Iterator[str]:
    """The values under secrets' names in a JSON value, and what its strings tell by themselves."""
    for name, written in leaves(tree):
        value = as_read(written).text
        is_told = name and names_secret(name) and value not in (str(True), str(False))
        yield from [value] if is_told else (span.of(value) for span in _spans(value))
