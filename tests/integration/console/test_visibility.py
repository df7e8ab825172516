"""What an operator may see: cases of their queues and skills, and what they hold or held. And reading is recorded."""

import time

import httpx
import pytest

from tests.builders.console import Browser, signed_in, text_of
from tests.builders.handoffs import accept, act, waiting
from tests.builders.requests import Json, get, patch
from tests.builders.sessions import a_session
from tests.conftest import Api

pytestmark = pytest.mark.usefixtures("worker")


def reads(api: Api) -> list[tuple[str, str]]:
    found = api.http.get("/v1/audit", params={"verb": "read"}).json()["items"]
    return [(entry["details"]["what"], entry["actor"]["name"]) for entry in found]


def fraud(api: Api, **changes: object) -> Json:
    return waiting(api, a_session(api, "My card was used in Lima"), to="queue:fraud", **changes)


def test_lists_and_counts_leave_out_what_an_operator_may_not_see(api: Api, ann: Browser) -> None:
    fraud(api)
    waiting(api, a_session(api, "Refund $100"))

    page = ann.page("/?to=all")

    assert "queue:fraud" not in page
    assert "All 1" in text_of(page)
    assert "/console/handoffs/" not in ann.page("/?to=queue:fraud").partition("<main")[2]


def test_whoever_held_a_case_sees_it_after_it_went_on(api: Api, ann: Browser) -> None:
    handoff = waiting(api, a_session(api, "Refund $100"))
    taken = accept(api, handoff, "human:ann")
    patch(api, "operators/ann", {"queues": []})
    act(api, handoff, "transfer", token=taken["claim"]["token"], to="queue:fraud", reason="Odd")

    assert ann.get(f"/handoffs/{handoff['id']}").status_code == 200
    assert ann.get(f"/conversations/{taken['session']['id']}").status_code == 200


def test_a_queue_that_is_taken_from_an_operator_is_taken_at_once(api: Api, ann: Browser) -> None:
    handoff = waiting(api)
    assert ann.get(f"/handoffs/{handoff['id']}").status_code == 200

    patch(api, "operators/ann", {"queues": ["fraud"]})

    assert ann.get(f"/handoffs/{handoff['id']}").status_code == 404


def test_briefs_of_foreign_cases_are_not_compared_on_the_page_of_an_own_one(api: Api, ann: Browser) -> None:
    own, other = waiting(api), fraud(api)
    path = f"/chains/{own['chain_id']}"

    assert ann.get(path).status_code == 200
    assert ann.get(f"{path}?left={other['id']}&right={other['id']}").status_code == 404


def test_open_pages_hear_no_event_of_foreign_cases(api: Api, ann: Browser) -> None:
    handoff = fraud(api, goal="Stop the card")
    other = waiting(api)
    heard = ""
    with ann.http.stream("GET", "/console/events", params={"after": 0}, timeout=60) as stream:
        until = time.monotonic() + 60
        for line in stream.iter_lines():
            heard += line
            if other["id"] in heard or time.monotonic() > until:
                break

    assert other["id"] in heard
    assert handoff["id"] not in heard
    assert ann.http.get("/console/events", params={"chain_id": handoff["chain_id"]}).status_code == 404


def test_analytics_count_what_somebody_may_see(api: Api, ann: Browser) -> None:
    fraud(api)
    waiting(api)

    def handoffs_of(browser: Browser) -> int:
        answer: httpx.Response = browser.get("/analytics?format=json")
        return int(answer.json()["total"]["handoffs"])

    assert (handoffs_of(ann), handoffs_of(signed_in(api, "lou", role="auditor", queues=[]))) == (1, 2)


def test_what_agents_do_among_themselves_is_a_leads_and_no_operators(api: Api, ann: Browser) -> None:
    handoff = waiting(api, to="billing-bot")
    lead = signed_in(api, "lee", role="lead")

    statuses = [one.get(f"/handoffs/{handoff['id']}").status_code for one in (ann, lead)]

    assert statuses == [404, 200]


def test_an_auditor_takes_no_work(api: Api) -> None:
    signed_in(api, "lou", role="auditor")
    handoff = waiting(api)

    api.http.post("/v1/queues/billing/claim", json={"agent": "human:lou"})

    assert get(api, f"handoffs/{handoff['id']}")["state"] == "ready"


def test_reading_what_a_customer_said_is_recorded_once_for_a_page_that_stays_open(api: Api, ann: Browser) -> None:
    handoff = waiting(api, a_session(api, "Refund $100"))
    memory = get(api, "memories", session_id=handoff["source_session_id"])["items"][0]["id"]
    paths = (f"/handoffs/{handoff['id']}", f"/conversations/{handoff['source_session_id']}", f"/memories/{memory}")
    for path in (*paths, *paths):
        ann.page(path)

    assert sorted(reads(api)) == [(what, "human:ann") for what in ("conversation", "handoff", "memory")]


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/failed", {"retry-xyz": "on"}),
        ("/handoffs/{id}/unflag", {"flag_id": "zz"}),
        ("/presence", {"presence": "zz"}),
        ("/presence", {}),
        ("/drafts/{id}", {"verb": "save", "count": "zz"}),
    ],
)
def test_a_form_that_names_nothing_is_refused_as_malformed(api: Api, path: str, fields: dict[str, str]) -> None:
    lead = signed_in(api, "lee", role="lead")

    assert lead.submit(path.format(id=waiting(api)["id"]), **fields).status_code == 422
