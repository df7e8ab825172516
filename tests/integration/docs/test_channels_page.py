"""The page on channels: the channel that it shows, run as it is written, between a customer and a person."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.builders.handoffs import accept, act, written
from tests.builders.requests import get
from tests.builders.waits import eventually
from tests.conftest import Api

PAGE = Path(__file__).parents[3] / "docs" / "channels.md"
MOST_LINES = 40


def the_channel() -> str:
    """The longest example of the page, from which an integrator begins."""
    return str(max(re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.S), key=len))


def test_a_channel_of_ones_own_has_few_lines() -> None:
    assert len([line for line in the_channel().splitlines() if line.strip()]) <= MOST_LINES


@pytest.mark.usefixtures("worker")
def test_a_customer_and_a_person_reach_each_other_by_it(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARMLINE_URL", api.url)
    monkeypatch.setenv("WARMLINE_API_KEY", api.key)
    chat: list[tuple[str, str]] = []
    shown: dict[str, Any] = {"post": lambda conversation, text: chat.append((conversation, text))}
    exec(the_channel(), shown)
    for number, text in enumerate(("My lamp is broken", "I want a person", "Are you there?")):
        shown["customer_writes"]("c-7", f"m-{number}", text)
        shown["customer_writes"]("c-7", f"m-{number}", text)
    handoff = written(api, eventually(lambda: get(api, "handoffs")["items"])[0])
    warm = accept(api, handoff)
    assert "Are you there?" in warm["prompt"]
    said = act(api, handoff, "reply", 201, token=warm["claim"]["token"], content="Ann here. A new lamp is on its way.")
    [event] = shown["client"].events.list(types=["message.created"])
    shown["deliver"](event)
    shown["client"].close()
    assert chat[0] == ("c-7", "You said: My lamp is broken")
    assert chat[-1] == ("c-7", "Ann here. A new lamp is on its way.")
    assert len([text for _, text in chat if text.startswith("You said: My lamp")]) == 1
    found = get(api, "events", types="message.delivery")["items"]
    assert [(one["facts"]["message_id"], one["facts"]["delivery"]) for one in found] == [(said["id"], "delivered")]
