"""Findings: what a call brought that the receiver may need: the thing that was booked, found, or talked about last."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from warmline_memory.briefs.actions import STATUS_KEY, Deed, leaves
from warmline_memory.briefs.facts import Fact, Table
from warmline_memory.briefs.redaction import HIDDEN, names_secret
from warmline_memory.briefs.sources import SourceMemory
from warmline_memory.briefs.values import ValueKind, kind_of
from warmline_memory.briefs.words import count, label_of, squeezed
from warmline_schemas.memories import Outcome

AMOUNT = re.compile(r"\b(?:price|total|cost|fee|amount|balance|fare|due)\b")
MAX_VALUES = 4
MOST_MATTERS = 3
MOST_OLDER = 2
MAX_VALUE_WORDS = 12


def read(memories: Sequence[SourceMemory], deeds: Sequence[Deed], table: Table) -> None:
    """Put the telling values of the last result of each matter into the table of facts.

    What a change or the latest call brought replaces what was known. What earlier lookups found is added only where
    nothing is known under its label: anything said or done may be later.
    """
    found: dict[frozenset[str], tuple[bool, list[Fact]]] = {}
    last = max((deed.position for deed in deeds), default=-1)
    for deed in deeds:
        item, mentioned = _in_hand(deed, memories) if deed.outcome is not Outcome.FAILED else (None, 0)
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


def _in_hand(deed: Deed, memories: Sequence[SourceMemory]) -> tuple[Mapping[str, Any] | None, int]:
    """The one thing of a result that counts, and where it was mentioned: what a change returned, the only thing found,
    or that one of several which the talk after the call named last."""
    items = [
        item for item in (deed.result if isinstance(deed.result, list) else [deed.result]) if isinstance(item, Mapping)
    ]
    if len(items) <= 1 or deed.changes:
        return (items[0] if items else None), deed.position
    named = [(_last_mention(item, deed, memories), -place, item) for place, item in enumerate(items)]
    at, _, item = max(named, key=lambda entry: entry[:2])
    return (item, at) if at > deed.position else (None, deed.position)


def _last_mention(item: Mapping[str, Any], deed: Deed, memories: Sequence[SourceMemory]) -> int:
    names = [
        value.lower() for name, value in _plain(item, deed) if len(value) > 3 and not value.replace(".", "").isdigit()
    ]
    for position in range(len(memories) - 1, deed.position, -1):
        memory = memories[position]
        if memory.action is None and any(name in memory.content.lower() for name in names):
            return position
    return -1


def _facts(item: Mapping[str, Any], deed: Deed, mentioned: int) -> list[Fact]:
    ranked = sorted(_plain(item, deed), key=lambda pair: _rank(*pair))
    telling = [(name, value) for name, value in ranked if _rank(name, value) < 9][:MAX_VALUES]
    return [
        Fact(label_of(name), value, (deed.memory_id,), max(deed.position, mentioned), deed.topic, found=True)
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
