"""Events and webhooks through the SDK and on the command line."""

import json
from datetime import UTC, datetime

import pytest

from tests.builders.events import happen
from tests.builders.receivers import receiving
from tests.conftest import Run, TenantKey
from warmline import Warmline
from warmline.webhooks import verify
from warmline_memory.storage.database import Database
from warmline_schemas.events import Event, EventType

READY, CLAIMED = EventType.HANDOFF_READY, EventType.HANDOFF_CLAIMED
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
NOBODY = "http://127.0.0.1:9/events"


def test_the_list_is_read_page_by_page(client: Warmline, tenant: TenantKey, database: Database) -> None:
    for type in (READY, CLAIMED, READY, READY):
        happen(database, tenant, type)
    assert [one.sequence for one in client.events.list(types=[READY], page_size=2)] == [1, 3, 4]
    assert list(client.events.list(after=2, types=["handoff.claimed"])) == []


def test_a_stream_gives_events_as_they_are(client: Warmline, tenant: TenantKey, database: Database) -> None:
    happen(database, tenant, CLAIMED, actor="human:zoë", queue="queue:billing")
    happened = next(client.events.stream(after=0, queue="queue:billing", types=["handoff.claimed"]))
    assert isinstance(happened, Event)
    assert (happened.type, happened.actor) == (CLAIMED, "human:zoë")


@pytest.mark.usefixtures("worker")
def test_a_receiver_verifies_what_was_sent_to_it(client: Warmline) -> None:
    with receiving() as receiver:
        webhook = client.webhooks.add(receiver.url, types=["handoff.ready"], description="Chat")
        client.webhooks.ping(webhook.id)
        headers, body = receiver.wait()[0]
    assert verify(webhook.secret, headers, body).type == "webhook.pinged"


def test_webhooks_and_deliveries_are_managed(client: Warmline) -> None:
    webhook = client.webhooks.add(NOBODY)
    client.webhooks.revise(webhook.id, enabled=False)
    ping = client.webhooks.ping(webhook.id)
    assert client.webhooks.delivery(ping.id).event.facts == {"webhook_id": str(webhook.id)}
    assert [one.id for one in client.webhooks.deliveries(webhook_id=webhook.id, state="pending")] == [ping.id]
    assert client.webhooks.replay(ping.id).attempts == 0
    assert client.webhooks.replay_failed(webhook.id, LONG_AGO) == 0
    assert client.webhooks.rotate(webhook.id).secret != webhook.secret
    client.webhooks.remove(webhook.id)
    assert client.webhooks.list() == []


def test_events_are_shown_a_line_each(run: Run, tenant: TenantKey, database: Database) -> None:
    happen(database, tenant, CLAIMED, actor="human:zoë", queue="queue:billing", level=2)
    assert "handoff.claimed" in run("events", "--no-follow")
    assert json.loads(run("events", "--no-follow", "--json"))["facts"] == {"level": 2}


def test_a_webhook_is_added_pinged_and_removed_on_the_command_line(run: Run) -> None:
    added = json.loads(run("webhooks", "add", NOBODY, "--type", "handoff.ready", "--json"))
    assert added["secret"].startswith("whsec_")
    run("webhooks", "revise", added["id"], "--disable")
    ping = json.loads(run("webhooks", "ping", added["id"], "--json"))
    assert run("webhooks", "deliveries", "--quiet").strip() == ping["id"]
    assert "webhook.pinged" in run("webhooks", "delivery", ping["id"])
    assert json.loads(run("webhooks", "replay", ping["id"], "--json")) == {"replayed": 1}
    run("webhooks", "remove", added["id"])
    assert run("webhooks", "list", "--quiet") == ""
