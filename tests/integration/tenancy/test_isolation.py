"""No query crosses a tenant: not over HTTP, not in SQL, not by mistake."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import text

from tests.conftest import Api, TenantKey
from warmline_api.app import create_app
from warmline_memory.settings import Settings
from warmline_memory.storage.database import Database, Role

SECRET = "the neighbour's secret ACC-9999"


def things_of(api: Api) -> dict[str, str]:
    session = api.http.post("/v1/sessions", json={"namespace": "private", "agent": "bot"}).json()["id"]
    memory = api.http.post("/v1/memories", json={"session_id": session, "content": SECRET}).json()["id"]
    ask = {"session_id": session, "to": "someone", "reason": SECRET, "mode": "warm"}
    handoff = api.http.post("/v1/handoffs", json=ask).json()["id"]
    api.http.get(f"/v1/handoffs/{handoff}", params={"wait": 20})
    consolidation = a_consolidation_of(api)
    ids = {"session_id": session, "memory_id": memory, "handoff_id": handoff, "chain_id": session}
    ids["key_id"] = api.http.get("/v1/keys").json()["items"][0]["id"]
    api.http.put("/v1/rotas/private", json={"title": SECRET}).raise_for_status()
    ids["shift_id"] = api.http.post("/v1/shifts", json={"outgoing": "human:ines"}).json()["id"]
    flag = {"by": "human:ines", "verdict": "missing", "should_be": SECRET}
    ids["flag_id"] = api.http.post(f"/v1/handoffs/{handoff}/flags", json=flag).json()["id"]
    webhook = {"url": "http://127.0.0.1:9/events", "description": SECRET, "types": ["shift.due"]}
    ids["webhook_id"] = api.http.post("/v1/webhooks", json=webhook).json()["id"]
    file = {"namespace": "private", "name": f"{SECRET}.txt"}
    ids["attachment_id"] = api.http.post("/v1/attachments", params=file, content=SECRET.encode()).json()["id"]
    customer = {"namespace": "private", "display_name": SECRET}
    ids["customer_id"] = api.http.post("/v1/customers", json=customer).json()["id"]
    ids["delivery_id"] = api.http.post(f"/v1/webhooks/{ids['webhook_id']}/ping").json()["id"]
    api.http.put("/v1/queues/private", json={"title": SECRET}).raise_for_status()
    api.http.post("/v1/operators", json={"name": "private", "display_name": SECRET}).raise_for_status()
    template = {"about": SECRET, "sections": [{"name": "ask", "title": "Ask"}]}
    api.http.put("/v1/templates/private", json=template).raise_for_status()
    api.http.put("/v1/saved-replies/private", json={"text": SECRET}).raise_for_status()
    return {
        **ids,
        "consolidation_id": consolidation,
        "left_id": handoff,
        "right_id": handoff,
        "name": "private",
        "message_id": ids["memory_id"],
    }


def a_consolidation_of(api: Api) -> str:
    alike = [{"namespace": "private", "content": content} for content in (SECRET, f"{SECRET}.")]
    api.http.post("/v1/memories/batch", json={"memories": alike}).raise_for_status()
    made = api.http.post("/v1/consolidations", json={"namespace": "private"}).json()["consolidations"]
    return str(made[0]["id"])


def routes(settings: Settings) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, operations in create_app(settings).openapi()["paths"].items():
        for method, operation in operations.items():
            yield method, path, operation


BODIES = {
    "remember": {"session_id": "{session_id}", "content": "intruder"},
    "remember_many": {"memories": [{"session_id": "{session_id}", "content": "intruder"}]},
    "keep_messages": {"messages": [{"role": "user", "content": "intruder"}]},
    "revise_memory": {"importance": 0.1},
    "give_feedback": {"verdict": "wrong"},
    "revise_preferences": {"reinforce": True},
    "write_template": {"about": "intruder", "sections": [{"name": "ask", "title": "Ask"}]},
    "write_saved_reply": {"text": "intruder"},
    "request_handoff": {"session_id": "{session_id}", "to": "intruder", "reason": "x"},
    "edit_draft": {"revision": 1, "headline": "intruder"},
    "renew_draft": {"revision": 1},
    "confirm_draft": {"revision": 1},
    "claim_handoff": {"agent": "intruder"},
    "accept_handoff": {"agent": "intruder"},
    "keep_claim": {"token": 1},
    "release_handoff": {"token": 1},
    "offer_handoff": {"to": "intruder"},
    "decline_handoff": {"agent": "intruder"},
    "ask_source": {"token": 1, "question": "What is it about?"},
    "answer_inquiry": {"agent": "intruder", "answer": "Nothing."},
    "transfer_handoff": {"token": 1, "to": "intruder", "reason": "x"},
    "return_handoff": {"token": 1, "instruction": "x"},
    "snooze_handoff": {"token": 1, "until": None},
    "resolve_handoff": {"token": 1, "note": "x"},
    "send_message": {"content": "intruder", "external_id": "1"},
    "give_back_chain": {"agent": "human:intruder"},
    "send_reply": {"token": 1, "content": "intruder"},
    "report_delivery": {"state": "sent"},
    "make_customer": {"namespace": "private"},
    "revise_customer": {"display_name": "intruder"},
    "upload_attachment": {"name": "intruder"},
    "send_customer_message": {"content": "intruder", "external_id": "1", "bot": "intruder"},
    "write_rota": {"title": "intruder"},
    "change_rota": {"absences": []},
    "make_sheet": {"outgoing": "human:intruder"},
    "sign_sheet": {"agent": "human:intruder", "to": "human:somebody"},
    "acknowledge_sheet": {"agent": "human:intruder"},
    "acknowledge_item": {"agent": "human:intruder", "read_back": "x"},
    "decline_item": {"agent": "human:intruder", "reason": "x"},
    "flag_brief": {"by": "intruder", "verdict": "missing", "should_be": "intruder"},
    "consolidate": {"namespace": "private"},
    "recall": {"namespace": "private", "query": "secret", "session_id": "{session_id}"},
    "forget_memories": {"namespace": "private", "session_id": "{session_id}"},
    "import_namespace": {"type": "end"},
    "make_key": {"name": "intruder"},
    "write_queue": {"title": "intruder"},
    "claim_next": {"agent": "intruder"},
    "create_operator": {"name": "intruder"},
    "revise_operator": {"presence": "away"},
    "add_webhook": {"url": "http://127.0.0.1:9/intruder"},
    "revise_webhook": {"enabled": False},
    "replay_failed_deliveries": {"since": "2026-01-01T00:00:00Z"},
    "start_session": {"namespace": "private", "agent": "intruder"},
}


NAMES_ONES_OWN = {"recall", "forget_memories", "export_namespace", "import_namespace", "forget_namespace"}
NAMES_ONES_OWN |= {"write_rota", "change_rota", "get_on_duty", "get_calendar", "write_template", "write_saved_reply"}
NAMES_ONES_OWN |= {"get_queue", "write_queue", "delete_queue", "get_queue_standing", "list_waiting", "claim_next"}
"""What finds the caller's own namespace, template or queue of a name, which anybody may use."""


