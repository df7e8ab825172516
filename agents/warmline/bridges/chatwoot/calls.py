"""Calls: what the bridge asks of Chatwoot's API, as its agent bot, and as a user what bots may not read."""

import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

import httpx

from warmline.bridges.chatwoot import reading
from warmline.bridges.chatwoot.settings import ChatwootSettings
from warmline.bridges.desk import OPENING, CannotLook, File, Handover, Heard, Later, Refused, Seen, State
from warmline.http_errors import retry_after
from warmline_schemas.customers.attachments import Attachment

logger = logging.getLogger("warmline.bridges")

# Seconds. Chatwoot ends a request itself after 15.
TIMEOUT = httpx.Timeout(20.0, connect=5.0)
# Pages of 20 messages of a conversation: what is looked for was said a moment ago.
PAGES = 10
# Pages of 25 conversations: what happened while a bridge was away.
MOST_PAGES = 400
# Seconds after which Chatwoot lets more messages into a conversation.
TOO_MANY = 30.0
# Bytes: what Chatwoot takes by default.
LARGEST_FILE = 40_000_000
TOO_MANY_MESSAGES = "Too many messages"
LIST = "list"
"""The name of an answer that is a list and has none."""
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
"""No byte of a request left this machine."""


class Chatwoot:
    """An account of Chatwoot as a desk."""

    def __init__(self, settings: ChatwootSettings, http: httpx.Client | None = None) -> None:
        self.name = settings.desk
        self._settings = settings
        self._http = http or httpx.Client(timeout=TIMEOUT)
        self._path = f"{settings.url.rstrip('/')}/api/v1/accounts/{settings.account}"

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def heard(self, body: Mapping[str, Any]) -> Iterator[Heard]:
        """Read what a webhook tells."""
        return reading.heard(body, self._settings.names, self._settings.delivered_channels)

    def missed(self, since: float) -> Iterator[Mapping[str, Any]]:
        """Read the conversations in which something happened since a time, and their messages since then."""
        if self._settings.user_token is None:
            raise CannotLook("without `user_token` the bridge cannot read what it missed")
        for conversation in self._active(since):
            for message in sorted(self._messages(str(conversation["id"]), since), key=_place):
                yield reading.as_sent(message, conversation)
            yield {**conversation, "event": "conversation_updated"}

    def said_by_people(self, conversation: str, since: float) -> Iterator[Mapping[str, Any]]:
        """Read what people said since a time among the newest messages of a conversation."""
        if self._settings.user_token is None:
            raise CannotLook("without `user_token` the bridge cannot read the history")
        page = self._ask("GET", f"/conversations/{conversation}/messages", as_user=True)["payload"]
        said = [one for one in page if reading.is_of_people(one) and _said_at(one) >= since]
        there = self._conversation(conversation) if said else {}
        return (reading.as_sent(one, there) for one in sorted(said, key=_place))

    def seen(self, conversation: str) -> Seen:
        """Read the state of a conversation as it is now."""
        if self._settings.user_token is None:
            raise CannotLook("without `user_token` the bridge cannot read a conversation")
        names, delivering = self._settings.names, self._settings.delivered_channels
        now = reading.seen(self._conversation(conversation), names, delivering)
        if now is None:
            raise CannotLook("Chatwoot shows a state that the bridge does not know")
        return now

    def say(self, conversation: str, text: str, mark: str) -> str:
        """Say something to the customer as the agent bot."""
        return self._post_message(conversation, text, mark, private=False)

    def send_file(self, conversation: str, file: Attachment, content: bytes, mark: str) -> str:
        """Send the customer a file as the agent bot."""
        message = {"message_type": "outgoing", "private": "false", "source_id": mark}
        files = {"attachments[]": (file.name, content, file.type)}
        return str(self._ask("POST", f"/conversations/{conversation}/messages", message, files=files)["id"])

    def load(self, file: File) -> bytes:
        """Load a file, from Chatwoot itself alone: nobody who can write a webhook may let the bridge ask elsewhere."""
        if _origin(file.url) not in {_origin(url) for url in (self._settings.url, *self._settings.file_origins)}:
            raise CannotLook(f"{file.url} is not at Chatwoot: allow it with `file_origins`")
        content = bytearray()
        try:
            # Without a token: Chatwoot sends on to its store, to which it is no token.
            with self._http.stream("GET", file.url, follow_redirects=True) as answer:
                answer.raise_for_status()
                for part in answer.iter_bytes():
                    content += part
                    if len(content) > LARGEST_FILE:
                        raise CannotLook(f"{file.url} is too large")
        except httpx.HTTPError as error:
            raise CannotLook(f"{file.url} cannot be loaded: {error}") from error
        return bytes(content)

    def note(self, conversation: str, text: str, mark: str) -> str:
        """Leave a private note."""
        # Chatwoot reads Markdown: what a customer wrote must neither become a link, nor mention a user.
        return self._post_message(conversation, text.replace("](", "] ("), mark, private=True)

    def find(self, conversation: str, mark: str) -> str | None:
        """Look through the newest messages. Raises ``CannotLook`` without the token of a user."""
        if self._settings.user_token is None:
            raise CannotLook("without `user_token` the bridge cannot read the history")
        found = (str(one["id"]) for one in self._messages(conversation, 0.0) if one.get("source_id") == mark)
        return next(found, None)

    def hand_over(
        self, conversation: str, handover: Handover, done: Collection[str], did: Callable[[str], None]
    ) -> None:
        """Set priority, labels, attributes and team, then open the conversation."""
        # Opened last: Chatwoot assigns what is open, and should know by then to which team it goes.
        steps: dict[str, Callable[[], None]] = {
            "attributes": lambda: self._set_attributes(conversation, handover),
            "labels": lambda: self._add_labels(conversation, handover),
            "priority": lambda: self._set_priority(conversation, handover),
            "team": lambda: self._set_team(conversation, handover),
            OPENING: lambda: self.move(conversation, State.OPEN),
        }
        for name, step in steps.items():
            if name in done:
                continue
            try:
                step()
            except Refused as refusal:
                # A label that Chatwoot does not take must not keep the customer waiting for people.
                if name == OPENING:
                    raise
                logger.warning("conversation %s: %s were not set: %s", conversation, name, refusal)
            did(name)

    def assign(self, conversation: str, person: str) -> None:
        """Give a conversation to the user who is this operator of Warmline."""
        users = self._ask("GET", "/agents", as_user=True).get(LIST, [])
        found = next((one for one in users if reading.person_of(one, self._settings.names) == person), None)
        if found is None:
            raise Refused(f"Chatwoot has no user for {person}: set one in `names`")
        self._ask("POST", f"/conversations/{conversation}/assignments", {"assignee_id": found["id"]})

    def move(self, conversation: str, state: State) -> None:
        """Set the state. Without one Chatwoot would turn the present one around."""
        self._ask("POST", f"/conversations/{conversation}/toggle_status", {"status": state.value})

    def _active(self, since: float) -> Iterator[dict[str, Any]]:
        """The conversations in which something happened since a time, each once."""
        known: set[int] = set()
        count = -1
        # While it was read, a conversation in which something happened moved from a page that was not read yet to one
        # that was. So the list is read again as far as what was the newest, until nothing has moved.
        while len(known) > count:
            count, newest = len(known), since
            for one in self._newest_first(since):
                newest = max(newest, _active_at(one))
                if one["id"] not in known:
                    known.add(one["id"])
                    yield one
            since = newest

    def _newest_first(self, since: float) -> Iterator[dict[str, Any]]:
        """The list of conversations as far back as a time, page by page."""
        for number in range(1, MOST_PAGES + 1):
            params = {"status": "all", "sort_by": "last_activity_at_desc", "page": number}
            page = self._ask("GET", "/conversations", params=params, as_user=True)["data"]["payload"]
            recent = [one for one in page if _active_at(one) >= since]
            yield from recent
            if not page or len(recent) < len(page):
                return

    def _messages(self, conversation: str, since: float) -> Iterator[dict[str, Any]]:
        """The messages of a conversation since a time, page by page, the newest page first."""
        before: int | None = None
        for _ in range(PAGES):
            path = f"/conversations/{conversation}/messages"
            page = self._ask("GET", path, params={"before": before} if before else {}, as_user=True)["payload"]
            recent = [one for one in page if _said_at(one) >= since]
            yield from recent
            if not page or len(recent) < len(page):
                return
            before = min(map(_place, page))

    def read(self, path: str, *, as_user: bool) -> dict[str, Any]:
        """Read something, such as ``/agents``, as a user or as the bot."""
        return self._ask("GET", path, as_user=as_user)

    def _post_message(self, conversation: str, text: str, mark: str, *, private: bool) -> str:
        message = {"content": text, "message_type": "outgoing", "private": private, "source_id": mark}
        return str(self._ask("POST", f"/conversations/{conversation}/messages", message)["id"])

    def _set_attributes(self, conversation: str, handover: Handover) -> None:
        wanted = {name: handover.facts[what] for name, what in self._settings.attributes.items()}
        if not wanted:
            return
        # Chatwoot replaces them all: those of others are read first, and where they cannot be, none is written.
        there = self._conversation(conversation).get("custom_attributes") or {}
        both = {"custom_attributes": {**there, **wanted}}
        self._ask("POST", f"/conversations/{conversation}/custom_attributes", both)

    def _add_labels(self, conversation: str, handover: Handover) -> None:
        by_code = self._settings.labels
        wanted = [*by_code.get("always", []), *by_code.get(handover.reason_code, [])]
        if not wanted:
            return
        there = self._conversation(conversation).get("labels") or []
        labels = {"labels": list(dict.fromkeys([*there, *wanted]))}
        self._ask("POST", f"/conversations/{conversation}/labels", labels, as_user=True)

    def _set_priority(self, conversation: str, handover: Handover) -> None:
        priority = self._settings.priorities.get(handover.urgency)
        if priority is not None:
            self._ask("POST", f"/conversations/{conversation}/toggle_priority", {"priority": priority})

    def _set_team(self, conversation: str, handover: Handover) -> None:
        team = self._settings.teams.get(handover.to)
        if team is None:
            return
        given = self._ask("POST", f"/conversations/{conversation}/assignments", {"team_id": team})
        if not given:
            logger.warning("conversation %s: Chatwoot has no team %s, and took the old one away", conversation, team)

    def _conversation(self, conversation: str) -> dict[str, Any]:
        return self._ask("GET", f"/conversations/{conversation}", as_user=True)

    def _ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        params: Mapping[str, Any] | None = None,
        as_user: bool = False,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
    ) -> dict[str, Any]:
        """Ask something, with ``files`` as a form. ``as_user``: bots may not, or only in newer versions of Chatwoot."""
        token = (self._settings.user_token if as_user else None) or self._settings.bot_token
        try:
            sent: dict[str, Any] = {"json": body} if files is None else {"data": body, "files": files}
            answer = self._http.request(
                method, f"{self._path}{path}", params=params, headers={"api_access_token": token}, **sent
            )
        except NEVER_SENT as error:
            raise Later(f"Chatwoot was not reached: {error}") from error
        except httpx.HTTPError as error:
            raise Later(f"Chatwoot did not answer: {error}", was_sent=True) from error
        if answer.is_success:
            return _read(answer)
        raise _error(answer, may_ever=not as_user or self._settings.user_token is not None)


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = httpx.URL(url)
    return parts.scheme, parts.host, parts.port


