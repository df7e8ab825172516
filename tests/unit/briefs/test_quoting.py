"""Quoting: what is quoted and with what beside it: how a wish went on, questions that stand alone, and the ending."""

import time
from collections.abc import Sequence
from datetime import date

import pytest

from tests.builders.briefs import a_brief, agent, call, lines, numbered, slot, user
from warmline_memory.briefs import hearing, quoting
from warmline_memory.briefs.hearing import Spoken
from warmline_memory.briefs.templates import BUILT_IN
from warmline_memory.reading import read
from warmline_memory.salience import Speaker
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.briefs import Brief, BriefLine, FindingCode, Origin, SectionName
from warmline_schemas.memories import Outcome

WISH = "I want to book a double room in Lyon for two nights from Monday."
CHANGE = "Actually, make it three nights instead of two."
CHANGED = (
    user(WISH),
    agent("I can offer you the Hotel Bellecour for 90 euros a night."),
    user(CHANGE),
    agent("All right, I will look again."),
    user("Thanks, my phone number is 0171 5550134."),
)
SEARCHED = (
    user("Please find me a hotel in Bergen for two nights."),
    call("search_hotels", [{"name": "Fjord Inn"}], city="Bergen", nights=2, stars=4),
    agent("Fjord Inn in Bergen is free."),
    user("My plans changed, I need it in Oslo."),
    call("search_hotels", [{"name": "Harbour House"}], city="Oslo", nights=2, stars=4),
    agent("There is the Harbour House for you in Oslo."),
)


def heard(*memories: SourceMemory) -> list[Spoken]:
    return hearing.heard(read(numbered(memories)), "")


def of(spoken: Sequence[Spoken], words: str) -> Spoken:
    return next(one for one in spoken if words in one.statement.text)


def written(*memories: SourceMemory) -> Brief:
    return a_brief(*memories, template=BUILT_IN["support"])


def quotes(brief: Brief) -> list[BriefLine]:
    return [line for section in brief.sections for line in section.lines if line.origin is Origin.QUOTE]


def test_a_wish_and_what_it_was_changed_to_stand_in_one_row() -> None:
    brief = written(*CHANGED)
    assert f"  customer: “{WISH}” → “{CHANGE}”" in brief.text.splitlines()
    wish, change = lines(brief, SectionName.ASK)
    assert (wish.continues, change.continues) == (False, True)
    assert (wish.memory_ids, change.memory_ids) == ([numbered(CHANGED)[0].id], [numbered(CHANGED)[2].id])


@pytest.mark.parametrize(
    ("wish", "between", "change"),
    [
        (
            "Ich möchte zwei Karten für das Konzert am Samstag.",
            "Am Samstag sind noch Plätze im Rang frei.",
            "Nein, machen Sie bitte vier Karten daraus statt zwei.",
        ),
        (
            "Quiero reservar una mesa para dos personas el viernes.",
            "El viernes hay sitio en la terraza.",
            "Perdone, he cambiado de idea: mejor el sábado en vez del viernes.",
        ),
        (
            "Please book a table for six at the Golden Fork for tonight.",
            "I am sorry, the Golden Fork is fully booked tonight.",
            "Then book one at the Red Lion.",
        ),
    ],
)
def test_a_change_goes_on_with_its_wish_in_any_language_and_overtakes_what_was_answered_between(
    wish: str, between: str, change: str
) -> None:
    first, answer, last = heard(user(wish), agent(between), user(change))
    assert last.changes
    assert first.thread == last.thread >= 0
    assert first.then is last or (first.then is not None and first.then.statement.text == change)
    assert answer.is_overtaken


