"""Telling: the lines of a brief that its customer is shown, and the message that asks whether they are right.

A customer is told nothing but their own words and values that they gave: what agents noted, what tools found and why
the work is handed over is not theirs to read.
"""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from warmline_memory.briefs.phrases import QUOTES, phrase
from warmline_memory.language import harmless, phrases
from warmline_memory.language.detecting import language_of
from warmline_memory.language.words import clip
from warmline_memory.redaction import HIDDEN
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.briefs import Brief, BriefLine, BriefSection, Origin, SectionName
from warmline_schemas.memories import Role

WORDS = 30
"""Of a longer line the first words are shown: it is to be read at a glance, on a phone."""
MOST_VALUES = 4
LEAST_LETTERS = 8
"""What is shorter says nothing that could be wrong: `yes`, `ok thanks`."""
QUOTED_IN = (SectionName.ASK, SectionName.SAID)
GIVEN_IN = (SectionName.IDENTIFIERS, SectionName.FACTS)
MOST_HEARD = 2_000
"""The language is told by this many of the last characters that the customer said."""


def said_of_customer(memories: Sequence[SourceMemory]) -> Mapping[UUID, SourceMemory]:
    """What the customer said, by its id, oldest first."""
    return {memory.id: memory for memory in memories if memory.role is Role.USER}


def told(brief: Brief, said: Mapping[UUID, SourceMemory]) -> list[str]:
    """At most two lines of a brief that the customer is shown: what they want, and the values that they gave.

    None where that would only repeat the message that they have just written.
    """
    rows = [row for name in QUOTED_IN for section in brief.sections if section.name is name for row in _rows(section)]
    whole = _whole([line for row in rows for line in row], said)
    quoted = {shown: row for row in reversed(rows) if (shown := _quoted(row, said, whole))}
    values = _values(brief, said)
    lines = list(reversed(quoted))[: 1 if values else 2]
    from_where = {line.memory_ids[0] for shown in lines for line in quoted[shown]}
    last = next(reversed(list(said)), None)
    if not lines or from_where <= {last}:
        return []
    return [*lines, ", ".join(values)] if values else lines


def asked(lines: Sequence[str], said: Mapping[UUID, SourceMemory], language: str | None) -> tuple[str, str]:
    """The message that shows lines to their customer and asks whether they are right, and its language: the one that is
    known, else the one in which the customer writes."""
    tag = language or language_of(" ".join(memory.content for memory in said.values())[-MOST_HEARD:]) or "en"
    parts = [phrase("recap", "begins", tag), *lines, phrase("recap", "asks", tag)]
    return "\n".join(parts), tag


def _rows(section: BriefSection) -> Iterator[list[BriefLine]]:
    """The lines of a section, those that go on with each other together."""
    row: list[BriefLine] = []
    for line in section.lines:
        if row and not line.continues:
            yield row
            row = []
        row.append(line)
    if row:
        yield row


def _quoted(row: Sequence[BriefLine], said: Mapping[UUID, SourceMemory], whole: Mapping[UUID, str]) -> str | None:
    """A row of quotes as its customer reads it; None unless all of it is theirs, and nothing of it is hidden."""
    for line in row:
        is_theirs = line.origin is Origin.QUOTE and line.speaker == Role.USER and line.memory_ids[0] in said
        # What holds a secret is not shown at all: what is left of it could give it away.
        if not is_theirs or HIDDEN in whole[line.memory_ids[0]]:
            return None
    shown = " → ".join(f"“{_plain(whole[line.memory_ids[0]])}”" for line in row)
    return shown if sum(map(str.isalpha, shown)) >= LEAST_LETTERS else None


def _whole(lines: Sequence[BriefLine], said: Mapping[UUID, SourceMemory]) -> Mapping[UUID, str]:
    """What a brief quotes of each message, in the order in which it was said: a wish stands beside what it is about,
    `It came broken. I want another one.`, and who wrote both knows them again."""
    quotes: dict[UUID, list[str]] = {}
    for line in lines:
        if line.origin is Origin.QUOTE and line.memory_ids[0] in said:
            quotes.setdefault(line.memory_ids[0], []).append(line.text)
    # What was cut short or has a hidden value stands nowhere in its message, and comes first.
    return {key: " ".join(sorted(dict.fromkeys(own), key=said[key].content.find)) for key, own in quotes.items()}


def _values(brief: Brief, said: Mapping[UUID, SourceMemory]) -> list[str]:
    """The values of a brief that stand in the customer's own words."""
    words = [phrases.folded(memory.content) for memory in said.values()]
    lines = [line for section in brief.sections if section.name in GIVEN_IN for line in section.lines]
    values = dict.fromkeys(
        line.text
        for line in lines
        if line.label and line.origin is Origin.RECORD and HIDDEN not in line.text
        if any(phrases.holds(one, phrases.folded(line.text)) for one in words)
    )
    return [_plain(value) for value in values][:MOST_VALUES]


def _plain(text: str) -> str:
    return clip(harmless.untagged(text).translate(QUOTES), WORDS)
