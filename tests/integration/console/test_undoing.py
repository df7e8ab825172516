"""Undoing a transfer or a return: for a moment, and while nobody has it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, update

from tests.builders.console import Browser, text_of
from tests.builders.handoffs import accept, events_of, read, waiting, written
from tests.builders.operators import an_operator
from tests.builders.requests import Json, get
from tests.builders.sessions import a_session, session_of
from tests.conftest import Api, TenantKey
from warmline_memory.storage import tables
from warmline_memory.storage.database import Database

pytestmark = pytest.mark.usefixtures("worker")

FORMS = {"transfer": {"to": "queue:fraud", "reason": "Odd"}, "return": {"instruction": "Ask for the invoice"}}


def handed_on(api: Api, ann: Browser, verb: str) -> tuple[Json, int, Json]:
    """What Ann had, her token, and the handoff that went on from it a moment ago, with its brief."""
    handoff = waiting(api, a_session(api))
    token = accept(api, handoff)["claim"]["token"]
    ann.done(f"/handoffs/{handoff['id']}/{verb}", token=token, **FORMS[verb])
    onward = get(api, "handoffs", session_id=read(api, handoff)["target_session_id"])["items"][0]
    return handoff, token, written(api, onward)


@pytest.mark.parametrize("verb", FORMS)
def test_what_was_handed_on_a_moment_ago_comes_back_as_if_it_had_not_gone(api: Api, ann: Browser, verb: str) -> None:
    handoff, token, onward = handed_on(api, ann, verb)
    assert read(api, handoff)["state"] == "closed"
    assert f"/console/handoffs/{onward['id']}/call-off" in ann.page(f"/handoffs/{handoff['id']}")
    gone = {"transfer": "Transferred", "return": "Returned"}[verb]
    assert f'<h2 id="act">{gone}</h2>' in ann.page(f"/handoffs/{handoff['id']}")
    page = ann.done(f"/handoffs/{onward['id']}/call-off")
    assert "Called off." in text_of(page)
    assert "call-off" not in page
    again = read(api, handoff)
    assert (again["state"], again["holder"], again["closed_as"]) == ("accepted", "human:ann", None)
    assert session_of(api, again["target_session_id"])["ended_at"] is None
    assert read(api, onward)["state"] == "cancelled"
    happened = [(one["type"], one["actor"]) for one in events_of(api, handoff, "accepted", "closed", "reopened")]
    assert happened == [(f"handoff.{one}", "human:ann") for one in ("accepted", "closed", "reopened")]
    assert events_of(api, handoff, "reopened")[0]["facts"]["to"] == "human:ann"
    assert "ann undid that it had gone on; ann has it again" in text_of(ann.page(f"/handoffs/{handoff['id']}"))
    ann.done(f"/handoffs/{handoff['id']}/resolve", token=token, note="Paid", unanswered="true")
    assert read(api, handoff)["closed_as"] == "resolved"
    assert '<h2 id="act">Resolved</h2>' in ann.page(f"/handoffs/{handoff['id']}")


def test_what_somebody_has_by_now_does_not_come_back(api: Api, ann: Browser) -> None:
    an_operator(api, "bob", presence=None, queues=["fraud"], display_name="Bob Ray")
    handoff, _, onward = handed_on(api, ann, "transfer")
    accept(api, onward, "human:bob")
    assert "call-off" not in ann.page(f"/handoffs/{handoff['id']}")
    said = text_of(ann.refused(f"/handoffs/{onward['id']}/call-off"))
    assert "This can no longer be undone. Ask Bob Ray to give it back." in said
    assert read(api, onward)["state"] == "accepted"


def test_what_went_a_while_ago_does_not_come_back(
    api: Api, tenant: TenantKey, database: Database, ann: Browser
) -> None:
    handoff, _, onward = handed_on(api, ann, "transfer")
    row = tables.Handoff
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        db.execute(update(row).where(row.id == onward["id"]).values(requested_at=func.now() - timedelta(minutes=2)))
    assert "call-off" not in ann.page(f"/handoffs/{handoff['id']}")
    assert "no longer be undone" in text_of(ann.refused(f"/handoffs/{onward['id']}/call-off"))
    assert read(api, onward)["state"] == "ready"
