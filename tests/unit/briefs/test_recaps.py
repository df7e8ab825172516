"""What a customer is told of their brief, and what their answer means and makes of it."""

from uuid import UUID

import pytest

from tests.builders.briefs import START, a_brief, a_memory, a_source, agent, note, slot, user
from warmline_memory import briefs
from warmline_memory.briefs import recaps
from warmline_memory.briefs.phrases import CATALOGUE
from warmline_memory.briefs.recaps import Answer
from warmline_memory.briefs.wording import KNOWN
from warmline_memory.language import phrases
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.briefs import SectionName
from warmline_schemas.memories import Role

CHARGED, REFUND = "My last invoice shows $299, but my plan is $199/mo.", "Please refund me the difference this week."
ASKED = "Is this right?"


def told(*said: SourceMemory) -> list[str]:
    source = a_source(*said)
    return recaps.told(briefs.write(source), recaps.said_of_customer(source.memories))


def recap(**fields: object) -> SourceMemory:
    return a_memory("… Is this right?", role=Role.AGENT, agent="service", metadata={recaps.RECAP: {}}, **fields)


def test_it_tells_what_is_wanted_and_the_values_that_the_customer_gave() -> None:
    said = (
        user(CHARGED),
        agent("Which account?"),
        slot("account id", "ACC-4521"),
        user("It is ACC-4521."),
        user(REFUND),
    )
    assert told(*said) == [f"“{CHARGED}”", "ACC-4521"]


def test_without_values_it_tells_two_wishes_at_most() -> None:
    assert told(user(CHARGED), agent("I see."), user(REFUND)) == [f"“{CHARGED}”", f"“{REFUND}”"]


def test_a_wish_and_what_it_was_changed_to_are_one_line() -> None:
    assert told(
        user("I want a double room for two nights from Monday."), agent("Fine."), user("No, rather three.")
    ) == ["“I want a double room for two nights from Monday.” → “No, rather three.”"]


def test_a_wish_is_told_with_the_message_that_says_what_it_is_about() -> None:
    assert told(user("My lamp LAMP-77 came broken. I would like a new one."), agent("I see."), user("A person!")) == [
        "“My lamp LAMP-77 came broken. I would like a new one.”"
    ]


def test_values_that_agents_noted_or_found_are_not_told() -> None:
    said = (user(CHARGED), slot("risk score", "93"), note("The customer is rude"), user(REFUND))
    assert told(*said) == [f"“{CHARGED}”", f"“{REFUND}”"]


def test_what_holds_a_secret_is_left_out_whole() -> None:
    lines = told(
        user("My password is hunter2-blue, and I cannot sign in"), agent("I see."), user(CHARGED), user(REFUND)
    )
    assert not [line for line in lines if "hunter2" in line or "redacted" in line or "password" in line]


@pytest.mark.parametrize("said", [[], [user(CHARGED)], [agent("Hello")]])
def test_where_there_is_nothing_to_ask_nothing_is_told(said: list[SourceMemory]) -> None:
    assert told(*said) == []


@pytest.mark.parametrize("language", sorted(CATALOGUE))
def test_every_language_has_all_of_it_and_its_own_yes_and_no_are_known(language: str) -> None:
    own = CATALOGUE[language]["recap"]
    assert set(own) == set(CATALOGUE["en"]["recap"])
    assert {recaps.answer_of(one, language) for one in own["yes"]} == {Answer.YES}
    assert {recaps.answer_of(one, language) for one in own["no"]} == {Answer.NO}
    assert {recaps.answer_of(one, language) for one in own["polite"]} == {Answer.NONE}
    message, tag = recaps.asked(["“a”"], {}, language)
    assert (message.split("\n"), tag) == ([own["begins"], "“a”", own["asks"]], language)


def test_no_phrase_is_a_yes_in_one_language_and_a_no_in_another() -> None:
    yes, no = (
        {phrases.folded(one) for known in CATALOGUE.values() for one in known["recap"][kind]} for kind in ("yes", "no")
    )
    assert not yes & no


def test_a_word_that_means_two_things_means_what_it_does_where_it_was_asked() -> None:
    assert recaps.answer_of("Tak", "da") is Answer.NONE
    assert recaps.answer_of("Tak", "pl-PL") is Answer.YES
    assert recaps.answers([recap(), user("Tak")])[-1] is Answer.YES


