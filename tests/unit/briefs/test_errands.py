"""Errands: what was carried out is not asked again, and what is wanted after it is no change of it. Sessions in several
languages, with calls as agents' frameworks record them."""

from dataclasses import replace
from uuid import UUID

import pytest

from tests.builders.briefs import a_brief, a_memory, agent, call, lines, numbered, user
from warmline_memory.briefs.sources import Leg
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.briefs import SectionName
from warmline_schemas.memories import Outcome, Role

BOOKED = call(
    "create_reservation",
    {"reservation": {"id": "R-771", "state": "confirmed"}},
    name="Ferri",
    date="2026-03-07",
    time="20:00",
    party_size=6,
)
TABLE = (
    user("Buonasera, vorrei prenotare per 4 persone sabato alle 20."),
    agent("Buonasera! A che nome?"),
    user("Ferri. Anzi, saremo in 6."),
    BOOKED,
    agent("Prenotato per 6 sabato alle 20."),
)
TICKET = (
    user("Bonjour, je voudrais changer mon billet Lyon-Paris de demain, le 7h04, pour celui de 9h04."),
    agent("Bonjour, votre numéro de dossier s'il vous plaît ?"),
    user("C'est QWZ71L, au nom de Martin Leroy."),
    call("exchange_ticket", {"success": False, "message": "No seats"}, booking="QWZ71L", departure="2026-03-03T09:04"),
    agent("Le 9h04 est complet. Il reste le 8h34 ou le 10h04, avec 12 € de supplément."),
    user("Le 10h04 alors, mais seulement si je garde une place côté fenêtre."),
    call("exchange_ticket", {"success": True, "fee": "12 EUR"}, booking="QWZ71L", departure="2026-03-03T10:04"),
    agent("C'est fait : départ à 10h04, côté fenêtre, 12 € de supplément."),
)
PARCEL = (
    user("你好，我的包裹一直没动，单号是SF88231907。"),
    call("track_shipment", {"code": 0, "data": {"eta": "2026-03-07"}}, tracking_number="SF88231907"),
    agent("您好，包裹预计3月7日送达。"),
    user("7号我不在家，能改到9号吗？"),
    call("reschedule_delivery", {"message": "rescheduled"}, tracking_number="SF88231907", new_date="2026-03-09"),
    agent("已经帮您改到3月9日下午。"),
)
HOTEL = (
    user("I need a hotel in Porto from the 10th to the 13th of April, up to 120 euros a night."),
    call(
        "search_hotels",
        [{"name": "Casa Azul", "price": 95}, {"name": "Ribeira Inn", "price": 118}],
        city="Porto",
        checkin="2026-04-10",
        checkout="2026-04-13",
        max_price=120,
    ),
    agent("There are Casa Azul for 95 and Ribeira Inn for 118."),
    user("Ribeira Inn then."),
    call("book_hotel", {"status": "booked"}, hotel="Ribeira Inn", checkin="2026-04-10", checkout="2026-04-13"),
    agent("Ribeira Inn is booked."),
)


def asked(*memories: SourceMemory) -> str:
    return " ".join(line.text for line in lines(a_brief(*memories), SectionName.ASK))


@pytest.mark.parametrize(
    ("told", "more", "past"),
    [
        (TABLE, "Grazie. Ah, serve anche un seggiolone per un bimbo.", "4 persone"),
        (TICKET, "Par contre j'avais une carte avantage, le supplément devrait être remboursé.", "7h04"),
        (PARCEL, "另外地址也要改，改成朝阳区建国路。", "9号"),
        (HOTEL, "And what about getting around, is there a tram from the hotel to the beach?", "120 euros"),
    ],
)
def test_what_was_carried_out_is_not_asked_again_and_what_is_wanted_after_it_is(
    told: tuple[SourceMemory, ...], more: str, past: str
) -> None:
    wanted = asked(*told, user(more))
    assert past not in wanted
    assert more.rsplit(". ", maxsplit=1)[-1].split("，", maxsplit=1)[0] in wanted


def test_what_is_wanted_after_something_was_done_changes_nothing_that_was_wished_before() -> None:
    told = (*TABLE, user("E se piove vorremmo stare dentro, il tavolo è fuori?"))
    assert not any(line.since or line.continues for line in lines(a_brief(*told), SectionName.ASK))


def test_a_wish_for_something_else_beside_what_was_done_stays_open() -> None:
    two = user("Please book a table for 2 at 7, and one for 4 at 9 as well.")
    booked = call("book_table", {"status": "booked"}, people=2, time="19:00")
    assert "for 4 at 9" in asked(two, booked, agent("Your table for 2 at 7 is booked."), user("Thanks."))


