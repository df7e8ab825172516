"""For strangers: what somebody who was not there must not misread: cut sentences, open questions, tries that failed."""

from dataclasses import replace

import pytest

from tests.builders.briefs import a_brief, agent, call, lines, numbered, slot, texts, user
from warmline_memory.briefs import hearing, quoting
from warmline_memory.briefs.hearing import Spoken
from warmline_memory.briefs.templates import BUILT_IN
from warmline_memory.language.statements import goes_on
from warmline_memory.reading import read
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.briefs import Brief, SectionName
from warmline_schemas.memories import Outcome

OPENING = user("I want to book a table at the Harbour Grill in Bergen for Friday.")


def heard(*memories: SourceMemory) -> list[Spoken]:
    return hearing.heard(read(numbered(memories)), "")


def written(*memories: SourceMemory) -> Brief:
    return a_brief(*memories, template=BUILT_IN["support"])


def asked(*memories: SourceMemory) -> list[str]:
    return [one.statement.text for one in quoting.asks(heard(*memories), 0)]


@pytest.mark.parametrize("question", ["How is the Grand Hotel in the east?", "هل يوجد موقف سيارات؟"])
def test_a_question_that_nobody_answered_yet_is_what_is_wanted(question: str) -> None:
    said = (OPENING, agent("There is a table for you at 7 pm on Friday."), user(question))
    assert question in asked(*said)
    assert question not in asked(*said, agent("I have looked it up for you and told you all about it."))


def test_a_wish_that_says_nothing_alone_has_the_words_beside_it() -> None:
    problem = "I'm in the mood for a traditional Thai restaurant tonight and want some expensive fine dining."
    wish = "Can you help me find a perfect place?"
    assert asked(user(f"{problem} {wish}")) == [problem, wish]


@pytest.mark.parametrize(
    ("wish", "instead", "city"),
    [
        ("Get me train tickets from Anaheim", "Going from Sacramento to Phoenix on March 8th", "Sacramento"),
        ("Ich brauche Fahrkarten aus München", "Es geht aus Salzburg nach Wien, zwei Personen", "Salzburg"),
    ],
)
def test_a_name_takes_the_place_of_another_behind_the_same_word_where_a_tool_was_called_with_it(
    wish: str, instead: str, city: str
) -> None:
    question = agent("Which city are you going to, and on which day?")
    found = call("find_trains", [{"departs": "06:30"}], station=city)
    assert any(one.changes for one in heard(user(wish), question, user(instead), found))
    assert not any(one.changes for one in heard(user(wish), question, user(instead)))


@pytest.mark.parametrize(
    ("before", "after", "is_cut"),
    [
        ("the new trap that the plumber", " brought in April", True),
        ("It leaks.", " Please come.", False),
        ("水が漏れます。", "すぐ来てください", False),
        ("- one\n", "- two", False),
        ("It leaks", "", False),
    ],
)
def test_a_sentence_goes_on_unless_a_mark_or_a_line_ends_it(before: str, after: str, *, is_cut: bool) -> None:
    assert goes_on(before, after) is is_cut


def test_a_part_of_a_long_sentence_is_marked_as_one() -> None:
    words = " and then ".join(f"the pump in hall {number} of building {number} ran dry" for number in range(3, 9))
    parts = heard(user(words))
    assert len(parts) > 2
    first, second, last = (
        quoting.lines(SectionName.SAID, [one])[0].line.text for one in (parts[0], parts[1], parts[-1])
    )
    assert (first[-1], second[0], second[-1], last[0]) == ("…",) * 4
    assert (first[0], last[-1]) == ("t", "y")


def test_a_question_is_quoted_with_its_answer_or_not_at_all() -> None:
    said = (
        OPENING,
        agent("There is one at 7 pm."),
        user("May I know what the menu of five courses costs?"),
        agent("It is 95 euros."),
        agent("The kitchen closes at 10 pm."),
    )
    spoken = heard(*said)
    choice = quoting.Choice(spoken, answers=quoting.answers(spoken))
    for room in range(4, 40):
        quoted = [one.statement.text for one in quoting.chosen(choice, room)]
        assert (said[2].content in quoted) <= (said[3].content in quoted)
    assert said[2].content in quoted


