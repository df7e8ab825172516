"""The session-handoff pattern's own form: what its metadata does."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from warmline import InvalidRequest, Warmline
from warmline.memory import as_kind

SESSION = "01978f6e-7c1a-7000-8000-000000000001"


@contextmanager
def an_observed_client() -> Iterator[tuple[Warmline, list[dict[str, Any]]]]:
    """A client and the bodies that leave it; the far end echoes a body as the memory it would become."""
    bodies: list[dict[str, Any]] = []

    def echo(request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        bodies.append(body)
        now = "2026-01-01T12:00:00Z"
        unset: dict[str, Any] = dict.fromkeys(
            ["session_id", "chain_id", "handoff_id", "agent", "role", "slot", "action"]
        )
        unset |= dict.fromkeys(["superseded_by", "expires_at", "consolidation_id"])
        unset |= {"pinned": False, "times_seen": 1, "times_recalled": 0, "found_useful": 0, "found_wrong": 0}
        made = {"id": SESSION, "importance": 0.5, "importance_estimated": True, "event_time": now, "created_at": now}
        return httpx.Response(201, json={**unset, "kind": "message", "metadata": {}, **made, **body})

    with Warmline(
        "http://warmline.test", "wk-secret", http_client=httpx.Client(transport=httpx.MockTransport(echo))
    ) as client:
        yield client, bodies


@pytest.mark.parametrize(
    ("sort", "kind"),
    [
        ("handoff", "handoff"),
        ("Handoff Summary", "handoff-summary"),
        (" Next steps! ", "next-steps"),
        ("user_goal", "user_goal"),
        (None, None),
    ],
)
def test_a_free_type_becomes_a_kind(sort: str | None, kind: str | None) -> None:
    assert as_kind(sort) == kind


def test_importance_type_and_session_in_the_metadata_take_effect() -> None:
    with an_observed_client() as (client, bodies):
        client.memory.store(
            content="Charged $299",
            namespace="user-dave",
            metadata={"session_id": SESSION, "type": "Issue", "importance": 0.9},
        )
    told = {name: bodies[0][name] for name in ("session_id", "kind", "importance", "namespace")}
    assert told == {"session_id": SESSION, "kind": "issue", "importance": 0.9, "namespace": "user-dave"}


def test_all_metadata_is_kept_as_it_was_sent() -> None:
    metadata = {"type": "handoff", "from_agent": "tier1-bot", "to_agent": "billing-specialist", "importance": 1.0}
    with an_observed_client() as (client, bodies):
        stored = client.memory.store("HANDOFF SUMMARY", "user-dave", metadata)
    assert bodies[0]["metadata"] == metadata
    assert stored["metadata"] == metadata


def test_without_a_session_the_sending_agent_keeps_the_memory() -> None:
    with an_observed_client() as (client, bodies):
        client.memory.store("HANDOFF SUMMARY", "user-dave", {"from_agent": "tier1-bot"})
    assert bodies[0]["agent"] == "tier1-bot"


def test_a_memory_without_metadata_is_fine() -> None:
    with an_observed_client() as (client, _):
        assert client.memory.store(content="Charged $299", namespace="user-dave")["content"] == "Charged $299"


def test_a_session_id_that_is_none_is_refused_rather_than_lost() -> None:
    with an_observed_client() as (client, _), pytest.raises(InvalidRequest, match=r"body\.session_id"):
        client.memory.store("Charged $299", "user-dave", {"session_id": "my-session"})
