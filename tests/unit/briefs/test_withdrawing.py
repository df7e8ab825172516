"""What is left of a brief when memories that it cites are forgotten."""

from datetime import UTC, datetime
from uuid import UUID

from tests.builders.brief_parts import a_brief_of, a_line, a_section
from tests.builders.briefs import a_memory, call
from warmline_memory.briefs.withdrawing import withdraw
from warmline_schemas.briefs import Brief, BriefAction, BriefLine, SectionName
from warmline_schemas.memories import Outcome

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ONE, TWO, THREE = UUID(int=1), UUID(int=2), UUID(int=3)


def a_brief(*lines: BriefLine, actions: tuple[BriefAction, ...] = ()) -> Brief:
    return a_brief_of(a_section(SectionName.FACTS, *lines), actions=actions)


def test_a_line_goes_with_the_only_memory_that_proves_it() -> None:
    left = withdraw(a_brief(a_line("$299", ONE), a_line("$199", TWO)), {ONE}, {})
    assert left.lines == 1
    assert left.brief.text == "bot hands over to billing\nFacts\n  $199"


def test_a_line_stays_where_another_memory_says_all_of_it() -> None:
    brief = a_brief(a_line("$199", ONE, TWO, label="plan"))
    left = withdraw(brief, {ONE}, {TWO: a_memory("My plan is $199 a month", number=2)})
    assert left.brief.sections[0].lines == [a_line("$199", TWO, label="plan")]


def test_a_line_goes_where_the_other_memory_does_not_say_all_of_it() -> None:
    brief = a_brief(a_line("$199 (was $299)", ONE, TWO, label="plan"))
    assert withdraw(brief, {ONE}, {TWO: a_memory("My plan is $199 a month", number=2)}).brief.sections == []


def test_words_of_other_scripts_count_too() -> None:
    brief = a_brief(a_line("Заказ Ольги", ONE, TWO))
    assert withdraw(brief, {ONE}, {TWO: a_memory("Заказ готов", number=2)}).lines == 1


def test_an_action_goes_with_the_memory_that_records_it() -> None:
    action = BriefAction(name="refund", arguments={"order": "A1"}, outcome=Outcome.CONFIRMED, memory_ids=[ONE])
    left = withdraw(a_brief(a_line("$199", TWO), actions=(action,)), {ONE}, {})
    assert (left.brief.actions, left.lines) == ([], 1)


def test_the_headline_is_the_requests_and_stays() -> None:
    assert withdraw(a_brief(a_line("$299", ONE)), {ONE}, {}).brief.text == "bot hands over to billing"


def test_what_a_quotes_value_became_goes_with_the_call_that_says_it() -> None:
    quote = a_line("To Bergen, please", ONE, TWO, origin="quote", speaker="user", since=["city: Bergen → Oslo"])
    left = withdraw(a_brief(quote), {TWO}, {ONE: a_memory("To Bergen, please")})
    assert left.brief.text == "bot hands over to billing\nFacts\n  customer: “To Bergen, please”"


def test_what_went_on_with_forgotten_words_goes_on_with_no_others() -> None:
    first = a_line("I want a taxi", UUID(int=3), origin="quote", speaker="user")
    wish = a_line("A room in Bergen", ONE, origin="quote", speaker="user")
    then = a_line("In Oslo instead", TWO, origin="quote", speaker="user", continues=True)
    left = withdraw(a_brief(first, wish, then), {ONE}, {})
    assert "customer: “I want a taxi”\n  customer: “In Oslo instead”" in left.brief.text


def test_what_came_after_a_quote_goes_with_the_memories_that_say_it() -> None:
    since = ["city: Bergen → Oslo", "→ “Make it three nights”"]
    brief = a_brief(a_line("A hotel in Bergen", ONE, TWO, THREE, origin="quote", speaker="user", since=since))
    wish = a_memory("A hotel in Bergen")
    search = call("search_hotels", [], city="Oslo")
    (line,) = withdraw(brief, {THREE}, {ONE: wish, TWO: search}).brief.sections[0].lines
    assert (line.since, line.memory_ids) == (since[:1], [ONE, TWO])
    left = withdraw(brief, {TWO, THREE}, {ONE: wish}).brief
    assert left.sections[0].lines[0].since == []
    assert "Oslo" not in left.text
    assert "three" not in left.text
