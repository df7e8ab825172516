"""What is no time by the OpenAPI document is none for the platform either."""

import httpx
import pytest

from tests.conftest import Api
from tests.integration.api.test_extreme_dates import requests_with_dates


def faults_of(answer: httpx.Response, field: str) -> list[str]:
    return [one["message"] for one in answer.json()["errors"] if field in one["field"].split(".")]


@pytest.mark.parametrize("value", ["0.5", "2026", "1767225600", "-1"])
def test_a_bare_number_is_no_time_in_any_operation(api: Api, value: str) -> None:
    asked = list(requests_with_dates(api.http.get("/openapi.json").json(), value))
    assert {field for _, _, field, _ in asked} >= {"event_time", "since", "until", "at", "starts", "expires_at"}
    for method, path, field, sent in asked:
        answer = api.http.request(method, path, **sent)
        assert answer.status_code == 422, (method, path, sent, answer.text)
        said = faults_of(answer, field)
        assert any(one.startswith("must be written as in 2026-01-31") for one in said), (
            method,
            path,
            sent,
            answer.text,
        )


def test_times_with_an_offset_are_taken(api: Api) -> None:
    asked = {"namespace": "acme", "query": "x", "since": "2026-01-31T09:00:00+01:00", "explain": True}
    assert api.http.post("/v1/recall", json=asked).status_code == 200
    assert api.http.get("/v1/audit", params={"since": "2026-01-31T09:00:00Z"}).status_code == 200
