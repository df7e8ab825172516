"""Lists by several values and by time, changes to the version that was read, and lean acceptances."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from tests.builders.live_sessions import a_session
from tests.conftest import Api, Run
from warmline import AsyncWarmline, ChangedMeanwhile, InvalidRequest, LeanTakeover, NotGiven, Warmline
from warmline_schemas.handoffs import Handoff


def test_a_filter_takes_one_value_or_any_of_several(client: Warmline) -> None:
    for namespace in ("user-ann", "user-ben", "user-cid"):
        client.memories.remember("Hello", namespace=namespace, agent="bot")
    assert [one.namespace for one in client.memories.list(namespace="user-ben")] == ["user-ben"]
    several = client.memories.list(namespace=(name for name in ("user-ann", "user-cid")))
    assert [one.namespace for one in several] == ["user-cid", "user-ann"]


def test_lists_choose_by_time(client: Warmline) -> None:
    first = client.sessions.start("user-dave", "bot")
    second = client.sessions.start("user-dave", "bot")
    moment = second.started_at
    assert [one.id for one in client.sessions.list(since=moment)] == [second.id]
    assert [one.id for one in client.sessions.list(until=moment)] == [first.id]
    later = datetime.now(UTC) + timedelta(hours=1)
    lists = [client.memories.list, client.handoffs.list, client.flags.list, client.webhooks.deliveries, client.audit]
    assert [list(one(since=later, until=later)) for one in lists] == [[]] * 5


def test_a_change_is_made_only_to_what_was_read(client: Warmline) -> None:
    written = client.queues.write("billing", title="Billing")
    read = client.queues.get("billing")
    assert (read, read.version) == (written, written.version)
    changed = client.queues.write("billing", title="Invoices", if_unchanged=read)
    with pytest.raises(ChangedMeanwhile):
        client.queues.write("billing", title="Refunds", if_unchanged=read)
    with pytest.raises(ChangedMeanwhile):
        client.queues.delete("billing", if_unchanged=read.version)
    assert client.queues.get("billing").title == "Invoices"
    client.queues.delete("billing", if_unchanged=changed)


def test_none_clears_what_can_be_empty_and_what_is_left_out_stays(client: Warmline) -> None:
    made = client.customers.make(ids=[{"channel": "chat", "id": "88"}], display_name="Mira", language="en")
    changed = client.customers.revise(made.id, language=None, if_unchanged=client.customers.get(made.id))
    assert (changed.display_name, changed.language, len(changed.ids)) == ("Mira", None, 1)
    cleared = client.customers.revise(made.id, display_name=None, language=NotGiven.NOT_GIVEN, ids=[])
    assert (cleared.display_name, cleared.ids) == (None, [])
    webhook = client.webhooks.add("http://127.0.0.1:9/hook", description="Ours")
    assert client.webhooks.revise(webhook.id, enabled=False).description == "Ours"
    assert client.webhooks.revise(webhook.id, description=None).description is None


def test_what_came_in_a_list_has_no_version_to_rest_on(client: Warmline) -> None:
    client.templates.write("ours", about="Ours", sections=[{"name": "ask", "title": "Ask"}])
    (listed,) = (one for one in client.templates.list() if one.name == "ours")
    assert listed == client.templates.get("ours")
    with pytest.raises(InvalidRequest, match="read it alone"):
        client.templates.delete("ours", if_unchanged=listed)


def test_the_asynchronous_client_changes_only_what_was_read(api: Api) -> None:
    async def work() -> None:
        async with AsyncWarmline(api.url, api.key) as client:
            made = await client.customers.make(ids=[{"channel": "chat", "id": "88"}], language="en")
            assert (await client.customers.revise(made.id, language=None)).language is None
            read = await client.preferences()
            await client.revise_preferences(hop_budget=7, if_unchanged=read)
            with pytest.raises(ChangedMeanwhile):
                await client.revise_preferences(hop_budget=8, if_unchanged=read)

    asyncio.run(work())


def a_ready_handoff(client: Warmline) -> Handoff:
    with a_session(client) as session:
        session.remember("I was charged $299 but my plan is $199 a month", role="user", importance=0.9)
        handoff = session.hand_off(to="billing", reason="A refund")
    return client.handoffs.wait(handoff.id)


@pytest.mark.usefixtures("worker")
def test_a_lean_acceptance_has_the_prompt_and_a_session_to_work_in(client: Warmline) -> None:
    handoff = a_ready_handoff(client)
    with client.accept(handoff.id, agent="billing", lean=True) as warm:
        assert type(warm) is LeanTakeover
        assert "$299" in warm.prompt
        warm.session.remember("Refunded $100")
        warm.resolve("Refunded")
    branch = client.handoffs.accept(handoff.id, agent="auditor", mode="branch", lean=True)
    assert "memories" not in branch.model_dump()


@pytest.mark.usefixtures("worker")
def test_a_claim_is_prolonged_with_its_token_and_listed_by_its_holder(run: Run, client: Warmline) -> None:
    handoff = a_ready_handoff(client)
    claim = client.handoffs.claim(handoff.id, agent="bot-ann")
    again = client.handoffs.claim(handoff.id, agent="bot-ann", token=claim.token)
    assert again.token == claim.token
    assert [one.id for one in client.handoffs.list(holder=["bot-ann", "bot-ben"])] == [handoff.id]
    found = json.loads(
        run("handoff", "list", "--holder", "bot-ann", "--state", "claimed", "--state", "ready", "--json")
    )
    assert [one["id"] for one in found] == [str(handoff.id)]


def test_an_id_that_is_none_is_named_by_the_platform(client: Warmline) -> None:
    assert list(client.flags.list(handoff_id=uuid4())) == []
    with pytest.raises(InvalidRequest, match="handoff_id"):
        list(client.flags.list(handoff_id="no-id"))
