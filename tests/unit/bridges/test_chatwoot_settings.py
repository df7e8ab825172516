"""The settings of the bridge to Chatwoot: each field that is wrong is named, and no secret is."""

from pathlib import Path

import pytest

from warmline.bridges.chatwoot import ChatwootSettings, read_settings
from warmline.errors import NotConfigured

ROOT = Path(__file__).parents[3]
LEAST = 'url = "https://chat.test"\naccount = 1\nbot_token = "zz-token"\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "chatwoot.toml"
    path.write_text(text)
    return path


def test_the_file_of_the_documents_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (ROOT / "docs" / "chatwoot.md").read_text().split("```toml\n")[1].split("```")[0]
    for name in ("BOT_TOKEN", "USER_TOKEN", "BOT_SECRET", "WEBHOOK_SECRET"):
        monkeypatch.setenv(f"CHATWOOT_{name}", f"the-{name}")
    settings = read_settings(written(tmp_path, text))
    assert (settings.bot_token, settings.secrets.account) == ("the-BOT_TOKEN", ["the-WEBHOOK_SECRET"])
    assert settings.desk == "chatwoot-1"


@pytest.mark.parametrize("name", ChatwootSettings.model_fields)
def test_every_setting_is_documented(name: str) -> None:
    assert f"| `{name}` |" in (ROOT / "docs" / "chatwoot.md").read_text()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('url = "https://chat.test"', "`account`: Field required"),
        (LEAST + "acount = 2", "`acount`: Extra"),
        (LEAST + '[attributes]\nx = "mood"', "'mood' is nothing of a handoff"),
        (LEAST.replace("zz-token", "env:NOT_THERE_AT_ALL"), "NOT_THERE_AT_ALL"),
        (LEAST + "[secrets]\nbot = ['a', 'b', 'c']", "`secrets.bot`"),
        ("url = ", "cannot be read"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(NotConfigured) as refused:
        read_settings(written(tmp_path, text))
    assert named in str(refused.value)
    assert "zz-token" not in str(refused.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured, match="There is no file"):
        read_settings(tmp_path / "none.toml")
