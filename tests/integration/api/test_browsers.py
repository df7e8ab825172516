"""Browsers: what answers tell them, and that pages of other sites reach nothing under a name of their own."""

from collections.abc import Iterator

import httpx
import pytest

from tests.conftest import Api, serve
from warmline_memory.settings import Settings


@pytest.fixture(scope="module")
def named(settings: Settings) -> Iterator[str]:
    """An API behind a proxy on this machine, with a name of its own."""
    own = {"allowed_hosts": "warmline.example, *.internal.example", "trusted_proxies": "127.0.0.1"}
    with serve(settings.model_copy(update=own)) as url:
        yield url


def status_as(url: str, host: str, path: str) -> int:
    return httpx.get(f"{url}{path}", headers={"Host": host}, timeout=30).status_code


@pytest.mark.parametrize(
    "host", ["evil.example", "warmline.example.evil.example", "internal.example", "127.0.0.1", "[::1", "", "a@b:c"]
)
def test_a_name_that_is_not_the_platforms_gets_no_page_and_no_answer(named: str, host: str) -> None:
    assert [status_as(named, host, path) for path in ("/v1/whoami", "/console/sign-in", "/docs")] == [421, 421, 421]
    assert status_as(named, host, "/health/live") == 200


@pytest.mark.parametrize("host", ["warmline.example", "WARMLINE.example:8443", "a.internal.example"])
def test_the_platforms_own_names_are_answered(named: str, host: str) -> None:
    assert [status_as(named, host, path) for path in ("/v1/whoami", "/console/sign-in")] == [401, 200]


@pytest.mark.parametrize("path", ["/v1/whoami", "/v1/sessions/nobody", "/v1/nothing"])
def test_answers_of_the_api_are_neither_run_nor_framed_nor_cached(api: Api, path: str) -> None:
    headers = api.http.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("path", ["/v1/whoami", "/console/sign-in"])
def test_over_tls_browsers_are_told_to_come_by_nothing_else(named: str, path: str) -> None:
    by_proxy = {"Host": "warmline.example", "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}
    assert httpx.get(f"{named}{path}", headers=by_proxy).headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Strict-Transport-Security" not in httpx.get(f"{named}{path}", headers={"Host": "warmline.example"}).headers