ENDLESS = {"stream_events"}
"""What answers until somebody hangs up; its own tests show that it tells nothing of other tenants."""


def filled(body: Any, ids: dict[str, str]) -> Any:
    if isinstance(body, dict):
        return {name: filled(value, ids) for name, value in body.items()}
    if isinstance(body, list):
        return [filled(value, ids) for value in body]
    return body.format(**ids) if isinstance(body, str) else body


@pytest.mark.usefixtures("worker")
def test_every_route_answers_404_for_another_tenants_ids_and_leaks_nothing(
    api: Api, stranger: Api, settings: Settings
) -> None:
    ids = things_of(api)
    own_paths = [f"/v1/{noun}s/{ids[f'{noun}_id']}" for noun in ("session", "handoff", "chain")]
    own = {
        path: api.http.get(path).json()
        for path in [*own_paths, f"/v1/memories/{ids['memory_id']}", "/v1/templates/private"]
    }
    tried = set()
    for method, path, operation in routes(settings):
        if operation["operationId"] in ENDLESS:
            continue
        names_ids = "{" in path or "session_id" in str(BODIES.get(operation["operationId"], ""))
        body = filled(BODIES.get(operation["operationId"]), ids)
        where = path.format(namespace="private", **ids)
        answer = stranger.http.request(method, where, json=body if method in ("post", "patch", "put") else None)
        tried.add(operation["operationId"])
        assert SECRET not in answer.text, operation["operationId"]
        if names_ids and operation["operationId"] not in NAMES_ONES_OWN:
            told = answer.json().get("type") if answer.content else None
            assert (answer.status_code, told) == (404, "urn:warmline:problem:not-found"), (method, path)
    assert len(tried) >= 20
    assert {path: api.http.get(path).json() for path in own} == own


