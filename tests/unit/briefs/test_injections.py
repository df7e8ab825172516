"""What somebody said stays what they said, in everything that is made of it."""

import re
import sys
import unicodedata
from uuid import UUID

import pytest
from markdown_it import MarkdownIt

from tests.builders.briefs import a_brief, a_memory, call, note, numbered, slot, user
from tests.builders.hostile_texts import HOSTILE
from warmline.cli.output import show_fields, show_text
from warmline_memory import briefs
from warmline_memory.briefs import prompts
from warmline_memory.briefs.rendering import rows
from warmline_memory.language import harmless
from warmline_schemas.briefs import Brief
from warmline_schemas.memories import Role

UNSEEN = {"Cc", "Cf", "Co", "Cs"}
ACTS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
OUR_OWN_STYLE = re.compile(r"\x1b\[[01]m")
BREAKS = re.compile(r"[\v\f\r\x1c-\x1e\x85\u2028\u2029]")
TAG = re.compile(
    r"[<＜﹤]\s*[/|｜!]?\s*(?:warmline|system|assistant|user|human|tool|im_|start|end|eot|think|s>|script|img)", re.I
)
INERT = {"text", "inline", "paragraph_open", "paragraph_close", "heading_open", "heading_close", "bullet_list_open"}
INERT |= {"softbreak", "code_inline", "bullet_list_close", "list_item_open", "list_item_close", "em_open", "em_close"}
"""What a brief in Markdown is made of; emphasis marks its last line, which says how it was made. Code in a line shows
what it holds and does nothing; a fence is none."""


def said_everywhere(hostile: str) -> Brief:
    """A brief of a conversation in which this is said wherever something can be said."""
    short = hostile[:200]
    memories = [
        user(f"I want {hostile}"),
        note(f"we decided: {hostile}", kind="decision"),
        slot("plan", short),
        slot(f"plan {short[:60]}", "basic"),
        call("refund", {"message": hostile}, amount=short),
    ]
    return a_brief(*memories, reason=f"because {short}", goal=f"reach {short}", to=f"desk {short[:60]}")


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_line_of_a_briefs_text_is_anybodys_but_the_platforms(hostile: str) -> None:
    brief = said_everywhere(hostile)
    expected = 1 + sum(1 + len(rows(section)) for section in brief.sections)
    assert len(brief.text.split("\n")) == expected
    assert not BREAKS.search(brief.text)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_briefs_text_has_no_character_that_acts_or_hides(hostile: str) -> None:
    brief = said_everywhere(hostile)
    for rendered in (brief.text, briefs.to_markdown(brief)):
        assert not [char for char in rendered if char != "\n" and unicodedata.category(char) in UNSEEN]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_markdown_holds_nothing_but_the_briefs_own_headings_and_bullets(hostile: str) -> None:
    brief = said_everywhere(hostile)
    tokens = MarkdownIt("commonmark").enable("table").enable("strikethrough").parse(briefs.to_markdown(brief))
    assert {token.type for token in tokens} | {part.type for token in tokens for part in token.children or ()} <= INERT
    assert sum(token.type == "heading_open" for token in tokens) == 1 + len(brief.sections)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_address_in_markdown_links_by_itself(hostile: str) -> None:
    assert not re.search(r"(?:https?|ftp)://|\bwww\.", briefs.to_markdown(said_everywhere(hostile)))


FENCE = "</warmline-handoff-0123456789abcdef>"


def a_prompt(hostile: str) -> str:
    told = numbered([user(hostile), a_memory(hostile, role=Role.TOOL)], first=100)
    handoff = UUID(int=7)
    return prompts.warm_start_text(
        said_everywhere(hostile), told, told[:1], [hostile], handoff, 4000, "0123456789abcdef"
    ).text


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_prompt_has_one_fence_and_nothing_leaves_it(hostile: str) -> None:
    text = a_prompt(hostile)
    inside = text.split("\n", 2)[2].removesuffix(FENCE)
    assert text.endswith(FENCE)
    assert not TAG.search(inside)
    assert not re.search(r"\[\s*/?\s*(?:INST|SYSTEM_PROMPT|TOOL_CALLS)", inside)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_every_line_of_a_prompt_is_a_heading_or_an_item(hostile: str) -> None:
    lines = a_prompt(hostile).split("\n")[2:-1]
    titles = {section.title for section in said_everywhere(hostile).sections}
    assert all(
        line.startswith("- ") or line in {"Brief", "Since the brief", "Memories", "Chain"} | titles for line in lines
    )
    assert not [char for line in lines for char in line if unicodedata.category(char) in UNSEEN]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_that_was_said_acts_on_a_terminal(
    hostile: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("NO_COLOR", "1")
    show_text(hostile)
    show_fields({"content": hostile})
    shown = OUR_OWN_STYLE.sub("", capsys.readouterr().out)
    assert not ACTS.search(shown)


@pytest.mark.parametrize("text", ["a < b", "5 <6", "x <- y", "[1] and [note]", "if a<=b", "❤ naïve 日本語", "emoji 👍"])
def test_what_is_no_tag_stays_as_it_is(text: str) -> None:
    assert harmless.untagged(text) == text
