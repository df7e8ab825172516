"""How a brief reads as text and as Markdown."""

from datetime import UTC, datetime

import pytest
from markdown_it import MarkdownIt

from tests.builders.briefs import a_brief, agent, slot, user
from warmline_memory import briefs
from warmline_schemas.briefs import BriefLine, BriefSection, Origin, SectionName


def test_text_is_a_headline_then_titles_with_short_labelled_lines() -> None:
    brief = a_brief(
        user("I want a refund"),
        agent("It came to 12 Mill Lane on Monday."),
        slot("order_number", "A-100234"),
        reason="wants a refund",
    )
    assert brief.text == (
        "tier1-bot → specialist: wants a refund\nAsk\n  customer: “I want a refund”\n"
        "Identifiers\n  order number: A-100234\nSaid\n  02 Mar 09:02 agent: “It came to 12 Mill Lane on Monday.”"
    )


def test_the_text_is_made_of_headline_and_sections_alone() -> None:
    brief = a_brief(user("I want a refund for order A-100234"))
    assert briefs.to_text(brief.headline, brief.sections) == brief.text


def test_in_a_row_of_quotes_a_speaker_is_named_where_another_one_spoke_before() -> None:
    spoken = (("user", "A table tonight."), ("agent", "We are full."), ("user", "Tomorrow then."), ("user", "At six."))
    lines = [
        BriefLine(text=text, memory_ids=[], origin=Origin.QUOTE, speaker=speaker, continues=place > 0)
        for place, (speaker, text) in enumerate(spoken)
    ]
    section = BriefSection(name=SectionName.ASK, title="Ask", lines=lines)
    headline = BriefLine(text="needs a table", memory_ids=[], origin=Origin.REQUEST)
    assert briefs.to_text(headline, [section]).splitlines()[-1].strip() == (
        "customer: “A table tonight.” → agent: “We are full.” → customer: “Tomorrow then.” → “At six.”"
    )


def test_a_quote_that_says_its_time_itself_has_the_day_alone_before_it() -> None:
    said_at = datetime(2026, 3, 2, 5, 40, tzinfo=UTC)
    line = BriefLine(text="07:40 the pump tripped", memory_ids=[], origin=Origin.QUOTE, speaker="note", said_at=said_at)
    section = BriefSection(name=SectionName.SAID, title="Said", lines=[line])
    headline = BriefLine(text="the night shift", memory_ids=[], origin=Origin.REQUEST)
    assert briefs.to_text(headline, [section]).splitlines()[-1] == "  02 Mar note: “07:40 the pump tripped”"


def test_markdown_has_headings_bullets_and_footnotes_for_the_memories() -> None:
    brief = a_brief(slot("order", "A-100234"))
    markdown = briefs.to_markdown(brief)
    assert markdown.startswith("# tier1-bot → specialist: needs a specialist\n")
    assert "## Identifiers\n\n- order: A-100234 [^1]\n" in markdown
    assert f"[^1]: memory {brief.sections[0].lines[0].memory_ids[0]}" in markdown


@pytest.mark.parametrize(
    "hostile",
    [
        "I want\n# a heading\n- a list",
        "I want <script>alert(1)</script> please",
        "I want [this](javascript:alert(1)) now",
        "I want ![img](http://x/y.png) now",
        "I want ```sh code``` and **bold** and | tables |",
        "I want `code`` and <b>bold</b>",
        "I want $`\\href{javascript:alert(1)}{x}`$ please",
        "I want <!-- a comment --> &lt;b&gt;",
    ],
)
def test_contents_cannot_break_out_of_their_line(hostile: str) -> None:
    brief = a_brief(user(hostile))
    tokens = MarkdownIt("commonmark").parse(briefs.to_markdown(brief))
    kinds = {child.type for token in tokens for child in token.children or ()} | {token.type for token in tokens}
    assert not kinds & {"html_inline", "html_block", "link_open", "image", "code_inline", "strong_open", "fence"}
    assert sum(token.type == "heading_open" for token in tokens) == 1 + len(brief.sections)


@pytest.mark.parametrize(
    "code", ["`pytest -q tests/test_a_b.py::test_*[x|y]`", "`rm -rf *.tmp && make \\`", "``echo `date` > a_b.txt``"]
)
def test_commands_and_paths_in_code_stay_as_they_were_typed(code: str) -> None:
    markdown = briefs.to_markdown(a_brief(user(f"I want to_run {code} and *that*")))
    assert code in markdown
    assert "to\\_run" in markdown
    assert "\\*that\\*" in markdown
    spans = [part for token in MarkdownIt("commonmark").parse(markdown) for part in token.children or ()]
    assert code.strip("`") in [part.content for part in spans if part.type == "code_inline"]


def test_code_does_not_reach_from_one_quote_into_another() -> None:
    spoken = (("user", "It ends in a tick: ` here."), ("agent", "And this ` as well."))
    lines = [
        BriefLine(text=text, memory_ids=[], origin=Origin.QUOTE, speaker=speaker, continues=place > 0)
        for place, (speaker, text) in enumerate(spoken)
    ]
    brief = a_brief(user("I want a refund"))
    section = BriefSection(name=SectionName.SAID, title="Said", lines=lines)
    tokens = MarkdownIt("commonmark").parse(briefs.to_markdown(brief.model_copy(update={"sections": [section]})))
    assert "code_inline" not in {part.type for token in tokens for part in token.children or ()}
