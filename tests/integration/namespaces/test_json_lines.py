"""Namespaces as JSON Lines: out, in again, in twice, in elsewhere, and what is no such file."""

import json
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.builders.drafts import an_edit, drafted
from tests.builders.requests import get, post
from tests.builders.sessions import a_session
from tests.conftest import Api, TenantKey
from warmline_local.servers import EmbeddedPostgres
from warmline_memory import tenancy
from warmline_memory.namespaces import BATCH, export_namespace
from warmline_memory.storage import Database

NAMESPACE = "acme/user-dave"

Lines = list[dict[str, Any]]


def exported(api: Api, namespace: str = NAMESPACE) -> Lines:
    answer = api.http.get(f"/v1/namespaces/{namespace}/export")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/x-ndjson"), answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


def imported(api: Api, lines: Lines, namespace: str = NAMESPACE) -> dict[str, Any]:
    answer = posted(api, written(lines), namespace)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def posted(api: Api, content: bytes, namespace: str = NAMESPACE) -> Any:
    return api.http.post(f"/v1/namespaces/{namespace}/import", content=content)


def written(lines: Lines) -> bytes:
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def without_header(lines: Lines) -> Lines:
    return lines[1:]


def of_type(lines: Lines, kind: str) -> Lines:
    return [line for line in lines if line["type"] == kind]


def a_case(api: Api) -> str:
    """A closed handoff between two sessions, one of them open, and a fact of no session. The handoff's id."""
    session = api.http.post("/v1/sessions", json={"namespace": NAMESPACE, "agent": "bot"}).json()["id"]
    said = {"session_id": session, "content": "I was charged $299 for ACC-4521", "role": "user"}
    api.http.post("/v1/memories", json=said)
    handoff = api.http.post("/v1/handoffs", json={"session_id": session, "to": "billing", "reason": "Dispute"}).json()
    api.http.get(f"/v1/handoffs/{handoff['id']}", params={"wait": 20})
    api.http.post(f"/v1/handoffs/{handoff['id']}/accept", json={"agent": "billing"})
    slot = {"name": "contact", "value": "e-mail"}
    api.http.post("/v1/memories", json={"namespace": NAMESPACE, "content": "Prefers e-mail", "slot": slot})
    return str(handoff["id"])


def facts(api: Api, count: int) -> None:
    batch = [{"namespace": NAMESPACE, "content": f"fact number {number}"} for number in range(count)]
    assert api.http.post("/v1/memories/batch", json={"memories": batch}).status_code == 201


@pytest.mark.usefixtures("worker")
def test_an_export_has_a_header_every_row_and_an_end(api: Api) -> None:
    a_case(api)
    lines = exported(api)
    assert [line["type"] for line in lines] == ["namespace", *["session"] * 2, "handoff", *["memory"] * 3, "end"]
    assert all(lines[0][noun] == lines[-1][noun] for noun in ("sessions", "handoffs", "memories", "consolidations"))
    assert "embedding" not in json.dumps(lines)


@pytest.mark.usefixtures("worker")
def test_what_was_forgotten_comes_back_as_it_was(api: Api) -> None:
    a_case(api)
    before = exported(api)
    api.http.delete(f"/v1/namespaces/{NAMESPACE}")
    assert imported(api, before)["memories"] == 3
    after = exported(api)
    assert of_type(after, "memory") == of_type(before, "memory")
    assert of_type(after, "handoff")[0]["brief"] == of_type(before, "handoff")[0]["brief"]


@pytest.mark.usefixtures("worker")
def test_importing_twice_changes_nothing(api: Api) -> None:
    a_case(api)
    lines = exported(api)
    api.http.delete(f"/v1/namespaces/{NAMESPACE}")
    imported(api, lines)
    once = exported(api)
    again = imported(api, lines)
    assert (again["memories"], again["sessions"], again["already_there"]) == (0, 0, 6)
    assert without_header(exported(api)) == without_header(once)


@pytest.mark.usefixtures("worker")
def test_importing_where_it_still_is_changes_nothing(api: Api) -> None:
    a_case(api)
    lines = exported(api)
    assert imported(api, lines)["already_there"] == 6
    assert without_header(exported(api)) == without_header(lines)


@pytest.mark.usefixtures("worker")
def test_another_tenant_gets_the_same_under_ids_of_its_own(api: Api, stranger: Api) -> None:
    a_case(api)
    lines = exported(api)
    imported(stranger, lines, "copied")
    copy = exported(stranger, "copied")
    ids = {line["id"] for line in lines if "id" in line}
    assert ids.isdisjoint({line["id"] for line in copy if "id" in line})
    told = [line["content"] for line in of_type(lines, "memory")]
    assert [line["content"] for line in of_type(copy, "memory")] == told
    assert imported(stranger, lines, "copied")["already_there"] == 6


