"""Lies and true entries of conversations of many trades and languages, written by hand (``trades.jsonl`` and
``everyday.jsonl`` in ``bench/accounts``).

The lies swap persons, hosts, amounts, days or rows of the record, leave out a doubt, a condition or a limit, or tell as
done what was only asked. A language model wrote both lists on 30 November 2026, the second, from `trade-payroll-en` on,
after the checks; three of its lies passed at first. The second file is of the same day and of 26 languages. Its lies
leave out that something holds for a part, tell a day of another week, a promise of somebody else, or a lookup as a
booking; 28 of the first 269 passed at first, and 37 of the 111 of `everyday-second`, written after the rules for these.
Six of 53 of a third list still pass; they are told in docs/accounts.md, and the others are in `everyday-third`.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bench.accounts.lies import memories_of
from warmline_memory.briefs.accounts.evidence import Record
from warmline_memory.briefs.accounts.verifying import verify
from warmline_schemas.accounts import AccountEntry
from warmline_schemas.briefs import Support

FILES = [Path(__file__).parents[3] / "bench/accounts" / name for name in ("trades.jsonl", "everyday.jsonl")]
CASES = [json.loads(line) for file in FILES for line in file.read_text(encoding="utf-8").splitlines()]
LIES = [(case["id"], section, text) for case in CASES for _, section, text in case["lies"]]
LEAST_SUPPORTED = 0.7
"""Of the true entries, which are worded as an agent would: the others are the agent's word."""


@cache
def record_of(case_id: str) -> Record:
    return Record(memories_of(next(case for case in CASES if case["id"] == case_id)["events"]))


def support_of(case_id: str, section: str, text: str) -> Any:
    return verify(AccountEntry.model_validate({"section": section, "text": text}), record_of(case_id)).support


@pytest.mark.parametrize(("case_id", "section", "text"), LIES)
def test_a_lie_made_of_the_records_own_words_is_not_supported(case_id: str, section: str, text: str) -> None:
    assert support_of(case_id, section, text) is not Support.SUPPORTED


def test_most_of_what_agents_truly_say_is_supported_and_none_of_it_contradicted() -> None:
    told = [support_of(case["id"], section, text) for case in CASES for section, text in case["true"]]
    assert told.count(Support.SUPPORTED) >= LEAST_SUPPORTED * len(told)
    assert Support.CONTRADICTED not in told
