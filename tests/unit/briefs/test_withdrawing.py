"""What is left of a brief when memories that it cites are forgotten."""

from datetime import UTC, datetime
from uuid import UUID

from warmline_memory.briefs.withdrawing import withdraw
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.briefs import Brief, BriefAction, BriefLine, BriefSection, SectionName
from warmline_schemas.memories import Outcome

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ONE, TWO = UUID(int=1), UUID(int=2)


def a_line(text: str, *memory_ids: UUID, label: str | None = None) -> BriefLine:
    return BriefLine(text=text, label=label, memory_ids=list(memory_ids))


def a_brief(*lines: BriefLine, actions: tuple[BriefAction, ...] = ()) -> Brief:
    section = BriefSection(name=SectionName.FACTS, title="Facts", lines=list(lines))
    headline = BriefLine(text="bot hands over to billing", memory_ids=[])
    return Brief(
        headline=headline,
        sections=[section],
        actions=list(actions),
        text="as it was",
        words=3,
        memories_read=2,
        written_by="extractive",
        cut_at=NOW,
    )


def a_memory(memory_id: UUID, content: str) -> SourceMemory:
    return SourceMemory(id=memory_id, role=None, kind="message", content=content, importance=0.5, event_time=NOW)


def test_a_line_goes_with_the_only_memory_that_proves_it() -> None:
    left = withdraw(a_brief(a_line("$299", ONE), a_line("$199", TWO)), {ONE}, {})
    assert left.lines == 1
    assert left.brief.text == "bot hands over to billing\nFacts\n  $199"


def test_a_line_stays_where_another_memory_says_all_of_it() -> None:
    brief = a_brief(a_line("$199", ONE, TWO, label="plan"))
    left = withdraw(brief, {ONE}, {TWO: a_memory(TWO, "My plan is $199 a month")})
    assert left.brief.sections[0].lines == [a_line("$199", TWO, label="plan")]


def test_a_line_goes_where_the_other_memory_does_not_say_all_of_it() -> None:
    brief = a_brief(a_line("$199 (was $299)", ONE, TWO, label="plan"))
    assert withdraw(brief, {ONE}, {TWO: a_memory(TWO, "My plan is $199 a month")}).brief.sections == []


def test_words_of_other_scripts_count_too() -> None:
    brief = a_brief(a_line("Заказ Ольги", ONE, TWO))
    assert withdraw(brief, {ONE}, {TWO: a_memory(TWO, "Заказ готов")}).lines == 1


def test_an_action_goes_with_the_memory_that_records_it() -> None:
    action = BriefAction(name="refund", arguments={"order": "A1"}, outcome=Outcome.CONFIRMED, memory_ids=[ONE])
    left = withdraw(a_brief(a_line("$199", TWO), actions=(action,)), {ONE}, {})
    assert (left.brief.actions, left.lines) == ([], 1)


def test_the_headline_is_the_requests_and_stays() -> None:
    assert withdraw(a_brief(a_line("$299", ONE)), {ONE}, {}).brief.text == "bot hands over to billing"