def test_what_a_person_said_they_could_not_do_is_told_whatever_a_tool_did_later() -> None:
    person = a_memory(
        "The moving fee I could not waive, that is for billing to decide.", role=Role.AGENT, agent="human:ana"
    )
    told = (
        person,
        user("Please send the confirmation to omar@haddad.example."),
        call("send_confirmation", {"accepted": True, "status": "sent"}, to="omar@haddad.example"),
        agent("It is on its way."),
    )
    assert "The moving fee I could not waive" in a_brief(*told).text


def test_after_all_that_was_asked_since_a_person_helped_is_done_the_open_wish_before_them_is_asked() -> None:
    wish = user("Please move my line to 14 Elm Court, and get the fee of $60 waived.")
    helped = Leg("human:ana", [a_memory("I ordered the move.", role=Role.AGENT, agent="human:ana", number=3)])
    told = (
        user("Please send the confirmation to omar@haddad.example."),
        call("send_confirmation", {"status": "sent"}, to="omar@haddad.example"),
    )
    brief = a_brief(*told, before=(Leg("bot", [wish]), helped))
    assert "get the fee of $60 waived" in " ".join(line.text for line in lines(brief, SectionName.ASK))


def test_a_question_that_ends_the_conversation_is_asked_with_what_it_is_about() -> None:
    told = (
        agent("We wachten nog op de aankoopbon."),
        user("De bon heb ik niet meer, wel een bankafschrift. Is dat goed?"),
    )
    assert "Is dat goed?" in asked(*told)


def test_nothing_is_quoted_twice_where_a_few_words_of_it_go_with_others() -> None:
    told = (
        user("Chciałabym przełożyć wizytę u dr Nowak na czwartek."),
        agent("W czwartek nie ma wolnych terminów. Najbliższy to piątek 6 marca o 12:20."),
        user("Piątek też może być, ale po 15."),
        agent("Po 15 jest jeden termin, o 16:40."),
        user("Dobrze, proszę ten 16:40. Czy mam być na czczo?"),
    )
    assert a_brief(*told).text.count("W czwartek nie ma wolnych terminów.") <= 1


def test_a_name_that_was_given_is_no_wish_that_is_refused() -> None:
    text = a_brief(*TICKET[:5]).text
    assert "Martin Leroy.” →" not in text


def test_arguments_in_another_language_than_the_conversations_are_told() -> None:
    told = (
        user("原来的地址是旧的，请改成朝阳区建国路88号。"),
        call("update_address", {"status": "updated"}, Outcome.CONFIRMED, address="No. 88 Jianguo Road, Chaoyang"),
    )
    [line] = lines(a_brief(*told), SectionName.DONE)
    assert line.text == "address: No. 88 Jianguo Road, Chaoyang → updated"


def test_what_was_said_about_an_open_wish_of_an_earlier_session_is_told_after_other_errands() -> None:
    wish = [
        user("I need to get to my job interview, please find me a way."),
        agent("Where do you need to go?"),
        user("Craig and Center."),
        agent("How do you want to travel?"),
        user("Public transit"),
    ]
    errand = [
        user("Please book two tickets for the Funtcase show in Toronto on March 1st."),
        call("buy_tickets", {"status": "booked"}, show="Funtcase", city="Toronto", date="2026-03-01", count=2),
        agent("Your two tickets for Funtcase are booked."),
        user("I will stay on the line."),
    ]
    numbered_apart = [replace(one, id=UUID(int=100 + place)) for place, one in enumerate(errand)]
    before = [Leg("bot", numbered(wish)), *(Leg(f"desk-{hop}", numbered_apart) for hop in range(2))]
    assert "Public transit" in a_brief(*errand, before=before).text


def test_a_change_of_another_session_settles_no_wish_that_only_goes_on_with_its_own() -> None:
    wish = [
        replace(user("Could you find me a concert in Sacramento on March 10th?"), agent="bot"),
        replace(agent("How about the Aftershock festival?"), agent="bot"),
    ]
    house = [
        user("Please look for a house in London from next Monday until the 7th of this month."),
        call("book_house", {"status": "booked"}, city="London", check_in="2026-03-04", check_out="2026-03-07"),
        agent("It is booked."),
    ]
    brief = a_brief(*(replace(one, agent="desk") for one in house), before=[Leg("bot", wish)])
    assert "Sacramento" in " ".join(line.text for line in lines(brief, SectionName.ASK))


