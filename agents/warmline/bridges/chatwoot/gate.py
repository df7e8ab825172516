"""The gate: which of Chatwoot's webhooks are taken in. Each sender has a path and secrets of its own."""

from collections.abc import Mapping
from typing import Any

from warmline.bridges.chatwoot import reading, signing
from warmline.bridges.chatwoot.settings import ChatwootSettings
from warmline.bridges.desk import Taken, read_json

PATHS = {"/chatwoot/bot": "bot", "/chatwoot/inbox": "inbox", "/chatwoot/account": "account"}
"""The senders by the path that Chatwoot is given for each."""


class ChatwootGate:
    """What Chatwoot's webhooks pass before they are taken in."""

    def __init__(self, settings: ChatwootSettings) -> None:
        self._settings = settings

    def check(self, path: str, headers: Mapping[str, str], body: bytes) -> bool:
        """Return whether there is such a path. Raises ``InvalidSignature``."""
        sender = PATHS.get(path.rstrip("/"))
        if sender is None:
            return False
        secrets: list[str] = getattr(self._settings.secrets, sender)
        signing.verify(secrets, headers, body, allow_unsigned=self._settings.allow_unsigned)
        return True

    def read(self, body: bytes) -> Mapping[str, Any] | None:
        """Return what a webhook holds: a JSON object."""
        return read_json(body)

    def answer(self, body: Mapping[str, Any], *, is_new: bool) -> Mapping[str, Any]:  # noqa: ARG002 (the port's)
        """Say whether a webhook was new."""
        return {"taken": is_new}

    def take(self, headers: Mapping[str, str], body: Mapping[str, Any]) -> Taken | None:
        """Return what a webhook is about; None for what is of another account or inbox, or nothing for the bridge."""
        key = reading.key(body, headers.get(signing.DELIVERY))
        conversation = reading.conversation_of(body)
        if key is None or conversation is None:
            return None
        account, inbox = reading.account_of(body), reading.inbox_of(body)
        if account is not None and account != self._settings.account:
            return None
        if self._settings.inboxes and inbox not in self._settings.inboxes:
            return None
        return Taken(key, conversation)
