"""Scoring: how much of what a receiver needs stands in a brief, against the answer key of its case."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, Field, TypeAdapter

from warmline.replay import Case, Words

DEPTHS = (60, 120)
"""A receiver reads a brief from the top, so the scores count what stands in its first 60 and its first 120 words."""


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


def read_keys(path: Path, limit: int | None = None) -> list[AnswerKey]:
    """Read the answer keys of a file of cases, of the first ``limit``; raises ``ValueError`` where a line has none."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [KEY.validate_json(line) for line in lines[:limit]]


def score(keys: Sequence[AnswerKey], shown: Mapping[str, Shown]) -> dict[str, float | None]:
    """Score briefs against the keys of their cases: each score is the share (0 to 1) of all that the keys name.

    It is ``None`` where they name nothing. A case without a brief counts as an empty brief.

    ``must_know_60`` and ``must_know_120``: needed values that stand in the first so many words. ``leaks``: secrets that
    stand anywhere. ``stale``: replaced values that are stated without the one that holds now. ``actions``: changes that
    are listed with the right outcome.
    """
    pairs = [(key, shown.get(key.id, Shown())) for key in keys]
    return {
        **{f"must_know_{depth}": _known(pairs, depth) for depth in DEPTHS},
        "leaks": share(states(one.text, secret.value) for key, one in pairs for secret in key.must_not_leak),
        "stale": share(_is_stale(one.text, replaced) for key, one in pairs for replaced in key.superseded),
        "actions": share((deed.name, deed.status) in one.actions for key, one in pairs for deed in key.actions),
    }


def baselines(case: Case) -> dict[str, str]:
    """What simple briefs of a case say: pieces of the conversation, and all of it."""
    spoken = transcript(case)
    briefs = {}
    for depth in DEPTHS:
        # Openings say what it is about, and ends what is left to do; a plain summary may take some of both.
        half = depth // 2
        briefs[f"first {depth} words"] = " ".join(spoken[:depth])
        briefs[f"last {depth} words"] = " ".join(spoken[-depth:])
        briefs[f"{half} + {half} words"] = " ".join(spoken[:half] + spoken[-half:])
    return {**briefs, "whole transcript": " ".join(spoken)}


def transcript(case: Case) -> list[str]:
    """The words of a conversation, each turn led by its role; what tools returned is not spoken."""
    return " ".join(f"{event.role}: {event.text}" for event in case.events if isinstance(event, Words)).split()


def states(text: str, value: str) -> bool:
    """Whether a text holds a value as whole words; neither case nor the width of blanks matters."""
    # `\b` would not do: values such as "$299" begin with a sign that is no word character.
    return re.search(rf"(?<![a-z0-9]){re.escape(_plain(value))}(?![a-z0-9])", _plain(text)) is not None


def share(hits: Iterable[bool]) -> float | None:
    """The share of hits, ``None`` where there is nothing to hit."""
    found = list(hits)
    return sum(found) / len(found) if found else None


def _known(pairs: Sequence[tuple[AnswerKey, Shown]], depth: int) -> float | None:
    read = [(key, " ".join(one.text.split()[:depth])) for key, one in pairs]
    return share(states(text, needed.value) for key, text in read for needed in key.must_know)


def _is_stale(text: str, replaced: Replaced) -> bool:
    # A brief may name the old value beside the new one, as in "5 pm (was 4 pm)".
    return states(text, replaced.old) and not states(text, replaced.current)


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.lower()).strip()
