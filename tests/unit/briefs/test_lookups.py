"""What a brief tells of the last lookup: how much was found, and which of it was spoken of."""

from uuid import UUID

import pytest

from tests.builders.briefs import a_brief, agent, call, user
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.briefs import BriefLine, SectionName

FOUND = [
    {"name": "Hotel Bryggen", "address": "Torget 1"},
    {"name": "Hotel Nordnes", "address": "Kaien 7"},
    {"name": "Hotel Fløyen", "address": "Bakken 3"},
]
ASKED = user("Which hotels are there in Bergen?")


def situation(*said: str) -> str:
    told = [ASKED, call("find_hotels", FOUND, city="Bergen"), *(agent(one) for one in said)]
    [line] = [line for one in a_brief(*told).sections if one.name is SectionName.SITUATION for line in one.lines]
    return line.text


def test_a_lookup_tells_of_the_one_that_was_named_last() -> None:
    told = situation("Hotel Bryggen has a room for 90 euros.", "Or there is Hotel Nordnes with a pool.")
    assert told == "city: Bergen → 3 found: name Hotel Nordnes, address Kaien 7"


def test_a_lookup_of_which_nothing_was_named_tells_how_many_were_found() -> None:
    assert situation() == "city: Bergen → 3 found"


def test_a_lookup_tells_what_no_other_line_has() -> None:
    found = {"therapist": "Ane Lie", "street": "Torget 1", "opens": "08:30", "closes": "16:00", "rating": 4.5}
    told = [
        user("I need a therapist in Bergen."),
        call("find_therapist", found, city="Bergen"),
        agent("Ane Lie has time tomorrow at 10, in Torget 1."),
        user("Please book that."),
        call("book_appointment", {"error": "the calendar is closed"}, therapist="Ane Lie", time="10:00"),
    ]
    text = a_brief(*told).text
    assert "find therapist: city: Bergen → street Torget 1, opens 08:30, closes 16:00" in text


def done(*told: SourceMemory) -> BriefLine:
    [line] = [one for section in a_brief(*told).sections if section.name is SectionName.DONE for one in section.lines]
    return line


@pytest.mark.parametrize(("flag", "tried", "meant"), [("mode", "preview", "commit"), ("dryRun", True, False)])
def test_a_change_stands_with_what_its_trial_found_and_was_said_of_it(flag: str, tried: object, meant: object) -> None:
    asked = {"vehicle": "Lastenrad", "day": "Freitag"}
    line = done(
        user("Ich brauche am Freitag ein Lastenrad."),
        call(
            "rent",
            {"message": "Free", "vehicle": "Elektroroller", "price": "38 EUR", "rack": 7},
            **asked,
            **{flag: tried},
        ),
        agent("Frei ist ein Elektroroller für 38 EUR. Soll ich?"),
        user("Ja, bitte."),
        call("rent", {"message": "Rented"}, **asked, **{flag: meant}),
    )
    assert line.text.endswith("→ Rented, vehicle Elektroroller, price 38 EUR")
    assert len(line.memory_ids) == 2


@pytest.mark.parametrize(
    ("wish", "search", "offer", "yes", "change", "expected"),
    [
        (
            "Ich brauche einen Zahnarzt in Bonn.",
            call(
                "zahnarzt_suchen", [{"name": "Dr. Pohl", "ort": "Am Hof 12"}, {"name": "Dr. Roth", "ort": "Am Hof 3"}]
            ),
            "Dr. Roth hat am Dienstag um 9 Uhr frei.",
            "Gut, den nehme ich.",
            call("termin_buchen", {"status": "gebucht"}, name="Dr. Roth", zeit="09:00"),
            ("Am Hof 3", "Am Hof 12"),
        ),
        (
            "Necesito un taller en Valencia.",
            call("buscar_taller", [{"nombre": "Ruiz", "en": "Mayor 8"}, {"nombre": "AutoSol", "en": "Puerto 40"}]),
            "AutoSol puede hacerlo mañana.",
            "Perfecto, resérvelo.",
            call("reservar_cita", {"estado": "confirmado"}, nombre="AutoSol", dia="mañana"),
            ("Puerto 40", "Mayor 8"),
        ),
        (
            "大阪で焼肉屋を探しています。",
            call("search_tables", [{"name": "焼肉やまと", "at": "梅田1-2-3"}, {"name": "焼肉牛角", "at": "難波4-5"}]),
            "焼肉やまとは金曜の19時に空きがあります。",
            "そこを予約してください。",
            call("book_table", {"status": "confirmed"}, name="焼肉やまと", time="19:00"),
            ("梅田1-2-3", "難波4-5"),
        ),
        (
            "Which switch is free for VLAN 210 in Leeds?",
            call("find_switches", [{"name": "lds-sw-04", "rack": "Row B7"}, {"name": "lds-sw-09", "rack": "Row C2"}]),
            "lds-sw-04 in row B7 has 12 free ports.",
            "Move it there.",
            call("move_vlan", {"status": "done"}, switch="lds-sw-04", vlan=210),
            ("Row B7", "Row C2"),
        ),
    ],
    ids=["dentist, German", "garage, Spanish", "restaurant, Japanese", "network, English"],
)
def test_what_a_lookup_found_of_the_one_that_was_taken_stands_with_the_change(
    wish: str, search: SourceMemory, offer: str, yes: str, change: SourceMemory, expected: tuple[str, str]
) -> None:
    its_own, another = expected
    told = (user(wish), search, agent(offer), user(yes), change)
    line = done(*told)
    assert its_own in line.text
    assert another not in a_brief(*told).text
    assert line.memory_ids == [UUID(int=5), UUID(int=2)]