def test_what_a_tool_did_not_say_is_told_in_the_agents_words() -> None:
    sent = call("send_reply", {"message": "See you there"}, host="Alexis", guest="Ben")
    said = user("Please tell Alexis that I come to the party, my name is Ben.")
    brief = written(said, sent, agent("Great, your reply is sent and confirmed!"))
    [line] = lines(brief, SectionName.DONE)
    assert line.text.endswith("→ agent: “Great, your reply is sent and confirmed!”")
    assert line.outcome is Outcome.UNKNOWN
    assert len(line.memory_ids) == 2
    [silent] = texts(written(said, sent, user("And?")), SectionName.DONE)
    assert "agent" not in silent


def test_a_wish_is_settled_by_the_agents_word_but_not_by_a_refusal() -> None:
    wish = user("Please cancel my subscription 5521.")
    tried = call("cancel_subscription", {"note": "?"}, subscription=5521)
    told, refused, unsaid = (
        heard(wish, tried, after)[0].is_settled
        for after in (
            agent("Your subscription 5521 is cancelled now."),
            agent("I am very sorry, but it cannot be cancelled."),
            user("Hello?"),
        )
    )
    assert (told, refused, unsaid) == (True, False, False)


def test_what_failed_before_with_other_values_is_told_with_the_last_failure() -> None:
    first = call("book_table", {"error": "not available"}, Outcome.FAILED, food="thai", time="19:00", people="3")
    last = call("book_table", {"error": "fully booked"}, Outcome.FAILED, food="chinese", time="19:00", people="3")
    said = user("A table for 3 at 19:00, thai or chinese.")
    brief = written(said, first, last)
    [line] = lines(brief, SectionName.FAILED)
    assert line.text.endswith("→ fully booked; food: thai → not available")
    assert len(line.memory_ids) == 2
    assert texts(written(said, last, slot("city", "Bergen")), SectionName.FAILED)[0].endswith("fully booked")


@pytest.mark.parametrize("number", ["PL-88213-07.", "NL557102", "5467"])
def test_a_number_with_letters_is_no_wish(number: str) -> None:
    problem = "Dzień dobry, mój rachunek za prąd za maj wynosi 1240 zł, a zwykle płacę około 300."
    assert asked(user(problem), agent("Poproszę numer klienta."), user(number)) == [problem]


def test_what_a_conversation_began_with_is_asked_beside_a_later_wish_but_not_anger_alone() -> None:
    began = "Buongiorno, vedo un addebito di 389,90 euro da TechNova che non ho mai fatto."
    wish = "Vorrei anche cambiare il mio indirizzo, per favore."
    assert asked(user(began), agent("Lo vedo anch'io."), user(wish)) == [began, wish]
    anger, calm = "This is ridiculous, I am furious!", "Could you send the tracking to my new number?"
    assert asked(user(anger), agent("I found it, it leaves tonight."), user(calm)) == [calm]


def test_the_wish_that_was_spoken_of_last_is_read_last() -> None:
    spoken = heard(user("I need a hotel in Bergen."), user("My invoice 8830 is wrong."), user("Make it Oslo."))
    wishes = [replace(one, thread=thread) for one, thread in zip(spoken, (0, 1, 0), strict=True)]
    wishes[-1] = replace(wishes[-1], changes=True)
    asks, said = (
        [draft.thread for draft in sorted(quoting.lines(section, wishes), key=lambda draft: draft.place)]
        for section in (SectionName.ASK, SectionName.SAID)
    )
    assert (asks, said) == ([1, 0, 0], [0, 0, 1])


def test_a_birthday_takes_the_place_of_no_other_day() -> None:
    pain, born = "J'ai mal à une dent depuis hier soir.", "Oui, Camille Laurent, née le 3 mars 1988."
    said = heard(user(pain), agent("Êtes-vous déjà patiente chez nous ?"), user(born))
    assert not any(one.changes for one in said)


