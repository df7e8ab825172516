"""Request ids, by which a request is found in the log."""

import pytest

from tests.conftest import Api
from warmline import ConnectionFailed, NotFound, Warmline

UNKNOWN = "00000000-0000-7000-8000-000000000001"


def test_an_answer_and_its_problem_carry_the_callers_own_request_id(api: Api) -> None:
    answer = api.http.get(f"/v1/handoffs/{UNKNOWN}", headers={"X-Request-ID": "gateway:42"})
    assert (answer.headers["X-Request-ID"], answer.json()["request_id"]) == ("gateway:42", "gateway:42")


@pytest.mark.parametrize("given", ["", "a b", "x" * 101, "forged\tline", "€".encode()])
def test_an_id_that_could_forge_a_line_of_the_log_is_replaced(api: Api, given: str | bytes) -> None:
    answer = api.http.get("/health/live", headers={"X-Request-ID": given})  # type: ignore[dict-item]
    assert len(answer.headers["X-Request-ID"]) == 32


def test_errors_of_the_sdk_name_the_request(api: Api, client: Warmline) -> None:
    with pytest.raises(NotFound) as missing:
        client.handoffs.get(UNKNOWN)
    assert missing.value.request_id == missing.value.problem.request_id
    assert missing.value.request_id


def test_an_error_of_the_sdk_names_the_request_that_was_never_answered() -> None:
    with Warmline("http://127.0.0.1:1", "wk-none", max_retries=0) as client, pytest.raises(ConnectionFailed) as failed:
        client.handoffs.get(UNKNOWN)
    assert failed.value.request_id
