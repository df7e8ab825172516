"""A customer writes at every moment of a case's life: nothing is lost, and whoever has the case sees it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import psycopg
import pytest

from tests.builders.channels import write
from tests.builders.console import signed_in, text_of
from tests.builders.handoffs import ANN, BOB, accept, accepted, act, claim, events_of, read, requested, waiting, written
from tests.builders.operators import an_operator
from tests.builders.requests import Json, get, patch, post
from tests.builders.sessions import a_session, session_of
from tests.builders.waits import eventually
from tests.conftest import Api, TenantKey
from warmline_local.servers import EmbeddedPostgres

pytestmark = pytest.mark.usefixtures("worker")

SAID = "My parcel came with a broken lid"


def since(warm: Json) -> list[str]:
    return [one["content"] for one in warm["since_the_brief"]]


def kept(api: Api, chain: str) -> list[str]:
    """What a case has of its customer, by whatever session."""
    found = get(api, "memories", chain_id=chain, kind="message", limit=200)["items"]
    return [one["content"] for one in found if one["role"] == "user"]


def resolved(api: Api, agent: str = ANN, **changes: str) -> Json:
    warm = accept(api, waiting(api, **changes), agent)
    act(api, warm["handoff"], "resolve", token=warm["claim"]["token"], note="Refunded $100; money is there by Friday")
    return read(api, warm["handoff"])


def ended_hours_ago(postgres: EmbeddedPostgres, chain: str, hours: int) -> None:
    with psycopg.connect(postgres.url) as connection:
        earlier = "ended_at = ended_at - make_interval(hours => %s)"
        connection.execute(f"UPDATE sessions SET {earlier} WHERE chain_id = %s", [hours, chain])  # type: ignore[arg-type]


def test_before_any_handoff_the_bot_has_it(api: Api) -> None:
    chain = a_session(api)
    found = write(api, chain, SAID)
    assert (found["reached"], found["session_id"], found["speaker"]) == ("speaker", chain, "tier1-bot")
    assert SAID in kept(api, chain)


@pytest.mark.parametrize("mode", ["cold", "warm"])
def test_while_it_waits_it_is_new_since_the_brief_for_whoever_takes_it(api: Api, mode: str) -> None:
    handoff = waiting(api, mode=mode)
    found = write(api, handoff["chain_id"], SAID)
    assert (found["handoff_id"], found["to"]) == (handoff["id"], "queue:billing")
    assert found["standing"]["position"] == 1
    assert since(accept(api, handoff)) == [SAID]


def test_while_it_is_requested_it_stands_in_the_brief_or_since_it(api: Api) -> None:
    handoff = requested(api)
    write(api, handoff["chain_id"], SAID)
    written(api, handoff)
    warm = accept(api, handoff)
    assert SAID in warm["prompt"]


def test_while_somebody_has_claimed_it_their_page_shows_it(api: Api) -> None:
    ann = signed_in(api)
    handoff = waiting(api)
    claim(api, handoff)
    write(api, handoff["chain_id"], SAID)
    shown = text_of(ann.page(f"/handoffs/{handoff['id']}"))
    assert "1 new since the brief" in shown
    assert SAID in shown


def test_once_it_is_accepted_the_holder_has_it_in_the_conversation(api: Api) -> None:
    ann = signed_in(api)
    handoff, _ = accepted(api)
    found = write(api, handoff["chain_id"], SAID)
    assert (found["session_id"], found["speaker"]) == (handoff["target_session_id"], ANN)
    assert SAID in text_of(ann.page(f"/conversations/{found['session_id']}"))


def test_what_was_set_aside_is_woken(api: Api) -> None:
    handoff, token = accepted(api)
    act(api, handoff, "snooze", token=token, until="2100-01-01T00:00:00Z")
    write(api, handoff["chain_id"], SAID)
    assert read(api, handoff)["snoozed_until"] is None
    assert len(events_of(api, handoff, "woken")) == 1


def test_while_it_is_transferred_the_next_one_has_it(api: Api) -> None:
    handoff, token = accepted(api)
    onward = written(api, act(api, handoff, "transfer", token=token, to="queue:fraud", reason="Looks like fraud"))
    write(api, handoff["chain_id"], SAID)
    assert since(accept(api, onward, BOB)) == [SAID]


def test_while_it_is_on_its_way_back_the_bot_has_it(api: Api) -> None:
    handoff, token = accepted(api)
    back = written(api, act(api, handoff, "return", token=token, instruction="Ask for the order"))
    write(api, handoff["chain_id"], SAID)
    assert since(accept(api, back, "tier1-bot")) == [SAID]


def test_after_it_was_resolved_the_same_queue_has_it_with_how_it_was_resolved(api: Api) -> None:
    done = resolved(api)
    found = write(api, done["chain_id"], "It is still not refunded!")
    assert (found["reached"], found["to"], found["chain_id"]) == ("reopened", "queue:billing", done["chain_id"])
    again = written(api, {"id": found["handoff_id"]})
    brief = str(again["brief"])
    assert "It is still not refunded!" in brief
    assert "Refunded $100; money is there by Friday" in brief
    assert accept(api, again, BOB)["session"]["owns_conversation"]


def test_whoever_resolved_it_is_offered_it_first_if_they_are_there(api: Api) -> None:
    an_operator(api)
    done = resolved(api)
    found = write(api, done["chain_id"], SAID)
    assert written(api, {"id": found["handoff_id"]})["offered_to"] == ANN


def test_what_was_resolved_is_opened_once_however_much_is_written(api: Api) -> None:
    done = resolved(api)
    first = write(api, done["chain_id"], SAID)
    second = write(api, done["chain_id"], "Hello?")
    assert (second["reached"], second["handoff_id"]) == ("waiting", first["handoff_id"])
    assert kept(api, done["chain_id"])[:2] == ["Hello?", SAID]


def test_a_bot_whose_session_had_ended_speaks_again(api: Api) -> None:
    chain = a_session(api)
    post(api, f"sessions/{chain}/end")
    found = write(api, chain, SAID)
    assert (found["reached"], found["speaker"]) == ("reopened", "tier1-bot")
    assert session_of(api, chain)["state"] == "open"


def test_after_the_tenants_window_a_new_case_begins_with_the_bot_and_is_written_to_from_then_on(
    api: Api, postgres: EmbeddedPostgres
) -> None:
    patch(api, "preferences", {"reopen_hours": 24})
    chain = resolved(api)["chain_id"]
    ended_hours_ago(postgres, chain, 25)
    found = write(api, chain, SAID, external_id="late-1")
    assert (found["reached"], found["speaker"]) == ("new_chain", "tier1-bot")
    assert found["chain_id"] != chain
    again, more = write(api, chain, SAID, external_id="late-1"), write(api, chain, "Hello?")
    assert again["repeated"]
    assert {again["chain_id"], more["chain_id"]} == {found["chain_id"]}


def test_within_the_window_the_same_case_goes_on(api: Api, postgres: EmbeddedPostgres) -> None:
    patch(api, "preferences", {"reopen_hours": 24})
    chain = resolved(api)["chain_id"]
    ended_hours_ago(postgres, chain, 23)
    assert write(api, chain, SAID)["reached"] == "reopened"


def test_a_case_that_was_forgotten_is_not_there(api: Api) -> None:
    chain = a_session(api)
    api.http.delete("/v1/namespaces/user-dave").raise_for_status()
    write(api, chain, SAID, 404)


def test_a_session_that_begins_no_chain_is_no_case(api: Api) -> None:
    handoff, _ = accepted(api)
    write(api, handoff["target_session_id"], SAID, 404)


def test_what_a_channel_sends_twice_is_kept_once_wherever_the_case_has_got_to(api: Api) -> None:
    handoff = waiting(api)
    write(api, handoff["chain_id"], SAID, external_id="m-1")
    accept(api, handoff)
    answer = api.http.post(f"/v1/chains/{handoff['chain_id']}/messages", json={"content": SAID, "external_id": "m-1"})
    assert answer.headers["Idempotent-Replay"] == "true"
    assert answer.json()["repeated"]
    assert kept(api, handoff["chain_id"]).count(SAID) == 1


def test_what_a_bot_has_remembered_under_the_same_id_is_not_kept_again(api: Api) -> None:
    chain = a_session(api)
    message = {"role": "user", "content": SAID, "external_id": "m-1"}
    post(api, f"sessions/{chain}/messages", {"messages": [message]}, 201)
    assert write(api, chain, SAID, external_id="m-1")["repeated"]


def test_what_comes_out_of_order_is_shown_in_the_order_in_which_it_was_said(api: Api) -> None:
    ann = signed_in(api)
    handoff = waiting(api)
    for number in (3, 1, 2):
        write(api, handoff["chain_id"], f"Number {number}.", event_time=f"2026-03-01T10:00:0{number}Z")
    page = text_of(ann.page(f"/handoffs/{handoff['id']}"))
    assert page.index("Number 1.") < page.index("Number 2.") < page.index("Number 3.")
    assert since(accept(api, handoff)) == ["Number 1.", "Number 2.", "Number 3."]
    talk = text_of(ann.page(f"/conversations/{handoff['source_session_id']}"))
    assert talk.index("Number 1.") < talk.index("Number 2.") < talk.index("Number 3.")


def test_whoever_follows_the_chain_hears_of_it(api: Api) -> None:
    handoff, _ = accepted(api)
    found = write(api, handoff["chain_id"], SAID)
    [event] = [one for one in get(api, "events", limit=200)["items"] if one["type"] == "message.received"]
    assert (event["chain_id"], event["handoff_id"]) == (handoff["chain_id"], handoff["id"])
    assert event["facts"]["message_id"] == found["id"]
    assert SAID not in str(event)


def test_another_tenants_case_is_not_there(
    api: Api, new_tenant: Callable[[], TenantKey], client_of: Callable[[TenantKey], Api]
) -> None:
    chain = a_session(api)
    write(client_of(new_tenant()), chain, SAID, 404)


def test_a_message_without_a_word_or_without_an_id_is_refused(api: Api) -> None:
    chain = a_session(api)
    write(api, chain, "  ", 422)
    post(api, f"chains/{chain}/messages", {"content": SAID}, 422)


def test_secrets_are_hidden_where_the_tenant_keeps_none(api: Api) -> None:
    patch(api, "preferences", {"secrets_at_write": "always"})
    chain = a_session(api)
    write(api, chain, "My password is hunter2xyz9")
    assert "hunter2xyz9" not in str(kept(api, chain))


def test_many_channels_that_bring_the_same_at_once_bring_it_once(api: Api) -> None:
    done = resolved(api)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: write(api, done["chain_id"], SAID, external_id="m-1"), range(8)))
    assert [one["repeated"] for one in found].count(False) == 1
    assert kept(api, done["chain_id"]).count(SAID) == 1
    assert len({one["id"] for one in found}) == 1


def test_the_ids_of_all_its_parts_are_uuids(api: Api) -> None:
    found = write(api, a_session(api), SAID)
    assert all(UUID(found[name]) for name in ("id", "chain_id", "session_id"))


def test_the_page_of_who_holds_it_hears_of_it_at_once(api: Api) -> None:
    chain = waiting(api)["chain_id"]
    before = get(api, "events", chain_id=chain)["last"]
    write(api, chain, SAID)
    assert eventually(lambda: get(api, "events", chain_id=chain, after=before)["items"])
