"""Findings: what a call brought that the receiver may need: the thing that was booked, found, or talked about last."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from warmline_memory.language.moments import minutes
from warmline_memory.language.values import ValueKind, find, kind_of
from warmline_memory.language.words import count, label_of, squeezed
from warmline_memory.reading.actions import STATUS_KEY, Deed, leaves
from warmline_memory.reading.facts import Fact, Table
from warmline_memory.redaction.scrubbing import HIDDEN, names_secret
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.memories import Outcome, Role

# Names of fields whose values are worth telling although they are numbers. Other numbers of a result count things that
# nobody asked for.
AMOUNT = re.compile(r"\b(?:price|total|cost|fee|amount|balance|fare|due)\b")
TELLING_FIGURE = re.compile(r"\d{2,}(?:\.\d+)?|\d\.\d+")
"""A number that says which one is meant: `67`, `4.6`; a lone digit counts anything."""
MAX_VALUES = 4
MOST_MATTERS = 3
MOST_OLDER = 2
MAX_VALUE_WORDS = 12
SHORTEST_NAME = 4


@dataclass(frozen=True, slots=True)
class _Message:
    """What was said, and the prices, times and the like in it."""

    position: int
    text: str
    figures: frozenset[str]
    news: int
    """How many figures the agent tells that nobody told before."""


def read(memories: Sequence[SourceMemory], deeds: Sequence[Deed], table: Table) -> None:
    """Put the telling values of the last result of each tool into the table of facts.

    What a change or the latest call brought replaces what was known. What earlier lookups found is added only where
    nothing is known under its label: anything said or done may be later.
    """
    talk = _messages(memories)
    last = max((deed.position for deed in deeds), default=-1)
    found: dict[frozenset[str], tuple[bool, list[Fact]]] = {}
    for deed in _last_of_each(deeds):
        item, mentioned = _in_hand(deed, talk)
        if item:
            found.pop(deed.topic, None)
            found[deed.topic] = (deed.changes or max(mentioned, deed.position) >= last, _facts(item, deed, mentioned))
    in_hand = [facts for is_latest, facts in found.values() if is_latest]
    for facts in in_hand[-MOST_MATTERS:]:
        for fact in facts:
            table.put(fact)
    for is_latest, facts in reversed(found.values()):
        for fact in facts[:MOST_OLDER] if not is_latest else ():
            table.add(replace(fact, position=0))


def _last_of_each(deeds: Sequence[Deed]) -> list[Deed]:
    """The last call of each tool, of changes the last that did not fail; a new search drops what the old one found."""
    last = {deed.name: deed for deed in deeds if not (deed.changes and deed.outcome is Outcome.FAILED)}
    called = sorted(last.values(), key=lambda deed: deed.position)
    return [deed for deed in called if deed.outcome is not Outcome.FAILED]


def _in_hand(deed: Deed, talk: Sequence[_Message]) -> tuple[Mapping[str, Any] | None, int]:
    """The one thing of a result that counts, and where it was mentioned: what a change returned, the only thing found,
    or that one of several of which the talk since named most, the latest message first. None where several are left, or
    a message tells a price or time that none of them has, or two that the only one has not: then the talk is of
    something else."""
    result = deed.result if isinstance(deed.result, list) else [deed.result]
    items = [item for item in result if isinstance(item, Mapping)]
    if not items or deed.changes:
        return (items[0] if items else None), deed.position
    values = {id(item): [value for _, value in _plain(item, deed)] for item in items}
    for message in reversed(talk):
        if message.position <= deed.position:
            break
        named = [sum(_names(message, value) for value in values[id(item)]) for item in items]
        best = max(named)
        if not best and message.news >= (2 if len(items) == 1 else 1):
            return None, deed.position
        items = [item for item, names in zip(items, named, strict=True) if names == best]
        if best and len(items) == 1:
            return items[0], message.position
    return (items[0] if len(items) == 1 else None), deed.position


def _messages(memories: Sequence[SourceMemory]) -> list[_Message]:
    talk = []
    known: set[str] = set()
    for position, memory in enumerate(memories):
        if memory.action is not None:
            known.update(_figure(value) for _, value in leaves(memory.action.arguments))
            continue
        kinds = (ValueKind.MONEY, ValueKind.TIME, ValueKind.NUMBER)
        figures = frozenset(_figure(value.text) for value in find(memory.content) if value.kind in kinds) - {""}
        news = len(figures - known) if memory.role is Role.AGENT else 0
        talk.append(_Message(position, memory.content.lower(), figures, news))
        known |= figures
    return talk


def _names(message: _Message, value: str) -> bool:
    """Whether a message names a value: a name as it is written, a price or a time in any notation."""
    figure = _figure(value)
    return figure in message.figures if figure else len(value) >= SHORTEST_NAME and value.lower() in message.text


def _figure(value: str) -> str:
    """A price, time or number for comparison: `$67.00` equals `67`, `12:20` equals `12:20 pm`. Else empty."""
    at = minutes(value) if kind_of(value) is ValueKind.TIME else None
    if at is not None:
        return f"{at // 60}:{at % 60:02d}"
    plain = value.replace(",", "").lstrip("$€£ ").split(" ")[0].split("/")[0]
    if not TELLING_FIGURE.fullmatch(plain):
        return ""
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _facts(item: Mapping[str, Any], deed: Deed, mentioned: int) -> list[Fact]:
    ranked = sorted(_plain(item, deed), key=lambda pair: _rank(*pair))
    telling = [(name, value) for name, value in ranked if _rank(name, value) < 9][:MAX_VALUES]
    position = max(deed.position, mentioned)
    return [
        Fact(label_of(name), value, (deed.memory_id,), position, deed.topic, acted_on=deed.changes, found=True)
        for name, value in telling
    ]


def _plain(item: Mapping[str, Any], deed: Deed) -> list[tuple[str, str]]:
    """The values of an item itself, not of what it holds, that the call did not know and that are no status."""
    known = {squeezed(value) for _, value in leaves(deed.arguments)} | {squeezed(deed.name)}
    flat = {name: value for name, value in item.items() if not isinstance(value, Mapping | list | bool)}
    return [
        (name, value)
        for name, value in leaves(flat)
        if squeezed(value) not in known
        and value not in ("True", "False")
        and any(map(str.isalnum, value))
        and HIDDEN not in value
        and not names_secret(name)
        and not STATUS_KEY.search(label_of(name))
        and count(value) <= MAX_VALUE_WORDS
    ]


def _rank(name: str, value: str) -> int:
    """How telling a value is: a name or an address, then what to quote, then what it costs; 9 is nothing."""
    kind = kind_of(value)
    if kind is ValueKind.IDENTIFIER or label_of(name).split()[-1:] == ["id"]:
        return 1
    if kind in (ValueKind.PHONE, ValueKind.EMAIL):
        return 3
    if kind is ValueKind.MONEY or AMOUNT.search(label_of(name)):
        return 2
    return 0 if kind in (ValueKind.NAME, ValueKind.TEXT) else 9
