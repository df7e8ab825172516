"""The settings that the pages on Slack and on call show are settings, and the app that Slack's page shows can do what
the bridge asks of it."""

import re
from pathlib import Path

import pytest
import yaml

from warmline.bridges.ops import alertmanager, pagerduty
from warmline.bridges.slack import read_settings as read_slack_settings
from warmline.bridges.slack.checking import SCOPES
from warmline.bridges.slack.gate import PATH

DOCS = Path(__file__).parents[3] / "docs"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("SLACK_TOKEN", "SLACK_SIGNING_SECRET", "PAGERDUTY_SECRET", "PAGERDUTY_TOKEN", "ALERTMANAGER_SECRET"):
        monkeypatch.setenv(name, f"the {name}")
    return tmp_path


def shown(page: str, language: str, folder: Path) -> list[Path]:
    """The examples of a page in a language, each as a file."""
    found = re.findall(rf"^```{language}\n(.*?)```", (DOCS / page).read_text(), re.S | re.M)
    files = [folder / f"{number}.{language}" for number, _ in enumerate(found)]
    for file, text in zip(files, found, strict=True):
        file.write_text(text)
    return files


def test_the_settings_of_slacks_page_are_read(folder: Path) -> None:
    [file] = shown("slack.md", "toml", folder)
    settings = read_slack_settings(file)
    assert settings.token == "the SLACK_TOKEN"
    assert settings.channel_of("queue:fraud") == "C0987654321"
    assert settings.channel_of("queue:other") is None


def test_the_app_of_slacks_page_may_do_what_the_bridge_asks(folder: Path) -> None:
    [file] = shown("slack.md", "yaml", folder)
    manifest = yaml.safe_load(file.read_text())
    assert set(SCOPES) <= set(manifest["oauth_config"]["scopes"]["bot"])
    assert manifest["settings"]["interactivity"]["request_url"].endswith(PATH)


def test_the_settings_of_the_page_on_call_are_read(folder: Path) -> None:
    duty, alerts = shown("on-call.md", "toml", folder)
    settings = pagerduty.read_settings(duty)
    assert (settings.queue_of("Checkout"), settings.queue_of("Search")) == ("queue:payments", "queue:on-call")
    assert settings.severities["P1"] == "critical"
    assert alertmanager.read_settings(alerts).silence_minutes == 60


def test_the_receiver_of_the_page_on_call_sends_where_the_bridge_listens(folder: Path) -> None:
    [file] = shown("on-call.md", "yaml", folder)
    [webhook] = yaml.safe_load(file.read_text())["receivers"][0]["webhook_configs"]
    assert webhook["url"].endswith(alertmanager.PATH)
    assert webhook["http_config"]["authorization"]["credentials"]