@pytest.mark.parametrize(
    ("wish", "confirms", "change"),
    [
        (
            "I will come by on the 5th of May.",
            "So you would come to the workshop on May 5th, right?",
            "No, on May 7th.",
        ),
        ("Ich komme am 5. Mai vorbei.", "Sie kommen also am 5. Mai in die Werkstatt?", "Nein, am 7. Mai."),
        ("Iré al taller el 5 de mayo.", "¿Vendrá entonces al taller el 5 de mayo?", "No, el 7 de mayo."),
    ],
)
def test_another_day_in_answer_to_what_the_agent_repeated_replaces_the_day_that_was_said(
    wish: str, confirms: str, change: str
) -> None:
    first, repeated, last = heard(user(wish), agent(confirms), user(change))
    assert last.changes
    assert first.thread == repeated.thread == last.thread >= 0
    assert repeated.then is not None
    assert repeated.then.statement.text == change


@pytest.mark.parametrize(
    ("wish", "other"),
    [
        ("Please book a haircut on Monday at 10.", "And a manicure on Tuesday at 3 please."),
        ("Book a table for Monday at 7pm.", "Can you also book a table for Friday at 8pm?"),
        (
            "Bitte einen Termin für den Ölwechsel am Dienstag.",
            "Und für den Wagen meiner Frau einen Termin am Freitag bitte.",
        ),
        (
            "Je voudrais un rendez-vous de coiffure lundi à 10 h.",
            "Je voudrais aussi un rendez-vous de manucure mardi à 15 h.",
        ),
        (
            "Quiero reservar una cancha de tenis el lunes a las 9.",
            "También quiero reservar una cancha de pádel el martes a las 10.",
        ),
        ("Vorrei una visita dal dentista lunedì alle 9.", "Vorrei anche una visita dall'oculista mercoledì alle 11."),
        ("月曜日の10時にカットを予約したいです。", "火曜日の3時にネイルも予約したいです。"),
    ],
)
def test_a_further_wish_for_another_day_does_not_replace_the_first(wish: str, other: str) -> None:
    first, answer, last = heard(user(wish), agent("OK."), user(other))
    assert not last.changes
    assert first.then is None
    assert not answer.is_overtaken


@pytest.mark.parametrize(
    ("wish", "instead"),
    [
        ("I want a train to Leeds on Friday.", "I want the train to Leeds on Sunday."),
        ("I want a table on Friday.", "I want a table on another day, on Sunday."),
        ("Quiero reservar una cancha de tenis el lunes.", "En fin, quiero la cancha de tenis el martes."),
    ],
)
def test_another_day_for_the_same_thing_replaces_the_first_without_a_word_that_says_so(wish: str, instead: str) -> None:
    first, _, last = heard(user(wish), agent("OK."), user(instead))
    assert last.changes
    assert first.then is not None
    assert first.then.statement == last.statement


def test_what_answers_the_question_after_a_wish_belongs_to_it() -> None:
    wish, _, answer = heard(
        user("I would like to have my piano tuned."), agent("Where does it stand?"), user("In the hall on Mill Lane.")
    )
    assert wish.thread == answer.thread >= 0
    assert not answer.changes


def test_two_amounts_of_one_unit_are_not_taken_for_one_thing() -> None:
    spoken = heard(
        user("I need a hotel room for at most 90 euros."),
        agent("The Linden has one."),
        user("For dinner I want to spend 30 euros."),
    )
    assert not any(one.changes or one.then for one in spoken)


def test_wishes_for_different_things_are_threads_of_their_own() -> None:
    spoken = heard(
        user("I want to cancel my newspaper from June on."),
        agent("I have noted that the newspaper ends in June."),
        user("And I need the form by which the doctor can be reimbursed."),
    )
    first, second = of(spoken, "newspaper from June"), of(spoken, "form")
    assert -1 < first.thread != second.thread > -1
    assert not any(one.changes or one.is_overtaken or one.then for one in spoken)


def test_a_wish_whose_change_is_quoted_elsewhere_says_how_it_went_on_and_cites_it() -> None:
    spoken = heard(*CHANGED)
    (alone,) = quoting.lines(SectionName.ASK, [of(spoken, "Lyon")])
    assert alone.line.since == [f"→ “{CHANGE}”"]
    assert alone.line.memory_ids == [numbered(CHANGED)[0].id, numbered(CHANGED)[2].id]
    both = quoting.lines(SectionName.ASK, [of(spoken, "Lyon"), of(spoken, "three")])
    assert [(draft.line.since, draft.thread) for draft in both] == [([], both[0].thread)] * 2


