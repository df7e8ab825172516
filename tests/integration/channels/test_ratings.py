"""Ratings: a customer is asked how it was once their case is resolved, and answers with a number."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, update

from tests.builders.channels import write
from tests.builders.console import Browser, signed_in, text_of
from tests.builders.handoffs import accept, events_of, read, waiting
from tests.builders.requests import Json, get, patch, post
from tests.builders.sessions import a_session
from tests.conftest import Api, TenantKey
from warmline_memory.storage import tables
from warmline_memory.storage.database import Database

pytestmark = pytest.mark.usefixtures("worker")

ASKS = "How did we do? Answer with a number from 1 (bad) to 5 (very good)."


@pytest.fixture
def ann(api: Api) -> Browser:
    patch(api, "preferences", {"ask_rating": True})
    return signed_in(api)


def resolved(api: Api, ann: Browser, *, replies: bool = True, **changes: Any) -> Json:
    handoff = waiting(api, **{"session": a_session(api), **changes})
    token = accept(api, handoff)["claim"]["token"]
    address = f"/handoffs/{handoff['id']}"
    if replies:
        ann.done(f"{address}/say", text="It is paid.", **{"as": "reply"})
    ann.done(f"{address}/resolve", token=token, note="Paid", unanswered="true")
    return read(api, handoff)


def asked(api: Api, handoff: Json, question: str = ASKS) -> list[Json]:
    found = get(api, "memories", chain_id=handoff["chain_id"], kind="message", limit=200)["items"]
    return [one for one in found if one["agent"] == "service" and question in one["content"]]


def test_a_customer_is_asked_once_through_their_channel(api: Api, ann: Browser) -> None:
    handoff = resolved(api, ann)
    [question] = asked(api, handoff)
    sent = get(api, "events", types="message.created", chain_id=handoff["chain_id"])["items"]
    assert question["id"] in [one["facts"]["message_id"] for one in sent]
    assert "was asked how it was, and has not answered" in text_of(ann.page(f"/handoffs/{handoff['id']}"))


def test_a_number_is_kept_with_the_case_and_opens_nothing_again(api: Api, ann: Browser) -> None:
    handoff = resolved(api, ann)
    assert write(api, handoff["chain_id"], "2")["reached"] == "nobody"
    assert write(api, handoff["chain_id"], "4")["reached"] == "nobody"
    assert read(api, handoff)["rating"] == 4
    assert {one["actor"] for one in events_of(api, handoff, "rated")} == {"customer"}
    assert "The customer gave 4 of 5" in text_of(ann.page(f"/handoffs/{handoff['id']}"))
    assert len(get(api, "handoffs", chain_id=handoff["chain_id"])["items"]) == 1
    assert "4.0 of 5, from 1 of 1 customer asked; 100 % said 4 or 5" in text_of(ann.page("/analytics"))


def test_they_are_asked_in_the_language_of_the_handoff_else_in_that_of_their_last_message(
    api: Api, ann: Browser
) -> None:
    dutch, czech = "Antwoord met een cijfer van 1", "Odpovězte číslem od 1"
    assert len(asked(api, resolved(api, ann, language="nl-BE"), dutch)) == 1
    session = a_session(api)
    said = {"content": "Kde je můj balík?", "kind": "message", "role": "user", "metadata": {"language": "cs"}}
    post(api, "memories", {"session_id": session, **said}, 201)
    handoff = resolved(api, ann, session=session)
    assert len(asked(api, handoff, czech)) == 1
    assert read(api, handoff)["rating"] is None


def test_anything_else_goes_on_with_the_case(api: Api, ann: Browser) -> None:
    handoff = resolved(api, ann)
    assert write(api, handoff["chain_id"], "2 of my parcels are still missing")["reached"] == "reopened"


def test_a_number_long_after_goes_on_with_the_case(
    api: Api, tenant: TenantKey, database: Database, ann: Browser
) -> None:
    handoff = resolved(api, ann)
    row = tables.Rating
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        db.execute(update(row).where(row.handoff_id == handoff["id"]).values(asked_at=func.now() - timedelta(days=8)))
    assert write(api, handoff["chain_id"], "4")["reached"] == "reopened"


def test_nobody_is_asked_whom_nobody_answered_or_where_the_tenant_does_not_want_it(api: Api, ann: Browser) -> None:
    assert asked(api, resolved(api, ann, replies=False)) == []
    patch(api, "preferences", {"ask_rating": False})
    handoff = resolved(api, ann)
    assert asked(api, handoff) == []
    assert write(api, handoff["chain_id"], "4")["reached"] == "reopened"


def test_what_customers_said_of_a_foreign_queue_is_not_counted(api: Api, ann: Browser) -> None:
    handoff = resolved(api, ann)
    write(api, handoff["chain_id"], "4")
    zoe = signed_in(api, "zoe", queues=["fraud"])
    assert "Ratings by customers" not in zoe.page("/analytics")
