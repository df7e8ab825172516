"""Read-backs: what contradicts a brief, and what does not, in many phrasings."""

from uuid import UUID

import pytest

from tests.builders.briefs import a_brief, slot, user
from warmline_memory.handoffs.read_backs import check
from warmline_schemas.briefs import Brief, BriefLine, BriefSection, SectionName
from warmline_schemas.handoffs import Contradiction, ContradictionKind

PROOF = UUID(int=7)
VALUES = (
    ("identifiers", "invoice", "INV-2031"),
    ("identifiers", "account id", "ACC-4521"),
    ("identifiers", "e-mail", "dave@example.com"),
    ("identifiers", "phone", "+1 415-555-0142"),
    ("identifiers", "ride id", "431"),
    ("facts", "refund amount", "$99.95"),
    ("facts", "plan price", "$1,250"),
    ("facts", "due date", "May 27"),
    ("facts", "check out", "2026-05-30"),
    ("facts", "pickup time", "5 pm"),
    ("facts", "guests", "3"),
    ("facts", "start date", "6th (was 12th)"),
    ("facts", "plan", "Premium (was Basic)"),
    ("facts", "seats", "40 (was 25)"),
)


def brief_of(*values: tuple[str, str, str]) -> Brief:
    """A brief of these lines: section, label, text; each cites one memory."""
    sections: dict[str, list[BriefLine]] = {}
    for section, label, text in values:
        sections.setdefault(section, []).append(BriefLine(label=label, text=text, memory_ids=[PROOF]))
    return a_brief(user("Please help me with this")).model_copy(
        update={
            "sections": [
                BriefSection(name=SectionName(name), title=name, lines=rows) for name, rows in sections.items()
            ]
        }
    )


BRIEF = brief_of(*VALUES)


def said(found: list[Contradiction]) -> list[tuple[str, str, list[str]]]:
    return [(one.kind.value, one.said, one.brief_has) for one in found]


@pytest.mark.parametrize(
    "text",
    [
        "The customer is unhappy with the last bill and wants somebody to call back.",
        "They were charged 3 times, and want one refund",
        "I'll refund the overcharge and confirm by e-mail.",
        "Refund $99.95 for INV-2031",
        "refund 99.95 dollars for invoice inv-2031",
        "refund USD 99.95 on invoice 2031",
        "refund 99,95 $ on #INV-2031",
        "The plan is $1250 a month",
        "The plan is 1,250 dollars, that is twelve hundred fifty",
        "The plan is $1.25k",
        "about $100 back on INV-2031",
        "roughly 100 dollars, account ACC 4521",
        "more than $90 is to be refunded",
        "less than $2,000 for the plan",
        "Account ACC-4521, dave@example.com, +1 (415) 555-0142",
        "call 415 555 0142",
        "due 27 May, check out on 5/30",
        "due on the 27th, check out May 30th 2026",
        "pickup at 17:00",
        "pickup at 5:00 p.m. for three guests",
        "ride 431 for 3 guests",
        "the party of 3 leaves on the 6th",
        "moved from the 12th to the 6th",
        "starts on the 6th, not the 12th",
        "starts on the 6th instead of the 12th",
        "no longer the 12th",
        "upgraded from Basic to Premium",
        "40 seats instead of 25",
        "It took two attempts and one hour",
        "They have been waiting for 25 minutes",
        "The 2nd line already looked at it",
        "the customer has the iPhone14 and called 3 times",
    ],
)
def test_what_the_brief_has_and_words_without_values_are_no_contradiction(text: str) -> None:
    assert said(check(text, BRIEF)) == []