def test_a_wish_that_goes_on_after_its_change_still_says_what_it_was_changed_to() -> None:
    spoken = heard(*CHANGED[:4], user("I need a double room in Lyon with a view of the river."))
    wish, more = of(spoken, "from Monday"), of(spoken, "river")
    assert (wish.thread, more.changes) == (more.thread, False)
    assert quoting.lines(SectionName.ASK, [wish, more])[0].line.since == [f"→ “{CHANGE}”"]


def test_lines_of_a_thread_stand_together_whatever_was_said_between() -> None:
    spoken = heard(*CHANGED)
    wish, offer, change = quoting.lines(SectionName.SAID, [one for one in spoken if one.statement.turn < 3])
    assert wish.place < change.place < offer.place


def test_what_a_tool_was_called_with_anew_stands_beside_what_was_said_before() -> None:
    brief = written(*SEARCHED)
    said = {line.text: line for line in quotes(brief)}
    before = said["Please find me a hotel in Bergen for two nights."]
    assert before.since == ["city: Bergen → Oslo"]
    assert before.memory_ids == [numbered(SEARCHED)[0].id, numbered(SEARCHED)[4].id]
    assert f"“{before.text}” (city: Bergen → Oslo)" in brief.text
    assert said["My plans changed, I need it in Oslo."].since == []
    assert said["There is the Harbour House for you in Oslo."].since == []


def test_a_value_counts_as_people_say_it_and_only_where_it_stands_as_a_word() -> None:
    found = [
        heard(
            user(f"Please try a dose of {said} millilitres for the cat."),
            call("set_dose", {"status": "failed"}, dose="4.10", animal="cat"),
            call("set_dose", {"status": "ok"}, dose="3.50", animal="cat"),
        )[0].since
        for said in ("4.1", "14.1", "4.1 and later 3.5")
    ]
    assert [[one.shown for one in since] for since in found] == [["dose: 4.10 → 3.50"], [], []]


@pytest.mark.parametrize(
    ("said", "marks"),
    [("The room is for 2 guests.", ["guests: 2 → 3"]), ("We arrive at 2 pm.", []), ("My dog is 2 years old.", [])],
)
def test_a_short_number_was_replaced_only_where_its_name_is_spoken_of(said: str, marks: list[str]) -> None:
    first, then = (call("search_rooms", [], guests=guests, city="Oslo") for guests in (2, 3))
    assert [one.shown for one in heard(user(said), first, user("A friend comes along."), then)[0].since] == marks


def test_a_rule_outlasts_what_was_done_after_it_and_a_wish_does_not() -> None:
    wish, allergy = "Please book a table at the Golden Fork.", "I am allergic to peanuts."
    booked = call("book_table", {"status": "booked"}, Outcome.CONFIRMED, place="Golden Fork")
    spoken = heard(user(wish), agent("For when?"), user(allergy), booked)
    assert [(one.statement.text, one.is_settled) for one in spoken if one.said.speaker is Speaker.CUSTOMER] == [
        (wish, True), (allergy, False),
    ]  # fmt: skip


def test_a_question_that_an_agent_asks_again_with_other_values_is_quoted_only_the_last_time() -> None:
    brief = written(
        user("I want to reserve a table for two."),
        agent("Shall I reserve a table at Rossi at 18:00?"),
        user("No, I would rather go later than that."),
        agent("Shall I reserve a table at Rossi at 20:30?"),
        user("I first have to ask my wife about it."),
    )
    assert "20:30" in brief.text
    assert "18:00" not in brief.text


