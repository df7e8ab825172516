"""Recorded: the lines of a brief that tell the record as it is."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from typing import Any
from uuid import UUID

from warmline_memory.briefs import moved, settling
from warmline_memory.briefs.drafts import Draft
from warmline_memory.briefs.spoken import stems_of
from warmline_memory.briefs.wording import ENGLISH
from warmline_memory.language import phrases
from warmline_memory.language.detecting import language_of
from warmline_memory.language.statements import word_count as count
from warmline_memory.language.trees import is_plain, leaves
from warmline_memory.language.values import ValueKind, kind_of
from warmline_memory.language.words import clip, is_long, label_of, squeezed
from warmline_memory.reading import runs
from warmline_memory.reading.calls import IDENTIFYING, ROW_END, Changed, ToolCall, is_trial_of, only_tries, stated
from warmline_memory.reading.notes import holds_a_plan, section_of
from warmline_memory.reading.record import Named, Record, Said
from warmline_memory.reading.results import status_texts
from warmline_memory.redaction.scrubbing import HIDDEN
from warmline_memory.salience import Speaker
from warmline_memory.source_memory import merged
from warmline_schemas.briefs import BriefLine, SectionName
from warmline_schemas.memories import Outcome

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
WORD = re.compile(r"\w+")
NAMING = ("name", "title")
"""How programs call the value that says which thing it is."""
IDENTITY_KINDS = (ValueKind.IDENTIFIER, ValueKind.EMAIL, ValueKind.PHONE)
TELLING = (ValueKind.IDENTIFIER, ValueKind.MONEY, ValueKind.PHONE, ValueKind.EMAIL, ValueKind.DATE)
"""The kinds of values that count in a result though nobody spoke of them."""
REACHES = (ValueKind.PHONE, ValueKind.EMAIL)
MOST_VALUE_WORDS, MOST_ARGUMENTS, MOST_GAINED, MOST_FOUND, MOST_SAID = 12, 10, 4, 3, 6
MOST_FAILED_RUNS, MOST_FILES = 3, 15
MOST_PARTS = 4
"""Of so many words an identifier is made at most that somebody says in parts."""
NOTE_WORDS = 60
"""A note is given whole up to this many words; whoever writes more writes a document, and its beginning leads to it."""


def lines(record: Record) -> list[Draft]:
    """All that the record says, each line where it belongs."""
    noted = moved.marked([*_values(record), *_notes(record)], record.said)
    return [*noted, *_calls(record), *_runs(record), *_files(record)]


def named(record: Record) -> list[Draft]:
    """What has a name or a kind: slots, and notes but for the steps of plans."""
    plans = {call.memory_id for call in record.calls if holds_a_plan(call)}
    noted = [draft for draft in _notes(record) if not plans & set(draft.line.memory_ids)]
    return [*(_value(SectionName.FACTS, slot, 20.0) for slot in reversed(record.slots)), *noted]


def _values(record: Record) -> Iterable[Draft]:
    """Who and what it is about: slots, and the arguments of calls that say which one is meant."""
    said = set()
    for slot in reversed(record.slots):
        section = SectionName.IDENTIFIERS if _identifies(slot.name, slot.value) else SectionName.FACTS
        if section_of(slot.name) is SectionName.SEVERITY:
            section = SectionName.SEVERITY
        said.add((slot.name, squeezed(slot.value)))
        yield _value(section, slot, 20.0)
    replaced = {(one.name, squeezed(one.old)) for one in record.changed}
    for found in (*_arguments(record.calls), *_confirmed(record)):
        if (found.name, squeezed(found.value)) in replaced:
            continue
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
    newest = {(call.name, name): value for call in calls for name, value in stated(call.arguments)}
    for call in calls:
        if not _is_a_line_of_its_own(call):
            continue
        for name, value in stated(call.arguments):
            label = label_of(name)
            # A hotel that was looked at or tried before the last one is none that the receiver should take.
            is_past = label.endswith("name") and newest[call.name, name] != value
            if _identifies(label, value) and not is_past and count(value) <= MOST_VALUE_WORDS and HIDDEN not in value:
                before = found.pop(squeezed(value), None)
                ids = merged((call.memory_id,), before.memory_ids if before else ())
                found[squeezed(value)] = Named(before.name if before else label, value, ids, call.position)
    return list(reversed(found.values()))


def _confirmed(record: Record) -> Iterable[Named]:
    """The identifiers in results that the customer said, and of the one thing that was found those that the agent
    said: of a booking that was looked up, whose it is."""
    said = phrases.folded(" ".join(one.text for one in record.said if one.speaker is Speaker.CUSTOMER))
    told = phrases.folded(" ".join(one.text for one in record.said if one.speaker is not Speaker.CUSTOMER))
    in_parts = _in_parts(said)
    for call in filter(_is_a_line_of_its_own, reversed(record.calls)):
        own = call.result.values() if isinstance(call.result, Mapping) and not call.changes else ()
        for name, value in leaves(call.result):
            label = label_of(name)
            if IDENTIFYING.search(label) and kind_of(value) in IDENTITY_KINDS:
                # As words of their own: `123456` is another's card where the customer said `1234567`.
                plain = phrases.folded(value)
                is_said = phrases.holds(said, plain) or "".join(WORD.findall(plain)) in in_parts
                if is_said or (value in own and phrases.holds(told, plain)):
                    yield Named(label, value, (call.memory_id,), call.position)


def _in_parts(said: str) -> set[str]:
    """What has digits in a text, also where it is said in parts: `+47 5555 1234` is `4755551234`."""
    words = WORD.findall(said)
    ends = [at for at, word in enumerate(words) if any(map(str.isdigit, word))]
    return {"".join(words[max(at - many, 0) : at + 1]) for at in ends for many in range(MOST_PARTS)}


def _identifies(name: str, value: str) -> bool:
    kind = kind_of(value)
    return kind in IDENTITY_KINDS or (bool(IDENTIFYING.search(name)) and kind is not ValueKind.MONEY)


def _calls(record: Record) -> Iterable[Draft]:
    """What was changed or tried, the latest of equal calls; and the last lookup, which says what was found."""
    newest: dict[tuple[str, str], list[ToolCall]] = {}
    lookup: ToolCall | None = None
    known = _Known(record)
    for call in filter(_is_a_line_of_its_own, record.calls):
        if call.changes or call.outcome in (Outcome.REQUESTED, Outcome.FAILED):
            newest.setdefault((call.name, known.arguments(call)), []).append(call)
        elif call.result not in (None, "", [], {}):
            lookup = call
    told = [group for group in newest.values() if not is_overcome(group[-1], record.calls)]
    for group in told:
        yield _call(
            group, _tried_before(group[-1], newest.values()), known, record.amended.get(group[-1].memory_id, ())
        )
    made = [group[-1] for group in told if group[-1].changes and group[-1].outcome is not Outcome.FAILED]
    if lookup is None or any(_is_decided_by(lookup, one) or _is_taken_by(lookup, one) for one in made):
        return
    there = {_known_by(name, value) for group in told for name, value in stated(group[-1].arguments)}
    there |= {_known_by(one.name, one.value) for one in (*record.slots, *_arguments(record.calls))}
    if said := _found(lookup, known, there):
        line = BriefLine(label=lookup.spoken, text=said, memory_ids=[lookup.memory_id])
        yield Draft(SectionName.SITUATION, line, lookup.position / 1e6, lookup.position)


def _is_decided_by(lookup: ToolCall, change: ToolCall) -> bool:
    """Whether a lookup was overtaken by a later change of the same thing with another value: the table at three was
    free, and the one at five was taken. What is about the same thing has an identifier in common, or at least as many
    equal arguments as others."""
    if change.position < lookup.position:
        return False
    asked, given = (dict(stated(one.arguments)) for one in (lookup, change))
    shared = [name for name in asked if name in given]
    equal = [name for name in shared if squeezed(asked[name]) == squeezed(given[name])]
    is_same = 2 * len(equal) >= len(shared) or any(_identifies(label_of(name), asked[name]) for name in equal)
    return len(equal) < len(shared) and is_same


def _is_taken_by(lookup: ToolCall, change: ToolCall) -> bool:
    """Whether a change took what a lookup had found: it says what of that still counts. What was looked up by a number
    or a name of its own was there before, and is what the change changes."""
    return lookup.position < change.position and _is_search(lookup) and settling.led_to(lookup, change)


def _is_search(lookup: ToolCall) -> bool:
    return not any(IDENTIFYING.search(label_of(name)) for name, _ in stated(lookup.arguments))


def _known_by(name: str, value: str) -> tuple[str, str]:
    """What makes a value the same as another: a number or an amount is of something, and counts with its name."""
    is_of_something = kind_of(value) in (ValueKind.NUMBER, ValueKind.MONEY, ValueKind.FIGURE) or not is_long(value)
    return label_of(name) if is_of_something else "", squeezed(value)


def _particular(tree: Any) -> set[str]:
    """The values of a tree that say by themselves what they are of, made plain: names, addresses, identifiers."""
    known = (_known_by(name, value) for name, value in leaves(tree))
    return {value for name, value in known if not name}


def _is_a_line_of_its_own(call: ToolCall) -> bool:
    """Whether a call is not told as a run, a file or the steps of a plan."""
    return not (call.command or runs.writes_files(call) or holds_a_plan(call))


def is_overcome(call: ToolCall, calls: Sequence[ToolCall]) -> bool:
    """Whether a call that failed, or that nobody answered, was made again later with another outcome."""
    if call.outcome is Outcome.CONFIRMED:
        return False
    later = [one for one in calls if one.name == call.name and one.position > call.position]
    return any(_is_same_thing(call, one) for one in later)


def _is_same_thing(one: ToolCall, other: ToolCall) -> bool:
    """Whether two calls of a tool are about the same thing: all arguments are equal that say which one is meant, and of
    tools that have none the half of all.

    Where the tool is named for some of them, those alone say it: whoever updates a reservation may pay it otherwise.
    """
    ours, theirs = dict(stated(one.arguments)), dict(stated(other.arguments))
    same = {name for name in ours if ours[name] == theirs.get(name)}
    identifying = {name for name in ours if IDENTIFYING.search(label_of(name)) and name in theirs}
    about = {name for name in identifying if stems_of(label_of(name)) & stems_of(one.spoken)}
    is_half = 2 * len(same) >= len(ours)
    return about <= same and is_half if about else identifying <= same if identifying else is_half


def _tried_before(call: ToolCall, groups: Iterable[Sequence[ToolCall]]) -> list[ToolCall]:
    """The failures before one that failed too, of the same thing with other values: nobody shall try these again."""
    if call.outcome is not Outcome.FAILED:
        return []
    tried = [group[-1] for group in groups if group[-1].name == call.name and group[-1].outcome is Outcome.FAILED]
    return [one for one in tried if one.position < call.position and _is_same_thing(one, call)][-MOST_FAILED_RUNS:]


def _call(group: Sequence[ToolCall], before: Sequence[ToolCall], known: "_Known", since: Sequence[Changed]) -> Draft:
    last = group[-1]
    section = SectionName.FAILED if last.outcome is Outcome.FAILED else SectionName.DONE
    text = " → ".join(part for part in (known.arguments(last), _result(last, known)) if part)
    given = dict(stated(last.arguments))
    for one in before:
        other = [(name, value) for name, value in stated(one.arguments) if given.get(name) != value]
        text += f"; {known.arguments(replace(one, arguments=dict(other)))} → {_result(one, known)}" if other else ""
    ids = [call.memory_id for call in (*before, *group[-8:])]
    if last.outcome is Outcome.UNKNOWN and (word := known.word_after(last)):
        text += f" → {word.by}: “{clip(word.text, MOST_VALUE_WORDS)}”"
        ids.append(word.memory.id)
    ids += [change.memory_id for change in since]
    ids += [lookup.memory_id for lookup, _, _ in known.found_of(last)]
    line = BriefLine(
        label=last.spoken,
        text=text or last.outcome.value,
        outcome=last.outcome,
        memory_ids=list(dict.fromkeys(ids)),
        since=[change.shown for change in since],
    )
    return Draft(section, line, 5.0 + last.position / 1e6, last.position)


class _Known:
    """What was said or found, and by which tool first.

    A word in an argument that nobody said and no result has is the agent's own setting, such as `mode: fast`, and so is
    a number of a lookup, such as `limit: 80`. Where people speak another language than English, it may well be what
    they said.
    """

    def __init__(self, record: Record) -> None:
        said = " ".join([*(one.text for one in record.said), *(note.text for note in record.notes)])
        results = " ".join(value for call in record.calls for _, value in leaves(call.result))
        self._said, self._spoken = squeezed(said), phrases.folded(said)
        self._text = f"{self._said} {squeezed(results)}"
        self._numbers = set(NUMBER.findall(f"{said} {results}"))
        # Programs are called in English: who speaks another language says `kontuszon` and no `bruise`.
        self._is_foreign = language_of(said) not in (None, ENGLISH)
        self._messages = record.said
        self._trials = [call for call in reversed(record.calls) if only_tries(call.arguments)]
        self._searches = [call for call in record.calls if not call.changes and call.result and _is_search(call)]
        self._found: dict[UUID, list[tuple[ToolCall, str, str]]] = {}
        self._first: dict[tuple[str, str], ToolCall] = {}
        for call in record.calls:
            for name, value in leaves(call.result):
                self._first.setdefault((label_of(name), squeezed(value)), call)

    def is_new(self, name: str, value: str, call: ToolCall) -> bool:
        """Whether no other tool had found a value under this name before. What the same tool had brought stands in no
        other line: it was called again."""
        return self._first.get((label_of(name), squeezed(value)), call).name == call.name

    def found_of(self, call: ToolCall) -> Sequence[tuple[ToolCall, str, str]]:
        """What lookups had found of the very thing that a change took, such as its address: of several things the one
        that a value of the change names and no other. Of what the change brought itself it is what was spoken of, and
        so it is of a trial, such as a check whether something is free and what it costs."""
        if call.memory_id not in self._found:
            self._found[call.memory_id] = list(self._look_up(call)) if call.changes else []
        return self._found[call.memory_id]

    def _look_up(self, call: ToolCall) -> Iterable[tuple[ToolCall, str, str]]:
        yield from self._tried(call)
        its = _particular({name: value for name, value in call.arguments.items() if is_plain(value)})
        for lookup in self._searches:
            if lookup.position > call.position or not settling.led_to(lookup, call):
                continue
            several = lookup.result if isinstance(lookup.result, list) else [lookup.result]
            names = [_particular(row) for row in several]
            shared = Counter(value for own in names for value in own)
            its_own = {value for value in its if shared[value] == 1}
            taken = [row for row, own in zip(several, names, strict=True) if own & its_own]
            found = list(leaves(taken[0])) if len(taken) == 1 else []
            brought = set(leaves(call.result)) if not isinstance(call.result, str) else set()
            found += [one for one in leaves(lookup.result) if one in brought and self.was_said(one[1])]
            asked = {value for _, value in leaves(lookup.arguments)}
            for name, value in sorted(found, key=lambda one: kind_of(one[1]) not in TELLING):
                if value not in asked:
                    yield lookup, name, value

    def _tried(self, call: ToolCall) -> Iterable[tuple[ToolCall, str, str]]:
        """What the last trial of a change found, and somebody spoke of; how the trial itself went is over."""
        trial = next((one for one in self._trials if one.position < call.position and is_trial_of(one, call)), None)
        if trial is not None:
            over = [*(value for _, value in leaves(call.arguments)), *status_texts(trial.result)]
            told = set(map(squeezed, over))
            for name, value in leaves(trial.result):
                if squeezed(value) not in told and self.was_said(value):
                    yield trial, name, value

    def word_after(self, call: ToolCall) -> Said | None:
        """What the agent said next after a call, before the customer spoke: all that says how it went, where no result
        does."""
        after = next((one for one in self._messages if one.position > call.position), None)
        return after if after and after.speaker is Speaker.AGENT else None

    def was_said(self, value: str) -> bool:
        """Whether somebody said a value, as words of its own: what people speak of is what they need of a result."""
        return len(value) > 1 and value.casefold() != "true" and phrases.holds(self._spoken, phrases.folded(value))

    def arguments(self, call: ToolCall) -> str:
        """A call's arguments as `name: value`, without settings and what is hidden; a long value by its first words."""
        shown = [
            f"{label_of(name)}: {clip(value, MOST_VALUE_WORDS)}"
            for name, value in stated(call.arguments)
            if HIDDEN not in value and self._is_telling(value, call)
        ]
        return ", ".join(shown[:MOST_ARGUMENTS])

    def spoken_of(self, found: Sequence[Any]) -> Any:
        """The one of several things found that was named last, by words that the others do not have; or nothing."""
        words = [{squeezed(value) for _, value in leaves(one) if is_long(value)} for one in found]
        shared = Counter(word for own in words for word in own)
        last = [max((self._said.rfind(word) for word in own if shared[word] == 1), default=-1) for own in words]
        best = max(range(len(found)), key=last.__getitem__)
        return found[best] if last[best] >= 0 else None

    def _is_telling(self, value: str, call: ToolCall) -> bool:
        if value.casefold() in ("true", "false"):
            return value.casefold() == "true"
        kind = kind_of(value)
        if kind is ValueKind.NUMBER or value.isdigit():
            # What was changed is told in full: a table for `4` may have been asked for in words.
            return call.changes or value in self._numbers
        if self._is_foreign and (call.changes or kind is ValueKind.NAME):
            return True
        # Of a list, such as the flights of a booking, nobody says all in a row.
        rows = value.split(ROW_END)
        if kind not in (ValueKind.TEXT, ValueKind.NAME) or all(squeezed(row) in self._text for row in rows):
            return True
        named = (word for word in value.split() if kind_of(word) in IDENTITY_KINDS)
        return any(squeezed(word) in self._text for word in named)


