"""Long conversations with questions and the turns that hold the answers, in the form of LoCoMo's file.

A. Maharana et al.: Evaluating Very Long-Term Conversational Memory of LLM Agents, ACL 2024.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

# The questions of category 5 are traps: the file gives an answer that must not be given, and no evidence.
ANSWERABLE = (1, 2, 3, 4)
"""The categories whose questions have an answer; those of the fifth have none."""
CATEGORIES = {1: "multi-hop", 2: "temporal", 3: "open-domain", 4: "single-hop"}
"""What the numbers stand for, in the order of the file."""
# The file has keys such as `session_4_date_time` beside `session_4`; only the latter hold turns.
SITTING = re.compile(r"session_(\d+)")
EVIDENCE = re.compile(r"D:?(\d+):(\d+)")
"""Some of the file's references have a colon too many, and some name several turns."""


@dataclass(frozen=True)
class Turn:
    """One thing that was said."""

    id: str
    speaker: str
    text: str

    @property
    def as_text(self) -> str:
        """The turn as it is remembered and searched."""
        return f"{self.speaker}: {self.text}"


@dataclass(frozen=True)
class Sitting:
    """Turns of one day, in order."""

    at: datetime
    turns: tuple[Turn, ...]


@dataclass(frozen=True)
class Question:
    """What is asked, and the ids of the turns that hold the answer; at least one."""

    text: str
    category: int
    evidence: frozenset[str]


@dataclass(frozen=True)
class Conversation:
    """Two people's talk over months, and what is asked of it."""

    id: str
    sittings: tuple[Sitting, ...]
    questions: tuple[Question, ...]

    @property
    def turns(self) -> list[Turn]:
        """All turns, in order."""
        return [turn for sitting in self.sittings for turn in sitting.turns]


def load(path: Path) -> list[Conversation]:
    """Read a file of conversations."""
    return [conversation(sample) for sample in json.loads(path.read_text(encoding="utf-8"))]


def conversation(sample: Mapping[str, Any]) -> Conversation:
    """One conversation of the file, with its questions of categories 1 to 4 whose evidence is in it."""
    talk = sample["conversation"]
    numbers = sorted(int(found[1]) for name in talk if (found := SITTING.fullmatch(name)))
    sittings = tuple(
        Sitting(
            moment(talk[f"session_{number}_date_time"]),
            tuple(Turn(turn["dia_id"], turn["speaker"], turn["text"]) for turn in talk[f"session_{number}"]),
        )
        for number in numbers
    )
    known = {turn.id for sitting in sittings for turn in sitting.turns}
    asked = (
        Question(question["question"], question["category"], references(question.get("evidence", ())) & known)
        for question in sample["qa"]
        # References to turns that are not in the file are dropped, since nothing could find them.
        if question["category"] in ANSWERABLE
    )
    return Conversation(sample["sample_id"], sittings, tuple(question for question in asked if question.evidence))


def moment(text: str) -> datetime:
    """A date such as ``1:56 pm on 8 May, 2023``, taken as UTC."""
    return datetime.strptime(text, "%I:%M %p on %d %B, %Y").replace(tzinfo=UTC)


def references(evidence: Sequence[str]) -> frozenset[str]:
    """The ids of the turns that the file's references name, such as ``D8:6; D9:17``."""
    found = (EVIDENCE.findall(reference) for reference in evidence)
    return frozenset(f"D{int(sitting)}:{int(turn)}" for pairs in found for sitting, turn in pairs)


def recall_at(k: int, ranked: Sequence[str], evidence: frozenset[str]) -> float:
    """The share of the evidence among the first ``k``."""
    return len(evidence & set(ranked[:k])) / len(evidence)
