"""Facts: the values that are true now, each with a label, the memories that state it, and what it replaced."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from warmline_memory.language.values import ValueKind, kind_of
from warmline_memory.language.words import label_of, squeezed, word_set
from warmline_memory.source_memory import merged

GENERIC = frozenset({"name", "id", "type", "code", "number", "title", "status"})
IDENTIFYING = frozenset(
    {"id", "ids", "email", "e-mail", "phone", "account", "username", "login", "reference", "number"}
)
IDENTITY_KINDS = frozenset({ValueKind.EMAIL, ValueKind.PHONE, ValueKind.IDENTIFIER})
NOT_IDENTITY = frozenset(
    {ValueKind.MONEY, ValueKind.DATE, ValueKind.TIME, ValueKind.WEEKDAY, ValueKind.FIGURE, ValueKind.PATH}
)
AMOUNT_LABELS = word_set(
    "people guests adults children tickets rooms nights bags seats items many party size price total cost fee amount "
    "balance fare"
)

HEAD_LABELS = word_set("people persons guests attendees party")
"""Labels under which the same number is the same people counted."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A value with its label. `position` is the place of its latest mention; -1 stands for an earlier brief.

    `was` is the value it replaced; a value is `acted_on` unless it was only searched by. `many` values of a label may
    stand side by side; a `loose` label is a guess. `matter` names what it belongs to; `lasting` values, which a caller
    named itself, belong to no matter; a value is `found` where only a tool's result states it, and `past` where the
    session has turned to another matter since.
    """

    label: str
    value: str
    ids: tuple[UUID, ...]
    position: int
    topic: frozenset[str] = frozenset()
    was: str | None = None
    acted_on: bool = True
    was_acted_on: bool = False
    was_ids: tuple[UUID, ...] = ()
    many: bool = False
    loose: bool = False
    matter: str | None = None
    lasting: bool = False
    found: bool = False
    past: bool = False

    @property
    def kind(self) -> ValueKind:
        """The sort of the value, judged by the value alone."""
        return kind_of(self.value)

    @property
    def identifies(self) -> bool:
        """Whether it says who or which one, rather than what is true of them."""
        words = self.label.split()
        if self.kind in IDENTITY_KINDS:
            return not AMOUNT_LABELS.intersection(words)
        if self.kind in NOT_IDENTITY or AMOUNT_LABELS.intersection(words):
            return False
        owned = words[-1] == "name" and not self.topic.intersection(words)
        return owned or (bool(IDENTIFYING.intersection(words[-1:])) and len(self.value.split()) <= 4)


class Table:
    """The facts of a session while it is being read, oldest memory first."""

    def __init__(self, carried: Iterable[Fact] = ()) -> None:
        self._facts: dict[int, Fact] = {}
        self._by_value: dict[str, list[int]] = {}
        self._by_label: dict[str, list[int]] = {}
        self._next = 0
        for fact in carried:
            self._keep(self._new(), fact)

    @property
    def facts(self) -> list[Fact]:
        """All facts that are true now, the latest mentioned first; of one memory, as it names them."""
        return sorted(self._facts.values(), key=lambda fact: -fact.position)

    def add(self, fact: Fact) -> None:
        """State a fact where neither its value nor another one under its label is known."""
        fact = _telling_label(fact)
        if not self.knows(fact.value) and not any(
            _same_label(self._facts[place], fact) for place in self._labelled(fact)
        ):
            self._keep(self._new(), fact)

    def put(self, fact: Fact) -> None:
        """State a fact. The same value again strengthens it; another value under its label replaces it."""
        fact = _telling_label(fact)
        for place in self._by_value.get(squeezed(fact.value), ()):
            if _agrees(self._facts[place], fact):
                self._keep(place, _strengthened(self._facts[place], fact))
                return
        for place in () if fact.many else self._labelled(fact):
            known = self._facts[place]
            if not (known.loose or known.many) and _same_label(known, fact) and _same_matter(known, fact):
                self._keep(place, _replacing(fact, known))
                return
        self._keep(self._new(), fact)

    def revise(self, known: Fact, value: str, memory_id: UUID, position: int) -> None:
        """Replace the value of a known fact by what was said later."""
        if squeezed(known.value) == squeezed(value):
            return
        place = next(place for place in self._by_value[squeezed(known.value)] if self._facts[place] == known)
        ids = merged((memory_id,), known.ids)
        self._keep(place, _replacing(replace(known, value=value, ids=ids, position=position), known))

    def deny(self, value: str) -> None:
        """Take back a guess that was denied since: `not University`."""
        for place in list(self._by_value.get(squeezed(value), ())):
            if self._facts[place].loose:
                self._drop(place)

    def knows(self, value: str) -> bool:
        """Whether some fact has this value."""
        return bool(self._by_value.get(squeezed(value)))

    def of_kind(self, kind: ValueKind) -> list[Fact]:
        """What the latest call before now that states values of this sort states of it, in its order."""
        found = [fact for fact in self._facts.values() if fact.topic and fact.kind is kind]
        latest = max((fact.position for fact in found), default=None)
        return [fact for fact in found if fact.position == latest]

    def _labelled(self, fact: Fact) -> list[int]:
        return [*self._by_label.get(fact.label, ()), *self._by_label.get(fact.label.removesuffix(" name"), ())]

    def _new(self) -> int:
        self._next += 1
        return self._next

    def _drop(self, place: int) -> None:
        self._unlist(place)
        del self._facts[place]

    def _unlist(self, place: int) -> None:
        old = self._facts[place]
        self._by_value[squeezed(old.value)].remove(place)
        self._by_label[old.label].remove(place)

    def _keep(self, place: int, fact: Fact) -> None:
        if place in self._facts:
            self._unlist(place)
        self._facts[place] = fact
        self._by_value.setdefault(squeezed(fact.value), []).append(place)
        self._by_label.setdefault(fact.label, []).append(place)


def from_call(
    arguments: Iterable[tuple[str, str]], topic: frozenset[str], memory_id: UUID, position: int, *, changes: bool
) -> list[Fact]:
    """The facts that a tool call states: each plain argument under its own name."""
    facts = []
    for name, value in arguments:
        fact = Fact(label_of(name), value, (memory_id,), position, topic, acted_on=changes)
        facts.append(replace(fact, many=fact.kind is ValueKind.IDENTIFIER))
    return facts


def grouped(facts: Iterable[Fact]) -> Mapping[str, list[Fact]]:
    """Facts by label, in order; only values that may stand side by side share one."""
    known = list(facts)
    listed = {fact.label for fact in known if fact.many}
    groups: dict[str, list[Fact]] = {}
    for fact in known:
        alone = fact.label not in listed or not fact.identifies
        groups.setdefault(f"{fact.label}\0{fact.value}" if alone else fact.label, []).append(fact)
    return groups


def _telling_label(fact: Fact) -> Fact:
    """A fact whose label says whose name or number it is, where the tool's argument did not."""
    if fact.label not in GENERIC or not fact.topic:
        return fact
    return replace(fact, label=f"{min(fact.topic)} {fact.label}")