def test_what_was_found_of_several_is_told_of_none_where_the_change_names_none_of_them() -> None:
    told = [
        user("I need a house in Lisbon for two."),
        call("search_house", [{"street": "Rua 5"}, {"street": "Rua 9"}], city="Lisbon", adults=2),
        agent("There is one in Rua 5, and one in Rua 9."),
        user("The second, please, from the 10th to the 14th."),
        call("book_house", {"status": "booked"}, city="Lisbon", adults=2, check_in="10th", check_out="14th"),
    ]
    assert "Rua" not in done(*told).text
    assert not [one for one in a_brief(*told).sections if one.name is SectionName.SITUATION]


def test_what_an_earlier_result_had_is_not_what_a_change_brought() -> None:
    person = {"user_id": "kari_21", "email": "kari@nord.no"}
    told = [
        user("Please move my flight NR-77 to Friday."),
        call("get_booking_details", {**person, "booking_id": "NR-77"}, booking_id="NR-77"),
        call("update_booking", {**person, "receipt_id": "RC-9001", "status": "ok"}, booking_id="NR-77", day="Friday"),
    ]
    [line] = [one for section in a_brief(*told).sections if section.name is SectionName.DONE for one in section.lines]
    assert "RC-9001" in line.text
    assert "kari" not in line.text


def test_an_identifier_of_a_result_that_the_customer_said_is_told() -> None:
    told = [
        user("My booking is NR-77, and my number with you is kari_21."),
        call("get_booking", {"user_id": "kari_21", "seat_id": "S-14"}, booking_id="NR-77"),
        agent("Thank you, I see it."),
    ]
    lines = [line for one in a_brief(*told).sections if one.name is SectionName.IDENTIFIERS for line in one.lines]
    assert [(line.label, line.text) for line in lines] == [("booking id", "NR-77"), ("user id", "kari_21")]


def test_a_list_that_a_change_was_given_is_told_where_something_of_it_was_spoken_of() -> None:
    told = [
        user("Please put me on DY-620."),
        call(
            "update_booking", {"status": "ok"}, booking_id="NR-77", flights=[{"number": "DY-620", "day": "2026-05-04"}]
        ),
    ]
    [line] = [one for section in a_brief(*told).sections if section.name is SectionName.DONE for one in section.lines]
    assert "flights: DY-620 2026-05-04" in line.text


def identifiers(*told: SourceMemory) -> list[tuple[str | None, str]]:
    lines = [line for one in a_brief(*told).sections if one.name is SectionName.IDENTIFIERS for line in one.lines]
    return [(line.label, line.text) for line in lines]


def test_an_identifier_that_is_a_part_of_what_the_customer_said_is_not_theirs() -> None:
    loans = [{"card_id": "123456", "title": "Sult"}, {"card_id": "1234567", "title": "Pan"}]
    told = [user("Il mio numero di tessera è 1234567."), call("list_loans", loans), agent("Deve restituire Pan.")]
    assert identifiers(*told) == [("card id", "1234567")]


def test_an_identifier_that_the_customer_said_in_parts_is_told() -> None:
    told = [user("Mein Telefon ist +47 5555 12 34."), call("list_customers", {"phone": "+4755551234"}), agent("Danke.")]
    assert identifiers(*told) == [("phone", "+4755551234")]


