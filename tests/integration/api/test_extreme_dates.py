"""Dates at the edges of the calendar: refused wherever they enter, and harmless where they are already stored."""

import re
from collections.abc import Iterator
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from tests.builders.console import sign_in, signed_in
from tests.conftest import Api, TenantKey
from tests.integration.namespaces.test_json_lines import a_case, exported, posted, written
from warmline_memory.storage.database import Database

Schema = dict[str, Any]

EXTREMES = (
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59Z",
    "9999-12-31T23:59:59-14:00",
)
IMPORTED = {
    "session": ("started_at", "ended_at"),
    "handoff": ("requested_at", "ready_at", "accepted_at", "closed_at", "first_reply_at"),
    "memory": ("event_time", "created_at", "expires_at", "last_seen_at", "last_recalled_at"),
    "consolidation": ("made_at", "undone_at"),
}


def named(document: Schema, schema: Schema) -> Schema:
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def dates_within(document: Schema, schema: Schema, value: str) -> Iterator[tuple[str, Any]]:
    """For every date of a schema the name of its field, and the least of a body that holds ``value`` there."""
    schema = named(document, schema)
    if str(schema.get("format", "")).startswith("date"):
        yield "", value if schema["format"] == "date-time" else value[:10]
    for other in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from dates_within(document, other, value)
    if "items" in schema:
        yield from ((field, [body]) for field, body in dates_within(document, schema["items"], value))
    for name, inner in schema.get("properties", {}).items():
        yield from ((field or name, {name: body}) for field, body in dates_within(document, inner, value))


def requests_with_dates(document: Schema, value: str) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Method, path, the field's name, and what to send besides, for every date that a route takes."""
    for path, operations in document["paths"].items():
        url = re.sub(r"{\w+}", lambda _: str(uuid4()), path)
        for method, operation in operations.items():
            for parameter in operation.get("parameters", ()):
                if "$ref" in parameter:  # what several operations share has no dates
                    continue
                for _, sent in dates_within(document, parameter["schema"], value):
                    yield method, url, parameter["name"], {"params": {parameter["name"]: sent}}
            content = operation.get("requestBody", {}).get("content", {})
            schema = content.get("application/json", {}).get("schema", {})
            for field, body in dates_within(document, schema, value):
                yield method, url, field, {"json": body}


@pytest.mark.parametrize("value", EXTREMES)
def test_every_route_that_takes_a_date_refuses_one_at_the_edge_of_the_calendar(api: Api, value: str) -> None:
    document = api.http.get("/openapi.json").json()
    asked = list(requests_with_dates(document, value))
    assert {field for _, _, field, _ in asked} >= {"event_time", "since", "until", "at", "starts", "expires_at"}
    for method, path, field, sent in asked:
        answer = api.http.request(method, path, **sent)
        assert answer.status_code == 422, (method, path, sent, answer.text)
        assert field in answer.text, (method, path, sent, answer.text)
        assert "1900 to 2199" in answer.text, (method, path, sent, answer.text)


@pytest.mark.usefixtures("worker")
def test_an_import_refuses_a_date_at_the_edge_of_the_calendar_in_any_field(api: Api) -> None:
    a_case(api)
    lines = exported(api)
    one = {"type": "consolidation", "id": str(uuid4()), "kept_id": str(uuid4()), "merged_ids": [], "similarity": 1}
    known = {line["type"]: line for line in [*lines, {**one, "made_at": "2026-01-01T00:00:00Z"}]}
    for value, (kind, fields) in product(EXTREMES, IMPORTED.items()):
        for field in fields:
            answer = posted(api, written([lines[0], {**known[kind], field: value}]))
            assert answer.status_code == 422
            assert f"Line 2: {field}: must lie in the years 1900 to 2199" in answer.json()["detail"]


@pytest.mark.parametrize("stored", ["0001-01-01 00:00:00+14", "0044-03-15 00:00:00+00 BC", "20000-01-01", "infinity"])
def test_a_row_with_a_poisoned_date_breaks_no_list_page_recall_or_export(
    api: Api, tenant: TenantKey, database: Database, stored: str
) -> None:
    session = api.http.post("/v1/sessions", json={"namespace": "acme", "agent": "bot"}).json()["id"]
    kept = api.http.post("/v1/memories", json={"session_id": session, "content": "My card is broken", "role": "user"})
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        db.execute(text("UPDATE memories SET event_time = :at, created_at = :at"), {"at": stored})
        db.execute(text("UPDATE sessions SET started_at = :at"), {"at": stored})
    for path in ("/v1/memories", "/v1/sessions", f"/v1/memories/{kept.json()['id']}", "/v1/namespaces/acme/export"):
        answer = api.http.get(path)
        assert answer.status_code == 200, (path, answer.text)
    assert answer.text.count("\n") == 4
    recalled = api.http.post("/v1/recall", json={"namespace": "acme", "query": "broken card"})
    assert [one["memory"]["content"] for one in recalled.json()["results"]] == ["My card is broken"]
    for name, zone in (("ann", "Pacific/Kiritimati"), ("ben", "Pacific/Pago_Pago")):
        browser = signed_in(api, name, zone=zone, role="admin")
        assert "My card is broken" in browser.page(f"/conversations/{session}")
        assert "My card is broken" in browser.page(f"/memories/{kept.json()['id']}")


def test_what_a_console_form_cannot_mean_is_a_refusal(api: Api) -> None:
    browser = signed_in(api, role="admin")
    assert "1900 to 2199" in browser.get("/analytics?since=0001-01-01&until=9999-12-31").text
    browser.refused("/failed", 422, **{"retry-xyz": "on"})
    browser.refused("/presence", 422, presence="zz")
    browser.refused("/presence", 422)
    assert sign_in(browser, api, password="x" * 250).status_code == 401
