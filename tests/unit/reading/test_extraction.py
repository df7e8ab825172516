"""Which values are told, and which are not: nothing that was denied, tried in vain, or said of something else."""

from typing import Any

import pytest

from tests.builders.briefs import a_brief, agent, call, texts, user
from warmline_memory.reading import actions
from warmline_memory.reading.answers import answer_to
from warmline_schemas.briefs import SectionName
from warmline_schemas.memories import Outcome


@pytest.mark.parametrize("arguments", [{"request_type": "Check"}, {"mode": "preview"}, {"dry_run": True}])
def test_a_change_that_was_only_checked_was_not_made(arguments: dict[str, Any]) -> None:
    brief = a_brief(call("book_lane", {"message": "Available"}, lane="7", **arguments))
    assert texts(brief, SectionName.DONE) == []
    assert "lane" in texts(brief, SectionName.SITUATION)[0]


def test_an_argument_that_names_another_kind_of_thing_makes_no_lookup() -> None:
    assert actions.looking_mode({"type": "savings", "title": "Check"}) == ""


def test_things_in_a_list_stay_together() -> None:
    people = [{"first": "Mei", "last": "Brown", "age": 34}, {"first": "Raj", "last": "Silva", "age": 41}]
    brief = a_brief(call("enrol_class", {"ok": True}, Outcome.CONFIRMED, students=people))
    assert texts(brief, SectionName.FACTS) == ["students: Mei Brown 34; Raj Silva 41"]


def test_identifiers_in_a_list_stand_for_themselves() -> None:
    assert list(actions.stated({"items": ["A-100", "B-200"]})) == [("items", "A-100"), ("items", "B-200")]


def test_an_identifier_that_only_failed_is_not_told_among_those_that_hold() -> None:
    brief = a_brief(
        call("pay_bill", "Error: method expired", Outcome.FAILED, method_id="M-100234"),
        call("pay_bill", {"ok": True}, Outcome.CONFIRMED, method_id="M-100777"),
    )
    assert texts(brief, SectionName.IDENTIFIERS) == ["method id: M-100777"]


def test_a_number_with_a_unit_is_not_what_it_is_said_of() -> None:
    brief = a_brief(user("My office is about 35 degrees, please help"))
    assert texts(brief, SectionName.FACTS) + texts(brief, SectionName.IDENTIFIERS) == []


def test_a_place_that_was_denied_is_no_value() -> None:
    brief = a_brief(
        user("Deliver it to Harbour Gate"),
        user("Please bring it to Mill Lane, not Harbour Gate"),
        user("And I want an invoice for the company"),
    )
    assert texts(brief, SectionName.FACTS) == ["to: Mill Lane"]


def test_a_title_that_somebody_rose_to_is_no_place() -> None:
    assert texts(a_brief(user("I was just promoted to Head Nurse, let me in")), SectionName.FACTS) == []


def test_a_span_of_time_counts_nothing() -> None:
    assert texts(a_brief(user("It has not worked in the last 24 hours, help me")), SectionName.FACTS) == []


def test_a_search_made_anew_drops_what_the_old_one_found() -> None:
    brief = a_brief(
        call("find_garage", [{"garage": "North Pit", "rate": 40}], area="North"),
        user("And in the south?"),
        call("find_garage", [], area="South"),
    )
    assert "North Pit" not in brief.text


def test_several_things_that_are_offered_at_once_are_not_in_hand() -> None:
    found = [{"play": "The Ferry", "price": 20}, {"play": "Old Salt", "price": 30}]
    brief = a_brief(call("find_play", found, town="Bath"), agent("There are The Ferry and Old Salt. Which one?"))
    assert texts(brief, SectionName.FACTS) == ["town: Bath"]


def test_a_price_and_a_time_say_which_thing_is_talked_about() -> None:
    found = [{"line": "Blue Line", "leaves": "23:55", "fare": 64}, {"line": "Red Line", "leaves": "12:20", "fare": 67}]
    brief = a_brief(call("find_coach", found, day="Monday"), agent("There is one at 12:20 pm for $67."))
    assert "line: Red Line" in texts(brief, SectionName.FACTS)


def test_a_price_that_nothing_found_has_says_that_the_talk_is_of_something_else() -> None:
    found = [{"line": "Blue Line", "fare": 64}, {"line": "Red Line", "fare": 67}]
    brief = a_brief(
        call("find_coach", found, day="Monday"), agent("The Blue Line costs $64."), agent("Another one costs $91.")
    )
    assert "Blue Line" not in brief.text


