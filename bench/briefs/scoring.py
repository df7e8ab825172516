"""Scoring: how much of what a receiver needs stands in a brief, against the answer key of its case."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from pydantic import BaseModel, Field, TypeAdapter

from bench.briefs.recorded import Recorded
from warmline.replay import STATUSES
from warmline_schemas.briefs import Brief

DEPTHS = (60, 120, 200)
"""A receiver reads a brief from the top, so the scores count what stands in its first 60, 120 and 200 words."""
SIMPLE_DEPTHS = (60, 120)
"""The lengths of the simple briefs beside them."""
# Kana and Han have no blanks: two of their characters count as one word, which is about what a word of them takes.
WITHOUT_BLANKS = r"\u3040-\u30ff\u3400-\u9fff"
WORD = re.compile(rf"\s*(?:[{WITHOUT_BLANKS}]{{1,2}}|[^\s{WITHOUT_BLANKS}]+)")
# The words by which a line says that a value is past. They are English, as the conversations with replaced values are.
PAST = re.compile(
    r"\b(?:was|were|earlier|before|replaced|changed|no longer|instead of|rather than|not|first)\b|→|->", re.I
)


class Named(BaseModel):
    """A value under the name that a tool gives it."""

    name: str
    value: str


class Replaced(BaseModel):
    """A value that was said, and the one that holds now."""

    old: str
    current: str


class Deed(BaseModel):
    """A change that was made (`ok`) or refused (`failed`)."""

    name: str
    status: str


class AnswerKey(BaseModel):
    """What a brief of a case must say, and what it must not. No program but the scorer reads it."""

    id: str
    source: str = Field(description="The collection that the case comes from.")
    must_know: list[Named] = Field(description="What the receiver's next calls need.")
    must_not_leak: list[Named] = Field(description="Secrets that were said.")
    superseded: list[Replaced] = Field(description="What was replaced.")
    actions: list[Deed] = Field(description="What was changed or refused.")
    reference_summary: str | None = Field(default=None, description="What another system wrote for the receiver.")


KEY = TypeAdapter(AnswerKey)


@dataclass(frozen=True)
class Shown:
    """What a receiver is shown: a brief's text, and its actions as pairs of name and status."""

    text: str = ""
    actions: frozenset[tuple[str, str]] = frozenset()

    @classmethod
    def of(cls, brief: Brief) -> "Shown":
        """What the receiver of a brief is shown."""
        pairs = ((action.name, STATUSES.get(action.outcome)) for action in brief.actions)
        return cls(brief.text, frozenset((name, status) for name, status in pairs if status))


def read_keys(path: Path, limit: int | None = None) -> list[AnswerKey]:
    """Read the answer keys of a file of cases, of the first ``limit``; raises ``ValueError`` where a line has none."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [KEY.validate_json(line) for line in lines[:limit]]


def score(
    keys: Sequence[AnswerKey], shown: Mapping[str, Shown], depths: Sequence[int] = DEPTHS
) -> dict[str, float | None]:
    """Score briefs against the keys of their cases: each score is the share (0 to 1) of all that the keys name.

    It is ``None`` where they name nothing. A case without a brief counts as an empty brief.

    ``must_know_60`` and so on: needed values that stand in the first so many words. ``leaks``: secrets that stand
    anywhere. ``stale``: replaced values that stand in a line which neither has the value that holds now nor says that
    they are past. ``actions``: changes that are listed with the right outcome.
    """
    pairs = [(key, shown.get(key.id, Shown())) for key in keys]
    return {
        **{f"must_know_{depth}": _known(pairs, depth) for depth in depths},
        "leaks": share(states(one.text, secret.value) for key, one in pairs for secret in key.must_not_leak),
        "stale": share(is_stale(one.text, replaced) for key, one in pairs for replaced in key.superseded),
        "actions": share((deed.name, deed.status) in one.actions for key, one in pairs for deed in key.actions),
    }


def baselines(case: Recorded) -> dict[str, str]:
    """What simple briefs of a case say: pieces of the conversation, and all of it."""
    spoken = transcript(case)
    briefs = {}
    for depth in SIMPLE_DEPTHS:
        # Openings say what it is about, and ends what is left to do; a plain summary may take some of both.
        half = depth // 2
        briefs[f"first {depth} words"] = "".join(spoken[:depth])
        briefs[f"last {depth} words"] = "".join(spoken[-depth:])
        briefs[f"{half} + {half} words"] = "".join(spoken[:half] + spoken[-half:])
    return {**briefs, "whole transcript": "".join(spoken)}


def transcript(case: Recorded) -> list[str]:
    """The words of a conversation with the blanks before them, each turn led by its role; what tools returned is not
    spoken."""
    return WORD.findall("".join(f" {event.role}: {event.text}" for event in case.events if event.role != "tool"))


def states(text: str, value: str) -> bool:
    """Whether a text holds a value as whole words; neither case nor the width of blanks matters."""
    # `\b` would not do: values such as "$299" begin with a sign that is no word character.
    return re.search(rf"(?<![a-z0-9]){re.escape(_plain(value))}(?![a-z0-9])", _plain(text)) is not None


def share(hits: Iterable[bool]) -> float | None:
    """The share of hits, ``None`` where there is nothing to hit."""
    found = list(hits)
    return sum(found) / len(found) if found else None


def first_words(text: str, count: int) -> str:
    """The first so many words of a text."""
    ends = [hit.end() for hit in islice(WORD.finditer(text), count)]
    return text[: ends[-1]] if ends else ""


def count_words(text: str) -> int:
    """How many words a text has."""
    return sum(1 for _ in WORD.finditer(text))


def is_stale(text: str, replaced: Replaced) -> bool:
    """Whether some line states a replaced value as if it held."""
    # A brief may name the old value beside the new one, as in "5 pm (was 4 pm)", but only in the same line.
    return any(
        states(line, replaced.old) and not states(line, replaced.current) and not PAST.search(line)
        for line in text.splitlines()
    )


def _known(pairs: Sequence[tuple[AnswerKey, Shown]], depth: int) -> float | None:
    read = [(key, first_words(one.text, depth)) for key, one in pairs]
    return share(states(text, needed.value) for key, text in read for needed in key.must_know)


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.lower()).strip()