def test_a_change_settles_earlier_words_with_a_value_of_its_own_and_no_other_wish() -> None:
    said = (
        user("I need a taxi to the station on Monday."),
        user("I would like a hotel in the north."),
        agent("There is none in the north, would you like a guesthouse?"),
        user("Let's try a guesthouse instead please."),
        agent("The Acorn would suit you."),
        user("Book it for 3 people from Thursday."),
        call("book_hotel", {"reference": "QX88"}, Outcome.CONFIRMED, area="north", type="guesthouse", people="3"),
        agent("It is booked."),
    )
    settled = [one.statement.text for one in heard(*said) if one.is_settled]
    assert {said[1].content, said[5].content} <= set(settled)
    assert said[0].content not in settled


def test_the_first_words_are_what_is_wanted_rather_than_an_answer_about_them() -> None:
    wish = "We would like to borrow the Ammonite slab, inventory 1904.77, for our show from September."
    answer = "50 % humidity, 20 degrees, our own policy covers up to 400,000 euros."
    assert asked(user(wish), agent("What climate can you keep, and who insures it?"), user(answer)) == [wish]


def test_a_time_that_the_agent_offers_beside_the_wished_one_takes_its_place_in_scripts_without_blanks() -> None:
    said = heard(
        user("朝7時でお願いします。"), agent("7時は満席です。6時半か8時でしたらご用意できます。"), user("では6時半で。")
    )
    assert said[-1].changes
    assert said[0].then is not None
    assert said[0].then.plain == said[-1].plain


def test_what_declines_an_offer_changes_no_wish_of_something_else() -> None:
    said = heard(
        user("quero fechar o braço com uma onça, orçamento pra julho"),
        agent("Tem alguma alergia?"),
        user("minha irmã quer uma borboleta no pulso, mas ela marca depois"),
        agent("Anotado. Posso reservar 4 e 18 de julho?"),
        user("4 não dá, 11 e 18"),
    )
    changed = [one.plain for one in said if one.then is not None]
    assert changed == ["Posso reservar 4 e 18 de julho?"]


def test_what_goes_on_with_a_wish_in_a_row_of_its_own_stands_where_it_was_said() -> None:
    brief = written(
        user("Moi, tarvitsen nuohoojan mökille Padasjoelle, takka ei ole vedetty kahteen vuoteen."),
        agent("Selvä. Mikä on kiinteistön osoite?"),
        user("Rantatie 88. Ensi viikolla sopii vain torstai, lukko on koodilla."),
        agent("Torstaina kello 10 on vapaata, hinta 95 euroa."),
        user("Sopii. Naapurikin haluaa, Rantatie 90, sama päivä jos mahdollista."),
    )
    said = [line.memory_ids[0].int for line in lines(brief, SectionName.SAID)]
    assert said == sorted(said)


def test_what_corrects_an_answer_in_its_message_changes_no_other_wish() -> None:
    said = heard(
        user("Hola, quiero saber el saldo de mi cuenta 4471."),
        agent("Su saldo es de 1.240,55 euros."),
        user("Gracias. Necesito un préstamo de 8.000 euros para un coche."),
        agent("¿En cuántos años quiere devolverlo?"),
        user("En cuatro. Bueno, mejor en cinco."),
    )
    assert [one.plain for one in said if one.then is not None] == ["En cuatro."]


def test_what_was_found_of_a_thing_with_a_short_chinese_name_stands_with_what_was_booked() -> None:
    found = [{"model": "朗逸", "address": "浦东机场P2停车场"}, {"model": "凯美瑞", "address": "川沙路88号"}]
    brief = written(
        user("我想租一辆车，浦东机场取车。"),
        call("search_cars", found, pickup="浦东机场"),
        agent("有朗逸和凯美瑞。"),
        user("要朗逸。"),
        call("book_car", {"order": "RC-5518"}, model="朗逸"),
    )
    [line] = lines(brief, SectionName.DONE)
    assert "浦东机场P2停车场" in line.text
    assert "川沙路88号" not in brief.text
