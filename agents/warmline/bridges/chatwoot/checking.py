"""Checking: what is wrong with a set-up, and how to mend it. Nothing is changed by that."""

import ipaddress
import socket
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from warmline.bridges.chatwoot.calls import LIST, Chatwoot
from warmline.bridges.chatwoot.gate import PATHS
from warmline.bridges.chatwoot.settings import ChatwootSettings
from warmline.bridges.desk import Later, Refused
from warmline.bridges.finding_faults import Finding, answers, warmline_itself
from warmline.client import Warmline

# What Chatwoot says to the token of a bot that it knows, and that asks for more than it may.
KNOWN_BOT = "not authorized for bots"
WANTED = ("conversation_created", "conversation_status_changed", "conversation_updated", "message_created")
PRIVATE = "WEBHOOK_PRIVATE_NETWORK_ALLOWED_TYPES=agent_bot_webhook,api_inbox_webhook,account_webhook"


def check(settings: ChatwootSettings, client: Warmline) -> Iterator[Finding]:
    """Look at everything that a bridge needs, one after the other."""
    yield warmline_itself(client)
    desk = Chatwoot(settings)
    try:
        yield from _chatwoot(settings, desk)
    finally:
        desk.close()
    yield from _secrets(settings)
    yield from _address(settings)


def _chatwoot(settings: ChatwootSettings, desk: Chatwoot) -> Iterator[Finding]:
    bot = _bot_token(desk)
    yield bot
    if settings.user_token is None:
        lost = "history, labels and users are not read, so what is sent while the bridge is away is lost"
        yield Finding("user_token", False, f"It is not set: {lost}. Set the access token of a user.")
        return
    yield from _lists(settings, desk)


def _bot_token(desk: Chatwoot) -> Finding:
    try:
        desk.read("/conversations", as_user=False)
    except Refused as refusal:
        return Finding("bot_token", False, f"{refusal}. Look at `url` and `account`.")
    except Later as later:
        if KNOWN_BOT not in str(later):
            mend = "look at `url`, and copy the access token of the agent bot once more"
            return Finding("bot_token", False, f"{later}: {mend}.")
    return Finding("bot_token", True, "Chatwoot knows it.")


def _lists(settings: ChatwootSettings, desk: Chatwoot) -> Iterator[Finding]:
    """What stands in the settings, and whether Chatwoot has it."""
    urls = {sender: f"{(settings.public_url or '').rstrip('/')}{path}" for path, sender in PATHS.items()}
    checks: list[tuple[str, str, Callable[[list[Any]], str | None]]] = [
        ("names", "/agents", lambda them: _missing(settings.names, {one.get("email") for one in them}, "user")),
        ("teams", "/teams", lambda them: _missing(settings.teams.values(), {one.get("id") for one in them}, "team")),
        ("inboxes", "/inboxes", lambda them: _missing(settings.inboxes, {one.get("id") for one in them}, "inbox")),
        ("agent bot", "/agent_bots", lambda them: _bot_address(them, urls["bot"], settings)),
        ("webhook", "/webhooks", lambda them: _webhook(them, urls["account"], settings)),
    ]
    for about, path, wrong in checks:
        try:
            problem = wrong(_items(desk.read(path, as_user=True)))
        except (Later, Refused) as error:
            mend = "copy the access token of an administrator for this check, or look at it in Chatwoot"
            problem = f"{error}: {mend}."
        yield Finding(about, problem is None, problem or "It is as it should be.")


def _items(answer: dict[str, Any]) -> list[Any]:
    """The items of a list, which Chatwoot puts now here and now there."""
    payload = answer.get("payload", answer)
    found = payload if isinstance(payload, list) else payload.get("webhooks", payload.get(LIST, []))
    return [one for one in found if isinstance(one, dict)]


def _missing(wanted: Any, there: set[Any], noun: str) -> str | None:
    absent = [str(one) for one in wanted if one not in there]
    return f"Chatwoot has no {noun} {', '.join(absent)}: change the settings." if absent else None


def _bot_address(bots: list[Any], url: str, settings: ChatwootSettings) -> str | None:
    if settings.public_url is None or any(one.get("outgoing_url") == url for one in bots):
        return None
    return f"No agent bot has the webhook URL {url}: set it under Settings, Bots."


def _webhook(webhooks: list[Any], url: str, settings: ChatwootSettings) -> str | None:
    if settings.public_url is None:
        return None
    found = next((one for one in webhooks if one.get("url") == url), None)
    if found is None:
        return f"No webhook has the URL {url}: add it under Settings, Integrations, Webhooks."
    absent = [one for one in WANTED if one not in found.get("subscriptions", WANTED)]
    return f"The webhook does not send {', '.join(absent)}: choose these events, too." if absent else None


def _secrets(settings: ChatwootSettings) -> Iterator[Finding]:
    for sender in ("bot", "account"):
        if not getattr(settings.secrets, sender):
            is_believed = settings.allow_unsigned
            says = "Anybody can send in its name." if is_believed else "Its webhooks are refused."
            yield Finding(f"secrets.{sender}", False, f"There is none. {says} Copy it from Chatwoot.")


def _address(settings: ChatwootSettings) -> Iterator[Finding]:
    url = settings.public_url
    if url is None:
        yield Finding("public_url", False, "It is not set, so nothing was checked of how Chatwoot reaches the bridge.")
        return
    host = urlsplit(url).hostname or ""
    try:
        found = {ipaddress.ip_address(str(one[4][0])) for one in socket.getaddrinfo(host, None)}
    except OSError:
        yield Finding("public_url", False, f"The name {host!r} is not known: look at it in your DNS.")
        return
    if not all(one.is_global for one in found):
        shown = ", ".join(map(str, sorted(found, key=str)))
        says = f"{host} is a private address ({shown}), which newer versions of Chatwoot refuse. Set there {PRIVATE}"
        yield Finding("private address", False, f"{says}, or WEBHOOK_ALLOWED_PRIVATE_HOSTS={host}.")
    yield answers(url)
