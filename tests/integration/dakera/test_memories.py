"""Dakera's memories one by one, through its published client."""

from datetime import UTC, datetime, timedelta

import pytest
from dakera import (
    ErrorCode,
    FeedbackSignal,
    NotFoundError,
    ValidationError,
)

from tests.builders.memories import a_memory
from tests.builders.requests import get, patch
from tests.conftest import Api
from tests.integration.dakera.clients import Dakera

NOBODYS = "01978f6e-7c1a-7000-8000-000000000001"


def test_a_memory_comes_back_as_it_was_stored(dakera: Dakera) -> None:
    happened = datetime(2026, 3, 1, 10, tzinfo=UTC)
    stored = dakera.store_memory(
        "user-dave",
        "Account ID: ACC-4521",
        memory_type="semantic",
        importance=0.8,
        metadata={"source": "crm", "nested": {"a": [1, None]}},
        tags=["account", "billing"],
        ttl_seconds=3_600,
        event_time=happened,
    )
    got = dakera.get_memory("user-dave", stored["id"])
    assert got["content"] == "Account ID: ACC-4521"
    assert (got["memory_type"], got["importance"], got["agent_id"]) == ("semantic", 0.8, "user-dave")
    assert (got["tags"], got["metadata"]) == (["account", "billing"], {"source": "crm", "nested": {"a": [1, None]}})
    assert got["expires_at"] - got["created_at"] == pytest.approx(3_600, abs=2)
    assert (got["session_id"], got["access_count"]) == (None, 0)
    assert {**got, "warnings": []} == stored


def test_what_happened_and_what_expires_are_told_in_seconds_too(dakera: Dakera, own: Api) -> None:
    happened = datetime(2026, 3, 1, 10, tzinfo=UTC)
    until = int((datetime.now(UTC) + timedelta(hours=1)).timestamp())
    stored = dakera.store_memory(
        "user-dave", "A memory", event_time=happened.timestamp(), expires_at=until, ttl_seconds=5, valid_from=7
    )
    assert get(own, f"memories/{stored['id']}")["event_time"] == "2026-03-01T10:00:00Z"
    assert stored["expires_at"] == pytest.approx(until, abs=2)
    assert stored["metadata"] == {"valid_from": 7}


def test_fields_that_are_not_known_are_named_and_harm_nothing(dakera: Dakera) -> None:
    stored = dakera.store_memory("user-dave", "A memory", lang="de")
    assert stored["warnings"] == ["field 'lang' ignored"]


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("content", {"content": ""}),
        ("content", {"content": "x" * 100_001}),
        ("importance", {"importance": 1.5}),
        ("memory_type", {"memory_type": "nonsense"}),
        ("tags", {"tags": [""]}),
        ("metadata", {"metadata": {"a": "x" * 65_536}}),
        ("ttl_seconds", {"ttl_seconds": 0}),
        ("expires_at", {"expires_at": 1}),
        ("event_time", {"event_time": "yesterday"}),
        ("attachment_ref", {"attachment_ref": "sha256:00"}),
    ],
)
def test_a_wrong_memory_is_refused_with_the_name_of_its_field(
    dakera: Dakera, field: str, given: dict[str, object]
) -> None:
    with pytest.raises(ValidationError, match=field) as raised:
        dakera.store_memory("user-dave", **{"content": "A memory", **given})
    assert raised.value.code is ErrorCode.INVALID_REQUEST
    assert field in raised.value.response_body["details"]


def test_characters_that_cannot_be_stored_are_a_wrong_request(dakera: Dakera) -> None:
    with pytest.raises(ValidationError, match="U\\+0000"):
        dakera.store_memory("user-dave", "a\x00b")


def test_an_update_changes_what_it_names_and_nothing_else(dakera: Dakera) -> None:
    stored = dakera.store_memory("user-dave", "The cat sleeps", metadata={"a": 1}, tags=["cat"], importance=0.5)
    assert dakera.update_memory("user-dave", stored["id"], content="The invoice is overdue")["tags"] == ["cat"]
    assert dakera.update_memory("user-dave", stored["id"], metadata={"b": 2})["tags"] == ["cat"]
    changed = dakera.update_memory("user-dave", stored["id"], memory_type="semantic", importance=0.9, tags=["bill"])
    kept = {name: stored[name] for name in ("id", "created_at", "agent_id")}
    new = {"content": "The invoice is overdue", "metadata": {"b": 2}, "memory_type": "semantic", "tags": ["bill"]}
    assert changed | kept | new | {"importance": 0.9} == changed
    assert dakera.recall("user-dave", "unpaid bill", top_k=1).memories[0].id == stored["id"]


def test_an_update_of_nothing_answers_the_memory(dakera: Dakera) -> None:
    stored = dakera.store_memory("user-dave", "A memory")
    assert dakera.update_memory("user-dave", stored["id"])["content"] == "A memory"


