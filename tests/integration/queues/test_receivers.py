"""To whom work can go: a name that nobody has is refused with the nearest ones; people use the names of people."""

import pytest

from tests.builders.console import signed_in, text_of
from tests.builders.handoffs import read, waiting
from tests.builders.operators import an_operator
from tests.builders.queues import a_queue
from tests.builders.requests import Json, patch, put
from tests.builders.sessions import a_session
from tests.conftest import Api

pytestmark = pytest.mark.usefixtures("worker")


def a_desk(api: Api) -> None:
    """Two queues, one of them with a title, and two people; Lena knows about cards."""
    a_queue(api)
    a_queue(api, "fraud", title="Fraud and Disputes")
    an_operator(api, "ann")
    an_operator(api, "lena.koch", display_name="Lena Koch", skills=["cards"])


def requesting(api: Api, to: str) -> Json:
    answer = api.http.post("/v1/handoffs", json={"session_id": a_session(api), "to": to, "reason": "Why"})
    return {"status": answer.status_code, **answer.json()}


@pytest.mark.parametrize(
    ("to", "sentence"),
    [
        ("queue:biling", "There is no queue called biling. Did you mean queue:billing?"),
        ("queue:disputes", "There is no queue called disputes. Did you mean Fraud and Disputes (queue:fraud)?"),
        ("human:lena", "There is no colleague called lena. Did you mean Lena Koch (human:lena.koch)?"),
        ("skill:card", "There is no skill called card. Did you mean skill:cards?"),
        ("queue:zzz", "There is no queue called zzz. Set it up first, or give one that is."),
    ],
)
def test_a_name_that_nobody_has_is_refused_with_the_nearest_ones(api: Api, to: str, sentence: str) -> None:
    a_desk(api)
    answer = requesting(api, to)
    assert (answer["status"], answer["errors"][0]["field"]) == (422, "body.to")
    assert sentence in answer["detail"]


@pytest.mark.parametrize("to", ["queue:biling", "human:nobody", "skill:cards"])
def test_where_nothing_is_set_up_every_name_is_free(api: Api, to: str) -> None:
    assert requesting(api, to)["status"] == 202


@pytest.mark.parametrize(
    "to", ["queue:fraud", "human:lena.koch", "skill:cards", "queue:people", "a-bot-that-starts-later"]
)
def test_what_is_set_up_is_known_and_so_are_agents_that_agents_name(api: Api, to: str) -> None:
    a_desk(api)
    assert requesting(api, to)["status"] == 202


def test_whoever_has_worked_is_known(api: Api) -> None:
    a_desk(api)
    a_session(api, agent="human:outside")
    assert requesting(api, "human:outside")["status"] == 202


def test_whoever_is_signed_in_names_only_agents_that_have_worked(api: Api) -> None:
    a_desk(api)
    a_session(api, agent="refund-bot")
    tom = signed_in(api, "tom")
    handoff = waiting(api, to="queue:billing")
    tom.done(f"/handoffs/{handoff['id']}/claim")
    token = tom.page(f"/handoffs/{handoff['id']}").partition('name="token" value="')[2].partition('"')[0]
    there = f"/handoffs/{handoff['id']}/transfer"
    assert "Did you mean refund-bot?" in text_of(
        tom.refused(there, 422, token=token, to="refundbot", reason="Its work")
    )
    tom.done(there, token=token, to="refund-bot", reason="Its work")
    assert read(api, handoff)["to"] == "refund-bot"


def test_a_level_leads_to_somebody(api: Api) -> None:
    a_desk(api)
    levels = [{"wait_seconds": 60}, {"wait_seconds": 60, "to": "queue:frauds"}]
    answer = api.http.put("/v1/queues/billing", json={"levels": levels})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "body.levels.1.to")
    assert "Did you mean" in answer.json()["detail"]
    levels[1]["to"] = "queue:fraud"
    assert put(api, "queues/billing", {"levels": levels})["levels"][1]["to"] == "queue:fraud"


@pytest.mark.parametrize(
    ("typed", "to"),
    [
        ("Lena Koch", "human:lena.koch"),
        ("lena.koch", "human:lena.koch"),
        ("fraud and disputes", "queue:fraud"),
        ("queue:fraud", "queue:fraud"),
        ("cards", "skill:cards"),
    ],
)
def test_a_person_types_the_name_that_people_use(api: Api, typed: str, to: str) -> None:
    a_desk(api)
    tom = signed_in(api, "tom")
    handoff = waiting(api, to="queue:billing")
    tom.done(f"/handoffs/{handoff['id']}/claim")
    page = tom.page(f"/handoffs/{handoff['id']}")
    assert '<option value="Lena Koch">available, 0 of ' in page
    token = page.partition('name="token" value="')[2].partition('"')[0]
    tom.done(f"/handoffs/{handoff['id']}/transfer", token=token, to=typed, reason="Theirs")
    assert read(api, handoff)["to"] == to


def test_a_slip_in_the_console_is_refused_and_what_was_typed_stays(api: Api) -> None:
    a_desk(api)
    tom = signed_in(api, "tom")
    handoff = waiting(api, to="queue:billing")
    tom.done(f"/handoffs/{handoff['id']}/claim")
    token = tom.page(f"/handoffs/{handoff['id']}").partition('name="token" value="')[2].partition('"')[0]
    page = tom.refused(f"/handoffs/{handoff['id']}/transfer", 422, token=token, to="lena", reason="Her customer")
    assert "Nobody is called lena. Did you mean Lena Koch (human:lena.koch)?" in text_of(page)
    assert 'value="lena"' in page
    assert read(api, handoff)["state"] == "claimed"


def test_a_name_that_two_have_is_told_apart(api: Api) -> None:
    a_desk(api)
    an_operator(api, "lena.k", display_name="Lena Koch")
    tom = signed_in(api, "tom")
    handoff = waiting(api, to="queue:billing")
    tom.done(f"/handoffs/{handoff['id']}/claim")
    token = tom.page(f"/handoffs/{handoff['id']}").partition('name="token" value="')[2].partition('"')[0]
    page = tom.refused(f"/handoffs/{handoff['id']}/transfer", 422, token=token, to="Lena Koch", reason="Her customer")
    assert "human:lena.k)" in text_of(page)
    assert "human:lena.koch)" in text_of(page)


def test_a_colleague_who_is_disabled_is_nobody(api: Api) -> None:
    a_desk(api)
    patch(api, "operators/lena.koch", {"disabled": True})
    assert requesting(api, "human:lena.koch")["status"] == 422
