"""Query parameters: what an operation does not have is refused; a filter that is repeated means any of its values."""

import httpx

from tests.conftest import Api


def faults(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 422, answer.text
    return {one["field"]: one["message"] for one in answer.json()["errors"]}


def test_a_misspelt_filter_is_named_instead_of_left_out(api: Api) -> None:
    found = faults(api.http.get("/v1/sessions", params={"nmespace": "user-dave", "page": 2}))
    assert list(found) == ["query.nmespace", "query.page"]
    assert found["query.nmespace"].startswith("is no parameter here; there are namespace, agent,")


def test_operations_without_parameters_refuse_every_one(api: Api) -> None:
    asked = api.http.post("/v1/sessions", params={"agent": "bot"}, json={"namespace": "user-dave", "agent": "bot"})
    assert faults(asked) == {"query.agent": "is no parameter here; this operation has none"}
    assert api.http.get("/v1/sessions").json()["items"] == []


def test_what_is_taken_once_cannot_be_given_twice(api: Api) -> None:
    assert list(faults(api.http.get("/v1/sessions?limit=1&limit=2"))) == ["query.limit"]


def test_a_key_is_asked_for_before_a_parameter_is_looked_at(api: Api) -> None:
    answer = httpx.get(f"{api.url}/v1/sessions", params={"nmespace": "user-dave"})
    assert answer.status_code == 401
