"""PagerDuty and Alertmanager with the bridge to Warmline: an incident is one case, acknowledged and resolved on both
sides."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.builders.bridges import quiet, served, soon
from tests.builders.handoffs import accept, act, read, written
from tests.builders.incident_sources import (
    ANN_EMAIL,
    BOSS,
    SECRET,
    TOKEN,
    FakeAlertmanager,
    FakePagerDuty,
    a_pagerduty,
    an_alertmanager,
)
from tests.builders.keys import a_key
from tests.builders.operators import an_operator
from tests.builders.queues import a_queue
from tests.builders.requests import Json, get
from tests.conftest import Api, Command
from warmline import Warmline
from warmline.bridges.ops import alertmanager, pagerduty
from warmline.bridges.ops.alertmanager import AlertmanagerSettings
from warmline.bridges.ops.pagerduty import PagerDutySettings

pytestmark = pytest.mark.usefixtures("worker")

ANN = "human:ann"


@pytest.fixture
def on_call(api: Api) -> Iterator[Warmline]:
    """Ann, who is on call, and what a bridge asks Warmline with."""
    a_queue(api, "on-call")
    an_operator(api, "ann", display_name="Ann Weber", queues=["on-call"], email=ANN_EMAIL)
    with Warmline(api.url, str(a_key(api, "desk")["secret"])) as client:
        yield client


@pytest.fixture
def duty(on_call: Warmline, tmp_path: Path) -> Iterator[FakePagerDuty]:
    """PagerDuty, with a bridge."""
    with a_pagerduty() as fake:
        store = {"store": tmp_path / "pd.sqlite3"}
        settings = PagerDutySettings(secrets=[SECRET], token=TOKEN, acts_as=BOSS, api=fake.url, **store)
        with served(pagerduty.made(settings, on_call)) as fake.target:
            yield fake


@pytest.fixture
def alerts(on_call: Warmline, tmp_path: Path) -> Iterator[FakeAlertmanager]:
    """Alertmanager, with a bridge that silences what somebody has."""
    with an_alertmanager() as fake:
        store = {"store": tmp_path / "am.sqlite3", "silence_minutes": 60}
        settings = AlertmanagerSettings(secrets=[SECRET], api=fake.url, **store)
        with served(alertmanager.made(settings, on_call)) as fake.target:
            yield fake


def handoffs(api: Api) -> list[Json]:
    return list(get(api, "handoffs", limit=200)["items"])


def the_handoff(api: Api) -> Json:
    """The one handoff of an incident, once its brief is written."""
    [found] = soon(lambda: handoffs(api))
    return written(api, found)


def slots(api: Api, chain_id: str) -> dict[str, str]:
    """The values that hold of a case."""
    found = get(api, "memories", chain_id=chain_id, limit=200)["items"]
    return {one["slot"]["name"]: one["slot"]["value"] for one in found if one["slot"] and not one["superseded_by"]}


def test_an_incident_is_one_case_for_who_is_on_call_however_often_it_is_told(api: Api, duty: FakePagerDuty) -> None:
    event = duty.event("Q1", "triggered", "triggered", 0)
    assert [duty.send(event) for _ in range(3)] == [200] * 3
    handoff = the_handoff(api)
    quiet(duty.target)
    assert (handoff["to"], handoff["urgency"], handoff["reason"]) == (
        "queue:on-call",
        "critical",
        "Checkout answers slowly",
    )
    assert handoff["namespace"] == "pagerduty/checkout"
    known = slots(api, handoff["chain_id"])
    assert (known["service"], known["severity"], known["status"]) == ("Checkout", "P1", "triggered")
    assert len(handoffs(api)) == 1


def test_who_takes_the_case_over_acknowledges_there_and_who_resolves_it_resolves_there(
    api: Api, duty: FakePagerDuty
) -> None:
    duty.send(duty.event("Q1", "triggered", "triggered", 0))
    handoff = the_handoff(api)
    duty.fails = 1
    warm = accept(api, handoff, ANN)
    soon(lambda: duty.statuses.get("Q1") == "acknowledged")
    # It comes back, and changes nothing.
    duty.send(duty.event("Q1", "acknowledged", "acknowledged", 2))
    act(api, handoff, "resolve", token=warm["claim"]["token"], note="Rolled back to 1.4")
    soon(lambda: duty.statuses.get("Q1") == "resolved")
    assert duty.resolutions["Q1"] == "Ann Weber in Warmline: Rolled back to 1.4"
    duty.send(duty.event("Q1", "resolved", "resolved", 4))
    quiet(duty.target)
    assert len(handoffs(api)) == 1


@pytest.mark.usefixtures("on_call")
def test_who_takes_it_over_before_the_bridge_has_its_answer_acknowledges_there(api: Api, tmp_path: Path) -> None:
    taken = threading.Event()

    def hold(answer: httpx.Response) -> None:
        if (answer.request.method, answer.request.url.path) == ("POST", "/v1/handoffs"):
            assert taken.wait(60)

    key = str(a_key(api, "desk")["secret"])
    with (
        a_pagerduty() as fake,
        httpx.Client(event_hooks={"response": [hold]}) as http,
        Warmline(api.url, key, http_client=http) as client,
    ):
        settings = PagerDutySettings(
            secrets=[SECRET], token=TOKEN, acts_as=BOSS, api=fake.url, store=tmp_path / "pd.sqlite3"
        )
        with served(pagerduty.made(settings, client)) as fake.target:
            fake.send(fake.event("Q1", "triggered", "triggered", 0))
            accept(api, the_handoff(api), ANN)
            soon(lambda: httpx.get(f"{fake.target}/health").json()["waiting"] == 2)
            taken.set()
            soon(lambda: fake.statuses.get("Q1") == "acknowledged")


def test_who_acknowledges_there_has_the_case_and_resolving_there_resolves_it(api: Api, duty: FakePagerDuty) -> None:
    duty.send(duty.event("Q1", "triggered", "triggered", 0))
    handoff = the_handoff(api)
    duty.send(duty.event("Q1", "acknowledged", "acknowledged", 1))
    soon(lambda: read(api, handoff)["holder"] == ANN)
    duty.send(duty.event("Q1", "resolved", "resolved", 2))
    soon(lambda: read(api, handoff)["closed_as"] == "resolved")
    assert read(api, handoff)["resolution"] == "Resolved at PagerDuty by Ann Weber"
    quiet(duty.target)
    assert [one for one in duty.asked if one.startswith("PUT")] == []


def test_what_nobody_took_over_is_called_off_when_it_is_resolved_there(api: Api, duty: FakePagerDuty) -> None:
    duty.send(duty.event("Q1", "triggered", "triggered", 0))
    handoff = the_handoff(api)
    duty.send(duty.event("Q1", "resolved", "resolved", 1))
    soon(lambda: read(api, handoff)["state"] == "cancelled")
    soon(lambda: get(api, "sessions", chain_id=handoff["chain_id"])["items"][0]["ended_at"])


def test_what_comes_out_of_order_is_overtaken(api: Api, duty: FakePagerDuty) -> None:
    duty.send(duty.event("Q1", "resolved", "resolved", 5))
    duty.send(duty.event("Q1", "triggered", "triggered", 0))
    quiet(duty.target)
    assert handoffs(api) == []
    duty.send(duty.event("Q1", "reopened", "triggered", 9))
    assert the_handoff(api)["reason"] == "Checkout answers slowly"


def test_a_note_and_another_priority_are_told_to_who_has_it(api: Api, duty: FakePagerDuty) -> None:
    duty.send(duty.event("Q1", "triggered", "triggered", 0))
    handoff = the_handoff(api)
    accept(api, handoff, ANN)
    duty.send(duty.event("Q1", "priority_updated", "triggered", 1, priority={"summary": "P3"}))
    note = {"type": "incident_note", "id": "N1", "content": "The cache is cold", "incident": {"id": "Q1"}}
    duty.send({**duty.event("Q1", "annotated", "triggered", 2), "data": note})
    soon(lambda: slots(api, handoff["chain_id"]).get("severity") == "P3")
    quiet(duty.target)
    found = get(api, "memories", chain_id=handoff["chain_id"], limit=200)["items"]
    assert [one["agent"] for one in found if one["content"] == "Ann Weber: The cache is cold"] == ["pagerduty"]


def test_webhooks_without_the_right_secret_are_refused(api: Api, duty: FakePagerDuty, tmp_path: Path) -> None:
    assert duty.send(duty.event("Q1", "triggered", "triggered", 0), secret="another") == 401
    quiet(duty.target)
    assert handoffs(api) == []


def test_a_group_of_alerts_is_one_case_with_each_alert_once(api: Api, alerts: FakeAlertmanager) -> None:
    first, second = alerts.alert("a1", 0), alerts.alert("a2", 3)
    for news in (alerts.news(first), alerts.news(first), alerts.news(first, second), alerts.news(first, second)):
        assert alerts.send(news) == 200
    handoff = the_handoff(api)
    quiet(alerts.target)
    assert (handoff["urgency"], handoff["namespace"]) == ("critical", "alertmanager/checkout")
    known = slots(api, handoff["chain_id"])
    assert (known["alerts that fire"], known["runbook"]) == ("2", "https://acme.example/slow")
    found = get(api, "memories", chain_id=handoff["chain_id"], kind="message", limit=200)["items"]
    told = [one["content"] for one in found if one["content"].startswith("FIRING")]
    assert len(told) == 2
    assert len(handoffs(api)) == 1


def test_alerts_are_silenced_while_somebody_works_on_them(api: Api, alerts: FakeAlertmanager) -> None:
    alerts.send(alerts.news(alerts.alert("a1", 0)))
    handoff = the_handoff(api)
    warm = accept(api, handoff, ANN)
    [silence] = soon(lambda: list(alerts.silences.values()))
    assert {one["name"]: one["value"] for one in silence["matchers"]} == {
        "alertname": "HighLatency",
        "service": "checkout",
    }
    assert silence["createdBy"] == "Ann Weber"
    # What is told again meanwhile silences nothing a second time.
    alerts.send(alerts.news(alerts.alert("a1", 0), alerts.alert("a2", 3)))
    quiet(alerts.target)
    assert len(alerts.silences) == 1
    act(api, handoff, "resolve", token=warm["claim"]["token"], note="Rolled back")
    soon(lambda: alerts.silences == {})


def test_alerts_that_end_call_off_what_nobody_took_and_fire_again_as_another_case(
    api: Api, alerts: FakeAlertmanager
) -> None:
    alerts.send(alerts.news(alerts.alert("a1", 0)))
    handoff = the_handoff(api)
    alerts.send(alerts.news(alerts.alert("a1", 0, ended=5), status="resolved"))
    soon(lambda: read(api, handoff)["state"] == "cancelled")
    alerts.send(alerts.news(alerts.alert("a1", 0)))
    quiet(alerts.target)
    assert len(handoffs(api)) == 1
    alerts.send(alerts.news(alerts.alert("a1", 9)))
    again = soon(lambda: handoffs(api), lambda them: len(them) == 2)[0]
    assert again["chain_id"] != handoff["chain_id"]


def test_alerts_without_the_token_are_refused(alerts: FakeAlertmanager) -> None:
    assert alerts.send(alerts.news(alerts.alert("a1", 0)), secret="another") == 401


@pytest.mark.parametrize("kind", ["pagerduty", "alertmanager"])
def test_check_says_what_a_set_up_lacks(api: Api, command: Command, tmp_path: Path, kind: str) -> None:
    def wrong(**given: Any) -> tuple[int, dict[str, str]]:
        config = tmp_path / f"{kind}.toml"
        config.write_text("\n".join(f"{name} = {json.dumps(value)}" for name, value in given.items()))
        status, out, _ = command("bridge", kind, "--config", config, "check", "--json")
        return status, {one["about"]: one["says"] for one in json.loads(out)["findings"] if not one["is_fine"]}

    with a_pagerduty() as duty, an_alertmanager() as alerts:
        if kind == "pagerduty":
            given = {"secrets": [SECRET], "acts_as": BOSS, "api": duty.url}
            assert set(wrong(**given, token=TOKEN)[1]) == {"public_url"}
            assert "401" in wrong(**given, token="wrong")[1]["token"]
            assert "no user" in wrong(**{**given, "acts_as": "x@acme.example"}, token=TOKEN)[1]["acts_as"]
        else:
            assert set(wrong(secrets=SECRET, api=alerts.url)[1]) == {"public_url"}
            assert "Silences are wanted" in wrong(secrets=[SECRET], silence_minutes=5)[1]["api"]
            assert "not reached" in wrong(secrets=[SECRET], api="http://127.0.0.1:1")[1]["api"]