def _result(call: ToolCall, known: _Known) -> str:
    """What a result says of how the call went, and the values that it brought: a booking's number, an amount; and what
    lookups had found of the same thing. Nothing else that another tool had found already is among them."""
    texts = [
        text for text in status_texts(call.result) if text[:1] not in "{[" and text.casefold() not in ("true", "ok")
    ]
    if call.outcome is Outcome.FAILED:
        # Beside a bare `failed` a program says why under a name of its own: `reason`, `detail`, `motivo`.
        texts += [value for _, value in leaves(call.result) if count(value) > 1 and value not in texts]
    given = {value for _, value in leaves(call.arguments)} | set(texts)
    first = call.result[:1] if isinstance(call.result, list) else call.result
    gained = [
        (label_of(name), value)
        for name, value in (leaves(first) if not isinstance(first, str) else ())
        if value not in given
        and (kind_of(value) in TELLING or known.was_said(value))
        and HIDDEN not in value
        and known.is_new(name, value, call)
    ]
    gained += [
        (label_of(name), value) for _, name, value in known.found_of(call) if value not in given and HIDDEN not in value
    ]
    said = "; ".join(dict.fromkeys(clip(text, MOST_VALUE_WORDS) for text in texts[:MOST_GAINED] if HIDDEN not in text))
    found = [*_whose(call, first, gained), *filter(None, [_listed(gained, MOST_GAINED, known)])]
    # A full stop ends a line, and stands not before a comma.
    return ", ".join(filter(None, [said.removesuffix(".") if found else said, *found]))


