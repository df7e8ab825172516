"""Telling: facts, actions and secrets as lines of a brief."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

from warmline_memory.language.moments import same_date
from warmline_memory.language.values import ValueKind, kind_of
from warmline_memory.language.words import clip, contains, count, label_of
from warmline_memory.reading.actions import Deed, leaves, stated, status_texts
from warmline_memory.reading.asks import NOT_GIVEN
from warmline_memory.reading.facts import Fact, grouped
from warmline_memory.reading.lines import Draft
from warmline_memory.redaction.scrubbing import HIDDEN, Secrets
from warmline_memory.source_memory import merged
from warmline_schemas.briefs import SectionName
from warmline_schemas.memories import Outcome

# How a line shows a value and the one that it replaced; read-backs and flags take lines apart by it.
WAS = re.compile(r"^(.*) \(was (.*)\)$")
ASKED = "asked"
GIVEN = "given, not shown here"
MAX_SIDE_BY_SIDE = 12
OUTCOME_WORDS = {
    Outcome.CONFIRMED: "confirmed",
    Outcome.REQUESTED: "requested, not confirmed",
    Outcome.UNKNOWN: "outcome unknown",
    Outcome.FAILED: "failed",
}


def facts(known: Sequence[Fact]) -> list[Draft]:
    """Lines for facts, the latest mentioned first; identifiers of one label share a line."""
    drafts = []
    for group in grouped(known).values():
        lead, told = group[0], group[:MAX_SIDE_BY_SIDE]
        values = ", ".join(fact.value for fact in told)
        ids = merged(*(fact.ids for fact in told))
        topic = None if lead.lasting else lead.matter
        line = Draft(
            _section(lead), values, ids, lead.label, weight=10.0 + lead.position, topic=topic, found=lead.found
        )
        if _worth_telling(lead) and not lead.past:
            line = replace(line, text=f"{values} (was {lead.was})", ids=merged(ids, lead.was_ids))
        drafts.append(line)
    return drafts


def deeds(done: Sequence[Deed], known: Sequence[Fact], names: Mapping[str, str]) -> list[Draft]:
    """Lines for what was changed, tried and looked up; the same call with the same outcome shares a line."""
    values = {fact.value for fact in known}
    groups: dict[tuple[str, Outcome, str], list[Deed]] = {}
    latest = {deed.name: deed.position for deed in done}
    for deed in done:
        open_end = deed.outcome is Outcome.UNKNOWN and latest[deed.name] > deed.position
        if (deed.changes and not open_end) or deed.outcome in (Outcome.FAILED, Outcome.REQUESTED):
            groups.setdefault((deed.name, deed.outcome, said(deed)), []).append(deed)
    drafts = [replace(_deed_line(group, values), topic=names[group[-1].subject]) for group in groups.values()]
    lookups = [deed for deed in done if deed.result and not deed.changes and deed.outcome is not Outcome.FAILED]
    return drafts + [_lookup_line(deed) for deed in lookups if said(deed)][-1:]


def secrets(found: Secrets) -> list[Draft]:
    """Lines that say which secrets were given, never what they are."""
    drafts = []
    for given in found.given:
        if given.answered:
            drafts.append(Draft(SectionName.IDENTIFIERS, GIVEN, given.ids, label=given.label, weight=1.0))
        else:
            drafts.append(Draft(SectionName.OPEN_QUESTIONS, given.label, given.ids, label=NOT_GIVEN))
    return drafts


def said(deed: Deed) -> str:
    """What a result says in words, clipped; for a list, how many it holds."""
    if isinstance(deed.result, list):
        return f"{len(deed.result)} found" if not deed.changes else ""
    texts = [
        text
        for text in status_texts(deed.result)
        if text not in ("True", "False") and HIDDEN not in text and text[:1] not in "{["
    ]
    return clip("; ".join(dict.fromkeys(texts)), 16)


def side_by_side(text: str) -> list[str]:
    """The identifiers that share a fact's line; its whole text where it is something else."""
    values = text.split(", ")
    return values if all(kind_of(value) is ValueKind.IDENTIFIER for value in values) else [text]


def current_value(text: str) -> str:
    """What a fact's line states, without the value that it replaced."""
    hit = WAS.match(text)
    return hit.group(1) if hit else text


def _section(fact: Fact) -> SectionName:
    """Where a fact belongs; what a lookup found says what is true of a thing, not who or which one it is."""
    if fact.past:
        return SectionName.EARLIER
    is_thing = fact.found and not (fact.acted_on and fact.kind in (ValueKind.IDENTIFIER, ValueKind.NUMBER))
    return SectionName.IDENTIFIERS if fact.identifies and not is_thing else SectionName.FACTS


def _worth_telling(fact: Fact) -> bool:
    """Whether a replaced value is another one, acted upon, and short enough to be a value, not a sentence."""
    if fact.was is None or not fact.was_acted_on or count(fact.was) > 4 or count(fact.value) > 6:
        return False
    if contains(fact.was, fact.value):
        return False
    return not (fact.kind is ValueKind.DATE and same_date(fact.was, fact.value))


def _deed_line(group: Sequence[Deed], values: set[str]) -> Draft:
    last = group[-1]
    section = SectionName.FAILED if last.outcome is Outcome.FAILED else SectionName.DONE
    told = "; ".join(dict.fromkeys(filter(None, (_told(deed.arguments) for deed in group[-8:]))))
    outcome = said(last) or OUTCOME_WORDS[last.outcome]
    gained = _gained(last, values) if last.outcome is Outcome.CONFIRMED else ""
    text = " → ".join(part for part in (told, outcome, gained) if part)
    ids = tuple(deed.memory_id for deed in group[-8:])
    return Draft(section, text, ids, last.spoken, last.outcome, weight=5.0 + last.position)


def _lookup_line(deed: Deed) -> Draft:
    text = " → ".join(part for part in (_told(deed.arguments), said(deed)) if part)
    return Draft(SectionName.SITUATION, text, (deed.memory_id,), label=deed.spoken, outcome=deed.outcome, weight=2.0)


def _told(arguments: Mapping[str, Any]) -> str:
    """The values of a call's arguments, at most five, none longer than eight words."""
    values = (value for _, value in stated(arguments) if value and HIDDEN not in value)
    shown = [clip(value, 8) for value in values if value not in ("True", "False")]
    return ", ".join(list(dict.fromkeys(shown))[:5])


def _gained(deed: Deed, values: set[str]) -> str:
    """What a change brought that was not known before: numbers to quote, amounts, where to call."""
    telling = (ValueKind.IDENTIFIER, ValueKind.MONEY, ValueKind.PHONE, ValueKind.EMAIL)
    first = deed.result[:1] if isinstance(deed.result, list) else deed.result
    known = values | {value for _, value in leaves(deed.arguments)}
    found = [(name, value) for name, value in leaves(first) if value not in known and kind_of(value) in telling]
    return ", ".join(f"{label_of(name)} {value}" for name, value in found[:3] if HIDDEN not in value)


def in_order(*groups: Iterable[Draft]) -> list[Draft]:
    """All drafts of the groups, within each section the heaviest first."""
    return sorted(chain(*groups), key=lambda draft: (list(SectionName).index(draft.section), -draft.weight))