@pytest.mark.usefixtures("worker")
def test_references_lead_to_the_rows_of_the_new_place(api: Api) -> None:
    a_case(api)
    imported(api, exported(api), "copied")
    sessions, handoffs, memories = (of_type(exported(api, "copied"), kind) for kind in ("session", "handoff", "memory"))
    first, second = (session["id"] for session in sessions)
    handoff = handoffs[0]
    assert {session["chain_id"] for session in sessions} == {first}
    assert (handoff["source_session_id"], handoff["target_session_id"]) == (first, second)
    assert handoff["started_session_ids"] == [second]
    cited = {one for section in handoff["brief"]["sections"] for line in section["lines"] for one in line["memory_ids"]}
    assert cited <= {memory["id"] for memory in memories}
    assert [memory["handoff_id"] for memory in memories if memory["kind"] == "handoff"] == [handoff["id"]]


@pytest.mark.usefixtures("worker")
def test_new_ids_keep_the_time_of_the_old_ones(api: Api) -> None:
    a_case(api)
    lines = exported(api)
    imported(api, lines, "copied")
    old = {line["content"]: UUID(line["id"]) for line in of_type(lines, "memory")}
    new = {line["content"]: UUID(line["id"]) for line in of_type(exported(api, "copied"), "memory")}
    assert all(new[content].bytes[:6] == old[content].bytes[:6] for content in old)
    assert {one.version for one in new.values()} == {7}


@pytest.mark.usefixtures("worker")
def test_nothing_arrives_open_or_under_way(api: Api) -> None:
    session = api.http.post("/v1/sessions", json={"namespace": NAMESPACE, "agent": "bot"}).json()["id"]
    ask = {"session_id": session, "to": "billing", "reason": "Too hard", "mode": "warm"}
    api.http.post("/v1/handoffs", json=ask)
    lines = exported(api)
    imported(api, lines, "copied")
    copy = exported(api, "copied")
    assert [line["ended_at"] for line in of_type(copy, "session")] == [lines[0]["exported_at"]]
    assert [line["state"] for line in of_type(copy, "handoff")] == ["cancelled"]


@pytest.mark.usefixtures("worker")
def test_what_was_imported_is_recalled_by_its_meaning(api: Api) -> None:
    a_case(api)
    imported(api, exported(api), "copied")
    found = api.http.post(
        "/v1/recall", json={"namespace": "copied", "query": "how to reach them", "kinds": ["message"]}
    )
    assert {result["memory"]["content"] for result in found.json()["results"]} >= {"Prefers e-mail"}
    assert all(result["parts"]["cosine"] is not None for result in found.json()["results"])


def test_consolidations_come_along(api: Api, tenant: TenantKey, postgres: EmbeddedPostgres) -> None:
    ask = {"namespace": NAMESPACE, "role": "user"}
    kept, merged = (
        api.http.post("/v1/memories", json={**ask, "content": content}).json()["id"]
        for content in ("Prefers e-mail", "Likes e-mail better")
    )
    with psycopg.connect(postgres.url) as connection:
        row = connection.execute(
            "INSERT INTO consolidations (id, tenant_id, namespace, kept_id, similarity) "
            "VALUES (gen_random_uuid(), %s, %s, %s, 0.97) RETURNING id",
            [tenant.tenant_id, NAMESPACE, kept],
        ).fetchone()
        connection.execute("UPDATE memories SET consolidation_id = %s WHERE id = %s", [*(row or ()), merged])
    imported(api, exported(api), "copied")
    copy = exported(api, "copied")
    memories = {line["content"]: line["id"] for line in of_type(copy, "memory")}
    consolidation = of_type(copy, "consolidation")[0]
    assert consolidation["kept_id"] == memories["Prefers e-mail"]
    assert consolidation["merged_ids"] == [memories["Likes e-mail better"]]


def test_what_stands_there_word_for_word_is_not_doubled(api: Api) -> None:
    facts(api, 3)
    lines = exported(api)
    api.http.post("/v1/memories", json={"namespace": "copied", "content": "fact number 1"})
    assert (imported(api, lines, "copied")["memories"], len(of_type(exported(api, "copied"), "memory"))) == (2, 3)


def test_what_would_expire_at_once_is_not_brought_back(api: Api) -> None:
    api.http.post("/v1/memories", json={"namespace": NAMESPACE, "content": "code 1234", "ttl_seconds": 30})
    api.http.post("/v1/memories", json={"namespace": NAMESPACE, "content": "code 5678", "ttl_seconds": 3600})
    answer = imported(api, exported(api), "copied")
    assert (answer["memories"], answer["expired"]) == (1, 1)


def test_a_bad_line_is_named_and_its_batch_left_out(api: Api) -> None:
    facts(api, BATCH + 10)
    lines = exported(api)
    lines[BATCH + 5]["importance"] = 7
    answer = posted(api, written(lines), "copied")
    assert (answer.status_code, f"Line {BATCH + 6}: importance: " in answer.json()["detail"]) == (422, True)
    assert len(of_type(exported(api, "copied"), "memory")) == BATCH - 1
    lines[BATCH + 5]["importance"] = 0.7
    mended = imported(api, lines, "copied")
    assert (mended["memories"], mended["already_there"]) == (11, BATCH - 1)


