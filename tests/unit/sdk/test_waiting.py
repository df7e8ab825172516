"""Waiting for a brief: one long question after the other, until there is one or the time is up."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from warmline import BriefNotWritten, TimedOut, Warmline

HANDOFF = uuid.UUID(int=7)


def a_handoff(state: str, problem: str | None = None) -> dict[str, Any]:
    unset = ["goal", "target_session_id", "ready_at", "accepted_at", "closed_at", "brief", "claim"]
    ids = dict.fromkeys(["chain_id", "source_session_id"], str(uuid.UUID(int=1)))
    told = {"id": str(HANDOFF), "namespace": "user-dave", "state": state, "mode": "cold", "problem": problem}
    work = {"source_agent": "tier1-bot", "to": "billing-specialist", "reason": "Too hard", "hop": 1, "attempts": 0}
    return {**dict.fromkeys(unset), **ids, **told, **work, "metadata": {}, "requested_at": "2026-01-01T12:00:00Z"}


@contextmanager
def a_client(*answers: dict[str, Any]) -> Iterator[tuple[Warmline, list[httpx.Request]]]:
    waiting = list(answers)
    requests: list[httpx.Request] = []

    def reply(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, json=waiting.pop(0) if len(waiting) > 1 else waiting[0])

    with Warmline(
        "http://warmline.test", "wk-secret", http_client=httpx.Client(transport=httpx.MockTransport(reply))
    ) as client:
        yield client, requests


def test_a_brief_that_is_ready_ends_the_waiting() -> None:
    with a_client(a_handoff("requested"), a_handoff("ready")) as (client, requests):
        assert client.handoffs.wait(HANDOFF).state == "ready"
    assert len(requests) == 2


def test_the_platform_is_asked_to_hold_the_question() -> None:
    with a_client(a_handoff("ready")) as (client, requests):
        client.handoffs.wait(HANDOFF, timeout=300)
    assert requests[0].url.params["wait"] == "30"
    assert requests[0].extensions["timeout"]["read"] == 40.0


def test_a_brief_that_does_not_come_is_a_time_out_with_the_mend() -> None:
    named = r"has no brief after 0\.25 s: check that a worker is running"
    with a_client(a_handoff("requested")) as (client, requests), pytest.raises(TimedOut, match=named):
        client.handoffs.wait(HANDOFF, timeout=0.25)
    assert len(requests) <= 4


def test_a_failed_handoff_says_why() -> None:
    named = r"could not be written \(the disk is full\); retrying"
    with a_client(a_handoff("failed", "the disk is full")) as (client, _), pytest.raises(BriefNotWritten, match=named):
        client.handoffs.wait(HANDOFF)


def test_a_brief_that_was_refused_says_what_it_lacks() -> None:
    headline = {"text": "Full", "memory_ids": []}
    made = {"memories_read": 1, "written_by": "extractive", "cut_at": "2026-01-01T12:00:00Z", "words": 1}
    brief = {"headline": headline, "sections": [], "actions": [], "text": "Full", **made}
    handoff = {**a_handoff("failed", "the brief is too vague: No figure."), "brief": brief}
    with a_client(handoff) as (client, _), pytest.raises(BriefNotWritten, match=r"was refused \(.*No figure"):
        client.handoffs.wait(HANDOFF)


def test_a_draft_ends_the_waiting_too() -> None:
    with a_client(a_handoff("requested"), a_handoff("drafted")) as (client, _):
        assert client.handoffs.wait(HANDOFF).state == "drafted"


def test_a_batch_may_take_longer_the_more_it_holds() -> None:
    notes = [{"namespace": "user-dave", "content": f"Note {number}"} for number in range(500)]
    with a_client({"memories": []}) as (client, requests):
        client.memories.remember_many(notes)
    assert requests[0].extensions["timeout"]["read"] == 60.0
