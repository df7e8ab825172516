"""Requests that are out of the ordinary: bodies that do not fit, keys that are none, content types with parameters."""

import pytest

from tests.conftest import Api

ORDINARY = {"namespace": "user-dave", "query": "billing"}
KEEP = {"namespace": "user-dave", "content": "Charged twice"}


@pytest.mark.parametrize("path", ["/v1/recall", "/v1/memories"])
@pytest.mark.parametrize("body", ["{", "[]", "", '{"namespace": 7}', '{"namespace": "x", "unknown": 1}'])
def test_a_body_that_does_not_fit_is_told_what_is_wrong(api: Api, path: str, body: str) -> None:
    answer = api.http.post(path, content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["type"].rsplit(":", 1)[-1]) == (422, "invalid-request")
    assert answer.json()["errors"]


@pytest.mark.parametrize("key", ["", "Bearer", "Bearer wl_unknown", "Basic abc"])
def test_a_key_that_is_none_is_refused(api: Api, key: str) -> None:
    answer = api.http.post("/v1/recall", json=ORDINARY, headers={"Authorization": key})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_content_type_may_have_parameters(api: Api) -> None:
    headers = {"Content-Type": "application/json; charset=utf-8"}
    assert api.http.post("/v1/recall", content='{"namespace": "user-dave"}', headers=headers).status_code == 200


def test_an_idempotency_key_holds_whatever_the_parameters_of_the_content_type(api: Api) -> None:
    ordinary = api.http.post("/v1/memories", json=KEEP, headers={"Idempotency-Key": "one"})
    other = {"Idempotency-Key": "one", "Content-Type": "application/json; charset=utf-8"}
    again = api.http.post("/v1/memories", json=KEEP, headers=other)
    assert (ordinary.status_code, again.status_code) == (201, 201)
    assert again.json() == ordinary.json()
    assert again.headers["Idempotent-Replay"] == "true"


def test_an_idempotency_key_that_is_too_long_is_refused(api: Api) -> None:
    answer = api.http.post("/v1/memories", json=KEEP, headers={"Idempotency-Key": "x" * 201})
    assert answer.status_code == 422


def test_a_known_error_is_a_problem(api: Api) -> None:
    session = "01978f6e-7c1a-7000-8000-000000000001"
    answer = api.http.post("/v1/memories", json={"session_id": session, "content": "Charged twice"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")
