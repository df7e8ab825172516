"""`warmline bridge chatwoot check` says what is wrong with a set-up, and how to mend it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.bridges.killing import as_toml
from tests.builders.chatwoot import ACCOUNT, BOT, FakeChatwoot, a_chatwoot, settings_for
from tests.builders.receivers import Receiver, receiving
from tests.builders.requests import post
from tests.conftest import Api, Command

Check = Callable[..., tuple[int, dict[str, str]]]


@pytest.fixture
def fake() -> Iterator[FakeChatwoot]:
    with a_chatwoot() as fake:
        yield fake


@pytest.fixture
def bridge() -> Iterator[Receiver]:
    """What answers where the bridge would be."""
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def check(command: Command, fake: FakeChatwoot, bridge: Receiver, tmp_path: Path) -> Check:
    """Checks settings: the exit status, and what is wrong by what it is about."""
    url = bridge.url.removesuffix("/events")
    fake.targets = {BOT: f"{url}/chatwoot/bot", ACCOUNT: f"{url}/chatwoot/account"}

    def check(**changes: Any) -> tuple[int, dict[str, str]]:
        settings = {**settings_for(fake), "public_url": url, **changes}
        (tmp_path / "chatwoot.toml").write_text(as_toml({k: v for k, v in settings.items() if v is not None}))
        config = str(tmp_path / "chatwoot.toml")
        status, out, _ = command("bridge", "chatwoot", "--config", config, "check", "--json")
        return status, {one["about"]: one["says"] for one in json.loads(out)["findings"] if not one["is_fine"]}

    return check


def test_a_set_up_on_one_machine_lacks_that_chatwoot_may_send_there(check: Check) -> None:
    status, wrong = check()
    # The receiver takes webhooks and has no health, so that it does not answer as a bridge.
    assert (status, set(wrong)) == (1, {"private address", "public_url"})
    assert "WEBHOOK_PRIVATE_NETWORK_ALLOWED_TYPES=agent_bot_webhook" in wrong["private address"]


@pytest.mark.parametrize(
    ("changes", "about", "says"),
    [
        ({"bot_token": "another"}, "bot_token", "copy the access token of the agent bot"),
        ({"user_token": None}, "user_token", "what is sent while the bridge is away is lost"),
        ({"teams": {"queue:billing": 9}}, "teams", "Chatwoot has no team 9"),
        ({"names": {"eve@acme.test": "eve"}}, "names", "Chatwoot has no user eve@acme.test"),
        ({"inboxes": [8]}, "inboxes", "Chatwoot has no inbox 8"),
        ({"secrets": {"bot": ["s"]}}, "secrets.account", "Its webhooks are refused."),
        ({"public_url": "http://127.0.0.1:9"}, "agent bot", "http://127.0.0.1:9/chatwoot/bot: set it"),
        ({"public_url": "http://127.0.0.1:9"}, "webhook", "http://127.0.0.1:9/chatwoot/account: add it"),
        ({"public_url": None}, "public_url", "It is not set"),
        ({"url": "http://127.0.0.1:9"}, "bot_token", "Chatwoot was not reached"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(check: Check, changes: dict[str, Any], about: str, says: str) -> None:
    status, wrong = check(**changes)
    assert status == 1
    assert says in wrong[about]


def test_a_key_that_cannot_act_for_people_is_told(check: Check, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARMLINE_API_KEY", post(api, "keys", {"name": "bridge", "kind": "bot"}, 201)["secret"])
    assert "warmline keys create --kind desk" in check()[1]["Warmline"]


def test_it_is_told_in_lines_for_people(command: Command, fake: FakeChatwoot, tmp_path: Path) -> None:
    (tmp_path / "chatwoot.toml").write_text(as_toml(settings_for(fake)))
    status, out, _ = command("bridge", "chatwoot", "--config", tmp_path / "chatwoot.toml", "check")
    assert status == 1
    assert "fine   bot_token: Chatwoot knows it." in out
    assert "WRONG  public_url: It is not set" in out
