"""Timelines: which values of a session have been replaced since they were said, as the rules read it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from warmline_memory.briefs import BriefSource
from warmline_memory.language import meanings
from warmline_memory.language.values import ValueKind, find
from warmline_memory.language.wording import CLAUSE_END, PAST
from warmline_memory.language.words import contains, label_of, squeezed
from warmline_memory.reading import actions, findings, freshness, listening
from warmline_memory.reading.facts import Table


@dataclass(frozen=True, slots=True)
class Replaced:
    """A value that no longer holds, and the place of the memory that replaced it."""

    value: str
    place: int


class Timeline:
    """What of a session has been replaced."""

    def __init__(self, by_rules: freshness.Timeline, gone: Sequence[Replaced]) -> None:
        self._by_rules = by_rules
        self._gone = gone
        self._meant = [frozenset(_meant(one.value)) for one in gone]

    def is_outdated(self, statement: str, place: int) -> bool:
        """Whether a statement that rests on memories up to a place tells a replaced value as if it still held."""
        clauses = [clause for clause in CLAUSE_END.split(statement) if clause and not PAST.search(clause)]
        return any(
            self._by_rules.is_outdated(_without_money(clause), place) or self._tells_old(clause, place)
            for clause in clauses
        )

    def _tells_old(self, clause: str, place: int) -> bool:
        said = frozenset(_meant(clause))
        return any(
            one.place >= place and (contains(clause, one.value) or meant & said)
            for one, meant in zip(self._gone, self._meant, strict=True)
        )


def of_session(source: BriefSource) -> Timeline:
    """The timeline of a session's memories: what facts and named values replaced, unless it holds elsewhere."""
    done = actions.read(source.memories)
    table = Table()
    listening.listen(source.memories, done, table)
    findings.read(source.memories, done, table)
    facts = freshness.current(table.facts, source.memories)
    held = {squeezed(fact.value) for fact in facts}
    replaced = [Replaced(fact.was, fact.position) for fact in facts if fact.was]
    gone = [one for one in (*replaced, *_named(source)) if squeezed(one.value) not in held]
    return Timeline(freshness.Timeline(source.memories, facts), gone)


def _named(source: BriefSource) -> Iterable[Replaced]:
    latest: dict[str, str] = {}
    for place, memory in enumerate(source.memories):
        if memory.slot is None:
            continue
        before = latest.get(label_of(memory.slot.name))
        if before is not None and squeezed(before) != squeezed(memory.slot.value):
            yield Replaced(before, place)
        latest[label_of(memory.slot.name)] = memory.slot.value


def _without_money(clause: str) -> str:
    """A clause without amounts: one that is said later mostly stands beside the earlier one, and not in its place."""
    for value in find(clause):
        clause = clause.replace(value.text, "") if value.kind is ValueKind.MONEY else clause
    return clause


def _meant(text: str) -> Iterable[meanings.Meaning]:
    for _, all_of in meanings.values(meanings.plain(text)):
        yield from (one for one in all_of if isinstance(one, meanings.Day | meanings.Clock))