def test_what_a_customer_asks_again_with_other_values_stays() -> None:
    spoken = heard(
        user("Is a table at Rossi free at 18:00?"), agent("Only later."), user("Is a table at Rossi free at 20:30?")
    )
    assert [one.statement.text[-6:] for one in spoken if one.said.speaker is Speaker.CUSTOMER] == ["18:00?", "20:30?"]


ORDERS = [
    one
    for number in range(12)
    for one in (
        user(f"My order {7000 + number} has not arrived yet, it was due on May {number + 1}."),
        agent(f"Order {7000 + number} is still in our warehouse in Hall {number + 3}."),
    )
]
LAST = "The driver went past our house again today without ringing."
LONG = "A neighbour saw with her own eyes how your driver went past our house today without so much as slowing down"
NOTED = "I have put down all that you said about the driver in a complaint that goes to the head of our depot at once"


def test_how_the_conversation_ended_is_quoted_however_much_was_said_before() -> None:
    text = written(*ORDERS, user(LAST), agent(NOTED)).text
    assert LAST in text
    assert NOTED in text


def test_how_the_conversation_ended_is_quoted_also_where_little_room_is_left_of_what_is_read_first() -> None:
    facts = [slot(f"detail {number}", f"value {number} of many small things here") for number in range(9)]
    text = written(*facts, *ORDERS, user(LONG), agent(NOTED)).text
    assert LONG in text
    assert NOTED in text


def test_the_ending_is_what_the_customer_said_last_and_the_agent_after_it_but_no_small_talk() -> None:
    spoken = heard(
        user("My order 7001 is late."),
        agent("It is in our warehouse in Hall 3."),
        user(LAST),
        agent("I will file a complaint with the driver's depot in Kassel."),
        user("Thanks, bye!"),
    )
    assert [one.statement.text for one in quoting.ending(spoken, 0, [])] == [
        LAST,
        "I will file a complaint with the driver's depot in Kassel.",
    ]


BARE = ("Yes.", "7", "No, not that one.")
FULL = ("Yes, Thursday is good, but please not before 9.", "Doctor Lindgren in room four, please.")


@pytest.mark.parametrize("reply", BARE)
def test_a_bare_answer_has_its_question(reply: str) -> None:
    question = "Does Thursday at 10 suit you?"
    memories = numbered([user("I want to move my appointment."), agent(question), user(reply)])
    answer = of(heard(*memories), reply)
    assert (answer.asked, answer.asked_in) == (question, memories[1].id)
    (alone,) = quoting.lines(SectionName.SAID, [answer])
    assert (alone.line.reply_to, alone.line.memory_ids) == (question, [memories[2].id, memories[1].id])


@pytest.mark.parametrize("reply", FULL)
def test_a_full_answer_has_no_question(reply: str) -> None:
    spoken = heard(user("I want to move my appointment."), agent("Does Thursday at 10 suit you?"), user(reply))
    assert {one.asked for one in spoken} == {""}


def test_a_question_that_is_quoted_right_before_its_answer_is_not_told_with_it_too() -> None:
    spoken = heard(user("I want to move it."), agent("**Does Thursday at 10 suit you?**"), user("Yes."))
    question, answer = quoting.lines(SectionName.SAID, [one for one in spoken if one.statement.turn > 0])
    assert (question.line.text, answer.line.reply_to) == ("Does Thursday at 10 suit you?", None)


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("Shall I book the Hyatt for you?", "Yes, please do! I don't want to go to London."),
        ("¿Le reservo la habitación?", "Sí, por favor. La otra no la quiero."),
    ],
)
def test_a_yes_whose_message_goes_on_to_decline_something_else_is_quoted_with_that(question: str, reply: str) -> None:
    spoken = heard(user("I want to book a room in Lyon from Monday."), agent(question), user(reply))
    (line,) = quoting.lines(SectionName.SAID, [spoken[-1]])
    assert line.line.text == reply


