"""Uploading: a file is taken by its bytes, within its limits, once under an id, and loaded by whoever may see it."""

from collections.abc import Iterator
from hashlib import sha256

import httpx
import psycopg
import pytest

from tests.builders.attachments import HTML, PDF, a_png, send, upload
from tests.builders.keys import with_a_key
from tests.builders.raw_connections import a_connection, answer_on, head
from tests.builders.requests import Json, get, refusal
from tests.builders.sessions import a_session
from tests.builders.waits import eventually
from tests.conftest import Api, TenantKey, serve
from warmline_api.files import BLOCK
from warmline_local.servers import EmbeddedPostgres
from warmline_memory.settings import Settings


def load(api: Api, attachment: Json, **headers: str) -> httpx.Response:
    return api.http.get(f"/v1/attachments/{attachment['id']}/content", headers=headers)


def test_a_file_comes_back_as_it_was_with_what_its_bytes_say_of_it(api: Api) -> None:
    picture = a_png(40, 30)
    kept = upload(api, picture, "photo.jpg", external_id="chat-7")
    assert (kept["name"], kept["type"], kept["size"]) == ("photo.jpg.png", "image/png", len(picture))
    assert (kept["width"], kept["height"], kept["state"]) == (40, 30, "unchecked")
    assert kept["sha256"] == sha256(picture).hexdigest()
    assert (kept["chain_id"], kept["memory_id"]) == (None, None)
    assert load(api, kept).content == picture
    assert get(api, f"attachments/{kept['id']}") == kept


def test_a_form_with_one_file_does_too(api: Api) -> None:
    asked = {"namespace": "user-dave"}
    answer = api.http.post("/v1/attachments", params=asked, files={"file": ("Beleg März.pdf", PDF, "text/html")})
    assert answer.status_code == 201, answer.text
    assert (answer.json()["name"], answer.json()["type"]) == ("Beleg März.pdf", "application/pdf")


@pytest.mark.parametrize(
    ("params", "content", "field"),
    [
        ({"namespace": "user-dave"}, PDF, "query.name"),
        ({"name": "a.pdf"}, PDF, "query.namespace"),
        ({"namespace": "user-dave", "name": "a.pdf"}, b"", "body"),
        ({"namespace": "user-dave", "name": "a.png"}, HTML, "body"),
        ({"namespace": "user-dave", "name": "a.pdf", "type": "image/png"}, PDF, "query.type"),
    ],
)
def test_what_cannot_be_taken_is_refused_at_its_field(
    api: Api, params: dict[str, str], content: bytes, field: str
) -> None:
    answer = api.http.post("/v1/attachments", params=params, content=content)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


@pytest.mark.parametrize("files", [{}, {"one": ("a.pdf", PDF), "other": ("b.pdf", PDF)}])
def test_a_form_without_a_file_or_with_two_is_refused(api: Api, files: dict[str, tuple[str, bytes]]) -> None:
    sent = {"files": files} if files else {"files": {"text": (None, "x")}}
    assert api.http.post("/v1/attachments", params={"namespace": "user-dave"}, **sent).status_code == 422


def test_what_came_under_an_id_is_not_kept_again(api: Api) -> None:
    first = upload(api, external_id="chat-7")
    answer = api.http.post(
        "/v1/attachments", params={"namespace": "user-dave", "name": "again.pdf", "external_id": "chat-7"}, content=PDF
    )
    assert (answer.json()["id"], answer.headers["Idempotent-Replay"]) == (first["id"], "true")
    other = upload(api, namespace="user-eve", external_id="chat-7")
    assert other["id"] != first["id"]


def test_the_same_upload_with_the_same_key_is_done_once(api: Api) -> None:
    def ask(content: bytes) -> httpx.Response:
        asked = {"namespace": "user-dave", "name": "a.pdf"}
        return api.http.post("/v1/attachments", params=asked, content=content, headers={"Idempotency-Key": "k"})

    first, again = ask(PDF), ask(PDF)
    assert first.json() == again.json()
    assert ask(PDF + b"%").status_code == 409


@pytest.fixture(scope="module")
def narrow(settings: Settings) -> Iterator[str]:
    """An API that takes small files, and few of them."""
    with serve(settings.model_copy(update={"attachment_bytes": 1_000, "quota_attachment_bytes": 1_500})) as url:
        yield url


def put(url: str, tenant: TenantKey, size: int) -> httpx.Response:
    asked, bearer = {"namespace": "user-dave", "name": "a.txt"}, {"Authorization": f"Bearer {tenant.key}"}
    return httpx.post(f"{url}/v1/attachments", params=asked, content=b"x" * size, headers=bearer, timeout=60)


def test_a_file_that_is_too_large_is_a_413_before_it_is_sent(narrow: str, tenant: TenantKey) -> None:
    assert put(narrow, tenant, 1_001).json()["type"] == "urn:warmline:problem:payload-too-large"
    path = "/v1/attachments?namespace=user-dave&name=a.txt"
    asked = head("POST", path, Authorization=f"Bearer {tenant.key}", Content_Length=50_000_000)
    with a_connection(narrow, asked, b"x") as connection:
        assert answer_on(connection).startswith("HTTP/1.1 413 ")


def test_a_tenant_holds_no_more_bytes_than_its_quota(narrow: str, tenant: TenantKey) -> None:
    assert put(narrow, tenant, 900).status_code == 201
    refused = put(narrow, tenant, 601).json()
    assert (refused["type"], refused["quota"]) == ("urn:warmline:problem:quota-reached", "attachment_bytes")
    assert put(narrow, tenant, 600).status_code == 201