@pytest.mark.parametrize("language", sorted(KNOWN))
def test_every_language_of_briefs_names_the_answers(language: str) -> None:
    assert KNOWN[language].word("correction")
    assert KNOWN[language].word("confirmation")


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("Yes!", Answer.YES),
        ("YES, thank you 🙂", Answer.YES),
        ("that’s right", Answer.YES),
        ("👍🏽", Answer.YES),
        ("Si, gracias", Answer.YES),
        ("はい、お願いします。", Answer.YES),
        ("对", Answer.YES),
        ("不对", Answer.NO),
        ("no?", Answer.NO),
        ("👎", Answer.NO),
        ("No, it is the blue one", Answer.OTHERWISE),
        ("No, did I not say the blue one?", Answer.OTHERWISE),
        ("yes, but the blue one", Answer.OTHERWISE),
        ("It is the blue one", Answer.OTHERWISE),
        ("yesterday", Answer.OTHERWISE),
        ("nobody came", Answer.OTHERWISE),
        ("对不起", Answer.OTHERWISE),
        ("yes no", Answer.OTHERWISE),
        ("How long will it take?", Answer.NONE),
        ("कब तक？", Answer.NONE),
        ("Thanks", Answer.NONE),
        ("🙂", Answer.NONE),
        ("", Answer.NONE),
    ],
)
def test_a_yes_and_a_no_are_known_where_nothing_else_is_said(text: str, means: Answer) -> None:
    assert recaps.answer_of(text) is means


def test_a_recap_is_answered_by_the_first_yes_or_the_first_words_after_it() -> None:
    said = [user("Yes"), recap(), user("No"), user("When?"), user("It is the blue one"), user("And the red one")]
    assert recaps.answers(said) == [None, None, Answer.NO, Answer.NONE, Answer.OTHERWISE, None]


@pytest.mark.parametrize(
    "between", [agent("Which postcode?"), a_memory("Ana here.", role=Role.AGENT, agent="human:ana")]
)
def test_whoever_asks_or_is_a_person_is_answered_instead(between: SourceMemory) -> None:
    assert recaps.answers([recap(), between, user("Yes")]) == [None, None, None]


def test_what_a_bot_only_says_leaves_it_open() -> None:
    assert recaps.answers([recap(), agent("A colleague is on the way."), user("Yes")])[-1] is Answer.YES


def test_briefs_are_made_without_recaps_and_what_only_says_yes_or_no_to_them() -> None:
    said = [user(CHARGED), agent("Shall I refund $100?"), recap(), user("Yes"), user("Hello")]
    assert recaps.without(said) == [said[0], said[1], said[4]]
    kept = [recap(), user("It is the blue one")]
    assert recaps.without(kept) == [kept[1]]


def test_a_correction_stands_before_all_that_the_brief_says() -> None:
    brief = a_brief(user(CHARGED), user(REFUND))
    once = recaps.with_answer(brief, Answer.NO, "No", UUID(int=8), START, ASKED)
    corrected = recaps.with_answer(once, Answer.OTHERWISE, "It is ACC-1", UUID(int=9), START, ASKED)
    first = corrected.sections[0]
    assert first.name is SectionName.ASK
    assert [(line.label, line.text) for line in first.lines[:2]] == [
        ("correction", "No"),
        ("correction", "It is ACC-1"),
    ]
    assert f"customer (correction): “It is ACC-1” (asked: “{ASKED}”)" in corrected.text
    assert corrected.words > brief.words


def test_a_brief_whose_template_asks_later_or_nowhere_begins_with_the_answer_all_the_same() -> None:
    brief = a_brief(user(CHARGED), user(REFUND))
    for sections in ([], [section for section in brief.sections if section.name is not SectionName.ASK]):
        bare = brief.model_copy(update={"sections": sections})
        assert recaps.with_answer(bare, Answer.YES, "Yes", UUID(int=9), START, ASKED).sections[0].lines[0].text == "Yes"


def test_a_long_answer_is_cut_in_the_brief() -> None:
    answered = recaps.with_answer(a_brief(user(CHARGED)), Answer.OTHERWISE, "very " * 500, UUID(int=9), START, ASKED)
    assert answered.sections[0].lines[0].text.count("very") == 60
