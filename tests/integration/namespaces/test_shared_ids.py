"""Ids that two tenants have in common: neither learns of the other's rows, and neither is in the other's way."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from tests.conftest import Api, TenantKey
from tests.integration.namespaces.test_json_lines import (
    NAMESPACE,
    Lines,
    a_case,
    exported,
    imported,
    of_type,
    posted,
    written,
)
from warmline_memory.storage.database import Database, Role

COUNTS = ("sessions", "handoffs", "memories")


@pytest.fixture
def other_api(client_of: Callable[[TenantKey], Api], new_tenant: Callable[[], TenantKey]) -> Api:
    """The run's API with the key of another tenant."""
    return client_of(new_tenant())


def as_if_of(other: Api, lines: Lines) -> Lines:
    """The lines of an export whose header says that another tenant made it, so that its ids would be kept."""
    tenant_id = other.http.get("/v1/whoami").json()["tenant_id"]
    return [{**lines[0], "tenant_id": tenant_id}, *lines[1:]]


def counted(answer: dict[str, Any]) -> list[int]:
    return [answer[noun] for noun in (*COUNTS, "already_there")]


@pytest.mark.usefixtures("worker")
def test_who_imports_ids_that_another_tenant_has_learns_nothing_of_them(api: Api, other_api: Api) -> None:
    a_case(api)
    lines = exported(api)
    assert counted(imported(other_api, as_if_of(other_api, lines))) == [2, 1, 3, 0]
    assert of_type(exported(api), "memory") == of_type(lines, "memory")


@pytest.mark.usefixtures("worker")
def test_ids_that_another_tenant_took_do_not_keep_a_restore_from_bringing_everything_back(
    api: Api, other_api: Api
) -> None:
    a_case(api)
    lines = exported(api)
    api.http.delete(f"/v1/namespaces/{NAMESPACE}")
    imported(other_api, as_if_of(other_api, lines))
    assert counted(imported(api, lines)) == [2, 1, 3, 0]
    assert of_type(exported(api), "memory") == of_type(lines, "memory")


@pytest.mark.usefixtures("worker")
def test_rows_of_one_id_are_each_tenants_own(api: Api, other_api: Api, database: Database) -> None:
    handoff = a_case(api)
    lines = exported(api)
    imported(other_api, as_if_of(other_api, lines))
    memory = of_type(lines, "memory")[-1]["id"]
    assert api.http.delete(f"/v1/memories/{memory}").status_code == 204
    assert other_api.http.get(f"/v1/memories/{memory}").status_code == 200
    assert {one.http.get(f"/v1/handoffs/{handoff}").json()["state"] for one in (api, other_api)} == {
        "accepted",
        "closed",
    }
    with database.transaction(role=Role.ADMIN) as db:
        rows = db.execute(text("SELECT count(*) FROM handoffs WHERE id = :id"), {"id": handoff})
        assert rows.scalar_one() == 2


def test_an_id_of_another_namespace_is_refused_and_not_counted_as_there(api: Api) -> None:
    api.http.post("/v1/memories", json={"namespace": NAMESPACE, "content": "Prefers e-mail"})
    lines = exported(api)
    lines[0]["namespace"] = "elsewhere"
    answer = posted(api, written(lines), "elsewhere")
    assert answer.status_code == 422
    assert "Line 2: id: a row of another namespace has this id" in answer.json()["detail"]
