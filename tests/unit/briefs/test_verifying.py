"""What the record of a chain says of an account's entry: supported, not in it, or otherwise."""

import time
from typing import Any

import pytest

from tests.builders.briefs import agent, call, slot, user
from warmline_memory.briefs.accounts.evidence import Record
from warmline_memory.briefs.accounts.verifying import Verdict, verify
from warmline_schemas.accounts import AccountEntry
from warmline_schemas.briefs import Support
from warmline_schemas.memories import Outcome

DISPUTE = Record(
    [
        user("Hi, it's ACC-4521, Dana Wu."),
        user("My last invoice shows $299, but my plan is $199 a month."),
        user("I want my $100 back, please. And I don't want a voucher."),
        call("refund", {"error": "refunds over $50 need a person"}, Outcome.FAILED, account_id="ACC-4521", amount=100),
        agent("I'm sorry, I could not refund it. A colleague will call you back by Friday at 5 pm."),
        call("update_address", {"ok": True}, Outcome.CONFIRMED, address="12 Elm St"),
        call("bash", "3 failed, 87 passed", Outcome.CONFIRMED, command="pytest -q"),
        call("bash", "2 failed, 88 passed", Outcome.CONFIRMED, command="pytest -q"),
    ]
)


def of(section: str, text: str, record: Record = DISPUTE, **fields: Any) -> Verdict:
    return verify(AccountEntry.model_validate({"section": section, "text": text, **fields}), record)


@pytest.mark.parametrize(
    ("section", "text"),
    [
        ("ask", "Customer wants a refund of $100"),
        ("ask", "wants money back"),
        ("situation", "Invoice shows $299 while the plan is $199 per month"),
        ("situation", "Customer does not want a voucher"),
        ("promised", "Call back by Friday 17:00"),
        ("done", "Address changed to 12 Elm St"),
        ("failed", "2 tests fail, 88 pass"),
        ("identifiers", "Account ACC-4521, Dana Wu"),
    ],
)
def test_what_the_record_says_in_other_words_is_supported(section: str, text: str) -> None:
    verdict = of(section, text)
    assert verdict.support is Support.SUPPORTED
    assert verdict.memory_ids


@pytest.mark.parametrize(
    ("section", "text", "against"),
    [
        ("situation", "Invoice shows $399 while the plan is $199 per month", "$299"),
        ("done", "The refund of $100 was issued", "refund"),
        ("situation", "Refund approved", "refund"),
        ("done", "All tests pass", "pytest"),
        ("done", "Alle Tests sind erfolgreich durchgelaufen", "bash"),
    ],
)
def test_what_the_record_says_otherwise_is_contradicted_in_its_words(section: str, text: str, against: str) -> None:
    verdict = of(section, text)
    assert verdict.support is Support.CONTRADICTED
    assert against in (verdict.against or "")


def test_a_name_of_one_letter_is_a_name_and_another_currency_is_another_amount() -> None:
    rooms = [{"name": "Saal G", "seats": "40"}, {"name": "Saal Ost", "seats": "90"}]
    record = Record(
        [user("I paid $30 dollars for parking."), call("find_rooms", rooms, Outcome.CONFIRMED, city="Graz")]
    )
    assert of("facts", "Saal G: seats 40", record).support is Support.SUPPORTED
    assert of("facts", "Saal G: seats 90", record).support is Support.UNSUPPORTED
    assert of("situation", "Paid $30 for parking", record).support is Support.SUPPORTED
    assert of("situation", "Paid $30 euros for parking", record).support is Support.CONTRADICTED


@pytest.mark.parametrize(
    ("section", "text"),
    [
        ("promised", "Call back by Monday 17:00"),
        ("promised", "We promised a free month"),
        ("promised", "Wir haben eine Gutschrift zugesagt"),
        ("situation", "Customer is a VIP"),
        ("situation", "The call was with Zebulon Pike"),
        ("done", "Sent an email to the customer"),
        ("situation", "Customer wants a voucher"),
    ],
)
def test_what_the_record_does_not_say_is_not_supported(section: str, text: str) -> None:
    assert of(section, text).support is not Support.SUPPORTED


