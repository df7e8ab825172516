"""Recorded: the lines of a brief that tell the record as it is."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from warmline_memory.briefs.drafts import Draft
from warmline_memory.language.statements import word_count as count
from warmline_memory.language.trees import leaves
from warmline_memory.language.values import ValueKind, kind_of
from warmline_memory.language.words import clip, label_of, squeezed
from warmline_memory.reading import runs
from warmline_memory.reading.calls import IDENTIFYING, ToolCall, stated, status_texts
from warmline_memory.reading.notes import holds_a_plan, section_of
from warmline_memory.reading.record import Named, Record
from warmline_memory.redaction.scrubbing import HIDDEN
from warmline_memory.source_memory import merged
from warmline_schemas.briefs import BriefLine, SectionName
from warmline_schemas.memories import Outcome

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
IDENTITY_KINDS = (ValueKind.IDENTIFIER, ValueKind.EMAIL, ValueKind.PHONE)
MOST_VALUE_WORDS, MOST_ARGUMENTS, MOST_GAINED, MOST_FOUND = 12, 10, 4, 3
MOST_LOOKUPS, MOST_FAILED_RUNS, MOST_FILES = 1, 3, 15
NAMED = 4
"""A value of fewer signs stands in a text by chance."""
NOTE_WORDS = 60
"""A note is given whole up to this many words; whoever writes more writes a document, and its beginning leads to it."""


def lines(record: Record) -> list[Draft]:
    """All that the record says, each line where it belongs."""
    return [*_values(record), *_calls(record), *_runs(record), *_files(record), *_notes(record)]


def _values(record: Record) -> Iterable[Draft]:
    """Who and what it is about: slots, and the arguments of calls that say which one is meant."""
    said = set()
    for slot in reversed(record.slots):
        section = SectionName.IDENTIFIERS if _identifies(slot.name, slot.value) else SectionName.FACTS
        if section_of(slot.name) is SectionName.SEVERITY:
            section = SectionName.SEVERITY
        said.add((slot.name, squeezed(slot.value)))
        yield _value(section, slot, 20.0)
    for found in _arguments(record.calls):
        if (found.name, squeezed(found.value)) not in said and not any(
            squeezed(found.value) == value for _, value in said
        ):
            said.add((found.name, squeezed(found.value)))
            yield _value(SectionName.IDENTIFIERS, found, 10.0)


def _value(section: SectionName, found: Named, weight: float) -> Draft:
    line = BriefLine(label=found.name, text=found.value, memory_ids=list(found.memory_ids), was=found.was)
    return Draft(section, line, weight + found.position / 1e6, found.position)


def _arguments(calls: Sequence[ToolCall]) -> list[Named]:
    """The identifying arguments of calls, the latest used first, each value once."""
    found: dict[str, Named] = {}
    for call in calls:
        if not _is_a_line_of_its_own(call):
            continue
        for name, value in stated(call.arguments):
            label = label_of(name)
            if _identifies(label, value) and count(value) <= MOST_VALUE_WORDS and HIDDEN not in value:
                before = found.pop(squeezed(value), None)
                ids = merged((call.memory_id,), before.memory_ids if before else ())
                found[squeezed(value)] = Named(before.name if before else label, value, ids, call.position)
    return list(reversed(found.values()))


def _identifies(name: str, value: str) -> bool:
    kind = kind_of(value)
    return kind in IDENTITY_KINDS or (bool(IDENTIFYING.search(name)) and kind is not ValueKind.MONEY)


def _calls(record: Record) -> Iterable[Draft]:
    """What was changed or tried, the latest of equal calls; and the last lookups, which say what was found."""
    newest: dict[tuple[str, str], list[ToolCall]] = {}
    lookups: dict[str, ToolCall] = {}
    known = _Known(record)
    for call in filter(_is_a_line_of_its_own, record.calls):
        if call.changes or call.outcome in (Outcome.REQUESTED, Outcome.FAILED):
            newest.setdefault((call.name, known.arguments(call)), []).append(call)
        elif call.result not in (None, "", [], {}):
            lookups[call.name] = call
    yield from (_call(group, known) for group in newest.values() if not is_overcome(group[-1], record.calls))
    for call in list(lookups.values())[-MOST_LOOKUPS:]:
        if said := _found(call, known):
            line = BriefLine(label=call.spoken, text=said, memory_ids=[call.memory_id])
            yield Draft(SectionName.SITUATION, line, call.position / 1e6, call.position)


def _is_a_line_of_its_own(call: ToolCall) -> bool:
    """Whether a call is not told as a run, a file or the steps of a plan."""
    return not (call.command or runs.writes_files(call) or holds_a_plan(call))


def is_overcome(call: ToolCall, calls: Sequence[ToolCall]) -> bool:
    """Whether a call that failed, or that nobody answered, was made again later with another outcome: what is about the
    same thing has an identifying argument in common, or all but its changed arguments."""
    if call.outcome is Outcome.CONFIRMED:
        return False
    later = [one for one in calls if one.name == call.name and one.position > call.position]
    return any(_is_same_thing(call.arguments, one.arguments) for one in later)


def _is_same_thing(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    ours, theirs = dict(stated(one)), dict(stated(other))
    same = [name for name in ours if ours[name] == theirs.get(name)]
    identifying = [name for name in ours if IDENTIFYING.search(label_of(name)) and name in theirs]
    if identifying:
        return all(ours[name] == theirs[name] for name in identifying)
    return 2 * len(same) >= len(ours)


def _call(group: Sequence[ToolCall], known: "_Known") -> Draft:
    last = group[-1]
    section = SectionName.FAILED if last.outcome is Outcome.FAILED else SectionName.DONE
    text = " → ".join(part for part in (known.arguments(last), _result(last)) if part)
    ids = [call.memory_id for call in group[-8:]]
    line = BriefLine(label=last.spoken, text=text or last.outcome.value, outcome=last.outcome, memory_ids=ids)
    return Draft(section, line, 5.0 + last.position / 1e6, last.position)


class _Known:
    """What was said or found.

    A word in an argument that nobody said and no result has is the agent's own setting, such as `mode: fast`, and so is
    a number of a lookup, such as `limit: 80`.
    """

    def __init__(self, record: Record) -> None:
        said = [one.text for one in record.said]
        self._said = squeezed(" ".join(said))
        results = [value for call in record.calls for _, value in leaves(call.result)]
        self._text = squeezed(" ".join([*said, *results]))
        self._numbers = set(NUMBER.findall(" ".join([*said, *results])))

    def arguments(self, call: ToolCall) -> str:
        """A call's arguments as `name: value`, without settings and what is hidden; a long value by its first words."""
        shown = [
            f"{label_of(name)}: {clip(value, MOST_VALUE_WORDS)}"
            for name, value in stated(call.arguments)
            if HIDDEN not in value and self._is_telling(value, call)
        ]
        return ", ".join(shown[:MOST_ARGUMENTS])

    def spoken_of(self, found: Sequence[Any]) -> Any:
        """The one of several things found that was named last, or the first: by words that the others do not have."""
        words = [{squeezed(value) for _, value in leaves(one) if len(value) >= NAMED} for one in found]
        shared = Counter(word for own in words for word in own)
        last = [max((self._said.rfind(word) for word in own if shared[word] == 1), default=-1) for own in words]
        return found[max(range(len(found)), key=last.__getitem__)]

    def _is_telling(self, value: str, call: ToolCall) -> bool:
        if value.casefold() in ("true", "false"):
            return value.casefold() == "true"
        kind = kind_of(value)
        if kind is ValueKind.NUMBER or value.isdigit():
            # What was changed is told in full: a table for `4` may have been asked for in words.
            return call.changes or value in self._numbers
        return kind not in (ValueKind.TEXT, ValueKind.NAME) or squeezed(value) in self._text