def _place(message: Mapping[str, Any]) -> int:
    """Where a message stands among the others: the history tells whole seconds alone, and numbers grow."""
    return int(message["id"])


def _active_at(conversation: Mapping[str, Any]) -> float:
    """When something last happened in a conversation, in seconds since 1970."""
    return float(conversation.get("last_activity_at") or 0)


def _said_at(message: Mapping[str, Any]) -> float:
    """When a message was said, in seconds since 1970."""
    return float(message.get("created_at") or 0)


def _read(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError as error:
        raise Later("Chatwoot did not answer as it would: check `url`", was_sent=True) from error
    if isinstance(found, list):
        return {LIST: found}
    return dict(found) if isinstance(found, Mapping) else {}


def _error(answer: httpx.Response, *, may_ever: bool) -> Later | Refused:
    asked = f"{answer.request.method} {answer.request.url.path}"
    why = f"Chatwoot answered {answer.status_code} to {asked}: {answer.text[:200]}"
    if answer.status_code == 429:
        return Later(why, retry_after(answer))
    if answer.status_code == 422 and TOO_MANY_MESSAGES in answer.text:
        return Later(why, TOO_MANY)
    if answer.status_code in {401, 403} and may_ever:
        # A token that was changed: what waits goes out once the new one is set.
        return Later(why, TOO_MANY)
    if answer.status_code >= 500:
        return Later(why, was_sent=True)
    return Refused(why)
