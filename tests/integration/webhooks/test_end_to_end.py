"""Webhooks: events leave the platform signed, again and again until they arrive, and the log tells how."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from sqlalchemy import select, text
from standardwebhooks import Webhook

from tests.builders import receivers
from tests.builders.databases import tables_that_hold
from tests.builders.events import happen
from tests.builders.receivers import Receiver, misbehaving, receiving
from tests.conftest import Api, TenantKey
from warmline_local.servers import EmbeddedPostgres
from warmline_memory import events, webhooks
from warmline_memory.storage import new_sealing_key, tables
from warmline_memory.storage.database import Database, Role
from warmline_memory.storage.sealing import Sealer
from warmline_memory.webhooks import AllowedAddresses
from warmline_schemas.events import EventType
from warmline_schemas.webhooks import AddWebhook

READY, CLAIMED = EventType.HANDOFF_READY, EventType.HANDOFF_CLAIMED


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver that takes everything."""
    with receiving() as receiver:
        yield receiver


def add(api: Api, url: str, **fields: Any) -> dict[str, Any]:
    """Add a webhook; the answer with its secret."""
    answer = api.http.post("/v1/webhooks", json={"url": url, **fields})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def listed(api: Api, **params: Any) -> list[dict[str, Any]]:
    return list(api.http.get("/v1/deliveries", params=params).json()["items"])


def wait_for(api: Api, state: str, seconds: float = 60.0) -> dict[str, Any]:
    """The newest delivery, once it is in a state, with its attempts."""
    deadline = time.monotonic() + seconds
    while not (found := listed(api, state=state)):
        assert time.monotonic() < deadline, listed(api)
        time.sleep(0.05)
    return dict(api.http.get(f"/v1/deliveries/{found[0]['id']}").json())


@pytest.mark.usefixtures("worker")
def test_an_event_arrives_signed_and_the_log_says_so(
    api: Api, tenant: TenantKey, database: Database, receiver: Receiver
) -> None:
    webhook = add(api, receiver.url)
    happen(database, tenant, queue="queue:billing")
    headers, body = receiver.wait()[0]
    message = Webhook(webhook["secret"]).verify(body, headers)
    assert (message["type"], message["data"]["queue"]) == ("handoff.ready", "queue:billing")
    delivery = wait_for(api, "delivered")
    assert [(one["status"], one["problem"]) for one in delivery["log"]] == [(204, None)]
    assert delivery["event"] == message["data"]


@pytest.mark.usefixtures("worker")
def test_only_the_types_that_were_asked_for_arrive(
    api: Api, tenant: TenantKey, database: Database, receiver: Receiver
) -> None:
    add(api, receiver.url, types=["handoff.claimed"])
    for type in (READY, CLAIMED, READY):
        happen(database, tenant, type)
    receiver.wait()
    assert [one["sequence"] for one in listed(api)] == [2]


@pytest.mark.usefixtures("worker")
def test_a_failing_receiver_is_tried_again_and_at_last_given_up(
    api: Api, tenant: TenantKey, database: Database
) -> None:
    with receiving(status=500, body=b"on fire") as receiver:
        add(api, receiver.url)
        happen(database, tenant)
        delivery = wait_for(api, "failed")
        assert len({headers["webhook-id"] for headers, _ in receiver.came}) == 1
    assert [one["answer"] for one in delivery["log"]] == ["on fire"] * 3
    assert delivery["problem"] == "It answered 500."


@pytest.mark.usefixtures("worker")
def test_what_failed_can_be_replayed_one_by_one_and_all_at_once(
    api: Api, tenant: TenantKey, database: Database
) -> None:
    with receiving(status=500) as receiver:
        webhook = add(api, receiver.url)
        for _ in range(3):
            happen(database, tenant)
        deadline = time.monotonic() + 60
        while len(listed(api, state="failed")) < 3:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        receiver.status = 204
        assert api.http.post(f"/v1/deliveries/{listed(api)[0]['id']}/replay").status_code == 202
        assert wait_for(api, "delivered")["attempts"] == 1
        since = {"since": "2026-01-01T00:00:00Z"}
        assert api.http.post(f"/v1/webhooks/{webhook['id']}/replay", json=since).json() == {"replayed": 2}
        receiver.wait(3 * 3 + 3)


@pytest.mark.usefixtures("worker")
def test_a_receiver_that_answers_410_is_sent_nothing_more(api: Api, tenant: TenantKey, database: Database) -> None:
    with receiving(status=410) as receiver:
        webhook = add(api, receiver.url)
        happen(database, tenant)
        wait_for(api, "failed")
        happen(database, tenant)
    after = api.http.get(f"/v1/webhooks/{webhook['id']}").json()
    assert "410" in after["disabled_why"]
    assert len(listed(api)) == 1
    told = api.http.get("/v1/events", params={"types": "webhook.disabled"}).json()["items"]
    assert [one["facts"]["webhook_id"] for one in told] == [webhook["id"]]


@pytest.mark.usefixtures("worker")
def test_a_ping_goes_to_its_webhook_alone_whatever_types_it_takes(api: Api, receiver: Receiver) -> None:
    with receiving() as other:
        webhook = add(api, receiver.url, types=["handoff.ready"])
        add(api, other.url)
        assert api.http.post(f"/v1/webhooks/{webhook['id']}/ping").json()["type"] == "webhook.pinged"
        receiver.wait()
        wait_for(api, "delivered")
        assert other.came == []