def test_an_identifier_that_stands_nowhere_is_named_as_invented() -> None:
    assert of("identifiers", "Account ACC-4512").invented == ("ACC-4512",)
    assert of("identifiers", "Account acc 4521, ACC-4521").invented == ()


def test_a_false_citation_supports_nothing() -> None:
    first = DISPUTE.memories[0].id
    assert of("promised", "We promised a free month", turns=[first]).support is Support.UNSUPPORTED


def test_the_newest_call_about_a_thing_decides() -> None:
    record = Record(
        [
            call("deploy", {"error": "quota"}, Outcome.FAILED, service="api", version="4.2"),
            call("deploy", {"state": "live"}, Outcome.CONFIRMED, service="api", version="4.2"),
        ]
    )
    assert of("done", "Deployed api 4.2", record).support is Support.SUPPORTED
    assert of("failed", "Deploying api 4.2 failed", record).support is not Support.SUPPORTED


def test_a_value_of_a_slot_that_was_replaced_is_contradicted() -> None:
    record = Record([slot("delivery_day", "2026-05-03"), slot("delivery_day", "2026-05-09")])
    assert of("facts", "Delivery day: May 9th", record).support is Support.SUPPORTED
    told = of("facts", "Delivery day: May 3rd", record)
    assert told.support is Support.CONTRADICTED
    assert "2026-05-09" in (told.against or "")


@pytest.mark.parametrize(
    ("said", "told", "otherwise"),
    [
        ("Ich möchte die Rechnung 4711 am 3. Mai bezahlen.", "Kunde will Rechnung 4711 am 3. Mai bezahlen", "4. Mai"),
        ("我的订单SH20931少了一件衬衫。", "客户的订单SH20931少了一件衬衫", "SH20913"),
        ("Mon train de 18h04 est supprimé.", "Son train de 18:04 est supprimé", "18:40"),
        ("رقم طلبي ٤٥٢١٧ ولم يصل", "رقم طلب العميل 45217 ولم يصل", "45271"),
        ("I need a park that takes 3 to 5 hours.", "The customer needs a park that takes 3-5 hours", "3-6 hours"),
    ],
)
def test_values_are_compared_in_any_script(said: str, told: str, otherwise: str) -> None:
    record = Record([user(said)])
    value = {"4. Mai": "3. Mai", "SH20913": "SH20931", "18:40": "18:04", "45271": "45217"}.get(otherwise, "3-5 hours")
    assert of("situation", told, record).support is Support.SUPPORTED
    assert of("situation", told.replace(value, otherwise), record).support is not Support.SUPPORTED


def test_an_empty_record_supports_nothing() -> None:
    assert of("done", "All done", Record([])).support is Support.UNSUPPORTED


