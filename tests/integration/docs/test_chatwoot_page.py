"""The page on Chatwoot: the bot that it shows, run as it is written, over the bridge."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.builders.bridges import a_bridge, once_kept, soon
from tests.builders.channels import write
from tests.builders.chatwoot import a_chatwoot
from tests.builders.handoffs import accept, act, waiting
from tests.builders.requests import get
from tests.builders.sessions import a_session
from tests.conftest import Api

PAGE = Path(__file__).parents[3] / "docs" / "chatwoot.md"


pytestmark = pytest.mark.usefixtures("worker")


@pytest.fixture
def shown(api: Api, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """What the bot of the page is made of."""
    monkeypatch.setenv("WARMLINE_URL", api.url)
    monkeypatch.setenv("WARMLINE_API_KEY", api.key)
    [bot] = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.S)
    made: dict[str, Any] = {}
    exec(bot, made)
    yield made
    made["client"].close()


def test_the_bot_of_the_page_answers_and_hands_over(api: Api, shown: dict[str, Any], tmp_path: Path) -> None:
    with a_chatwoot() as fake, a_bridge(api, fake, tmp_path):
        talk = fake.begins("My lamp is broken")
        once_kept(api, talk, 1)
        fake.writes(talk, "I want a person")
        once_kept(api, talk, 2)
        for event in shown["client"].events.list(types=["message.received"]):
            assert shown["is_mine"](event.chain_id)
            shown["answer"](event)
        soon(lambda: talk.said() == ["You said: My lamp is broken"])
        soon(lambda: talk.status == "open")


def test_the_bot_of_the_page_answers_who_writes_while_what_was_returned_to_it_waits(
    api: Api, shown: dict[str, Any]
) -> None:
    # No bridge runs here, which could take it for the bot first.
    taken = accept(api, waiting(api, a_session(api), mode="cold"), "human:ben")
    chain = taken["handoff"]["chain_id"]
    act(api, taken["handoff"], "return", token=taken["claim"]["token"], instruction="Go on")
    write(api, chain, "And my order?")
    event = list(shown["client"].events.list(types=["message.received"]))[-1]
    assert shown["is_mine"](event.chain_id)
    shown["answer"](event)
    [said] = [one for one in get(api, "memories", chain_id=chain, kind="message")["items"] if one["role"] == "agent"]
    assert said["content"] == "You said: And my order?"
