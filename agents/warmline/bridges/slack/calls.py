"""Calls: what the bridge asks of Slack's Web API."""

from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from warmline.bridges.desk import CannotLook, Later, Refused
from warmline.http_errors import retry_after

# Seconds. A form must be open three seconds after a button was pressed; what takes longer has failed anyway.
TIMEOUT = httpx.Timeout(10.0, connect=3.0)
# Messages that are looked through for one that may have been posted a moment ago.
NEWEST = 100
MARK = "warmline_mark"
"""The type of the metadata by which a message of ours is found again."""
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
"""No byte of a request left this machine."""
PASSING = {"ratelimited", "rate_limited", "service_unavailable", "team_added_to_org"}
"""Faults that pass, where nothing was done."""
UNKNOWN = {"internal_error", "fatal_error", "request_timeout"}
"""Faults after which Slack may have done it all the same (its own words)."""
KEY_FAULTS = {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"}
"""A token that is changed: what waits goes out once the new one is set."""
KEY_SECONDS = 30.0

Blocks = Sequence[Mapping[str, Any]]


class SlackApi:
    """Slack's Web API, as the bot user of the app. What is asked may raise ``Later`` and ``Refused``."""

    def __init__(self, url: str, token: str) -> None:
        self._http = httpx.Client(timeout=TIMEOUT, headers={"Authorization": f"Bearer {token}"})
        self._url = url.rstrip("/")

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def post(
        self, channel: str, text: str, mark: str, *, blocks: Blocks | None = None, thread: str | None = None
    ) -> str:
        """Post a message, in a thread where that is given. ``mark`` finds it again. Return its ``ts``."""
        message = {
            "channel": channel,
            "text": text,
            "unfurl_links": False,
            "unfurl_media": False,
            "metadata": {"event_type": MARK, "event_payload": {"mark": mark}},
            **({"blocks": blocks} if blocks else {}),
            **({"thread_ts": thread} if thread else {}),
        }
        return str(self.ask("chat.postMessage", message)["ts"])

    def find(self, channel: str, mark: str, *, thread: str | None = None) -> str | None:
        """Return the ``ts`` of a message with a mark among the newest; None where there is none.

        Raises ``CannotLook`` where the app may not read the channel.
        """
        where = {"channel": channel, "limit": NEWEST, "include_all_metadata": True}
        method = "conversations.replies" if thread else "conversations.history"
        try:
            found = self.ask(method, {**where, **({"ts": thread} if thread else {})}, as_form=True)
        except Refused as refusal:
            raise CannotLook(str(refusal)) from refusal
        for one in found.get("messages", []):
            metadata = one.get("metadata") or {}
            if metadata.get("event_type") == MARK and metadata.get("event_payload", {}).get("mark") == mark:
                return str(one["ts"])
        return None

    def update(self, channel: str, ts: str, text: str, blocks: Blocks) -> None:
        """Change a message of ours."""
        self.ask("chat.update", {"channel": channel, "ts": ts, "text": text, "blocks": blocks})

    def whisper(self, channel: str, user: str, text: str, *, blocks: Blocks | None = None, thread: str | None) -> None:
        """Tell somebody something that only they see."""
        message = {"channel": channel, "user": user, "text": text, **({"blocks": blocks} if blocks else {})}
        self.ask("chat.postEphemeral", {**message, **({"thread_ts": thread} if thread else {})})

    def open_form(self, trigger: str, view: Mapping[str, Any]) -> None:
        """Open a form for whoever pressed a button a moment ago."""
        self.ask("views.open", {"trigger_id": trigger, "view": view})

    def email_of(self, user: str) -> str | None:
        """Return the e-mail of a user, where the app may see it."""
        profile = self.ask("users.info", {"user": user}, as_form=True)["user"].get("profile") or {}
        return profile.get("email") or None

    def ask(self, method: str, body: Mapping[str, Any], *, as_form: bool = False) -> dict[str, Any]:
        """Ask something. Methods that read take forms alone."""
        how: dict[str, Any] = (
            {"data": {name: _formed(one) for name, one in body.items()}} if as_form else {"json": body}
        )
        try:
            answer = self._http.post(f"{self._url}/{method}", **how)
        except NEVER_SENT as error:
            raise Later(f"Slack was not reached: {error}") from error
        except httpx.HTTPError as error:
            raise Later(f"Slack did not answer: {error}", was_sent=True) from error
        if answer.status_code == 429:
            raise Later(f"Slack takes no more calls of {method} for now", retry_after(answer) or 1.0)
        if answer.status_code >= 500:
            raise Later(f"Slack answered {answer.status_code} to {method}", was_sent=True)
        return _read(answer, method)


def scopes_of(api: SlackApi) -> dict[str, Any]:
    """Ask Slack who the token belongs to."""
    return api.ask("auth.test", {})


def _formed(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _read(answer: httpx.Response, method: str) -> dict[str, Any]:
    """The answer of a method, which is 200 in failures too."""
    try:
        found = answer.json()
    except ValueError as error:
        raise Later(f"Slack did not answer {method} as it would: check `api`", was_sent=True) from error
    if found.get("ok"):
        return {**found, "scopes": answer.headers.get("x-oauth-scopes", "")}
    fault = str(found.get("error"))
    needed = f" (it needs {found['needed']})" if found.get("needed") else ""
    why = f"Slack answered {fault} to {method}{needed}"
    if fault in KEY_FAULTS:
        raise Later(why, KEY_SECONDS)
    if fault in PASSING:
        raise Later(why, retry_after(answer))
    if fault in UNKNOWN:
        raise Later(why, was_sent=True)
    raise Refused(why)