@pytest.mark.parametrize("part", ["1 1 ", "(1(1(", "a", "a-", "1-", "@@", "##", "//", "1,", "Dr. "])
def test_no_text_takes_long(part: str) -> None:
    started = time.process_time()
    of("situation", part * (1000 // len(part)), Record([user(part * (100_000 // len(part)))]))
    assert time.process_time() - started < 20


LIST = Record(
    [
        user("I need a hotel near the station. I would like to book a hotel for 40 dollars."),
        user("And I need a train from Leeds to York."),
        call(
            "search_hotels",
            [{"name": "Heron Inn", "price": 40, "phone": "020-555-7719"}, {"name": "Old Mill", "price": 90}],
            Outcome.CONFIRMED,
            city="York",
        ),
        agent("The Heron Inn costs $40 a night, and the stay is 3 nights."),
        call("cancel_booking", {"status": "ok"}, Outcome.CONFIRMED, booking="BK-7711"),
        call("change_booking", {"status": "ok"}, Outcome.CONFIRMED, booking="BK-9042"),
    ]
)


@pytest.mark.parametrize(
    ("section", "true", "false"),
    [
        ("facts", "Heron Inn: price 40", "Old Mill: price 40"),
        ("facts", "Old Mill costs $90", "Heron Inn costs $90"),
        ("facts", "The Heron Inn costs $40 a night", "The Heron Inn costs €40 a night"),
        ("facts", "The stay is 3 nights", "The stay is 3 weeks"),
        ("done", "Cancelled booking BK-7711", "Cancelled booking BK-9042"),
        ("ask", "Needs a train from Leeds to York", "Needs a train from York to Leeds"),
        ("situation", "The customer would like to book a hotel", "We booked a hotel for the customer"),
        ("situation", "The customer needs a hotel near the station", "Der Kunde braucht kein Hotel am Bahnhof"),
    ],
)
def test_a_value_counts_in_its_own_relation_alone(section: str, true: str, false: str) -> None:
    assert of(section, true, LIST).support is Support.SUPPORTED
    assert of(section, false, LIST).support is not Support.SUPPORTED


@pytest.mark.parametrize(
    ("text", "invented"),
    [
        ("Edited src/api/routes.py", ()),
        ("See docs/2026-report.md and run_all", ()),
        ("Order INV/2031 was sent", ("INV/2031",)),
        ("Wrote to eve@example.org", ("eve@example.org",)),
        ("Called +44 20 7946 0018 88", ()),
        ("Their number is 02079460018", ("02079460018",)),
        ("A hike of 3-5 hours for 10–12 people", ()),
        ("Room 12-4 is free", ("12-4",)),
    ],
)
def test_somebodys_identifier_is_invented_and_the_name_of_a_file_is_not(text: str, invented: tuple[str, ...]) -> None:
    verdict = of("situation", text)
    assert verdict.support is Support.UNSUPPORTED
    assert verdict.invented == invented


SAID = Record(
    [
        user("Oh no, I've been promoted to captain. Can you tell me the code?"),
        user("No, I don't want anything in the East part of town. I'd like a flat with a garden."),
        agent("The train leaves at 9:45. I will need to book for 3 people."),
        agent("The ticket is $25 and the address is 3509 Fremont Avenue."),
        user("I'll be travelling from SF to NY."),
        user("你好，我不想吃海鲜！请推荐酒店。"),
        call(
            "search",
            [{"hotel": "Alba Inn", "smoking_allowed": False, "startTime": "9 am"}],
            Outcome.UNKNOWN,
            city="York",
        ),
        call("search", [{"hotel": "Old Mill", "price": 25, "smoking_allowed": True}], Outcome.UNKNOWN, city="York"),
        user("The contract 7741 is old."),
    ]
)


@pytest.mark.parametrize(
    ("section", "true", "false"),
    [
        ("situation", "The customer wrote: “Oh no, the customer has been promoted to captain.”", "Promoted to major"),
        ("ask", "Customer: No, the customer doesn't want anything in the East part of town.",
         "Customer: No, the customer wants anything in the East part of town."),
        ("ask", "The customer would like a flat with a garden", "The customer would not like a flat with a garden"),
        ("situation", "We will need to book for 3 people", "We will not need to book for 3 people"),
        ("situation", "Told the customer: “The ticket is $25 and the address is 3509 Fremont Avenue.”",
         "Told the customer: “The ticket is €25 and the address is 3509 Fremont Avenue.”"),
        ("ask", "The customer will be travelling from SF to NY", "The customer will be travelling from NY to SF"),
        ("situation", "客户不想吃海鲜", "客户想吃海鲜"),
        ("facts", "Alba Inn: smoking allowed False", "Alba Inn: smoking allowed True"),
        ("facts", "No smoking at the Alba Inn", "Smoking is allowed at the Alba Inn"),
        ("facts", "Alba Inn: starttime 9 am", "Old Mill: starttime 9 am"),
        ("next_steps", "Book for 3 people", "Cancel the old contract 7741"),
    ],
)  # fmt: skip
def test_a_sentence_that_is_repeated_counts_with_its_values_and_denials(section: str, true: str, false: str) -> None:
    assert of(section, true, SAID).support is Support.SUPPORTED
    assert of(section, false, SAID).support is not Support.SUPPORTED


@pytest.mark.parametrize(
    ("tool", "rows", "said", "true", "false"),
    [
        (
            "find_salon",
            [
                {"name": "Best Cuts", "phone_number": "408-743-5780"},
                {"name": "Alpha Barbershop", "phone_number": "408-738-8389"},
            ],
            "Their phone number is 408-743-5780.",
            "Best Cuts: phone number 408-743-5780",
            "Alpha Barbershop: phone number 408-743-5780",
        ),
        (
            "werkstatt_suchen",
            [
                {"betrieb": "autohaus krüger", "stundensatz": "95 Euro"},
                {"betrieb": "reifen lindner", "stundensatz": "72 Euro"},
            ],
            "Der Stundensatz beträgt 95 Euro.",
            "autohaus krüger: Der Stundensatz beträgt 95 Euro",
            "reifen lindner: Der Stundensatz beträgt 95 Euro",
        ),
        (
            "查询医院",
            [{"名称": "仁和医院", "电话": "010-65251234"}, {"名称": "协康诊所", "电话": "010-84027788"}],
            "电话是010-65251234。",
            "仁和医院：电话是010-65251234",
            "协康诊所：电话是010-65251234",
        ),
    ],
)
@pytest.mark.parametrize("arguments", [{}, {"city": "Sunnyvale"}])
def test_a_value_is_supported_of_the_record_that_has_it_and_of_no_other_that_stands_before_the_colon(
    tool: str, rows: list[dict[str, str]], said: str, true: str, false: str, arguments: dict[str, str]
) -> None:
    record = Record([call(tool, rows, Outcome.CONFIRMED, **arguments), agent(said)])
    assert of("facts", true, record).support is Support.SUPPORTED
    assert of("facts", false, record).support is not Support.SUPPORTED


HALLS = Record(
    [
        user("The appointment is at 7:30, after lunch at 15:45."),
        call(
            "find_halls",
            [
                {"name": "Harbour Hall", "street": "Mill Lane", "price": "20"},
                {"name": "Blue Harbour Hall", "street": "Quay 4", "price": "55"},
                {"name": "Gate House", "street": "Harbour Street Hall", "price": "70"},
            ],
            Outcome.CONFIRMED,
            city="Kiel",
        ),
        call("deploy", {"state": "live"}, Outcome.CONFIRMED, service="api", version="2.14.0", region="eu-west"),
        call("deploy", {"state": "live"}, Outcome.CONFIRMED, service="api", version="2.13.2", region="eu-west"),
        call("bash", "14 passed, 2 failed", Outcome.CONFIRMED, command="make smoke"),
        call("bash", "16 passed, 0 failed", Outcome.CONFIRMED, command="make smoke"),
    ]
)


@pytest.mark.parametrize(
    ("section", "true", "false"),
    [
        ("situation", "The appointment is at 7:30", "The appointment is at 57:30"),
        ("facts", "Blue Harbour Hall: price 55", "Harbour Hall: price 55"),
        ("facts", "Harbour Hall: price 20", "Harbour Hall: price 70"),
        ("situation", "api 2.13.2 is live in eu-west", "api 2.14.0 is live in eu-west"),
        ("figures", "make smoke: 16 passed, 0 failed", "make smoke: 14 passed, 2 failed"),
    ],
)
def test_no_words_of_two_places_and_none_that_were_overtaken_make_one_statement(
    section: str, true: str, false: str
) -> None:
    assert of(section, true, HALLS).support is Support.SUPPORTED
    assert of(section, false, HALLS).support is not Support.SUPPORTED


def test_what_the_record_speaks_of_in_other_words_is_the_agents_word_and_said_to_be_near() -> None:
    record = Record([agent("The lag of the replica is falling.")])
    told = of("situation", "The lag of the replica is rising", record)
    assert (told.support, told.memory_ids) == (Support.UNSUPPORTED, ())
    assert told.near == (record.memories[0].id,)
    assert of("situation", "The lag of the replica is falling", record).near == ()
    assert of("situation", "Nobody ordered a pizza", record).near == ()