@pytest.mark.parametrize(
    ("asked", "status", "told", "part"),
    [
        ("bytes=0-4", 206, "bytes 0-4/{size}", PDF[:5]),
        ("bytes=5-", 206, "bytes 5-{last}/{size}", PDF[5:]),
        ("bytes=-3", 206, "bytes {tail}-{last}/{size}", PDF[-3:]),
        ("bytes=0-99999", 200, None, PDF),
        ("bytes=9-5", 200, None, PDF),
        ("bytes=0-1,3-4", 200, None, PDF),
        ("lines=1-2", 200, None, PDF),
        ("bytes=99999-", 416, "bytes */{size}", b""),
        ("bytes=-0", 416, "bytes */{size}", b""),
    ],
)
def test_a_part_of_a_file_is_answered_alone(api: Api, asked: str, status: int, told: str | None, part: bytes) -> None:
    answer = load(api, upload(api), Range=asked)
    size = len(PDF)
    whole = told and told.format(size=size, last=size - 1, tail=size - 3)
    assert (answer.status_code, answer.headers.get("Content-Range"), answer.content) == (status, whole, part)


def test_a_file_of_many_blocks_comes_back_whole_and_in_parts_across_them(api: Api) -> None:
    content = b"".join(f"{number:09}\n".encode() for number in range(BLOCK // 4))
    kept = upload(api, content, "long.txt")
    assert load(api, kept).content == content
    start, end = BLOCK - 5, 2 * BLOCK + 5
    assert load(api, kept, Range=f"bytes={start}-{end - 1}").content == content[start:end]


def test_head_tells_all_and_sends_nothing(api: Api) -> None:
    kept = upload(api)
    answer = api.http.head(f"/v1/attachments/{kept['id']}/content")
    assert (answer.status_code, answer.headers["Content-Length"], answer.content) == (200, str(len(PDF)), b"")
    again = load(api, kept, **{"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_no_browser_runs_what_somebody_sent(api: Api, settings: Settings) -> None:
    with serve(settings.model_copy(update={"attachment_types": "*"})) as url, httpx.Client(base_url=url) as http:
        http.headers["Authorization"] = f"Bearer {api.key}"
        anywhere = Api(url, api.key, http)
        svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
        for content, name in ((HTML, "page.html"), (svg, "drawing.svg"), (b"alert(1)", "a.js"), (PDF, "a.pdf")):
            answer = load(anywhere, upload(anywhere, content, name))
            assert answer.headers["Content-Disposition"].startswith("attachment;")
            assert answer.headers["Content-Type"].partition(";")[0] in (
                "application/octet-stream",
                "text/plain",
                "application/pdf",
            )
        picture = load(anywhere, upload(anywhere, a_png(), "photo.png"))
        bomb = load(anywhere, upload(anywhere, a_png(says=(60_000, 60_000)), "bomb.png"))
    assert picture.headers["Content-Disposition"].startswith("inline;")
    assert bomb.headers["Content-Disposition"].startswith("attachment;")
    assert picture.headers["X-Content-Type-Options"] == "nosniff"
    assert picture.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert picture.headers["Cache-Control"] == "no-store"
    assert "Content-Encoding" not in picture.headers


def test_a_name_in_any_script_is_told_in_full_and_breaks_no_header(api: Api) -> None:
    kept = upload(api, name='請求書"\r\nX-Bad: 1.pdf')
    told = load(api, kept).headers
    assert "X-Bad" not in told
    assert "filename*=UTF-8''%E8%AB%8B%E6%B1%82%E6%9B%B8_%20X-Bad_%201.pdf" in told["Content-Disposition"]


def test_a_bound_key_reaches_the_files_of_its_namespaces_alone(api: Api) -> None:
    kept = upload(api)
    own, other = with_a_key(api, namespaces=["user-*"]), with_a_key(api, namespaces=["acme/*"])
    assert load(own, kept).content == PDF
    assert (load(other, kept).status_code, get(other, "attachments")["items"]) == (404, [])
    asked = {"namespace": "user-dave", "name": "a.pdf"}
    assert other.http.post("/v1/attachments", params=asked, content=PDF).json()["missing"] == "namespace:user-dave"


def test_another_tenant_neither_loads_nor_sends_a_file(api: Api, stranger: Api) -> None:
    kept = upload(api)
    assert load(stranger, kept).status_code == 404
    chain = a_session(stranger)
    refused = refusal(
        stranger, f"chains/{chain}/messages", {"external_id": "1", "attachments": [kept["id"]]}, status=422
    )
    assert refused["errors"][0]["field"] == "body.attachments.0"


def test_lists_are_by_namespace_and_chain(api: Api) -> None:
    chain = a_session(api)
    send(api, chain, PDF)
    waits = upload(api, namespace="user-eve")
    [sent] = get(api, "attachments", chain_id=chain)["items"]
    assert sent["chain_id"] == chain
    assert [one["id"] for one in get(api, "attachments", namespace="user-eve")["items"]] == [waits["id"]]
    assert len(get(api, "attachments")["items"]) == 2


@pytest.mark.usefixtures("worker")
def test_what_no_message_brings_is_gone_after_a_day(api: Api, postgres: EmbeddedPostgres) -> None:
    chain, waits = a_session(api), upload(api)
    send(api, chain, PDF)
    old = "UPDATE attachments SET created_at = now() - interval '25 hours' WHERE id = ANY(%s)"
    ids = [one["id"] for one in get(api, "attachments")["items"]]
    with psycopg.connect(postgres.url) as connection:
        connection.execute(old, [ids])
    eventually(lambda: load(api, waits).status_code == 404, seconds=60)
    assert len(get(api, "attachments")["items"]) == 1
