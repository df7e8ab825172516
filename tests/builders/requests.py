"""Requests to the API with a test's own key: each fails the test unless the answer has the expected status."""

from typing import Any

from tests.conftest import Api

Json = dict[str, Any]


def get(api: Api, path: str, **params: Any) -> Json:
    answer = api.http.get(f"/v1/{path}", params=params)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def post(api: Api, path: str, ask: Json | None = None, status: int = 200, **headers: str) -> Json:
    answer = api.http.post(f"/v1/{path}", json=ask or {}, headers=headers)
    assert answer.status_code == status, answer.text
    return dict(answer.json())


def put(api: Api, path: str, ask: Json) -> Json:
    answer = api.http.put(f"/v1/{path}", json=ask)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def patch(api: Api, path: str, ask: Json) -> Json:
    answer = api.http.patch(f"/v1/{path}", json=ask)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def refusal(api: Api, path: str, ask: Json | None = None, status: int = 409) -> Json:
    """The problem that a request is refused with; its type is without the prefix that all types have."""
    answer = post(api, path, ask, status)
    return {**answer, "type": answer["type"].removeprefix("urn:warmline:problem:")}
