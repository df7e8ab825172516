"""Chains of people without a customer: what they say to whoever comes next is decided, owed and foreseen."""

from dataclasses import replace

import pytest

from tests.builders.briefs import a_brief, agent, slot, user
from warmline_memory.briefs import templates
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.briefs import Brief, SectionName

FOUND = "7 percent of card payments fail since 02:10 UTC, only through gateway B."
BETTER = "Rolling gateway B back to v412 brought it from 7 to 3 percent, not to zero."
DECIDED = "Decision: keep half of the traffic on gateway A, because B still loses connections to the bank."
IF_WORSE = "If the rate goes above 5 percent, move all traffic to gateway A, and call the bank's desk."
PROMISED = "Ticket BK-940 with the bank is open; they promised an answer by 14:00 UTC."


def yuki(content: str) -> SourceMemory:
    return replace(agent(content), agent="human:yuki.tanaka")


def on_call(*more: SourceMemory) -> Brief:
    said = [yuki(one) for one in (FOUND, BETTER, DECIDED, IF_WORSE, PROMISED)]
    return a_brief(slot("error rate", "7 percent"), *said, *more, template=templates.BUILT_IN["infrastructure"])


def said_in(brief: Brief, name: SectionName) -> list[str]:
    return [line.text for section in brief.sections if section.name is name for line in section.lines]


def test_a_decision_and_what_to_do_if_it_gets_worse_stand_under_their_headings() -> None:
    brief = on_call()
    assert said_in(brief, SectionName.DECIDED) == [DECIDED]
    assert said_in(brief, SectionName.IF_THEN) == [IF_WORSE]


def test_nothing_that_a_person_found_or_promised_is_left_out() -> None:
    assert [one for one in (FOUND, BETTER, PROMISED) if one not in on_call().text] == []


@pytest.mark.parametrize(
    "said",
    [
        "Wenn die Rate über 5 Prozent steigt, alles auf A legen.",
        "Si sube de 5 %, avisad a Marta.",
        "如果超过5%,请停机。",
        "Als het nog een keer gebeurt, bel dan de bank.",
        "Se il tasso supera il 5 per cento, sposta tutto su A.",
    ],
)
def test_what_to_do_if_is_found_in_other_languages(said: str) -> None:
    assert said_in(on_call(yuki(said)), SectionName.IF_THEN) == [IF_WORSE, said]


@pytest.mark.parametrize(
    "said", ["Se reinició el servidor de pagos a las tres.", "Falls in latency were seen at noon."]
)
def test_what_means_if_in_another_language_only_is_no_condition(said: str) -> None:
    assert said_in(on_call(yuki(said)), SectionName.IF_THEN) == [IF_WORSE]


def test_a_customers_if_is_talk_with_a_customer() -> None:
    brief = on_call(user("If it is not there on Friday, I want my money back."))
    assert said_in(brief, SectionName.IF_THEN) == []