def test_what_an_earlier_try_of_the_same_tool_brought_is_told_with_its_success() -> None:
    told = [
        user("Jag vill betala faktura F-2201 på 890 kr."),
        call("pay_invoice", {"message": "pending", "receipt": "RC-5501"}, invoice="F-2201", amount=890),
        agent("Har du godkänt den i appen?"),
        user("Nu har jag det."),
        call("pay_invoice", {"message": "completed", "receipt": "RC-5501"}, invoice="F-2201", amount=890),
    ]
    [line] = [one for section in a_brief(*told).sections if section.name is SectionName.DONE for one in section.lines]
    assert line.text.endswith("completed, receipt RC-5501")


def test_a_lookup_tells_a_number_that_another_line_has_under_another_name() -> None:
    told = [
        user("Przelej 450 zł."),
        call("transfer_money", {"status": "scheduled"}, amount=450),
        user("Ile mam na koncie?"),
        call("show_balance", {"balance": 450, "currency": "PLN"}),
    ]
    assert "show balance: balance 450, currency PLN" in a_brief(*told).text


def test_a_list_that_a_change_was_given_is_told_where_each_of_its_rows_was_said() -> None:
    told = [user("Le mardi et le jeudi."), call("enroll_child", {"status": "ok"}, days=["mardi", "jeudi"])]
    assert "enroll child: days: mardi; jeudi" in a_brief(*told).text


def free(**asked: str) -> SourceMemory:
    return call("check_availability", {"available": True, "room": "Blue"}, **asked)


def test_a_lookup_is_not_told_after_a_booking_of_the_same_thing_at_another_time() -> None:
    told = [
        user("Ist Frau Dr. Weiss am Montag um 15 Uhr frei?"),
        free(doctor="Weiss", day="Montag", time="15:00"),
        user("Dann lieber um 17 Uhr, bitte."),
        call("book_appointment", {"status": "booked"}, doctor="Weiss", day="Montag", time="17:00"),
    ]
    assert "15:00" not in a_brief(*told).text


def test_a_lookup_is_not_told_after_a_booking_of_the_same_order_on_another_day_and_time() -> None:
    told = [
        user("処方箋RX-771の薬は金曜日の午後3時に受け取れますか。"),
        free(prescription="RX-771", day="金曜日", time="15:00"),
        user("では土曜日の10時でお願いします。"),
        call("book_pickup", {"status": "booked"}, prescription="RX-771", day="土曜日", time="10:00"),
    ]
    assert "15:00" not in a_brief(*told).text


def test_a_lookup_of_something_else_is_told_after_a_booking() -> None:
    told = [
        user("Ist Frau Dr. Weiss am Montag um 15 Uhr frei?"),
        free(doctor="Weiss", day="Montag", time="15:00"),
        user("Und ein Taxi am Dienstag um 9 Uhr, bitte."),
        call("book_taxi", {"status": "booked"}, day="Dienstag", time="09:00"),
    ]
    assert "day: Montag, time: 15:00 → available True, room Blue" in a_brief(*told).text


def test_the_last_lookup_is_told_though_its_tool_was_called_before_another() -> None:
    told = [
        user("¿Qué tiempo hace en Lugo?"),
        call("get_weather", {"sky": "nublado"}, city="Lugo"),
        user("¿Y qué museos hay?"),
        call("find_museums", {"title": "Museo Provincial"}, city="Lugo"),
        user("¿Y el tiempo en Vigo?"),
        call("get_weather", {"sky": "soleado"}, city="Vigo"),
    ]
    assert "get weather: city: Vigo → sky soleado" in a_brief(*told).text


def test_a_lookup_tells_those_values_first_that_somebody_spoke_of() -> None:
    order = {"shop": "Süd", "made": "2026-02-20", "weight": 3, "parcels": [{"parcel": "P-81"}, {"parcel": "P-92"}]}
    told = [
        user("Wo bleibt meine Bestellung?"),
        call("get_order", order, order_id="B-7001"),
        agent("Das Paket P-81 ist unterwegs, P-92 liegt noch im Lager."),
    ]
    assert "get order: order id: B-7001 → parcel P-81, P-92, shop Süd" in a_brief(*told).text


def test_a_change_tells_what_of_its_result_was_said_though_it_is_a_bare_number() -> None:
    told = [
        user("Réservez la chambre bleue pour deux nuits, s'il vous plaît."),
        call("book_room", {"floor": "trois", "total": 184, "deposit": 55, "status": "ok"}, room="bleue", nights=2),
        agent("C'est réservé, cela fera 184 euros."),
    ]
    assert "room: bleue, nights: 2 → total 184" in a_brief(*told).text


def failed(*calls: SourceMemory) -> list[str]:
    text = a_brief(user("Please change booking NR-77 to Friday, in aisle 4."), *calls)
    return [line.text for one in text.sections if one.name is SectionName.FAILED for line in one.lines]


