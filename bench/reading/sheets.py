"""Sheets: which briefs are read, what was answered, and how it was marked; no text of any conversation."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, TypeAdapter

from bench.figures import Value

QUESTIONS = {
    "wanted": "What is wanted now?",
    "who": "Who is it? Names, and the numbers they go by.",
    "done": "What was done, and with what result?",
    "promised": "What was promised or decided, by whom?",
    "next": "What comes next, for whoever takes over?",
}
Mark = Literal["", "right", "missing", "wrong", "garbled"]
MARKS: tuple[Mark, ...] = ("right", "missing", "wrong", "garbled")


class Brief(BaseModel):
    """A brief as a line of a file of briefs has it."""

    id: str
    text: str = ""


def _unmarked() -> dict[str, Mark]:
    return dict.fromkeys(QUESTIONS, "")


class Entry(BaseModel):
    """One brief of a sheet. ``sealed`` is the hash of the answers once the conversation was shown."""

    id: str
    set: str
    brief: str = Field(description="The SHA-256 of the brief that was read, so that nobody takes it for a newer one.")
    answers: dict[str, str] = Field(default_factory=lambda: dict.fromkeys(QUESTIONS, ""))
    marks: dict[str, Mark] = Field(default_factory=_unmarked)
    sealed: str = ""

    def unanswered(self) -> list[str]:
        """The questions without an answer."""
        return [name for name in QUESTIONS if not self.answers.get(name, "").strip()]


class NotReady(ValueError):
    """A sheet is not filled in as far as the next step needs it."""


BRIEFS, ENTRIES = TypeAdapter(Brief), TypeAdapter(Entry)


def draw(files: Sequence[Path], count: int, salt: str) -> list[tuple[Entry, str]]:
    """So many briefs of all files, those whose hash of id and salt is lowest; each entry with the brief's text."""
    drawn = []
    for path in files:
        for line in _lines(path):
            brief = BRIEFS.validate_json(line)
            known = Entry(id=brief.id, set=path.name.split(".")[0], brief=_hash(brief.text))
            drawn.append((place_of(brief.id, salt), known, brief.text))
    # A brief without words is read too: what a receiver does not get counts as missing.
    return [(known, text) for _, known, text in sorted(drawn, key=lambda one: one[0])[:count]]


def place_of(id: str, salt: str) -> str:
    """What briefs are sorted by before the first so many are drawn."""
    return _hash(id + salt)


def read(path: Path) -> list[Entry]:
    """The entries of a sheet; raises ``ValueError`` where a line is none, as with a mark that there is not."""
    return [ENTRIES.validate_json(line) for line in _lines(path)]


def write(path: Path, entries: Iterable[Entry]) -> None:
    """Write a sheet, one entry a line."""
    path.write_text(
        "".join(json.dumps(entry.model_dump(), ensure_ascii=False) + "\n" for entry in entries), encoding="utf-8"
    )


def seal(entries: Sequence[Entry]) -> list[Entry]:
    """The entries with their answers sealed. Raises ``NotReady`` where one is missing: who has seen the conversation
    cannot answer from the brief alone any more."""
    open_ones = [f"{entry.id}: {', '.join(names)}" for entry in entries if (names := entry.unanswered())]
    if open_ones:
        raise NotReady(f"answer these first, with - where the brief does not say: {'; '.join(open_ones)}")
    _check_seals(entries)
    return [entry.model_copy(update={"sealed": _of_answers(entry)}) for entry in entries]


def shares(entries: Sequence[Entry]) -> list[dict[str, Value]]:
    """The shares of the marks: of all answers, by question and by set. Raises ``NotReady`` where a mark is missing."""
    unmarked = [entry.id for entry in entries if not all(entry.marks.get(name) for name in QUESTIONS)]
    if unmarked:
        raise NotReady(f"mark these first: {', '.join(unmarked)}")
    _check_seals(entries)
    rows = [_row([entry.marks[name] for entry in entries], question=name) for name in QUESTIONS]
    for name in sorted({entry.set for entry in entries}):
        rows.append(_row([mark for entry in entries if entry.set == name for mark in entry.marks.values()], set=name))
    return [*rows, _row([mark for entry in entries for mark in entry.marks.values()], briefs=len(entries))]


def _row(marks: Sequence[Mark], **group: Value) -> dict[str, Value]:
    counted = Counter(marks)
    return {**group, "answers": len(marks), **{mark: counted[mark] / len(marks) for mark in MARKS}}


def _check_seals(entries: Sequence[Entry]) -> None:
    changed = [entry.id for entry in entries if entry.sealed and entry.sealed != _of_answers(entry)]
    if changed:
        raise NotReady(f"these answers were changed after the conversation was shown: {', '.join(changed)}")


def _of_answers(entry: Entry) -> str:
    return _hash(json.dumps(entry.answers, sort_keys=True, ensure_ascii=False))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
