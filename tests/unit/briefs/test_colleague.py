"""A brief reads like the notes of a good colleague: what is settled, found and said, once and under a clear label."""

import pytest

from tests.builders.briefs import a_brief, agent, call, texts, user
from warmline_memory.reading import questions
from warmline_memory.redaction import scrubbing
from warmline_schemas.briefs import SectionName
from warmline_schemas.memories import Outcome


def test_a_request_that_was_carried_out_says_so() -> None:
    brief = a_brief(
        user("Please cancel my order A-100234"),
        call("cancel_order", {"status": "cancelled"}, Outcome.CONFIRMED, order_id="A-100234"),
        agent("It is cancelled."),
    )
    assert texts(brief, SectionName.ASK) == ["carried out: “Please cancel my order A-100234”"]


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.REQUESTED, Outcome.UNKNOWN])
def test_a_request_without_a_confirmed_outcome_stays_open(outcome: Outcome) -> None:
    brief = a_brief(user("Please cancel my order A-100234"), call("cancel_order", {}, outcome, order_id="A-100234"))
    assert texts(brief, SectionName.ASK) == ["“Please cancel my order A-100234”"]


def test_a_request_of_which_only_a_part_was_done_stays_open() -> None:
    brief = a_brief(
        user("Please cancel my order and refund the fee"),
        call("cancel_order", {"ok": True}, Outcome.CONFIRMED, id="A-1"),
    )
    assert texts(brief, SectionName.ASK) == ["“Please cancel my order and refund the fee”"]


def test_a_request_that_the_agent_refused_in_part_stays_open() -> None:
    brief = a_brief(
        user("Please cancel all my orders"),
        call("cancel_order", {"ok": True}, Outcome.CONFIRMED, order_id="A-100234"),
        agent("I am unable to cancel order A-100235."),
    )
    assert texts(brief, SectionName.ASK) == ["“Please cancel all my orders”"]


def test_a_carried_out_request_is_not_asked_again_at_the_next_hop() -> None:
    first = a_brief(user("Please cancel my order A-100234"))
    second = a_brief(call("cancel_order", {"ok": True}, Outcome.CONFIRMED, order_id="A-100234"), earlier=first)
    assert "asked before" not in second.text


def test_what_an_earlier_lookup_found_is_told() -> None:
    brief = a_brief(
        call("get_customer", {"name": "Mei Brown"}, customer_id="C-100234"),
        call("get_bill", {"bill_id": "B-77120"}, month="May"),
    )
    assert "customer name: Mei Brown" in texts(brief, SectionName.FACTS) + texts(brief, SectionName.IDENTIFIERS)


def test_what_an_earlier_lookup_found_never_replaces_what_was_said_or_done_since() -> None:
    brief = a_brief(
        call("get_customer", {"address": "1 Old Street"}, customer_id="C-100234"),
        call("move_customer", {"ok": True}, Outcome.CONFIRMED, address="9 New Street"),
        call("get_bill", {"bill_id": "B-77120"}, month="May"),
    )
    assert "address: 9 New Street" in texts(brief, SectionName.FACTS)
    assert "Old Street" not in brief.text


def test_a_lookup_of_which_nothing_is_told_has_no_line() -> None:
    assert texts(a_brief(call("get_bill", {"bill_id": "B-77120"}, month="May")), SectionName.SITUATION) == []


def test_somebody_elses_name_is_not_the_customers() -> None:
    brief = a_brief(
        agent("May I have your name?"),
        user("My name is Ben."),
        agent("And the name of the host?"),
        user("His name is John."),
    )
    assert {"name: Ben", "host name: John"} <= set(texts(brief, SectionName.IDENTIFIERS))


def test_people_counted_twice_stand_once() -> None:
    brief = a_brief(agent("How many people?"), user("30"), call("book_table", {"ok": True}, party_size=30))
    assert texts(brief, SectionName.FACTS) == ["party size: 30"]


def test_what_nobody_could_answer_is_no_fact() -> None:
    brief = a_brief(agent("Have you paid the application fee?"), user("I cannot remember"))
    assert texts(brief, SectionName.FACTS) == []


def test_a_statement_that_a_fact_tells_already_is_left_out() -> None:
    brief = a_brief(
        agent("Where should the driver pick you up?"), user("Oh, from the old airport because I missed my flight")
    )
    assert texts(brief, SectionName.SITUATION) == []


def test_a_word_of_the_value_is_not_told_as_what_it_replaced() -> None:
    brief = a_brief(agent("Which city?"), user("A cheap room in Oslo"), call("book_room", {"ok": True}, city="Oslo"))
    assert "(was" not in brief.text


@pytest.mark.parametrize("question", ["How can I further assist you?", "Do you need more help with something?"])
def test_a_courtesy_is_no_open_question(question: str) -> None:
    assert texts(a_brief(user("I need a plumber on Monday"), agent(question)), SectionName.OPEN_QUESTIONS) == []


def test_an_identifier_after_a_comma_is_called_what_stands_before_it() -> None:
    assert "flight: HX045" in texts(a_brief(user("It is about a delayed flight, HX045")), SectionName.IDENTIFIERS)


def test_a_label_never_begins_a_sentence() -> None:
    assert questions.label("Please confirm if this is right, and I will go ahead?") is None


@pytest.mark.parametrize(
    "told",
    [
        "my PIN is 4471",
        "the CVV is 447",
        "Passcode: 44719",
        "my password is horse7",
        "pwd=horse7",
        "client secret: horse7",
        "api key is horse7",
        "her maiden name was Okafor",
        "the name of your dog is Okafor",
        "favourite teacher: Okafor",
    ],
)
def test_the_cheap_look_misses_no_named_secret(told: str) -> None:
    assert scrubbing.HIDDEN in scrubbing.scrub(told)