def _whose(call: ToolCall, row: object, gained: Sequence[tuple[str, str]]) -> Iterable[str]:
    """Whose phone number or address it is that a result gives, where nothing else says so: beside the name of another
    house that was offered before, it would be taken for that one's."""
    named = {label_of(name) for name, _ in leaves(call.arguments)} | {name for name, _ in gained}
    if any(name.endswith(NAMING) for name in named) or not any(kind_of(value) in REACHES for _, value in gained):
        return
    taken = {value for _, value in (*leaves(call.arguments), *gained)}
    for name, value in leaves(row):
        if name and value not in taken and kind_of(value) in (ValueKind.NAME, ValueKind.TEXT) and count(value) > 1:
            yield f"{label_of(name)} {clip(value, MOST_VALUE_WORDS)}"
            return


def _found(call: ToolCall, known: _Known, there: Set[tuple[str, str]]) -> str:
    """What a lookup was asked and what it found, in few words; of several things their number, and the one that was
    spoken of last, if any was, by its name. What else is `there` stands in other lines."""
    several = call.result if isinstance(call.result, list) and len(call.result) > 1 else []
    asked = {_known_by(name, value) for name, value in stated(call.arguments)} | {("", squeezed(call.name)), *there}
    told = list(leaves(known.spoken_of(several) if several else call.result))
    # Whose address it is nobody could tell otherwise.
    names = [one for one in told if several and label_of(one[0]).endswith(NAMING) and known.was_said(one[1])]
    values = [
        (label_of(name), clip(value, 6) if name else clip(value, 16))
        for name, value in told
        if HIDDEN not in value and (_known_by(name, value) not in asked or (name, value) in names[:1])
    ]
    found = ": ".join(filter(None, [f"{len(several)} found" if several else "", _listed(values, MOST_FOUND, known)]))
    return " → ".join(filter(None, [known.arguments(call), found]))


def _listed(values: Sequence[tuple[str, str]], most: int, known: _Known) -> str:
    """Of the values of a result those that somebody spoke of, and where there are fewer than so many the first others;
    those of one name behind each other."""
    said = [one for one in dict.fromkeys(values) if known.was_said(one[1])][:MOST_SAID]
    others = [one for one in dict.fromkeys(values) if one not in said][: max(most - len(said), 0)]
    named: dict[str, list[str]] = {}
    for name, value in (*said, *others):
        named.setdefault(name, []).append(value)
    return ", ".join(f"{name} {', '.join(own)}".strip() for name, own in named.items())


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
            label=note.label,
            text=clip(note.text, NOTE_WORDS) if count(note.text) > NOTE_WORDS else " ".join(note.text.split()),
            memory_ids=list(note.memory_ids),
            owner=note.owner,
            due=note.due,
            was=note.was and clip(note.was, MOST_VALUE_WORDS),
        )
        yield Draft(note.section, line, 8.0 + note.position / 1e6, note.position)
