"""The page on Chatwoot: the bot that it shows, run as it is written, over the bridge."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.builders.bridges import a_bridge, once_kept, soon
from tests.builders.chatwoot import a_chatwoot
from tests.conftest import Api

PAGE = Path(__file__).parents[3] / "docs" / "chatwoot.md"


@pytest.mark.usefixtures("worker")
def test_the_bot_of_the_page_answers_and_hands_over(api: Api, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WARMLINE_URL", api.url)
    monkeypatch.setenv("WARMLINE_API_KEY", api.key)
    [bot] = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.S)
    shown: dict[str, Any] = {}
    exec(bot, shown)
    with a_chatwoot() as fake, a_bridge(api, fake, tmp_path):
        talk = fake.begins("My lamp is broken")
        once_kept(api, talk, 1)
        fake.writes(talk, "I want a person")
        once_kept(api, talk, 2)
        for event in shown["client"].events.list(types=["message.received"]):
            shown["answer"](event)
        soon(lambda: talk.said() == ["You said: My lamp is broken"])
        soon(lambda: talk.status == "open")
    shown["client"].close()
