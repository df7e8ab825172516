"""Events as sentences."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from warmline_api.console.handoffs.timelines import FINDINGS, in_words
from warmline_schemas.events import Event, EventType

NAMES = {"human:tom": "Tom Baker", "queue:oncall": "On call"}


def an_event(type: EventType, actor: str | None = None, **facts: Any) -> Event:
    now = datetime(2026, 11, 28, 16, tzinfo=UTC)
    whole = {"id": uuid4(), "sequence": 1, "namespace": "user-dave", "chain_id": uuid4(), "handoff_id": uuid4()}
    return Event.model_validate(
        whole | {"type": type, "at": now, "actor": actor, "queue": "queue:oncall", "facts": facts}
    )


def shown(event: Event) -> str:
    entry = in_words(event, lambda name: NAMES.get(name, name), lambda said: said.replace("human:tom", "Tom Baker"))
    return ": ".join([f"{entry.who} {entry.phrase}".strip(), *entry.details])


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        (an_event(EventType.HANDOFF_BREACHED, promise="first_reply"), "First reply is late"),
        (an_event(EventType.HANDOFF_NOBODY_THERE, policy="wait"), "Nobody was available in On call: it waits"),
        (
            an_event(EventType.HANDOFF_ESCALATED, level=2, why="nobody took it over in time"),
            "Escalated to level 2: nobody took it over in time",
        ),
        (
            an_event(EventType.HANDOFF_ESCALATED, level=2, why="the claim of human:tom ran out"),
            "Escalated to level 2: the claim of Tom Baker ran out",
        ),
        (an_event(EventType.HANDOFF_LAPSED, "human:tom"), "The reservation of Tom Baker ran out"),
        (
            an_event(EventType.HANDOFF_REDIRECTED, why="ping_pong"),
            "It was sent to On call instead: it had gone to and fro between the same two",
        ),
        (an_event(EventType.HANDOFF_CLAIMED, "human:tom"), "Tom Baker reserved it"),
        (an_event(EventType.HANDOFF_BREACHED), "… is late"),
    ],
)
def test_what_happened_is_a_sentence(event: Event, sentence: str) -> None:
    assert shown(event) == sentence


def test_until_when_is_a_time_and_no_text() -> None:
    entry = in_words(an_event(EventType.HANDOFF_SNOOZED, "human:tom", until="2026-11-28T16:22:21.894308+00:00"))
    assert entry.until == datetime(2026, 11, 28, 16, 22, 21, 894_308, tzinfo=UTC)
    assert entry.details == []


@pytest.mark.parametrize("reason", ["wait", "callback", "He asks for human:tom"])
def test_what_somebody_wrote_stays_as_they_wrote_it(reason: str) -> None:
    assert shown(an_event(EventType.HANDOFF_SNOOZED, "human:tom", reason=reason)) == f"Tom Baker snoozed it: {reason}"


@pytest.mark.parametrize("type", FINDINGS)
def test_what_happened_by_itself_names_nobody(type: EventType) -> None:
    assert in_words(an_event(type)).who == ""
