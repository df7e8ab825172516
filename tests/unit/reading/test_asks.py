"""What the customer asks for: what still stands, with the words that give it its meaning."""

import pytest

from tests.builders.briefs import a_brief, agent, call, texts, user
from warmline_memory.reading import asks
from warmline_schemas.briefs import SectionName
from warmline_schemas.memories import Outcome


def test_an_answered_question_no_longer_stands() -> None:
    brief = a_brief(
        user("I need a new router"),
        agent("Sure, which plan are you on?"),
        user("How loud is the fan of the big one?"),
        agent("It makes about 20 decibels."),
    )
    assert texts(brief, SectionName.ASK) == ["“I need a new router”"]


def test_where_everything_was_answered_the_brief_says_so() -> None:
    brief = a_brief(user("What are your opening hours?"), agent("We open at 8 and close at 18."))
    assert texts(brief, SectionName.ASK) == ["answered: “What are your opening hours?”"]


def test_an_answer_may_come_after_a_question_back() -> None:
    brief = a_brief(
        user("Can you look up my balance?"),
        agent("For which account?"),
        user("The savings one"),
        agent("There are 300 dollars on it."),
    )
    assert texts(brief, SectionName.ASK) == ["answered: “Can you look up my balance?”"]


@pytest.mark.parametrize("reply", ["I am unable to see that.", "Let me check that for you.", "Which year do you mean?"])
def test_a_question_that_got_no_answer_still_stands(reply: str) -> None:
    brief = a_brief(user("How high was my last water bill?"), agent(reply))
    assert texts(brief, SectionName.ASK) == ["“How high was my last water bill?”"]


def test_a_wish_for_a_person_does_not_hide_what_the_person_is_needed_for() -> None:
    brief = a_brief(
        user("Please remove the roaming fee from my bill"),
        agent("I am unable to remove fees. Shall I transfer you to a human agent?"),
        user("Yes, please connect me with a human agent."),
    )
    assert texts(brief, SectionName.ASK) == ["“Please remove the roaming fee from my bill”"]


def test_a_wish_for_a_person_is_told_where_nothing_else_is_asked() -> None:
    brief = a_brief(user("I want to speak to a supervisor"))
    assert texts(brief, SectionName.ASK) == ["“I want to speak to a supervisor”"]


@pytest.mark.parametrize(
    ("said", "reply", "asked"),
    [
        ("I can put you on the waiting list.", "Hold off on that", "I can put you on the waiting list."),
        ("Shall I renew the lease?", "Maybe later, not now.", "Shall I renew the lease?"),
        ("Would Sunday work?", "Sunday is fine", "Would Sunday work?"),
    ],
)
def test_a_short_reply_stands_beside_what_it_replies_to(said: str, reply: str, asked: str) -> None:
    assert texts(a_brief(agent(said), user(reply)), SectionName.ASK)[0] == f"“{reply}” to “{asked}”"


def test_of_a_long_agreement_its_first_sentence_stands_beside_the_offer() -> None:
    brief = a_brief(
        agent("Shall I order the spare part?"),
        user("Yes, do that. My car has been at the shop for far too long by now."),
    )
    assert texts(brief, SectionName.ASK)[0] == "“Yes, do that.” to “Shall I order the spare part?”"


def test_an_agreement_that_the_agent_went_on_from_is_no_ask() -> None:
    brief = a_brief(
        user("I need my tyres changed"),
        agent("Do you want winter tyres?"),
        user("Yes, please"),
        agent("Which width do you need?"),
    )
    assert texts(brief, SectionName.ASK) == ["“I need my tyres changed”"]


def test_a_wish_whose_values_a_change_used_is_carried_out() -> None:
    brief = a_brief(
        user("I'd like something on the 9th of June"),
        call("reserve_court", {"ok": True}, Outcome.CONFIRMED, date="2026-06-09", court="4"),
    )
    assert texts(brief, SectionName.ASK) == ["carried out: “I'd like something on the 9th of June”"]


def test_another_verb_for_the_same_thing_is_the_same_change() -> None:
    reserve = a_brief(
        user("Please reserve two tickets"), call("buy_ticket", {"ok": True}, Outcome.CONFIRMED, seat="B-7712")
    )
    assert texts(reserve, SectionName.ASK) == ["carried out: “Please reserve two tickets”"]
    other = a_brief(
        user("Please reserve two tickets"), call("book_hotel", {"ok": True}, Outcome.CONFIRMED, room="B-7712")
    )
    assert texts(other, SectionName.ASK) == ["“Please reserve two tickets”"]


def test_what_somebody_needs_done_is_carried_out_once_it_is() -> None:
    brief = a_brief(
        user("I need my badge blocked"), call("block_badge", {"ok": True}, Outcome.CONFIRMED, badge="B-77120")
    )
    assert texts(brief, SectionName.ASK) == ["carried out: “I need my badge blocked”"]


def test_a_long_request_is_shortened_to_what_it_asks() -> None:
    told = "I'm Ines - my neighbour told me about all of this last week - please move the meter to the garage wall"
    assert asks.shortened(told, 9) == "please move the meter to the garage wall"


def test_somebody_may_come_with_a_problem_rather_than_a_request() -> None:
    brief = a_brief(
        user("My boiler shows fault E9 since yesterday"),
        agent("Have you restarted it?"),
        user("Twice. Can you send someone?"),
    )
    assert "“My boiler shows fault E9 since yesterday”" in texts(brief, SectionName.ASK)


def test_a_date_in_another_notation_is_not_outdated() -> None:
    brief = a_brief(
        user("Can you move my hearing to June 6?"),
        call("move_hearing", {"status": "move failed"}, date="2026-06-06"),
    )
    assert texts(brief, SectionName.ASK) == ["“Can you move my hearing to June 6?”"]


def test_two_requests_that_still_stand_are_both_told() -> None:
    brief = a_brief(
        user("Can my daughter repeat the piano exam later?"),
        agent("I am not able to decide that."),
        user("Then please ask her teacher to call me"),
    )
    assert texts(brief, SectionName.ASK) == [
        "“Then please ask her teacher to call me”",
        "“Can my daughter repeat the piano exam later?”",
    ]


def test_a_change_that_used_what_a_request_names_settles_it() -> None:
    brief = a_brief(
        user("I want to reserve a court at Elm Park"),
        call("book_slot", {"ok": True}, Outcome.CONFIRMED, club="Elm Park", seat="B-7712"),
    )
    assert texts(brief, SectionName.ASK) == ["carried out: “I want to reserve a court at Elm Park”"]


def test_a_change_that_worked_when_it_was_tried_again_settles_the_request() -> None:
    brief = a_brief(
        user("Please cancel my lesson"),
        call("cancel_lesson", {"error": "timed out"}, Outcome.FAILED, lesson="L-77120"),
        call("cancel_lesson", {"ok": True}, Outcome.CONFIRMED, lesson="L-77120"),
    )
    assert texts(brief, SectionName.ASK) == ["carried out: “Please cancel my lesson”"]