def test_a_file_that_was_cut_off_is_noticed(api: Api) -> None:
    facts(api, 3)
    answer = posted(api, written(exported(api)[:-1]), "copied")
    assert (answer.status_code, "cut off" in answer.json()["detail"]) == (422, True)


def test_a_file_that_lost_a_line_is_noticed(api: Api) -> None:
    facts(api, 3)
    lines = exported(api)
    answer = posted(api, written(lines[:2] + lines[3:]), "copied")
    assert (answer.status_code, "some are missing" in answer.json()["detail"]) == (422, True)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "Line 1: the file ends"),
        (b"nonsense\n", "Line 1: Invalid JSON"),
        (b'{"type": "end"}\n', "Line 1: type: the first line must be the header"),
        (b'{"type": "namespace", "format": 2}\n', "Line 1: format"),
        (b'{"type": "wish"}\n', "Line 1: "),
    ],
)
def test_what_is_no_export_is_refused(api: Api, content: bytes, fault: str) -> None:
    answer = posted(api, content)
    assert (answer.status_code, answer.json()["detail"][: len(fault)]) == (422, fault)


@pytest.mark.usefixtures("worker")
def test_a_line_that_names_a_missing_session_is_refused(api: Api) -> None:
    a_case(api)
    lines = exported(api)
    answer = posted(api, written([lines[0], *(line for line in lines if line["type"] == "memory")]), "copied")
    assert (answer.status_code, "Line 2: chain_id: no line before has this id" in answer.json()["detail"]) == (
        422,
        True,
    )


def test_a_body_may_be_longer_than_others_and_a_line_may_not(api: Api, stranger: Api) -> None:
    ask = {"namespace": NAMESPACE, "metadata": {"note": "x" * 65_000}}
    for number in range(0, 260, 130):
        batch = [{**ask, "content": f"fact number {number + one}"} for one in range(130)]
        assert api.http.post("/v1/memories/batch", json={"memories": batch}).status_code == 201
    lines = written(exported(api))
    assert len(lines) > 16_000_000
    assert posted(stranger, lines).json()["memories"] == 260
    answer = posted(stranger, b"x" * 17_000_000)
    assert (answer.status_code, answer.json()["detail"]) == (413, "Line 1 is longer than 16000000 bytes.")


def test_a_text_that_cannot_be_stored_names_its_line_and_a_backslash_does_not(api: Api) -> None:
    facts(api, 2)
    lines = exported(api)
    lines[1]["content"] = "a \\u0000 b"
    assert imported(api, lines, "copied")["memories"] == 2
    lines[2]["content"] = "a \x00 b"
    assert "Line 3: a text holds U+0000" in posted(api, written(lines), "other").json()["detail"]


def test_an_export_of_nothing_is_not_found(api: Api) -> None:
    assert api.http.get("/v1/namespaces/nobody/export").status_code == 404


def test_exports_and_imports_are_audited(api: Api) -> None:
    facts(api, 3)
    imported(api, exported(api), "copied")
    entries = api.http.get("/v1/audit").json()["items"]
    assert [(entry["verb"], entry["namespace"]) for entry in entries] == [("import", "copied"), ("export", NAMESPACE)]
    assert entries[0]["details"]["from_another"] is True
    assert {entry["details"]["memories"] for entry in entries} == {3}


def test_what_is_kept_during_an_export_refers_to_nothing_outside_the_file(
    api: Api, tenant: TenantKey, database: Database
) -> None:
    facts(api, 1000)
    blocks = export_namespace(database, tenancy.key_hash(tenant.key), NAMESPACE)
    # The header, and the first memories: by then the sessions have been read.
    begun = [next(blocks), next(blocks)]
    a_session(api, "came later", namespace=NAMESPACE)
    read = [json.loads(line) for line in b"".join([*begun, *blocks]).splitlines()]
    assert len(of_type(read, "memory")) == read[-1]["memories"] == 1000
    assert len(of_type(exported(api), "memory")) == 1001


@pytest.mark.usefixtures("worker")
def test_who_edited_a_draft_is_exported_and_comes_back(api: Api) -> None:
    session = a_session(api)
    handoff = drafted(api, session)
    post(api, f"handoffs/{handoff['id']}/edit", an_edit(1, "Refund $100 by Friday"))
    post(api, f"handoffs/{handoff['id']}/confirm", {"revision": 2})
    namespace = get(api, f"sessions/{session}")["namespace"]
    before = exported(api, namespace)
    [handed_over] = of_type(before, "handoff")
    assert len(handed_over["edited_by"]) == 1
    assert api.http.delete(f"/v1/namespaces/{namespace}").is_success
    imported(api, before, namespace)
    [back] = of_type(exported(api, namespace), "handoff")
    assert back["edited_by"] == handed_over["edited_by"]
