"""The documents tell the truth: every setting and every state is in them, and every command that they show works."""

import re
import shlex
from pathlib import Path

import pytest
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


@pytest.mark.parametrize("words", SHOWN)
def test_every_command_in_the_documents_is_one_with_these_options(words: str) -> None:
    answer = CliRunner().invoke(build_app()[0], [*shlex.split(words), "--help"])
    assert answer.exit_code == 0, answer.output
