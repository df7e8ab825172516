"""The five parts of a shift's handover, and a sheet as Markdown."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from tests.builders.brief_parts import a_brief_of, a_line, a_section
from tests.builders.briefs import a_memory
from tests.builders.whole_words import says
from warmline_memory import shifts
from warmline_memory.shifts import ipass
from warmline_memory.shifts.ipass import Case
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.briefs import Brief, BriefLine, SectionName
from warmline_schemas.handoffs import HandoffState, ReadBack, Urgency
from warmline_schemas.memories import Role
from warmline_schemas.shifts import ItemState, PartName, Sheet, SheetItem, SheetPart, SheetState

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SHIFT = (SectionName.SEVERITY, SectionName.NEXT_STEPS, SectionName.IF_THEN)


def a_brief(**sections: list[BriefLine]) -> Brief:
    """A brief with these sections; those that the template shift always has are there, if only empty."""
    named = {name: sections.get(name.value, []) for name in SectionName if name in SHIFT or name.value in sections}
    written = [a_section(name, *lines) for name, lines in named.items()]
    return a_brief_of(*written, headline=a_line("ines → tomasz: refund", 1))


def a_note(content: str, role: Role = Role.AGENT) -> SourceMemory:
    """A memory that no other test line cites."""
    return replace(a_memory(content, role=role, agent="human:ines"), id=uuid4())


def a_case(**changes: Any) -> Case:
    given = {"urgency": Urgency.HIGH, "level": 2, "breach_at": None, "snoozed_until": None, "since": ()}
    return Case(**{**given, "accepted": a_brief(), "handed_on": None, "read_back": None, **changes})


def parts_of(**changes: Any) -> dict[PartName, SheetPart]:
    return {part.name: part for part in ipass.parts(a_case(**changes), NOW, frozenset())}


def texts(part: SheetPart) -> list[str]:
    return [line.text for line in part.lines]


def test_there_are_five_parts_in_the_order_of_i_pass() -> None:
    assert list(parts_of()) == list(PartName)


def test_severity_says_urgency_level_and_the_broken_promise() -> None:
    late = parts_of(breach_at=NOW - timedelta(minutes=5))[PartName.SEVERITY]
    assert texts(late) == ["high, level 2; promised for 2026-03-02 11:55 UTC, which has passed"]


def test_times_are_those_of_the_zone_of_the_sheet() -> None:
    case = a_case(breach_at=NOW + timedelta(minutes=5), snoozed_until=NOW + timedelta(hours=1))
    (severity, *_) = ipass.parts(case, NOW, frozenset(), "Europe/Berlin")
    assert texts(severity) == ["high, level 2; promised for 2026-03-02 13:05 CET; set aside until 2026-03-02 14:00 CET"]


def test_a_promise_that_still_holds_is_not_called_broken() -> None:
    assert "passed" not in texts(parts_of(breach_at=NOW + timedelta(minutes=5))[PartName.SEVERITY])[0]


def test_what_is_set_aside_says_until_when() -> None:
    part = parts_of(snoozed_until=NOW + timedelta(hours=1))[PartName.SEVERITY]
    assert texts(part)[0].endswith("; set aside until 2026-03-02 13:00 UTC")


def test_actions_keep_who_and_by_when() -> None:
    steps = [a_line("Call finance", 1, owner="tomasz", due="18:00")]
    (step,) = parts_of(accepted=a_brief(next_steps=steps))[PartName.ACTIONS].lines
    assert (step.owner, step.due) == ("tomasz", "18:00")


def test_a_section_in_which_nobody_said_anything_gives_no_part_and_one_that_is_missing_does_not_either() -> None:
    empty = a_brief()
    silent = empty.model_copy(update={"sections": []})
    said = a_brief(if_then=[a_line("Nothing expected, says Ines Weber.", 1)])
    given = [parts_of(accepted=brief)[PartName.CONTINGENCIES].given for brief in (empty, silent, said)]
    assert given == [False, False, True]


def test_a_part_that_was_not_said_is_not_said_once_its_brief_is_written_either() -> None:
    parts = parts_of(accepted=a_brief(), handed_on=a_brief())
    assert not parts[PartName.CONTINGENCIES].given


def test_open_questions_stand_beside_contingencies() -> None:
    brief = a_brief(if_then=[a_line("If it fails, page Lena", 1)], open_questions=[a_line("Which card?", 1)])
    assert texts(parts_of(accepted=brief)[PartName.CONTINGENCIES]) == ["If it fails, page Lena", "Which card?"]


def test_completeness_grows_with_the_read_back() -> None:
    read_back = ReadBack(text="Refund is owed", by="human:tomasz", contradictions=[])
    shares = [ipass.completeness(list(parts_of(read_back=one).values())) for one in (None, read_back)]
    assert shares == [0.4, 0.6]


def test_only_the_newest_of_what_came_since_is_told_on_one_line_each() -> None:
    since = [a_note(f"note {number}\nmore") for number in range(7)]
    told = [line.text for line in parts_of(since=since)[PartName.SUMMARY].lines if line.label == "since"]
    assert told == [f"note {number} more" for number in range(2, 7)]


def test_what_the_brief_says_already_is_not_said_again() -> None:
    note = a_note("If it fails, page Lena")
    brief = a_brief(if_then=[BriefLine(text="If it fails, page Lena", memory_ids=[note.id])])
    told = [
        line.text for line in parts_of(handed_on=brief, since=[note, a_note("Called Dave")])[PartName.SUMMARY].lines
    ]
    assert told[1:] == ["Called Dave"]


def test_a_secret_that_an_earlier_memory_gives_away_is_hidden_in_the_later_ones() -> None:
    since = [a_note("My PIN is 4711", Role.USER), *(a_note(f"Step {n}: typed 4711") for n in range(6))]
    assert not says(parts_of(since=since), "4711")


def test_what_was_asked_stays_where_the_next_brief_does_not_say_it_again() -> None:
    ask = a_line("Where is my refund?", 1)
    part = parts_of(accepted=a_brief(ask=[ask]), handed_on=a_brief())[PartName.SUMMARY]
    assert ask in part.lines


def test_actions_and_contingencies_are_those_of_the_newest_brief() -> None:
    old, new = (
        a_brief(next_steps=[a_line(f"{age} step", 1)], if_then=[a_line(f"{age} if", 1)]) for age in ("old", "new")
    )
    found = parts_of(accepted=old, handed_on=new)
    assert [texts(found[name]) for name in (PartName.ACTIONS, PartName.CONTINGENCIES)] == [["new step"], ["new if"]]


def test_every_line_of_a_brief_keeps_its_proof() -> None:
    ask = a_line("Where is my refund?", 1)
    assert ask in parts_of(accepted=a_brief(ask=[ask]))[PartName.SUMMARY].lines


def an_item(**changes: Any) -> SheetItem:
    parts = ipass.parts(a_case(), NOW, frozenset())
    given: dict[str, Any] = dict.fromkeys(SheetItem.model_fields) | {
        "handoff_id": UUID(int=1),
        "namespace": "user-dave",
        "chain_id": UUID(int=2),
        "state": ItemState.WAITING,
        "red": True,
        "urgency": Urgency.HIGH,
        "level": 1,
        "parts": parts,
        "headline": "Refund",
        "since_count": 0,
        "completeness": 0.8,
    }
    return SheetItem.model_validate({**given, **changes})


def a_sheet(*items: SheetItem, **changes: Any) -> Sheet:
    given: dict[str, Any] = dict.fromkeys(Sheet.model_fields) | {
        "id": UUID(int=3),
        "outgoing": "human:ines",
        "incoming": ["human:tomasz"],
        "state": SheetState.SIGNED,
        "overdue": False,
        "ends_at": NOW,
        "due_at": NOW,
        "drafted_at": NOW,
        "items": items,
        "aware": [],
        "aware_count": 0,
        "red": sum(item.red for item in items),
    }
    return Sheet.model_validate({**given, **changes})


def test_markdown_says_what_is_unacknowledged_and_whose_it_is() -> None:
    told = shifts.to_markdown(a_sheet(an_item()))
    assert "- UNACKNOWLEDGED: 1, still with human:ines" in told
    assert "_UNACKNOWLEDGED: waits to be read back_" in told


def test_markdown_says_what_was_not_said() -> None:
    told = shifts.to_markdown(a_sheet(an_item()))
    assert "**Who does what by when**\n\n- not said" in told
    assert "**Read back**\n\n- not said" in told


def test_markdown_tells_what_is_critical_and_waits_before_the_items() -> None:
    waits = {"state": ItemState.AWARE, "red": False, "passed_state": HandoffState.READY, "parts": []}
    aware = [an_item(**waits, urgency=Urgency.CRITICAL, headline="Sam: payments"), an_item(**waits, headline="Dave")]
    told = shifts.to_markdown(a_sheet(an_item(), aware=aware, aware_count=2))
    places = [
        told.index(words) for words in ("Sam: payments (critical", "## 1. Refund", "To know: 1 waiting", "Dave (")
    ]
    assert places == sorted(places)


def test_markdown_of_an_empty_sheet_says_so() -> None:
    assert shifts.to_markdown(a_sheet()).endswith("\nNothing open.\n")


def test_no_headline_becomes_a_heading_a_link_or_html() -> None:
    told = shifts.to_markdown(a_sheet(an_item(headline="x\n# y [z](http://e) <b>")))
    assert "## 1. x \\# y \\[z\\](http\\://e) ‹b\\>" in told
