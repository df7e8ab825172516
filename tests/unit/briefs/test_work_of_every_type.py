"""A session of each sort of work: its brief has what whoever goes on with it must know, each where it belongs."""

import tomllib
from pathlib import Path

import pytest

from tests.builders.coding_sessions import brief_of, plain, written
from warmline_schemas.briefs import SectionName

SESSIONS = Path(__file__).with_name("coding_sessions")
KEYS = tomllib.loads((SESSIONS / "work_types.toml").read_text("utf-8"))
MOST_WORDS = 350
FEATURE = """tool claude-code

> Add paging to the list of orders, with a cursor.

~ src/orders/list.py
~ src/orders/cursor.py

$ ruff check src
| src/orders/list.py:3:1: F401 unused import
| Found 1 error.
= 1

$ ruff check src
| All checks passed!

$ mypy src
| Success: no issues found in 41 source files

$ pytest tests/orders -q
| 14 passed in 1.20s

< The list takes a cursor now. Do you want a page size, too? If you want, I can add `page_size` as well.
"""


@pytest.mark.parametrize("name", list(KEYS))
def test_a_brief_has_what_its_sort_of_work_needs(name: str, tmp_path: Path) -> None:
    brief = brief_of(*written(tmp_path, (SESSIONS / f"work_{name}.txt").read_text("utf-8")))
    said = {
        one.name: plain(" ".join(f"{line.label or ''} {line.text} {line.was or ''}" for line in one.lines))
        for one in brief.sections
    }
    absent = [
        (places, text)
        for places, texts in KEYS[name].items()
        for text in texts
        if not any(plain(text) in said.get(place, "") for place in places.split(", "))
    ]
    assert (brief.template, absent) == (name, []), brief.text
    assert brief.words <= MOST_WORDS


def test_a_feature_whose_linter_was_run_is_code_and_an_offer_is_no_plan_for_a_case(tmp_path: Path) -> None:
    brief = brief_of(*written(tmp_path, FEATURE))
    assert brief.template == "code"
    assert SectionName.IF_THEN not in [one.name for one in brief.sections if one.lines]