def test_what_is_forgotten_is_gone_and_counted_once(dakera: Dakera) -> None:
    stored = dakera.store_memory("user-dave", "A memory")
    assert dakera.forget("user-eve", stored["id"])["deleted_count"] == 0
    assert dakera.forget("user-dave", stored["id"])["deleted_count"] == 1
    assert dakera.forget("user-dave", stored["id"])["deleted_count"] == 0
    assert dakera.forget("user-dave", "no-memory")["deleted_count"] == 0
    with pytest.raises(NotFoundError):
        dakera.get_memory("user-dave", stored["id"])


def test_importance_is_set_of_one_and_of_several(dakera: Dakera) -> None:
    # The synchronous client sends one id at a time, the asynchronous one all of them.
    ids = [dakera.store_memory("user-dave", f"Memory {name}")["id"] for name in ("one", "two")]
    assert dakera.update_importance("user-dave", ids[:1], 0.25)["importance"] == 0.25
    assert [one["importance"] for one in dakera.update_importance("user-dave", ids, 0.75)] == [0.75, 0.75]
    patched = dakera.patch_memory_importance(ids[0], "user-dave", 1.0)
    assert (patched.id, patched.importance) == (ids[0], 1.0)


@pytest.mark.parametrize(("signal", "rises"), [("upvote", True), ("positive", True), ("downvote", False)])
def test_feedback_moves_importance(dakera: Dakera, signal: str, *, rises: bool) -> None:
    stored = dakera.store_memory("user-dave", "A memory", importance=0.5)
    said = dakera.feedback_memory(stored["id"], "user-dave", signal)
    again = dakera.memory_feedback("user-dave", stored["id"], signal)
    assert (said.memory_id, said.signal) == (stored["id"], FeedbackSignal(signal))
    assert (again["new_importance"] > said.new_importance > 0.5) is rises
    assert (again["new_importance"] < said.new_importance < 0.5) is not rises


def test_a_flag_says_that_a_memory_is_wrong(dakera: Dakera, own: Api) -> None:
    stored = dakera.store_memory("user-dave", "A memory")
    assert dakera.feedback_memory(stored["id"], "user-dave", FeedbackSignal.FLAG).signal is FeedbackSignal.FLAG
    assert get(own, f"memories/{stored['id']}")["found_wrong"] == 1


def test_a_signal_that_there_is_not_is_refused(dakera: Dakera) -> None:
    stored = dakera.store_memory("user-dave", "A memory")
    with pytest.raises(ValidationError, match="signal"):
        dakera.memory_feedback("user-dave", stored["id"], "meh")


@pytest.mark.parametrize("memory_id", [NOBODYS, "no-memory"])
@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("get_memory", lambda memory_id: ("user-dave", memory_id)),
        ("update_memory", lambda memory_id: ("user-dave", memory_id, "New")),
        ("update_importance", lambda memory_id: ("user-dave", [memory_id], 0.5)),
        ("patch_memory_importance", lambda memory_id: (memory_id, "user-dave", 0.5)),
        ("memory_feedback", lambda memory_id: ("user-dave", memory_id, "upvote")),
        ("feedback_memory", lambda memory_id: (memory_id, "user-dave", "upvote")),
    ],
)
def test_a_memory_that_is_not_there_is_not_found(
    dakera: Dakera, method: str, arguments: object, memory_id: str
) -> None:
    with pytest.raises(NotFoundError) as raised:
        getattr(dakera, method)(*arguments(memory_id))  # type: ignore[operator]
    assert raised.value.code is ErrorCode.VECTOR_NOT_FOUND


def test_another_agents_memory_is_not_found(dakera: Dakera) -> None:
    stored = dakera.store_memory("user-dave", "A memory")
    with pytest.raises(NotFoundError):
        dakera.get_memory("user-eve", stored["id"])
    with pytest.raises(NotFoundError):
        dakera.update_memory("user-eve", stored["id"], content="Hers")
    assert dakera.get_memory(None, stored["id"])["content"] == "A memory"


def test_memories_of_both_apis_are_one_store(dakera: Dakera, own: Api) -> None:
    kept = a_memory(own, "Kept by us", kind="fact")
    shown = dakera.get_memory("user-dave", kept["id"])
    assert (shown["content"], shown["memory_type"]) == ("Kept by us", "fact")


def test_secrets_are_kept_out_where_the_tenant_wants_it_so(dakera: Dakera, own: Api) -> None:
    patch(own, "preferences", {"secrets_at_write": "always"})
    stored = dakera.store_memory("user-dave", "The password is hunter2hunter2, the order is W1")
    assert "hunter2hunter2" not in stored["content"]
    assert "W1" in stored["content"]
