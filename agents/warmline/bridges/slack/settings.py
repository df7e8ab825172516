"""The settings of the bridge to Slack: one TOML file. Secrets can stand in the environment instead."""

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationInfo, field_validator

from warmline.bridges import settings_files
from warmline.bridges.settings_files import Part
from warmline_schemas.targets import TargetKind, kind_of

Channel = Annotated[str, Field(pattern=r"^[CG][A-Z0-9]{2,}$")]
"""The id of a channel: it stands at the end of the channel's details in Slack."""
Secret = Annotated[str, Field(min_length=1)]


class SlackSettings(Part):
    """The settings of the bridge to Slack."""

    token: Secret
    """The bot user's token, which begins with ``xoxb-``."""
    signing_secrets: Annotated[list[Secret], Field(min_length=1, max_length=2)]
    """The signing secret of the app; two hold while it is changed."""
    channels: Annotated[dict[str, Channel], Field(min_length=1)]
    """The channel by target, such as ``queue:billing``; that of ``*`` for all other people."""
    rotas: dict[str, Channel] = Field(default_factory=dict)
    """The channel of a rota's shift sheets, by its name; else that of its queue, else that of ``*``."""
    names: dict[str, str] = Field(default_factory=dict)
    """The operators of Warmline by Slack's user id or e-mail; others are found by the e-mail they have in Warmline."""
    words: bool = False
    """Whether what is said after the brief stands in the thread; else only that something was."""
    console: str = "http://127.0.0.1:8420"
    """Where the console of Warmline is for people: threads link to it."""
    host: str = "127.0.0.1"
    """The address to listen on."""
    port: int = Field(default=8426, ge=0, le=65_535)
    """The port to listen on."""
    public_url: str | None = None
    """Where Slack reaches the bridge; ``check`` looks at it."""
    store: Path = Path("slack-bridge.sqlite3")
    """The file in which the bridge keeps what it must not forget."""
    api: str = Field(default="https://slack.com/api", pattern=r"^https?://")
    """Where Slack's Web API is."""
    settle_seconds: float = Field(default=20.0, ge=0)
    """How long after a lost answer the bridge looks whether Slack did what was asked."""

    @field_validator("token", mode="before")
    @classmethod
    def _from_environment(cls, value: Any, info: ValidationInfo) -> Any:
        return settings_files.looked_up(value, info.field_name or "")

    @field_validator("signing_secrets", mode="before")
    @classmethod
    def _each_from_environment(cls, value: Any) -> Any:
        return settings_files.looked_up_each(value, "signing_secrets") if isinstance(value, (str, list)) else value

    @field_validator("channels")
    @classmethod
    def _of_people(cls, value: dict[str, str]) -> dict[str, str]:
        wrong = [one for one in value if one != "*" and kind_of(one) is TargetKind.AGENT]
        if wrong:
            raise ValueError(f"{wrong[0]!r} is no target of people: use queue:NAME, skill:NAME, human:NAME or *")
        return value

    def channel_of(self, target: str) -> str | None:
        """Return the channel in which work for a target is shown; None where it is in none."""
        if kind_of(target) is TargetKind.AGENT:
            return None
        return self.channels.get(target) or self.channels.get("*")


def read_settings(path: Path) -> SlackSettings:
    """Read the settings from a file. Raises ``NotConfigured``, which names each field that is wrong."""
    return settings_files.read(path, SlackSettings, page="docs/slack.md")
