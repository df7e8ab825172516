"""The settings of the bridge to Chatwoot: one TOML file. Secrets can stand in the environment instead."""

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationInfo, field_validator

from warmline.bridges import settings_files
from warmline.bridges.settings_files import Part

Secrets = Annotated[list[str], Field(max_length=2)]


class WebhookSecrets(Part):
    """The secrets that Chatwoot signs with, of each sender. Two of one sender hold while it is changed."""

    bot: Secrets = Field(default_factory=list)
    """Of the agent bot."""
    inbox: Secrets = Field(default_factory=list)
    """Of the API inbox."""
    account: Secrets = Field(default_factory=list)
    """Of the account's webhook."""


class ChatwootSettings(Part):
    """The settings of the bridge to Chatwoot."""

    url: str = Field(pattern=r"^https?://")
    """Where Chatwoot is, such as ``https://chat.acme.com``."""
    account: int
    """The number of the account: it stands in Chatwoot's own addresses, behind ``/accounts/``."""
    bot_token: str = Field(min_length=1)
    """The access token of the agent bot, as which the bridge speaks."""
    user_token: str | None = None
    """The access token of a user, with which the bridge reads what bots may not: history, labels, teams, agents."""
    inboxes: list[int] = Field(default_factory=list)
    """The inboxes whose conversations the bridge carries; all, where none is named."""
    bot: str = "tier1-bot"
    """The agent of Warmline that answers customers."""
    people: str = "queue:people"
    """Where work goes that Chatwoot itself gives to people."""
    console: str = "http://127.0.0.1:8420"
    """Where the console of Warmline is for people: notes link to it."""
    host: str = "127.0.0.1"
    """The address to listen on."""
    port: int = Field(default=8425, ge=0, le=65_535)
    """The port to listen on."""
    public_url: str | None = None
    """Where Chatwoot reaches the bridge; ``check`` looks at it."""
    store: Path = Path("chatwoot-bridge.sqlite3")
    """The file in which the bridge keeps what it must not forget."""
    secrets: WebhookSecrets = Field(default_factory=WebhookSecrets)
    """The secrets of the webhooks."""
    allow_unsigned: bool = False
    """Whether a sender without a secret is believed. Only Chatwoot before 4.13 needs this."""
    file_origins: list[str] = Field(default_factory=list)
    """Where files of messages may be loaded from besides ``url``, such as ``https://chat.acme.com``."""
    delivered_channels: list[str] = Field(default_factory=lambda: ["Channel::WebWidget"])
    """The kinds of inboxes in which the customer has what Chatwoot has taken."""
    settle_seconds: float = Field(default=20.0, ge=0)
    """How long after a lost answer the bridge looks whether Chatwoot did what was asked."""
    catch_up_seconds: float = Field(default=60.0, ge=0)
    """How often the bridge looks for what it missed, such as while it was restarted; 0 for never."""
    names: dict[str, str] = Field(default_factory=dict)
    """The operators of Warmline by the e-mail of Chatwoot's users; others have the part before the @."""
    teams: dict[str, int] = Field(default_factory=dict)
    """The number of Chatwoot's team by target, such as ``queue:billing``."""
    priorities: dict[str, str] = Field(
        default_factory=lambda: {"low": "low", "normal": "medium", "high": "high", "critical": "urgent"}
    )
    """Chatwoot's priority by urgency."""
    labels: dict[str, list[str]] = Field(default_factory=dict)
    """Labels by reason code, which are added; those of ``always`` with every handoff."""
    attributes: dict[str, str] = Field(default_factory=dict)
    """Custom attributes by what of a handoff they show, such as ``warmline_reason = "reason_code"``."""

    @field_validator("bot_token", "user_token", mode="before")
    @classmethod
    def _from_environment(cls, value: Any, info: ValidationInfo) -> Any:
        return settings_files.looked_up(value, info.field_name or "")

    @field_validator("secrets", mode="before")
    @classmethod
    def _secrets_from_environment(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {name: settings_files.looked_up_each(given, f"secrets.{name}") for name, given in value.items()}

    @field_validator("attributes")
    @classmethod
    def _of_a_handoff(cls, value: dict[str, str]) -> dict[str, str]:
        wrong = sorted(set(value.values()) - set(SHOWN))
        if wrong:
            raise ValueError(f"{wrong[0]!r} is nothing of a handoff: use one of {', '.join(SHOWN)}")
        return value

    @property
    def desk(self) -> str:
        """The desk's name in Warmline: ids of Chatwoot are unique in an account."""
        return f"chatwoot-{self.account}"


SHOWN = ("id", "to", "reason", "reason_code", "urgency", "language", "skills", "link")
"""What of a handoff custom attributes can show."""


def read_settings(path: Path) -> ChatwootSettings:
    """Read the settings from a file. Raises ``NotConfigured``, which names each field that is wrong."""
    return settings_files.read(path, ChatwootSettings, page="docs/chatwoot.md")
