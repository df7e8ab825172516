"""What is said again word for word is stored once, and counted."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.builders.sessions import started
from tests.conftest import Api, TenantKey
from warmline_memory import embedding, memories
from warmline_memory.embedding import open_embedder
from warmline_memory.settings import Settings
from warmline_memory.storage.connections import BinaryCursor
from warmline_memory.storage.database import Database
from warmline_schemas.memories import Remember

CONTENT = "Prefers e-mail"


def a_note(**changes: Any) -> dict[str, Any]:
    return {"namespace": "user-dave", "content": CONTENT, "kind": "fact", **changes}


def remember(api: Api, **changes: Any) -> dict[str, Any]:
    return api.http.post("/v1/memories", json=a_note(**changes)).raise_for_status().json()


def remember_many(api: Api, notes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return api.http.post("/v1/memories/batch", json={"memories": notes}).raise_for_status().json()["memories"]


def stored(api: Api) -> list[dict[str, Any]]:
    return api.http.get("/v1/memories", params={"namespace": "user-dave", "limit": 500}).json()["items"]


def test_what_is_said_again_is_stored_once_and_counted(api: Api) -> None:
    first = remember(api)
    again = remember(api, content=f"  {CONTENT.replace(' ', chr(10))} ")
    assert again == {**first, "times_seen": 2, "event_time": again["event_time"]}
    assert stored(api) == [again]


def test_duplicates_inside_one_batch_are_folded_and_each_is_answered(api: Api) -> None:
    remember(api)
    kept = remember_many(api, [a_note(), a_note(content="Customer since 2024"), a_note()])
    assert [(one["content"], one["times_seen"]) for one in kept] == [
        (CONTENT, 3),
        ("Customer since 2024", 1),
        (CONTENT, 3),
    ]
    assert len(stored(api)) == 2


def test_a_session_keeps_its_own_and_numbers_on(api: Api) -> None:
    one, two = started(api)["id"], started(api)["id"]
    for session in (one, one, two):
        remember(api, session_id=session)
    remember(api)
    remember(api, session_id=one, content="Customer since 2024")
    assert sorted(note["times_seen"] for note in stored(api)) == [1, 1, 1, 2]


@pytest.mark.parametrize(
    "other",
    [
        {"namespace": "user-eve"},
        {"kind": "message"},
        {"content": "prefers e-mail"},
        {"slot": {"name": "channel", "value": "e-mail"}},
        {"metadata": {"channel": "chat"}},
    ],
)
def test_what_differs_is_no_duplicate(api: Api, other: dict[str, Any]) -> None:
    remember(api)
    assert remember(api, **other)["times_seen"] == 1


@pytest.mark.parametrize("event", [{"role": "user"}, {"action": {"name": "refund"}}, {"ttl_seconds": 60}])
def test_turns_calls_and_what_expires_are_kept_each_time(api: Api, event: dict[str, Any]) -> None:
    assert remember(api, **event)["id"] != remember(api, **event)["id"]


def test_a_revised_memory_is_no_duplicate_any_more(api: Api) -> None:
    first = remember(api)
    api.http.patch(f"/v1/memories/{first['id']}", json={"importance": 0.2})
    assert remember(api)["id"] != first["id"]


def test_a_stated_importance_goes_before_an_estimate_and_the_higher_before_the_lower(api: Api) -> None:
    assert remember(api)["importance_estimated"]
    said = [remember(api, importance=given)["importance"] for given in (0.3, 0.8, 0.4, None)]
    assert said == [0.3, 0.8, 0.8, 0.8]
    folded = remember_many(api, [a_note(content="Again", importance=given) for given in (None, 0.01, 0.02)])
    assert (folded[0]["importance"], folded[0]["importance_estimated"]) == (0.02, False)


def test_saying_it_again_does_not_undo_feedback(api: Api) -> None:
    memory = remember(api)
    wrong = api.http.post(f"/v1/memories/{memory['id']}/feedback", json={"verdict": "wrong"}).json()
    assert remember(api)["importance"] == wrong["importance"] < memory["importance"]


def test_a_pin_is_kept_from_either_and_the_later_time_counts(api: Api) -> None:
    remember(api, event_time="2026-03-02T00:00:00Z")
    again = remember(api, pinned=True, event_time="2026-03-01T00:00:00Z")
    assert (again["pinned"], again["event_time"]) == (True, "2026-03-02T00:00:00Z")
    assert remember(api, event_time="2026-03-03T00:00:00Z")["pinned"]


def test_batches_at_the_same_time_lose_no_count_and_do_not_deadlock(api: Api) -> None:
    contents = [f"Note {number}" for number in range(40)]
    orders = [contents, contents[::-1]] * 4
    with ThreadPoolExecutor(len(orders)) as threads:
        list(threads.map(lambda order: remember_many(api, [a_note(content=content) for content in order]), orders))
    assert [note["times_seen"] for note in stored(api)] == [len(orders)] * len(contents)


def test_another_tenant_has_no_duplicates_here(api: Api, client_of: Any, new_tenant: Any) -> None:
    remember(api)
    assert remember(client_of(new_tenant()))["times_seen"] == 1


def test_a_thousand_memories_are_stored_by_one_statement(
    settings: Settings, database: Database, tenant: TenantKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedder = open_embedder(settings)
    vectors = embedder.embed([CONTENT]).repeat(1_000, axis=0)
    asks = [Remember(**a_note(content=f"Note {number}")) for number in range(1_000)]
    statements: list[str] = []
    execute = BinaryCursor.execute

    def noting(cursor: BinaryCursor, query: Any, *given: Any, **named: Any) -> BinaryCursor:
        statements.append(query if isinstance(query, str) else query.decode())
        return execute(cursor, query, *given, **named)

    monkeypatch.setattr(BinaryCursor, "execute", noting)
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        model_id = db.connection().exec_driver_sql("SELECT id FROM embedding_models WHERE is_current").scalar_one()
        kept = memories.remember(db, asks, embedding.Embeddings(model_id, vectors))
    monkeypatch.undo()
    embedder.close()
    assert [one.content for one in kept] == [ask.content for ask in asks]
    assert sum(statement.startswith("INSERT") for statement in statements) == 1
