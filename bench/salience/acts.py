"""The act heads: what a statement does by itself, and where it stands. Their fits, and what holds of them.

By itself a statement is read by regressions over its meaning and its shape. What it does where it stands is told by
regressions over what such heads say of it and of the statements around it, for the acts of ``IN_CONTEXT``. These learn
from statements that the heads of the first kind had not seen.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, starmap
from typing import Any

import numpy as np

from bench.salience import examples
from bench.salience.dialogues import WRITTEN
from bench.salience.fitting import Floats, Sheet, regression
from warmline_memory.salience import signs
from warmline_memory.salience.context import around
from warmline_memory.salience.model import ACTS, IN_CONTEXT, logistic
from warmline_memory.salience.turns import Statement, Turn

Heads = tuple[Floats, Floats]
"""A matrix with a column for each act, and their biases."""
LOUD = {WRITTEN.stem: 2.0, examples.FILE.stem: 6.0}
"""A statement of a written conversation, and a written example, count as much as so many statements of a public set:
they say of all eleven acts what they are."""
ALONE, WHERE_IT_STANDS = 0.01, 0.01
"""The inverse strength of the penalty of the regressions for what a statement does by itself, and where it stands."""
PARTS = (1, 2, 4, 6)
"""A conversation teaches what its statements do where they stand in all of it, and in parts of so many turns: all have
ten turns or so, and where in these promises stand says nothing of shorter ones. Learned from whole ones alone, the head
for promises was right in .77 and found .49 of them in parts of five turns; so it is right in .92 and finds .58."""
TURNS_PER_SET = 1_200
FOLDS = 5


def fit_alone(given: Sequence[Sheet]) -> dict[str, Any]:
    """The heads that see a statement by itself: memories have nothing around them, so these learn from sentences."""
    return _named("acts", _fit_alone([one for one in given if one.dialogue.source != WRITTEN.stem]))


def fit_in_context(given: Sequence[Sheet]) -> dict[str, Any]:
    """The heads that see what is around a statement, and those that read for them what each is by itself."""
    return _named("told", _fit_alone(given)) | _named("context", _fit_in_context(given, _out_of_fold(given)))


def _named(name: str, heads: Heads) -> dict[str, Any]:
    return dict(zip((f"{name}_matrix", f"{name}_bias"), heads, strict=True))


def _fit_alone(given: Sequence[Sheet]) -> Heads:
    """Heads that see a statement by itself."""
    parts = [_turns(given, source) for source in sorted({one.dialogue.source for one in given})]
    seen, acts, weight = (np.concatenate(column) for column in zip(*parts, strict=True))
    return _heads(seen, acts, weight, ALONE)


def _turns(given: Sequence[Sheet], source: str) -> tuple[Floats, Floats, Floats]:
    """The labelled statements of a set; few public sets would otherwise outweigh all languages but their own."""
    own = [one for one in given if one.dialogue.source == source]
    acts = np.concatenate([one.acts for one in own])
    known = np.flatnonzero(~np.isnan(acts).all(axis=1))
    if source not in LOUD:
        known = np.random.default_rng(0).permutation(known)[:TURNS_PER_SET]
    seen = np.concatenate([_seen(one) for one in own])[known]
    return seen, acts[known], np.full(len(known), LOUD.get(source, 1.0), np.float32)


def _seen(one: Sheet) -> Floats:
    return np.hstack([one.read, one.shapes])


def _heads(seen: Floats, acts: Floats, weight: Floats, strength: float) -> Heads:
    """The matrix and the biases of a regression for each act; labels that are NaN take no part."""
    columns, biases = [], []
    for column in range(acts.shape[1]):
        known = ~np.isnan(acts[:, column])
        bias, matrix = regression(seen[known], acts[known, column] > 0.5, weight[known], strength)
        columns.append(matrix)
        biases.append(bias)
    return np.stack(columns, axis=1), np.array(biases)


def _fit_in_context(given: Sequence[Sheet], logits: Sequence[Floats]) -> Heads:
    """The heads that see what is around a statement, fitted on the conversations whose every statement is labelled."""
    told = [pair for pair in zip(given, logits, strict=True) if pair[0].dialogue.source == WRITTEN.stem]
    seen, acts = (np.concatenate(column) for column in zip(*chain.from_iterable(starmap(_parts, told)), strict=True))
    weight = np.full(len(seen), LOUD[WRITTEN.stem] / (1 + len(PARTS)), np.float32)
    return _heads(seen, acts[:, [ACTS.index(act) for act in IN_CONTEXT]], weight, WHERE_IT_STANDS)


def _parts(one: Sheet, logits: Floats) -> Iterator[tuple[Floats, Floats]]:
    """What is seen of statements that stand in the whole dialogue, and in parts of it, and which acts they are."""
    turns = one.dialogue.turns
    turn = np.array([it.turn for it in one.said])
    for size in (len(turns), *PARTS):
        for first in range(0, len(turns), size):
            within = np.flatnonzero((turn >= first) & (turn < first + size))
            if len(within):
                said = [replace(one.said[at], turn=one.said[at].turn - first) for at in within]
                part = turns[first : first + size]
                places = signs.places(part, said, one.read[within], one.dialogue.used, None)
                yield _seen_in_context(part, said, logits[within], one.shapes[within], places), one.acts[within]


def _seen_in_context(
    turns: Sequence[Turn], said: Sequence[Statement], logits: Floats, shapes: Floats, places: Floats
) -> Floats:
    return np.hstack([around(turns, said, logits), shapes, places])


def _out_of_fold(given: Sequence[Sheet]) -> list[Floats]:
    """What each statement is by itself, read by heads that had not learned from its dialogue."""
    found: dict[int, Floats] = {}
    for tested, others in _folds(given):
        heads = _fit_alone(others)
        found |= {id(one): _logits(heads, one) for one in tested}
    return [found[id(one)] for one in given]


def _folds(given: Sequence[Sheet]) -> Iterator[tuple[list[Sheet], list[Sheet]]]:
    for number in sorted({fold(one) for one in given}):
        yield [one for one in given if fold(one) == number], [one for one in given if fold(one) != number]


def fold(one: Sheet) -> int:
    """Which fifth a dialogue is in, by the hash of its id."""
    return int(hashlib.sha256(one.dialogue.id.encode()).hexdigest(), 16) % FOLDS


def _logits(heads: Heads, one: Sheet) -> Floats:
    matrix, bias = heads
    return np.asarray(_seen(one) @ matrix + bias, np.float32)


def _likely(arrays: dict[str, Any], one: Sheet) -> tuple[Floats, Floats]:
    """How likely the statements of a dialogue are each act by themselves, and each of ``IN_CONTEXT`` where they are."""
    alone, told = (_logits((arrays[f"{name}_matrix"], arrays[f"{name}_bias"]), one) for name in ("acts", "told"))
    seen = _seen_in_context(one.dialogue.turns, one.said, told, one.shapes, one.places)
    return logistic(alone), logistic(seen @ arrays["context_matrix"] + arrays["context_bias"])


def report(given: Sequence[Sheet], released: dict[str, Any] | None = None) -> Iterator[dict[str, Any]]:
    """Of the written conversations and of the examples, each act's precision and recall at a half, and the threshold
    for a precision of .95, by heads that learned from neither the conversation nor a translation of the example.

    With ``released`` heads for a statement by itself, which never saw the conversations, these are measured on them.
    """
    found: dict[int, tuple[Floats, Floats]] = {}
    for tested, others in _folds([one for one in given if one.dialogue.source in LOUD]):
        learned = [*others, *(one for one in given if one.dialogue.source not in LOUD)]
        arrays = (released or fit_alone(learned)) | fit_in_context(learned)
        found |= {id(one): _likely(arrays, one) for one in tested}
    measured = [(WRITTEN.stem, 0, ACTS), (WRITTEN.stem, 1, IN_CONTEXT)]
    if released is None:
        measured.append((examples.FILE.stem, 0, ACTS))
    for source, kind, heads in measured:
        own = [one for one in given if one.dialogue.source == source]
        labels = np.concatenate([one.acts for one in own])
        each = np.concatenate([np.full(len(one.said), one.each, np.float32) for one in own])
        weighed = np.concatenate([found[id(one)][kind] for one in own])
        for column, act in enumerate(heads):
            figures = _figures(weighed[:, column], labels[:, ACTS.index(act)], each)
            yield {"of": source, "in_context": kind == 1, "act": act, **figures}


def _figures(found: Floats, right: Floats, each: Floats) -> dict[str, float]:
    def precision(threshold: float) -> float:
        taken = found >= threshold
        return float((each * right)[taken].sum() / max(1e-9, each[taken].sum()))

    def recall(threshold: float) -> float:
        return float((each * right)[found >= threshold].sum() / (each * right).sum())

    sure = next((float(at) for at in np.arange(0.3, 1.0, 0.01) if precision(at) >= 0.95), 1.0)
    figures = {"precision": precision(0.5), "recall": recall(0.5), "sure_from": sure, "recall_when_sure": recall(sure)}
    return {name: round(figure, 3) for name, figure in figures.items()} | {"labels": int(right.sum())}
