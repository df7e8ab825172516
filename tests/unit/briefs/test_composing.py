"""What a brief promises: typed lines come from the record, everything else is a quote, and nothing is made up."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from tests.builders.briefs import a_brief, a_memory, a_source, agent, call, lines, note, numbered, slot, texts, user
from warmline_memory import briefs
from warmline_memory.briefs import Leg
from warmline_memory.briefs.templates import BUILT_IN
from warmline_schemas.briefs import Brief, BriefLine, Origin, SectionName
from warmline_schemas.handoffs import Urgency
from warmline_schemas.memories import Outcome, Role

GERMAN = "Der Kühlschrank WX-20 kühlt seit Montag nicht mehr, bitte schicken Sie jemanden."
LONG = [
    user("Hello, my dishwasher GH-4410 leaks and I need a plumber at 12 Mill Lane."),
    agent("Good morning. I am sorry to hear that. Since when does it leak?"),
    user("Since Tuesday evening, and the floor is wet up to the door of the cellar."),
    agent("Have you closed the tap below the sink already?"),
    user("Yes, I have, and it still drips a little, about one cup an hour."),
    agent("I can send Tom on Friday between 9 and 11, or Eva on Saturday at noon."),
    user("Friday is fine, but please let him call 0171 555 0142 before he comes."),
    agent("I will note that. It costs 80 euros for the first hour, and 20 for each quarter after it."),
    user("That is all right, as long as he brings a new hose of two metres."),
    agent("I will tell him to bring the hose. Is there anything else that I can do?"),
    user("No, thanks, that is all. Have a nice day!"),
]


def all_lines(brief: Brief) -> list[BriefLine]:
    return [line for section in brief.sections for line in section.lines]


def quotes(brief: Brief) -> list[BriefLine]:
    return [line for line in all_lines(brief) if line.origin is Origin.QUOTE]


def test_the_headline_says_who_hands_over_to_whom_and_why() -> None:
    brief = a_brief(user("Refund me"), to="billing", reason="Customer disputes a charge")
    assert brief.text.splitlines()[0] == "tier1-bot → billing: Customer disputes a charge"
    assert (brief.headline.memory_ids, brief.headline.origin) == ([], Origin.REQUEST)


def test_goal_and_urgency_are_the_requests_own() -> None:
    source = a_source(user("I want a refund"), goal="Refund $100 by Friday")
    brief = briefs.write(source)
    assert texts(brief, SectionName.ASK)[0] == "goal: Refund $100 by Friday"
    assert lines(brief, SectionName.ASK)[0].origin is Origin.REQUEST
    pressing = briefs.BriefRequest("a", "b", "c", "n", urgency=Urgency.CRITICAL)
    told = briefs.write(briefs.BriefSource([], pressing, source.cut_at))
    assert "urgency: critical" in told.text


def test_a_line_is_typed_by_the_record_or_a_quote_with_speaker_and_time() -> None:
    brief = a_brief(*LONG, slot("plan", "Basic"), call("book_visit", {"ok": True}, Outcome.CONFIRMED, visit_id="V-9"))
    for line in all_lines(brief):
        assert line.origin in (Origin.RECORD, Origin.QUOTE)
        if line.origin is Origin.QUOTE:
            assert line.label is None
            assert line.speaker in ("user", "agent")
            assert line.said_at
    assert {line.label for line in all_lines(brief) if line.origin is Origin.RECORD} == {
        "plan",
        "visit id",
        "book visit",
    }


def test_a_quote_is_verbatim_but_for_what_is_left_out() -> None:
    said = {memory.id: memory.content for memory in numbered(LONG)}
    for line in quotes(a_brief(*LONG)):
        assert all(part in said[line.memory_ids[0]] for part in line.text.split(" … "))


@pytest.mark.parametrize(
    "said",
    [
        GERMAN,
        "Mi pedido 99120 llegó roto y quiero que me devuelvan el dinero.",
        "我的订单 20931 还没有到，我要退款。",
        "注文番号 4417 の返金をお願いします。",
        "أريد استرداد ثمن الطلب 5519 من فضلك",
    ],
)
def test_a_quote_stays_in_its_language(said: str) -> None:
    brief = a_brief(user(said))
    assert said.rstrip("。.") in brief.text
    assert brief.sections[0].name is SectionName.ASK


@pytest.mark.parametrize(
    "said",
    [
        "My order is ORD-874543, I wrote twice: ORD-555 as well",
        "The weather was pretty warm and my seat was 30",
        "It is about a delayed flight, HX045",
        "Meine Kundennummer lautet KD-20931 und die Rechnung ist vom 3. Mai",
    ],
)
def test_no_label_is_made_of_the_words_before_a_value(said: str) -> None:
    assert [line for line in all_lines(a_brief(user(said))) if line.label] == []


def test_the_ask_keeps_the_opening_wish_and_the_latest() -> None:
    brief = a_brief(
        user("I want to cancel my hotel booking in Oslo."),
        agent("The booking is cancelled, and it costs you nothing."),
        user("Great. Now please order a taxi to the airport for me."),
        agent("For what time shall it be?"),
    )
    asked = " ".join(texts(brief, SectionName.ASK))
    assert "cancel my hotel booking" in asked
    assert "order a taxi" in asked


def test_after_a_person_helped_only_later_wishes_are_the_ask() -> None:
    first = numbered([user("I want to cancel my hotel booking in Oslo.")], first=100)
    helped = numbered([a_memory("I cancelled it for you.", role=Role.AGENT, agent="human:ana")], first=200)
    before = [Leg("tier1-bot", first), Leg("human:ana", helped)]
    brief = a_brief(user("Now please order a taxi to the airport for me."), before=before)
    assert [line.text for line in lines(brief, SectionName.ASK)] == ["Now please order a taxi to the airport for me."]
    unhelped = a_brief(user("Now please order a taxi to the airport for me."), before=before[:1])
    assert "cancel my hotel" in " ".join(texts(unhelped, SectionName.ASK))


def test_a_short_answer_carries_its_question() -> None:
    brief = a_brief(user("I need a taxi to Bonn"), agent("At what time shall it come?"), user("7:40"))
    answers = [line for line in quotes(brief) if line.text == "7:40"]
    assert "7:40" in brief.text
    assert "At what time shall it come?" in brief.text
    assert all(line.reply_to or len(quotes(brief)) > 2 for line in answers)


def test_a_question_that_does_not_stand_before_its_answer_is_told_with_it() -> None:
    brief = a_brief(
        user("I need a taxi to Bonn"),
        agent("Thank you for calling! It is a lovely day, is it not? At what time shall it come?"),
        user("7:40"),
        max_words=30,
    )
    assert "(asked: “At what time shall it come?”)" in brief.text


def test_the_statements_that_matter_most_are_read_first_and_all_others_behind_them() -> None:
    told = [
        *LONG,
        *(
            user(
                f"And the meter number {n}{n}41 in flat {n} shows {n}20 units, which is far too much, please check it."
            )
            for n in range(1, 9)
        ),
    ]
    brief = a_brief(*told)
    names = [section.name for section in brief.sections]
    assert names.index(SectionName.SAID) < names.index(SectionName.ALSO_SAID)
    both = [{line.text for line in lines(brief, name)} for name in (SectionName.SAID, SectionName.ALSO_SAID)]
    assert not both[0] & both[1]


def test_a_brief_is_shorter_than_its_conversation() -> None:
    said = sum(len(memory.content.split()) for memory in LONG)
    assert a_brief(*LONG, max_words=5_000).words <= 0.89 * said


def test_where_there_is_nothing_but_small_talk_it_is_quoted() -> None:
    assert [line.text for line in all_lines(a_brief(user("Thanks!")))] == ["Thanks!"]


def test_without_memories_a_brief_says_what_the_request_says() -> None:
    brief = a_brief(reason="The customer wants a person", goal="Call back by 5 pm")
    assert (brief.memories_read, texts(brief, SectionName.ASK)) == (0, ["goal: Call back by 5 pm"])


def test_a_replaced_value_is_told_as_past_and_proved_by_both() -> None:
    brief = a_brief(slot("delivery_day", "Monday"), slot("delivery_day", "Friday"))
    [line] = lines(brief, SectionName.FACTS)
    assert (line.text, line.was, len(line.memory_ids)) == ("Friday", "Monday", 2)
    assert "delivery day: Friday (was Monday)" in brief.text


def test_words_such_as_tomorrow_come_with_their_dates_in_the_customers_time_zone() -> None:
    tokyo = a_brief(user("Please call me back tomorrow about my order"), zone=ZoneInfo("Asia/Tokyo"))
    assert quotes(tokyo)[0].dates == [date(2026, 3, 3)]
    assert "(= 2026-03-03)" in tokyo.text
    german = a_brief(user("Bitte rufen Sie mich morgen wegen meiner Bestellung zurück"))
    assert quotes(german)[0].dates == [date(2026, 3, 3)]


def test_headings_labels_and_marks_are_in_the_readers_language() -> None:
    brief = a_brief(
        user(GERMAN), slot("tag", "Montag"), slot("tag", "Freitag"), goal="Techniker bis Freitag", language="de"
    )
    assert "Anliegen" in brief.text.splitlines()
    assert "Kunde/Kundin: “" in brief.text
    assert "tag: Freitag (vorher Montag)" in brief.text
    assert brief.language == "de"


def test_a_chain_is_read_as_a_whole_and_a_persons_words_are_theirs() -> None:
    first = numbered([user("My invoice INV-2031 is wrong, please correct it."), slot("plan", "Basic")], first=100)
    then = numbered([a_memory("I checked it and owe her $40.", role=Role.AGENT, agent="human:ana")], first=200)
    brief = a_brief(
        user("And when does my money come?"),
        slot("plan", "Premium"),
        before=[Leg("bot", first), Leg("human:ana", then)],
    )
    assert "plan: Premium (was Basic)" in brief.text
    assert "ana: “I checked it and owe her $40.”" in brief.text
    assert brief.memories_read == 5


def test_ten_sessions_keep_what_was_known_first_and_stay_bounded() -> None:
    before = [Leg("bot", numbered([user("I was overcharged"), slot("account_id", "ACC-4521")], first=100))]
    for hop in range(2, 11):
        told = [user(f"And what about item number {hop}00{hop}1, please?"), agent("I will look into it.")]
        before.append(Leg("bot", numbered(told, first=hop * 100)))
    brief = a_brief(user("Any news?"), before=before)
    assert "account id: ACC-4521" in brief.text
    assert brief.words <= 220


@pytest.mark.parametrize(
    ("outcome", "section", "mark"),
    [
        (Outcome.CONFIRMED, SectionName.DONE, ""),
        (Outcome.FAILED, SectionName.FAILED, ""),
        (Outcome.REQUESTED, SectionName.DONE, "(requested)"),
        (Outcome.UNKNOWN, SectionName.DONE, "(outcome unknown)"),
    ],
)
def test_a_call_is_told_by_its_outcome(outcome: Outcome, section: SectionName, mark: str) -> None:
    brief = a_brief(call("cancel_order", {}, outcome, order_id="A-100234"))
    [line] = lines(brief, section)
    assert (line.outcome, line.label) == (outcome, "cancel order")
    assert f"cancel order: order id: A-100234 {mark}".strip() in brief.text.replace("  ", " ")


def test_a_failure_that_a_later_call_made_good_is_not_told() -> None:
    brief = a_brief(
        call("refund_payment", {"error": "timeout"}, Outcome.FAILED, payment_id="P-77", amount=40),
        call("refund_payment", {"ok": True}, Outcome.CONFIRMED, payment_id="P-77", amount=40),
    )
    assert (texts(brief, SectionName.FAILED), len(lines(brief, SectionName.DONE))) == ([], 1)


def test_what_failed_for_one_thing_stays_though_it_worked_for_another() -> None:
    brief = a_brief(
        call("refund_payment", {"error": "timeout"}, Outcome.FAILED, payment_id="P-77"),
        call("refund_payment", {"ok": True}, Outcome.CONFIRMED, payment_id="P-88"),
    )
    assert "P-77" in texts(brief, SectionName.FAILED)[0]


def test_a_slot_of_severity_stands_under_severity() -> None:
    brief = a_brief(slot("severity", "SEV2"), template=BUILT_IN["shift"])
    assert texts(brief, SectionName.SEVERITY) == ["severity: SEV2"]


def test_owner_and_time_of_a_step_stand_in_its_line() -> None:
    step = a_memory("Restart the replica", kind="todo", metadata={"owner": "Ana", "due": "18:00"})
    brief = a_brief(step)
    assert "Restart the replica (Ana, by 18:00)" in brief.text


def test_what_a_template_of_ones_own_has_no_place_for_is_left_out_and_breaks_nothing() -> None:
    brief = a_brief(*LONG, slot("plan", "Basic"), note("Do it", kind="todo"), template=BUILT_IN["support"])
    assert brief.template == "support"
    assert brief.actions == []
