"""Saved replies: leads write them, whoever answers a customer chooses one, and no blank reaches a customer."""

import pytest

from tests.builders.console import Browser, signed_in, text_of
from tests.builders.customers import a_customer
from tests.builders.form_fields import fields_of
from tests.builders.handoffs import waiting
from tests.builders.requests import Json, get, put
from tests.builders.sessions import a_session
from tests.conftest import Api

pytestmark = pytest.mark.usefixtures("worker")

REFUND = "Dear {customer}, your refund is on its way.\nBest regards, {operator}"


@pytest.fixture
def lead(api: Api) -> Browser:
    """The browser of a lead of billing."""
    return signed_in(api, "lea", role="lead")


def a_held_case(api: Api, ann: Browser, namespace: str | None = None) -> str:
    handoff = waiting(api, a_session(api, **({"namespace": namespace} if namespace else {})))
    ann.done(f"/handoffs/{handoff['id']}/accept")
    return f"/handoffs/{handoff['id']}"


def saved(api: Api) -> list[Json]:
    return list(get(api, "saved-replies")["items"])


def reply_field(page: str, case: str) -> str:
    return fields_of(page, f"/console{case}/say")["text"]


def test_a_lead_writes_one_and_it_is_kept_as_it_was_typed(api: Api, lead: Browser) -> None:
    typed = {"text": REFUND.replace("\n", "\r\n"), "language": "en", "queues": "billing, refunds"}
    lead.done("/settings/saved-replies/refund", **typed)
    (kept,) = saved(api)
    assert (kept["name"], kept["text"], kept["queues"]) == ("refund", REFUND, ["billing", "refunds"])
    assert "billing, refunds" in text_of(lead.page("/settings/saved-replies"))


def test_an_operator_cannot_write_one(api: Api, ann: Browser) -> None:
    ann.refused("/settings/saved-replies/refund", 403, text=REFUND)
    assert saved(api) == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"text": "Dear {name}, hello"}, "{name} is not known"),
        ({"text": ""}, "Fill this in"),
        ({"language": "German"}, "Language:"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_what_was_typed_stays(
    api: Api, lead: Browser, changes: dict[str, str], told: str
) -> None:
    page = lead.refused("/settings/saved-replies/refund", 422, **{"text": REFUND, "queues": "billing", **changes})
    assert told in text_of(page)
    assert fields_of(page, "/console/settings/saved-replies/refund")["queues"] == "billing"
    assert saved(api) == []


def test_one_is_deleted(api: Api, lead: Browser) -> None:
    put(api, "saved-replies/refund", {"text": REFUND})
    assert "is deleted" in text_of(lead.done("/settings/saved-replies/refund", verb="delete"))
    assert saved(api) == []


def test_the_names_are_filled_in_where_it_is_chosen(api: Api, ann: Browser) -> None:
    customer = a_customer(api, display_name="Мария Иванова")
    case = a_held_case(api, ann, customer["namespace"])
    put(api, "saved-replies/refund", {"text": REFUND})
    offered = ann.page(f"{case}/saved-replies")
    assert "Dear Мария Иванова, your refund" in text_of(offered)
    assert reply_field(ann.page(f"{case}?saved=refund"), case).startswith("Dear Мария Иванова, your refund")


def test_a_name_that_nobody_knows_has_to_be_filled_in_before_it_is_sent(api: Api, ann: Browser) -> None:
    case = a_held_case(api, ann)
    put(api, "saved-replies/refund", {"text": REFUND})
    text = reply_field(ann.page(f"{case}?saved=refund"), case)
    assert text.startswith("Dear {customer}, ")
    page = ann.refused(f"{case}/say", 422, text=text, **{"as": "reply"})
    assert "{customer} is still to be filled in" in text_of(page)
    assert reply_field(page, case) == text
    ann.done(f"{case}/say", text=text.replace("{customer}", "Ms Ito"), **{"as": "reply"})


def test_a_note_for_colleagues_may_have_braces(api: Api, ann: Browser) -> None:
    ann.done(f"{a_held_case(api, ann)}/say", text="Our texts say {customer}, please mend it", **{"as": "note"})


def test_only_those_of_the_queue_are_offered_and_first_those_in_the_customers_language(api: Api, ann: Browser) -> None:
    customer = a_customer(api, display_name="Jonas", language="de-AT")
    case = a_held_case(api, ann, customer["namespace"])
    put(api, "saved-replies/a-english", {"text": "Hello", "language": "en"})
    put(api, "saved-replies/b-fraud", {"text": "Blocked", "queues": ["fraud"]})
    put(api, "saved-replies/c-german", {"text": "Guten Tag", "language": "de", "queues": ["billing"]})
    offered = text_of(ann.page(f"{case}/saved-replies"))
    assert "Blocked" not in offered
    assert offered.index("Guten Tag") < offered.index("Hello")


def test_where_there_are_none_the_page_says_who_writes_them(api: Api, ann: Browser, lead: Browser) -> None:
    case = a_held_case(api, ann)
    assert "A lead writes them" in text_of(ann.page(f"{case}/saved-replies"))
    assert "Write one" in text_of(lead.page(f"{case}/saved-replies"))


def test_a_saved_reply_that_is_gone_is_no_page(api: Api, ann: Browser) -> None:
    assert ann.get(f"{a_held_case(api, ann)}?saved=nothing").status_code == 404
