"""The act heads: what a statement does by itself, and where it stands. Their fits, and what holds of them.

By itself a statement is read by regressions over its meaning and its shape: these are released. What it does where it
stands is told by regressions over what such heads say of it and of the statements around it, for the acts of ``AMONG``:
they are measured here, and no brief is written with them yet. They learn from statements that the heads of the first
kind had not seen.
"""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from bench.salience import examples
from bench.salience.dialogues import WRITTEN
from bench.salience.fitting import Floats, Sheet, regression
from warmline_memory.salience.model import ACTS, logistic
from warmline_memory.salience.turns import Statement, Turn

Heads = tuple[Floats, Floats]
"""A matrix with a column for each act, and their biases."""
LOUD = {WRITTEN.stem: 2.0, examples.FILE.stem: 6.0}
"""A statement of a written conversation, and a written example, count as much as so many statements of a public set:
they say of all eleven acts what they are."""
BOLD = {"rule": 1.0}
"""So much is added to the logit of an act that is lost where it is missed: what holds for whoever comes next, which is
told whatever was carried out meanwhile."""
AMONG = ("wish", "promise", "rule")
"""The acts that are read together with what is around them as well."""
NOTHING, SURE = -4.0, 7.0
"""The logit of an act where no statement is, and the farthest that one counts."""
ALONE, AROUND = 0.01, 0.01
"""The inverse strength of the penalty of the regressions for what a statement does by itself, and where it stands."""
TURNS_PER_SET = 1_200
FOLDS = 5


def fit_alone(given: Sequence[Sheet]) -> dict[str, Any]:
    """The heads that see a statement by itself: memories have nothing around them, so these learn from sentences."""
    return _named("acts", _fit_alone([one for one in given if one.dialogue.source != WRITTEN.stem]))


def fit_among(given: Sequence[Sheet]) -> dict[str, Any]:
    """The heads that see what is around a statement, and what they read of each."""
    return _named("told", _fit_alone(given)) | _named("among", _fit_among(given, _out_of_fold(given)))


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


def _fit_among(given: Sequence[Sheet], logits: Sequence[Floats]) -> Heads:
    """The heads that see what is around a statement, fitted on dialogues that say of statements what they do."""
    pairs = zip(given, logits, strict=True)
    told = [(one, found) for one, found in pairs if one.dialogue.source != examples.FILE.stem and _is_told(one)]
    seen = np.concatenate([_among(one, found) for one, found in told])
    acts = np.concatenate([one.acts for one, _ in told])[:, [ACTS.index(act) for act in AMONG]]
    weight = np.concatenate([np.full(len(one.said), LOUD.get(one.dialogue.source, 1.0), np.float32) for one, _ in told])
    matrix, bias = _heads(seen, acts, weight, AROUND)
    return matrix, bias + np.array([BOLD.get(act, 0.0) for act in AMONG], np.float32)


def _is_told(one: Sheet) -> bool:
    """Whether the data say of its statements what they do."""
    return bool(one.dialogue.acts or one.dialogue.stated)


def _among(one: Sheet, logits: Floats) -> Floats:
    return np.hstack([around(one.dialogue.turns, one.said, logits), one.shapes, one.places])


def around(turns: Sequence[Turn], said: Sequence[Statement], logits: Floats) -> Floats:
    """What each statement is by itself, with what those around it are: the ones before and after it in its turn, and of
    the turns before and after, where the other side speaks there, whatever one of their statements is."""
    bounded = np.clip(logits, -SURE, SURE)
    turn = np.array([one.turn for one in said])
    none = np.full((1, len(ACTS)), NOTHING, np.float32)
    is_same = (turn[1:] == turn[:-1])[:, None]
    before = np.concatenate([none, np.where(is_same, bounded[:-1], NOTHING)])
    after = np.concatenate([np.where(is_same, bounded[1:], NOTHING), none])
    most = np.full((len(turns) + 1, len(ACTS)), NOTHING, np.float32)
    first = np.flatnonzero(np.concatenate([[True], turn[1:] != turn[:-1]]))
    most[turn[first]] = np.maximum.reduceat(bounded, first)
    speakers = [one.speaker for one in turns]
    answered = [[at > 0 and speakers[at - 1] is not speakers[at]] for at in turn]
    answers = [[at + 1 < len(turns) and speakers[at + 1] is not speakers[at]] for at in turn]
    heard = np.where(answered, most[turn - 1], NOTHING)
    replied = np.where(answers, most[turn + 1], NOTHING)
    return np.hstack([bounded, before, after, heard, replied]).astype(np.float32)


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
    """How likely the statements of a dialogue are each act by themselves, and each of ``AMONG`` where they stand."""
    alone = logistic(_logits((arrays["acts_matrix"], arrays["acts_bias"]), one))
    told = _logits((arrays["told_matrix"], arrays["told_bias"]), one)
    return alone, logistic(_among(one, told) @ arrays["among_matrix"] + arrays["among_bias"])


def report(given: Sequence[Sheet]) -> Iterator[dict[str, Any]]:
    """Of the written conversations and of the examples, each act's precision and recall at a half, and the threshold
    for a precision of .95, by heads that learned from neither the conversation nor a translation of the example."""
    found: dict[int, tuple[Floats, Floats]] = {}
    for tested, others in _folds([one for one in given if one.dialogue.source in LOUD]):
        learned = [*others, *(one for one in given if one.dialogue.source not in LOUD)]
        arrays = fit_alone(learned) | fit_among(learned)
        found |= {id(one): _likely(arrays, one) for one in tested}
    for source, kinds in ((WRITTEN.stem, (ACTS, AMONG)), (examples.FILE.stem, (ACTS,))):
        own = [one for one in given if one.dialogue.source == source]
        labels = np.concatenate([one.acts for one in own])
        each = np.concatenate([np.full(len(one.said), one.each, np.float32) for one in own])
        for kind, heads in enumerate(kinds):
            weighed = np.concatenate([found[id(one)][kind] for one in own])
            for column, act in enumerate(heads):
                figures = _figures(weighed[:, column], labels[:, ACTS.index(act)], each)
                yield {"of": source, "among": kind == 1, "act": act, **figures}


def _figures(found: Floats, right: Floats, each: Floats) -> dict[str, float]:
    def precision(threshold: float) -> float:
        taken = found >= threshold
        return float((each * right)[taken].sum() / max(1e-9, each[taken].sum()))

    def recall(threshold: float) -> float:
        return float((each * right)[found >= threshold].sum() / (each * right).sum())

    sure = next((float(at) for at in np.arange(0.3, 1.0, 0.01) if precision(at) >= 0.95), 1.0)
    figures = {"precision": precision(0.5), "recall": recall(0.5), "sure_from": sure, "recall_when_sure": recall(sure)}
    return {name: round(figure, 3) for name, figure in figures.items()} | {"labels": int(right.sum())}
