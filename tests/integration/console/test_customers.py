"""Cases stand by the name of their customer, and the page of one shows what else that customer came with."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.builders.console import signed_in, text_of
from tests.builders.customers import MIRA, a_customer, say
from tests.builders.drafts import drafted
from tests.builders.handoffs import accept, act, waiting, written
from tests.builders.queues import a_queue
from tests.builders.requests import Json, post
from tests.builders.sessions import a_session
from tests.conftest import Api

pytestmark = pytest.mark.usefixtures("worker")


def a_case_of(api: Api, customer: Json, **changes: Any) -> Json:
    """A handoff that waits, of a new case of a customer."""
    return waiting(api, a_session(api, namespace=customer["namespace"]), **changes)


def resolved(api: Api, customer: Json, note: str, **changes: Any) -> Json:
    handoff = a_case_of(api, customer, **changes)
    act(api, handoff, "resolve", token=accept(api, handoff)["claim"]["token"], note=note)
    return handoff


def card_of(page: str) -> str:
    """The card of the customer, as text."""
    return text_of("<main" + page.partition('id="customer"')[2].partition("</section>")[0])


@pytest.mark.parametrize("name", [MIRA, "ميرا جوشي", "<b>Mira</b>"])
def test_a_case_stands_by_its_customers_name_wherever_it_is_shown(api: Api, name: str) -> None:
    ann = signed_in(api)
    handoff = a_case_of(api, customer := a_customer(api, display_name=name))
    shown = name.replace("<", "&lt;").replace(">", "&gt;")
    assert f'dir="auto">{shown}</a>' in ann.page("/?to=all")
    page = ann.page(f"/handoffs/{handoff['id']}")
    assert f"<title>{shown} · Warmline</title>" in page
    assert customer["namespace"] not in page.partition("<h1")[2].partition("</h1>")[0]
    assert f"<title>{shown} · Warmline</title>" in ann.page(f"/conversations/{handoff['source_session_id']}")
    assert f'href="/console/handoffs/{handoff["id"]}"' in ann.page(f"/search?q={quote(name)}")
    for beside in (f"/chains/{handoff['chain_id']}", f"/handoffs/{handoff['id']}/why"):
        assert f'<b dir="auto">{shown}</b>' in ann.page(beside)
    assert f"{name} waits for you" in [one["says"] for one in ann.get("/attention").json()["news"]]


def test_drafts_and_failed_handoffs_name_their_customer(api: Api) -> None:
    lead = signed_in(api, role="lead")
    customer = a_customer(api)
    drafted(api, a_session(api, namespace=customer["namespace"]))
    assert f'<span class="hint" dir="auto">{MIRA}</span>' in lead.page("/drafts")
    ask = {"session_id": a_session(api, "hm", namespace=customer["namespace"]), "to": "billing-bot", "reason": "help"}
    written(api, post(api, "handoffs", ask | {"refuse_vague": True}, 202), "failed")
    assert f'<span class="hint" dir="auto">{MIRA}</span>' in lead.page("/failed")


def test_a_case_whose_customer_nobody_named_stands_by_its_namespace(api: Api) -> None:
    ann = signed_in(api)
    handoff = waiting(api)
    assert ">user-dave</a>" in ann.page("/?to=all")
    page = ann.page(f"/handoffs/{handoff['id']}")
    assert "<title>user-dave · Warmline</title>" in page
    assert "Name" not in card_of(page)


def test_the_card_says_who_the_customer_is_and_what_time_it_is_with_them(api: Api) -> None:
    ann = signed_in(api)
    customer = a_customer(
        api, ids=[{"channel": "whatsapp", "id": "+49 170 1"}], language="de", time_zone="Asia/Kolkata"
    )
    card = card_of(ann.page(f"/handoffs/{a_case_of(api, customer)['id']}"))
    assert all(part in card for part in (MIRA, "whatsapp", "+49 170 1", "German", "Local time", "Asia/Kolkata"))


def test_the_card_leads_to_the_customers_other_cases_and_says_how_each_ended(api: Api) -> None:
    ann = signed_in(api)
    customer = a_customer(api)
    before = resolved(api, customer, "Refunded $100; my PIN is 4471", reason="Charged twice")
    page = ann.page(f"/handoffs/{a_case_of(api, customer)['id']}")
    assert f'href="/console/handoffs/{before["id"]}"' in page
    card = card_of(page)
    assert "Charged twice" in card
    assert "resolved: Refunded $100" in card
    assert "4471" not in card


def test_two_cases_of_a_customer_that_wait_lead_to_each_other(api: Api) -> None:
    ann = signed_in(api)
    customer = a_customer(api)
    one, other = a_case_of(api, customer), a_case_of(api, customer)
    assert text_of(ann.page("/?to=all")).count("another case of theirs waits") == 2
    for here, there in ((one, other), (other, one)):
        page = ann.page(f"/handoffs/{here['id']}")
        assert "waits too" in card_of(page)
        assert f'href="/console/handoffs/{there["id"]}"' in page


def test_what_an_operator_may_not_see_is_on_no_card(api: Api) -> None:
    ann = signed_in(api, queues=["billing"])
    customer = a_customer(api)
    a_queue(api, "fraud")
    foreign = a_case_of(api, customer, to="queue:fraud", reason="Card used in Lima")
    page = ann.page(f"/handoffs/{a_case_of(api, customer)['id']}")
    assert "Card used in Lima" not in page
    assert foreign["id"] not in page


def test_what_was_promised_in_a_case_that_nobody_resolved_is_still_open(api: Api) -> None:
    ann = signed_in(api)
    customer = a_customer(api)
    session = a_session(api, "Where is my refund?", namespace=customer["namespace"])
    act_said = {"content": "I promise that the refund of $100 arrives by Friday.", "role": "agent"}
    api.http.post("/v1/memories", json={"session_id": session, "kind": "promise", **act_said}).raise_for_status()
    handoff = waiting(api, session)
    assert any(section["name"] == "promised" and section["lines"] for section in handoff["brief"]["sections"])
    card = card_of(ann.page(f"/handoffs/{a_case_of(api, customer)['id']}"))
    assert "promised" in card
    assert "by Friday" in card


def test_what_a_customer_writes_goes_to_the_case_that_the_page_shows(api: Api) -> None:
    ann = signed_in(api)
    handoff = a_case_of(api, customer := a_customer(api))
    say(api, customer, "Any news of my lamp?")
    assert "Any news of my lamp?" in text_of(ann.page(f"/handoffs/{handoff['id']}"))
