"""Forgetting, retention, export and import have files too: what tells of them, and their bytes."""

import base64
import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import httpx
import psycopg
import pytest

from tests.builders.attachments import HTML, PDF, a_png, send, upload
from tests.builders.handoffs import waiting
from tests.builders.requests import Json, get, post
from tests.builders.sessions import a_session
from tests.builders.waits import eventually
from tests.conftest import Api, TenantKey
from warmline_local.servers import EmbeddedPostgres

pytestmark = pytest.mark.usefixtures("worker")


def held(postgres: EmbeddedPostgres, tenant: TenantKey) -> int:
    with psycopg.connect(postgres.url) as connection:
        counted = "SELECT count(*) FROM attachments WHERE tenant_id = %s AND content IS NOT NULL"
        return int(connection.execute(counted, [tenant.tenant_id]).fetchall()[0][0])


def test_a_file_is_forgotten_with_the_memory_that_tells_of_it(
    api: Api, postgres: EmbeddedPostgres, tenant: TenantKey
) -> None:
    chain = a_session(api)
    sent = send(api, chain, PDF, name="invoice.pdf")
    send(api, chain, a_png(), name="photo.png")
    handoff = waiting(api, chain)
    ask = {"namespace": "user-dave", "ids": [sent["id"]]}
    assert post(api, "memories/forget", {**ask, "dry_run": True})["attachments"] == 1
    forgotten = post(api, "memories/forget", ask)
    assert (forgotten["memories"], forgotten["attachments"]) == (1, 1)
    assert forgotten["certificate"]["details"]["attachments"] == 1
    assert held(postgres, tenant) == 1
    assert "invoice.pdf" not in get(api, f"handoffs/{handoff['id']}")["brief"]["text"]


def test_a_forgotten_namespace_takes_all_its_files_and_says_how_many(
    api: Api, postgres: EmbeddedPostgres, tenant: TenantKey
) -> None:
    send(api, a_session(api), PDF)
    kept, waits = upload(api, namespace="user-eve"), upload(api)
    answer = api.http.delete("/v1/namespaces/user-dave").json()
    assert (answer["attachments"], answer["certificate"]["details"]["attachments"]) == (2, 2)
    assert held(postgres, tenant) == 1
    assert api.http.get(f"/v1/attachments/{waits['id']}").status_code == 404
    assert get(api, f"attachments/{kept['id']}")["id"] == kept["id"]


def test_files_are_kept_for_as_many_days_as_the_tenant_says_and_what_tells_of_them_stays(
    api: Api, postgres: EmbeddedPostgres, tenant: TenantKey
) -> None:
    chain = a_session(api)
    old, new = send(api, chain, PDF)["id"], send(api, chain, PDF)["id"]
    aged = "UPDATE attachments SET created_at = now() - interval '31 days' WHERE memory_id = %s"
    with psycopg.connect(postgres.url) as connection:
        connection.execute(aged, [old])
    api.http.patch("/v1/preferences", json={"retention": {"attachments": 30}}).raise_for_status()
    eventually(lambda: held(postgres, tenant) == 1, seconds=60)
    assert [one["memory_id"] for one in get(api, "attachments")["items"]] == [new]
    assert get(api, f"memories/{old}")["content"].startswith("receipt.pdf")
    [entry] = get(api, "audit", verb="forget-attachments")["items"]
    assert entry["details"] == {"retention": "attachments", "days": 30, "attachments": 1}


def lines_of(api: Api, namespace: str = "user-dave") -> list[Json]:
    answer = api.http.get(f"/v1/namespaces/{namespace}/export")
    return [json.loads(line) for line in answer.text.splitlines()]


def brought(api: Api, lines: list[Json], namespace: str = "copied") -> httpx.Response:
    body = "\n".join(map(json.dumps, lines))
    return api.http.post(f"/v1/namespaces/{namespace}/import", content=body)


def test_an_export_holds_files_and_an_import_brings_them(api: Api) -> None:
    picture = a_png()
    sent = send(api, a_session(api), picture, PDF, name="photo.png")
    upload(api)
    lines = lines_of(api)
    files = [line for line in lines if line["type"] == "attachment"]
    assert [base64.b64decode(line["content"]) for line in files] == [picture, PDF]
    assert (lines[0]["attachments"], lines[-1]["attachments"]) == (2, 2)
    assert brought(api, lines).json()["attachments"] == 2
    copied = get(api, "attachments", namespace="copied")["items"]
    assert sent["id"] not in {one["memory_id"] for one in copied}
    eventually(lambda: {one["state"] for one in get(api, "attachments", namespace="copied")["items"]} == {"unchecked"})
    loaded = [api.http.get(f"/v1/attachments/{one['id']}/content").content for one in copied]
    assert set(loaded) == {picture, PDF}
    again = brought(api, lines).json()
    assert (again["attachments"], again["already_there"]) == (0, len(lines) - 2)


@pytest.mark.parametrize(
    "change",
    [
        lambda line: {**line, "content": base64.b64encode(b"other").decode()},
        lambda line: {**line, "content": "no base64!"},
        lambda line: {**line, "size": 1},
    ],
)
def test_a_line_whose_bytes_are_others_is_refused(api: Api, change: Callable[[Json], Json]) -> None:
    send(api, a_session(api), PDF)
    lines = [change(line) if line["type"] == "attachment" else line for line in lines_of(api)]
    answer = brought(api, lines)
    assert answer.status_code == 422
    assert get(api, "attachments", namespace="copied")["items"] == []


def test_an_import_believes_no_type(api: Api) -> None:
    send(api, a_session(api), PDF)
    forged: dict[str, Any] = {"media_type": "image/png", "name": "photo.png", "size": len(HTML)}
    digest = sha256(HTML).hexdigest()
    forged |= {"content": base64.b64encode(HTML).decode(), "sha256": digest}
    lines = [{**line, **forged} if line["type"] == "attachment" else line for line in lines_of(api)]
    assert brought(api, lines).status_code == 200
    [copied] = get(api, "attachments", namespace="copied")["items"]
    assert (copied["type"], copied["width"]) == ("text/html", None)
