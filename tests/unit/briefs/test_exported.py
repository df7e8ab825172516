"""A brief that was exported as Markdown, and is read again as an account."""

from tests.builders.briefs import a_source, agent, call, note, user
from warmline_memory import briefs
from warmline_memory.briefs import templates
from warmline_memory.briefs.accounts import exported
from warmline_schemas.briefs import Brief, SectionName
from warmline_schemas.memories import Outcome

CODE = templates.BUILT_IN["code"]
GIT = {"branch": "feat/x_1", "head": "6322cf4", "commits": ["6322cf4 Add `parse_date`"], "dirty": ["M src/b_c.py"]}


def a_coding_brief() -> Brief:
    linted = call(
        "shell", {"output": "All checks passed!", "exit_code": 0}, Outcome.CONFIRMED, command="ruff check src/*_x.py"
    )
    wish = user("Add parse_date() to src/dates.py with a test. Never touch legacy/reader_old.py.")
    said = agent('I used `dateutil` because `strptime("%d_%m")` fails on zones.')
    return briefs.write(a_source(wish, linted, said, template=CODE, git=GIT))


def lines(found: Brief) -> dict[str, list[str]]:
    return {
        section.name: [f"{line.label or line.speaker}: {line.text.strip('“”')}" for line in section.lines]
        for section in found.sections
        if section.lines
    }


def test_each_line_of_an_exported_brief_comes_back_in_its_section() -> None:
    found = a_coding_brief()
    entries = exported.entries_of(briefs.to_markdown(found))
    expected = [(section.name, line.text) for section in found.sections for line in section.lines]
    assert [(entry.section, entry.text.strip("“”")) for entry in entries] == expected


def test_a_brief_of_an_exported_brief_says_the_same_and_exports_the_same_code() -> None:
    found = a_coding_brief()
    markdown = briefs.to_markdown(found)
    remembered = [note(row.strip()) for row in found.text.splitlines()]
    again = briefs.write(a_source(*remembered, template=CODE, account=markdown))
    assert lines(again)["environment"] == lines(found)["environment"]
    assert {"ask", "facts", "done"} <= lines(again).keys()
    for code in ('`strptime("%d_%m")`', "`ruff check src/*_x.py`", "`6322cf4` Add `parse_date`"):
        assert code in markdown
        assert code in briefs.to_markdown(again)
    assert "[^" not in again.text
    assert "cut at" not in again.text


def test_what_somebody_wrote_into_an_exported_brief_stays() -> None:
    headings = (
        "## Next, most important first\n\n1. Ask Ana\n\nThen `make all`.\n\n```sh\nmake_it --now\n```\n\n## Failed\n"
    )
    made = "\nnot said\n\n_rules, from 2 memories, cut at 2026-03-02T09:00:00+00:00._\n"
    entries = exported.entries_of(f"# claude-code → codex: goes on\n\n{headings}{made}")
    assert [(entry.section, entry.text) for entry in entries] == [
        (SectionName.NEXT_STEPS, "Ask Ana"),
        (SectionName.NEXT_STEPS, "Then `make all`."),
        (SectionName.NEXT_STEPS, "make_it --now"),
    ]


def test_a_line_of_the_record_that_holds_an_entry_does_not_contradict_it() -> None:
    line = "git: branch main at `6322cf4`; not committed: M src/dates_new.py"
    found = briefs.write(a_source(note(f"- {line}"), template=CODE, account=f"## Facts\n- {line}"))
    assert "contradicted" not in found.text
    assert "not committed" in found.text


def test_how_to_hand_on_travels_with_the_exported_brief_and_is_no_line_of_it() -> None:
    found = a_coding_brief()
    bootstrap = templates.BUILT_IN["continuation"].bootstrap
    assert bootstrap is not None
    markdown = briefs.to_markdown(found, bootstrap)
    for part in ("> Before you stop", "“->”", "> ## Next objective"):
        assert part in markdown
    assert exported.entries_of(markdown) == exported.entries_of(briefs.to_markdown(found))