def test_a_number_to_call_that_the_agent_told_is_not_the_customers() -> None:
    brief = a_brief(user("Is the clinic open?"), agent("Please ask there, at 555-201-7788."))
    assert texts(brief, SectionName.IDENTIFIERS) == []


def test_a_found_address_is_a_fact_of_the_thing_found() -> None:
    brief = a_brief(call("find_dentist", {"dentist": "Ada Moss", "phone": "+1 555 010 0200"}, town="Bath"))
    assert texts(brief, SectionName.IDENTIFIERS) == []
    assert "phone: +1 555 010 0200" in texts(brief, SectionName.FACTS)


def test_a_call_takes_up_what_was_said_in_other_words() -> None:
    brief = a_brief(
        agent("In which town?"),
        user("Bath, UK"),
        agent("How many?"),
        user("two"),
        call("find_room", [], town="Bath", beds=2),
    )
    assert texts(brief, SectionName.FACTS) == ["town: Bath", "beds: 2"]


def test_a_matter_that_was_left_behind_is_told_in_one_row() -> None:
    brief = a_brief(
        user("When is the pool open?"),
        call("pool_hours", {"hours": "9 to 12"}, day="Friday"),
        agent("From 9 to 12."),
        user("I want to rent a locker"),
        call("rent_locker", {"status": "rented"}, Outcome.CONFIRMED, size="large"),
    )
    assert texts(brief, SectionName.FACTS) == ["size: large"]
    assert "day: Friday" in texts(brief, SectionName.EARLIER)


def test_a_matter_goes_on_while_the_customer_only_answers() -> None:
    brief = a_brief(
        user("My gate is stuck"),
        call("check_gate", {"state": "jammed"}, gate="West Wing"),
        agent("Shall I send a technician?"),
        user("Yes, on Friday"),
        call("send_technician", {"ok": True}, Outcome.CONFIRMED, day="Friday"),
    )
    assert "gate: West Wing" in texts(brief, SectionName.FACTS)


def test_a_matter_that_the_customer_speaks_of_again_is_not_past() -> None:
    brief = a_brief(
        user("I want to rent a locker"),
        call("rent_locker", {"status": "rented"}, Outcome.CONFIRMED, size="large"),
        agent("Done."),
        user("When is the pool open?"),
        call("pool_hours", {"hours": "9 to 12"}, day="Friday"),
        agent("From 9 to 12."),
        user("Can you give me a bigger locker?"),
    )
    assert "size: large" in texts(brief, SectionName.FACTS)


def test_a_feeling_that_is_denied_is_no_mood() -> None:
    assert texts(a_brief(user("I am not too worried about the delay")), SectionName.MOOD) == []


@pytest.mark.parametrize(
    ("label", "reply", "value"),
    [
        ("depot", "Harbour Gate - and I do not want the blue van", "Harbour Gate"),
        ("depot", "It's Harbour Gate, but I never liked it there", "Harbour Gate"),
        ("reason", "I broke the lamp", "“I broke the lamp”"),
        ("reason", "Do you need that? I broke it.", ""),
        ("colour", "It doesn't matter to me!", "no preference"),
        ("time", "Right now, please", "Right now"),
        ("drive/walk", "I will drive. Oh, and one more thing", "drive"),
        ("model", "The Corvo... no sorry, it's the Lyra", "Lyra"),
        ("doctor", "Dr. Osei.", "Dr. Osei"),
    ],
)
def test_a_value_stands_alone_and_a_sentence_is_quoted(label: str, reply: str, value: str) -> None:
    assert answer_to(label, reply) == value


@pytest.mark.parametrize(
    ("reply", "value"),
    [("No I do not", "no"), ("Yes please", "yes"), ("Yeah. I need halal food.", "“Yeah. I need halal food.”")],
)
def test_yes_and_no_are_told_as_such(reply: str, value: str) -> None:
    assert answer_to("parking", reply, yes_or_no=True) == value


def test_a_reply_that_is_neither_yes_nor_no_is_no_fact() -> None:
    brief = a_brief(agent("Is the error gone?"), user("Hmm, keep looking"))
    assert texts(brief, SectionName.FACTS) == []


@pytest.mark.parametrize("told", ["My case is 26-118834", "My case number is 7019 1120 0001 4427"])
def test_groups_of_digits_are_one_identifier(told: str) -> None:
    assert told.split(" is ")[1] in texts(a_brief(user(told)), SectionName.IDENTIFIERS)[0]


def test_a_version_is_no_date() -> None:
    assert "2-rc4" not in texts(a_brief(user("Deploy 2026.3.2-rc4 broke the login")), SectionName.IDENTIFIERS)