def _agrees(known: Fact, fact: Fact) -> bool:
    """Whether two facts of the same value are one."""
    if known.label == fact.label or known.loose or fact.loose:
        return True
    if HEAD_LABELS.intersection(known.label.split()) and HEAD_LABELS.intersection(fact.label.split()):
        return True
    shares_word = bool(set(known.label.split()) & set(fact.label.split()))
    telling = len(squeezed(fact.value)) >= 3 and fact.kind is not ValueKind.NUMBER
    apart = known.position != fact.position or not (known.topic and fact.topic)
    return apart and (shares_word or (telling and fact.value.lower() not in ("true", "false")))


def _replacing(fact: Fact, known: Fact) -> Fact:
    """A fact that remembers which value it replaced, and who said so."""
    return replace(fact, was=known.value, was_acted_on=known.acted_on, was_ids=known.ids[-1:])


def _strengthened(known: Fact, fact: Fact) -> Fact:
    """One fact out of two that agree: the tool's name for it wins over a loose one, and the later mention counts, as
    does the later matter."""
    named = fact if known.loose or (fact.topic and not known.topic) else known
    return replace(
        named,
        topic=fact.topic or known.topic,
        ids=merged(known.ids, fact.ids)[-4:],
        position=max(known.position, fact.position),
        was=known.was or fact.was,
        was_acted_on=known.was_acted_on or fact.was_acted_on,
        was_ids=known.was_ids or fact.was_ids,
        acted_on=known.acted_on or fact.acted_on,
        many=known.many and fact.many,
        loose=known.loose and fact.loose,
        matter=fact.matter or known.matter,
        lasting=known.lasting or fact.lasting,
        found=known.found and fact.found,
    )


def _same_label(known: Fact, fact: Fact) -> bool:
    """Whether two labels are one; a tool's `event name` is what was said to be the `event`."""
    spoken_then_called = fact.topic and not known.topic and fact.label == f"{known.label} name"
    return known.label == fact.label or bool(spoken_then_called)


def _same_matter(known: Fact, fact: Fact) -> bool:
    """Whether two facts of one label speak of the same thing: a person's own, or of matters with a word in common."""
    if known.matter and fact.matter:
        return bool(set(known.matter.split()) & set(fact.matter.split()))
    return not known.topic or not fact.topic or bool(known.topic & fact.topic)
