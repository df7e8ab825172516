"""What an earlier brief said is merged, not pasted."""

from datetime import timedelta
from uuid import UUID

from tests.builders.briefs import START, a_brief, a_source, agent, call, lines, numbered, slot, texts, user
from warmline_memory import briefs
from warmline_schemas.briefs import Brief, SectionName
from warmline_schemas.memories import Outcome


def a_first_brief() -> Brief:
    return a_brief(
        user("I was overcharged on account ACC-4521 and want a refund"),
        slot("plan", "Basic"),
        agent("You will receive an answer by Friday."),
        call("open_ticket", {}, Outcome.CONFIRMED, ticket_id="T-90210"),
    )


def test_what_is_still_true_is_carried_with_its_own_memories() -> None:
    first = a_first_brief()
    second = a_brief(user("Any news?"), earlier=first)
    carried = next(line for line in lines(second, SectionName.IDENTIFIERS) if "ACC-4521" in line.text)
    original = next(line for line in lines(first, SectionName.IDENTIFIERS) if "ACC-4521" in line.text)
    assert set(carried.memory_ids) == set(original.memory_ids)


def test_a_value_said_since_replaces_the_carried_one() -> None:
    second = a_brief(slot("plan", "Premium"), earlier=a_first_brief())
    assert "plan: Premium (was Basic)" in texts(second, SectionName.FACTS)


def test_promises_and_deeds_are_carried() -> None:
    second = a_brief(user("Any news?"), earlier=a_first_brief())
    assert texts(second, SectionName.PROMISED) == ["You will receive an answer by Friday."]
    assert "open ticket: T-90210 → confirmed" in texts(second, SectionName.DONE)


def test_a_line_that_is_said_again_stands_once() -> None:
    again = [user("Any news?"), agent("You will receive an answer by Friday.")]
    second = a_brief(*again, earlier=a_first_brief())
    assert texts(second, SectionName.PROMISED) == ["You will receive an answer by Friday."]


def test_a_question_that_was_answered_since_is_closed() -> None:
    first = a_brief(agent("What is your booking number?"), user("I don't remember"))
    second = a_brief(agent("What is your booking number?"), user("BK-90210"), earlier=first)
    assert texts(first, SectionName.OPEN_QUESTIONS) == ["asked, not given: booking number"]
    assert texts(second, SectionName.OPEN_QUESTIONS) == []


def test_only_the_sessions_own_actions_are_listed() -> None:
    assert a_brief(user("Any news?"), earlier=a_first_brief()).actions == []


def test_ten_hops_keep_the_first_hops_account_and_stay_bounded() -> None:
    brief = a_first_brief()
    for hop in range(2, 11):
        talk = [
            user(f"And what about item number {hop}00{hop}1, please?"),
            call("check_item", {"stock": hop}, item=f"i{hop}"),
        ]
        brief = a_brief(*talk, earlier=brief)
    assert "ACC-4521" in brief.text
    assert brief.words <= 220


def test_an_earlier_goal_is_told_as_such_and_proven_by_the_earlier_brief() -> None:
    proof = UUID(int=99)
    first = a_brief(user("My invoice INV-2031 is wrong"), goal="Refund $100 today")
    second = a_brief(user("Any news?"), goal="Call the customer", earlier=first, earlier_id=proof)
    steps = next(section for section in second.sections if section.name is SectionName.NEXT_STEPS)
    assert [(line.label, line.text, line.memory_ids) for line in steps.lines] == [
        ("goal", "Call the customer", []),
        ("earlier goal", "Refund $100 today", [proof]),
    ]


def test_the_same_source_and_earlier_brief_make_the_same_brief() -> None:
    source = a_source(user("Any news?"), earlier=a_first_brief())
    assert briefs.write(source) == briefs.write(source)
    assert briefs.write(source).cut_at == START + timedelta()
    assert numbered([user("x")])[0].content == "x"