def _result(call: ToolCall) -> str:
    """What a result says of how the call went, and the values that it brought: a booking's number, an amount."""
    texts = [
        text for text in status_texts(call.result) if text[:1] not in "{[" and text.casefold() not in ("true", "ok")
    ]
    known = {value for _, value in leaves(call.arguments)} | set(texts)
    telling = (ValueKind.IDENTIFIER, ValueKind.MONEY, ValueKind.PHONE, ValueKind.EMAIL, ValueKind.DATE)
    first = call.result[:1] if isinstance(call.result, list) else call.result
    gained = [
        f"{label_of(name)} {value}"
        for name, value in (leaves(first) if not isinstance(first, str) else ())
        if value not in known and kind_of(value) in telling and HIDDEN not in value
    ]
    said = "; ".join(dict.fromkeys(clip(text, MOST_VALUE_WORDS) for text in texts if HIDDEN not in text))
    return ", ".join(filter(None, [said, *gained[:MOST_GAINED]]))


def _found(call: ToolCall, known: _Known) -> str:
    """What a lookup was asked and what it found, in few words; of a list how many it holds, and the one that was spoken
    of last, or its first."""
    many = isinstance(call.result, list) and len(call.result) > 1
    one = known.spoken_of(call.result) if isinstance(call.result, list) and call.result else call.result
    asked = {squeezed(value) for _, value in stated(call.arguments)} | {squeezed(call.name)}
    values = [
        f"{label_of(name)} {clip(value, 6)}" if name else clip(value, 16)
        for name, value in leaves(one)
        if squeezed(value) not in asked and HIDDEN not in value
    ]
    number = f"{len(call.result)} found: " if many else ""
    told = ", ".join(values[:MOST_FOUND])
    return " → ".join(filter(None, [known.arguments(call), number + told if told else ""]))


