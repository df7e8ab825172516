"""Conventions of HTTP: HEAD, compressed answers, browsers of other origins, the way from `/`, and pages that need no
other server."""

import re

import httpx
import pytest
from pydantic import ValidationError

from tests.conftest import Api, serve
from warmline_memory.settings import Settings

ORIGIN = "https://app.example"


def long_session(api: Api) -> str:
    """The path of a session whose answer is long enough to be compressed."""
    ask = {"namespace": "user-dave", "agent": "bot", "metadata": {"note": "a long note " * 1_000}}
    made = api.http.post("/v1/sessions", json=ask)
    assert made.headers["Content-Encoding"] == "gzip"
    return f"/v1/sessions/{made.json()['id']}"


def test_head_answers_what_get_answers_without_its_body(api: Api) -> None:
    path = long_session(api)
    asked = {"Accept-Encoding": "identity"}
    head, get = api.http.head(path, headers=asked), api.http.get(path, headers=asked)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == str(len(get.content))
    assert api.http.head("/v1/sessions/nobody").status_code == 404
    assert httpx.head(f"{api.url}/v1/sessions").status_code == 401


def test_head_of_a_stream_comes_to_an_end(api: Api) -> None:
    head = api.http.head("/v1/events/stream")
    assert (head.status_code, head.headers["Content-Type"].partition(";")[0]) == (200, "text/event-stream")


@pytest.mark.parametrize(
    ("path", "methods"),
    [("sessions", "GET, HEAD, POST"), ("rotas/nights", "DELETE, GET, HEAD, PUT"), ("recall", "POST")],
)
def test_a_method_that_a_path_does_not_take_is_told_all_that_it_takes(api: Api, path: str, methods: str) -> None:
    answer = api.http.options(f"/v1/{path}")
    assert (answer.status_code, answer.headers["Allow"]) == (405, methods)


def test_long_answers_are_compressed_for_those_who_take_that(api: Api) -> None:
    path = long_session(api)
    packed, plain = (api.http.get(path, headers={"Accept-Encoding": coding}) for coding in ("gzip", "identity"))
    assert packed.json() == plain.json()
    assert packed.num_bytes_downloaded < len(plain.content) / 10
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "Content-Encoding" not in plain.headers


def test_what_pages_load_is_compressed(api: Api) -> None:
    assets = re.findall(r"/console/static/[^\"]+\.(?:css|js)\?v=\w+", api.http.get("/console/sign-in").text)
    assert {asset.split("?")[0].rsplit(".")[1] for asset in assets} == {"css", "js"}
    for asset in assets:
        packed = api.http.get(asset, headers={"Accept-Encoding": "gzip"})
        assert packed.num_bytes_downloaded < len(packed.content) / 2
        assert packed.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_pages_and_short_answers_are_never_compressed(api: Api) -> None:
    page = api.http.get("/console/sign-in", headers={"Accept-Encoding": "gzip"})
    short = api.http.get("/v1/whoami", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in {**page.headers, **short.headers}
    assert page.status_code == short.status_code == 200


def test_no_other_origin_is_let_in_unless_it_is_set(api: Api, settings: Settings) -> None:
    asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}
    asked["Access-Control-Request-Headers"] = "authorization, idempotency-key"
    assert "Access-Control-Allow-Origin" not in api.http.options("/v1/sessions", headers=asked).headers
    with serve(settings.model_copy(update={"cors_origins": f"{ORIGIN}, https://help.example"})) as url:
        allowed = httpx.options(f"{url}/v1/sessions", headers=asked)
        refused = httpx.options(f"{url}/v1/sessions", headers={**asked, "Origin": "https://evil.example"})
        read = httpx.get(f"{url}/v1/sessions", headers={"Origin": ORIGIN})
        page = httpx.get(f"{url}/console/sign-in", headers={"Origin": ORIGIN})
    assert (allowed.status_code, allowed.headers["Access-Control-Allow-Origin"]) == (200, ORIGIN)
    assert "Access-Control-Allow-Credentials" not in allowed.headers
    assert refused.status_code == 400
    # A problem is readable for a script, too, and so is the id of its request.
    assert (read.status_code, read.headers["Access-Control-Allow-Origin"]) == (401, ORIGIN)
    assert "X-Request-ID" in read.headers["Access-Control-Expose-Headers"]
    assert "Access-Control-Allow-Origin" not in page.headers


@pytest.mark.parametrize("origin", ["*", "app.example", "https://app.example/path", "null"])
def test_what_is_no_origin_is_refused_at_the_start(origin: str) -> None:
    with pytest.raises(ValidationError, match="is no origin"):
        Settings(cors_origins=origin)


def test_the_address_itself_leads_to_the_console(api: Api) -> None:
    answer = api.http.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (307, "/console")


def test_the_page_of_the_documentation_names_nothing_of_other_servers(api: Api) -> None:
    page = api.http.get("/docs")
    assert page.status_code == 200
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "//" not in page.text
    for path in re.findall(r'(?:src|href)="([^"]+)"', page.text):
        assert api.http.get(f"/{path}").status_code == 200, path
