"""The documents tell the truth: every setting and every state is in them, and every command that they show works."""

import re
import shlex
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup
from typer.testing import CliRunner

from warmline.cli import build_app
from warmline_local.commands import HANDED_OVER
from warmline_memory.settings import Settings
from warmline_schemas.handoffs import HandoffState

DOCS = Path(__file__).parents[3] / "docs"
COMMAND = re.compile(r"^    (?:[^\n|]*\| )?warmline ([a-z].*?)(?:$|  | [>|<] )", re.M)
NAMED = re.compile(r"`warmline ([a-z][^`]*)`")
SHOWN = [
    words
    for page in [DOCS.parent / "README.md", *sorted(DOCS.rglob("*.md"))]
    for words in dict.fromkeys(COMMAND.findall(page.read_text()) + NAMED.findall(page.read_text()))
    if words.split()[0] not in HANDED_OVER
]
"""The commands in the documents, without what stands before and behind them in a pipe, and those in sentences."""


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented(name: str) -> None:
    assert f"| `WARMLINE_{name.upper()}` |" in (DOCS / "settings.md").read_text()


def test_every_state_of_a_handoff_is_in_the_glossary() -> None:
    glossary = (DOCS / "glossary.md").read_text()
    assert [state for state in HandoffState if state not in glossary] == []


def test_every_decision_has_its_price() -> None:
    decisions = sorted((DOCS / "decisions").glob("0*.md"))
    assert decisions
    assert [page.name for page in decisions if "**Price.**" not in page.read_text()] == []


def test_every_page_with_an_example_is_named_by_a_test_that_runs_it() -> None:
    tests = "".join(one.read_text() for one in (DOCS.parent / "tests").rglob("*.py"))
    shown = [page for page in DOCS.rglob("*.md") if re.search(r"^```(python|ts|toml|html)$", page.read_text(), re.M)]
    assert shown
    # Pages about moving are found by their common name.
    known = tests + " ".join(one.name for one in DOCS.glob("moving-from-*.md") if "moving-from-*.md" in tests)
    silent = [page.name for page in shown if page.name not in known]
    assert silent == [], "add a test that runs the example, such as those of tests/integration/docs/test_short_pages.py"


@pytest.mark.parametrize("words", SHOWN)
def test_every_command_in_the_documents_is_one_with_these_options(words: str) -> None:
    answer = CliRunner().invoke(build_app()[0], [*shlex.split(words), "--help"])
    assert answer.exit_code == 0, answer.output


def test_every_command_in_the_documents_is_spelled_as_help_shows_it() -> None:
    """Old spellings work, but whoever reads two of them looks for a difference."""
    whole = typer.main.get_command(build_app()[0])
    assert [words for words in SHOWN if not _is_shown(whole, shlex.split(words))] == []


def _is_shown(command: object, words: list[str]) -> bool:
    if not isinstance(command, TyperGroup) or not words or words[0].startswith("-"):
        return True
    found = command.commands.get(words[0])
    return found is not None and not found.hidden and _is_shown(found, words[1:])
