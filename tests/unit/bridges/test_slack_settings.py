"""The settings of the bridge to Slack, as its page shows them."""

from pathlib import Path

import pytest

from warmline.bridges.slack import read_settings

PAGE = Path(__file__).parents[3] / "docs" / "slack.md"


def test_the_file_of_the_page_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "slack.toml").write_text(PAGE.read_text().split("```toml\n")[1].split("```")[0])
    monkeypatch.setenv("SLACK_TOKEN", "the-token")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "the-secret")
    settings = read_settings(tmp_path / "slack.toml")
    assert (settings.token, settings.signing_secrets) == ("the-token", ["the-secret"])
    assert settings.channel_of("queue:fraud") == "C0987654321"
