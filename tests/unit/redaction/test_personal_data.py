"""Personal data of the classes that a tenant hides."""

import pytest

from tests.builders.briefs import a_brief, agent, call, numbered, slot, texts, user
from warmline_memory.redaction import scrubbing
from warmline_memory.redaction.personal import placeholder
from warmline_schemas.briefs import SectionName
from warmline_schemas.memories import Outcome
from warmline_schemas.tenancy import PiiClass

ALL = frozenset(PiiClass)

TOLD = [
    (PiiClass.EMAIL, "mail bob.smith+x@example.co.uk today", "bob.smith"),
    (PiiClass.EMAIL, "it is bob at example dot com", "bob"),
    (PiiClass.PHONE, "call (415) 555-2671 after six", "2671"),
    (PiiClass.PHONE, "call +49 30 901820", "901820"),
    (PiiClass.PHONE, "my phone number is 4155552671", "4155552671"),
    (PiiClass.ADDRESS, "I live at 12 Baker Street, Apt 4, Springfield, IL 62704", "Baker"),
    (PiiClass.ADDRESS, "send it to Hauptstraße 12", "Hauptstraße"),
    (PiiClass.ADDRESS, "PO Box 1442 please", "1442"),
    (PiiClass.BIRTH_DATE, "I was born on June 5th, 1980", "1980"),
    (PiiClass.BIRTH_DATE, '{"dob": "1997-01-23"}', "1997"),
    (PiiClass.IBAN, "pay DE89 3704 0044 0532 0130 00 now please", "0532"),
    (PiiClass.IBAN, "GB82WEST12345698765432", "WEST"),
    (PiiClass.NATIONAL_ID, "passport number: L8988901C", "L8988901C"),
    (PiiClass.NATIONAL_ID, "codice RSSMRA85T10A562S", "RSSMRA"),
    (PiiClass.NATIONAL_ID, "NI AB 12 34 56 C", "12 34 56"),
    (PiiClass.IP_ADDRESS, "from 203.0.113.7 at 10:45:00", "203.0"),
    (PiiClass.IP_ADDRESS, "from 2001:db8::7", "db8"),
    (PiiClass.PERSON_NAME, "My name is Ben Carter and I want help", "Carter"),
    (PiiClass.PERSON_NAME, "my name is ben and i want help", "ben"),
    (PiiClass.PERSON_NAME, "Dr. Morgan will see you", "Morgan"),
]


@pytest.mark.parametrize(("kind", "text", "piece"), TOLD)
def test_a_class_that_is_chosen_leaves_its_placeholder(kind: PiiClass, text: str, piece: str) -> None:
    shown = scrubbing.scrub(text, scrubbing.find([], frozenset({kind})))
    assert piece not in shown
    assert placeholder(kind) in shown


@pytest.mark.parametrize(("kind", "text", "piece"), TOLD)
def test_a_class_that_is_not_chosen_is_shown(kind: PiiClass, text: str, piece: str) -> None:
    assert piece in scrubbing.scrub(text, scrubbing.find([], ALL - {kind}))
    assert scrubbing.scrub(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "order 4155552671 is late",
        "version 1.2.3.4 of 10:45:00",
        "the hotel name is Hilton",
        "delivered on June 5th, 2024",
        "Drive 12 miles north",
        "commit 78699f5 in ACC-4521",
        "table for 4 at 7 pm, 20 people",
        "DE89 3704 0044 0532 0130 01",
        "reservation 1N99U6 for HAT175",
    ],
)
def test_what_only_looks_like_personal_data_stays(text: str) -> None:
    assert scrubbing.scrub(text, scrubbing.find([], ALL)) == text


@pytest.mark.parametrize(
    ("question", "reply", "piece"),
    [
        ("What is your e-mail address?", "bob@example.com", "bob"),
        ("Your phone number, please?", "4155552671", "4155552671"),
        ("What is your address?", "77 Elm Row, Leeds", "Elm"),
        ("What is your date of birth?", "5 June 1980", "June"),
        ("May I have your full name?", "katarina miller", "miller"),
        ("Your passport number?", "it's L8988901C", "L8988901C"),
    ],
)
def test_an_answer_is_hidden_there_and_wherever_it_is_said_again(question: str, reply: str, piece: str) -> None:
    brief = a_brief(user("I need help"), agent(question), user(reply), agent(f"Thanks, {reply}!"), pii=ALL)
    assert piece not in brief.model_dump_json().replace(question, "")


def test_a_name_is_hidden_by_its_parts_too() -> None:
    memories = [agent("May I have your full name?"), user("Katarina Miller"), agent("Thank you, Katarina.")]
    secrets = scrubbing.find(numbered(memories), frozenset({PiiClass.PERSON_NAME}))
    assert scrubbing.scrub("Katarina asked; Ms Miller agreed; the miller did not", secrets).count("[name]") == 3


def test_the_label_of_what_is_hidden_is_kept() -> None:
    memories = [slot("shipping_address", "12 Baker Street"), slot("account_id", "ACC-4521")]
    brief = a_brief(*memories, user("Where is my parcel?"), pii=frozenset({PiiClass.ADDRESS}))
    assert "shipping address: [address]" in texts(brief, SectionName.FACTS)
    assert "account id: ACC-4521" in texts(brief, SectionName.IDENTIFIERS)


def test_arguments_and_results_are_hidden_by_the_names_of_their_fields() -> None:
    tree = {"customer_name": "Ben Carter", "dob": "1997-01-23", "contact": {"phone": 4155552671}, "plan": "basic"}
    shown = scrubbing.scrub_tree(tree, scrubbing.find([], ALL))
    assert shown == {
        "customer_name": "[name]",
        "dob": "[birth date]",
        "contact": {"phone": "[phone]"},
        "plan": "basic",
    }


def test_nothing_of_it_is_left_in_a_whole_brief() -> None:
    told = {"email": "ben.carter@example.com", "customer_name": "Ben Carter", "phone": "(415) 555-2671"}
    brief = a_brief(
        user("My name is Ben Carter, write to ben.carter@example.com or call (415) 555-2671"),
        call("update_profile", {"ok": True, **told}, Outcome.CONFIRMED, **told),
        reason="Ben Carter is locked out",
        goal="Call Ben Carter at (415) 555-2671",
        pii=ALL,
    )
    assert not [value for value in ("Carter", "carter@", "555-2671") if value in brief.model_dump_json()]


def test_secrets_and_personal_data_leave_different_marks() -> None:
    secrets = scrubbing.find(numbered([user("my PIN is 4711, mail bob@example.com")]), ALL)
    assert scrubbing.scrub("4711 bob@example.com", secrets) == f"{scrubbing.HIDDEN} [e-mail]"