def test_a_change_that_failed_is_not_told_once_the_same_thing_was_changed_and_paid_otherwise() -> None:
    first = call("update_booking", {"error": "gift card is empty"}, booking_id="NR-77", day="Fri", payment_id="G-5")
    then = call("update_booking", {"status": "ok"}, booking_id="NR-77", day="Fri", payment_id="C-9")
    assert failed(first, then) == []


def test_a_change_that_failed_is_told_where_the_same_customer_changed_another_thing() -> None:
    first = call("cancel_order", {"error": "it was shipped"}, order_id="A-1001", customer_id="K-5")
    then = call("cancel_order", {"status": "ok"}, order_id="A-1002", customer_id="K-5")
    assert failed(first, then) == ["order id: A-1001, customer id: K-5 → it was shipped"]


def test_what_a_tool_is_to_do_is_no_value_that_a_quote_has_and_that_was_changed() -> None:
    told = [
        user("Can you check my balance? And I need a table at Maya."),
        call("table", {"message": "free"}, name="Maya", guests=4, request_type="Check"),
        user("Yes, please."),
        call("table", {"message": "reservation confirmed"}, name="Maya", guests=4, request_type="Book"),
    ]
    assert "Check → Book" not in a_brief(*told).text


def test_two_days_that_were_looked_up_in_a_row_do_not_replace_each_other() -> None:
    told = [
        user("Is there a ferry to Turku on the 28th or on the 29th?"),
        call("find_ferries", None, to="Turku", day="28th"),
        call("find_ferries", None, to="Turku", day="29th"),
        agent("There is none on either day."),
    ]
    assert "28th → 29th" not in a_brief(*told).text


def test_a_day_that_was_looked_up_after_the_customer_asked_for_another_replaces_the_first() -> None:
    told = [
        user("Is there a ferry to Turku on the 28th?"),
        call("find_ferries", None, to="Turku", day="28th"),
        agent("There is none."),
        user("And the day after?"),
        call("find_ferries", {"leaves": "9:15"}, to="Turku", day="29th"),
    ]
    assert "28th → 29th" in a_brief(*told).text


def test_the_one_that_was_spoken_of_has_its_name_also_where_another_line_has_it() -> None:
    found = [{"name": "O Mar", "street": "Rua 5"}, {"name": "Peixaria", "street": "Rua 9"}]
    told = [
        user("Please find a restaurant with fish in Porto."),
        call("search_restaurants", found, city="Porto"),
        agent("O Mar has a table at 19:30."),
        user("Please take it."),
        call("book_table", {"error": "the kitchen closes at 19"}, restaurant="O Mar", time="19:30"),
    ]
    assert "2 found: name O Mar, street Rua 5" in a_brief(*told).text


def test_what_was_tried_before_names_nothing_that_the_receiver_should_take() -> None:
    told = [
        user("Please book a room for Ida at the Fjord Inn, my number is K-4410."),
        call("book_room", {"error": "full"}, hotel_name="Fjord Inn", guest_name="Ida", customer_id="K-4410"),
        agent("The Fjord Inn is full. How about the Harbour House?"),
        user("Fine."),
        call("book_room", {"status": "booked"}, hotel_name="Harbour House", guest_name="Ida", customer_id="K-4410"),
    ]
    assert sorted(identifiers(*told)) == [
        ("customer id", "K-4410"),
        ("guest name", "Ida"),
        ("hotel name", "Harbour House"),
    ]


@pytest.mark.parametrize(
    ("look", "change", "past"),
    [
        (
            call("get_booking", {"booking_id": "NR-77", "seat": "12A window", "flight": "DY-604"}, booking_id="NR-77"),
            call("update_booking", {"status": "ok", "booking_id": "NR-77", "seat": "3C aisle"}, booking_id="NR-77"),
            "12A window",
        ),
        (
            call("cita_consultar", {"codigo": "CV-88", "doctora": "Marta Gil"}, codigo="CV-88", code="CV-88"),
            call("cita_cambiar", {"estado": "ok"}, code="CV-88", doctora="Ana Ruiz"),
            "Marta Gil",
        ),
        (
            call("get_account", {"account": "K-2210", "branch": "Hall Road"}, account="K-2210"),
            call("update_account", {"status": "done"}, account="K-2210", branch="Mill Lane"),
            "Hall Road",
        ),
    ],
    ids=["flight", "doctor, Spanish", "bank"],
)
def test_how_a_thing_was_before_it_was_changed_does_not_stand_with_the_change(
    look: SourceMemory, change: SourceMemory, past: str
) -> None:
    told = (user("Please change it."), look, agent(f"I see {past} here."), user("Yes, that one."), change)
    assert past not in done(*told).text