@pytest.mark.parametrize(
    ("weekday", "question", "day", "later"),
    [
        ("Saturday", "What day of the month?", "The 30th is good.", "Will it rain in Detroit on Saturday?"),
        ("Am Samstag.", "Welcher Tag im Monat?", "Der 30. Mai wäre gut.", "Wird es am Samstag regnen?"),
        ("El sábado.", "¿Qué día del mes?", "El 30 de mayo.", "¿Va a llover el sábado?"),
    ],
)
def test_a_weekday_for_which_another_day_of_the_month_was_given_is_not_the_next_one(
    weekday: str, question: str, day: str, later: str
) -> None:
    begins = (user("I need a flight from Chicago to Detroit."), agent("When?"), user(weekday))
    ends = (agent("American has one for 247 dollars."), user(later))
    given = quotes(written(*begins, agent(question), user(day), *ends))
    assert [line.dates for line in given if line.text == later] == [[]]
    next_one = quotes(written(*begins, *ends))
    assert [line.dates for line in next_one if line.text == later] == [[date(2026, 3, 7)]]


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Which airline is the first?", "It is American."),
        ("Von welcher Airline ist der erste?", "Der ist von American."),
        ("第一个是哪家航空公司的？", "是美国航空的。"),
    ],
)
def test_what_a_customer_asked_and_was_told_is_not_wanted_any_more(question: str, told: str) -> None:
    begins = (user("I need a flight from Chicago to Detroit."), agent("There is one at 9 and one at 12."))
    spoken = heard(*begins, user(question), agent(told), user("Then please book me the first one."))
    assert question not in [one.statement.text for one in quoting.asks(spoken, 0)]
    open_still = heard(*begins, user(question))
    assert question in [one.statement.text for one in quoting.asks(open_still, 0)]


def test_where_room_is_short_what_was_settled_gives_way_to_what_is_open() -> None:
    spoken = heard(
        user("Please book me a compact car from the 3rd to the 6th of June."),
        call("book_car", {"order": "RC-5518"}, model="compact", start="2026-06-03", end="2026-06-06"),
        agent("The compact is booked. Whether there is a child seat I have to ask at the counter."),
    )
    settled, is_open = of(spoken, "Please book"), of(spoken, "child seat")
    assert settled.is_settled
    assert settled.weights.keep > is_open.weights.keep
    done, rest = quoting.lines(SectionName.SAID, [settled, is_open])
    assert done.weight < rest.weight


MARKED = (
    user("What does **the Basic plan** cost?"),
    agent("## Plans\n- **Basic**: 20 euros a month\n- __Plus__: 35 euros a month with `snake_case_name`"),
    user("I take **Plus** from 1 May, 2 * 3 licences, my account is **ACC-4521**."),
)


def test_marks_of_markdown_are_taken_out_of_quotes_and_names_stay() -> None:
    brief = written(*MARKED)
    said = " ".join(line.text for line in quotes(brief))
    assert "I take Plus from 1 May, 2 * 3 licences, my account is ACC-4521." in said
    assert "Basic: 20 euros a month" in said
    assert "Plus: 35 euros a month with `snake_case_name`" in said
    assert "**" not in brief.text
    assert "##" not in brief.text


def test_what_is_quoted_without_its_marks_does_not_count_as_left_out() -> None:
    found = written(*MARKED).quality
    assert found is not None
    assert not {FindingCode.LEFT_OUT, FindingCode.NOTHING_FOUND} & {one.code for one in found.findings}