@pytest.mark.parametrize(
    ("text", "kind", "value", "has"),
    [
        ("Refund $95.95", "amount", "$95.95", "$99.95"),
        ("Refund $100 on INV-2031", "amount", "$100", "$99.95"),
        ("refund about $150", "amount", "$150", "$99.95"),
        ("refund €99.95", "amount", "€99.95", "$99.95"),
        ("refund ninety dollars", "amount", "90 dollars", "$99.95"),
        ("The plan price is $1,350", "amount", "$1,350", "$1,250"),
        ("more than $5,000 for the plan", "amount", "$5,000", "$1,250"),
        ("Refund on INV-2013", "identifier", "INV-2013", "INV-2031"),
        ("Refund on invoice 2013", "identifier", "2013", "INV-2031"),
        ("account acc-4512", "identifier", "acc-4512", "ACC-4521"),
        ("ride 413 was late", "identifier", "413", "431"),
        ("write to dav@example.com", "contact", "dav@example.com", "dave@example.com"),
        ("call +1 415 555 0124", "contact", "+1 415 555 0124", "+1 415-555-0142"),
        ("due by May 28", "date", "May 28", "May 27"),
        ("check out on 2026-06-30", "date", "2026-06-30", "2026-05-30"),
        ("pickup at 5 am", "time", "5 am", "5 pm"),
        ("a table for 4 guests", "amount", "4", "3"),
        ("starts on the 12th", "superseded", "12th", "6th"),
        ("moved from the 6th to the 12th", "superseded", "12th", "6th"),
        ("starts on the 12th instead of the 6th", "superseded", "12th", "6th"),
        ("the customer is on the Basic plan", "superseded", "Basic", "Premium"),
        ("they have 25 seats", "superseded", "25", "40"),
        ("Refunded 900", "amount", "900", "$99.95"),
        ("closed with a fee of 20, all is fine", "amount", "20", "$1,250"),
    ],
)
def test_another_value_is_found_with_what_the_brief_has(text: str, kind: str, value: str, has: str) -> None:
    [found] = check(text, BRIEF)
    assert (found.kind.value, found.said, found.brief_has[0]) == (kind, value, has)


def test_a_contradiction_names_the_memories_that_prove_the_brief() -> None:
    [found] = check("Refund on INV-2013", BRIEF)
    assert found.memory_ids == [PROOF]


def test_contradictions_come_in_the_order_of_the_synthesis_and_once_each() -> None:
    found = check("INV-2013: refund $50, that is $50, due May 28", BRIEF)
    assert [one.said for one in found] == ["INV-2013", "$50", "May 28"]


def test_a_value_of_a_sort_that_the_brief_does_not_state_is_no_contradiction() -> None:
    plain = brief_of(("facts", "plan", "Premium"))
    assert check("Refund $100 on INV-2031 by May 27, call 415-555-0142", plain) == []


def test_an_identifier_of_another_shape_is_no_contradiction() -> None:
    assert check("ticket ZX/9-A is open", brief_of(("identifiers", "invoice", "INV-2031"))) == []


def test_an_identifier_stands_beside_the_one_of_the_same_letters() -> None:
    two = brief_of(("identifiers", "account", "ACC-9870"), ("identifiers", "invoice", "INV-8874"))
    assert said(check("It is about INV-1", two)) == [("identifier", "INV-1", ["INV-8874"])]


def test_a_value_under_the_label_of_another_one_is_found() -> None:
    stay = brief_of(("facts", "check in", "May 2"), ("facts", "check out", "May 5"))
    assert said(check("check in May 5, check out May 5", stay)) == [("date", "May 5", ["May 2"])]


def test_only_what_is_true_now_counts_as_what_the_brief_has() -> None:
    changed = a_brief(slot("hotel", "Old Inn"), slot("start_date", "12th"), slot("start_date", "6th"))
    assert [one.kind for one in check("Old Inn from the 12th", changed)] == [ContradictionKind.SUPERSEDED]
    assert check("Old Inn from the 6th", changed) == []


def test_a_value_that_still_holds_elsewhere_is_not_superseded() -> None:
    trip = brief_of(("facts", "start date", "6th (was 12th)"), ("facts", "return date", "12th"))
    assert check("back on the 12th", trip) == []


def test_the_ask_and_the_headline_never_contradict_their_own_brief() -> None:
    brief = a_brief(
        user("I was charged $299 on INV-2031, my plan is $199. Please refund $100 by May 27."),
        slot("invoice", "INV-2031"),
        slot("amount", "$100"),
    )
    lines = [line.text for section in brief.sections if section.name is SectionName.ASK for line in section.lines]
    assert [check(text, brief) for text in [brief.headline.text, *lines]] == [[] for _ in [0, *lines]]


@pytest.mark.parametrize("text", ["", " ", "?!", "$", "1" * 5_000, "a@b " * 500, "(was (was ", "٣ guests", "\u202e$5"])
def test_no_text_breaks_the_check(text: str) -> None:
    assert isinstance(check(text, BRIEF), list)
