"""Idempotency-Keys: done once, answered alike."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx
from sqlalchemy import select

from tests.conftest import Api
from warmline_memory.storage import Database, Role, tables

PASSWORD = "a long password of hers"
ASK = {"namespace": "user-dave", "content": "Refund promised"}


def remember(api: Api, key: str, ask: dict[str, str] = ASK) -> httpx.Response:
    return api.http.post("/v1/memories", json=ask, headers={"Idempotency-Key": key})


def count(api: Api) -> int:
    return len(api.http.get("/v1/memories", params={"namespace": "user-dave"}).json()["items"])


def test_the_same_request_with_the_same_key_is_done_once(api: Api) -> None:
    first, second = remember(api, "one"), remember(api, "one")
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert (count(api), second.headers["Idempotent-Replay"]) == (1, "true")


def test_another_request_with_the_same_key_is_refused(api: Api) -> None:
    remember(api, "one")
    answer = remember(api, "one", {**ASK, "content": "Something else"})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:warmline:problem:idempotency-key-reused")


def test_twenty_at_once_with_one_key_are_done_once(api: Api) -> None:
    key = str(uuid4())
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: remember(api, key), range(20)))
    assert {answer.status_code for answer in answers} == {201}
    assert (len({answer.json()["id"] for answer in answers}), count(api)) == (1, 1)


def test_a_request_that_failed_may_be_tried_again_with_its_key(api: Api) -> None:
    missing = {"session_id": str(uuid4()), "content": "x"}
    assert remember(api, "one", missing).status_code == 404
    assert remember(api, "one").status_code == 201


def test_the_keys_of_two_tenants_do_not_meet(api: Api, new_tenant, client_of) -> None:  # type: ignore[no-untyped-def]
    other = client_of(new_tenant())
    assert remember(api, "one").json()["id"] != remember(other, "one").json()["id"]


def test_no_hash_that_anybody_can_compute_is_kept_of_what_was_said(api: Api, database: Database) -> None:
    remember(api, "one", {**ASK, "content": "My PIN is 4711"})
    made = api.http.post(
        "/v1/operators", json={"name": "ann", "password": PASSWORD}, headers={"Idempotency-Key": "two"}
    )
    with database.transaction(role=Role.ADMIN) as db:
        answers = tables.IdempotentAnswer
        kept = db.scalars(select(answers.fingerprint).where(answers.key.in_(["one", "two"]))).all()
    bodies = ({**ASK, "content": "My PIN is 4711"}, {"name": "ann", "password": PASSWORD}, {"name": "ann"})
    key_id = api.http.get("/v1/whoami").json()["key_id"]
    asked = [["POST /v1/memories", key_id, bodies[0]], *(["POST /v1/operators", key_id, body] for body in bodies[1:])]
    guessed = {hashlib.sha256(json.dumps(one, sort_keys=True).encode()).hexdigest() for one in asked}
    assert made.status_code == 201
    assert len(kept) >= 2
    assert not guessed & set(kept)


def test_a_repeat_with_another_password_is_answered_as_the_first(api: Api) -> None:
    asks = [{"name": "ann", "password": one} for one in (PASSWORD, f"{PASSWORD} again")]
    first, second = (api.http.post("/v1/operators", json=ask, headers={"Idempotency-Key": "one"}) for ask in asks)
    assert (second.status_code, second.json()) == (first.status_code, first.json())
    assert "password" not in first.text