@pytest.mark.usefixtures("worker")
def test_no_list_and_no_recall_shows_another_tenants_rows(api: Api, stranger: Api) -> None:
    ids = things_of(api)
    for path in ("sessions", "memories", "handoffs"):
        for filters in ({}, {"namespace": "private"}, {"chain_id": ids["chain_id"]}):
            assert stranger.http.get(f"/v1/{path}", params=filters).json()["items"] == []
    recalled = stranger.http.post("/v1/recall", json={"namespace": "private", "query": SECRET})
    assert recalled.json()["results"] == []


def test_a_body_is_expected_for_every_route_that_names_ids_in_it(settings: Settings) -> None:
    needing = {
        operation["operationId"]
        for _, _, operation in routes(settings)
        if operation.get("requestBody", {}).get("required")
    }
    assert needing == set(BODIES)


def tables_with_a_tenant(database: Database) -> list[str]:
    with database.transaction() as db:
        return list(
            db.scalars(
                text("SELECT table_name FROM information_schema.columns WHERE column_name = 'tenant_id' ORDER BY 1")
            )
        )


def test_a_query_that_forgets_the_tenant_sees_nothing(api: Api, database: Database) -> None:
    api.http.post("/v1/memories", json={"namespace": "private", "content": SECRET}, headers={"Idempotency-Key": "k"})
    names = tables_with_a_tenant(database)
    assert {"memories", "sessions", "handoffs", "inquiries", "api_keys"} <= set(names)
    with database.engine.connect() as connection:
        for name in [*names, "tenants"]:
            assert connection.scalar(text(f"SELECT count(*) FROM {name}")) == 0, name


def test_row_level_security_is_forced_on_every_table_with_a_tenant(database: Database) -> None:
    with database.transaction() as db:
        rows = db.execute(
            text("SELECT relname, relrowsecurity AND relforcerowsecurity FROM pg_class WHERE relkind='r'")
        )
        forced = dict(rows.all())
    assert all(forced[name] for name in [*tables_with_a_tenant(database), "tenants"])


@pytest.mark.parametrize("role", Role)
def test_no_role_of_the_platform_passes_row_level_security_by(database: Database, role: Role) -> None:
    with database.transaction(role=role) as db:
        found = db.execute(
            text("SELECT rolname, rolsuper, rolbypassrls, rolcanlogin FROM pg_roles WHERE rolname = current_user")
        )
        assert tuple(found.one()) == (role.value, False, False, False)


def test_a_row_cannot_be_written_into_another_tenant(database: Database, new_tenant: Callable[[], TenantKey]) -> None:
    mine, theirs = new_tenant(), new_tenant()
    with (
        pytest.raises(Exception, match="row-level security"),
        database.transaction(tenant_id=mine.tenant_id) as db,
    ):
        db.execute(
            text("INSERT INTO idempotent_answers (tenant_id, key, fingerprint) VALUES (:tenant, 'k', 'f')"),
            {"tenant": theirs.tenant_id},
        )


def test_a_key_of_one_tenant_cannot_read_the_keys_of_others(
    database: Database, new_tenant: Callable[[], TenantKey]
) -> None:
    mine, _ = new_tenant(), new_tenant()
    with database.transaction(tenant_id=mine.tenant_id) as db:
        assert list(db.scalars(text("SELECT tenant_id FROM api_keys"))) == [mine.tenant_id]


def test_the_sweep_sees_ids_and_no_content(database: Database) -> None:
    for column in ("brief", "reason", "metadata"):
        with (
            pytest.raises(Exception, match="permission denied"),
            database.transaction(role=Role.SWEEP) as db,
        ):
            db.execute(text(f"SELECT {column} FROM handoffs"))


def test_only_a_hash_of_a_key_is_stored(database: Database, tenant: TenantKey) -> None:
    with database.transaction(role=Role.ADMIN) as db:
        row = db.execute(text("SELECT * FROM api_keys WHERE id = :id"), {"id": tenant.key_id}).one()
    assert not re.search(re.escape(tenant.key[9:]), str(row))
    assert len(row.key_hash) == 32
