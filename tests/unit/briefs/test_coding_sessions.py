"""Briefs of coding sessions in twelve forms: eleven languages, seven tools, and as many trades."""

import tomllib
from pathlib import Path

import pytest

from tests.builders.coding_sessions import brief_of, missing, plain, written

SESSIONS = Path(__file__).with_name("coding_sessions")
KEYS = tomllib.loads((SESSIONS / "keys.toml").read_text("utf-8"))
ENOUGH, MOST_WORDS = 0.9, 350


@pytest.mark.parametrize("name", list(KEYS))
def test_the_next_session_finds_what_it_needs_in_any_language(name: str, tmp_path: Path) -> None:
    key = KEYS[name]
    found = brief_of(*written(tmp_path, (SESSIONS / f"{name}.txt").read_text("utf-8")))
    absent = list(missing(key["needs"], found.text))
    assert len(absent) <= (1 - ENOUGH) * len(key["needs"]), absent
    assert found.words <= MOST_WORDS
    for section in found.sections:
        said = plain(" ".join(line.text for line in section.lines))
        assert not [wrong for wrong in key["wrong"].get(section.name, []) if plain(wrong) in said]


@pytest.mark.parametrize("name", ["japanese_frontend", "english_flaky"])
def test_a_claim_against_the_last_run_is_marked_in_any_language(name: str, tmp_path: Path) -> None:
    found = brief_of(*written(tmp_path, (SESSIONS / f"{name}.txt").read_text("utf-8")))
    assert any(line.label == "agent" and line.text.startswith("says “") for one in found.sections for line in one.lines)