def _runs(record: Record) -> Iterable[Draft]:
    """The newest run of each command: how it ended, and the line of its output that says most."""
    failed = [run for run in record.runs if run.outcome is Outcome.FAILED][-MOST_FAILED_RUNS:]
    for run in record.runs:
        if run.outcome is Outcome.FAILED and run not in failed:
            continue
        section = SectionName.DONE if run.changes else SectionName.FIGURES
        if run.outcome is Outcome.FAILED and not runs.WITH_FIGURE.search(run.line):
            section = SectionName.FAILED
        outcome = run.outcome if run.outcome is not Outcome.UNKNOWN else None
        text = run.line or (outcome.value if outcome else "")
        if text:
            line = BriefLine(
                label=run.command, text=text, outcome=outcome, memory_ids=list(run.memory_ids), was=run.was
            )
            yield Draft(section, line, 4.0 + run.position / 1e6, run.position)


def _files(record: Record) -> Iterable[Draft]:
    written = runs.files(record.calls)
    if not written:
        return
    newest = list(written)[-MOST_FILES:]
    more = f" (+{len(written) - MOST_FILES})" if len(written) > MOST_FILES else ""
    ids: list[UUID] = list(dict.fromkeys(memory_id for path in newest for memory_id in written[path]))
    line = BriefLine(label="files", text=", ".join(reversed(newest)) + more, memory_ids=ids)
    yield Draft(SectionName.DONE, line, 6.0, len(record.memories))


def _notes(record: Record) -> Iterable[Draft]:
    for note in record.notes:
        line = BriefLine(
            text=clip(note.text, NOTE_WORDS) if count(note.text) > NOTE_WORDS else " ".join(note.text.split()),
            memory_ids=list(note.memory_ids),
            owner=note.owner,
            due=note.due,
            was=note.was and clip(note.was, MOST_VALUE_WORDS),
        )
        yield Draft(note.section, line, 8.0 + note.position / 1e6, note.position)
