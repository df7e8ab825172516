"""Holding a handoff: one at a time, with a token that every later write carries."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from tests.builders.handoffs import ANN, BOB, accept, accepted, act, claim, problem, read, refused, waiting
from tests.builders.requests import Json
from tests.builders.sessions import session_of
from tests.conftest import Api

pytestmark = pytest.mark.usefixtures("worker")

WRITES = {
    "heartbeat": {},
    "release": {},
    "ask": {"question": "Which invoice?"},
    "transfer": {"to": "queue:fraud", "reason": "Fraud"},
    "return": {"instruction": "Ask for the order number"},
    "snooze": {"until": "2099-01-01T00:00:00Z"},
    "resolve": {"note": "Refunded"},
    "accept": {"agent": ANN},
}


def test_a_claim_is_taken_over_with_its_token_and_not_without(api: Api) -> None:
    handoff = waiting(api)
    token = claim(api, handoff)
    without = problem(api, handoff, "accept", agent=ANN)
    assert without["type"] == "urn:warmline:problem:stale-token"
    assert "`token`" in without["detail"]
    warm = accept(api, handoff, token=token)
    assert (warm["claim"]["agent"], warm["claim"]["token"]) == (ANN, token)


def test_what_nobody_claimed_is_claimed_and_accepted_at_once(api: Api) -> None:
    warm = accept(api, waiting(api))
    assert (warm["claim"]["token"], warm["claim"]["expires_at"]) == (1, None)
    assert (warm["handoff"]["holder"], warm["handoff"]["lease_until"]) == (ANN, None)


def test_a_claim_is_prolonged_by_its_token(api: Api) -> None:
    handoff = waiting(api)
    first = act(api, handoff, "claim", agent=ANN, lease_seconds=5)
    again = act(api, handoff, "claim", agent=ANN, lease_seconds=60, token=first["token"])
    assert again["token"] == first["token"]
    assert again["expires_at"] > first["expires_at"]


@pytest.mark.parametrize("verb", ["claim", "accept"])
def test_of_twenty_replicas_that_share_a_name_one_gets_a_handoff(api: Api, verb: str) -> None:
    handoff = waiting(api)
    path = f"/v1/handoffs/{handoff['id']}/{verb}"
    with ThreadPoolExecutor(20) as replicas:
        answers = list(replicas.map(lambda _: api.http.post(path, json={"agent": "tier2-bot"}), range(20)))
    assert sorted(answer.status_code for answer in answers) == [{"claim": 200, "accept": 201}[verb], *[409] * 19]


def test_a_replica_is_told_that_a_process_of_its_own_name_holds_a_handoff(api: Api) -> None:
    handoff = waiting(api)
    claim(api, handoff)
    again = problem(api, handoff, "claim", agent=ANN)
    assert again["type"] == "urn:warmline:problem:handoff-claimed"
    assert "`token`" in again["detail"]


def test_nobody_else_can_claim_or_accept_what_is_claimed(api: Api) -> None:
    handoff = waiting(api)
    token = claim(api, handoff)
    assert refused(api, handoff, "claim", agent=BOB) == "handoff-claimed"
    assert refused(api, handoff, "accept", agent=BOB) == "handoff-claimed"
    assert refused(api, handoff, "accept", agent=BOB, token=token) == "handoff-claimed"


def test_a_handoff_shows_its_holder_and_never_the_token(api: Api) -> None:
    handoff = waiting(api)
    claim(api, handoff)
    shown = read(api, handoff)
    assert (shown["state"], shown["holder"]) == ("claimed", ANN)
    assert not {"token", "claim"} & set(shown)


@pytest.mark.parametrize("verb", WRITES)
def test_the_token_of_a_hold_that_was_given_back_is_refused_everywhere(api: Api, verb: str) -> None:
    handoff = waiting(api)
    old = claim(api, handoff)
    act(api, handoff, "release", token=old)
    assert refused(api, handoff, verb, token=old, **WRITES[verb]) == "stale-token"
    new = claim(api, handoff, BOB)
    assert (new, refused(api, handoff, verb, token=old, **WRITES[verb])) == (2, "stale-token")
    assert read(api, handoff)["holder"] == BOB


@pytest.mark.parametrize("verb", WRITES)
def test_no_action_of_a_holder_works_on_what_nobody_held(api: Api, verb: str) -> None:
    assert refused(api, waiting(api), verb, token=1, **WRITES[verb]) in {"not-held", "stale-token"}


def test_a_lapsed_claim_goes_one_level_up_and_its_token_is_worth_nothing(api: Api) -> None:
    handoff = waiting(api)
    old = claim(api, handoff, lease_seconds=1)
    time.sleep(1.1)
    assert refused(api, handoff, "heartbeat", token=old) == "stale-token"
    deadline = time.monotonic() + 60
    while (found := read(api, handoff))["state"] != "ready":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert found["holder"] is None
    assert claim(api, handoff, BOB) == old + 1


def test_a_heartbeat_prolongs_a_claim_and_leaves_an_accepted_one_as_it_is(api: Api) -> None:
    handoff = waiting(api)
    token = claim(api, handoff, lease_seconds=60)
    prolonged = act(api, handoff, "heartbeat", token=token, lease_seconds=300)
    accept(api, handoff, token=token)
    after = act(api, handoff, "heartbeat", token=token)
    ready_at, until = (datetime.fromisoformat(one) for one in (read(api, handoff)["ready_at"], prolonged["expires_at"]))
    assert until - ready_at > timedelta(seconds=290)
    assert (after["token"], after["expires_at"]) == (token, None)


def test_claiming_with_a_lost_token_is_refused_instead_of_claiming_anew(api: Api) -> None:
    handoff = waiting(api)
    token = claim(api, handoff)
    act(api, handoff, "release", token=token)
    assert refused(api, handoff, "claim", agent=ANN, token=token) == "stale-token"
    assert read(api, handoff)["state"] == "ready"


def test_an_offer_keeps_others_out_and_lets_its_receiver_in(api: Api) -> None:
    handoff = waiting(api)
    act(api, handoff, "offer", to=ANN, seconds=60)
    assert refused(api, handoff, "claim", agent=BOB) == "handoff-claimed"
    assert refused(api, handoff, "accept", agent=BOB) == "handoff-claimed"
    claim(api, handoff)
    assert read(api, handoff)["offered_to"] is None


def test_who_loses_a_handoff_loses_its_session_too(api: Api) -> None:
    handoff, token = accepted(api)
    onward = act(api, handoff, "transfer", token=token, to="queue:fraud", reason="The card was used in Lima")
    assert api.http.get(f"/v1/handoffs/{onward['id']}", params={"wait": 20}).json()["state"] == "ready"
    written = api.http.post("/v1/memories", json={"session_id": handoff["target_session_id"], "content": "late"})
    assert session_of(api, handoff["target_session_id"])["state"] == "ended"
    assert written.json()["type"] == "urn:warmline:problem:session-ended"
    assert refused(api, handoff, "resolve", token=token, note="Refunded") == "handoff-state"


def test_the_same_request_with_its_key_answers_the_same_claim_once(api: Api) -> None:
    handoff = waiting(api)
    key = {"Idempotency-Key": "claim-once"}
    path = f"/v1/handoffs/{handoff['id']}/claim"
    first = api.http.post(path, json={"agent": ANN}, headers=key).json()
    act(api, handoff, "release", token=first["token"])
    again = api.http.post(path, json={"agent": ANN}, headers=key).json()
    assert again == first
    assert read(api, handoff)["state"] == "ready"


def test_of_two_writes_that_cannot_both_be_one_is_done_and_one_is_refused(api: Api) -> None:
    def post(handoff: Json, verb: str, **ask: object) -> int:
        return api.http.post(f"/v1/handoffs/{handoff['id']}/{verb}", json=ask).status_code

    waits = [waiting(api) for _ in range(3)]
    with ThreadPoolExecutor(3) as threads:
        for handoff in waits:
            token = claim(api, handoff)
            rivals = [
                threads.submit(post, handoff, "accept", agent=ANN, token=token),
                threads.submit(post, handoff, "release", token=token),
                threads.submit(post, handoff, "transfer", token=token, to="queue:fraud", reason="Fraud"),
            ]
            assert sum(one.result() < 300 for one in rivals[:2]) <= 1
            assert (read(api, handoff)["holder"] == ANN) == (rivals[0].result() == 201)
            assert refused(api, handoff, "release", token=token) in {"stale-token", "handoff-state"}


@pytest.mark.parametrize("mode", ["branch", "rollback"])
def test_what_starts_beside_a_handoff_holds_nothing(api: Api, mode: str) -> None:
    handoff, _ = accepted(api)
    assert accept(api, handoff, BOB, mode=mode)["claim"] is None