@pytest.mark.usefixtures("worker")
def test_hanging_receivers_keep_neither_briefs_nor_other_receivers_waiting(
    api: Api, tenant: TenantKey, database: Database, receiver: Receiver
) -> None:
    start = {"namespace": "user-dave", "agent": "tier1-bot"}
    session = api.http.post("/v1/sessions", json=start).json()["id"]
    api.http.post("/v1/memories", json={"session_id": session, "content": "Customer ACC-4521 was charged $299"})
    with ExitStack() as stack:
        for _ in range(25):
            add(api, stack.enter_context(misbehaving(receivers.hang)))
        for _ in range(2):
            happen(database, tenant)
        began = time.monotonic()
        ask = {"session_id": session, "to": "billing", "reason": "Disputed overcharge"}
        handoff = api.http.post("/v1/handoffs", json=ask).json()["id"]
        ready = api.http.get(f"/v1/handoffs/{handoff}", params={"wait": 20}).json()
        assert (ready["state"], time.monotonic() - began < 5) == ("ready", True)
        add(api, receiver.url, types=["shift.due"])
        happen(database, tenant, EventType.SHIFT_DUE)
        receiver.wait()
        for webhook in api.http.get("/v1/webhooks").json()["items"]:
            api.http.delete(f"/v1/webhooks/{webhook['id']}")


def test_a_tenant_without_webhooks_writes_no_deliveries(tenant: TenantKey, database: Database) -> None:
    happen(database, tenant)
    with database.transaction(role=Role.ADMIN) as db:
        count = "SELECT count(*) FROM deliveries WHERE tenant_id = :tenant"
        assert db.scalar(text(count), {"tenant": tenant.tenant_id}) == 0


def test_what_is_rolled_back_is_never_sent(api: Api, tenant: TenantKey, database: Database) -> None:
    add(api, "http://127.0.0.1:9/events")
    with pytest.raises(ZeroDivisionError), database.transaction(tenant_id=tenant.tenant_id) as db:
        events.record(db, READY)
        raise ZeroDivisionError
    assert listed(api) == []


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://10.1.2.3/events", "no public address"),
        ("https://[::1]:8420/", "no public address"),
        ("https://user:word@example.com/", "no user name"),
        ("ftp://example.com/", "must begin with https:"),
        ("nonsense", "must begin with https:"),
    ],
)
def test_a_url_that_can_take_no_events_is_refused(api: Api, url: str, why: str) -> None:
    answer = api.http.post("/v1/webhooks", json={"url": url})
    assert answer.status_code == 422
    assert why in answer.json()["detail"]


def test_a_secret_is_shown_once_and_again_after_a_rotation(api: Api) -> None:
    webhook = add(api, "http://127.0.0.1:9/events")
    rotated = api.http.post(f"/v1/webhooks/{webhook['id']}/rotate").json()
    assert rotated["secret"].startswith("whsec_")
    assert rotated["secret"] != webhook["secret"]
    assert "secret" not in api.http.get(f"/v1/webhooks/{webhook['id']}").json()
    assert "whsec_" not in api.http.get("/v1/webhooks").text


def test_a_webhook_is_changed_disabled_enabled_and_removed(api: Api) -> None:
    path = f"/v1/webhooks/{add(api, 'http://127.0.0.1:9/events', description='Chat')['id']}"
    assert api.http.patch(path, json={"types": ["shift.due"]}).json()["types"] == ["shift.due"]
    assert api.http.patch(path, json={"enabled": False}).json()["disabled_why"] == "Somebody disabled it."
    assert api.http.patch(path, json={"enabled": True}).json()["disabled_at"] is None
    assert api.http.delete(path).status_code == 204
    assert api.http.get(path).status_code == 404


def test_another_tenants_webhooks_and_deliveries_are_not_there(
    api: Api, new_tenant: Callable[[], TenantKey], client_of: Callable[[TenantKey], Api], database: Database
) -> None:
    stranger = client_of(new_tenant())
    webhook = add(api, "http://127.0.0.1:9/events")
    delivery = api.http.post(f"/v1/webhooks/{webhook['id']}/ping").json()
    assert stranger.http.get("/v1/webhooks").json() == {"items": [], "next_cursor": None}
    assert stranger.http.get(f"/v1/deliveries/{delivery['id']}").status_code == 404
    assert stranger.http.post(f"/v1/webhooks/{webhook['id']}/rotate").status_code == 404


def test_no_table_holds_a_secret_that_signs(api: Api, postgres: EmbeddedPostgres) -> None:
    ask = {"url": "https://example.com/events"}
    made = api.http.post("/v1/webhooks", json=ask, headers={"Idempotency-Key": "k"}).json()
    rotated = api.http.post(f"/v1/webhooks/{made['id']}/rotate", json={}, headers={"Idempotency-Key": "r"}).json()
    for secret in (made["secret"], rotated["secret"]):
        assert tables_that_hold(postgres, secret.removeprefix("whsec_")) == []


def test_a_repeated_request_does_not_show_the_secret_again(api: Api) -> None:
    ask, once = {"url": "https://example.com/events"}, {"Idempotency-Key": "k"}
    first, again = (api.http.post("/v1/webhooks", json=ask, headers=once).json() for _ in range(2))
    assert (first["id"], first["secret"][:6], again["secret"]) == (again["id"], "whsec_", None)


def test_renewed_seals_sign_as_before_and_need_the_new_key_alone(database: Database, tenant: TenantKey) -> None:
    old, new = new_sealing_key(), new_sealing_key()
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        db.sealer = Sealer(old)
        made = webhooks.add(db, AddWebhook(url="https://example.com/events"), AllowedAddresses(""))
        db.sealer = Sealer(f"{new},{old}")
        webhooks.renew_seals(db)
        row = db.scalars(select(tables.WebhookEndpoint)).one()
        assert Sealer(new).open(row.secret) == made.secret