def test_what_is_wanted_besides_after_something_was_done_is_asked_with_what_was_told_of_it() -> None:
    wish = "Could you also book a train from Norwich that arrives by 14:15?"
    more = (agent("Certainly. On which day will you travel?"), user("I'll be coming into town on Wednesday."))
    wanted = asked(*HOTEL, user(wish), *more)
    assert wish in wanted
    assert "on Wednesday" in wanted


def by(name: str, *memories: SourceMemory, first: int) -> Leg:
    """A session of this agent, its memories numbered from ``first`` on."""
    return Leg(name, [replace(one, agent=name) for one in numbered(memories, first)])


def asked_after(wish: tuple[SourceMemory, ...], errand: tuple[SourceMemory, ...]) -> str:
    """What a brief asks for after a wish to one agent and an errand that another one carried out."""
    before = [by("bot", *wish, first=100), by("desk", *errand, first=200)]
    brief = a_brief(user("OK."), before=before)
    return " ".join(line.text for line in lines(brief, SectionName.ASK))


@pytest.mark.parametrize(
    ("wish", "errand", "past"),
    [
        (
            (
                user("Mein Auto zieht beim Bremsen nach rechts, ich brauche einen Termin in der Werkstatt in Ulm."),
                agent("Das sehen wir uns an, wir melden uns."),
            ),
            (
                user("Ich hätte außerdem gern vier Winterreifen von Vredestein."),
                agent("Sollen wir sie in die Filiale liefern?"),
                user("Ja, bitte bestellen Sie."),
                call("order_tires", {"status": "ordered"}, Outcome.CONFIRMED, brand="Vredestein", count=4),
                agent("Die Winterreifen sind bestellt."),
            ),
            "Winterreifen",
        ),
        (
            (user("Mi perro no come desde el lunes y necesito que lo vea un veterinario."), agent("Un momento.")),
            (
                user("Quiero una habitación en el Hostal Miramar. Necesito 5 noches desde el jueves para 6 personas."),
                agent("Lo siento, no hay habitaciones para tantas noches. ¿Quiere probar con menos?"),
                user("Pruebe entonces con 1 noche, gracias."),
                call("book_hotel", {"status": "booked"}, Outcome.CONFIRMED, hotel="Hostal Miramar", nights=1, people=6),
                agent("Reservado."),
            ),
            "5 noches",
        ),
        (
            (user("Mijn cv-ketel geeft foutcode en het huis wordt niet warm, kan er een monteur komen?"),),
            (
                user("Ik zoek ook een museum in het centrum. Welk museum raadt u aan?"),
                agent("Het Stedelijk Museum. Zal ik kaarten reserveren?"),
                user("Is dat goedkoop? Het moet goedkoop zijn."),
                agent("Nee, maar het Scheepvaartmuseum is dat wel."),
                user("Dan graag twee kaarten daarvoor op zondag."),
                call(
                    "buy_tickets",
                    {"status": "booked"},
                    Outcome.CONFIRMED,
                    venue="Scheepvaartmuseum",
                    area="centrum",
                    kind="museum",
                    count=2,
                ),
                agent("De kaarten zijn gekocht."),
            ),
            "museum",
        ),
        (
            (user("Faturamda anlamadığım bir ücret var, bunun ne olduğunu öğrenmek istiyorum."),),
            (
                user("Lütfen cuma günü için Ayla adına dört kişilik masa ayırtın."),
                agent("Saat kaçta?"),
                user("Yedide."),
                call("reserve_table", {"status": "confirmed"}, Outcome.CONFIRMED, name="Ayla", people=4, time="19:00"),
                agent("Masanız ayrıldı."),
            ),
            "masa",
        ),
    ],
)
def test_an_errand_that_another_agent_carried_out_is_not_asked_and_the_wish_before_it_is(
    wish: tuple[SourceMemory, ...], errand: tuple[SourceMemory, ...], past: str
) -> None:
    wanted = asked_after(wish, errand)
    assert wish[0].content in wanted
    assert past not in wanted


def test_whose_the_one_thing_is_that_was_found_is_told_where_the_agent_said_it() -> None:
    contract = {"contract": "V-5512", "customer_id": "KD-88120", "meters": [{"meter_id": "ZX-7001"}]}
    told = (
        user("Bonjour, c'est pour mon contrat, je n'ai plus mon numéro de client."),
        call("get_contract", contract, contract="V-5512"),
        agent("Votre numéro de client est KD-88120, et votre compteur le ZX-7001."),
        user("Merci. Je voudrais changer de tarif."),
    )
    known = [line.text for line in lines(a_brief(*told), SectionName.IDENTIFIERS)]
    assert "KD-88120" in known
    assert "ZX-7001" not in known