def test_marks_of_markdown_are_found_in_time_that_grows_with_the_text_alone() -> None:
    started = time.process_time()
    for piece in ("#", "- ", "**", "__", "1. ", "* - "):
        hearing.without_marks(piece * (100_000 // len(piece)))
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("wish", "refusal"),
    [
        ("Ich suche ein vegetarisches Restaurant in Graz.", "Leider haben wir dort keines."),
        ("Мне нужен слесарь сегодня вечером.", "К сожалению, сегодня свободных мастеров нет."),
        ("Vorrei un parrucchiere che parli inglese.", "Mi dispiace, non ne abbiamo."),
    ],
)
def test_what_the_agent_refused_stands_with_its_refusal(wish: str, refusal: str) -> None:
    told = [user(wish), agent(refusal), user("Ok.")]
    [line] = lines(written(*told), SectionName.ASK)
    assert line.since == [f"→ “{refusal}”"]
    assert line.memory_ids == [one.id for one in numbered(told)[:2]]


def test_a_wish_that_the_agent_goes_into_has_no_refusal_beside_it() -> None:
    told = [user("I need the blue tiles."), agent("They don't cost more than the white ones. How many?"), user("Ten.")]
    assert heard(*told)[0].then is None


def test_what_a_refused_wish_was_changed_to_takes_the_place_of_the_refusal() -> None:
    told = [
        user("I am looking for a Korean restaurant."),
        agent("I'm sorry, there are no Korean restaurants."),
        user("Then I would like a Turkish restaurant instead, please."),
    ]
    wish = of(heard(*told), "Korean")
    assert wish.then is not None
    assert "Turkish" in wish.then.statement.text


def test_a_time_that_a_tool_was_called_with_later_in_another_way_is_known_however_it_is_written() -> None:
    told = [
        user("Please move my appointment to March 7th at 2:30 pm."),
        call("book_appointment", {"status": "failed"}, date="2026-03-07", time="14:30"),
        agent("That is taken. What about 2 pm?"),
        user("Sure."),
        call("book_appointment", {"status": "ok"}, date="2026-03-07", time="14:00"),
    ]
    assert [one.shown for one in heard(*told)[0].since] == ["time: 14:30 → 14:00"]


def test_an_answer_to_a_question_goes_on_with_the_wish_that_was_asked_about_though_it_is_a_wish_in_its_words() -> None:
    wish, _, answer = heard(
        user("I am looking for a bakery."),
        agent("Which town do you want me to search in?"),
        user("I want one in Köln."),
    )
    assert answer.thread == wish.thread >= 0


def test_a_wish_that_is_changed_twice_has_the_last_change_beside_the_first_one() -> None:
    spoken = heard(
        user("Ich möchte einen Tisch für zwei Personen um 18 Uhr."),
        agent("Um 18 Uhr ist leider nichts frei."),
        user("Dann lieber um 19 Uhr."),
        agent("Auch um 19 Uhr ist leider nichts frei."),
        user("Dann nehme ich 20 Uhr."),
    )
    first, second, last = (one for one in spoken if one.said.speaker is Speaker.CUSTOMER)
    assert first.thread == second.thread == last.thread >= 0
    assert second.then is not None
    assert second.then.statement == last.statement


def test_a_number_alone_is_not_what_is_wanted_where_there_are_words() -> None:
    spoken = heard(user("5467"), user("my card was stolen"), user("4312"))
    assert [one.statement.text for one in quoting.asks(spoken, 0)] == ["my card was stolen"]


@pytest.mark.parametrize(
    ("wish", "question", "answer"),
    [
        ("Quiero cambiar mi tarjeta de débito.", "¿Dónde vive usted?", "En Sevilla, calle Feria 12."),
        ("Ich brauche einen Termin in der Werkstatt.", "Um welches Auto geht es?", "Ein Golf, Baujahr 2016."),
        ("我想订一个包间。", "请问几位？", "八个人，周五晚上。"),
        ("मुझे अपना पता बदलवाना है।", "नया पता क्या है?", "एमजी रोड 21, पुणे।"),
        ("Please open a change for the router in Cork.", "Which one, and when?", "crk-edge-2, tonight."),
    ],
)
def test_what_answers_a_question_about_a_wish_is_no_change_of_it(wish: str, question: str, answer: str) -> None:
    brief = a_brief(user(wish), agent(question), user(answer))
    assert "→" not in brief.text.split("\n", maxsplit=1)[1]
    assert answer in brief.text


def test_what_is_wanted_besides_stands_behind_no_arrow() -> None:
    told = (
        user("Are there any cinemas in that part of town?"),
        agent("There is the Vue in East Road."),
        user("I also need a train."),
    )
    assert "→ “I also need a train" not in a_brief(*told).text


@pytest.mark.parametrize(
    ("question", "reply", "rest"),
    [
        ("Is it one stop or all of them?", "Just the principal.", "I reseated the pipe and cleaned the pallets."),
        ("Wo liegt der Schlüssel?", "Beim Bäcker.", "Der Hausmeister ist nicht mehr bei uns."),
        ("¿La llevamos al comedor o al patio?", "Al patio.", "El portón lateral está roto, entren por la calle Mayor."),
        ("Posso mandar alguém na quinta ou na segunda.", "Segunda.", "E que ninguém suba no telhado do galpão."),
    ],
)
def test_a_short_reply_stands_with_what_it_answers_though_its_message_goes_on(
    question: str, reply: str, rest: str
) -> None:
    spoken = heard(user("Hello, this is about order 7712."), agent(question), user(f"{reply} {rest}"))
    assert (of(spoken, reply).asked, of(spoken, rest).asked) == (question, "")


def test_a_short_question_answers_nothing() -> None:
    spoken = heard(user("Container MSKX 448120-7, code 8418.10."), agent("Consignee?"), user("Polar Pantry."))
    assert of(spoken, "Consignee?").asked == ""
    assert of(spoken, "Polar Pantry").asked == "Consignee?"


def test_the_same_word_is_another_answer_to_another_question() -> None:
    spoken = heard(
        user("I want to rent a van."),
        agent("Do you need a ramp?"),
        user("No."),
        agent("Do you want the extra insurance?"),
        user("No."),
    )
    assert [one.asked for one in spoken if one.plain == "No."] == [
        "Do you need a ramp?",
        "Do you want the extra insurance?",
    ]


def test_what_stands_beside_its_reply_is_not_quoted_again() -> None:
    brief = written(
        user("Our chamber organ in St Mark's has a cipher on the F sharp, and the concert is on the 20th."),
        agent("Our tuner Mr Pell is free on the 14th, or we send somebody from Hereford on the 11th."),
        user("The 14th. But not before noon, there is a funeral at ten."),
        agent("I will tell him, and he brings a new fuse for the humidifier."),
    )
    assert brief.text.count("Our tuner Mr Pell") == 1
    assert any(line.text.startswith("The 14th.") and line.reply_to for line in quotes(brief))


@pytest.mark.parametrize(
    ("told", "question", "answer"),
    [
        ("Meine Schwiegermutter ist da.", "Hat das Haus einen Hund?", "Zwei, aber die sind eingesperrt."),
        ("We run a sheep station near Ludlow.", "Is the gate open?", "Only from six, but the bridge is closed."),
        ("Bij de bakker op de hoek ligt de sleutel.", "Is Vos nog de beheerder?", "Niet meer, sinds januari."),
    ],
)
def test_an_answer_that_sounds_like_a_change_changes_nothing_that_was_only_told(
    told: str, question: str, answer: str
) -> None:
    spoken = heard(user(told), agent(question), user(answer))
    assert not of(spoken, answer).changes
    assert of(spoken, told).then is None


def test_what_is_declined_is_no_day_where_the_agent_named_none() -> None:
    spoken = heard(
        user("Please send the tuner on the 14th."),
        agent("Noted. Do you want the whole instrument tuned while he is there?"),
        user("No thanks, only the principal. The concert on the 20th was cancelled anyway."),
    )
    assert of(spoken, "the 14th").then is None


def test_what_answers_a_question_about_a_wish_is_not_what_the_wish_was_changed_to() -> None:
    brief = written(
        user("After the meeting I'm headed to the airport, can you give me directions there?"),
        agent("I need your departure and arrival location, time and travel mode please?"),
        user("Departing from 5th and Main at 2PM, headed to the airport. Public transit."),
    )
    assert "→ “Departing" not in brief.text
